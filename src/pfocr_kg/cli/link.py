"""pfocr-kg link: link the figures of a store to WikiPathways."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click

from pfocr_kg.build.report import Report
from pfocr_kg.cli import options, progress, summary
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.output import write
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import say
from pfocr_kg.graph import Graph
from pfocr_kg.graph import link as run_link
from pfocr_kg.link.rules import LINK_FORMATS, WikiPathways
from pfocr_kg.rdf import formats
from pfocr_kg.remote.destination import split_graph, with_graph
from pfocr_kg.store import generations

_ENDINGS: Final = {"tsv": "sssom", "ttl": "turtle"}
_LINKED: Final = "ASK { ?link a <https://w3id.org/pfocr/vocab#PathwayLink> }"


@options.command(
    epilog=options.examples(
        "pfocr-kg link --wikipathways wikipathways-database",
        "pfocr-kg link --wikipathways wikipathways-gmt-Homo_sapiens.gmt --min-shared 5",
        "pfocr-kg link --format sssom --output figures-wikipathways.sssom.tsv",
        "pfocr-kg link --wikipathways wikipathways-database --store http://localhost:7878/query",
    )
)
@options.pathways
@options.file_format(LINK_FORMATS, "sssom, where there is --output")
@options.output
@options.store
@click.option(
    "--graph",
    metavar="IRI",
    help="Endpoint: named graph to link.  [default: that of the URL, else the default graph]",
)
@options.update_url
@options.graph_store_url
@options.strict
@options.quiet()
def link(
    form: str | None,
    output: Path | None,
    store: str,
    graph: str | None,
    update_url: str | None,
    graph_store_url: str | None,
    strict: bool,
    quiet: bool,
    **pathways: Any,
) -> None:
    """Link figures to WikiPathways.

    With --wikipathways, the figures of the store are linked again. Evidence is what curators
    state, genes in common, a paper in common, the pathway's title in texts of the figure, or
    genes with the same symbols in another organism; and, beside these, a disease of the pathway
    that the figure names. With --format or --output, the links that the store has then are
    written, as an SSSOM mapping set, a plain table, or Turtle.
    """
    request = options.link_request(**pathways)
    writes = form is not None or output is not None
    if request is None and not writes:
        raise click.UsageError("Nothing to do: give --wikipathways, or --format or --output.")
    urls = {"graph": graph, "update_url": update_url, "graph_store_url": graph_store_url}
    if not generations.is_address(store) and any(urls.values()):
        raise click.UsageError("--graph and the other URLs are for a --store that is a URL.")
    report = None if request is None else _link(store, request, urls, quiet=quiet)
    if writes:
        chosen = form or formats.by_ending(output, _ENDINGS, "sssom", "format of links")
        _write(_endpoint(store, graph), output, chosen)
    if strict and report and report.links and report.links.get("quarantined"):
        sys.exit(WRONG)


def _link(store: str, request: WikiPathways, urls: dict[str, str | None], *, quiet: bool) -> Report:
    with progress.of_build(quiet=quiet) as show:
        report = run_link(store, request, **urls, progress=show)
    if not quiet:
        summary.print_build(report, store, report.stages["link"])
    return report


def _endpoint(store: str, graph: str | None) -> str:
    """The store, with the URL of the named graph."""
    if graph is None:
        return store
    return with_graph(*split_graph(store, graph))


def _write(store: str, output: Path | None, form: str) -> None:
    with stoppable(), Graph(store) as graph:
        if not graph.query(_LINKED):
            say("note: the store has no links; give --wikipathways")
        write(output, lambda file: graph.write_links(file, form))
