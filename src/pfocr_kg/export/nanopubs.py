"""Writes the genes of figures, and links to pathways, as nanopublications in TriG.

Each is four named graphs: head, assertion, provenance (the evidence) and publication info
(https://nanopub.net/guidelines/working_draft/). Its IRI is a trusty URI: it holds a
hash of the content (https://trustyuri.net/), which the `nanopub` package
computes. They are not signed, since a signature needs a person's key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, Final, NamedTuple

import pyoxigraph as ox
import rdflib

from pfocr_kg import iris
from pfocr_kg.export.figure_contents import FigureContents, FigureEntity, contents
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.rdf import writing
from pfocr_kg.resources import need
from pfocr_kg.store.sparql import Answering

_BASE: Final = iris.NANOPUBS
_SELF: Final = _BASE.removesuffix("/")
"""Stands for the nanopublication until its hash is known; _BASE begins the names of its graphs."""

_NP: Final = "http://www.nanopub.org/nschema#"
_TYPE: Final = ox.NamedNode(iris.PREFIXES["rdf"] + "type")
_DOUBLE: Final = iris.PREFIXES["xsd"] + "double"
_GRAPHS: Final = {
    "Assertion": "assertion",
    "Provenance": "provenance",
    "PublicationInfo": "pubinfo",
}
_OF_MENTION: Final = ("word", "matchedTerm", "lexicon", "meaningCount", "candidateCount")
_OF_LINK: Final = (
    *("evidence", "sharedGene", "sharedGeneCount", "sharedSymbolGene", "sharedSymbolCount"),
    *("sharedWordCount", "jaccard", "pValue", "wordPValue", "adjustedPValue", "score"),
    *("rank", "rankInOrganism", "margin", "widerPathway", "textScore"),
)


class _Statement(NamedTuple):
    """The triples of the assertion and of its provenance."""

    assertion: list[ox.Triple]
    provenance: list[ox.Triple]


def write(store: Answering, output: IO[bytes], *, level: str = Level.ANY) -> int:
    """Write one for each figure and gene, and for each link; returns how many were written.

    Genes below the level are left out. They are ordered by the figures' IRIs, genes before
    pathways. The same graph gives the same bytes, and the same
    statement with the same evidence has the same IRI in every release.

    Raises:
        PfocrError: the nanopub package is missing.
        QueryError: the level is unknown.

    """
    need("nanopub", "formats", "a nanopublication")
    hashed = need("nanopub.trustyuri.rdf.RdfHasher", "formats", "a nanopublication").make_hash
    written = 0

    def quads() -> Iterator[ox.Quad]:
        nonlocal written
        for statement in _statements(store, level):
            yield from _with_hash(_graphs(statement), hashed)
            written += 1

    writing.write_quads(quads(), output)
    return written


def _statements(store: Answering, level: str) -> Iterator[_Statement]:
    for one in contents(store, level):
        for entity in one.entities:
            if entity.kind == "gene":
                yield _gene(one, entity)
        for link in one.links:
            yield _link(one, link)


def _gene(one: FigureContents, gene: FigureEntity) -> _Statement:
    """The statement that a figure draws a gene, with the levels and kinds of match of it."""
    figure, node = _node(one.figure.iri), _node(gene.iri)
    return _Statement(
        [
            *(
                ox.Triple(figure, _term("pfocr", name), node)
                for name in LEVEL_PROPERTIES.values()
                if gene.iri in one.figure.all(f"pfocr:{name}")
            ),
            *(t for mention in gene.mentions for t in _values(mention, ("matchKind",))),
        ],
        [
            *_sources(one, [mention.iri for mention in gene.mentions] or [one.figure.iri]),
            *(t for mention in gene.mentions for t in _values(mention, _OF_MENTION)),
        ],
    )


def _link(one: FigureContents, link: StoredNode) -> _Statement:
    is_link = ox.Triple(_node(link.iri), _TYPE, _term("pfocr", "PathwayLink"))
    return _Statement(
        [is_link, *_values(link, ("figure", "pathway"))],
        [
            *_sources(one, [one.figure.iri, *link.all("pfocr:pathway")]),
            *_values(link, _OF_LINK),
        ],
    )


def _sources(one: FigureContents, derived_from: Iterable[str]) -> Iterator[ox.Triple]:
    """The sources of an assertion; the figure was published in the paper."""
    assertion = _node(_BASE + "assertion")
    for iri in derived_from:
        yield ox.Triple(assertion, _term("prov", "wasDerivedFrom"), _node(iri))
    for iri in one.figure.all("dcterms:isPartOf"):
        yield ox.Triple(assertion, _term("prov", "hadPrimarySource"), _node(iri))


def _values(node: StoredNode, names: Iterable[str]) -> Iterator[ox.Triple]:
    for name in names:
        for value in node.terms(f"pfocr:{name}"):
            yield ox.Triple(_node(node.iri), _term("pfocr", name), _plain(value))


def _graphs(statement: _Statement) -> Iterator[ox.Quad]:
    """The quads of the four graphs, before a hash is in their names."""
    this, head = _node(_SELF), _node(_BASE + "Head")
    yield ox.Quad(this, _TYPE, _node(_NP + "Nanopublication"), head)
    for role, name in _GRAPHS.items():
        yield ox.Quad(this, _node(f"{_NP}has{role}"), _node(_BASE + name), head)
    for name, triples in (
        ("assertion", statement.assertion),
        ("provenance", statement.provenance),
        ("pubinfo", _published(this)),
    ):
        for triple in triples:
            yield ox.Quad(triple.subject, triple.predicate, triple.object, _node(_BASE + name))


def _published(this: ox.NamedNode) -> Iterator[ox.Triple]:
    # No date and no version: with them, the IRI of a statement would change.
    yield ox.Triple(this, _term("dcterms", "creator"), _node(iris.CREATOR))
    yield ox.Triple(this, _term("dcterms", "license"), _node(iris.CC0))


def _with_hash(quads: Iterable[ox.Quad], hashed: Callable[..., str]) -> Iterator[ox.Quad]:
    """The quads, with their hash in the IRIs of the nanopublication and its graphs."""
    placed = list(quads)
    for_rdflib = [tuple(map(_rdflib_term, (q.graph_name, *q.triple))) for q in placed]
    code = hashed(for_rdflib, baseuri=_BASE, hashstr=" ")

    def final(term: Any) -> Any:
        if not isinstance(term, ox.NamedNode) or not term.value.startswith(_SELF):
            return term
        local = term.value.removeprefix(_SELF).removeprefix("/")
        return _node(f"{_BASE}{code}" + (f"#{local}" if local else ""))

    for quad in placed:
        subject, predicate, value, name = (final(term) for term in quad)
        yield ox.Quad(subject, predicate, value, name)


def _rdflib_term(term: Any) -> Any:
    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    # Without normalising, by which rdflib changes forms of numbers that others keep.
    kind = None if term.language else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, lang=term.language, datatype=kind, normalize=False)


def _plain(value: ox.NamedNode | ox.Literal) -> ox.NamedNode | ox.Literal:
    """A double in the form that rdflib, by which many tools check hashes, does not change."""
    if isinstance(value, ox.Literal) and value.datatype.value == _DOUBLE:
        return ox.Literal(repr(float(value.value)), datatype=value.datatype)
    return value


def _node(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)


def _term(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(iris.PREFIXES[prefix] + name)
