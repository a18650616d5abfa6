"""Links read back from a graph that was made elsewhere, or patched."""

from __future__ import annotations

import csv
import io

import pyoxigraph as ox
import pytest

from pfocr_kg.link.store_links import links, write_links
from pfocr_kg.model import Evidence

GRAPH = """
    @prefix : <https://example.org/> .
    @prefix dcterms: <http://purl.org/dc/terms/> .
    @prefix pfocr: <https://w3id.org/pfocr/vocab#> .
    :f a pfocr:PathwayFigure ; dcterms:identifier "PMC1__f" .
    :w9 a pfocr:Pathway ; dcterms:identifier "WP9" ; dcterms:title "Nine" .
    :w10 a pfocr:Pathway ; dcterms:identifier "WP10" .
    :r a pfocr:Pathway ; dcterms:identifier "R-HSA-1" .
    :g7 dcterms:identifier "7" . :g30 dcterms:identifier "30" .
    :none a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :w9 .
    :overlap a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :w10 ;
      pfocr:sharedGene :g30, :g7 ; pfocr:jaccard 0.5e0 ; pfocr:pValue 0.25e0 ;
      pfocr:adjustedPValue 0.75e0 ; pfocr:score 2.5e0 ; pfocr:rank 1 .
    :other a pfocr:PathwayLink ; pfocr:figure :f ; pfocr:pathway :r ;
      pfocr:evidence pfocr:CuratedEvidence, :StrangeEvidence .
"""


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.load(GRAPH, format=ox.RdfFormat.TURTLE)
    return made


def test_each_link_has_what_there_is(store: ox.Store) -> None:
    without, overlapping, other = links(store)
    assert (without.pathway.identifier, without.evidence, without.overlap) == ("WP9", (), None)
    assert overlapping.evidence == ()
    assert overlapping.overlap is not None
    assert [gene.identifier for gene in overlapping.overlap.genes] == ["7", "30"]
    assert overlapping.overlap[1:] == (0.5, 0.25, 0.75, 2.5, 1)
    assert (other.pathway.identifier, other.evidence) == ("R-HSA-1", (Evidence.CURATED,))


@pytest.mark.parametrize(
    ("form", "column", "cells"),
    [
        ("tsv", "evidence", ["", "", "CuratedEvidence"]),
        (
            "sssom",
            "mapping_justification",
            [
                "semapv:UnspecifiedMatching",
                "semapv:UnspecifiedMatching",
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
