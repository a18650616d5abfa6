"""Counts of a graph that add up: those of two parts of it make those of both.

A build keeps them, and changes them with each triple that it adds or removes; of a graph whose
counts nobody kept, SPARQL gives them.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf.linksets import LINKING, TARGETS, target_of

Ask = Callable[[str], Any]
"""Answers a SPARQL query as pyoxigraph does."""

_TYPE: Final = iris.PREFIXES["rdf"] + "type"
_PROPERTIES: Final = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
_CLASSES: Final = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"
_LINKING: Final = frozenset(LINKING)


@cache
def _links() -> str:
    """The query for links, which looks each object up once."""
    predicates = " ".join(str(ox.NamedNode(iri)) for iri in LINKING)
    by_object = f"SELECT ?p ?o (COUNT(*) AS ?m) {{ VALUES ?p {{ {predicates} }} ?s ?p ?o }}"
    target = '""'
    for one in reversed(TARGETS):
        is_one = f"STRSTARTS(STR(?o), {ox.Literal(one.space)})"
        target = f"IF({is_one}, {ox.Literal(one.key)}, {target})"
    return (
        "SELECT ?p ?target (SUM(?m) AS ?n) "
        f"{{ {{ {by_object} GROUP BY ?p ?o }} FILTER(isIRI(?o)) BIND({target} AS ?target) }} "
        "GROUP BY ?p ?target"
    )


@dataclass(slots=True)
class Counts:
    """Triples by predicate, members by class, links by key of the target and predicate.

    Predicates and classes are IRIs; targets are those of `targets.TARGETS`.
    """

    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def triples(self) -> int:
        """All triples."""
        return self.properties.total()

    @property
    def entities(self) -> int:
        """Members of all classes."""
        return self.classes.total()

    def update(self, other: Counts) -> None:
        """Add the counts of other triples."""
        self.properties.update(other.properties)
        self.classes.update(other.classes)
        self.links.update(other.links)

    def count(self, triple: ox.Triple | ox.Quad, number: int) -> None:
        """Add a triple (1), or take one off (-1)."""
        predicate = triple.predicate.value
        self.properties[predicate] += number
        if predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
            self.classes[triple.object.value] += number
        elif predicate in _LINKING:
            self._link(predicate, triple.object, number)

    def _link(self, predicate: str, object_: Any, number: int) -> None:
        target = target_of(object_.value) if isinstance(object_, ox.NamedNode) else None
        if target is not None:
            self.links[target.key, predicate] += number

    def dump(self) -> str:
        """One line that `load` reads; what there is none of is left out."""
        links = [[*key, n] for key, n in sorted(self.links.items()) if n]
        own = [dict(sorted((+counter).items())) for counter in (self.properties, self.classes)]
        return json.dumps([_rules(), *own, links])

    @classmethod
    def load(cls, line: str) -> Counts | None:
        """What `dump` gave; None where it was given by a version that counted otherwise."""
        match json.loads(line or "null"):
            case [rules, properties, classes, links] if rules == _rules():
                found = Counter({(key, predicate): n for key, predicate, n in links})
                return cls(Counter(properties), Counter(classes), found)
        return None


def count(
    ask: Ask, but: Iterable[ox.Triple] = (), *, side_by_side: Callable[..., Iterable[Any]] = map
) -> Counts:
    """Count the triples of a graph, of which `but` are left out; this goes through all of it.

    `side_by_side` is a `map` that may ask several queries at once.
    """
    queries = (_PROPERTIES, _links(), _CLASSES)
    properties, links, classes = side_by_side(lambda text: list(ask(text)), queries)
    counts = Counts(_counted(properties, "p"), _counted(classes, "c"))
    for row in links:
        if row["target"].value:
            counts.links[row["target"].value, row["p"].value] = int(row["n"].value)
    for triple in but:
        counts.count(triple, -1)
    return Counts(+counts.properties, +counts.classes, +counts.links)


def _counted(rows: Iterable[Any], name: str) -> Counter[str]:
    named = (row for row in rows if isinstance(row[name], ox.NamedNode))
    return Counter({row[name].value: int(row["n"].value) for row in named})


def _rules() -> str:
    """Equal where the same is counted."""
    spaces = [(target.key, target.space) for target in TARGETS]
    return hashlib.sha256(repr((LINKING, spaces)).encode()).hexdigest()[:16]
