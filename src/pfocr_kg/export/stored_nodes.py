"""What a store says of its nodes, asked for some hundred at a time.

Questions are plain enough for any SPARQL 1.1 store, and no answer grows with the graph but the
list of a class's members.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.store.sparql import Answering, batches, rows, values

Term = ox.NamedNode | ox.Literal

_MEMBERS: Final = "SELECT DISTINCT ?node WHERE { ?node a %s }"
_ABOUT: Final = "SELECT ?node ?p ?o WHERE { VALUES ?node { %s } ?node ?p ?o }"
_POINTING: Final = "SELECT ?node ?p ?o WHERE { VALUES ?to { %s } ?node %s ?to ; ?p ?o }"
_LABELS: Final = "SELECT ?node ?label WHERE { ?node a %s ; rdfs:label ?label }"


class Node:
    """All that a store says of a node, by the CURIE of a property."""

    __slots__ = ("_terms", "iri")

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._terms: dict[str, list[Term]] = {}

    def add(self, term: str, value: Term) -> None:
        """Note a value."""
        self._terms.setdefault(term, []).append(value)

    def terms(self, term: str) -> list[Term]:
        """The values of a property, in a fixed order."""
        return sorted(self._terms.get(term, ()), key=str)

    def all(self, term: str) -> list[str]:
        """The texts of its literals and its IRIs, once each, by code point."""
        return sorted({value.value for value in self._terms.get(term, ())})

    def first(self, term: str) -> str | None:
        """The first of them, where there is one."""
        return min((value.value for value in self._terms.get(term, ())), default=None)


_curie = cache(iris.curie)


def members(store: Answering, kind: str) -> list[str]:
    """The IRIs of all members of a class, by code point; `kind` as in "pfocr:Gene"."""
    return sorted(row["node"].value for row in rows(store, _MEMBERS % kind))


def figures(store: Answering) -> Iterator[list[str]]:
    """The IRIs of all figures, by code point, some hundred at a time."""
    return batches(members(store, "pfocr:PathwayFigure"))


def about(store: Answering, nodes: Sequence[str]) -> list[Node]:
    """All that a store says of these nodes, in their order."""
    found = {iri: Node(iri) for iri in nodes}
    for row in rows(store, _ABOUT % values(nodes)) if nodes else ():
        found[row["node"].value].add(_curie(row["p"].value), row["o"])
    return list(found.values())


def pointing(store: Answering, term: str, nodes: Sequence[str]) -> list[Node]:
    """All that a store says of nodes whose property `term` has one of these, by code point."""
    found: dict[str, Node] = {}
    for row in rows(store, _POINTING % (values(nodes), term)):
        iri = row["node"].value
        node = found.get(iri) or found.setdefault(iri, Node(iri))
        node.add(_curie(row["p"].value), row["o"])
    return [found[iri] for iri in sorted(found)]


def links(store: Answering, figures: Sequence[str]) -> dict[str, list[Node]]:
    """The links to pathways of each of these figures that has any, by code point."""
    found: dict[str, list[Node]] = {}
    for link in pointing(store, "pfocr:figure", figures):
        for figure in link.all("pfocr:figure"):
            found.setdefault(figure, []).append(link)
    return found


def labels(store: Answering, kind: str) -> Mapping[str, str]:
    """The label of each member of a class; for small classes."""
    return {row["node"].value: row["label"].value for row in rows(store, _LABELS % kind)}
