"""Counts what differs between two graphs, from the sorted lines of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
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

    def count(self, step: int) -> None:
        """Count one more of a graph."""
        if step > 0:
            self.added += 1
        else:
            self.removed += 1


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
        return self.triples != ChangeCount()

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
    counter = _Counter()
    node = _NodeLines(b"<>")
    both = 0
    for step, line in steps:
        if not line.startswith(node.name):
            counter.add_node(node)
            node = _NodeLines(line[: line.index(b">") + 1])
        if step:
            node.changes.count(step)
            counter.add_line(step, line, len(node.name) + 1)
        else:
            both += 1
            node.shared = True
        if line.startswith(_TYPE, len(node.name) - 1):
            node.types[line[len(node.name) - 1 + len(_TYPE) : -len(b"> .\n")]] = step
    counter.add_node(node)
    return counter.difference(both)


class _NodeLines:
    """A subject: its name in angle brackets, its lines, and which graphs say it has a class."""

    __slots__ = ("changes", "name", "shared", "types")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.changes = ChangeCount()
        self.shared = False
        self.types: dict[bytes, int] = {}

    def step(self) -> int:
        """Where a node of no class is, as in `Step`."""
        if self.shared or (self.changes.added and self.changes.removed):
            return 0
        return 1 if self.changes.added else -1


@dataclass(slots=True)
class _OpenFigure:
    """A figure of whose lines, and lines of mentions and links, not all are read."""

    changes: ChangeCount = field(default_factory=ChangeCount)
    step: int | None = None
    """Which graph has the figure, as in `Step`; None as long as neither."""


class _Counter:
    """A difference that is being counted."""

    def __init__(self) -> None:
        self._predicates: dict[bytes, ChangeCount] = {}
        self._classes: dict[bytes, NodeChangeCount] = {}
        self._open: dict[bytes, _OpenFigure] = {}
        self._found = Difference()

    def add_line(self, step: int, line: bytes, at: int) -> None:
        """Count a line of one graph; `at` is where its predicate begins."""
        predicate = line[at + 1 : line.index(b">", at)]
        self._predicates.setdefault(predicate, ChangeCount()).count(step)
        self._found.triples.count(step)

    def add_node(self, node: _NodeLines) -> None:
        """Count a node whose lines are all read."""
        if node.changes != ChangeCount():
            for name, step in (node.types or {b"": node.step()}).items():
                if name != _FIGURE:
                    self._classes.setdefault(name, NodeChangeCount()).count(step)
            figure = self._open.setdefault(_figure_of(node.name), _OpenFigure())
            figure.changes.added += node.changes.added
            figure.changes.removed += node.changes.removed
        if not self._open:
            return
        if _FIGURE in node.types and node.name in self._open:
            self._open[node.name].step = node.types[_FIGURE]
        # Sorted by bytes, a figure comes behind all its mentions and links.
        for name in [name for name in self._open if name <= node.name]:
            self._add_figure(name, self._open.pop(name))

    def _add_figure(self, name: bytes, figure: _OpenFigure) -> None:
        if figure.step is None:
            return
        self._classes.setdefault(_FIGURE, NodeChangeCount()).count(figure.step)
        iri = name[1:-1].decode()
        if figure.step > 0:
            self._found.figures_added.append(iri)
        elif figure.step < 0:
            self._found.figures_removed.append(iri)
        else:
            change = FigureChange(iri, figure.changes.added, figure.changes.removed)
            self._found.figures_changed.append(change)

    def difference(self, both: int) -> Difference:
        """What was counted; `both` is the number of lines that both graphs have."""
        found = self._found
        found.old_triples = both + found.triples.removed
        found.new_triples = both + found.triples.added
        found.predicates = {name.decode(): n for name, n in self._predicates.items()}
        found.classes = {name.decode(): n for name, n in self._classes.items()}
        return found


def _figure_of(name: bytes) -> bytes:
    """The figure that a mention or link belongs to; any other node's own name."""
    for part in _PARTS:
        base, found, _ = name.partition(part)
        if found:
            return base + b">"
    return name
