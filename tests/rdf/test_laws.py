"""Laws of the mapping and of the writers, on records as hypothesis makes them."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from generated import ENTITIES, FIGURES, LINKS, RECORDED_PATHWAYS
from mapped import parse
from pfocr_kg import iris
from pfocr_kg.export import sorted_rdf
from pfocr_kg.model import Figure
from pfocr_kg.rdf import document, formats, jsonld, ntriples, reference, writing

NODES = st.one_of(
    FIGURES.map(document.figure),
    ENTITIES.map(document.entity),
    LINKS.map(document.link),
    RECORDED_PATHWAYS.map(lambda pathway: document.pathway(pathway, ["PMC1__a"], 2)),
)
GRAPHS = st.lists(NODES, min_size=1, max_size=3)


def triples_of(nodes: Iterable[document.Node]) -> list[ox.Triple]:
    text = b"".join(map(ntriples.to_ntriples, nodes))
    return sorted(parse(text, ox.RdfFormat.N_TRIPLES), key=writing.sort_key)


# -- record, document, triples, JSON-LD, triples -----------------------------------------------


@settings(max_examples=40)
@given(GRAPHS)
def test_triples_come_back_from_jsonld(nodes: list[document.Node]) -> None:
    """By PyLD from the nodes, and by pyoxigraph from the file."""
    triples = triples_of(nodes)
    graph = {"@context": iris.CONTEXT, "@graph": list(jsonld.nodes(triples))}
    options = {"format": "application/n-quads", "documentLoader": reference.loader}
    assert parse(pyld.to_rdf(graph, options), ox.RdfFormat.N_QUADS) == set(triples)
    out = io.BytesIO()
    jsonld.write(triples, out)
    assert parse(out.getvalue(), ox.RdfFormat.JSON_LD) == set(triples)


@settings(max_examples=40)
@given(FIGURES)
def test_documents_come_back_from_triples(figure: Figure) -> None:
    """Keys and texts of each node are those that the record gave."""
    node = document.figure(figure)
    given = {one["id"]: one for one in (node, node["paper"], *node.get("mention", ()))}
    found = {one["id"]: one for one in jsonld.nodes(triples_of([node]))}
    assert {iri: normal(one) for iri, one in found.items()} == {
        iri: normal(one) for iri, one in given.items()
    }


def normal(node: document.Node) -> dict[str, Any]:
    """A node with its values as sets; a node inside it is its IRI."""
    listed = {key: value if isinstance(value, list) else [value] for key, value in node.items()}
    return {
        key: {value["id"] if isinstance(value, dict) else value for value in values}
        for key, values in listed.items()
        if values
    }


# -- export, load, export ----------------------------------------------------------------------


class Stored:
    """A store in memory, with what an export wants of one."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self.store = ox.Store()
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def dump(self, path: Any) -> None:
        self.store.dump(path, format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())


def exported(triples: Iterable[ox.Triple], form: str) -> bytes:
    out = io.BytesIO()
    sorted_rdf.write(Stored(triples), out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", formats.RDF)
@settings(max_examples=12)
@given(nodes=GRAPHS)
def test_an_export_of_an_export_is_the_same(form: str, nodes: list[document.Node]) -> None:
    """What a store holds, which writes numbers in its own way."""
    triples = {quad.triple for quad in Stored(triples_of(nodes)).store}
    once = exported(triples, form)
    read = parse(once, formats.RDF[form])
    assert read == triples
    assert exported(read, form) == once


# -- rdflib and Oxigraph -----------------------------------------------------------------------

PREFIXES = "".join(f"PREFIX {name}: <{base}>\n" for name, base in iris.PREFIXES.items())
QUERIES = {
    "counts": """SELECT ?figure ?title (COUNT(DISTINCT ?gene) AS ?n) WHERE {
      ?figure a pfocr:PathwayFigure OPTIONAL { ?figure dcterms:title ?title }
      OPTIONAL { ?figure pfocr:gene ?gene } } GROUP BY ?figure ?title""",
    "texts": """SELECT ?p ?text WHERE { ?s ?p ?text FILTER(isLiteral(?text)) }""",
    "lengths": """SELECT ?s (STRLEN(?text) AS ?n) (CONTAINS(?text, "a") AS ?has) WHERE {
      ?s dcterms:title|schema:caption|pfocr:word ?text }""",
    "sums": """SELECT ?body (SUM(?n) AS ?sum) (MAX(?n) AS ?max) WHERE {
      ?mention oa:hasBody ?body ; pfocr:candidateCount ?n } GROUP BY ?body""",
    "scores": """SELECT ?figure ?score (?score * 2 AS ?double) WHERE {
      ?figure pfocr:pathwayScore ?score FILTER(?score >= 0.5) }""",
    "absence": """SELECT ?mention WHERE { ?mention oa:hasTarget ?figure
      FILTER NOT EXISTS { ?mention pfocr:matchedTerm ?term } MINUS { ?mention pfocr:word "" } }""",
    "paths": """SELECT DISTINCT ?figure ?body WHERE {
      ?figure pfocr:mention/oa:hasBody|^dcterms:isPartOf/dcterms:isPartOf ?body }""",
}


@pytest.mark.slow
@settings(max_examples=12)
@given(nodes=GRAPHS)
def test_rdflib_and_oxigraph_give_the_same_rows(nodes: list[document.Node]) -> None:
    triples = triples_of(nodes)
    ours = Stored(triples).store
    theirs = rdflib.Graph()
    theirs.parse(data=b"".join(map(ntriples.to_ntriples, nodes)), format="nt")
    for name, query in QUERIES.items():
        answer = ours.query(PREFIXES + query)
        names = [variable.value for variable in answer.variables]
        rows = Counter(tuple(cell(row[name]) for name in names) for row in answer)
        others = Counter(tuple(map(cell, row)) for row in theirs.query(PREFIXES + query))
        assert rows == others, name


def cell(term: Any) -> Any:
    """A term of either library; numbers by value."""
    if term is None or isinstance(term, ox.NamedNode | rdflib.URIRef):
        return None if term is None else getattr(term, "value", str(term))
    is_ours = isinstance(term, ox.Literal)
    text = term.value if is_ours else str(term)
    kind = str((term.datatype.value if is_ours else term.datatype) or "")
    if kind.endswith("#double"):
        return float(text)
    return Decimal(text) if kind.endswith(("#integer", "#decimal")) else text
