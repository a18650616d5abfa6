"""Counts what differs between two graphs, from the sorted lines of both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pfocr_kg import iris
from pfocr_kg.compare import lines

Step = tuple[int, bytes]
"""-1: the line is in the old graph only; 1: in the new one only; 0: in both."""

_TYPE: Final = b"> <" + iris.PREFIXES["rdf"].encode() + b"type> <"
_FIGURE: Final = (iris.PREFIXES["pfocr"] + "PathwayFigure").encode()
_PARTS: Final = (b"#mention-", b"#link-")
"""What a figure's IRI goes on with in the IRIs of its mentions and links; see iris.py."""


@dataclass(slots=True)
class Tally:
    """How many are in the new graph only, and in the old graph only."""

    added: int = 0
    removed: int = 0

    def count(self, step: int) -> None:
        """Count one more of a graph."""
        if step > 0:
            self.added += 1
        else:
            self.removed += 1

    def as_dict(self) -> dict[str, int]:
        """As JSON-ready values."""
        return {"added": self.added, "removed": self.removed}


@dataclass(slots=True)
class ClassTally(Tally):
    """Also how many are in both, and differ."""

    changed: int = 0

    def count(self, step: int) -> None:
        """Count one more of a graph, or (0) of both."""
        if step:
            Tally.count(self, step)
        else:
            self.changed += 1

    def as_dict(self) -> dict[str, int]:
        """As JSON-ready values."""
        return {**Tally.as_dict(self), "changed": self.changed}


@dataclass(frozen=True, slots=True)
class FigureChange:
    """Triples of a figure that is in both graphs, its mentions' and links' among them."""

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
    triples: Tally = field(default_factory=Tally)
    predicates: dict[str, Tally] = field(default_factory=dict)
    classes: dict[str, ClassTally] = field(default_factory=dict)
    figures_added: list[str] = field(default_factory=list)
    figures_removed: list[str] = field(default_factory=list)
    figures_changed: list[FigureChange] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.triples != Tally()

    def as_dict(self) -> dict[str, Any]:
        """As JSON-ready values; IRIs of predicates, classes and figures as CURIEs."""
        changed = self.figures_changed
        return {
            "equal": not self,
            "old": {"triples": self.old_triples},
            "new": {"triples": self.new_triples},
            "triples": self.triples.as_dict(),
            "predicates": _by_curie(self.predicates),
            "classes": _by_curie(self.classes),
            "figures": {
                "added": [iris.curie(iri) for iri in self.figures_added],
                "removed": [iris.curie(iri) for iri in self.figures_removed],
                "changed": [
                    {"figure": iris.curie(f.figure), "added": f.added, "removed": f.removed}
                    for f in changed
                ],
            },
        }


def _by_curie(tallies: dict[str, Any]) -> dict[str, dict[str, int]]:
    return {iris.curie(iri): tallies[iri].as_dict() for iri in sorted(tallies)}


def merge(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[Step]:
    """Go through two graphs' lines at once; both come as `dumps.sorted_lines` gives them."""
    a, b = next(old, None), next(new, None)
    while a is not None and b is not None:
        if a == b:
            yield 0, a
            a, b = next(old, None), next(new, None)
        elif lines.order(a) < lines.order(b):
            yield -1, a
            a = next(old, None)
        else:
            yield 1, b
            b = next(new, None)
    while a is not None:
        yield -1, a
        a = next(old, None)
    while b is not None:
        yield 1, b
        b = next(new, None)


def compare(steps: Iterable[Step]) -> Difference:
    """Count what `merge` found."""
    counting = _Counting()
    node = _Node(b"<>")
    both = 0
    for step, line in steps:
        if not line.startswith(node.name):
            counting.take(node)
            node = _Node(line[: line.index(b">") + 1])
        if step:
            node.differs(step)
            counting.line(step, line, len(node.name) + 1)
        else:
            both += 1
            node.shared = True
        if line.startswith(_TYPE, len(node.name) - 1):
            node.types[line[len(node.name) - 1 + len(_TYPE) : -len(b"> .\n")]] = step
    counting.take(node)
    return counting.result(both)


class _Node:
    """A subject: its name in angle brackets, its lines, and which graphs say it has a class."""

    __slots__ = ("lines", "name", "shared", "types")

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.lines = Tally()
        self.shared = False
        self.types: dict[bytes, int] = {}

    def differs(self, step: int) -> None:
        """Note a line of one graph."""
        self.lines.count(step)

    def side(self) -> int:
        """Where a node of no class is: in the new graph (1), the old one (-1), or both (0)."""
        if self.shared or (self.lines.added and self.lines.removed):
            return 0
        return 1 if self.lines.added else -1


@dataclass(slots=True)
class _FigureSoFar:
    """A figure of whose mentions, links and own lines not all are read."""

    lines: Tally = field(default_factory=Tally)
    step: int | None = None
    """Which graph has the figure, as in `Step`; None as long as neither."""


class _Counting:
    """A difference that is being counted."""

    def __init__(self) -> None:
        self.predicates: dict[bytes, Tally] = {}
        self.classes: dict[bytes, ClassTally] = {}
        self.open: dict[bytes, _FigureSoFar] = {}
        self.found = Difference()

    def line(self, step: int, line: bytes, at: int) -> None:
        """Count a line of one graph; `at` is where its predicate begins."""
        predicate = line[at + 1 : line.index(b">", at)]
        self.predicates.setdefault(predicate, Tally()).count(step)
        self.found.triples.count(step)

    def take(self, node: _Node) -> None:
        """Count a node whose lines are all read."""
        if node.lines != Tally():
            for name, step in (node.types or {b"": node.side()}).items():
                if name != _FIGURE:
                    self.classes.setdefault(name, ClassTally()).count(step)
            so_far = self.open.setdefault(_owner(node.name), _FigureSoFar())
            so_far.lines.added += node.lines.added
            so_far.lines.removed += node.lines.removed
        if not self.open:
            return
        if _FIGURE in node.types and node.name in self.open:
            self.open[node.name].step = node.types[_FIGURE]
        # Sorted by bytes, a figure comes behind all its mentions and links.
        for name in [name for name in self.open if name <= node.name]:
            self._close(name, self.open.pop(name))

    def _close(self, name: bytes, figure: _FigureSoFar) -> None:
        if figure.step is None:
            return
        self.classes.setdefault(_FIGURE, ClassTally()).count(figure.step)
        iri = name[1:-1].decode()
        if figure.step > 0:
            self.found.figures_added.append(iri)
        elif figure.step < 0:
            self.found.figures_removed.append(iri)
        else:
            change = FigureChange(iri, figure.lines.added, figure.lines.removed)
            self.found.figures_changed.append(change)

    def result(self, both: int) -> Difference:
        """What was counted; `both` is the number of lines that both graphs have."""
        found = self.found
        found.old_triples = both + found.triples.removed
        found.new_triples = both + found.triples.added
        found.predicates = {name.decode(): n for name, n in self.predicates.items()}
        found.classes = {name.decode(): n for name, n in self.classes.items()}
        return found


def _owner(name: bytes) -> bytes:
    """The figure that a mention or link belongs to; any other node's own name."""
    for part in _PARTS:
        base, found, _ = name.partition(part)
        if found:
            return base + b">"
    return name
