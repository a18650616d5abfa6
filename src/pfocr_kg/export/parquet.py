"""Writes tables as Parquet, through pyarrow: row group by row group, in flat memory."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from pfocr_kg.export.graph_tables import TABLES, Column, Row, rows
from pfocr_kg.export.output_folder import filling
from pfocr_kg.resources import need
from pfocr_kg.store.sparql import Answering

_GROUP: Final = 20_000
"""Rows of a row group: some MB of figures, whose captions are long."""


def write(store: Answering, folder: Path) -> dict[str, int]:
    """Write a file a table into a folder; returns how many rows each has.

    The same graph gives the same bytes with the same pyarrow. Tables without rows are
    written too, so that what reads them finds their columns.

    Raises:
        PfocrError: pyarrow is missing, or a file cannot be written.

    """
    with filling(folder) as work, ExitStack() as stack:
        tables = {name: _Table(work / f"{name}.parquet", c, stack) for name, c in TABLES.items()}
        for name, row in rows(store):
            tables[name].add(row)
        for table in tables.values():
            table.flush()
        counts = {name: table.count for name, table in tables.items()}
        stack.close()
    return counts


class _Table:
    """A file being written, with the rows of its next row group."""

    def __init__(self, path: Path, columns: tuple[Column, ...], stack: ExitStack) -> None:
        self._arrow = need("pyarrow", "formats", "Parquet")
        fields = [
            self._arrow.field(column.name, _type(self._arrow, column.type)) for column in columns
        ]
        self._schema = self._arrow.schema(fields)
        writer = need("pyarrow.parquet", "formats", "Parquet").ParquetWriter
        self._writer = stack.enter_context(writer(str(path), self._schema, compression="zstd"))
        self._rows: list[Row] = []
        self.count = 0

    def add(self, row: Row) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) == _GROUP:
            self.flush()

    def flush(self) -> None:
        """Write the rows so far as a row group."""
        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [
            self._arrow.array(values, type=field.type)
            for values, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self.count += len(self._rows)
        self._rows.clear()


def _type(arrow: Any, name: str) -> Any:
    return {
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "truth": arrow.bool_(),
    }[name]
