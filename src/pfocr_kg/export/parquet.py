"""Writes the graph's tables as Parquet, through pyarrow, one row group at a time."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

from pfocr_kg.export.graph_tables import TABLES, Column, TableRow, rows
from pfocr_kg.export.output_folder import all_or_nothing
from pfocr_kg.model import Level
from pfocr_kg.resources import need
from pfocr_kg.store.sparql import Answering

_GROUP: Final = 20_000
"""Rows per row group: some MB of figures, which have long captions."""


def write(store: Answering, folder: Path, *, level: str = Level.ANY) -> dict[str, int]:
    """Write one file per table into a folder; returns the number of rows of each.

    Genes of figures below the level are left out, with their mentions.

    The same graph gives the same bytes with the same pyarrow. Tables without rows are
    written too, so that readers find their columns.

    Raises:
        PfocrError: pyarrow is missing, or a file cannot be written.
        QueryError: the level is unknown.

    """
    arrow = need("pyarrow", "formats", "Parquet")
    with all_or_nothing(folder) as work, ExitStack() as stack:
        files = {
            name: stack.enter_context(_TableFile(arrow, work / f"{name}.parquet", table.columns))
            for name, table in TABLES.items()
        }
        for name, row in rows(store, level):
            files[name].add(row)
    return {name: file.count for name, file in files.items()}


class _TableFile:
    """An open file, with the rows of its next row group. Close it after use."""

    def __init__(self, arrow: Any, path: Path, columns: tuple[Column, ...]) -> None:
        self._arrow = arrow
        self._schema = arrow.schema(
            [arrow.field(column.name, _type(arrow, column.type)) for column in columns]
        )
        writer = need("pyarrow.parquet", "formats", "Parquet").ParquetWriter
        self._writer = writer(str(path), self._schema, compression="zstd")
        self._rows: list[TableRow] = []
        self.count = 0

    def __enter__(self) -> _TableFile:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        if error is None:
            self._flush()
        self._writer.close()

    def add(self, row: TableRow) -> None:
        """Add a row."""
        self._rows.append(row)
        self.count += 1
        if len(self._rows) == _GROUP:
            self._flush()

    def _flush(self) -> None:
        """Write the rows so far as a row group."""
        if not self._rows:
            return
        columns = zip(*self._rows, strict=True)
        arrays = [
            self._arrow.array(values, type=field.type)
            for values, field in zip(columns, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows.clear()


def _type(arrow: Any, name: str) -> Any:
    return {
        "text": arrow.string(),
        "texts": arrow.list_(arrow.string()),
        "curie": arrow.string(),
        "curies": arrow.list_(arrow.string()),
        "integer": arrow.int64(),
        "number": arrow.float64(),
        "truth": arrow.bool_(),
    }[name]
