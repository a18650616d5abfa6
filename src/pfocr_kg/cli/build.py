"""pfocr-kg build: fill a store from records."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from pfocr_kg.build.replacement import Replacement, replaced
from pfocr_kg.build.run import build as run_build
from pfocr_kg.cli import options, progress, summary
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.terminal import say

LISTED: Final = 3
"""Maximum of sources that the question names."""


@options.command(
    epilog=options.examples(
        "pfocr-kg build pfocr-database --store my-store",
        "pfocr-kg build _figures/PMC3614012__nihms379615f2.md",
        "pfocr-kg build release.tar.gz extra.zip --strict",
    )
)
@options.sources
@options.store
@options.genes
@options.jobs("Processes that read and map more than 1,000 records.")
@options.pathways
@click.option("--add", is_flag=True, help="Keep what the store holds, and add to it.")
@click.option("--reread", is_flag=True, help="Read all records, also those of known size and time.")
@click.option("-y", "--yes", is_flag=True, help="Replace figures of other sources without asking.")
@options.strict
@options.quiet()
def build(
    sources: tuple[str, ...],
    store: str,
    genes: Path | None,
    jobs: int | None,
    add: bool,
    reread: bool,
    yes: bool,
    strict: bool,
    quiet: bool,
    **pathways: Any,
) -> None:
    """Build the graph from records.

    Afterwards the store holds exactly what the sources hold, whatever it held before. A SOURCE
    is a record (.md), a folder with _figures/ and _data/ or just of records, or a .zip or
    .tar.gz of one.
    """
    lost = None if add else replaced(sources, store)
    if lost is not None:
        _confirm(lost, sources, store, yes=yes, quiet=quiet)
    with progress.of_build(quiet=quiet) as show:
        report = run_build(
            sources,
            store,
            genes=genes,
            wikipathways=options.link_request(**pathways),
            jobs=jobs or os.cpu_count() or 1,
            add=add,
            reread=reread,
            progress=show,
        )
    if not quiet:
        summary.print_build(report, store, sum(report.stages.values()))
    if strict and report.quarantined:
        sys.exit(WRONG)


def _confirm(
    lost: Replacement, sources: Sequence[str], store: str, *, yes: bool, quiet: bool
) -> None:
    """Say what the build replaces; on a terminal, ask and end the command if the answer is no."""
    streams = (sys.stdin, sys.stderr)  # None where one is closed
    asks = not yes and all(stream is not None and stream.isatty() for stream in streams)
    if asks or not quiet:
        figures = summary.count(lost.figures, "figure")
        say(
            f"{store} holds {figures} of {_named(lost.sources)}; this build replaces them by those "
            f"of {_named(sources)} (--add keeps them)"
        )
    if asks and not click.confirm("Replace them?", err=True):
        say("the store is left as it was")
        sys.exit(WRONG)


def _named(places: Sequence[str]) -> str:
    """The first few of some sources, by paths from this folder where they are below it."""
    here = Path.cwd()
    paths = [Path(place) for place in places[:LISTED]]
    named = [str(path.relative_to(here) if path.is_relative_to(here) else path) for path in paths]
    more = len(places) - LISTED
    return ", ".join([*named, *([f"{more:,} more"] if more > 0 else [])])
