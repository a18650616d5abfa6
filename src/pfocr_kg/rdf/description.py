"""The description as triples: VoID, DCAT and PROV.

A build writes it into a named graph of the store; the graph that it describes is the default
graph.

https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://www.w3.org/TR/prov-o/.
Every node has an IRI below the dataset's, so that it is the same in each export; nothing in it
depends on when or where it is made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf import formats, partitions, writing
from pfocr_kg.rdf.counts import Ask, GraphCounts, count
from pfocr_kg.rdf.dataset_facts import (
    DATASET,
    PREFIXES,
    RIGHTS,
    Fact,
    derivation,
    named,
    node_of,
    of_graph,
)
from pfocr_kg.rdf.provenance import Source, ordered

_SUBSET: Final = f"{DATASET}/subset-"
"""Begins the IRI of a part of the graph as a dataset."""

_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
"""Beginning of a media type's IRI, as DCAT names them."""

_PARTS: Final = (
    "void:classPartition|void:propertyPartition|ext:datatypePartition|void:subset|"
    "void:objectsTarget|"
    "prov:wasGeneratedBy|prov:used|prov:wasAssociatedWith|dcat:distribution|spdx:checksum"
)
_DESCRIPTION_QUERY: Final = (
    "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
    "PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX spdx: <http://spdx.org/rdf/terms#> "
    "PREFIX ext: <http://ldf.fi/void-ext#> "
    "SELECT DISTINCT ?s ?p ?o "
    f"{{ {ox.NamedNode(DATASET)} ({_PARTS})* ?s . ?s ?p ?o }}"
)
_STORED_QUERY: Final = (
    f"SELECT ?s ?p ?o {{ GRAPH {ox.NamedNode(iris.DESCRIPTION)} {{ ?s ?p ?o }} }}"
)


def from_counts(
    counts: GraphCounts, sources: Iterable[Source], ask: Ask | None = None
) -> list[ox.Triple]:
    """The description of a graph of these counts, made from these sources; sorted.

    `ask` answers SPARQL on the graph, to find which classes the objects of its partitions have.
    """
    facts = [*of_graph(counts, sources, _TITLE)]
    if ask is not None:
        facts += partitions.of_classes(counts, ask)
    return _sorted(_statements(facts))


def of_subset(
    counts: GraphCounts, sources: Iterable[Source], figures: Iterable[str], about: str
) -> list[ox.Triple]:
    """The description of a part of the graph, as a dataset of its own; sorted.

    Its IRI has a digest of the IRIs of its figures; `about` says which figures these are.
    """
    digest = hashlib.sha256("\n".join(sorted(figures)).encode()).hexdigest()[:12]
    part = ox.NamedNode(_SUBSET + digest)
    facts = of_graph(counts, sources, f"{_TITLE}, a subset")
    statements = _statements(facts, part.value)
    is_part = ox.Triple(node_of(""), _VOID_SUBSET, part)
    explained = ox.Triple(part, named("dcterms:description"), ox.Literal(about, language="en"))
    return _sorted([*statements, is_part, explained])


def stored(ask: Ask) -> list[ox.Triple]:
    """The description in the named graph of a store, sorted; empty if there is none."""
    return _triples(ask(_STORED_QUERY))


def describe(ask: Ask, sources: Iterable[Source] = (), *, recount: bool = False) -> list[ox.Triple]:
    """The description of a store's graph, sorted.

    Returns the stored description. If there is none, or with `recount`, the graph is counted
    instead, without any description that lies in the graph itself. `ask` answers SPARQL as
    `pyoxigraph.Store.query` does; `sources` is what the graph was built from, by default the
    sources of the description that is there.
    """
    before = stored(ask)
    if before and not recount:
        return before
    inside = _triples(ask(_DESCRIPTION_QUERY))
    return from_counts(count(ask, inside), [*sources] or sources_of(before or inside))


def sources_of(description: Iterable[ox.Triple]) -> list[Source]:
    """The sources that a description names."""
    values: dict[Any, dict[str, str]] = {}
    for triple in description:
        values.setdefault(triple.subject, {})[triple.predicate.value] = _text(triple.object)
    nodes = {t.object for t in description if t.predicate == _DERIVED}
    title, commit, address = (named(key).value for key in _OF_SOURCE)
    about = (values.get(node, {}) for node in nodes)
    return ordered(Source(v.get(title, ""), v.get(commit), v.get(address)) for v in about)


