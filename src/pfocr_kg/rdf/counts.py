"""Counts of a graph: triples by predicate, members by class, links into other datasets.

The counts of two parts of a graph add up to the counts of both. A build stores them, and changes
them with each triple that it adds or removes; a graph without stored counts is counted by SPARQL.
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
from pfocr_kg.rdf.context import compiled
from pfocr_kg.rdf.document import Node
from pfocr_kg.rdf.linksets import LINKING, TARGETS, target_of

Ask = Callable[[str], Any]
"""Answers a SPARQL query as pyoxigraph does."""

_TYPE: Final = iris.PREFIXES["rdf"] + "type"
_PROPERTIES: Final = "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p"
_CLASSES: Final = "SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c"
_LINKING: Final = frozenset(LINKING)


@cache
def _links_query() -> str:
    """The query for links, which looks each object up once."""
    predicates = " ".join(str(ox.NamedNode(iri)) for iri in LINKING)
    by_object = f"SELECT ?p ?o (COUNT(*) AS ?m) {{ VALUES ?p {{ {predicates} }} ?s ?p ?o }}"
    target = '""'
    for each in reversed(TARGETS):
        matches = f"STRSTARTS(STR(?o), {ox.Literal(each.space)})"
        target = f"IF({matches}, {ox.Literal(each.key)}, {target})"
    return (
        "SELECT ?p ?target (SUM(?m) AS ?n) "
        f"{{ {{ {by_object} GROUP BY ?p ?o }} FILTER(isIRI(?o)) BIND({target} AS ?target) }} "
        "GROUP BY ?p ?target"
    )


@dataclass(slots=True)
class GraphCounts:
    """Triples by predicate, members by class, links by key of the target and predicate.

    Predicates and classes are IRIs; targets are those of `linksets.TARGETS`.
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

    def update(self, other: GraphCounts) -> None:
        """Add the counts of other triples."""
        self.properties.update(other.properties)
        self.classes.update(other.classes)
        self.links.update(other.links)

    def count(self, triple: ox.Triple | ox.Quad, number: int) -> None:
        """Count a triple (`number` 1), or remove it from the counts (-1)."""
        predicate = triple.predicate.value
        self.properties[predicate] += number
        if isinstance(triple.object, ox.NamedNode):
            if predicate == _TYPE:
                self.classes[triple.object.value] += number
            elif predicate in _LINKING:
                self.count_link(predicate, triple.object.value, number)

    def count_link(self, predicate: str, iri: str, number: int) -> None:
        """Add links to one IRI, if it is of another dataset."""
        if target := target_of(iri):
            self.links[target.key, predicate] += number

    def count_lines(self, lines: Iterable[bytes], number: int) -> None:
        """Count lines of N-Triples that this package wrote (`number` 1), or remove them (-1)."""
        for line in lines:
            # Not parsed, which would make objects of all terms: no IRI holds a blank.
            _, predicate, rest = line.decode().split(" ", 2)
            predicate = predicate[1:-1]
            self.properties[predicate] += number
            if predicate == _TYPE:
                self.classes[rest[1:-4]] += number
            elif predicate in _LINKING and rest.startswith("<"):
                self.count_link(predicate, rest[1:-4], number)

    def dump(self) -> str:
        """One line that `load` reads; counts of zero are left out."""
        links = [[*key, n] for key, n in sorted(self.links.items()) if n]
        counters = (self.properties, self.classes)
        named = [dict(sorted((+counter).items())) for counter in counters]
        return json.dumps([_version(), *named, links])

    @classmethod
    def load(cls, line: str) -> GraphCounts | None:
        """The counts of a line of `dump`; None if another version counted other things."""
        match json.loads(line or "null"):
            case [version, properties, classes, links] if version == _version():
                by_target = Counter({(key, predicate): n for key, predicate, n in links})
                return cls(Counter(properties), Counter(classes), by_target)
        return None


def count(
    ask: Ask,
    without: Iterable[ox.Triple] = (),
    *,
    side_by_side: Callable[..., Iterable[Any]] = map,
) -> GraphCounts:
    """Count the triples of a graph, except those of `without`; this reads the whole graph.

    `side_by_side` is a `map` that may ask several queries at once.
    """
    queries = (_PROPERTIES, _links_query(), _CLASSES)
    properties, links, classes = side_by_side(lambda text: list(ask(text)), queries)
    counts = GraphCounts(_counter(properties, "p"), _counter(classes, "c"))
    for row in links:
        if row["target"].value:
            counts.links[row["target"].value, row["p"].value] = int(row["n"].value)
    for triple in without:
        counts.count(triple, -1)
    return GraphCounts(+counts.properties, +counts.classes, +counts.links)


def _counter(rows: Iterable[Any], name: str) -> Counter[str]:
    named = (row for row in rows if isinstance(row[name], ox.NamedNode))
    return Counter({row[name].value: int(row["n"].value) for row in named})


def _version() -> str:
    """The version of what is counted: predicates and targets of links."""
    spaces = [(target.key, target.space) for target in TARGETS]
    return hashlib.sha256(repr((LINKING, spaces)).encode()).hexdigest()[:16]


class DocumentCounter:
    """Counts the triples of documents without parsing them.

    All nodes must have different subjects: then no triple is counted twice. The nodes in a
    document's lists, its mentions, hold only texts.
    """

    def __init__(self) -> None:
        terms = compiled().terms
        self._keys: Counter[str] = Counter()
        self._types: Counter[str] = Counter()
        # Mentions are counted by their type and keys: they have few different ones.
        self._listed: Counter[tuple[str, ...]] = Counter()
        self._objects: dict[str, Counter[str]] = {
            key: Counter() for key, term in terms.items() if term.predicate in _LINKING
        }

    def add(self, node: Node) -> None:
        """Count the triples of a document and of the nodes in its lists."""
        keys, objects = self._keys, self._objects
        for key, value in node.items():
            if isinstance(value, str):
                keys[key] += 1
                if key in objects:
                    objects[key][value] += 1
                continue
            keys[key] += len(value)
            if value and isinstance(value[0], dict):
                self._add_listed(value)
            elif key in objects:
                objects[key].update(value)
        self._types[node["type"]] += 1

    def _add_listed(self, nodes: list[Node]) -> None:
        self._listed.update([(node["type"], *node) for node in nodes])
        for key in self._objects.keys() & set().union(*nodes):
            self._objects[key].update([node[key] for node in nodes if key in node])

    def counts(self) -> GraphCounts:
        """The counts of all documents."""
        context, counts = compiled(), GraphCounts()
        for (kind, *keys), number in self._listed.items():
            self._types[kind] += number
            self._keys.update(dict.fromkeys(keys, number))
        self._listed.clear()
        for kind, number in self._types.items():
            counts.classes[context.classes[kind]] += number
        for key, number in self._keys.items():
            if key not in ("id", "type"):
                counts.properties[context.terms[key].predicate] += number
        counts.properties[_TYPE] += self._types.total()
        for key, objects in self._objects.items():
            for iri, number in objects.items():
                counts.count_link(context.terms[key].predicate, iri, number)
        return counts
