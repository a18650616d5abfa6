"""Examples of four small queries, one of each form, against Turtle written by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic

from pfocr_kg.query import examples
from pfocr_kg.query.bundled import parse

EXPECTED = """
@prefix ex: <https://w3id.org/pfocr/sparql-examples/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spex: <https://purl.expasy.org/sparql-examples/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
_:p sh:declare [ sh:prefix "a" ; sh:namespace "http://a/"^^xsd:anyURI ] ,
               [ sh:prefix "b" ; sh:namespace "http://b/"^^xsd:anyURI ] .
ex:one a sh:SPARQLExecutable, sh:SPARQLSelectExecutable ; rdfs:label "One"@en ;
    rdfs:comment "The first"@en ; sh:prefixes _:p ; schema:keywords "x", "y z" ;
    schema:target <https://example.org/sparql> ; spex:federatesWith <http://s/>, <http://t/> ;
    sh:select '''PREFIX a: <http://a/>
# kept
SELECT * { SERVICE <http://t/> { ?s a:p 1 } SERVICE SILENT <http://s/> { ?s ?p ?o } }''' .
ex:ask a sh:SPARQLExecutable, sh:SPARQLAskExecutable ; rdfs:label ""@en ; rdfs:comment ""@en ;
    sh:prefixes _:p ; schema:target <https://example.org/sparql> ;
    sh:ask '''PREFIX b: <http://b/>
ASK { ?s b:p 1 }''' .
ex:make a sh:SPARQLExecutable, sh:SPARQLConstructExecutable ; rdfs:label ""@en ;
    rdfs:comment ""@en ; sh:prefixes _:p ; schema:target <https://example.org/sparql> ;
    sh:construct "CONSTRUCT WHERE { ?s ?p ?o }" .
ex:tell a sh:SPARQLExecutable, spex:SPARQLDescribeExecutable ; rdfs:label ""@en ;
    rdfs:comment ""@en ; sh:prefixes _:p ; schema:target <https://example.org/sparql> ;
    spex:describe "DESCRIBE <http://a/>" .
"""
ONE = """# title: One
# description: The first
# keywords: x, y z
PREFIX a: <http://a/>
# kept
SELECT * { SERVICE <http://t/> { ?s a:p 1 } SERVICE SILENT <http://s/> { ?s ?p ?o } }
"""
QUERIES = {
    "one": ONE,
    "ask": "PREFIX b: <http://b/>\nASK { ?s b:p 1 }\n",
    "make": "CONSTRUCT WHERE { ?s ?p ?o }",
    "tell": "DESCRIBE <http://a/>",
}


@pytest.mark.parametrize("is_there", [True, False])
def test_written(is_there: bool, tmp_path: Path) -> None:
    folder = tmp_path if is_there else tmp_path / "new" / "folder"
    found = [parse(name, text) for name, text in QUERIES.items()]
    assert examples.write(found, folder, "https://example.org/sparql") == 4
    written = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert {*written} == {*(f"{name}.ttl" for name in QUERIES), "prefixes.ttl"}
    # They are meant to be read as one file.
    graph = rdflib.Graph().parse(data="\n".join(written.values()), format="turtle")
    assert isomorphic(graph, rdflib.Graph().parse(data=EXPECTED, format="turtle"))