def public(description: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The description without sources that have no commit, for others to read; sorted.

    The name of a folder on some machine is private.
    """
    triples = list(description)
    nodes = {triple.object for triple in triples if triple.predicate == _DERIVED}
    rest = (t for t in triples if t.subject not in nodes and t.object not in nodes)
    sources = (source for source in sources_of(triples) if source.commit)
    return _sorted({*rest, *_statements(derivation(sources), _dataset_of(triples))})


def write(
    triples: Iterable[ox.Triple],
    output: IO[bytes],
    distribution: Path | None = None,
    form: str | None = None,
) -> None:
    """Write a description as Turtle, and add the facts of the file that it lies beside.

    `distribution` is that file, which has been written: its size and digest are read. Its
    `form` is one of `formats.RDF`, by default what its ending means.
    """
    facts = () if distribution is None else _distribution(distribution, form)
    described = [*triples]
    described += _statements(facts, _dataset_of(described))
    writing.write_turtle(_sorted({*described}), output, PREFIXES)


def beside(output: Path) -> Path:
    """Where the description of an export goes: `pfocr.void.ttl` beside `pfocr.ttl.gz`."""
    return formats.plain(output).with_suffix(".void.ttl")


def _distribution(path: Path, form: str | None) -> Iterator[Fact]:
    """The file by DCAT 3: what is in it, how it is compressed, its size and digest."""
    compressed = formats.COMPRESSION.get(path.suffix)
    media = _MEDIA + formats.RDF[formats.rdf_format(form, path)].media_type
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    yield "", "dcat:distribution", node_of("distribution")
    yield "distribution", "rdf:type", named("dcat:Distribution")
    yield "distribution", "dcterms:title", path.name
    yield "distribution", "dcterms:license", ox.NamedNode(iris.CC0)
    yield "distribution", "dcterms:rights", RIGHTS
    yield "distribution", "dcat:mediaType", ox.NamedNode(media)
    if compressed:
        yield "distribution", "dcat:compressFormat", ox.NamedNode(_MEDIA + compressed)
    size = ox.Literal(str(path.stat().st_size), datatype=named("xsd:nonNegativeInteger"))
    yield "distribution", "dcat:byteSize", size
    yield "distribution", "spdx:checksum", node_of("checksum")
    yield "checksum", "rdf:type", named("spdx:Checksum")
    yield "checksum", "spdx:algorithm", named("spdx:checksumAlgorithm_sha256")
    hexadecimal = ox.Literal(digest, datatype=named("xsd:hexBinary"))
    yield "checksum", "spdx:checksumValue", hexadecimal


def _triples(rows: Iterable[Any]) -> list[ox.Triple]:
    return _sorted(ox.Triple(row["s"], row["p"], row["o"]) for row in rows)


def _sorted(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    return sorted(triples, key=writing.sort_key)


def _statements(facts: Iterable[Fact], dataset: str = DATASET) -> Iterator[ox.Triple]:
    """The triples of facts about a dataset, whose nodes have IRIs below its own."""
    for key, predicate, value in facts:
        term = ox.Literal(value) if isinstance(value, str | int) else value
        yield ox.Triple(_below(node_of(key), dataset), named(predicate), _below(term, dataset))


def _below(term: Any, dataset: str) -> Any:
    """A node of the whole graph's description as that of another dataset's."""
    if isinstance(term, ox.NamedNode) and term.value.partition("#")[0] == DATASET:
        return ox.NamedNode(dataset + term.value.removeprefix(DATASET))
    return term


def _dataset_of(description: Iterable[ox.Triple]) -> str:
    """The dataset that a description is about: a part of the graph, or the graph."""
    whole = node_of("")
    for triple in description:
        if triple.subject == whole and triple.predicate == _VOID_SUBSET:
            part = _text(triple.object)
            if part.startswith(_SUBSET):  # else it is a set of links of the graph
                return part
    return DATASET


_DERIVED: Final = named("prov:wasDerivedFrom")
_VOID_SUBSET: Final = named("void:subset")
_TITLE: Final = "PFOCR knowledge graph"
_OF_SOURCE: Final = ("dcterms:title", "schema:version", "dcterms:source")


def _text(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)
