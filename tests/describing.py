"""What a store states of its graph, held against its graph: plain counting, no SPARQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf.linksets import LINKING, TARGETS

DATASET = "https://w3id.org/pfocr/dataset"
VOID = "http://rdfs.org/ns/void#"
EXTENSION = "http://ldf.fi/void-ext#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def opened(store: Path) -> ox.Store:
    """The graph of a store's folder, opened by the library alone."""
    (folder,) = store.glob("generations/*/graph")
    return ox.Store.read_only(str(folder))


def stated(store: Path) -> set[ox.Triple]:
    """The description in a store."""
    named = ox.NamedNode(iris.DESCRIPTION)
    return {quad.triple for quad in opened(store).quads_for_pattern(None, None, None, named)}


def without_nested(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """A description as it is where nothing counts its partitions of partitions: at an endpoint."""
    found = set(triples)
    classes = {t.object for t in found if t.predicate.value == VOID + "classPartition"}
    tops = {t.object for t in found if t.subject.value == DATASET} & classes
    left = {t.object for t in found if t.subject in tops and _is_partition(t)}
    while more := {t.object for t in found if t.subject in left and _is_partition(t)} - left:
        left |= more
    return {t for t in found if t.subject not in left and t.object not in left}


def _is_partition(triple: ox.Triple) -> bool:
    return triple.predicate.value.endswith("Partition")


def assert_true(store: Path, *, is_nested: bool = True) -> None:
    """What a store states counts what its default graph holds, all of it and no more.

    Partitions of partitions are there if `is_nested`.
    """
    facts = [(t.subject.value, t.predicate.value, t.object) for t in stated(store)]
    said = {(s, p): o for s, p, o in facts}
    quads = opened(store).quads_for_pattern(None, None, None, ox.DefaultGraph())
    triples = [quad.triple for quad in quads]

    def found(name: str, number: str, *more: str) -> dict[tuple[str, ...], int]:
        nodes = [n for n, p in said if p == VOID + name and (n, VOID + number) in said]
        keys = [(said[node, VOID + name].value, *(space(node) for _ in more)) for node in nodes]
        numbers = [int(said[node, VOID + number].value) for node in nodes]
        return dict(zip(keys, numbers, strict=True))

    def space(node: str) -> str:
        return said[said[node, VOID + "objectsTarget"].value, VOID + "uriSpace"].value

    def number(node: str) -> int:
        return int(said[node, VOID + "triples"].value)

    named = [t for t in triples if isinstance(t.object, ox.NamedNode)]
    classes = Counter((t.object.value,) for t in named if t.predicate.value == TYPE)
    links = Counter(
        (t.predicate.value, target.space)
        for t in named
        for target in TARGETS
        if t.predicate.value in LINKING and t.object.value.startswith(target.space)
    )
    whole = [o.value for s, p, o in facts if (s, p) == (DATASET, VOID + "propertyPartition")]
    by_property = {(said[n, VOID + "property"].value,): number(n) for n in whole}
    assert by_property == Counter((t.predicate.value,) for t in triples)
    assert nested(facts) == (partitions(triples) if is_nested else (Counter(), set()))
    assert found("class", "entities") == classes
    assert found("linkPredicate", "triples", "space") == links
    totals = {node: n.value for (node, name), n in said.items() if name == VOID + "triples"}
    assert int(totals[DATASET]) == len(triples)


Partition = tuple[str, str, str]
"""Class of the subject, predicate, and the datatype or a class of the object."""


def nested(facts: list[tuple[str, str, Any]]) -> tuple[Counter[Partition], set[Partition]]:
    """The nested partitions of a description: triples of literals, and classes of objects.

    The key of all triples of a property has "" in place of a datatype.
    """
    objects: dict[tuple[str, str], list[str]] = {}
    for subject, predicate, value in facts:
        objects.setdefault((subject, predicate), []).append(value.value)

    def of(node: str, name: str) -> list[str]:
        return objects.get((node, name), [])

    counts, classes = Counter[Partition](), set[Partition]()
    for node in of(DATASET, VOID + "classPartition"):
        (about,) = of(node, VOID + "class")
        for part in of(node, VOID + "propertyPartition"):
            (name,) = of(part, VOID + "property")
            counts[about, name, ""] += int(of(part, VOID + "triples")[0])
            for datatype in of(part, EXTENSION + "datatypePartition"):
                (kind,) = of(datatype, EXTENSION + "datatype")
                counts[about, name, kind] += int(of(datatype, VOID + "triples")[0])
            for of_object in of(part, VOID + "classPartition"):
                classes.add((about, name, of(of_object, VOID + "class")[0]))
    return counts, classes


def partitions(triples: list[ox.Triple]) -> tuple[Counter[Partition], set[Partition]]:
    """The same of a graph, by reading its triples one by one."""
    types: dict[str, set[str]] = {}
    for triple in triples:
        if triple.predicate.value == TYPE:
            types.setdefault(triple.subject.value, set()).add(triple.object.value)
    counts, classes = Counter[Partition](), set[Partition]()
    for triple in triples:
        for about in types.get(triple.subject.value, ()):
            name = triple.predicate.value
            counts[about, name, ""] += 1
            if isinstance(triple.object, ox.Literal):
                counts[about, name, triple.object.datatype.value] += 1
            else:
                found = types.get(triple.object.value, ())
                classes |= {(about, name, of_object) for of_object in found}
    return counts, classes
