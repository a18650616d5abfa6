"""The facts of figures in a small graph, against what was written by hand."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from pfocr_kg.link.facts import FigureFacts, figids_by_name, of_line, of_store, to_line
from pfocr_kg.link.words import GeneMention

GRAPH = """
@prefix : <https://example.org/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix pfocr: <https://w3id.org/pfocr/vocab#> .
@prefix prism: <http://prismstandard.org/namespaces/basic/2.0/> .
@prefix schema: <https://schema.org/> .
:b a pfocr:PathwayFigure ; dcterms:identifier "B" ; pfocr:alias "shared" .
:a a pfocr:PathwayFigure ; dcterms:identifier "A" ; pfocr:alias "one", "shared" ;
    dcterms:title "Wnt" ; schema:caption "Notch of flies in detail. More." ;
    dcterms:isPartOf :paper ;
    pfocr:disease :d2, :d1 ; pfocr:relatedPathway :wp2, :wp1 ;
    pfocr:paperOrganism :mouse, :human ; pfocr:doubtfulOrganism :mouse ;
    pfocr:gene :g1, :g2, :g3, :g4 .
:paper dcterms:identifier "PMC1" ; dcterms:title "A paper" ; prism:doi "10.1/X", "10.1/x" .
:wp1 dcterms:identifier "WP1" . :wp2 dcterms:identifier "WP2" .
:human dcterms:identifier "NCBITaxon:9606" . :mouse dcterms:identifier "NCBITaxon:10090" .
:g1 a pfocr:Gene ; dcterms:identifier "1" ; pfocr:organism :human .
:g2 a pfocr:Gene ; dcterms:identifier "2" ; pfocr:organism :mouse .
:g3 a pfocr:Gene ; dcterms:identifier "3" ; pfocr:organism :human .
:g4 a pfocr:Gene ; dcterms:identifier "4" ; pfocr:organism :human .
:m1 oa:hasTarget :a ; oa:hasBody :g1 ; pfocr:matchedTerm "ONE" ; pfocr:lexicon "x" ;
    pfocr:matchKind pfocr:SymbolMatch ; pfocr:meaningCount 1 ; pfocr:candidateCount 1 .
:m2 oa:hasTarget :a ; oa:hasBody :g2 ; pfocr:matchedTerm "TWO" ; pfocr:lexicon "x" ;
    pfocr:matchKind pfocr:SymbolMatch ; pfocr:meaningCount 2 ; pfocr:candidateCount 1 .
# Not all that mentions of a build have.
:m3 oa:hasTarget :a ; oa:hasBody :g3 ; pfocr:word "three" ; pfocr:meaningCount 1 ;
    pfocr:candidateCount 1 .
:m4 oa:hasTarget :a ; oa:hasBody :g4 .
:m5 oa:hasTarget :a ; oa:hasBody :d1 ; pfocr:matchedTerm "flu" ; pfocr:lexicon "x" .
"""


@pytest.fixture(scope="module")
def store() -> ox.Store:
    made = ox.Store()
    made.load(GRAPH.encode(), format=ox.RdfFormat.TURTLE)
    return made


def test_facts_of_a_graph(store: ox.Store) -> None:
    a, b = of_store(store)
    assert b == FigureFacts("B")
    assert a == FigureFacts(
        "A",
        "PMC1",
        ("10.1/x",),
        (
            GeneMention("2", "10090", "TWO", "x", 1),
            GeneMention("1", "9606", "ONE", "x", 3),
            GeneMention("4", "9606", "https://example.org/g4", "", 0),
            GeneMention("3", "9606", "three", "", 2),
        ),
        ("https://example.org/d1", "https://example.org/d2"),
        ("WP1", "WP2"),
        ("Notch of flies in detail.", "Wnt"),
        ("A paper",),
        ("10090", "9606"),
        ("10090",),
    )
    assert [mention.gene for mention in a.trusted] == ["1", "4", "3"]
    assert of_line(to_line(a)) == a


def test_names_of_figures(store: ox.Store) -> None:
    names = ["A", "B", "one", "shared", "nothing"]
    assert figids_by_name(store, names) == {"A": "A", "B": "B", "one": "A"}
