"""pfocr-kg build: fill a store from records."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from pfocr_kg.build.run import build as run_build
from pfocr_kg.cli import options, progress, summary
from pfocr_kg.cli.exit_codes import WRONG


@click.command(
    epilog=options.examples(
        "pfocr-kg build pfocr-database --store my-store",
        "pfocr-kg build _figures/PMC3614012__nihms379615f2.md",
        "pfocr-kg build release.tar.gz extra.zip --strict",
    )
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@options.store
@options.genes
@options.jobs("Processes that read and map more than 1,000 records.")
@options.pathways
@click.option("--add", is_flag=True, help="Keep what the store holds.")
@options.strict
@options.quiet()
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
    with progress.of_build(quiet=quiet) as show:
        report = run_build(
            sources,
            store,
            genes=genes,
            wikipathways=options.link_request(**pathways),
            jobs=jobs or os.cpu_count() or 1,
            add=add,
            progress=show,
        )
    if not quiet:
        summary.print_build(report, store, sum(report.stages.values()))
    if strict and report.quarantined:
        sys.exit(WRONG)
