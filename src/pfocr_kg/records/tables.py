"""Tab-separated tables beside a record: read by their header, without quoting."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.records import control_characters, files

_LONGEST_HEADER: Final = 100_000
"""Characters: headers are kept, and a table can have nothing but columns."""

_MOST_BROKEN: Final = 1000
"""Lines of a map; a file with more is no map, and could have millions."""

_ESCAPED_BYTE: Final = re.compile("[\udc80-\udcff]")
"""What `surrogateescape` makes of bytes that are not UTF-8 (PEP 383)."""

Row = dict[str, str]
Cells = tuple[str, ...]
Layouts = tuple[tuple[str, ...], ...]


def rows(text: str, layouts: Layouts) -> Iterator[tuple[int, Row | RecordError]]:
    r"""Read a table's rows as (line number, column -> cell).

    A row that does not fit the header is replaced by an error; empty cells at its end may be too
    many. A row with control characters comes without them, after the errors that say so. Fields
    are never quoted (a `"` is a character) and only "\n" ends a line: words read off an image can
    hold any other separator. The header must hold all columns of one of the `layouts`; it may hold
    more.

    Raises:
        RecordError: the table has no header, or lacks columns.

    """
    header = _header(text.partition("\n")[0], layouts)
    return (
        (at, line if isinstance(line, RecordError) else dict(zip(header, line, strict=True)))
        for at, line in _lines(text, header)
    )


def cells(text: str, columns: tuple[str, ...]) -> Iterator[tuple[int, Cells | RecordError]]:
    """Like `rows`, but each row is a tuple of the cells of `columns` (two or more).

    Raises:
        RecordError: the table has no header, or lacks columns.

    """
    header, chosen = _columns(text.partition("\n")[0], columns)
    return (
        (at, line if isinstance(line, RecordError) else chosen(line))
        for at, line in _lines(text, header)
    )


def _lines(text: str, header: tuple[str, ...]) -> Iterator[tuple[int, list[str] | RecordError]]:
    """The fields of each line after the header, without empty lines."""
    clean = text.replace("\t", "").replace("\n", "").isprintable() and len(text) <= files.MAX_TEXT
    for number, line in enumerate(text.split("\n")[1:], start=2):
        if not line:
            continue
        if number > files.MAX_ROWS + 1:
            reason = f"has more than {files.MAX_ROWS:,} rows: the rest is left out"
            yield number, RecordError(reason)
            return
        fields = line.split("\t")
        if clean and len(fields) == len(header):
            yield number, fields
        else:
            for item in _mended(fields, header, number):
                yield number, item


def _mended(
    fields: list[str], header: tuple[str, ...], number: int
) -> Iterator[list[str] | RecordError]:
    """The fields of a line that fit the header, after the errors that this costs."""
    width = len(header)
    if len(fields) < width or any(fields[width:]):
        reason = f"row has {len(fields)} fields where the header has {width}"
        yield RecordError(reason, line=number)
        return
    for field, column in zip(fields, header, strict=False):
        if len(field) > files.MAX_TEXT:
            yield files.too_long(column, number)
            return
    faults: list[RecordError] = []
    usable = [
        control_characters.leave_out(field, column, number, faults.append)
        for column, field in zip(header, fields, strict=False)
    ]
    yield from faults
    yield usable


# The many tables of a corpus have few different headers.
@lru_cache(maxsize=64)
def _columns(
    first: str, columns: tuple[str, ...]
) -> tuple[tuple[str, ...], Callable[[list[str]], Cells]]:
    """The columns of a header, and a function that selects `columns` of a row."""
    header = _header(first, (columns,))
    return header, itemgetter(*map(header.index, columns))


@lru_cache(maxsize=64)
def _header(first: str, layouts: Layouts) -> tuple[str, ...]:
    if len(first) > _LONGEST_HEADER:
        raise RecordError(f"has a header of more than {_LONGEST_HEADER:,} characters", line=1)
    # Spreadsheets write empty columns at the end.
    header = tuple(first.rstrip("\t").split("\t"))
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
    """Read a map, two columns without a header, as (line number, figid, id).

    A tab separates them, or, where no tab does, blanks. Bytes that are not UTF-8 are lone
    surrogates in `text`. After a thousand broken lines, the rest is left out.
    """
    broken = 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield number, *_pair(line)
        except RecordError as error:
            yield error.at(line=number)
            broken += 1
            if broken == _MOST_BROKEN:
                reason = f"has more than {_MOST_BROKEN:,} such lines: the rest is left out"
                yield RecordError(reason, line=number)
                return


def _pair(line: str) -> tuple[str, str]:
    """The figid and the id of a map's line."""
    if byte := _ESCAPED_BYTE.search(line):
        raise RecordError(f"is not UTF-8 text: byte 0x{ord(byte[0]) - 0xDC00:02x}")
    cells = line.split("\t")
    if not any(cells[1:]) and len(words := line.split()) == 2:
        cells = words
    if len(cells) < 2 or any(cells[2:]):
        raise RecordError(f"has {len(cells)} fields, not figid and id")
    figid, identifier = cells[0].strip(), cells[1].strip()
    control_characters.refuse(figid, "figid")
    return figid, identifier
