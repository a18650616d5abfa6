"""Tables as text for people: one line a row, numbers aligned right.

On a terminal, or where COLUMNS is set, a table is as wide as that: long texts end in "…", the
longest first, and columns at the right without room are named below it. In a file or a pipe,
nothing is shortened.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox
from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from pfocr_kg import iris
from pfocr_kg.query.results import Answer, Rows

_XSD: Final = iris.PREFIXES["xsd"]
_NUMERIC: Final = frozenset(_XSD + kind for kind in ("integer", "decimal", "double", "float"))

_BETWEEN: Final = 3
"""Width, in characters, between two columns."""
_READABLE: Final = 24
"""Width to which texts of several words are shortened before anything else."""
_LEAST_TEXT: Final = 12
"""Width below which such a text says too little: a column is left out instead."""
_LEAST_NAME: Final = 48
"""The same for texts of one word: names and identifiers, which users copy."""


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
    return _line(str(term.value))


def _is_number(term: Any) -> bool:
    return isinstance(term, ox.Literal) and term.datatype.value in _NUMERIC


def _is_plain_number(value: Any) -> bool:
    return value is None or isinstance(value, int | float)


def _value_text(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return (
        f"{value:,}" if isinstance(value, int) and name != "year" else _line(iris.curie(str(value)))
    )


def _line(text: str) -> str:
    """A text in one line, without characters that would steer the terminal."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else " " for character in text)


def _print(
    console: Console,
    names: list[str],
    rows: list[list[str]],
    right: set[str],
    *,
    wide: bool | None,
    fits: bool = False,
) -> None:
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    if wide or not (fits or console.is_terminal or "COLUMNS" in os.environ):
        console.width = max(console.width, _total(widths))
    elif _total(widths) > console.width:
        long = [any(" " in row[at] for row in rows) for at in range(len(names))]
        widths = _fitting(widths, names, long, console.width)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name, width in zip(names, widths, strict=False):
        side: JustifyMethod = "right" if name in right else "left"
        table.add_column(Text(name), justify=side, width=width, no_wrap=True, overflow="ellipsis")
    for row in rows:
        table.add_row(*map(Text, row[: len(widths)]))
    console.print(table)
    if hidden := names[len(widths) :]:
        how = "a wider terminal" if fits else "a pipe" if wide is None else "--wide"
        console.print(Text(f"no room for {', '.join(hidden)}: {how} shows all", style="dim"))


def _total(widths: list[int]) -> int:
    return sum(widths) + _BETWEEN * (len(widths) - 1)


def _fitting(widths: list[int], names: list[str], long: list[bool], room: int) -> list[int]:
    """Widths of the columns that fit into the room: the first ones, at least one.

    `widths` are those that the columns need, and `long` marks those with texts of several words.
    """

    def floors(text: int, name: int) -> list[int]:
        limits = [text if is_long else name for is_long in long]
        both = zip(widths, names, limits, strict=True)
        return [max(cell_len(n), min(w, limit)) for w, n, limit in both]

    least = floors(_LEAST_TEXT, _LEAST_NAME)
    while len(least) > 1 and _total(least) > room:
        least.pop()
    if len(least) == 1:
        return [min(widths[0], room)]
    fitted = [min(width, room) for width in widths[: len(least)]]
    for floor in (floors(_READABLE, room), least):
        while _total(fitted) > room and (high := [i for i, w in enumerate(fitted) if w > floor[i]]):
            fitted[max(high, key=fitted.__getitem__)] -= 1
    return fitted
