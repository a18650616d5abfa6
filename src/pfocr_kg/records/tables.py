"""Tab-separated tables beside a record: read by their header, without quoting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter

from pfocr_kg.errors import RecordError
from pfocr_kg.records.frontmatter import reject_control_characters

Row = dict[str, str]
Cells = tuple[str, ...]
Layouts = tuple[tuple[str, ...], ...]


def rows(text: str, layouts: Layouts) -> list[tuple[int, Row | RecordError]]:
    r"""Read a table's rows as (line number, column -> cell).

    A row that does not fit the header is replaced by an error. Fields are never quoted
    (a `"` is a character) and only "\n" ends a line: words read off an image can hold any
    other separator. The header must hold all columns of one of the `layouts`; it may hold more.

    Raises:
        RecordError: the table has no header, or lacks columns.

    """
    header = _header(text.partition("\n")[0], layouts)
    return [
        (at, line if isinstance(line, RecordError) else dict(zip(header, line, strict=True)))
        for at, line in _lines(text, len(header))
    ]


def cells(text: str, columns: tuple[str, ...]) -> list[tuple[int, Cells | RecordError]]:
    """Like `rows`, but each row is a tuple of the cells of `columns` (two or more).

    Raises:
        RecordError: the table has no header, or lacks columns.

    """
    width, chosen = _columns(text.partition("\n")[0], columns)
    return [
        (at, line if isinstance(line, RecordError) else chosen(line))
        for at, line in _lines(text, width)
    ]


def _lines(text: str, width: int) -> Iterator[tuple[int, list[str] | RecordError]]:
    """The fields of each line after the header, without empty lines."""
    clean = text.replace("\t", "").replace("\n", "").isprintable()
    for number, line in enumerate(text.split("\n")[1:], start=2):
        if not line:
            continue
        fields = line.split("\t")
        if clean and len(fields) == width:
            yield number, fields
        else:
            yield number, _fault(line, len(fields), width, number) or fields


def _fault(line: str, fields: int, width: int, number: int) -> RecordError | None:
    if fields != width:
        return RecordError(f"row has {fields} fields where the header has {width}", line=number)
    try:
        reject_control_characters(line, number)
    except RecordError as error:
        return error
    return None


# The many tables of a corpus have few different headers.
@lru_cache(maxsize=64)
def _columns(first: str, columns: tuple[str, ...]) -> tuple[int, Callable[[list[str]], Cells]]:
    """The number of fields of a header, and a function that selects `columns` of a row."""
    header = _header(first, (columns,))
    return len(header), itemgetter(*map(header.index, columns))


@lru_cache(maxsize=64)
def _header(first: str, layouts: Layouts) -> tuple[str, ...]:
    header = tuple(first.split("\t"))
    if header == ("",):
        raise RecordError("is empty: a table needs a header line", line=1)
    lacking = [tuple(c for c in layout if c not in header) for layout in layouts]
    if all(lacking):
        columns = ", ".join(sorted(lacking, key=len)[0])
        raise RecordError(f"lacks the column(s) {columns}", line=1)
    if len(set(header)) < len(header):
        raise RecordError("has a column twice", line=1)
    return header


def pairs(text: str) -> Iterator[tuple[int, str, str] | RecordError]:
    """Read a map, two columns without a header, as (line number, figid, id)."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) == 2:
            yield number, cells[0], cells[1]
        else:
            yield RecordError(f"has {len(cells)} fields, not figid and id", line=number)
