"""Prints the results of a build, a linking or a mapping on standard error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pfocr_kg.build.report import Report
from pfocr_kg.cli.terminal import say
from pfocr_kg.store import generations

LISTED: Final = 10
"""Maximum of quarantined files and unknown keys in a summary; the report has all."""


def print_build(report: Report, store: str, seconds: float) -> None:
    """Print the results of a build or a linking, and its time."""
    figures = count(report.figures, "figure")
    say(f"{figures}, {report.triples:,} triples in {store} ({seconds:.1f} s)")
    built = None if generations.is_address(store) else generations.current(Path(store))
    place = "" if built is None else str(built.report)
    for line in (*_changes(report), *quarantine(report.quarantined, place), *_links(report)):
        say(line)
    if report.unknown_keys:
        say(f"unknown keys left out: {_keys(report.unknown_keys)}")


def quarantine(entries: Sequence[Mapping[str, str]], report: str) -> Iterator[str]:
    """Lines that name the first quarantined files; `report` is the file that lists all, or ""."""
    if entries:
        yield f"{len(entries):,} quarantined:"
    for entry in entries[:LISTED]:
        yield f"  {entry['path']}: {entry['reason']}"
    if len(entries) > LISTED:
        yield f"  and more{report and f', all in {report}'}"


def count(number: int, noun: str) -> str:
    """A number and its noun, which is plural unless the number is 1."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _changes(report: Report) -> Iterator[str]:
    if report.full:
        yield f"built in full: {report.full}"
    if report.changes:
        yield ", ".join(f"{n:,} {what}" for what, n in report.changes.items() if n)


def _links(report: Report) -> Iterator[str]:
    if report.links_dropped:
        yield (
            f"{report.links_dropped:,} links of the last graph are gone: link it again with "
            "pfocr-kg link, or build with --wikipathways"
        )
    if report.links:
        kinds = report.links["links_by_evidence"].items()
        named = ", ".join(f"{n:,} {name}" for name, n in kinds)
        linked, read = report.links["pathways_linked"], count(report.links["pathways"], "pathway")
        line = f"{count(report.links['links'], 'link')} to {linked:,} of {read}"
        yield f"{line}: {named}" if named else line
        if doubtful := report.links["figures_with_doubtful_genes"]:
            figures = count(doubtful, "figure")
            yield f"{figures} of plants, fungi or bacteria: genes of animals not used"
        yield from _without_gene_ids(report.links["pathways_without_gene_ids"])
        if unused := report.links.get("unused_pubmed_ids"):
            yield (
                f"without --pmc-ids, {count(unused, 'PubMed id')} of pathways are not compared "
                "with the papers of figures, and links by a shared paper are missing"
            )


def _without_gene_ids(wpids: Sequence[str]) -> Iterator[str]:
    if wpids:
        named = ", ".join(wpids[:LISTED]) + (", …" if len(wpids) > LISTED else "")
        yield f"{count(len(wpids), 'pathway')} with genes, none with an NCBI gene id: {named}"


def _keys(unknown: Mapping[str, int]) -> str:
    keys = sorted(unknown.items())
    named = ", ".join(f"{key} ({n:,})" for key, n in keys[:LISTED])
    return named + (f" and {len(keys) - LISTED:,} more" if len(keys) > LISTED else "")
