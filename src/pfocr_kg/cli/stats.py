"""pfocr-kg stats: count what the graph holds."""

from __future__ import annotations

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.output import write_json
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import Screen
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.graph import Graph
from pfocr_kg.rdf import formats


@options.command(
    epilog=options.examples("pfocr-kg stats", "pfocr-kg stats --store my-store --format json")
)
@options.file_format((formats.TABLE, "json"), formats.TABLE)
@options.store
def stats(form: str | None, store: str) -> None:
    """Count what the graph holds.

    Gives triples, members of classes, and by organism its genes and the figures that draw them.
    """
    with stoppable(), Graph(store) as graph:
        counts = graph.stats()
    if form == "json":
        write_json(None, counts)
        return
    classes = {**counts["classes"], "triples in all": counts["triples"]}
    print_rows([{"class": name, "count": n} for name, n in classes.items()], Screen())
    click.echo()
    print_rows(counts["organisms"], Screen())
