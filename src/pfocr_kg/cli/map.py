"""pfocr-kg map: map records over a cluster of machines."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from pfocr_kg.build import parts
from pfocr_kg.cli import options, progress, summary
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.terminal import notes, say


@options.command(
    "map",
    epilog=options.examples(
        "pfocr-kg map pfocr-database --output parts",
        "pfocr-kg map s3://bucket/pfocr --output s3://bucket/parts --scheduler tcp://10.1.2.3:8786",
    ),
)
@options.sources
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    help="Folder of the parts: a path, or a URL; it is made.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask scheduler, such as tcp://10.1.2.3:8786.  [default: processes of this machine]",
)
@options.jobs("Processes of this machine, without --scheduler.")
@options.number(
    "--partition-size",
    default=parts.PARTITION_SIZE,
    help="Records in a part.",
)
@options.genes
@options.strict
@options.quiet()
def map_records(
    sources: tuple[str, ...],
    output: str,
    scheduler: str | None,
    jobs: int | None,
    partition_size: int,
    genes: Path | None,
    strict: bool,
    quiet: bool,
) -> None:
    """Map records to N-Triples over Dask.

    Writes a sorted part for each so many records, entities.nt with the labels of what they
    share, and report.json. Together the parts are the graph that a build gives, for any triple
    store. SOURCE and DIR are paths, or URLs that fsspec opens (s3://bucket/folder).
    """
    with progress.of_build(quiet=quiet) as show:
        report = parts.write_parts(
            sources,
            output,
            genes=genes,
            scheduler=scheduler,
            jobs=jobs or os.cpu_count() or 1,
            partition_size=partition_size,
            progress=show,
            notice=notes(quiet=quiet),
        )
    if not quiet:
        _print_summary(report, output)
    if strict and report.quarantined:
        sys.exit(WRONG)


def _print_summary(report: parts.PartsReport, output: str) -> None:
    figures = summary.count(report.figures, "figure")
    place = f"{len(report.parts):,} parts in {output}"
    say(f"{figures}, {report.triples:,} triples in {place}")
    for line in summary.quarantine(report.quarantined, "report.json"):
        say(line)
