"""Queries about links, on links of every sort that the sample lacks, written by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from pfocr_kg import iris
from pfocr_kg.query import bundled

from .conftest import Built
from .test_queries import as_csv, in_oxigraph, in_rdflib


@pytest.fixture(scope="module")
def graph() -> Built:
    triples = ox.parse(path=Path(__file__).with_name("links.ttl"))
    return Built(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))


def rows(graph: Built, name: str, **values: str) -> list[dict[str, str]]:
    """The rows of a query, on both engines; IRIs without what is before their name."""
    query = bundled.queries()[name]
    text = query.bind({key: [ox.NamedNode(iris.expand(value))] for key, value in values.items()})
    assert in_oxigraph(graph, text) == in_rdflib(graph, text)
    names, found = as_csv(in_oxigraph(graph, text))
    return [dict(zip(names, (cell.split("/")[-1] for cell in row), strict=True)) for row in found]


def columns(found: list[dict[str, str]], *names: str) -> list[Any]:
    return [tuple(row[name] for name in names) for row in found]


def test_pathways_of_a_figure(graph: Built) -> None:
    found = rows(graph, "pathways-of-figure", figure="figure:a")
    names = (
        "pathway",
        "evidence",
        "sharedGenes",
        "sharedWords",
        "rank",
        "rankInOrganism",
        "margin",
        "textScore",
    )
    assert columns(found, *names) == [
        ("WP1", "curated", "", "", "", "", "", ""),
        ("WP2", "genes paper", "5", "4", "1", "1", "0.5", ""),
        ("WP3", "genes text disease", "5", "4", "2", "2", "-0.5", "4.25"),
        ("WP4", "genes", "3", "3", "3", "3", "-2.5", ""),
        ("WP5", "genes", "3", "3", "3", "3", "-2.5", ""),
        ("WP7", "symbols", "4", "3", "", "1", "1.0", ""),
        ("WP6", "symbols", "3", "2", "", "2", "-1.0", ""),
        ("WP8", "text", "", "", "", "", "", "6.5"),
    ]
    assert columns(found, "widerPathways") == [("",), ("WP3 WP9",), *[("",)] * 6]
    assert columns(found[1:2], "pathwayTitle", "organismName") == [("two", "Homo sapiens")]
    assert found[1]["adjustedPValue"] == "1e-09"


def test_figures_of_a_pathway(graph: Built) -> None:
    found = rows(graph, "figures-of-pathway", pathway="wikipathways:WP2")
    names = (
        *("figure", "evidence", "sharedGenes", "sharedWords", "rank", "rankInOrganism", "margin"),
        "textScore",
    )
    assert columns(found, *names) == [
        ("e", "curated", "", "", "", "", "", ""),
        ("b", "genes", "6", "6", "1", "1", "2.5", ""),
        ("a", "genes paper", "5", "4", "1", "1", "0.5", ""),
        ("d", "symbols", "3", "2", "", "1", "9.0", ""),
        ("c", "text", "", "", "", "", "", "5.75"),
    ]


def test_links_by_evidence(graph: Built) -> None:
    found = rows(graph, "links-by-evidence")
    assert {row["evidence"]: (row["links"], row["inFirstPlace"]) for row in found} == {
        "vocab#GeneOverlapEvidence": ("5", "2"),
        "vocab#SharedSymbolEvidence": ("3", "0"),
        "vocab#SharedTextEvidence": ("3", "0"),
        "vocab#CuratedEvidence": ("2", "0"),
        "vocab#SharedPaperEvidence": ("1", "1"),
        "vocab#SharedDiseaseEvidence": ("1", "0"),
    }


def test_pathways_by_figures(graph: Built) -> None:
    found = rows(graph, "pathways-by-figures")
    kinds = ("curated", "byGenes", "byPaper", "byText", "bySymbols", "byDisease")
    assert {row["pathway"]: columns([row], "figures", *kinds) for row in found[:2]} == {
        "WP2": [("5", "1", "2", "1", "1", "1", "0")],
        "WP1": [("1", "1", "0", "0", "0", "0", "0")],
    }
    assert columns(found[2:4], "pathway", *kinds) == [
        ("WP3", "0", "1", "0", "1", "0", "1"),
        ("WP4", "0", "1", "0", "0", "0", "0"),
    ]


def test_genes_that_a_plant_seems_to_have_do_not_count(graph: Built) -> None:
    """Gene 2 is in one other figure only, and gene 9 in a pathway."""
    found = rows(graph, "genes-in-no-pathway")
    counts = ("gene", "bySymbol", "unambiguous", "figures")
    assert columns(found, *counts) == [("1", "1", "1", "2")]
