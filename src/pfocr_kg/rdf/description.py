"""The description as triples: VoID, DCAT and PROV.

A build writes it into a named graph of the store; the graph that it describes is the default
graph.

https://www.w3.org/TR/void/, https://www.w3.org/TR/vocab-dcat-3/, https://www.w3.org/TR/prov-o/.
Every node has an IRI below the dataset's, so that it is the same in each export; nothing in it
depends on when or where it is made.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.rdf import formats, writing
from pfocr_kg.rdf.counts import Ask, GraphCounts, count
from pfocr_kg.rdf.linksets import TARGETS
from pfocr_kg.rdf.provenance import Source, ordered

DATASET: Final = "https://w3id.org/pfocr/dataset"
"""The graph as a dataset."""

_SUBSET: Final = f"{DATASET}/subset-"
"""Begins the IRI of a part of the graph as a dataset."""

_PREFIXES: Final = {
    **iris.PREFIXES,
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "spdx": "http://spdx.org/rdf/terms#",
    "dataset": DATASET + "#",
}
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"
"""Beginning of a media type's IRI, as DCAT names them."""

_RIGHTS: Final = (
    "Labels and associated genes of diseases that come from DISEASES (https://diseases.jensenlab.org/),"
    " Jensen Lab: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/. All else: CC0 1.0."
)
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

Fact = tuple[str, str, Any]
"""Key of a node (empty for the dataset's own), CURIE of a predicate, object."""


def from_counts(
    counts: GraphCounts, sources: Iterable[Source], ask: Ask | None = None
) -> list[ox.Triple]:
    """The description of a graph of these counts, made from these sources; sorted.

    `ask` answers SPARQL on the graph, to find which classes the objects of its partitions have.
    """
    facts = [*_facts(counts, sources, _TITLE)]
    if ask is not None:
        facts += _partitions(counts, ask)
    return _sorted(_statements(facts))


def of_subset(
    counts: GraphCounts, sources: Iterable[Source], figures: Iterable[str], about: str
) -> list[ox.Triple]:
    """The description of a part of the graph, as a dataset of its own; sorted.

    Its IRI has a digest of the IRIs of its figures; `about` says which figures these are.
    """
    digest = hashlib.sha256("\n".join(sorted(figures)).encode()).hexdigest()[:12]
    part = ox.NamedNode(_SUBSET + digest)
    facts = _facts(counts, sources, f"{_TITLE}, a subset")
    statements = _statements(facts, part.value)
    is_part = ox.Triple(_node(""), _VOID_SUBSET, part)
    explained = ox.Triple(part, _named("dcterms:description"), ox.Literal(about, language="en"))
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
    title, commit, address = (_named(key).value for key in _OF_SOURCE)
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
    return _sorted({*rest, *_statements(_derivation(sources), _dataset_of(triples))})


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
    writing.write_turtle(_sorted({*described}), output, _PREFIXES)


def beside(output: Path) -> Path:
    """Where the description of an export goes: `pfocr.void.ttl` beside `pfocr.ttl.gz`."""
    return formats.plain(output).with_suffix(".void.ttl")


def _distribution(path: Path, form: str | None) -> Iterator[Fact]:
    """The file by DCAT 3: what is in it, how it is compressed, its size and digest."""
    compressed = formats.COMPRESSION.get(path.suffix)
    media = _MEDIA + formats.RDF[formats.rdf_format(form, path)].media_type
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    yield "", "dcat:distribution", _node("distribution")
    yield "distribution", "rdf:type", _named("dcat:Distribution")
    yield "distribution", "dcterms:title", path.name
    yield "distribution", "dcterms:license", ox.NamedNode(iris.CC0)
    yield "distribution", "dcterms:rights", _RIGHTS
    yield "distribution", "dcat:mediaType", ox.NamedNode(media)
    if compressed:
        yield "distribution", "dcat:compressFormat", ox.NamedNode(_MEDIA + compressed)
    size = ox.Literal(str(path.stat().st_size), datatype=_named("xsd:nonNegativeInteger"))
    yield "distribution", "dcat:byteSize", size
    yield "distribution", "spdx:checksum", _node("checksum")
    yield "checksum", "rdf:type", _named("spdx:Checksum")
    yield "checksum", "spdx:algorithm", _named("spdx:checksumAlgorithm_sha256")
    hexadecimal = ox.Literal(digest, datatype=_named("xsd:hexBinary"))
    yield "checksum", "spdx:checksumValue", hexadecimal


