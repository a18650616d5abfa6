"""Checks a graph against `ontologies/shapes.ttl` with pySHACL."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyshacl
import rdflib
from rdflib import RDF, SH

from pfocr_kg import resources


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation of a shape: its node, property and reason."""

    node: str
    path: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Conformance:
    """Whether a graph conforms, and its violations; true if it conforms."""

    violations: tuple[Violation, ...]

    def __bool__(self) -> bool:
        return not self.violations


class Dumping(Protocol):
    """A store that can write all its triples to a file as N-Triples."""

    def dump(self, path: Path) -> None:
        """Write them, in any order."""


def check(store: Dumping) -> Conformance:
    """Check the store's default graph; it is copied into memory, about 1 kB per triple."""
    with tempfile.TemporaryDirectory(prefix="pfocr-kg-validate-") as folder:
        dumped = Path(folder, "graph.nt")
        store.dump(dumped)
        return check_graph(rdflib.Graph().parse(dumped, format="nt"))


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
