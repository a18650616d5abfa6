"""Tables as text for people: one line a row, numbers aligned right.

On a terminal, or where COLUMNS is set, a table is as wide as that: long texts end in "…", the
longest first. Columns without room are left out, empty ones and long texts first, and named
below the table; a title beside a short identifier stays. In a file or a pipe, nothing is shortened.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from pfocr_kg import iris
from pfocr_kg.cli.terminal import shown
from pfocr_kg.query.results import Answer, Rows

_XSD: Final = iris.PREFIXES["xsd"]
_NUMERIC: Final = frozenset(_XSD + kind for kind in ("integer", "decimal", "double", "float"))

_LINE_ENDS: Final = re.compile(r"\r\n|[\t\n\v\f\r]")
_BETWEEN: Final = 3
"""Width, in characters, between two columns."""
_READABLE: Final = 20
"""Width that is enough for texts of several words: longer ones are left out first."""
_LEAST: Final = 12
"""Width below which such a text says too little: a column is left out instead."""


@dataclass(slots=True, eq=False)
class _Column:
    """A column of texts, and the width that it is printed with, at first the one it needs."""

    name: str
    texts: Sequence[str]
    is_number: bool
    width: int = 0

    def __post_init__(self) -> None:
        self.width = max(map(cell_len, (self.name, *self.texts)))

    def floor(self, limit: int) -> int:
        """The least width, where texts of several words are shortened to `limit` characters.

        Texts of one word are names and identifiers, which users copy: they stay whole.
        """
        is_long = any(" " in text for text in self.texts)
        return max(cell_len(self.name), min(self.width, limit)) if is_long else self.width

    def worth(self, at: int) -> tuple[int, ...]:
        """What is left out first has the least: empty columns, then long texts, then wide ones."""
        if not any(self.texts):
            return (0, -at)
        if self.floor(_READABLE) < self.width:
            return (1, -at)
        return (2, -self.width, self.is_number, -at)

    def cell(self, text: str) -> str:
        """A text in the column's width, at the right if the column has numbers."""
        size = cell_len(text)
        if size > self.width:
            return set_cell_size(text, self.width - 1) + "…"
        blanks = " " * (self.width - size)
        return blanks + text if self.is_number else text + blanks


def print_answer(answer: Rows | Answer, console: Console, *, wide: bool = False) -> None:
    """Print rows and their number, or yes or no; the number 0 is left to the caller."""
    if isinstance(answer, Answer):
        console.print("yes" if answer else "no")
        return
    names = answer.variables
    rows = [list(row) for row in answer.terms()]
    numeric = {
        name
        for at, name in enumerate(names)
        if rows and all(row[at] is None or _is_number(row[at]) for row in rows)
    }
    texts = [[_term_text(term) for term in row] for row in rows]
    _print(console, names, texts, numeric, wide=wide)
    print_count(len(rows), console)


def print_count(rows: int, console: Console) -> None:
    """Print how many rows there are, if any."""
    if rows:
        console.print(Text(f"{rows:,} row{'' if rows == 1 else 's'}", style="dim"))


def print_rows(
    rows: Sequence[Mapping[str, Any]],
    console: Console,
    names: Sequence[str] = (),
    *,
    wide: bool | None = None,
    fits: bool = False,
) -> None:
    """Print rows of plain values; `names` are the columns, by default those of the first row.

    IRIs are shown as CURIEs. `wide` is the command's option --wide, None if it has none. A table
    that `fits` is shortened in a file or a pipe too.
    """
    names = list(names or (rows[0] if rows else ()))
    if not names:
        return
    numeric = {n for n in names if rows and all(_is_plain_number(row[n]) for row in rows)}
    texts = [[_value_text(name, row[name]) for name in names] for row in rows]
    _print(console, names, texts, numeric, wide=wide, fits=fits)


def _term_text(term: Any) -> str:
    """The text of a term for people: a CURIE, or a literal's text; "" if unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return iris.curie(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value == _XSD + "double":
        # A store can write 1e-90 with ninety zeros; other formats keep all digits.
        return f"{float(term.value):.6g}"
    return str(term.value)


def _is_number(term: Any) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMERIC


def _is_plain_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def _value_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) and name != "year" else iris.curie(str(value))


def _line(text: str, console: Console) -> str:
    """A text in one line, as the console shows it."""
    return text if text.isprintable() else shown(_LINE_ENDS.sub(" ", text), console)


def _print(
    console: Console,
    names: list[str],
    rows: list[list[str]],
    numeric: set[str],
    *,
    wide: bool | None,
    fits: bool = False,
) -> None:
    columns = [
        _Column(_line(name, console), [_line(row[at], console) for row in rows], name in numeric)
        for at, name in enumerate(names)
    ]
    in_pipe = not (console.is_terminal or "COLUMNS" in os.environ)
    if not (wide or (in_pipe and not fits)):
        room = console.width
        if in_pipe:  # which cannot be made wider, so that no column is left out
            room = max(room, _total([column.floor(_READABLE) for column in columns]))
        columns = _fitting(columns, room)
    console.print(Text(_line_of(columns), style="bold"), soft_wrap=True)
    lines = ["─" * _total([column.width for column in columns])]
    lines += [_line_of(columns, at) for at in range(len(rows))]
    console.print(Text("\n".join(lines)), soft_wrap=True)
    left = {column.name for column in columns}
    if hidden := [name for name in (_line(name, console) for name in names) if name not in left]:
        how = "a wider terminal" if fits else "a pipe" if wide is None else "--wide"
        console.print(Text(f"no room for {', '.join(hidden)}: {how} shows all", style="dim"))


def _line_of(columns: list[_Column], at: int | None = None) -> str:
    """One row of a table, or the names of its columns."""
    cells = (column.cell(column.name if at is None else column.texts[at]) for column in columns)
    return (" " * _BETWEEN).join(cells).rstrip()


def _least(columns: list[_Column]) -> int:
    return _total([column.floor(_LEAST) for column in columns])


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + _BETWEEN * (len(widths) - 1)


def _fitting(columns: list[_Column], room: int) -> list[_Column]:
    """The columns that fit into the room, at least the first, with widths that fit.

    The second often is the title of what the first identifies: it stays if they need half of the
    room or less, and a label if there is any room.
    """
    is_label = [column.name for column in columns[1:2]] == ["label"]
    fits = _least(columns[:2]) <= (room if is_label else room // 2)
    kept = columns[:2] if fits else columns[:1]
    left = room - _least(kept)
    for column in sorted(
        columns[len(kept) :], key=lambda c: c.worth(columns.index(c)), reverse=True
    ):
        if (need := _BETWEEN + column.floor(_LEAST)) <= left:
            kept.append(column)
            left -= need
    if left < 0:
        kept[0].width = room
    floors = {column.name: column.floor(_LEAST) for column in kept}
    long = {column.name for column in kept if column.width > _READABLE}
    while _total([column.width for column in kept]) > room:
        high = [column for column in kept if column.width > floors[column.name]]
        max(high, key=lambda column: (column.name in long, column.width)).width -= 1
    return [column for column in columns if column in kept]
