"""What the command line shows: tables whose columns fit, and progress."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pfocr_kg import iris
from pfocr_kg.results import Answer, Rows

_NUMBERS = (int, float)


def cell(term: Any) -> str:
    """A term as a person reads it: a CURIE, or a literal's text; "" where unbound."""
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return iris.curie(term.value)
    return str(term.value)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], right: set[str]) -> Table:
    """A plain table; columns named in `right` are set to the right."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for name in columns:
        side = "right" if name in right else "left"
        made.add_column(Text(name), justify="right" if side == "right" else "left", overflow="fold")
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
    shown = [[cell(term) for term in row] for row in rows]
    _print(console, table(names, shown, numeric))
    console.print(Text(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}", style="dim"))


def _is_number(term: Any) -> bool:
    kinds = ("integer", "decimal", "double", "float")
    return isinstance(term, ox.Literal) and any(
        term.datatype.value == iris.PREFIXES["xsd"] + kind for kind in kinds
    )


def mapping(title: str, values: Mapping[str, Any], console: Console) -> None:
    """Print names with numbers."""
    rows = [[name, f"{value:,}"] for name, value in values.items()]
    _print(console, table([title, "count"], rows, {"count"}))


def records(rows: list[dict[str, Any]], console: Console) -> None:
    """Print dicts of the same keys."""
    if not rows:
        return
    names = list(rows[0])
    numeric = {n for n in names if all(isinstance(row[n], _NUMBERS) for row in rows)}
    shown = [[_plain(row[name]) for name in names] for row in rows]
    _print(console, table(names, shown, numeric))


def _plain(value: Any) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, _NUMBERS) else str(value)


def _print(console: Console, made: Table) -> None:
    # A table on a terminal is folded to fit; one in a file or a pipe has the room it needs.
    if console.is_terminal:
        console.print(made)
    else:
        console.print(made, width=console.measure(made).maximum, soft_wrap=False, crop=False)
