"""Counts what a graph holds, without what it says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.description.targets import LINKING, target_of

Ask = Callable[[str], Any]
"""Answers a SPARQL query as pyoxigraph does."""

_TYPE: Final = iris.PREFIXES["rdf"] + "type"
_SUBJECTS: Final = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"
_PROPERTIES: Final = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
_CLASSES: Final = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"
_LINKS: Final = (
    "SELECT ?p ?o (COUNT(*) AS ?n) { VALUES ?p { "
    + " ".join(str(ox.NamedNode(iri)) for iri in LINKING)
    + " } ?s ?p ?o } GROUP BY ?p ?o"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a graph: triples, different subjects; by class, property, target and property."""

    subjects: int
    properties: dict[str, int]
    classes: dict[str, int]
    links: dict[tuple[str, str], int]

    @property
    def triples(self) -> int:
        """All triples."""
        return sum(self.properties.values())

    @property
    def entities(self) -> int:
        """Members of all classes."""
        return sum(self.classes.values())


def count(ask: Ask, own: Iterable[ox.Triple]) -> Counts:
    """Count the triples of a graph that are not `own`, the description in it."""
    own = list(own)
    properties = Counter({row["p"].value: int(row["n"].value) for row in ask(_PROPERTIES)})
    properties.subtract(triple.predicate.value for triple in own)
    classes = Counter({row["c"].value: int(row["n"].value) for row in ask(_CLASSES)})
    classes.subtract(str(_value(t.object)) for t in own if t.predicate.value == _TYPE)
    subjects = int(next(iter(ask(_SUBJECTS)))["n"].value) - len({t.subject for t in own})
    return Counts(subjects, dict(+properties), dict(+classes), dict(+_links(ask, own)))


def _links(ask: Ask, own: list[ox.Triple]) -> Counter[tuple[str, str]]:
    """Triples by key of the target and predicate."""
    found: Counter[tuple[str, str]] = Counter()
    for row in ask(_LINKS):
        _link(found, row["p"].value, row["o"], int(row["n"].value))
    for triple in own:
        if triple.predicate.value in LINKING:
            _link(found, triple.predicate.value, triple.object, -1)
    return found


def _link(found: Counter[tuple[str, str]], predicate: str, object_: Any, number: int) -> None:
    target = target_of(object_.value) if isinstance(object_, ox.NamedNode) else None
    if target is not None:
        found[target.key, predicate] += number


def _value(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
