"""pfocr-kg search: search figures by their texts, and by what they draw."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Final

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.options import Command
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.tables import DEFAULT_FORMAT, FORMATS, Shown, write_rows
from pfocr_kg.cli.terminal import notes
from pfocr_kg.graph import Graph
from pfocr_kg.names.search import Hit, Sort

_COLUMNS: Final = tuple(field.name for field in fields(Hit))
_HAS: Final = {
    "gene": "that draw this gene",
    "disease": "that name this disease",
    "chemical": "that draw this chemical",
    "organism": "of this organism",
}


def _entities(command: Command) -> Command:
    for name, has in reversed(_HAS.items()):
        text = f"Figures only {has}, a name or id; repeat for several."
        command = click.option(f"--{name}", metavar="NAME", multiple=True, help=text)(command)
    return command


def _year(name: str, text: str) -> Callable[[Command], Command]:
    kind = options.WholeNumber(0, 9999)
    return click.option(name, metavar="YEAR", type=kind, help=f"Figures of papers {text}.")


@options.command(
    epilog=options.examples(
        "pfocr-kg search apoptosis",
        "pfocr-kg search '\"liver cancer\" fibrosis'",
        "pfocr-kg search --disease 'liver cancer' --gene TGFB1 --since 2015 --no-pathway",
        "pfocr-kg search IL-6 --sort year --limit 100 --format tsv",
    )
)
@click.argument("words", nargs=-1)
@_entities
@options.levels("Genes that count", default="any")
@click.option(
    "--journal", metavar="NAME", default="", help="Figures of this journal only, in any case."
)
@_year("--since", "of this year or later")
@_year("--until", "of this year or earlier")
@click.option("--no-pathway", is_flag=True, help="Figures only that belong to no pathway.")
@options.choice(
    "--sort",
    values=Sort,
    default=Sort.RELEVANCE.value,
    show_default=True,
    help="The best, the newest, or those with the highest pathway score first.",
)
@options.tables(limit=20)
@options.quiet("Not what names were taken for, and no hints.")
@options.file_format(FORMATS, DEFAULT_FORMAT)
@options.output
@options.store
def search(
    words: tuple[str, ...],
    shown: Shown,
    quiet: bool,
    form: str | None,
    output: Path | None,
    store: str,
    **given: Any,
) -> None:
    """Search figures by WORDS of their texts, and by what they draw.

    All WORDS are sought, in title, caption, keywords, title of the paper and names of what is
    drawn; words in quotation marks one beside the other. Endings do not matter, and IL-6, IL6 and
    "IL 6" are one word. Exits with 1 if there is no such figure.
    """
    say = notes(quiet=quiet)

    with stoppable(), Graph(store) as graph:
        found = graph.search(" ".join(words), limit=shown.limit, on_note=say, **given)
    write_rows(found, _COLUMNS, replace(shown, limit=None), form, output)
    if not found:
        sys.exit(WRONG)
    more = f"{len(found)} of " if found.total > len(found) else ""
    say(
        f"{more}{found.total:,} figure{'' if found.total == 1 else 's'}"
        + ("; --limit shows more" if more else "")
    )
