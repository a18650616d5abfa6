"""pfocr-kg enrich: pathways or figures that a gene list is enriched in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pfocr_kg.cli import completion, options
from pfocr_kg.cli.output import read_text
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.tables import DEFAULT_FORMAT, FORMATS, Shown, write_rows
from pfocr_kg.cli.terminal import say
from pfocr_kg.graph import Graph
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.model import Level
from pfocr_kg.names import unknown

if TYPE_CHECKING:
    from pfocr_kg.link.enrichment import Enrichment

_MOST_NAMES: Final = 10
"""Names that a message lists; --format json holds all."""
_KINDS_OF_NAMES: Final = (
    ("other names", "renamed", "; "),
    ("one gene", "same_gene", "; "),
    ("ambiguous, not tested", "ambiguous", "; "),
    ("of another organism, not tested", "other_organism", "; "),
    ("numbers beside names, not tested (an id is ncbigene:596)", "numbers", " "),
    ("unknown", "unknown", " "),
    ("unknown in the background", "unknown_in_background", " "),
    ("in none of the {}", "outside", " "),
    ("not in the background", "not_in_background", " "),
)
"""How messages call the names of each key of `Enrichment.summary`, and what separates them."""


@options.command(
    epilog=options.examples(
        "pfocr-kg enrich my-genes.txt",
        "pfocr-kg enrich deseq2.csv --column symbol --background all-measured-genes.txt",
        "echo TP53 MDM2 CDKN1A | pfocr-kg enrich - --against figures --limit 20",
    )
)
@click.argument("genes", metavar="FILE|-", shell_complete=completion.files)
@click.option(
    "--column",
    metavar="NAME",
    default="",
    help="Column of a table, by its name or number.  [default: a column named symbol, gene ...]",
)
@click.option(
    "--background",
    metavar="FILE",
    shell_complete=completion.files,
    help="Genes that the list was chosen from, a list or a table.  [default: genes of all terms]",
)
@click.option(
    "--organism",
    metavar="NAME",
    default="human",
    show_default=True,
    help="Name, common name or NCBI taxon of the genes' organism.",
)
@click.option(
    "--against",
    type=click.Choice(ENRICHED_IN, case_sensitive=False),
    default="pathways",
    show_default=True,
    metavar="WHAT",
    help="pathways (of a linked store) or figures.",
)
@options.levels("Genes of figures that count", default="any")
@options.table
@options.file_format(FORMATS, DEFAULT_FORMAT)
@options.output
@options.quiet("Say nothing about the list and the test.")
@options.store
def enrich(
    genes: str,
    background: str | None,
    shown: Shown,
    form: str | None,
    output: Path | None,
    quiet: bool,
    store: str,
    **given: Any,
) -> None:
    """Find pathways or figures that a gene list is enriched in.

    The list is a plain list of symbols, other names and ids of genes, or a table with a column of
    them. P-values are hypergeometric, adjusted by Benjamini and Hochberg for all pathways (or
    figures) with genes; the universe is the genes that any of them has, and the background.
    Of figures, by_symbol counts the genes of the list that are read by their own symbol.
    """
    text = read_text(genes)
    others = None if background is None else read_text(background)
    with stoppable(), Graph(store) as graph:
        found = graph.enrich(text, background=others, **given)
    level = "" if given["level"] == Level.ANY else f" at level {given['level']}"
    against = given["against"] + level
    if not quiet:
        for line in _notes(found, against):
            say(line)
    columns, rows = found.table(given["against"])
    write_rows(rows, columns, shown, form, output, about=found.summary())


def _notes(found: Enrichment, against: str) -> Iterator[str]:
    """What was tested, and what became of the names of the list, one line each."""
    told = found.summary()
    if told["column"]:
        yield f"column: {told['column']}"
    size = told["background"]
    within = "" if size is None else f" that are among the {size:,} of the background"
    yield f"genes of the list: {told['genes']:,}; in the universe: {told['counted']:,}"
    yield f"universe: {told['universe']:,} genes of {against}{within}"
    yield f"p-values are corrected for {told['tested']:,} {against}"
    for what, key, separator in _KINDS_OF_NAMES:
        if names := told[key]:
            yield f"{what.format(against)}: {_some(list(_texts(names)), separator)}"
    yield from filter(None, map(unknown.of_date, told["unknown"]))


def _texts(names: Mapping[str, str | list[str]] | Sequence[str | list[str]]) -> Iterator[str]:
    if isinstance(names, Mapping):
        for word, means in names.items():
            yield f"{word}: {means if isinstance(means, str) else _some(means, ' or ')}"
    else:
        for name in names:
            yield name if isinstance(name, str) else " = ".join(name)


def _some(names: Sequence[str], separator: str) -> str:
    """The first names, and how many there are beside them."""
    more = len(names) - _MOST_NAMES
    return separator.join(names[:_MOST_NAMES]) + (f" and {more:,} more" if more > 0 else "")
