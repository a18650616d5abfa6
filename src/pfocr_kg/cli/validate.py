"""pfocr-kg validate: check the graph against SHACL shapes."""

from __future__ import annotations

import sys

import click

from pfocr_kg import iris
from pfocr_kg.cli import options
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.output import stdout
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.graph import Graph


@click.command(epilog=options.examples("pfocr-kg validate", "pfocr-kg validate --store my-store"))
@options.store
def validate(store: str) -> None:
    """Check the graph against SHACL shapes.

    Lists what does not conform, and then exits with 1. It takes about 1 kB of memory a triple.
    """
    with stoppable(), Graph(store) as graph:
        found = graph.validate()
    if found:
        click.echo("The graph conforms to the shapes.")
        return
    rows = [
        {
            "node": iris.curie(violation.node),
            "property": iris.curie(violation.path),
            "value": iris.curie(violation.value),
            "why": violation.message,
        }
        for violation in found.violations
    ]
    print_rows(rows, stdout())
    sys.exit(WRONG)
