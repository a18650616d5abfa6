"""Enrichment of a user's gene list."""

from __future__ import annotations

import string
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pfocr_kg.errors import QueryError
from pfocr_kg.link.enrichment import (
    EnrichmentTerm,
    GeneList,
    enrich,
    figure_terms,
    human_symbols,
    pathway_terms,
    read_genes,
    store_symbols,
)
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.words import GeneMention
from pfocr_kg.records.gene_dictionary import bundled_genes
from pfocr_kg.store.embedded import Embedded

find = human_symbols(bundled_genes())


class TestReading:
    def test_symbols_and_ids_mixed(self) -> None:
        found = read_genes("# mine\nTP53, mdm2;CDKN1A\n5925 ncbigene:595\n'TP53' ZZZ9,ZZZ9", find)
        assert found == GeneList(
            {
                "7157": "TP53",
                "4193": "mdm2",
                "1026": "CDKN1A",
                "5925": "5925",
                "595": "ncbigene:595",
            },
            ("ZZZ9",),
        )

    @pytest.mark.parametrize("text", ["", "# TP53", " ,;\n", "ZZZ9"])
    def test_no_gene_is_an_error(self, text: str) -> None:
        with pytest.raises(QueryError, match="no known gene"):
            read_genes(text, find)

    @given(st.text(alphabet=string.printable + "é\u2028\ufeff"))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            found = read_genes(text, find)
        except QueryError:
            return
        assert all(gene.isdecimal() for gene in found.genes)

    def test_symbols_of_a_store(self, built_sample: Path) -> None:
        with Embedded(built_sample) as store:
            human, mouse = store_symbols(store, "9606"), store_symbols(store, "10090")
        assert human("AKT1") == human("akt1") == "207"
        assert human("no such") is None
        assert mouse("AKT1") != "207"


GENES = st.sets(st.integers(1, 40).map(str), max_size=15)


@given(st.lists(GENES, min_size=1, max_size=15), GENES.filter(bool))
def test_numbers_are_those_of_scipy(sets: list[set[str]], mine: set[str]) -> None:
    terms = [EnrichmentTerm(f"T{n}", "", frozenset(genes)) for n, genes in enumerate(sets)]
    result = enrich(GeneList({gene: gene for gene in mine}, ()), terms)
    universe = set().union(*sets)
    inside = mine & universe
    tested = [term for term in terms if term.genes]
    p = [
        stats.hypergeom.sf(
            len(inside & term.genes) - 1, len(universe), len(term.genes), len(inside)
        )
        for term in tested
    ]
    better = stats.false_discovery_control(p) if p else []
    expected = {
        term.identifier: (
            f"{len(inside & term.genes)}/{len(term.genes)}",
            pytest.approx(a, rel=1e-12),
            pytest.approx(b, rel=1e-12),
            tuple(sorted(inside & term.genes, key=int)),
        )
        for term, a, b in zip(tested, p, better, strict=True)
        if inside & term.genes
    }
    assert {
        r.term: (r.overlap, r.p_value, r.adjusted_p_value, r.genes) for r in result.rows
    } == expected
    assert [r.p_value for r in result.rows] == sorted(r.p_value for r in result.rows)
    assert (result.universe, result.counted, result.tested) == (
        len(universe),
        len(inside),
        len(tested),
    )
    assert set(result.outside) == mine - universe


def test_genes_are_called_as_the_user_called_them() -> None:
    given_genes = read_genes("tp53 4193", find)
    (row,) = enrich(
        given_genes, [EnrichmentTerm("T", "Title", frozenset({"7157", "4193", "1"}))]
    ).rows
    assert (row.overlap, row.title, row.genes) == ("2/3", "Title", ("4193", "tp53"))


def test_pathways_of_one_organism() -> None:
    """Pathways of a store, written by hand: of yeast, of yeast's strain, and without a title."""
    store = ox.Store()
    store.load(
        """
        @prefix : <https://example.org/> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        @prefix pfocr: <https://w3id.org/pfocr/vocab#> .
        :yeast dcterms:identifier "NCBITaxon:4932" . :human dcterms:identifier "NCBITaxon:9606" .
        :5 dcterms:identifier "5" ; pfocr:organism :yeast .
        :6 dcterms:identifier "6" ; pfocr:organism :yeast .
        :7 dcterms:identifier "7" ; pfocr:organism :human .
        :a a pfocr:Pathway ; dcterms:identifier "WP10" ; dcterms:title "A" ;
          pfocr:pathwayGene :5, :6 .
        :b a pfocr:Pathway ; dcterms:identifier "WP9" ; pfocr:pathwayGene :5 .
        :c a pfocr:Pathway ; dcterms:identifier "WP1" ; dcterms:title "C" ; pfocr:pathwayGene :7 .
        :d a pfocr:Pathway ; dcterms:identifier "WP2" ; dcterms:title "D" .
        """,
        format=ox.RdfFormat.TURTLE,
    )
    # A strain's genes are the species'.
    assert list(pathway_terms(store, "559292")) == [
        EnrichmentTerm("WP9", "", frozenset({"5"})),
        EnrichmentTerm("WP10", "A", frozenset({"5", "6"})),
    ]


def test_figures_of_one_organism() -> None:
    symbols = [
        GeneMention("5", "559292", "term", "ncbigene_symbol", 1),
        GeneMention("6", "9606", "term", "ncbigene_symbol", 3),
    ]
    family = GeneMention("7", "4932", "term", "famplex_relations")
    synonym = GeneMention("8", "4932", "term", "ncbigene_synonym", 2)
    facts = [FigureFacts("f", mentions=(*symbols, family, synonym))]
    assert list(figure_terms(facts, "4932", titles={"f": "F"})) == [
        EnrichmentTerm("f", "F", frozenset({"5", "7", "8"}), frozenset({"5"}))
    ]
    (symbol,) = figure_terms(facts, "4932", "symbol")
    assert (symbol.title, symbol.genes, symbol.by_symbol) == ("", {"5"}, {"5"})
    (unambiguous,) = figure_terms(facts, "4932", "unambiguous")
    assert (unambiguous.genes, unambiguous.by_symbol) == ({"8"}, frozenset())
