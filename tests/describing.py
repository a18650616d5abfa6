"""What a store states of its graph, held against its graph: plain counting, no SPARQL."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf.linksets import LINKING, TARGETS

DATASET = "https://w3id.org/pfocr/dataset"
VOID = "http://rdfs.org/ns/void#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def opened(store: Path) -> ox.Store:
    """The graph of a store's folder, opened by the library alone."""
    (folder,) = store.glob("generations/*/graph")
    return ox.Store.read_only(str(folder))


def stated(store: Path) -> set[ox.Triple]:
    """The description in a store."""
    named = ox.NamedNode(iris.DESCRIPTION)
    return {quad.triple for quad in opened(store).quads_for_pattern(None, None, None, named)}


def assert_true(store: Path) -> None:
    """What a store states counts what its default graph holds, all of it and no more."""
    said = {(t.subject.value, t.predicate.value): t.object for t in stated(store)}
    quads = opened(store).quads_for_pattern(None, None, None, ox.DefaultGraph())
    triples = [quad.triple for quad in quads]

    def found(name: str, number: str, *more: str) -> dict[tuple[str, ...], int]:
        nodes = [node for node, predicate in said if predicate == VOID + name]
        keys = [(said[node, VOID + name].value, *(space(node) for _ in more)) for node in nodes]
        numbers = [int(said[node, VOID + number].value) for node in nodes]
        return dict(zip(keys, numbers, strict=True))

    def space(node: str) -> str:
        return said[said[node, VOID + "objectsTarget"].value, VOID + "uriSpace"].value

    named = [t for t in triples if isinstance(t.object, ox.NamedNode)]
    classes = Counter((t.object.value,) for t in named if t.predicate.value == TYPE)
    links = Counter(
        (t.predicate.value, target.space)
        for t in named
        for target in TARGETS
        if t.predicate.value in LINKING and t.object.value.startswith(target.space)
    )
    assert found("property", "triples") == Counter((t.predicate.value,) for t in triples)
    assert found("class", "entities") == classes
    assert found("linkPredicate", "triples", "space") == links
    totals = {node: n.value for (node, name), n in said.items() if name == VOID + "triples"}
    assert int(totals[DATASET]) == len(triples)
