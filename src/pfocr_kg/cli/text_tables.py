"""Tables as text for people: columns that fit the terminal, with numbers aligned right."""

from __future__ import annotations

import os
from collections.abc import Iterable
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

_NEVER_FOLDED: Final = frozenset({"name"})
"""Columns whose values users copy."""

_READABLE: Final = 24
"""Width, in characters, below which a long text in a column is hard to read."""


def print_answer(answer: Rows | Answer, console: Console) -> None:
    """Print rows and their number, or yes or no."""
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
    _print(console, names, [[_term_text(term) for term in row] for row in rows], numeric)
    print_count(len(rows), console)


def print_count(rows: int, console: Console) -> None:
    """Print how many rows there are."""
    console.print(Text(f"{rows:,} row{'' if rows == 1 else 's'}", style="dim"))


def print_rows(rows: list[dict[str, Any]], console: Console) -> None:
    """Print dicts of the same keys; nothing if there are none."""
    if not rows:
        return
    names = list(rows[0])
    numeric = {n for n in names if all(isinstance(row[n], int | float) for row in rows)}
    _print(console, names, [[_value_text(row[name]) for name in names] for row in rows], numeric)


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


def _value_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _print(console: Console, names: list[str], rows: list[list[str]], right: set[str]) -> None:
    """Print a table, or, if its columns would be too narrow to read, one record at a time.

    On a terminal, a table fits its width; in a file or a pipe, it is as wide as it needs.
    """
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    needed = sum(max(len(n), min(w, _READABLE)) + 3 for n, w in zip(names, widths, strict=True))
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = max(console.width, sum(widths) + 3 * len(widths))
    elif needed > console.width:
        _print_records(console, names, rows)
        return
    console.print(_table(names, rows, right))


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]], right: set[str]) -> Table:
    """A plain table; columns named in `right` are aligned right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in columns:
        side: JustifyMethod = "right" if name in right else "left"
        fixed = name in _NEVER_FOLDED
        width = len(name)
        table.add_column(Text(name), justify=side, overflow="fold", min_width=width, no_wrap=fixed)
    for row in rows:
        table.add_row(*(Text(text) for text in row))
    return table


def _print_records(console: Console, names: list[str], rows: list[list[str]]) -> None:
    for row in rows:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, text in zip(names, row, strict=True):
            grid.add_row(name, Text(text))
        console.print(grid)
        console.print()
