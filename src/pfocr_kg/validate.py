"""Checks a graph against `ontologies/shapes.ttl` with pySHACL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pyshacl
import rdflib
from rdflib import RDF, SH

from pfocr_kg import resources


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a shape does not allow: at which node, on which property, why."""

    node: str
    path: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Conformance:
    """Whether a graph conforms, and what does not; truthy where it does."""

    violations: tuple[Violation, ...]

    def __bool__(self) -> bool:
        return not self.violations


class Viewable(Protocol):
    """A store with an rdflib view."""

    def dataset(self) -> rdflib.Dataset:
        """The view."""


def check(store: Viewable) -> Conformance:
    """Check the store's default graph; it is copied into memory, about 1 kB a triple."""
    graph = rdflib.Graph()
    for subject, predicate, value, _ in store.dataset().quads((None, None, None, None)):
        graph.add((subject, predicate, value))
    return check_graph(graph)


def check_graph(graph: rdflib.Graph) -> Conformance:
    """Check an rdflib graph against the bundled shapes."""
    shapes = rdflib.Graph().parse(resources.ontology("shapes.ttl"), format="turtle")
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes)
    assert isinstance(report, rdflib.Graph)
    found = (
        Violation(*(_text(report, result, p) for p in _FIELDS))
        for result in report.subjects(RDF.type, SH.ValidationResult)
    )
    return Conformance(tuple(sorted(found, key=lambda v: (v.node, v.path, v.value, v.message))))


_FIELDS = (SH.focusNode, SH.resultPath, SH.value, SH.resultMessage)


def _text(report: rdflib.Graph, result: rdflib.term.Node, field: rdflib.URIRef) -> str:
    value = report.value(result, field)
    return "" if value is None else str(value)
