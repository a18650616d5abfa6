"""pfocr-kg network: networks of genes, figures and diseases, analyses and plots of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pfocr_kg.cli import figure_options, options
from pfocr_kg.cli.output import show, write
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import notes, say
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.graph import Graph
from pfocr_kg.network.choices import (
    ANALYSES,
    FORMATS,
    KINDS,
    PLOTS,
    TABLE,
    file_format,
    plot_format,
)
from pfocr_kg.rdf import compressed

if TYPE_CHECKING:
    import networkx


@options.command(
    epilog=options.examples(
        "pfocr-kg network genes --organism human --min-weight 5 --output genes.graphml",
        "pfocr-kg network genes --organism human --analysis hubs --top 20",
        "pfocr-kg network genes --around TNF --plot tnf.png",
        "pfocr-kg network diseases --format tsv",
    )
)
@click.argument("kind", metavar="KIND", type=click.Choice(tuple(KINDS), case_sensitive=False))
@figure_options.choosing
@options.number(
    "--min-weight",
    default=2,
    help="Least number of figures that draw both genes, or of genes shared; bipartite: of"
    " figures that draw a gene.",
)
@options.level
@click.option(
    "--genes-of",
    metavar="FIGURE",
    help="The genes of this figure only: how figures draw them together.",
)
@click.option(
    "--around",
    metavar="NODE",
    help="What lies around this node only: the name or id of a gene, disease or figure.",
)
@options.number("--radius", default=1, help="How many edges away, with --around.")
@options.choice(
    "--analysis",
    values=ANALYSES,
    metavar="NAME",
    help=f"{', '.join(ANALYSES)}: a table of nodes, or attributes of nodes in a network.",
)
@options.number("--top", help="Nodes in the table of an analysis at most; communities: of each.")
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Draw the network: {', '.join('.' + form for form in PLOTS)}."
    " Alone, it writes nothing else.",
)
@options.file_format((*FORMATS, TABLE), "as the file's ending says, else tsv; of an analysis table")
@options.output
@options.store
def network(
    kind: str,
    analysis: str | None,
    top: int | None,
    plot: Path | None,
    form: str | None,
    output: Path | None,
    store: str,
    *,
    quiet: bool,
    **choices: Any,
) -> None:
    """Write a network of genes, figures or diseases, an analysis of it, or a plot.

    KIND is genes (drawn together), figures (by shared genes), diseases (by shared genes of
    the figures that name them), or bipartite (figures and their genes). Networks of genes have
    normalised PMI on their edges. With --plot alone nothing else is written.
    """
    if top is not None and analysis is None:
        raise click.UsageError("--top is for --analysis.")
    conditions = figure_options.conditions(choices)
    chosen = file_format(form, output, analysis)
    plot_form = "" if plot is None else plot_format(plot)
    with stoppable():
        with Graph(store) as graph:
            on_note = notes(quiet=quiet)
            found = graph.network(kind, on_note=on_note, **conditions, **choices)
        if plot is not None:
            _plot(found, plot, plot_form)
        if plot is None or form or output or analysis:
            _write(found, chosen, output, analysis, top)
    if not found:
        say("note: the network is empty; a lower --min-weight may give edges")


def _plot(found: networkx.Graph, plot: Path, form: str) -> None:
    # Imported on use, for networkx.
    from pfocr_kg.network.plot import draw  # noqa: PLC0415

    with compressed.writing(plot) as file:
        draw(found, file, form)


def _write(
    found: networkx.Graph, form: str, output: Path | None, analysis: str | None, top: int | None
) -> None:
    from pfocr_kg.network import analysis as analyses  # noqa: PLC0415
    from pfocr_kg.network import writers  # noqa: PLC0415

    if analysis is None:
        write(output, lambda file: writers.write(found, file, form))
        return
    analyses.add_attributes(found, analysis)
    rows = analyses.rows(found, analysis, top)
    if form == TABLE:
        nodes = list(rows)
        show(output, lambda console: print_rows(nodes, console))
    elif form == "tsv":
        header = ("node", "label", *ANALYSES[analysis])
        write(output, lambda file: writers.write_table(file, header, (r.values() for r in rows)))
    else:
        write(output, lambda file: writers.write(found, file, form))
