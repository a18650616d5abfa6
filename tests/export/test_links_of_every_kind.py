"""A link by genes and text, and one by symbols, with all that links can have, in each format."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import polars as pl
import pyoxigraph as ox
import pytest

from pfocr_kg.export import kgx, nanopubs, parquet
from pfocr_kg.store.subset import Subset
from vocabulary import CONFORMING, PFOCR

LINK = "https://pfocr.wikipathways.org/figures/PMC1__a.b-1_F1.html#link-"
NUMBERS = {"shared_words": 1, "jaccard": 0.5, "p_value": 0.001, "word_p_value": 0.01}
BOTH = {
    "WP5283": {
        **NUMBERS,
        "shared_genes": ["3479"],
        "shared_symbol_genes": [],
        "adjusted_p_value": 0.002,
        "rank": 1,
        "rank_in_organism": 1,
        "margin": 2.5,
        "wider_pathways": ["WP3672"],
        "text_score": 5.5,
    },
    "WP3672": {
        **NUMBERS,
        "shared_genes": [],
        "shared_symbol_genes": ["24482"],
        "adjusted_p_value": 0.002,
        "rank": None,
        "rank_in_organism": 2,
        "margin": -1.5,
        "wider_pathways": [],
        "text_score": None,
    },
}
"""WP id -> what the conforming graph holds of the link."""


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.load(CONFORMING.encode(), format=ox.RdfFormat.TURTLE)
    return made


def test_kgx(store: ox.Store, tmp_path: Path) -> None:
    kgx.write(store, tmp_path / "kgx")
    with (tmp_path / "kgx" / "edges.tsv").open(encoding="utf-8", newline="") as file:
        edges = {e["has_evidence"]: e for e in csv.DictReader(file, delimiter="\t")}
    prefixes = {"shared_genes": "NCBIGene:", "shared_symbol_genes": "NCBIGene:"}
    for wpid, want in BOTH.items():
        edge = edges[LINK + wpid]
        for column, value in want.items():
            if isinstance(value, list):
                prefix = prefixes.get(column, "WIKIPATHWAYS:")
                assert edge[column] == "|".join(prefix + local for local in value), column
            else:
                assert (float(edge[column]) if edge[column] else None) == value, column
    by_genes, by_symbols = edges[LINK + "WP5283"], edges[LINK + "WP3672"]
    assert by_genes["link_evidence"].split("|") == [
        *("CuratedEvidence", "GeneOverlapEvidence", "SharedPaperEvidence"),
        *("SharedTextEvidence", "SharedDiseaseEvidence"),
    ]
    assert by_genes["knowledge_level"] == "knowledge_assertion"
    assert by_symbols["link_evidence"] == "SharedSymbolEvidence"
    assert by_symbols["knowledge_level"] == "statistical_association"


@pytest.mark.slow
def test_parquet(store: ox.Store, tmp_path: Path) -> None:
    parquet.write(store, tmp_path / "tables")
    rows = pl.read_parquet(tmp_path / "tables" / "links.parquet").rows(named=True)
    links = {row["pathway"].removeprefix("wikipathways:"): row for row in rows}
    assert links.keys() == BOTH.keys()
    for wpid, want in BOTH.items():
        for column, value in want.items():
            found = links[wpid][column]
            if isinstance(value, list):
                found = [one.rpartition(":")[2] for one in found]
            assert found == value, column
    assert sorted(links["WP3672"]["evidence"]) == ["SharedSymbolEvidence"]


def test_nanopubs_hold_all_that_a_link_has(store: ox.Store) -> None:
    output = io.BytesIO()
    nanopubs.write(store, output)
    quads = list(ox.parse(output.getvalue(), format=ox.RdfFormat.TRIG))
    for wpid in BOTH:
        link = ox.NamedNode(LINK + wpid)
        wanted = {
            (q.predicate, float(q.object.value) if "double" in str(q.object) else q.object)
            for q in store.quads_for_pattern(link, None, None)
        }
        found = {
            (q.predicate, float(q.object.value) if "double" in str(q.object) else q.object)
            for q in quads
            if q.subject == link
        }
        assert found == wanted
        assert ox.NamedNode(PFOCR + "margin") in {predicate for predicate, _ in found}


def test_a_subset_holds_what_links_lead_to(store: ox.Store) -> None:
    link, figure = ox.NamedNode(LINK + "WP3672"), ox.NamedNode(LINK.partition("#")[0])
    for name in ("widerPathway", "sharedSymbolGene"):
        value = ox.NamedNode(f"https://example.org/{name}")
        store.add(ox.Quad(link, ox.NamedNode(PFOCR + name), value))
        store.add(ox.Quad(value, ox.NamedNode("urn:p"), ox.Literal(name)))
    with Subset(store, [figure.value], "one figure") as subset:
        found = {row["name"].value for row in subset.query("SELECT ?name { ?x <urn:p> ?name }")}
    assert found == {"widerPathway", "sharedSymbolGene"}
