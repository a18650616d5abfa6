"""Tables of a page: some rows of a list, sorted as the request says, each cell with its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from markupsafe import Markup, escape

from pfocr_kg.serve.messages import Asked, RequestError
from pfocr_kg.serve.pages.html import breakable, cells, link, number

FIRST: Final = 50
"""Rows of a table, unless the reader asks for all."""

MOST: Final = 5_000
"""Rows of a table where all are asked for: more of them a browser shows slowly."""

_LONG: Final = 24
"""Characters of a cell that needs a wide column."""

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value, the address that it leads to, the kind of chip that shows it, and a note on it.

    Kinds of chips are the match kinds, the levels, `curated`, and any other word for a plain one.
    """

    value: Value
    href: str = ""
    chip: str = ""
    note: str = ""

    @property
    def text(self) -> str:
        """The value as people see it."""
        if isinstance(self.value, bool):
            return "yes" if self.value else ""
        if isinstance(self.value, int | float):
            return number(self.value)
        return self.value or ""

    def __html__(self) -> str:
        """A link, a chip, both, or plain text. A page has thousands: a template takes longer."""
        text, shown = self.text, breakable(self.text)
        kind = f' class="chip {escape(self.chip)}"' if self.chip else ""
        note = f' title="{escape(self.note)}"' if self.note else ""
        if self.href and text:
            return f'<a href="{escape(self.href)}"{kind}{note}>{shown}</a>'
        return f"<span{kind}{note}>{shown}</span>" if kind or note else str(shown)


Content = Cell | Sequence[Cell] | Value
"""What a cell can be made of: several cells are shown one after the other."""


@dataclass(frozen=True, slots=True)
class PageColumn:
    """A column: `key` in the rows, `heading` for people, `note` to explain it.

    Numbers that are no amounts (years, ids) are given as texts. `is_long` is found by `table`.
    """

    key: str
    heading: str
    is_number: bool = False
    note: str = ""
    is_long: bool = False

    @property
    def classes(self) -> str:
        """The class of its cells."""
        return "number" if self.is_number else "long" if self.is_long else ""


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: the link that sorts by it (or ""), and how it is sorted now (or "")."""

    column: PageColumn
    href: str
    sorted: str


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as `macros.html` shows it."""

    id: str
    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[tuple[Cell, ...], ...], ...]
    total: int
    more: bool
    """Whether there are more rows than `total`; then it cannot be sorted."""
    all_rows: str
    """The address that shows all; "" if all are shown, or can not be."""
    fewer_rows: str
    permalink: str
    downloads: tuple[tuple[str, str], ...]

    @property
    def body(self) -> Markup:
        """The rows as HTML."""
        kinds = [one.column.classes for one in self.headings]
        starts = [f'<td class="{kind}">' if kind else "<td>" for kind in kinds]
        rows = (
            "".join(f"{td}{cells(them)}</td>" for td, them in zip(starts, row, strict=True))
            for row in self.rows
        )
        return Markup("\n".join(f"        <tr>{row}</tr>" for row in rows))  # noqa: S704 - is HTML

    @property
    def explained(self) -> tuple[PageColumn, ...]:
        """The columns that have a note."""
        return tuple(one.column for one in self.headings if one.column.note)

    @property
    def shown(self) -> str:
        """How many of the rows it has, for people; "" if it has all."""
        count = len(self.rows)
        all_of = f"{'more than ' if self.more else ''}{self.total:,}"
        return f"the first {count:,} of {all_of}" if count < self.total or self.more else ""


def wanted(asked: Asked, table: str, first: int = FIRST) -> int | None:
    """How many rows a page needs for this table; None for all, which to sort takes, too."""
    return None if asked.get(f"{table}.sort") or asked.get(f"{table}.all") else first


