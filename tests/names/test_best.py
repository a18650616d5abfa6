"""The first of several meanings, in small lists made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

import pyoxigraph
import pytest

from pfocr_kg.errors import AmbiguousNameError
from pfocr_kg.names import by_sparql, folding
from pfocr_kg.names.lookup import Names
from pfocr_kg.names.matches import How, Match, NamedKind
from pfocr_kg.names.resolving import best, drawn_human_gene, resolve

GENE = Match("urn:7157", NamedKind.GENE, "TP53", "7157", "9606", "TP53", How.LABEL)
COPY = replace(GENE, iri="urn:9", identifier="999999")
MOUSE = replace(GENE, iri="urn:22", identifier="22059", taxon="10090", figures=3)
DISEASE = replace(GENE, iri="urn:d", kind=NamedKind.DISEASE, identifier="DOID:1", taxon="")
PATHWAY = replace(GENE, iri="urn:w", kind=NamedKind.PATHWAY, identifier="WP1")


def test_a_human_gene_comes_before_its_copies() -> None:
    assert best([COPY, GENE]) == [GENE]
    assert best([COPY, DISEASE, PATHWAY, GENE]) == [DISEASE, PATHWAY, GENE]
    other = replace(COPY, iri="urn:8", identifier="888888")
    assert best([COPY, other]) == [COPY, other], "neither is the gene of the symbol"


def test_human_genes_come_first_unless_an_organism_is_given() -> None:
    assert best([GENE, MOUSE]) == [GENE]
    assert best([GENE, MOUSE, DISEASE]) == [GENE, DISEASE]
    assert best([GENE, MOUSE, DISEASE], "mouse") == [MOUSE]
    assert best([GENE], "mouse") == best([]) == []


def test_without_a_human_one_the_organism_of_most_figures() -> None:
    fly = replace(MOUSE, iri="urn:f", taxon="7227", figures=4)
    assert best([MOUSE, fly]) == [fly]
    word = replace(fly, how=How.WORD, figures=9)
    assert best([MOUSE, word]) == [MOUSE], "words read off figures come last"


def test_what_figures_have_comes_first() -> None:
    drawn = replace(DISEASE, figures=1)
    assert best([GENE, drawn]) == [drawn]
    alias = replace(drawn, iri="urn:a", how=How.ALIAS)
    assert best([GENE, alias]) == [GENE], "a label comes before an alias"
    assert best([alias, replace(GENE, fold=1)]) == [alias]
    twice = replace(GENE, matched="other")
    assert best([GENE, twice]) == [GENE]


def test_a_gene_of_no_figure_does_not_hide_the_human_one() -> None:
    """A dictionary calls Casp8 of mouse caspase-8, and none calls CASP8 of human so."""
    human = replace(GENE, figures=2)
    mouse = replace(MOUSE, label="Tp53", matched="protein 53", how=How.ALIAS, figures=0)

    class Called:
        store = pyoxigraph.Store()  # no figure has a word

        def matches(self, text: str, kinds: object) -> list[Match]:
            assert kinds == (NamedKind.GENE,)
            return {"protein 53": [mouse], "Tp53": [human, mouse]}[text]

    called = cast("Names", Called())
    kinds = (NamedKind.GENE,)
    with pytest.raises(
        AmbiguousNameError, match=r"which no figure draws\. Figures draw TP53, human"
    ):
        resolve(called, "protein 53", kinds)
    assert resolve(called, "protein 53", kinds, "mouse").match == mouse
    assert drawn_human_gene(called, [mouse]) == human
    for known in (
        replace(mouse, figures=1),
        replace(mouse, how=How.IDENTIFIER),
        replace(mouse, how=How.LABEL),
        replace(mouse, kind=NamedKind.PATHWAY),
        human,
    ):
        assert drawn_human_gene(called, [known]) is None
    human = replace(human, figures=0)
    assert drawn_human_gene(called, [mouse]) is None


@pytest.mark.parametrize(
    ("name", "text", "fold"),
    [
        *(("TP53", "tp53", 0), ("Sj\u00f6gren", "SJOGREN", 1), ("IL-6", "il6", 1)),
        *(("TNF-\u03b1", "tnf alpha", 1), ("TNF-\u03b1", "TNFA", 2)),
    ],
)
def test_how_a_name_fits(name: str, text: str, fold: int) -> None:
    assert by_sparql._fold(name, folding.cased(text), folding.folded(text)) == fold
