"""Counts of a graph: triples by predicate, members by class, links into other datasets.

Triples are also counted by the class of their subject, the predicate, and what their object is.

The counts of two parts of a graph add up to the counts of both. A build stores them, and changes
them with each triple that it adds or removes; a graph without stored counts is counted by SPARQL.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable
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
_STRING: Final = iris.PREFIXES["xsd"] + "string"
_TAGGED: Final = iris.PREFIXES["rdf"] + "langString"
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

    Predicates and classes are IRIs; targets are those of `linksets.TARGETS`. `partitions` are
    triples by class of the subject, predicate, and datatype of the object ("" if it is an IRI).
    """

    properties: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    links: Counter[tuple[str, str]] = field(default_factory=Counter)
    partitions: Counter[tuple[str, str, str]] = field(default_factory=Counter)

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
        self.partitions.update(other.partitions)

    def count_subject(self, triples: Collection[ox.Triple | ox.Quad], number: int) -> None:
        """Count all triples about one thing (`number` 1), or remove them from the counts (-1)."""
        classes = [t.object.value for t in triples if t.predicate.value == _TYPE]  # type: ignore[union-attr]
        for triple in triples:
            self.count(triple, number)
            of = triple.object
            kind = of.datatype.value if isinstance(of, ox.Literal) else ""
            for each in classes:
                self.partitions[each, triple.predicate.value, kind] += number

    def count(self, triple: ox.Triple | ox.Quad, number: int) -> None:
        """Count a triple or remove it, but not in the partitions."""
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
        """Count lines of N-Triples that this package wrote (`number` 1), or remove them (-1).

        The lines about a thing hold all its classes.
        """
        # Not parsed, which would make objects of all terms: no IRI holds a blank.
        triples = [line.decode().split(" ", 2) for line in lines]
        classes: dict[str, list[str]] = defaultdict(list)
        for subject, name, rest in triples:
            if name[1:-1] == _TYPE:
                classes[subject].append(rest[1:-4])
        for subject, name, rest in triples:
            predicate = name[1:-1]
            self.properties[predicate] += number
            if predicate == _TYPE:
                self.classes[rest[1:-4]] += number
            elif predicate in _LINKING and rest.startswith("<"):
                self.count_link(predicate, rest[1:-4], number)
            for each in classes[subject]:
                self.partitions[each, predicate, _datatype(rest)] += number

    def dump(self) -> str:
        """One line that `load` reads; counts of zero are left out."""
        one = [dict(sorted((+counter).items())) for counter in (self.properties, self.classes)]
        several = [
            [[*key, n] for key, n in sorted((+counter).items())]
            for counter in (self.links, self.partitions)
        ]
        return json.dumps([_version(), *one, *several])

    @classmethod
    def load(cls, line: str) -> GraphCounts | None:
        """The counts of a line of `dump`; None if another version counted other things."""
        match json.loads(line or "null"):
            case [version, properties, classes, links, partitions] if version == _version():
                several = [
                    Counter({tuple(key): n for *key, n in rows}) for rows in (links, partitions)
                ]
                return cls(Counter(properties), Counter(classes), *several)
        return None


def _datatype(rest: str) -> str:
    """The datatype of the object in the rest of a line of N-Triples; "" if it is an IRI."""
    if rest.startswith("<"):
        return ""
    if rest.endswith('" .\n'):
        return _STRING
    return rest[rest.rindex("<") + 1 : -4] if rest.endswith("> .\n") else _TAGGED


def count(
    ask: Ask,
    without: Iterable[ox.Triple] = (),
    *,
    side_by_side: Callable[..., Iterable[Any]] = map,
) -> GraphCounts:
    """Count the triples of a graph, except those of `without`; this reads the whole graph.

    Partitions are left out: to join all triples with their class takes minutes for millions.
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
        self._keys: dict[str, Counter[str]] = defaultdict(Counter)  # by the type of the node
        self._types: Counter[str] = Counter()
        # Mentions are counted by their type and keys: they have few different ones.
        self._listed: Counter[tuple[str, ...]] = Counter()
        self._objects: dict[str, Counter[str]] = {
            key: Counter() for key, term in terms.items() if term.predicate in _LINKING
        }

    def add(self, node: Node) -> None:
        """Count the triples of a document and of the nodes in its lists."""
        keys, objects = self._keys[node["type"]], self._objects
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
            self._keys[kind].update(dict.fromkeys(keys, number))
        self._listed.clear()
        for kind, number in self._types.items():
            counts.classes[context.classes[kind]] += number
            counts.properties[_TYPE] += number
            counts.partitions[context.classes[kind], _TYPE, ""] += number
            for key, of_key in self._keys[kind].items():
                if key not in ("id", "type"):
                    term = context.terms[key]
                    counts.properties[term.predicate] += of_key
                    partition = context.classes[kind], term.predicate, term.datatype or ""
                    counts.partitions[partition] += of_key
        for key, objects in self._objects.items():
            for iri, number in objects.items():
                counts.count_link(context.terms[key].predicate, iri, number)
        return counts
