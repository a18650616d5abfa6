"""Enrichment of a user's gene list: what its names mean, and the numbers of the test."""

from __future__ import annotations

import string
from collections.abc import Collection, Mapping, Sequence

import gseapy
import numpy as np
import pandas
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link.enrichment import Enrichment, enrich
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.gene_list import GeneList, read_genes
from pfocr_kg.link.gene_sets import GeneSets, gene_sets, of_figures, of_pathways
from pfocr_kg.link.words import GeneMention
from pfocr_kg.names.matches import How, Match, NamedKind


def gene(number: str, label: str, how: How = How.LABEL, taxon: str = "9606") -> Match:
    return Match(iris.gene(number), NamedKind.GENE, label, number, taxon, how=how)


NAMES = {
    "TP53": [gene("7157", "TP53")],
    "tp53": [gene("7157", "TP53")],
    "mdm2": [gene("4193", "MDM2")],
    "CDKN1A": [gene("1026", "CDKN1A")],
    "TNF": [gene("7124", "TNF")],
    "TNF alpha": [gene("7124", "TNF", How.ALIAS)],
    "TP53 TNF": [gene("1", "TP53TNF", How.ALIAS)],
    "DDX58": [gene("23586", "RIGI", How.PREVIOUS)],
    "RIGI": [gene("23586", "RIGI")],
    "ENSG00000107201": [gene("23586", "RIGI", How.IDENTIFIER)],
    "p21": [gene("1026", "CDKN1A", How.ALIAS), gene("5900", "RALGDS", How.ALIAS)],
    "Trp53": [gene("22059", "Trp53", taxon="10090")],
}


def find(names: Collection[str]) -> Mapping[str, Sequence[Match]]:
    return {name: NAMES[name] for name in names if name in NAMES}


def read(text: str, column: str = "") -> GeneList:
    return read_genes(text, find, "9606", column)


class TestNames:
    def test_symbols_and_ids(self) -> None:
        found = read("# mine\nTP53, mdm2;CDKN1A\nncbigene:595\n'TNF' ZZZ9,ZZZ9")
        assert found == GeneList(
            {
                "7157": "TP53",
                "4193": "mdm2",
                "1026": "CDKN1A",
                "595": "ncbigene:595",
                "7124": "TNF",
            },
            unknown=("ZZZ9",),
        )

    @pytest.mark.parametrize("text", ["TP53,596,1", "TP53\n596\n1", "596 TP53 1"])
    def test_numbers_beside_symbols_are_not_genes(self, text: str) -> None:
        found = read(text)
        assert (found.genes, found.numbers) == ({"7157": "TP53"}, ("596", "1"))

    @pytest.mark.parametrize(
        "text", ["7157\n4193", "7157, 4193", "entrez,p\n7157.0,1\n,2\n4193,3", "ZZZ9 7157 4193"]
    )
    def test_numbers_alone_are(self, text: str) -> None:
        assert list(read(text).genes) == ["7157", "4193"]

    def test_renamed_genes_and_one_gene_given_twice(self) -> None:
        found = read("DDX58 RIGI TP53 tp53 23586 ncbigene:23586 ENSG00000107201")
        assert found.genes == {"23586": "DDX58", "7157": "TP53"}
        assert {w: m.description for w, m in found.renamed.items()} == {
            "DDX58": "RIGI, human gene 23586"
        }
        assert found.same_gene == (("DDX58", "RIGI", "ncbigene:23586", "ENSG00000107201"),)

    def test_ambiguous_names_and_genes_of_other_organisms(self) -> None:
        found = read("TP53 p21 Trp53")
        assert found.genes == {"7157": "TP53"}
        assert [m.label for m in found.ambiguous["p21"]] == ["CDKN1A", "RALGDS"]
        assert found.other_organism["Trp53"].label == "Trp53"
        assert not found.unknown

    def test_names_with_blanks(self) -> None:
        """Names that are genes one by one are several, whatever they are together."""
        assert read("TNF alpha\nmdm2 CDKN1A\nTP53 TNF").genes == {
            "7124": "TNF",
            "4193": "mdm2",
            "1026": "CDKN1A",
            "7157": "TP53",
        }

    def test_python_lists(self) -> None:
        assert list(read_genes(["TP53", "mdm2"], find, "9606").genes) == ["7157", "4193"]
        numbers = np.array([7157.0, 4193.0])
        assert list(read_genes(numbers, find, "9606").genes) == ["7157", "4193"]

    @pytest.mark.parametrize("text", ["ZZZ9", "p21"])
    def test_no_gene_is_an_error(self, text: str) -> None:
        with pytest.raises(QueryError, match="no known gene"):
            read(text)

    @pytest.mark.parametrize("text", ["", "# TP53", " ,;\n"])
    def test_an_empty_list_is_an_error(self, text: str) -> None:
        with pytest.raises(QueryError, match="the list is empty"):
            read(text)

    def test_the_error_says_what_names_mean(self) -> None:
        meanings = r"p21 can be CDKN1A, human gene 1026 or RALGDS, human gene 5900; ZZZ9 is unknown"
        with pytest.raises(QueryError, match=meanings):
            read("p21 ZZZ9")
        with pytest.raises(QueryError, match=r"Trp53 is Trp53, .*mouse gene 22059"):
            read("Trp53")

    @given(st.text(alphabet=string.printable + "é\u2028\ufeff"))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            found = read(text)
        except QueryError:
            return
        assert all(gene.isdecimal() for gene in found.genes)