def table(
    asked: Asked,
    name: str,
    caption: str,
    columns: Sequence[PageColumn],
    rows: Sequence[Mapping[str, Content]],
    *,
    total: int | None = None,
    more: bool = False,
    first: int = FIRST,
    download: str = "",
) -> PageTable:
    """A table of rows, which are in their best order; columns without any value are left out.

    `name` is the id of the table in the page. `total` is the number of all rows, where `rows` are
    the first of them: `wanted` tells how many the request needs; with `more`, not even `total` is
    all, and nothing is sorted. Neither is what was posted, which has no address for another order.
    `download` is the address of all rows, to which format=csv is added. The parameters
    `<name>.sort` (a column, with - before it the greatest first) and `<name>.all` of the request
    say what is shown.

    Raises:
        RequestError: the table has no such column.

    """
    is_all = bool(asked.get(f"{name}.all"))
    cells = [{c.key: _cells(row.get(c.key)) for c in columns} for row in rows]
    used = [c for c in columns if any(_has_value(row[c.key]) for row in cells)] or list(columns)
    used = [replace(c, is_long=any(_is_long(row[c.key]) for row in cells)) for c in used]
    is_fixed = more or asked.method == "POST"
    order = "" if is_fixed else asked.get(f"{name}.sort")
    shown = _sorted(cells, columns, order)[: MOST if is_all else first]
    count = len(rows) if total is None else total
    can_be_all = not is_all and len(shown) < count and asked.method != "POST"
    return PageTable(
        name,
        caption,
        tuple(_heading(asked, name, column, None if is_fixed else order) for column in used),
        tuple(tuple(row[column.key] for column in used) for row in shown),
        count,
        more,
        link(asked, {f"{name}.all": "1"}, name) if can_be_all else "",
        link(asked, {f"{name}.all": None}, name) if is_all and count > first else "",
        "" if asked.method == "POST" else link(asked, {}, name),
        tuple(_downloads(download)) if download else (),
    )


def _cells(content: Content) -> tuple[Cell, ...]:
    if isinstance(content, Cell):
        return (content,)
    if isinstance(content, Sequence) and not isinstance(content, str):
        return tuple(content)
    return (Cell(content),)


def _is_long(cells: tuple[Cell, ...]) -> bool:
    """Whether these need more than a narrow column."""
    return sum(len(cell.text) for cell in cells) > _LONG


def _has_value(cells: tuple[Cell, ...]) -> bool:
    return any(cell.text for cell in cells)


def _sorted(
    rows: list[dict[str, tuple[Cell, ...]]], columns: Sequence[PageColumn], order: str
) -> list[dict[str, tuple[Cell, ...]]]:
    """The rows in the order of a column; those without a value come last either way."""
    key = order.removeprefix("-")
    if not order:
        return rows
    if key not in {column.key for column in columns}:
        raise RequestError(400, f"the table has no column {key!r}")
    full = [row for row in rows if _has_value(row[key])]
    empty = [row for row in rows if not _has_value(row[key])]
    full.sort(key=lambda row: _order(row[key]), reverse=order.startswith("-"))
    return full + empty


def _order(cells: tuple[Cell, ...]) -> tuple[Any, ...]:
    """Numbers by size, before texts by letters in any case."""
    return tuple(
        (0, cell.value, "") if isinstance(cell.value, int | float) else (1, 0, cell.text.casefold())
        for cell in cells
    )


def _heading(asked: Asked, name: str, column: PageColumn, order: str | None) -> Heading:
    """Numbers begin with the greatest, texts with A; the second time it is turned round."""
    if order is None:
        return Heading(column, "", "")
    up, down = column.key, f"-{column.key}"
    turn = {up: down, down: up}.get(order, down if column.is_number else up)
    state = {up: "ascending", down: "descending"}.get(order, "")
    return Heading(column, link(asked, {f"{name}.sort": turn}, name), state)


def _downloads(download: str) -> list[tuple[str, str]]:
    joint = "&" if "?" in download else "?"
    return [(form.upper(), f"{download}{joint}format={form}") for form in ("csv", "tsv", "json")]
