"""pfocr-kg candidates: what a curator of WikiPathways could draw next."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.tables import DEFAULT_FORMAT, FORMATS, Shown, write_rows
from pfocr_kg.cli.terminal import notes
from pfocr_kg.errors import QueryError
from pfocr_kg.graph import Graph
from pfocr_kg.rdf import formats

_IN_TABLE = ("figure", "points", "reason")
"""Columns of a table: more of them would leave no room for the reason."""


@options.command(
    epilog=options.examples(
        "pfocr-kg candidates",
        "pfocr-kg candidates ferroptosis",
        "pfocr-kg candidates pathway=WP254 --columns figure,points,newGenes",
        "pfocr-kg candidates '\"fatty liver\"' --limit 100 --output candidates.csv",
    )
)
@click.argument("about", metavar="[TOPIC|pathway=NAME]", nargs=-1)
@options.tables(limit=20)
@options.quiet("Not what names were taken for, and no hints.")
@options.file_format(FORMATS, DEFAULT_FORMAT)
@options.output
@options.store
def candidates(
    about: tuple[str, ...],
    shown: Shown,
    quiet: bool,
    form: str | None,
    output: Path | None,
    store: str,
) -> None:
    """Rank figures by what they would add to WikiPathways.

    Without pathway=NAME, these are figures most worth a pathway of their own: they have many
    unambiguous genes, a good pathway score, and no pathway near. With words of a TOPIC, only
    figures that `search` finds count. With pathway=NAME, these are figures near this pathway that
    have most genes which it lacks. Each row says why, and `pfocr-kg query candidates --help` what
    the points are; --wide shows all columns. Exits with 1 if there are none.
    """
    say = notes(quiet=quiet)

    topic, pathway = _asked(" ".join(about))
    with stoppable(), Graph(store) as graph:
        found = graph.candidates(topic, pathway, on_note=say)
        if pathway and not found:
            for line in graph.hints("candidates-for-pathway", pathway=pathway):
                say(line)
    names = list(found[0]) if found else list(shown.columns)
    if found and not (shown.columns or shown.wide or output) and form in (None, formats.TABLE):
        more = () if pathway is None else ("newGenes",)
        shown = replace(shown, columns=(*_IN_TABLE, *more))
    write_rows(found, names, shown, form, output)
    if not found:
        sys.exit(WRONG)


def _asked(words: str) -> tuple[str, str | None]:
    """The topic, and what is after pathway=, None without it.

    Raises:
        QueryError: another name is before the "=".

    """
    before, equals, pathway = words.partition("=")
    topic, _, name = before.rpartition(" ")
    if equals and name != "pathway":
        raise QueryError(f"there is no parameter {name!r}", hint="Ask for pathway=NAME")
    return (topic, pathway) if equals else (words, None)
