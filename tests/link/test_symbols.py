"""Pathways of other organisms, found by the symbols of a figure's genes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from made_pathways import pathway
from pfocr_kg.link.evidence import link
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Evidence, GeneName, Pathway, PathwayLink

HUMAN, MOUSE, RAT = "9606", "10090", "10116"
SYMBOLS = {7157: "TP53", 4193: "MDM2", 1026: "CDKN1A", 581: "BAX"}
FIGURE = FigureFacts(
    "f", mentions=tuple(GeneMention(str(g), HUMAN, s, "") for g, s in SYMBOLS.items())
)


def of_organism(number: int, taxon: str, first: int) -> Pathway:
    """A pathway with genes of the four symbols, whose ids begin at `first`, and a fifth one."""
    genes = range(first, first + 5)
    names = [*(symbol.title() for symbol in SYMBOLS.values()), "Fas"]
    return replace(
        pathway(number, genes, taxon),
        gene_names=tuple(GeneName(str(g), name) for g, name in zip(genes, names, strict=True)),
    )


def rest(taxon: str, first: int) -> list[Pathway]:
    """Pathways that make the universe of an organism large enough for small p-values."""
    return [
        pathway(first + n, range(10 * (first + n), 10 * (first + n) + 9), taxon) for n in range(50)
    ]


PATHWAYS = [
    of_organism(1, MOUSE, 100),
    of_organism(2, RAT, 200),
    *rest(MOUSE, 1000),
    *rest(RAT, 2000),
    *rest(HUMAN, 3000),
]


def links(figure: FigureFacts) -> dict[str, PathwayLink]:
    return {one.pathway.identifier: one for one in link([figure], PATHWAYS)}


def test_the_first_pathway_of_each_organism_is_linked_by_symbols() -> None:
    found = links(FIGURE)
    assert set(found) == {"WP1", "WP2"}
    assert found["WP1"].evidence == (Evidence.SHARED_SYMBOL,)
    overlap = found["WP1"].overlap
    assert overlap is not None
    assert [gene.identifier for gene in overlap.genes] == ["100", "101", "102", "103"]
    assert overlap.by_symbol
    assert (overlap.rank, overlap.rank_in_organism, overlap.words) == (None, 1, 4)
    assert overlap.jaccard == 4 / 5


@pytest.mark.parametrize(
    ("organisms", "linked"),
    [((MOUSE,), {"WP1"}), ((HUMAN, RAT), {"WP2"}), ((HUMAN,), set()), ((), {"WP1", "WP2"})],
)
def test_only_organisms_of_the_paper_count_where_they_are_known(
    organisms: tuple[str, ...], linked: set[str]
) -> None:
    assert set(links(replace(FIGURE, paper_organisms=organisms))) == linked


def test_a_figure_with_a_gene_of_the_organism_is_not_compared_by_symbols() -> None:
    mouse = GeneMention("1000", MOUSE, "Abc", "")
    found = links(replace(FIGURE, mentions=(*FIGURE.mentions, mouse)))
    assert set(found) == {"WP2"}


def test_two_genes_of_a_symbol_or_one_word_are_too_few() -> None:
    assert not links(replace(FIGURE, mentions=FIGURE.mentions[:2]))
    one_word = tuple(mention._replace(matched_term="P53 family") for mention in FIGURE.mentions)
    assert not links(replace(FIGURE, mentions=one_word))
