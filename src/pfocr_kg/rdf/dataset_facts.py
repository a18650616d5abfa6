"""What a description says of a graph: its size, origin, parts and links into other datasets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.rdf.linksets import TARGETS
from pfocr_kg.rdf.provenance import Source, ordered

DATASET: Final = "https://w3id.org/pfocr/dataset"
"""The graph as a dataset."""

PREFIXES: Final = {
    **iris.PREFIXES,
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "dataset": DATASET + "#",
}
RIGHTS: Final = (
    "Labels and associated genes of diseases that come from DISEASES (https://diseases.jensenlab.org/),"
    " Jensen Lab: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. All else: CC0 1.0."
)
Fact = tuple[str, str, Any]
"""Key of a node (empty for the dataset's own), CURIE of a predicate, object."""


def node_of(key: str) -> ox.NamedNode:
    """The node of a key, below the dataset's."""
    return ox.NamedNode(f"{DATASET}#{key}" if key else DATASET)


def named(curie: str) -> ox.NamedNode:
    """The term of a CURIE."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def of_graph(counts: GraphCounts, sources: Iterable[Source], title: str) -> Iterator[Fact]:
    """All facts of a graph of these counts, but those of `partitions`."""
    yield "", "dcterms:title", ox.Literal(title, language="en")
    yield from _dataset(counts)
    yield from _provenance(sources)
    for number, (iri, members) in enumerate(sorted((+counts.classes).items())):
        yield from _class(f"class-{key_of(iri, number)}", iri, members)
    for number, (iri, triples) in enumerate(sorted((+counts.properties).items())):
        key = f"property-{key_of(iri, number)}"
        yield "", "void:propertyPartition", node_of(key)
        yield key, "void:property", ox.NamedNode(iri)
        yield key, "void:triples", triples
    yield from _linksets(+counts.links)


def key_of(iri: str, number: int) -> str:
    """The part of a key that stands for a class or property; `number` if it has no CURIE."""
    curie = iris.curie(iri)
    return re.sub(r"[^A-Za-z0-9.]", "-", curie) if curie != iri else str(number)


def _dataset(counts: GraphCounts) -> Iterator[Fact]:
    yield "", "rdf:type", named("void:Dataset")
    yield "", "rdf:type", named("dcat:Dataset")
    yield "", "rdf:type", named("prov:Entity")
    yield "", "dcterms:license", ox.NamedNode(iris.CC0)
    yield "", "dcterms:rights", RIGHTS
    yield "", "dcterms:creator", ox.NamedNode(iris.CREATOR)
    yield "", "void:uriSpace", iris.PREFIXES["figure"]
    yield "", "void:triples", counts.triples
    yield "", "void:entities", counts.entities
    classes, properties = +counts.classes, +counts.properties
    yield "", "void:classes", len(classes)
    yield "", "void:properties", len(properties)
    for space in sorted(_vocabularies([*classes, *properties])):
        yield "", "void:vocabulary", ox.NamedNode(space)


def _vocabularies(terms: list[str]) -> set[str]:
    curies = (iris.curie(term).partition(":")[0] for term in terms)
    return {iris.PREFIXES[prefix] for prefix in curies if prefix in iris.PREFIXES}


def _provenance(sources: Iterable[Source]) -> Iterator[Fact]:
    yield "", "prov:wasGeneratedBy", node_of("build")
    yield "build", "rdf:type", named("prov:Activity")
    yield "build", "prov:wasAssociatedWith", node_of("software")
    yield "software", "rdf:type", named("prov:SoftwareAgent")
    yield "software", "dcterms:title", "pfocr-kg"
    # Imported on use: it takes a tenth of what a command takes to start.
    from importlib.metadata import version  # noqa: PLC0415

    yield "software", "schema:softwareVersion", version("pfocr-kg")
    yield from derivation(sources)


def derivation(sources: Iterable[Source]) -> Iterator[Fact]:
    """What a graph was built from."""
    for number, source in enumerate(ordered(sources), 1):
        key = f"source-{number}"
        yield "", "prov:wasDerivedFrom", node_of(key)
        yield "build", "prov:used", node_of(key)
        yield key, "rdf:type", named("prov:Entity")
        yield key, "dcterms:title", source.name
        if source.commit:
            yield key, "schema:version", source.commit
        if source.address:
            yield key, "dcterms:source", ox.NamedNode(source.address)


_PATTERNS: Final = {
    "PathwayFigure": r"[^#]+\.html$",
    "GeneMention": r"[^#]+\.html#mention-[0-9a-f]{12}$",
    "ChemicalMention": r"[^#]+\.html#mention-[0-9a-f]{12}$",
    "DiseaseMention": r"[^#]+\.html#mention-[0-9a-f]{12}$",
    "PathwayLink": r"[^#]+\.html#link-WP[0-9]+$",
}
"""Patterns of the rest of an IRI of these classes, after the namespace of figures (`iris`)."""


def _class(key: str, iri: str, members: int) -> Iterator[Fact]:
    yield "", "void:classPartition", node_of(key)
    yield key, "void:class", ox.NamedNode(iri)
    yield key, "void:entities", members
    pattern = _PATTERNS.get(iri.removeprefix(iris.PREFIXES["pfocr"]))
    if pattern is not None:
        yield key, "void:uriRegexPattern", "^" + re.escape(iris.PREFIXES["figure"]) + pattern


def _linksets(links: Counter[tuple[str, str]]) -> Iterator[Fact]:
    for target in TARGETS:
        by_predicate = {p: n for (key, p), n in links.items() if key == target.key}
        if not by_predicate:
            continue
        node = f"target-{target.key}"
        yield node, "rdf:type", named("void:Dataset")
        yield node, "dcterms:title", target.title
        yield node, "foaf:homepage", ox.NamedNode(target.homepage)
        yield node, "void:uriSpace", target.space
        for predicate, triples in sorted(by_predicate.items()):
            key = f"links-{target.key}-{key_of(predicate, 0)}"
            yield "", "void:subset", node_of(key)
            yield key, "rdf:type", named("void:Linkset")
            yield key, "void:subjectsTarget", node_of("")
            yield key, "void:objectsTarget", node_of(node)
            yield key, "void:linkPredicate", ox.NamedNode(predicate)
            yield key, "void:triples", triples