def human(
    terms: Mapping[str, Collection[str]], titles: Mapping[str, str] | None = None
) -> GeneSets:
    """Sets of human genes, by the names of the terms."""
    sets = ((name, {("9606", gene): 0 for gene in genes}) for name, genes in terms.items())
    return gene_sets(sets, titles or {}).of("9606")


def genes_of(sets: GeneSets) -> dict[str, set[str]]:
    """The genes of each term that has any."""
    ids = list(sets.gene_numbers)
    found: dict[str, set[str]] = {}
    for term, number in zip(sets.terms, sets.genes, strict=True):
        found.setdefault(sets.identifiers[term], set()).add(ids[number])
    return found


def listed(genes: Collection[str]) -> GeneList:
    return GeneList({gene: gene for gene in sorted(genes)})


GENES = st.sets(st.integers(1, 40).map(str), max_size=15)


@given(st.lists(GENES, min_size=1, max_size=15), GENES.filter(bool), st.none() | GENES.filter(bool))
def test_numbers_are_those_of_scipy(
    sets: list[set[str]], mine: set[str], background: set[str] | None
) -> None:
    terms = human({f"T{n}": genes for n, genes in enumerate(sets)})
    result = enrich(listed(mine), terms, None if background is None else listed(background))
    in_sets = set().union(*sets)
    universe = in_sets if background is None else in_sets & background
    inside = mine & universe
    tested = [(f"T{n}", genes & universe) for n, genes in enumerate(sets) if genes & universe]
    p = [
        stats.hypergeom.sf(len(inside & genes) - 1, len(universe), len(genes), len(inside))
        for _, genes in tested
    ]
    better = stats.false_discovery_control(p) if p else []
    expected = {
        name: (
            (len(inside & genes), len(genes)),
            pytest.approx(a, rel=1e-12),
            pytest.approx(b, rel=1e-12),
            tuple(sorted(inside & genes, key=int)),
        )
        for (name, genes), a, b in zip(tested, p, better, strict=True)
        if inside & genes
    }
    assert {
        r.term: ((r.shared, r.size), r.p_value, r.adjusted_p_value, r.genes) for r in result.rows
    } == expected
    assert [r.p_value for r in result.rows] == sorted(r.p_value for r in result.rows)
    assert (result.universe, result.counted, result.tested) == (
        len(universe),
        len(inside),
        len(tested),
    )
    assert set(result.outside) == mine - in_sets
    assert set(result.not_in_background) == (mine & in_sets) - universe


# Five sets of genes 1 to 30; 90 is in none of them, and no gene of the list is in the last.
SETS = {
    "a": ["1", "2", "3", "4", "5"],
    "b": ["4", "5", "6", "7", "8", "9", "10", "11"],
    "c": ["1", "2", "12"],
    "d": ["13", "14", "15", "16", "17", "18", "19", "20", "21"],
    "e": ["22", "23", "24", "25", "26", "27", "28", "29", "30"],
}
MINE = ["1", "2", "3", "4", "12", "13", "90"]


