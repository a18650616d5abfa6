"""pfocr-kg diff: show what changed between two graphs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.text import Text

from pfocr_kg import iris
from pfocr_kg.cli import options
from pfocr_kg.cli.exit_codes import WRONG
from pfocr_kg.cli.output import folder_of, show, write, write_json
from pfocr_kg.cli.signals import stoppable
from pfocr_kg.cli.terminal import shown
from pfocr_kg.cli.text_tables import print_rows
from pfocr_kg.compare.diff import diff as compare
from pfocr_kg.compare.diff import write_patch
from pfocr_kg.compare.difference import ChangeCount, Difference
from pfocr_kg.rdf import formats

LISTED: Final = 10
"""Maximum of figures of each kind in the text; JSON has all."""

_PATCH: Final = "patch"
_ENDINGS: Final = {"txt": "text", "json": "json", "ru": _PATCH}


@options.command(
    epilog=options.examples(
        "pfocr-kg diff yesterday-store my-store",
        "pfocr-kg diff pfocr-2024.ttl.gz my-store --output update.ru",
        "pfocr-kg diff yesterday-store my-store --without-links",
    )
)
@click.argument("old", metavar="OLD", type=click.Path(path_type=Path))
@click.argument("new", metavar="NEW", type=click.Path(path_type=Path))
@options.file_format(_ENDINGS.values(), "as the file's ending says, else text")
@options.output
@click.option("--without-links", is_flag=True, help="Leave out links and their statistics.")
def diff(old: Path, new: Path, form: str | None, output: Path | None, without_links: bool) -> None:
    """Show what changed between two graphs.

    OLD and NEW are folders of stores, or files of RDF (.nt, .ttl, .nq, .trig, .rdf, .jsonld,
    also .gz or .zst). Exits with 0 where they are equal, with 1 where they differ.
    """
    chosen = form or formats.by_ending(output, _ENDINGS, "text", "format of differences")
    with stoppable():
        if chosen == _PATCH:
            differ = _write_patch(old, new, output, without_links)
        else:
            found = compare(old, new, without_links=without_links, workspace=folder_of(output))
            differ = bool(found)
            _write(found, old, new, chosen, output, " without links" if without_links else "")
    if differ:
        sys.exit(WRONG)


def _write_patch(old: Path, new: Path, output: Path | None, without_links: bool) -> bool:
    """Write a patch; returns whether it has any triples."""
    count = write(
        output,
        lambda file: write_patch(
            old, new, file, without_links=without_links, workspace=folder_of(output)
        ),
    )
    return count != ChangeCount()


def _write(
    found: Difference, old: Path, new: Path, form: str, output: Path | None, which: str
) -> None:
    """Write a difference; text says `which` triples were counted."""
    if form == "json":
        value = found.as_dict()
        for side, source in (("old", old), ("new", new)):
            value[side] = {"source": str(source), **value[side]}
        write_json(output, value)
    else:
        show(output, lambda console: _print(found, old, new, console, which))


def _print(found: Difference, old: Path, new: Path, console: Console, which: str) -> None:
    if not found:
        _print_lines(console, f"equal: {found.new_triples:,} triples{which}")
        return
    added, removed = found.figures_added, found.figures_removed
    changed = [f"{iris.curie(f.figure)} +{f.added:,} -{f.removed:,}" for f in found.figures_changed]
    _print_lines(
        console,
        f"old: {old}, {found.old_triples:,} triples{which}",
        f"new: {new}, {found.new_triples:,} triples{which}",
        "",
        f"figures: {len(added):,} added, {len(removed):,} removed, {len(changed):,} changed",
        f"triples: {found.triples.added:,} added, {found.triples.removed:,} removed",
    )
    for name, counts in (("class", found.classes), ("predicate", found.predicates)):
        console.print()
        print_rows(_rows(name, counts), console)
    _print_first(console, "figures added:", [iris.curie(iri) for iri in added])
    _print_first(console, "figures removed:", [iris.curie(iri) for iri in removed])
    _print_first(console, "figures changed, with triples added and removed:", changed)


def _rows(name: str, counts: Mapping[str, ChangeCount]) -> list[dict[str, Any]]:
    """Rows of a table, by IRI."""
    return [
        {name: iris.curie(iri) or "(no class)", **asdict(counts[iri])} for iri in sorted(counts)
    ]


def _print_first(console: Console, title: str, names: list[str]) -> None:
    """Print a title and the first few names."""
    if names:
        more = len(names) - LISTED
        rest = [f"and {more:,} more; --format json names all"] if more > 0 else []
        _print_lines(console, "", title, *(f"  {name}" for name in [*names[:LISTED], *rest]))


def _print_lines(console: Console, *lines: str) -> None:
    """Print lines unchanged: without markup in brackets, and without breaking lines."""
    console.print(Text(shown("\n".join(lines), console)), soft_wrap=True)
