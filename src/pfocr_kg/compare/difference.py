"""Counts what differs between two graphs, from the sorted lines of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any, Final

from pfocr_kg import iris

Step = tuple[int, bytes]
"""-1: the line is in the old graph only; 1: in the new one only; 0: in both."""

_TYPE: Final = b"> <" + iris.PREFIXES["rdf"].encode() + b"type> <"
_FIGURE: Final = (iris.PREFIXES["pfocr"] + "PathwayFigure").encode()
_PARTS: Final = (b"#mention-", b"#link-")
"""What follows a figure's IRI in the IRIs of its mentions and links; see iris.py."""


@dataclass(slots=True)
class ChangeCount:
    """How many are in the new graph only, and in the old graph only."""

    added: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def count(self, step: int) -> None:
        """Count one more of a graph."""
        if step > 0:
            self.added += 1
        else:
            self.removed += 1

    def add(self, other: ChangeCount) -> None:
        """Add the counts of others."""
        self.added += other.added
        self.removed += other.removed


@dataclass(slots=True)
class NodeChangeCount(ChangeCount):
    """Also how many are in both, and differ."""

    changed: int = 0

    def count(self, step: int) -> None:
        """Count one more of a graph, or (0) of both."""
        if step:
            ChangeCount.count(self, step)
        else:
            self.changed += 1


@dataclass(frozen=True, slots=True)
class FigureChange:
    """Triples of a figure that is in both graphs, with those of its mentions and links."""

    figure: str
    added: int
    removed: int


@dataclass(slots=True)
class Difference:
    """What changed between two graphs; true where something did.

    `figures_added` and the like hold IRIs, `predicates` and `classes` are by IRI, nodes of no
    class by "". A figure is changed where its own triples are, or those of its mentions or
    links; any other node where its own are.
    """

    old_triples: int = 0
    new_triples: int = 0
    triples: ChangeCount = field(default_factory=ChangeCount)
    predicates: dict[str, ChangeCount] = field(default_factory=dict)
    classes: dict[str, NodeChangeCount] = field(default_factory=dict)
    figures_added: list[str] = field(default_factory=list)
    figures_removed: list[str] = field(default_factory=list)
    figures_changed: list[FigureChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.triples)

    def as_dict(self) -> dict[str, Any]:
        """As JSON-ready values; IRIs of predicates, classes and figures as CURIEs."""
        return {
            "equal": not self,
            "old": {"triples": self.old_triples},
            "new": {"triples": self.new_triples},
            "triples": asdict(self.triples),
            "predicates": _by_curie(self.predicates),
            "classes": _by_curie(self.classes),
            "figures": {
                "added": [iris.curie(iri) for iri in self.figures_added],
                "removed": [iris.curie(iri) for iri in self.figures_removed],
                "changed": [
                    {**asdict(change), "figure": iris.curie(change.figure)}
                    for change in self.figures_changed
                ],
            },
        }


def _by_curie(counts: Mapping[str, ChangeCount]) -> dict[str, dict[str, int]]:
    return {iris.curie(iri): asdict(counts[iri]) for iri in sorted(counts)}


def count(steps: Iterable[Step]) -> Difference:
    """Count the lines of two graphs, which come in the order of both."""
    found = Difference()
    # Sorted by bytes, a figure comes after all its mentions and links.
    parts: dict[bytes, ChangeCount] = defaultdict(ChangeCount)
    for name, lines in groupby(steps, key=_subject):
        changes, types = _count_node(name, lines, found)
        figure = _figure_of(name)
        if figure != name:
            if changes:
                parts[figure].add(changes)
        elif _FIGURE in types:
            changes.add(parts.pop(name, ChangeCount()))
            if changes:
                _add_figure(found, name, types[_FIGURE], changes)
    found.old_triples += found.triples.removed
    found.new_triples += found.triples.added
    return found


def _subject(step: Step) -> bytes:
    return step[1].partition(b" ")[0]


def _count_node(
    name: bytes, lines: Iterable[Step], found: Difference
) -> tuple[ChangeCount, dict[bytes, int]]:
    """Count the lines of a node; returns what changed, and the step of each of its classes."""
    changes, both, types = ChangeCount(), 0, {}
    for step, line in lines:
        if step:
            changes.count(step)
            at = len(name) + 2
            predicate = line[at : line.index(b">", at)].decode()
            found.predicates.setdefault(predicate, ChangeCount()).count(step)
        else:
            both += 1
        if line.startswith(_TYPE, len(name) - 1):
            types[line[len(name) - 1 + len(_TYPE) : -len(b"> .\n")]] = step
    found.triples.add(changes)
    found.old_triples += both
    found.new_triples += both
    if changes:
        if not types:
            in_both = both or (changes.added and changes.removed)
            types[b""] = 0 if in_both else 1 if changes.added else -1
        for kind, step in types.items():
            if kind != _FIGURE:
                found.classes.setdefault(kind.decode(), NodeChangeCount()).count(step)
    return changes, types


def _add_figure(found: Difference, name: bytes, step: int, changes: ChangeCount) -> None:
    found.classes.setdefault(_FIGURE.decode(), NodeChangeCount()).count(step)
    iri = name[1:-1].decode()
    if step > 0:
        found.figures_added.append(iri)
    elif step < 0:
        found.figures_removed.append(iri)
    else:
        found.figures_changed.append(FigureChange(iri, changes.added, changes.removed))


def _figure_of(name: bytes) -> bytes:
    """The figure that a mention or link belongs to; any other node's own name."""
    for part in _PARTS:
        base, found, _ = name.partition(part)
        if found:
            return base + b">"
    return name
