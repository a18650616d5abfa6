"""Asks a store for all triples about its nodes, some hundred nodes at a time.

Any SPARQL 1.1 store can answer these queries, and only the list of a class's members grows with
the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.store.sparql import Answering, batches, rows, values

_MEMBERS: Final = "SELECT DISTINCT ?node WHERE { ?node a %s }"
_ABOUT: Final = "SELECT ?node ?p ?o WHERE { VALUES ?node { %s } %s ?node ?p ?o }"
_POINTING: Final = "SELECT ?node ?p ?o WHERE { VALUES ?to { %s } ?node %s ?to ; ?p ?o }"
_LABELS: Final = "SELECT ?node ?label WHERE { ?node a %s ; skos:prefLabel ?label }"


class StoredNode:
    """A node with the values of its properties, which are asked for by CURIE."""

    __slots__ = ("_values", "iri")

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._values: dict[str, list[ox.NamedNode | ox.Literal]] = {}

    def add(self, name: str, value: ox.NamedNode | ox.Literal) -> None:
        """Add a value of a property."""
        self._values.setdefault(name, []).append(value)

    def terms(self, name: str) -> list[ox.NamedNode | ox.Literal]:
        """The values of a property, in a fixed order."""
        return sorted(self._values.get(name, ()), key=str)

    def all(self, name: str) -> list[str]:
        """The distinct texts of literals and IRIs, in the order of Unicode code points."""
        return sorted({value.value for value in self._values.get(name, ())})

    def first(self, name: str) -> str | None:
        """The first of `texts`; None if there are none."""
        return min((value.value for value in self._values.get(name, ())), default=None)


_curie = cache(iris.curie)


def members(store: Answering, kind: str) -> list[str]:
    """The IRIs of all members of a class, in order; `kind` as in "pfocr:Gene"."""
    return sorted(row["node"].value for row in rows(store, _MEMBERS % kind))


def figures(store: Answering) -> Iterator[list[str]]:
    """The IRIs of all figures in order, some hundred at a time."""
    return batches(members(store, "pfocr:PathwayFigure"))


def nodes(store: Answering, kind: str) -> Iterator[StoredNode]:
    """All members of a class, ordered by IRI."""
    for batch in batches(members(store, kind)):
        yield from about(store, batch)


def about(
    store: Answering, nodes: Sequence[str], properties: Sequence[str] = ()
) -> list[StoredNode]:
    """These nodes, in their order, with the values of these properties (CURIEs), or of all."""
    found = {iri: StoredNode(iri) for iri in nodes}
    some = f"VALUES ?p {{ {' '.join(properties)} }}" if properties else ""
    for row in rows(store, _ABOUT % (values(nodes), some)) if nodes else ():
        found[row["node"].value].add(_curie(row["p"].value), row["o"])
    return list(found.values())


def pointing(store: Answering, name: str, nodes: Sequence[str]) -> list[StoredNode]:
    """The nodes with one of these values of the property `name`, ordered by IRI."""
    found: dict[str, StoredNode] = {}
    for row in rows(store, _POINTING % (values(nodes), name)):
        iri = row["node"].value
        node = found.get(iri) or found.setdefault(iri, StoredNode(iri))
        node.add(_curie(row["p"].value), row["o"])
    return [found[iri] for iri in sorted(found)]


def labels(store: Answering, kind: str) -> Mapping[str, str]:
    """The label of each member of a class, which are all held."""
    return {row["node"].value: row["label"].value for row in rows(store, _LABELS % kind)}
