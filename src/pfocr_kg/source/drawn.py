"""What a figure draws: its tables, or the inline lists of the oldest records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.model import Kind
from pfocr_kg.source import entities, files, frontmatter, tables
from pfocr_kg.source.dictionaries import Dictionaries
from pfocr_kg.source.reader import Reader
from pfocr_kg.source.trace import Listing, Stat, Trace

_Reads = Callable[[tables.Row, Dictionaries], entities.Reading]
_LISTS: Final[tuple[tuple[Kind, str, tuple[tuple[str, ...], ...], _Reads, _Reads], ...]] = (
    (Kind.GENE, "genes", entities.GENE_COLUMNS, entities.gene_row, entities.gene_item),
    (
        Kind.CHEMICAL,
        "chemicals",
        entities.CHEMICAL_COLUMNS,
        entities.chemical_row,
        entities.chemical_row,
    ),
    (
        Kind.DISEASE,
        "diseases",
        entities.DISEASE_COLUMNS,
        entities.disease_row,
        entities.disease_row,
    ),
)


def read(reader: Reader, figid: str) -> dict[Kind, list[entities.Reading]]:
    """What tables say; where a table says nothing, what the inline list says."""
    known = reader.shared.dictionaries
    drawn: dict[Kind, list[entities.Reading]] = {}
    for kind, name, layouts, read_row, read_item in _LISTS:
        found: list[entities.Reading] = []
        for shown, rows in _table_rows(reader, f"{figid}-{name}.tsv", layouts):
            found += entities.read(
                rows,
                read_row,
                known,
                lambda error, at=shown: reader.report(error, at),  # type: ignore[misc]
            )
        drawn[kind] = found or entities.read(_inline(reader, name), read_item, known, reader.report)
    return drawn


def _table_rows(
    reader: Reader, name: str, layouts: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[str, list[tuple[int, tables.Row | RecordError]]]]:
    """The rows of a figure's table, where it has one; (table as shown, rows)."""
    for path in _places(reader.group, name):
        shown = reader.group.place.show(path)
        try:
            text = frontmatter.decode(reader.trace.read(path))
            yield shown, list(tables.rows(text, layouts))
        except FileNotFoundError:
            continue
        except RecordError as error:
            reader.report(error, shown)
        return


def _places(group: files.Group, name: str) -> Iterator[Path]:
    """Where a table of this name can lie; the first that is there counts."""
    if _is_name(name):
        yield from (folder / name for folder in group.tables)


def _is_name(name: str) -> bool:
    """Whether it can name a file of a folder: a figid names no other."""
    return "/" not in name and "\\" not in name


def _inline(reader: Reader, name: str) -> Iterator[tuple[int | None, tables.Row | RecordError]]:
    """The items of an inline list, each a mapping of texts."""
    value = reader.page.get(name)
    if value is None or value == "":
        return
    if not isinstance(value, list):
        reader.report(RecordError(f"{name} is no list", key=name))
        return
    for item in value:
        if isinstance(item, dict) and all(v is None or isinstance(v, str) for v in item.values()):
            yield None, {"identifier": "", **{k: v or "" for k, v in item.items()}}
        else:
            yield None, RecordError(f"{name} holds an item that is no mapping of texts", key=name)


def retrace(path: Path, group: files.Group, figid: str) -> Trace:
    """The files that `read` would read for a record of this figid, without reading sense in them.

    Raises:
        RecordError: one of them cannot be read.
        FileNotFoundError: the record is not there.

    """
    trace = Trace()
    trace.read(path)
    for _, name, *_ in _LISTS:
        for table in _places(group, f"{figid}-{name}.tsv"):
            try:
                trace.read(table)
            except FileNotFoundError:
                continue
            break
    return trace


def stats(path: Path, group: files.Group, figid: str, listing: Listing) -> Iterator[Stat]:
    """Sizes and times of the files that `read` would read for a record of this figid."""
    # With texts: making a `Path` takes longer than looking a file up.
    if found := listing.stat(*os.path.split(path)):
        yield found
    if not _is_name(figid):
        return
    for _, name, *_ in _LISTS:
        for folder in group.tables:
            if table := listing.stat(str(folder), f"{figid}-{name}.tsv"):
                yield table
                break
