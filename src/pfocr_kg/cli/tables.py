"""Rows of plain values as a table, CSV, TSV or JSON, and which of them are shown."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from pfocr_kg.cli.output import show, write, write_json
from pfocr_kg.cli.terminal import say
from pfocr_kg.cli.text_tables import print_count, print_rows
from pfocr_kg.query import delimited
from pfocr_kg.query.results import chosen_columns
from pfocr_kg.rdf import formats

_DELIMITERS: Final = {"csv": ",", "tsv": "\t"}
FORMATS: Final = (formats.TABLE, *_DELIMITERS, "json")
DEFAULT_FORMAT: Final = "as the file's ending says, else table"


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of a table is shown: at most `limit` rows, and these columns (all if empty).

    A `wide` table is not shortened to the terminal.
    """

    limit: int | None = None
    columns: tuple[str, ...] = ()
    wide: bool = False

    def say(self, found: int, *, more: bool) -> None:
        """Say on standard error if there are no rows, or more than were shown."""
        if not found:
            say("0 rows")
        elif more:
            say(f"there are more rows (--limit {found})")


def write_rows(
    rows: Iterable[Mapping[str, Any]],
    names: Sequence[str],
    shown: Shown,
    form: str | None,
    output: Path | None,
    *,
    about: Mapping[str, Any] | None = None,
) -> int:
    """Write rows in one of `FORMATS`; returns how many.

    `names` are all columns that the rows have. Without a format, it is a table, or in a file what
    its ending says. JSON is a list of the rows, or an object that holds what is said `about` them,
    and the list as "rows"; a list in a row is a list there, and one text in the other formats.

    Raises:
        QueryError: a column to show is not among the names.
        FormatError: the ending of the file is unknown.

    """
    form = form or formats.by_ending(
        output, {name: name for name in FORMATS[1:]}, formats.TABLE, "format of a table"
    )
    chosen = chosen_columns(names, shown.columns)
    left = iter(rows)
    kept = [{name: row[name] for name in chosen} for row in islice(left, shown.limit)]
    cells = [{name: delimited.cell(value) for name, value in row.items()} for row in kept]
    if form == formats.TABLE:
        show(output, lambda console: _print(console, cells, chosen, wide=shown.wide))
    elif form == "json":
        write_json(output, kept if about is None else {**about, "rows": kept})
    else:
        text = io.StringIO()
        writer = delimited.writer(text, _DELIMITERS[form])
        writer.writerow(chosen)
        writer.writerows(row.values() for row in cells)
        write(output, lambda file: file.write(text.getvalue().encode()))
    shown.say(len(kept), more=next(left, None) is not None)
    return len(kept)


def _print(
    console: Console, rows: list[dict[str, Any]], names: Sequence[str], *, wide: bool
) -> None:
    print_rows(rows, console, names, wide=wide)
    print_count(len(rows), console)
