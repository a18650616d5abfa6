"""Commands that fill a store: build, link."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console

from pfocr_kg.build.report import Report
from pfocr_kg.build.run import build as run_build
from pfocr_kg.cli import progress
from pfocr_kg.cli.app import WRONG, app
from pfocr_kg.cli.options import (
    examples,
    format_option,
    genes_option,
    link_request,
    output_option,
    pathway_options,
    store_option,
)
from pfocr_kg.cli.streams import write
from pfocr_kg.graph import Graph
from pfocr_kg.graph import link as run_link
from pfocr_kg.rdf import formats
from pfocr_kg.store import generations

LISTED: Final = 10
"""Quarantined files and unknown keys that the summary of a build names; the report has all."""


@app.command(
    epilog=examples(
        "pfocr-kg build pfocr-database --store my-store",
        "pfocr-kg build _figures/PMC3614012__nihms379615f2.md",
        "pfocr-kg build release.tar.gz extra.zip --strict",
    )
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@store_option
@genes_option
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes that read and map more than 1,000 records.  [default: the cores there are]",
)
@pathway_options
@click.option("--add", is_flag=True, help="Keep what the store holds.")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was quarantined.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
def build(
    sources: tuple[str, ...],
    store: str,
    genes: Path | None,
    jobs: int | None,
    add: bool,
    strict: bool,
    quiet: bool,
    **pathways: Any,
) -> None:
    """Build the graph from records.

    Afterwards the store holds exactly what the sources hold, whatever it held before. A SOURCE
    is a record (.md), a folder with _figures/ and _data/ or just of records, or a .zip or
    .tar.gz of one.
    """
    notes = Console(stderr=True, highlight=False)
    jobs = jobs or os.cpu_count() or 1
    with progress.shown(notes, quiet=quiet) as show:
        report = run_build(
            sources,
            store,
            genes=genes,
            wikipathways=link_request(pathways),
            jobs=jobs,
            add=add,
            progress=show,
        )
    if not quiet:
        _summary(report, store)
    if strict and report.quarantined:
        sys.exit(WRONG)


_LINK_ENDINGS: Final = {"tsv": "sssom", "ttl": "turtle"}


@app.command(
    epilog=examples(
        "pfocr-kg link --wikipathways wikipathways-database",
        "pfocr-kg link --wikipathways wikipathways-gmt-Homo_sapiens.gmt --min-shared 5",
        "pfocr-kg link --format sssom --output figures-wikipathways.sssom.tsv",
        "pfocr-kg link --wikipathways wikipathways-database --store http://localhost:7878/query",
    )
)
@pathway_options
@format_option(("sssom", "tsv", "turtle"), "sssom, where there is --output")
@output_option
@store_option
@click.option("--graph", metavar="IRI", help="Endpoint: named graph to link.")
@click.option("--update-url", metavar="URL", help="Endpoint for updates.  [default: guessed]")
@click.option("--graph-store-url", metavar="URL", help="Endpoint for graphs.  [default: guessed]")
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was quarantined.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
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

    With --wikipathways, the figures of the store are linked anew. Evidence is what curators
    state, genes in common, a paper in common, and a disease in common. With --format or
    --output, the links that the store has then are written, as an SSSOM mapping set, a plain
    table, or Turtle.
    """
    request = link_request(pathways)
    writes = form is not None or output is not None
    if request is None and not writes:
        raise click.UsageError("Nothing to do: give --wikipathways, or --format or --output.")
    if not generations.is_address(store) and (graph or update_url or graph_store_url):
        raise click.UsageError("--graph and the other URLs are for a --store that is a URL.")
    found = 0
    if request is not None:
        with progress.shown(Console(stderr=True, highlight=False), quiet=quiet) as show:
            report = run_link(
                store,
                request,
                graph=graph,
                update_url=update_url,
                graph_store_url=graph_store_url,
                progress=show,
            )
        if not quiet:
            _summary(report, store, report.stages["link"])
        found = (report.links or {}).get("quarantined", 0)
    if writes:
        chosen = form or formats.by_ending(output, _LINK_ENDINGS, "sssom", "format of links")
        with Graph(_at(store, graph)) as opened:
            if not opened.query("ASK { ?link a <https://w3id.org/pfocr/vocab#PathwayLink> }"):
                click.echo("note: the store has no links; give --wikipathways", err=True)
            write(output, lambda file: opened.write_links(file, chosen))
    if strict and found:
        sys.exit(WRONG)


def _at(store: str, graph: str | None) -> str:
    """The store, with the named graph of it that is meant."""
    if graph is None:
        return store
    # Imported on use: `requests` takes a tenth of a second.
    from pfocr_kg.remote import sender  # noqa: PLC0415

    return sender.asked(*sender.place(store, graph))


def _summary(report: Report, store: str, seconds: float | None = None) -> None:
    seconds = sum(report.stages.values()) if seconds is None else seconds
    figures = f"{report.figures:,} figure{'' if report.figures == 1 else 's'}"
    lines = [f"{figures}, {report.triples:,} triples in {store} ({seconds:.1f} s)"]
    if report.full:
        lines.append(f"built in full: {report.full}")
    if report.changes:
        lines.append(", ".join(f"{n:,} {what}" for what, n in report.changes.items() if n))
    if report.quarantined:
        lines.append(f"{len(report.quarantined):,} quarantined:")
        lines += [f"  {e['path']}: {e['reason']}" for e in report.quarantined[:LISTED]]
        if len(report.quarantined) > LISTED:
            more = (
                ""
                if generations.is_address(store)
                else f", all in {Path(store) / generations.REPORT}"
            )
            lines.append(f"  and more{more}")
    if report.links_dropped:
        lines.append(
            f"{report.links_dropped:,} links of the last graph are gone: link it again with "
            "pfocr-kg link, or build with --wikipathways"
        )
    if report.links:
        found, by = report.links["links"], report.links["links_by_evidence"]
        of = report.links["pathways"]
        named = ", ".join(f"{n:,} {name}" for name, n in by.items())
        lines.append(
            f"{found:,} link{'' if found == 1 else 's'} to {of:,} pathway{'' if of == 1 else 's'}"
            + (f": {named}" if named else "")
        )
    if report.unknown_keys:
        keys = sorted(report.unknown_keys.items())
        named = ", ".join(f"{key} ({n:,})" for key, n in keys[:LISTED])
        more = f" and {len(keys) - LISTED:,} more" if len(keys) > LISTED else ""
        lines.append(f"unknown keys left out: {named}{more}")
    for line in lines:
        click.echo(line, err=True)
