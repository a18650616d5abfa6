"""Checks a graph against `ontologies/shapes.ttl`, by queries that its store answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import pyoxigraph as ox
import rdflib

from pfocr_kg import resources
from pfocr_kg.query.shapes import Check, compile_shapes
from pfocr_kg.store.answers import Solutions
from pfocr_kg.store.sparql import Answering

Progress = Callable[[int, int], None]
"""Is told how many of all constraints are checked."""

_PLACEHOLDER: Final = "{?value}"


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


def check(store: Answering, progress: Progress) -> Conformance:
    """Check the store's default graph; only violations are held in memory."""
    checks = _checks()
    found: list[Violation] = []
    for done, each in enumerate(checks):
        progress(done, len(checks))
        found += _violations(store, each)
    progress(len(checks), len(checks))
    return Conformance(tuple(sorted(found, key=lambda v: (v.node, v.path, v.value, v.message))))


@cache
def _checks() -> tuple[Check, ...]:
    """Those of the shapes that are shipped."""
    shapes = rdflib.Graph().parse(resources.ontology("shapes.ttl"), format="turtle")
    return tuple(compile_shapes(shapes))


def _violations(store: Answering, check: Check) -> Iterator[Violation]:
    rows = store.query(check.query)
    assert isinstance(rows, Solutions)
    for row in rows:
        node, value = _text(row["this"]), _text(row["value"])
        yield Violation(node, check.path, value, check.message.replace(_PLACEHOLDER, value))


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if isinstance(term, ox.Triple):
        raise ValueError("a triple is no node")
    return "" if term is None else term.value
