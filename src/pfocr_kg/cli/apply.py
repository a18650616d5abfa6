"""pfocr-kg apply: apply a patch to the graph."""

from __future__ import annotations

from pathlib import Path

import click

from pfocr_kg.cli import options
from pfocr_kg.cli.terminal import say
from pfocr_kg.compare.apply import apply as apply_patch


@options.command(
    epilog=options.examples("pfocr-kg apply update.ru", "pfocr-kg apply update.ru.gz --store old")
)
@click.argument("patch", metavar="PATCH", type=click.Path(path_type=Path))
@options.store
@click.option(
    "--force", is_flag=True, help="Leave out triples that do not fit, instead of an error."
)
@options.quiet("No summary.")
def apply(patch: Path, store: str, force: bool, quiet: bool) -> None:
    """Apply a patch to the graph.

    PATCH is a file that `pfocr-kg diff --format patch` wrote. It is applied as a whole, or,
    where a triple to be removed is absent or one to be added is there, not at all. Afterwards
    the store knows no records: build it again to add or link figures.
    """
    done = apply_patch(store, patch, force=force)
    if quiet:
        return
    if done.absent or done.present:
        say(
            f"did not fit: {done.absent:,} to be removed were absent, {done.present:,} to be "
            "added already existed"
        )
    say(
        f"{done.removed:,} triples removed, {done.added:,} added: {done.figures:,} figures, "
        f"{done.triples:,} triples in {store}"
    )
