"""The command that maps past one machine: map."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from rich.console import Console

from pfocr_kg.build.cluster import run
from pfocr_kg.build.report import Progress
from pfocr_kg.cli import progress
from pfocr_kg.cli.app import WRONG, app
from pfocr_kg.cli.building import LISTED
from pfocr_kg.cli.options import examples, genes_option


@app.command(
    "map",
    epilog=examples(
        "pfocr-kg map pfocr-database --output parts",
        "pfocr-kg map s3://bucket/pfocr --output s3://bucket/parts --scheduler tcp://10.1.2.3:8786",
    ),
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", metavar="DIR", required=True, help="Folder of the parts: a path, or a URL."
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="Dask scheduler, such as tcp://10.1.2.3:8786.  [default: processes of this machine]",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(min=1),
    help="Processes of this machine, without --scheduler.  [default: the cores there are]",
)
@click.option(
    "--partition-size",
    metavar="N",
    type=click.IntRange(min=1),
    default=run.PARTITION_SIZE,
    show_default=True,
    help="Records in a part.",
)
@genes_option
@click.option("--strict", is_flag=True, help="Exit with 1 if anything was quarantined.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no summary.")
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
    notes = Console(stderr=True, highlight=False, quiet=quiet)
    with progress.shown(notes, quiet=quiet) as show:
        report = run.write(
            sources,
            output,
            genes=genes,
            scheduler=scheduler,
            jobs=jobs or os.cpu_count() or 1,
            partition_size=partition_size,
            progress=lambda done, of, figures: show(Progress("map", done, of, figures)),
            notice=lambda text: notes.print(text, markup=False, soft_wrap=True),
        )
    if not quiet:
        _summary(report, output)
    if strict and report.quarantined:
        sys.exit(WRONG)


def _summary(report: run.Report, output: str) -> None:
    figures = f"{report.figures:,} figure{'' if report.figures == 1 else 's'}"
    lines = [f"{figures}, {report.triples:,} triples in {len(report.parts):,} parts in {output}"]
    if report.quarantined:
        lines.append(f"{len(report.quarantined):,} quarantined:")
        lines += [f"  {e['path']}: {e['reason']}" for e in report.quarantined[:LISTED]]
        if len(report.quarantined) > LISTED:
            lines.append("  and more, all in report.json")
    for line in lines:
        click.echo(line, err=True)
