"""Applies a patch to an embedded store, completely or not at all."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pfocr_kg import iris
from pfocr_kg.compare.patch import read as read_patch
from pfocr_kg.errors import PatchError, checked
from pfocr_kg.rdf import description
from pfocr_kg.rdf.provenance import Source
from pfocr_kg.store import generations
from pfocr_kg.store.new_graph import NewGraph, PatchCounts


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of a patch: triples removed and added, and triples that did not fit.

    `absent` triples were to be removed but were not in the graph; `present` triples were to be
    added but were already in it. `figures` and `triples` count those of the new graph.

    >>> pfocr_kg.Applied(removed=0, added=3, absent=0, present=0, figures=1, triples=340).added
    3
    """

    removed: int
    added: int
    absent: int
    present: int
    figures: int
    triples: int


@checked
def apply(store: str | Path, patch: str | Path, *, force: bool = False) -> Applied:
    """Change a store's graph by a patch that `diff` wrote.

    The new graph replaces the old one as after a build: a process that reads the old one can
    go on, and a failure leaves it in place. The store no longer knows its records, so that figures
    can be neither added (`build --add`) nor linked until it is built again.

    With `force`, triples that do not fit are left out, and the others are applied.

    Raises:
        PatchError: the patch is damaged, or a triple to be removed is absent, or one to be
            added is already there.
        StoreError: there is no store, or it cannot be written.

    >>> from pfocr_kg.compare.diff import write_patch
    >>> with open("links.ru", "wb") as file:
    ...     _ = write_patch("old-store", "one-store", file)
    >>> applied = pfocr_kg.apply("old-store", "links.ru")
    >>> applied.figures, applied.removed
    (1, 0)
    """
    folder, file = generations.local(store), Path(patch)
    start = time.perf_counter()
    with generations.building(folder, existing=True) as work:
        return _apply(folder, work, file, start, force=force)


def _apply(folder: Path, work: Path, patch: Path, start: float, *, force: bool) -> Applied:
    before = generations.current(folder)
    assert before is not None
    earlier = before.read_report()
    new = generations.Generation(work / "filled")
    new.path.mkdir()
    graph = NewGraph(new.graph, before.graph)
    try:
        changes = graph.patch(read_patch(patch))
        if changes.misfits and not force:
            raise _misfit(folder, patch, changes)
        counts = graph.counts()
        graph.describe(description.from_counts(counts, _sources(graph, patch), graph.query))
        graph.flush()
    finally:
        graph.close()
    classes = {iris.curie(iri): n for iri, n in sorted(counts.classes.items())}
    applied = Applied(
        changes.removed,
        changes.added,
        changes.absent,
        changes.present,
        figures=classes.get("pfocr:PathwayFigure", 0),
        triples=counts.triples,
    )
    report = _report(earlier, patch, applied, classes)
    report["stages"] = {"apply": round(time.perf_counter() - start, 3)}
    generations.make_current(folder, new.path, report)
    return applied


def _sources(graph: NewGraph, patch: Path) -> list[Source]:
    """The sources in the description of the graph, and the patch."""
    return [*description.sources_of(description.stored(graph.query)), Source(patch.name)]


def _misfit(folder: Path, patch: Path, changes: PatchCounts) -> PatchError:
    if not changes.removed and not changes.added:
        hint = "Was it applied before?"
    else:
        hint = "Is it for another release? --force leaves out what does not fit"
    return PatchError(
        f"{patch}: does not fit {folder}: {changes.absent:,} triple(s) to be removed are absent, "
        f"{changes.present:,} to be added already exist; the first is {_short(changes.first)}",
        hint=hint,
    )


def _short(triple: str) -> str:
    return triple if len(triple) <= 300 else triple[:300] + "…"


def _report(
    earlier: dict[str, Any], patch: Path, applied: Applied, classes: dict[str, int]
) -> dict[str, Any]:
    """The report of the last build, with the patch.

    Entries that the patch has made false are left out, such as the counts of links.
    """
    dropped = ("links", "changes", "full", "memory")
    entry = {"patch": str(patch), "removed": applied.removed, "added": applied.added}
    return {
        **{key: value for key, value in earlier.items() if key not in dropped},
        "figures": applied.figures,
        "triples": applied.triples,
        "classes": classes,
        "patches": [*earlier.get("patches", []), entry],
    }