def gseapy_rows(background: Collection[str] | None) -> pandas.DataFrame:
    """The rows of gseapy by set. With names that are numbers, it does not find them in a list."""
    return gseapy.enrich(
        gene_list=[f"G{n}" for n in MINE],
        gene_sets={name: [f"G{n}" for n in genes] for name, genes in SETS.items()},
        background=None if background is None else [f"G{n}" for n in background],
        outdir=None,
    ).results.set_index("Term")


def our_result(background: Collection[str] | None) -> Enrichment:
    return enrich(listed(MINE), human(SETS), None if background is None else listed(background))


@pytest.mark.parametrize("background", [None, [str(n) for n in range(1, 26)]])
def test_numbers_are_those_of_gseapy(background: list[str] | None) -> None:
    """p-values are equal; gseapy corrects for the sets with a gene of the list, we for all."""
    theirs, ours = gseapy_rows(background), our_result(background)
    assert {row.term for row in ours.rows} == set(theirs.index) == {"a", "b", "c", "d"}
    for row in ours.rows:
        assert f"{row.shared}/{row.size}" == theirs.loc[row.term, "Overlap"]
        assert row.p_value == pytest.approx(theirs.loc[row.term, "P-value"], rel=1e-12)
    assert ours.tested == 5
    p = [row.p_value for row in ours.rows]
    adjusted = [row.adjusted_p_value for row in ours.rows]
    assert adjusted == pytest.approx(list(stats.false_discovery_control([*p, 1.0]))[:4], rel=1e-12)
    less = theirs.loc[[row.term for row in ours.rows], "Adjusted P-value"]
    assert list(less) == pytest.approx(list(stats.false_discovery_control(p)), rel=1e-12)


def test_a_background_without_terms_changes_gseapy_only() -> None:
    """gseapy counts background genes that no set has; for us they are not in the universe."""
    wide = [str(n) for n in range(1, 101)]
    first = our_result(wide).rows[0]
    assert first.p_value == our_result(None).rows[0].p_value
    assert gseapy_rows(wide).loc[first.term, "P-value"] < first.p_value


def test_genes_are_called_by_their_labels_or_as_the_user_called_them() -> None:
    terms = human({"T": {"7157", "4193", "1"}}, {"T": "Title"})
    (row,) = enrich(read("tp53 mdm2"), terms, labels={"7157": "TP53", "1": "A1BG"}).rows
    assert (row.shared, row.size, row.title, row.genes) == (2, 3, "Title", ("mdm2", "TP53"))


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
    sets = of_pathways(store).of("559292")
    assert genes_of(sets) == {"WP9": {"5"}, "WP10": {"5", "6"}}
    assert sets.titles == {"WP10": "A", "WP1": "C", "WP2": "D"}


def test_figures_of_one_organism() -> None:
    symbols = [
        GeneMention("5", "559292", "term", "ncbigene_symbol", 1),
        GeneMention("6", "9606", "term", "ncbigene_symbol", 3),
    ]
    family = GeneMention("7", "4932", "term", "famplex_relations")
    synonym = GeneMention("8", "4932", "term", "ncbigene_synonym", 2)
    again = GeneMention("5", "4932", "other term", "ncbigene_synonym", 2)
    figures = [FigureFacts("e"), FigureFacts("f", mentions=(*symbols, family, synonym, again))]
    sets = of_figures(figures, {})
    assert genes_of(sets.of("4932")) == {"f": {"5", "7", "8"}}
    assert genes_of(sets.of("4932", "symbol")) == {"f": {"5"}}
    assert genes_of(sets.of("4932", "unambiguous")) == {"f": {"5", "8"}}
    (row,) = enrich(listed("578"), sets.of("4932"), with_symbols=True).rows
    assert (row.term, row.shared, row.by_symbol) == ("f", 3, 1)
    assert enrich(listed("1"), sets.of("4932"), with_symbols=True).rows == ()
