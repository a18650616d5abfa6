"""pfocr-kg enrich: pathways or figures that a gene list is enriched in."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.output import read_text
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.tables import FORMATS, Shown, write_rows
from pfocr_kg.graph import Graph
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.model import Level
from pfocr_kg.rdf import formats

_COLUMNS: Final = ("term", "title", "overlap", "p_value", "adjusted_p_value", "genes")
_OF_FIGURES: Final = ("term", "title", "overlap", "by_symbol", *_COLUMNS[3:])


@click.command(
    epilog=options.examples(
        "pfocr-kg enrich my-genes.txt",
        "echo TP53 MDM2 CDKN1A 596 | pfocr-kg enrich - --against figures --limit 20",
    )
)
@click.argument("genes", metavar="FILE|-")
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
@options.file_format(FORMATS, formats.TABLE)
@options.output
@options.store
def enrich(
    genes: str, shown: Shown, form: str | None, output: Path | None, store: str, **given: Any
) -> None:
    """Find pathways or figures that a gene list is enriched in.

    The list holds symbols and NCBI gene ids, mixed. P-values are hypergeometric, adjusted by
    Benjamini and Hochberg; the universe is the genes that any pathway (or figure) has.
    Of figures, by_symbol counts the genes of the list that are read by their own symbol.
    """
    text = read_text(genes)
    with stoppable(), Graph(store) as graph:
        found = graph.enrich(text, **given)
    level = "" if given["level"] == Level.ANY else f" at level {given['level']}"
    outside = f"in none of the {given['against']}{level}"
    for what, names in (("unknown", found.unknown), (outside, found.outside)):
        if names:
            click.echo(f"{what}: {' '.join(names)}", err=True)
    columns = _OF_FIGURES if given["against"] == "figures" else _COLUMNS
    rows = [
        {name: getattr(row, name) for name in columns} | {"genes": " ".join(row.genes)}
        for row in found.rows
    ]
    write_rows(rows, columns, shown, form, output)
