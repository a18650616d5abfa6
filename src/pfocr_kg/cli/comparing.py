"""Commands about two graphs: diff, apply."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.text import Text

from pfocr_kg import iris
from pfocr_kg.cli import render, streams
from pfocr_kg.cli.app import WRONG, app
from pfocr_kg.cli.options import examples, format_option, output_option, store_option
from pfocr_kg.compare.apply import apply as apply_patch
from pfocr_kg.compare.diff import diff as compare
from pfocr_kg.compare.diff import write_patch
from pfocr_kg.compare.difference import ChangeCount, Difference
from pfocr_kg.rdf import formats

LISTED: Final = 10
"""Figures of a kind that the text names; JSON has all."""

_ENDINGS: Final = {"txt": "text", "json": "json", "ru": "patch"}


@app.command(
    epilog=examples(
        "pfocr-kg diff yesterday-store my-store",
        "pfocr-kg diff pfocr-2024.ttl.gz my-store --output update.ru",
    )
)
@click.argument("old", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
@format_option(tuple(_ENDINGS.values()), "as the file's ending says, else text")
@output_option
def diff(old: Path, new: Path, form: str | None, output: Path | None) -> None:
    """Show what changed between two graphs.

    OLD and NEW are folders of stores, or files of RDF (.nt, .ttl, .nq, .trig, .rdf, .jsonld,
    also .gz or .zst). Exits with 0 where they are equal, with 1 where they differ.
    """
    chosen = form or formats.by_ending(output, _ENDINGS, "text", "format of differences")
    workspace = None if output is None or str(output) == "-" else output.parent
    if chosen == "patch":
        differ = _write_patch(old, new, output, workspace)
    else:
        found = compare(old, new, workspace=workspace)
        differ = bool(found)
        _write(found, old, new, chosen, output)
    if differ:
        sys.exit(WRONG)


def _write_patch(old: Path, new: Path, output: Path | None, work: Path | None) -> bool:
    counts: list[ChangeCount] = []
    streams.write(
        output,
        lambda file: counts.append(write_patch(old, new, file, workspace=work)),
    )
    return counts != [ChangeCount()]


def _write(found: Difference, old: Path, new: Path, form: str, output: Path | None) -> None:
    if form == "json":
        said = found.as_dict()
        said["old"] = {"source": str(old), **said["old"]}
        said["new"] = {"source": str(new), **said["new"]}
        data = (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()
        streams.write(output, lambda file: file.write(data))
    else:
        streams.show(output, lambda console: _print(found, old, new, console))


def _print(found: Difference, old: Path, new: Path, console: Console) -> None:
    if not found:
        _line(console, f"equal: {found.new_triples:,} triples")
        return
    _line(console, f"old: {old}, {found.old_triples:,} triples")
    _line(console, f"new: {new}, {found.new_triples:,} triples")
    console.print()
    added, removed = len(found.figures_added), len(found.figures_removed)
    changed = len(found.figures_changed)
    _line(console, f"figures: {added:,} added, {removed:,} removed, {changed:,} changed")
    triples = found.triples
    _line(console, f"triples: {triples.added:,} added, {triples.removed:,} removed")
    for name, counts in (("class", found.classes), ("predicate", found.predicates)):
        console.print()
        render.records(_rows(name, counts), console)
    for what, names in (("added", found.figures_added), ("removed", found.figures_removed)):
        _list(console, f"figures {what}:", [iris.curie(iri) for iri in names])
    _list(
        console,
        "figures changed, with triples added and removed:",
        [f"{iris.curie(f.figure)} +{f.added:,} -{f.removed:,}" for f in found.figures_changed],
    )


def _rows(name: str, counts: Mapping[str, ChangeCount]) -> list[dict[str, Any]]:
    """Rows of a table, by IRI."""
    return [
        {name: iris.curie(iri) or "(no class)", **asdict(counts[iri])} for iri in sorted(counts)
    ]


def _list(console: Console, title: str, lines: list[str]) -> None:
    """Name the first few."""
    if not lines:
        return
    console.print()
    _line(console, title)
    for line in lines[:LISTED]:
        _line(console, f"  {line}")
    if len(lines) > LISTED:
        _line(console, f"  and {len(lines) - LISTED:,} more; --format json names all")


def _line(console: Console, text: str) -> None:
    """A line as it is: no markup, and not broken."""
    console.print(Text(text), soft_wrap=True)


@app.command(epilog=examples("pfocr-kg apply update.ru", "pfocr-kg apply update.ru.gz --store old"))
@click.argument("patch", metavar="PATCH", type=click.Path(path_type=Path))
@store_option
@click.option("--force", is_flag=True, help="Leave out what does not fit, rather than refuse.")
@click.option("-q", "--quiet", is_flag=True, help="No summary.")
def apply(patch: Path, store: str, force: bool, quiet: bool) -> None:
    """Apply a patch to the graph.

    PATCH is a file that `pfocr-kg diff --format patch` wrote. It is applied as a whole, or,
    where a triple to be removed is absent or one to be added is there, not at all. Afterwards
    the store knows no records: build it anew to add or link figures.
    """
    done = apply_patch(store, patch, force=force)
    if quiet:
        return
    if done.absent or done.present:
        click.echo(
            f"did not fit: {done.absent:,} to be removed were absent, {done.present:,} to be "
            "added were there",
            err=True,
        )
    click.echo(
        f"{done.removed:,} triples removed, {done.added:,} added: {done.figures:,} figures, "
        f"{done.triples:,} triples in {store}",
        err=True,
    )
