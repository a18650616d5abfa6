"""Commands that make networks: network."""

from __future__ import annotations

from pathlib import Path

import click

from pfocr_kg.cli.group import app
from pfocr_kg.cli.options import examples, format_option, output_option, store_option
from pfocr_kg.cli.streams import write
from pfocr_kg.graph import Graph
from pfocr_kg.network.options import FORMATS, KINDS, file_format


@app.command(
    epilog=examples(
        "pfocr-kg network genes --organism human --min-weight 5 --output genes.graphml",
        "pfocr-kg network diseases --format tsv",
    )
)
@click.argument("kind", metavar="KIND", type=click.Choice(KINDS, case_sensitive=False))
@click.option(
    "--organism",
    metavar="NAME",
    help="Genes of this organism only: its name, common name or NCBI taxon.  [default: all]",
)
@click.option(
    "--min-weight",
    metavar="N",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Least number of figures that draw both genes, or of genes shared; bipartite: of"
    " figures that draw a gene.",
)
@click.option("--direct-only", is_flag=True, help="Count genes read by their own symbol only.")
@format_option(FORMATS, "as the file's ending says, else tsv")
@output_option
@store_option
def network(
    kind: str,
    organism: str | None,
    min_weight: int,
    direct_only: bool,
    form: str | None,
    output: Path | None,
    store: str,
) -> None:
    """Write a network of what figures draw.

    KIND is genes (drawn together), figures (by shared genes), diseases (by shared genes of
    their figures), or bipartite (figures and their genes). Networks of genes have normalised
    PMI on their edges.
    """
    chosen = file_format(form, output)
    with Graph(store) as graph:
        made = graph.network(
            kind, organism=organism, min_weight=min_weight, direct_only=direct_only
        )
    # Imported on use, for networkx.
    from pfocr_kg.network import files  # noqa: PLC0415

    write(output, lambda file: files.write(made, file, chosen))
    if not made:
        click.echo("note: the network is empty; a lower --min-weight may give edges", err=True)
