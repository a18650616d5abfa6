"""pfocr-kg show: all about one gene, disease, chemical, organism, pathway, paper or figure."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Final

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pfocr_kg.cli import options
from pfocr_kg.cli.output import show as show_in
from pfocr_kg.cli.output import write, write_json
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import notes, shown
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.graph import Graph
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.about import presentation
from pfocr_kg.query.about.showing import LIMIT, About
from pfocr_kg.rdf import formats

_TEXT: Final = "text"
_ENDINGS: Final = {"txt": _TEXT, "json": "json", "ttl": "turtle"}
_LONGEST: Final = 480
"""Characters of a fact that are shown: six lines, for a caption."""


@options.command(
    epilog=options.examples(
        "pfocr-kg show TP53",
        'pfocr-kg show "liver cancer" --limit 20',
        "pfocr-kg show Stat3 --organism mouse",
        "pfocr-kg show PMC5117516__F1 --format json",
    )
)
@click.argument("name")
@options.choice("--kind", values=NamedKind, help="What is meant, where a name has several kinds.")
@click.option("--organism", metavar="NAME", default="", help="Organism of the gene or pathway.")
@options.level
@options.number("--limit", help=f"Rows of each list.  [default: {LIMIT}; all in JSON]")
@options.file_format((_TEXT, "json", "turtle"), _TEXT)
@options.output
@options.store
@options.quiet("Do not say what the name was taken for.")
def show(
    name: str,
    kind: str | None,
    organism: str,
    level: str,
    limit: int | None,
    form: str | None,
    output: Path | None,
    store: str,
    quiet: bool,
) -> None:
    """Show all about one thing.

    NAME is a name or id of a gene, disease, chemical, organism, pathway, paper or figure. Turtle
    is the thing's own triples; of a figure also those of its paper, mentions, entities and links.
    """
    note = notes(quiet=quiet)
    form = form or formats.by_ending(output, _ENDINGS, _TEXT, "format of show")

    with stoppable(), Graph(store) as graph:
        if form == "turtle":
            answer = graph.triples_of(name, kind=kind, organism=organism, on_note=note)
            write(output, lambda file: answer.write(file, "turtle"))
            return
        rows = limit or (None if form == "json" else LIMIT)
        about = graph.show(
            name, kind=kind, organism=organism, level=level, limit=rows, on_note=note
        )
    if form == "json":
        write_json(output, about.as_dict())
    else:
        show_in(output, lambda console: _print(about, console))


def _print(about: About, console: Console) -> None:
    kind, facts = about.match.kind, about.facts
    console.print(_text(about.match.description, console, "bold"))
    console.print(_text(about.match.iri, console, "dim"))
    console.print()
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for fact, value in presentation.lines(facts):
        short = textwrap.shorten(value, _LONGEST, placeholder=" …")
        grid.add_row(fact, _text(short, console))
    console.print(grid)
    for part in presentation.parts(kind, facts):
        console.print()
        console.print(Text(f"{part.title} ({facts[part.key].count:,})", style="bold"))
        print_rows(part.rows, console, part.headings, fits=True)
        if part.more:
            # A command that would not fit has a line of its own, to be copied.
            more = part.more if cell_len(part.more) <= console.width else _two_lines(part.more)
            console.print(_text(more, console, "dim"))
    if missing := presentation.empty(kind, facts):
        console.print()
        console.print(Text(f"none: {'; '.join(missing)}", style="dim"))
    if not about.linked:
        console.print(Text("not linked to pathways yet: pfocr-kg link", style="dim"))


def _text(text: str, console: Console, style: str = "") -> Text:
    return Text(shown(text, console), style=style, overflow="fold")


def _two_lines(more: str) -> str:
    return more.replace(": ", ":\n", 1)
