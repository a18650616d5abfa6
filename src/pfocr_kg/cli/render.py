"""What the command line shows: tables whose columns fit, and progress."""

from __future__ import annotations

import csv
import io
import json
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

_NUMBERS = (int, float)
_DOUBLE: Final = iris.PREFIXES["xsd"] + "double"

_WHOLE: Final = frozenset({"name"})
"""Columns that are never folded."""

_READABLE: Final = 24
"""Width, in characters, below which a long column is a tower rather than a text."""


def cell(term: Any) -> str:
    """A term as a person reads it: a CURIE, or a literal's text; "" where unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return iris.curie(term.value)
    if isinstance(term, ox.Literal) and term.datatype.value == _DOUBLE:
        # A store may write 1e-90 with ninety zeros; the other formats have all digits.
        return f"{float(term.value):.6g}"
    return str(term.value)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], right: set[str]) -> Table:
    """A plain table; columns named in `right` are set to the right."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in columns:
        side: JustifyMethod = "right" if name in right else "left"
        # What is typed in again must not be broken.
        whole = name in _WHOLE
        width = len(name)
        made.add_column(Text(name), justify=side, overflow="fold", min_width=width, no_wrap=whole)
    for row in rows:
        made.add_row(*(Text(text) for text in row))
    return made


def result(answer: Rows | Answer, console: Console) -> None:
    """Print rows, or yes or no."""
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
    _print(console, names, [[cell(term) for term in row] for row in rows], numeric)
    count(len(rows), console)


def count(rows: int, console: Console) -> None:
    """Print how many rows there are."""
    console.print(Text(f"{rows:,} row{'' if rows == 1 else 's'}", style="dim"))


def _is_number(term: Any) -> bool:
    kinds = ("integer", "decimal", "double", "float")
    return isinstance(term, ox.Literal) and any(
        term.datatype.value == iris.PREFIXES["xsd"] + kind for kind in kinds
    )


def records(rows: list[dict[str, Any]], console: Console) -> None:
    """Print dicts of the same keys."""
    if not rows:
        return
    names = list(rows[0])
    numeric = {n for n in names if all(isinstance(row[n], _NUMBERS) for row in rows)}
    _print(console, names, [[_plain(row[name]) for name in names] for row in rows], numeric)


def dumped(rows: list[dict[str, Any]], columns: Iterable[str], form: str) -> str:
    """Dicts of the keys `columns` as "csv", "tsv" or "json", numbers in full."""
    if form == "json":
        return json.dumps(rows, indent=2, ensure_ascii=False) + "\n"
    text = io.StringIO()
    delimiter = "\t" if form == "tsv" else ","
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(row.values() for row in rows)
    return text.getvalue()


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _print(console: Console, names: list[str], rows: list[list[str]], right: set[str]) -> None:
    """Print a table; where its columns would be too narrow to read, one record at a time.

    A table on a terminal fits it; one in a file or a pipe has the room it needs.
    """
    widths = [max(map(cell_len, column)) for column in zip(names, *rows, strict=True)]
    needed = sum(max(len(n), min(w, _READABLE)) + 3 for n, w in zip(names, widths, strict=True))
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = max(console.width, sum(widths) + 3 * len(widths))
    elif needed > console.width:
        _print_records(console, names, rows)
        return
    console.print(table(names, rows, right))


def _print_records(console: Console, names: list[str], rows: list[list[str]]) -> None:
    for row in rows:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(style="bold", no_wrap=True)
        grid.add_column(overflow="fold")
        for name, text in zip(names, row, strict=True):
            grid.add_row(name, Text(text))
        console.print(grid)
        console.print()
