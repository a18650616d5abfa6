"""The lists of genes, chemicals and diseases of a figure: its tables, else its inline lists."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pfocr_kg.errors import OnError, RecordError
from pfocr_kg.model import Kind
from pfocr_kg.records import entities, files, frontmatter, record_files, tables
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.reader import Reader

_ReadTable = Callable[[str, Dictionaries, OnError], list[entities.Reading]]
_ReadItem = Callable[[tables.Row, Dictionaries], entities.Reading]
_READERS: Final[tuple[tuple[Kind, _ReadTable, _ReadItem], ...]] = (
    (Kind.GENE, entities.gene_table, entities.gene_item),
    (Kind.CHEMICAL, entities.chemical_table, entities.chemical_row),
    (Kind.DISEASE, entities.disease_table, entities.disease_row),
)


def read(reader: Reader, figid: str) -> dict[Kind, list[entities.Reading]]:
    """The readings of each kind: those of the table, or, if it has none, of the inline list."""
    known = reader.shared.dictionaries
    return {
        kind: _table(reader, figid, name, read_table)
        or entities.read(_inline(reader, name), read_item, known, reader.report)
        for name, (kind, read_table, read_item) in zip(record_files.TABLES, _READERS, strict=True)
    }


def _table(reader: Reader, figid: str, name: str, read: _ReadTable) -> list[entities.Reading]:
    """The readings of a figure's table; an empty list if there is no table."""
    for path in record_files.table_paths(reader.folder, figid, name):

        def report(error: RecordError, path: str = path) -> None:
            reader.report(error, reader.folder.place.show(Path(path)))

        try:
            text = frontmatter.decode(reader.files.read(path))
            return read(text, reader.shared.dictionaries, report)
        except FileNotFoundError:
            continue
        except RecordError as error:
            report(error)
            return []
    return []


def _inline(reader: Reader, name: str) -> Iterator[tuple[int | None, tables.Row | RecordError]]:
    """The items of an inline list, each a mapping of texts; as many as a table can have rows."""
    value = reader.page.get(name)
    if value is None or value == "":
        return
    if not isinstance(value, list):
        reader.report(RecordError(f"{name} is not a list", key=name))
        return
    for item in value[: files.MAX_ROWS]:
        if isinstance(item, dict) and all(v is None or isinstance(v, str) for v in item.values()):
            yield None, {"identifier": "", **{k: v or "" for k, v in item.items()}}
        else:
            yield (
                None,
                RecordError(f"{name} holds an item that is not a mapping of texts", key=name),
            )
    if len(value) > files.MAX_ROWS:
        reason = f"{name} has more than {files.MAX_ROWS:,} items: the rest is left out"
        reader.report(RecordError(reason, key=name))
