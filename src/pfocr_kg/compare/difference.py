"""Counts the differences between two graphs, from the sorted lines of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import Any, Final

from pfocr_kg import iris

SidedLine = tuple[int, bytes]
"""-1: the line is in the old graph only; 1: in the new one only; 0: in both."""

_TYPE: Final = b"> <" + iris.PREFIXES["rdf"].encode() + b"type> <"
_FIGURE: Final = (iris.PREFIXES["pfocr"] + "PathwayFigure").encode()
_PARTS: Final = (b"#mention-", b"#link-")
"""What follows a figure's IRI in the IRIs of its mentions and links; see iris.py."""


@dataclass(slots=True)
class ChangeCount:
    """Numbers of things that are only in the new graph, and only in the old graph."""

    added: int = 0
    removed: int = 0

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)

    def count(self, side: int) -> None:
        """Count one that is only in the new graph (1) or the old graph (-1)."""
        if side > 0:
            self.added += 1
        else:
            self.removed += 1

    def add(self, other: ChangeCount) -> None:
        """Add other counts."""
        self.added += other.added
        self.removed += other.removed


@dataclass(slots=True)
class NodeChangeCount(ChangeCount):
    """Also counts nodes that are in both graphs and differ."""

    changed: int = 0

    def count(self, side: int) -> None:
        """Count one node of the new graph (1), the old graph (-1), or both (0)."""
        if side:
            ChangeCount.count(self, side)
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
    """The differences between two graphs; true if there are any.

    The lists of figures hold IRIs; the keys of `predicates` and `classes` are IRIs, or "" for
    nodes without a class. A figure is changed if its triples or those of its mentions or links
    are; any other node, if its triples are.

    >>> bool(pfocr_kg.diff("one-store", "one-store"))
    False
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
        """As JSON-ready values; IRIs of predicates, classes and figures as CURIEs.

        >>> pfocr_kg.diff("one-store", "one-store").as_dict()["triples"]
        {'added': 0, 'removed': 0}
        """
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


def count(sided_lines: Iterable[SidedLine]) -> Difference:
    """Count the lines of two graphs, which come sorted."""
    difference = Difference()
    # Sorted by bytes, a figure comes after all its mentions and links.
    parts: dict[bytes, ChangeCount] = defaultdict(ChangeCount)
    for name, lines in groupby(sided_lines, key=_subject):
        changes, types = _count_node(name, lines, difference)
        figure = _figure_of(name)
        if figure != name:
            if changes:
                parts[figure].add(changes)
        elif _FIGURE in types:
            changes.add(parts.pop(name, ChangeCount()))
            if changes:
                _add_figure(difference, name, types[_FIGURE], changes)
    difference.old_triples += difference.triples.removed
    difference.new_triples += difference.triples.added
    return difference


def _subject(sided_line: SidedLine) -> bytes:
    return sided_line[1].partition(b" ")[0]


def _count_node(
    name: bytes, lines: Iterable[SidedLine], difference: Difference
) -> tuple[ChangeCount, dict[bytes, int]]:
    """Count the lines of a node; returns its changes, and the side of each of its classes."""
    changes, both, types = ChangeCount(), 0, {}
    for side, line in lines:
        if side:
            changes.count(side)
            at = len(name) + 2
            predicate = line[at : line.index(b">", at)].decode()
            difference.predicates.setdefault(predicate, ChangeCount()).count(side)
        else:
            both += 1
        if line.startswith(_TYPE, len(name) - 1):
            types[line[len(name) - 1 + len(_TYPE) : -len(b"> .\n")]] = side
    difference.triples.add(changes)
    difference.old_triples += both
    difference.new_triples += both
    if changes:
        if not types:
            in_both = both or (changes.added and changes.removed)
            types[b""] = 0 if in_both else 1 if changes.added else -1
        for kind, side in types.items():
            if kind != _FIGURE:
                difference.classes.setdefault(kind.decode(), NodeChangeCount()).count(side)
    return changes, types


def _add_figure(difference: Difference, name: bytes, side: int, changes: ChangeCount) -> None:
    difference.classes.setdefault(_FIGURE.decode(), NodeChangeCount()).count(side)
    iri = name[1:-1].decode()
    if side > 0:
        difference.figures_added.append(iri)
    elif side < 0:
        difference.figures_removed.append(iri)
    else:
        difference.figures_changed.append(FigureChange(iri, changes.added, changes.removed))


def _figure_of(name: bytes) -> bytes:
    """The figure of a mention or link; for any other node, the node itself."""
    for part in _PARTS:
        base, found, _ = name.partition(part)
        if found:
            return base + b">"
    return name
