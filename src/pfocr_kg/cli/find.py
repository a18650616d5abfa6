"""pfocr-kg find: find what is called so."""

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
from pfocr_kg.graph import Graph
from pfocr_kg.names.finding import FOUND
from pfocr_kg.names.matches import NamedKind


@options.command(
    epilog=options.examples(
        "pfocr-kg find p53",
        "pfocr-kg find TNF-alpha --kind gene --organism mouse",
        'pfocr-kg find "liver cancer" --kind disease --kind pathway',
        "pfocr-kg find 10.3390/v4030424 --format json",
    )
)
@click.argument("text")
@options.choice(
    "--kind", values=NamedKind, multiple=True, help="Things of this kind only; repeat for several."
)
@click.option(
    "--organism", metavar="NAME", default="", help="Genes and pathways of this organism only."
)
@options.tables(limit=20)
@options.quiet("Not what --organism was taken for, what is near, nor that there is more.")
@options.file_format(FORMATS, DEFAULT_FORMAT)
@options.output
@options.store
def find(
    text: str,
    kind: tuple[str, ...],
    organism: str,
    shown: Shown,
    quiet: bool,
    form: str | None,
    output: Path | None,
    store: str,
) -> None:
    """Find genes, diseases, chemicals, organisms, pathways, papers and figures by name.

    TEXT is a symbol, alias, previous symbol, label or title; an id of NCBI, HGNC, Ensembl, UniProt,
    DO, MeSH, ChEBI, WikiPathways or PubMed, a DOI or PMCID; or an alias, file name or page address
    of a figure. Case, hyphens and blanks do not matter, and Greek letters can be spelled.
    Exits with 1 if nothing is called so.
    """
    with stoppable(), Graph(store) as graph:
        found = graph.find(
            text,
            kind=kind,
            organism=organism,
            limit=shown.limit,
            on_note=notes(quiet=quiet),
        )
    write_rows(found, FOUND, replace(shown, limit=None), form, output)
    if not found:
        sys.exit(WRONG)