def _triples(rows: Iterable[Any]) -> list[ox.Triple]:
    return _sorted(ox.Triple(row["s"], row["p"], row["o"]) for row in rows)


def _sorted(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    return sorted(triples, key=writing.sort_key)


def _statements(facts: Iterable[Fact], dataset: str = DATASET) -> Iterator[ox.Triple]:
    """The triples of facts about a dataset, whose nodes have IRIs below its own."""
    for key, predicate, value in facts:
        term = ox.Literal(value) if isinstance(value, str | int) else value
        yield ox.Triple(_below(_node(key), dataset), _named(predicate), _below(term, dataset))


def _below(term: Any, dataset: str) -> Any:
    """A node of the whole graph's description as that of another dataset's."""
    if isinstance(term, ox.NamedNode) and term.value.partition("#")[0] == DATASET:
        return ox.NamedNode(dataset + term.value.removeprefix(DATASET))
    return term


def _dataset_of(description: Iterable[ox.Triple]) -> str:
    """The dataset that a description is about: a part of the graph, or the graph."""
    whole = _node("")
    for triple in description:
        if triple.subject == whole and triple.predicate == _VOID_SUBSET:
            part = _text(triple.object)
            if part.startswith(_SUBSET):  # else it is a set of links of the graph
                return part
    return DATASET


def _node(key: str) -> ox.NamedNode:
    return ox.NamedNode(f"{DATASET}#{key}" if key else DATASET)


def _named(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(_PREFIXES[prefix] + local)


_DERIVED: Final = _named("prov:wasDerivedFrom")
_VOID_SUBSET: Final = _named("void:subset")
_TITLE: Final = "PFOCR knowledge graph"
_OF_SOURCE: Final = ("dcterms:title", "schema:version", "dcterms:source")


def _text(term: Any) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _facts(counts: GraphCounts, sources: Iterable[Source], title: str) -> Iterator[Fact]:
    yield "", "dcterms:title", ox.Literal(title, language="en")
    yield from _dataset(counts)
    yield from _provenance(sources)
    for number, (iri, members) in enumerate(sorted((+counts.classes).items())):
        yield from _class(f"class-{_key(iri, number)}", iri, members)
    for number, (iri, triples) in enumerate(sorted((+counts.properties).items())):
        key = f"property-{_key(iri, number)}"
        yield "", "void:propertyPartition", _node(key)
        yield key, "void:property", ox.NamedNode(iri)
        yield key, "void:triples", triples
    yield from _linksets(+counts.links)


def _key(iri: str, number: int) -> str:
    curie = iris.curie(iri)
    return re.sub(r"[^A-Za-z0-9.]", "-", curie) if curie != iri else str(number)


def _dataset(counts: GraphCounts) -> Iterator[Fact]:
    yield "", "rdf:type", _named("void:Dataset")
    yield "", "rdf:type", _named("dcat:Dataset")
    yield "", "rdf:type", _named("prov:Entity")
    yield "", "dcterms:license", ox.NamedNode(iris.CC0)
    yield "", "dcterms:rights", _RIGHTS
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
    yield "", "prov:wasGeneratedBy", _node("build")
    yield "build", "rdf:type", _named("prov:Activity")
    yield "build", "prov:wasAssociatedWith", _node("software")
    yield "software", "rdf:type", _named("prov:SoftwareAgent")
    yield "software", "dcterms:title", "pfocr-kg"
    # Imported on use: it takes a tenth of what a command takes to start.
    from importlib.metadata import version  # noqa: PLC0415

    yield "software", "schema:softwareVersion", version("pfocr-kg")
    yield from _derivation(sources)


def _derivation(sources: Iterable[Source]) -> Iterator[Fact]:
    for number, source in enumerate(ordered(sources), 1):
        key = f"source-{number}"
        yield "", "prov:wasDerivedFrom", _node(key)
        yield "build", "prov:used", _node(key)
        yield key, "rdf:type", _named("prov:Entity")
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
    yield "", "void:classPartition", _node(key)
    yield key, "void:class", ox.NamedNode(iri)
    yield key, "void:entities", members
    pattern = _PATTERNS.get(iri.removeprefix(iris.PREFIXES["pfocr"]))
    if pattern is not None:
        yield key, "void:uriRegexPattern", "^" + re.escape(iris.PREFIXES["figure"]) + pattern


def _partitions(counts: GraphCounts, ask: Ask) -> Iterator[Fact]:
    """Of each class the properties, and of these the datatypes and classes of their objects.

    As https://github.com/JervenBolleman/void-generator nests them, with its terms.
    """
    nodes = {iri: f"class-{_key(iri, n)}" for n, iri in enumerate(sorted(+counts.classes))}
    found = sorted((+counts.partitions).items())
    for (iri, predicate), of_property in groupby(found, key=lambda row: row[0][:2]):
        if iri not in nodes:
            continue
        kinds = {kind: triples for (_, _, kind), triples in of_property}
        key = f"{nodes[iri]}-{_key(predicate, 0)}"
        yield nodes[iri], "void:propertyPartition", _node(key)
        yield key, "void:property", ox.NamedNode(predicate)
        yield key, "void:triples", sum(kinds.values())
        for datatype in kinds.keys() - {""}:
            node = f"{key}-{_key(datatype, 0)}"
            yield key, "void-ext:datatypePartition", _node(node)
            yield node, "void-ext:datatype", ox.NamedNode(datatype)
            yield node, "void:triples", kinds[datatype]
        for of_object, classes in sorted(_expected(iri, predicate).items()) if "" in kinds else ():
            if classes[0] in nodes and ask(_leads_to(iri, predicate, classes)):
                node = f"{key}-{_key(of_object, 0)}"
                yield key, "void:classPartition", _node(node)
                yield node, "void:class", ox.NamedNode(of_object)


def _leads_to(iri: str, predicate: str, classes: Iterable[str]) -> str:
    """The question whether any object of a property has these classes, which are rare together.

    A join would read all members of `iri` before it looks at the first object.
    """
    first, *more = (f"?o a <{each}>" for each in classes)
    wanted = [*more, f"?s <{predicate}> ?o FILTER EXISTS {{ ?s a <{iri}> }}"]
    return f"ASK {{ {first} {' '.join(f'FILTER EXISTS {{ {each} }}' for each in wanted)} }}"


def _expected(iri: str, predicate: str) -> dict[str, tuple[str, ...]]:
    """Classes of objects by the shapes and the vocabulary -> all classes of such objects.

    Only chemicals and diseases can be both.
    """
    ranges = (of for about, path, of in _ranges() if path == predicate and about in ("", iri))
    found: dict[str, tuple[str, ...]] = {of: (of,) for of in ranges}
    chemical, disease = iris.expand("pfocr:Chemical"), iris.expand("pfocr:Disease")
    for one, other in ((chemical, disease), (disease, chemical)):
        if one in found:
            found.setdefault(other, (chemical, disease))  # there are fewer chemicals
    return found


@cache
def _ranges() -> list[tuple[str, str, str]]:
    """(Class of the subject, "" if any; predicate; class of the object)."""
    store = ox.Store()
    for name in ("shapes.ttl", "pfocr.ttl"):
        store.bulk_load(path=resources.ontology(name))
    rows: Any = store.query(_RANGES)
    return [(about.value if about else "", path.value, of.value) for about, path, of in rows]


_RANGES: Final = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT ?about ?path ?of {
  { ?path rdfs:range ?of }
  UNION  # a figure from which a pathway was drawn need not be in the graph: no shape asks for it
  { VALUES (?about ?path ?of) { (pfocr:Pathway prov:wasDerivedFrom pfocr:PathwayFigure) } }
  UNION
  { [] sh:targetClass ?about ; sh:property ?property .
    ?property sh:path ?path ; (sh:or/rdf:rest*/rdf:first)?/sh:class ?of . }
}"""


def _linksets(links: Counter[tuple[str, str]]) -> Iterator[Fact]:
    for target in TARGETS:
        by_predicate = {p: n for (key, p), n in links.items() if key == target.key}
        if not by_predicate:
            continue
        node = f"target-{target.key}"
        yield node, "rdf:type", _named("void:Dataset")
        yield node, "dcterms:title", target.title
        yield node, "foaf:homepage", ox.NamedNode(target.homepage)
        yield node, "void:uriSpace", target.space
        for predicate, triples in sorted(by_predicate.items()):
            key = f"links-{target.key}-{_key(predicate, 0)}"
            yield "", "void:subset", _node(key)
            yield key, "rdf:type", _named("void:Linkset")
            yield key, "void:subjectsTarget", _node("")
            yield key, "void:objectsTarget", _node(node)
            yield key, "void:linkPredicate", ox.NamedNode(predicate)
            yield key, "void:triples", triples
