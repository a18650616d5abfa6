"""pfocr-kg validate: check the graph against SHACL shapes."""

from __future__ import annotations

import re
import sys
from typing import Final

import click

from pfocr_kg import iris
from pfocr_kg.cli import options, progress
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import Screen
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.graph import Graph

_IRI: Final = re.compile("<[^<>]*>|^[^<>^(]+$")
"""The IRIs of a path: in angle brackets, or alone."""


@options.command(epilog=options.examples("pfocr-kg validate", "pfocr-kg validate --store my-store"))
@options.quiet("No progress.")
@options.store
def validate(store: str, quiet: bool) -> None:
    """Check the graph against SHACL shapes.

    Lists what does not conform, and then exits with 1.
    """
    with stoppable(), Graph(store) as graph, progress.of_validation(quiet=quiet) as show:
        found = graph.validate(progress=show)
    if found:
        click.echo("The graph conforms to the shapes.")
        return
    rows = [
        {
            "node": iris.curie(violation.node),
            "property": _IRI.sub(lambda iri: iris.curie(iri[0].strip("<>")), violation.path),
            "value": iris.curie(violation.value),
            "why": violation.message,
        }
        for violation in found.violations
    ]
    print_rows(rows, Screen())
    sys.exit(WRONG)
