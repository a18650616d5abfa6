"""What a figure draws: its tables, or the inline lists of the oldest records."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.model import Kind
from pfocr_kg.records import entities, files, frontmatter, tables
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.reader import Reader
from pfocr_kg.records.trace import Listing, Stat, Trace

_ReadsTable = Callable[[str, Dictionaries, entities.Report], list[entities.Reading]]
_ReadsItem = Callable[[tables.Row, Dictionaries], entities.Reading]
_LISTS: Final[tuple[tuple[Kind, str, _ReadsTable, _ReadsItem], ...]] = (
    (Kind.GENE, "genes", entities.gene_table, entities.gene_item),
    (Kind.CHEMICAL, "chemicals", entities.chemical_table, entities.chemical_row),
    (Kind.DISEASE, "diseases", entities.disease_table, entities.disease_row),
)
_NAMES: Final = tuple(name for _, name, *_ in _LISTS)


def read(reader: Reader, figid: str) -> dict[Kind, list[entities.Reading]]:
    """What tables say; where a table says nothing, what the inline list says."""
    known = reader.shared.dictionaries
    return {
        kind: _table(reader, f"{figid}-{name}.tsv", read_table)
        or entities.read(_inline(reader, name), read_item, known, reader.report)
        for kind, name, read_table, read_item in _LISTS
    }


def _table(reader: Reader, name: str, read: _ReadsTable) -> list[entities.Reading]:
    """What a figure's table says, where it has one."""
    for path in _places(reader.group, name):

        def report(error: RecordError, path: str = path) -> None:
            reader.report(error, reader.group.place.show(Path(path)))

        try:
            text = frontmatter.decode(reader.trace.read(path))
            return read(text, reader.shared.dictionaries, report)
        except FileNotFoundError:
            continue
        except RecordError as error:
            report(error)
            return []
    return []


def _places(group: files.Group, name: str) -> Iterator[str]:
    """Where a table of this name can lie; the first that is there counts."""
    # Texts: making a `Path` takes longer than finding that there is no such file.
    if _is_name(name):
        for folder in group.tables:
            yield files.joined(str(folder), name)


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
    trace.read(str(path))
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
    if found := listing.stat(*os.path.split(path)):
        yield found
    if not _is_name(figid):
        return
    folders = [str(folder) for folder in group.tables]
    for name in _NAMES:
        for folder in folders:
            if table := listing.stat(folder, f"{figid}-{name}.tsv"):
                yield table
                break
