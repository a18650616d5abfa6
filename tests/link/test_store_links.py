"""Links read back from a graph that was made elsewhere, or patched."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest

from pfocr_kg.link.store_links import links, write_links
from pfocr_kg.model import Evidence, Kind

GRAPH = """
    @prefix : <https://example.org/> .
    @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix pfocr: <https://w3id.org/pfocr/vocab#> .
    :f a pfocr:PathwayFigure ; dcterms:identifier "PMC1__f" .
    :w9 a pfocr:Pathway ; dcterms:identifier "WP9" ; dcterms:title "Nine" .
    :w10 a pfocr:Pathway ; dcterms:identifier "WP10" .
    :w11 a pfocr:Pathway ; dcterms:identifier "WP11" .
    :r a pfocr:Pathway ; dcterms:identifier "R-HSA-1" .
    :g7 dcterms:identifier "7" . :g30 dcterms:identifier "30" .
    :none a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :w9 .
    :overlap a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :w10 ;
      pfocr:sharedGene :g30, :g7 ; pfocr:sharedWordCount 3 ; pfocr:jaccard 0.5e0 ;
      pfocr:pValue 0.25e0 ; pfocr:adjustedPValue 0.75e0 ; pfocr:wordPValue 0.125e0 ;
      pfocr:score 2.5e0 ; pfocr:rank 4 ; pfocr:rankInOrganism 2 ; pfocr:margin -1.5e0 ;
      pfocr:widerPathway :w10, :w9 .
    :symbols a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :w11 ;
      pfocr:evidence pfocr:SharedSymbolEvidence, pfocr:SharedTextEvidence ; pfocr:textScore 6.5e0 ;
      pfocr:sharedSymbolGene :g7 ; pfocr:sharedWordCount 1 ; pfocr:jaccard 0.5e0 ;
      pfocr:pValue 0.25e0 ; pfocr:adjustedPValue 0.75e0 ; pfocr:wordPValue 0.125e0 ;
      pfocr:score 2.5e0 ; pfocr:rankInOrganism 1 ; pfocr:margin 0.5e0 .
    :other a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :r ;
      pfocr:evidence pfocr:CuratedEvidence, :StrangeEvidence .
"""


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.load(GRAPH, format=ox.RdfFormat.TURTLE)
    return made


def test_each_link_has_what_there_is(store: ox.Store) -> None:
    without, overlapping, by_symbol, other = links(store)
    assert (without.pathway.identifier, without.evidence, without.overlap) == ("WP9", (), None)
    assert without.pathway.kind is Kind.PATHWAY
    assert overlapping.evidence == ()
    assert overlapping.overlap is not None
    assert [gene.identifier for gene in overlapping.overlap.genes] == ["7", "30"]
    assert overlapping.overlap[1:10] == (3, 0.5, 0.25, 0.75, 0.125, 2.5, 4, 2, -1.5)
    assert [pathway.identifier for pathway in overlapping.overlap.wider] == ["WP9", "WP10"]
    assert not overlapping.overlap.by_symbol
    assert overlapping.text_score == 0
    assert by_symbol.evidence == (Evidence.SHARED_TEXT, Evidence.SHARED_SYMBOL)
    assert by_symbol.text_score == 6.5
    assert by_symbol.overlap is not None
    assert [gene.identifier for gene in by_symbol.overlap.genes] == ["7"]
    assert by_symbol.overlap[1:] == (1, 0.5, 0.25, 0.75, 0.125, 2.5, None, 1, 0.5, (), True)
    assert (other.pathway.identifier, other.evidence) == ("R-HSA-1", (Evidence.CURATED,))


@pytest.mark.parametrize(
    ("form", "column", "cells"),
    [
        ("tsv", "evidence", ["", "", "SharedTextEvidence|SharedSymbolEvidence", "CuratedEvidence"]),
        (
            "sssom",
            "mapping_justification",
            [
                "semapv:UnspecifiedMatching",
                "semapv:UnspecifiedMatching",
                "semapv:LexicalSimilarityThresholdMatching",
                "semapv:SemanticSimilarityThresholdMatching",
                "semapv:ManualMappingCuration",
            ],
        ),
    ],
)
def test_each_link_is_a_row(store: ox.Store, form: str, column: str, cells: list[str]) -> None:
    output = io.BytesIO()
    write_links(store, output, form)
    lines = [line for line in output.getvalue().decode().splitlines() if not line.startswith("#")]
    assert [row[column] for row in csv.DictReader(lines, delimiter="\t")] == cells
