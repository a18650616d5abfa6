"""Queries answer the same beside WikiPathways RDF, whose IRIs are the same.

The excerpt gives genes, chemicals and diseases of the sample a second label, and genes and pathways
more triples; its own pathways, nodes and ontology terms belong to no figure. Queries show preferred
labels, of which an entity has one.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest

from places import WIKIPATHWAYS_RDF

from .conftest import Built
from .test_queries import LOCAL, body, fitting, in_oxigraph, name_of

WHOLE_GRAPH = {
    "class-counts": "counts the nodes of all classes",
    "property-counts": "counts all triples",
    "subgraph-of-figure": "has all triples about what a figure draws",
}


@pytest.fixture(scope="module")
def excerpt() -> bytes:
    triples = ox.parse(path=WIKIPATHWAYS_RDF, format=ox.RdfFormat.TURTLE)
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)


@cache
def beside(graph: Built, excerpt: bytes) -> Built:
    return Built(graph.ntriples + excerpt, graph.description)


def test_the_excerpt_has_other_labels_for_entities(linked_graphs: Built, excerpt: bytes) -> None:
    both = beside(linked_graphs, excerpt).oxigraph
    for kind in ("Gene", "Chemical", "Disease"):
        found = both.query(
            "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
            f"SELECT ?e {{ ?e a <https://w3id.org/pfocr/vocab#{kind}> ; rdfs:label ?a, ?b ."
            "FILTER(STR(?a) < STR(?b)) }"
        )
        assert len(list(found)) > 2, kind


@pytest.mark.parametrize(
    "path", [path for path in LOCAL if path.stem not in WHOLE_GRAPH], ids=name_of
)
def test_rows_are_the_same(path: Path, request: pytest.FixtureRequest, excerpt: bytes) -> None:
    graph, text = fitting(path, request), body(path)
    assert in_oxigraph(beside(graph, excerpt), text) == in_oxigraph(graph, text)
