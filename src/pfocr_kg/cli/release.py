"""pfocr-kg release: write the graph in all formats into one folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pfocr_kg.cli import figure_options, options
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import say
from pfocr_kg.export.registry import RELEASE_PARTS


@options.command(
    epilog=options.examples(
        "pfocr-kg release pfocr-2026-03 --date 2026-03-31",
        "pfocr-kg release small --without nanopubs --without kgx",
        "pfocr-kg release chosen --figures figids.txt",
    )
)
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--without",
    metavar="PART",
    multiple=True,
    type=click.Choice(tuple(RELEASE_PARTS), case_sensitive=False),
    help=f"Leave out a part: {', '.join(RELEASE_PARTS)}; repeat for several.",
)
@click.option(
    "--date",
    metavar="DAY",
    default="",
    help="Day of publishing, YYYY-MM-DD.  [default: SOURCE_DATE_EPOCH, else the newest paper's"
    " year]",
)
@figure_options.choosing
@options.store
def release(
    folder: Path, without: tuple[str, ...], date: str, store: str, *, quiet: bool, **choices: Any
) -> None:
    """Write the graph, or a subset of some figures, in all formats into one folder.

    With a README, RO-Crate metadata and checksums. DIR must not be there yet; it takes its
    name when it is complete.
    """
    conditions = figure_options.conditions(choices)
    with stoppable(), figure_options.opened(store, conditions, quiet=quiet) as graph:
        files = graph.release(
            folder,
            without=without,
            date=date,
            progress=lambda part: None if quiet else say(f"{part} ..."),
        )
        if "report" not in without and not graph.report:
            say("note: there is no report of a build; it is left out")
    if not quiet:
        say(f"{len(files)} files in {folder}")
