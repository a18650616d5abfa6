"""Tab-separated tables beside a record: read by their header, nothing quoted."""

from __future__ import annotations

from collections.abc import Iterator

from pfocr_kg.errors import RecordError
from pfocr_kg.source.frontmatter import reject_control_characters

Row = dict[str, str]


def rows(
    text: str, layouts: tuple[tuple[str, ...], ...]
) -> Iterator[tuple[int, Row | RecordError]]:
    r"""Read a table's rows as (line number, column -> cell).

    A row that does not fit the header comes as the error that says so. Fields are never quoted
    (a `"` is a character) and only "\n" ends a line: words read off an image can hold any
    other separator. `layouts` are the sets of columns, any one of which the header must have
    in full; further columns are passed on.

    Raises:
        RecordError: the table has no header, or lacks columns.

    """
    lines = text.split("\n")
    header = lines[0].split("\t")
    _check(header, layouts)
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        try:
            yield number, _row(header, line, number)
        except RecordError as error:
            yield number, error


def _row(header: list[str], line: str, number: int) -> Row:
    cells = line.split("\t")
    if len(cells) != len(header):
        reason = f"row has {len(cells)} fields where the header has {len(header)}"
        raise RecordError(reason, line=number)
    if not line.isprintable():
        reject_control_characters(line, number)
    return dict(zip(header, cells, strict=True))


def _check(header: list[str], layouts: tuple[tuple[str, ...], ...]) -> None:
    if header == [""]:
        raise RecordError("is empty: a table needs a header line", line=1)
    lacking = [tuple(c for c in layout if c not in header) for layout in layouts]
    if all(lacking):
        columns = ", ".join(sorted(lacking, key=len)[0])
        raise RecordError(f"lacks the column(s) {columns}", line=1)
    if len(set(header)) < len(header):
        raise RecordError("has a column twice", line=1)


def pairs(text: str) -> Iterator[tuple[int, str, str] | RecordError]:
    """Read a map of figid to id: two columns, no header; as (line number, figid, id)."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) == 2:
            yield number, cells[0], cells[1]
        else:
            yield RecordError(f"has {len(cells)} fields, not figid and id", line=number)
