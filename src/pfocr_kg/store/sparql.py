"""Questions to a store in SPARQL, about some hundred nodes at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final, Protocol, TypeVar

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.store.answers import Answer, Solutions

BATCH: Final = 500
"""Nodes per query: few queries, but at most some thousand rows per answer."""

PROLOGUE: Final = "".join(
    f"PREFIX {name}: <{iris.PREFIXES[name]}>\n"
    for name in ("dcterms", "oa", "pfocr", "prism", "rdfs", "schema", "skos")
)
"""The prefixes that `rows` knows."""


_Node = TypeVar("_Node")


class Answering(Protocol):
    """A store that answers SPARQL."""

    def query(self, text: str) -> Answer:
        """Run a query; SyntaxError if it does not parse."""


def rows(store: Answering, question: str) -> Any:
    """The solutions of a SELECT, which may use the prefixes of `PROLOGUE`.

    They are `Solutions`; typed as anything, since a variable's term is not known.
    """
    found = store.query(PROLOGUE + question)
    assert isinstance(found, Solutions)
    return found


def values(nodes: Iterable[str]) -> str:
    """IRIs as they stand in VALUES."""
    return " ".join(str(ox.NamedNode(iri)) for iri in nodes)


def batches(nodes: Iterable[_Node], size: int = BATCH) -> Iterator[list[_Node]]:
    """Nodes, some hundred at a time."""
    left = iter(nodes)
    while batch := list(islice(left, size)):
        yield batch
