"""Links by titles of pathways in texts of figures: small cases by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pytest

from made_pathways import pathway
from pfocr_kg.link.evidence import link
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Evidence, PathwayLink

TEXT, CURATED, OVERLAP = Evidence.SHARED_TEXT, Evidence.CURATED, Evidence.GENE_OVERLAP
WNT = replace(pathway(1, [1, 2, 3, 4]), title="Wnt signaling")
OTHERS = [pathway(10 + n, range(20 * n, 20 * n + 20)) for n in range(1, 50)]


def facts(genes: Iterable[int] = (), texts: Iterable[str] = (), **more: object) -> FigureFacts:
    mentions = tuple(GeneMention(str(g), "9606", f"term {g}", "ncbigene_symbol", 3) for g in genes)
    return FigureFacts("f", mentions=mentions, texts=tuple(texts), **more)  # type: ignore[arg-type]


def links(figure: FigureFacts, **options: int) -> dict[str, PathwayLink]:
    found = link([figure], [WNT, *OTHERS], LinkOptions(**options))  # type: ignore[arg-type]
    return {one.pathway.identifier: one for one in found}


@pytest.mark.parametrize(
    ("genes", "linked"),
    [
        ((), True),
        ((1,), True),
        ((1, 21, 41, 61), True),
        ((21, 41), True),
        ((21, 41, 61), False),
        ((5001, 5002, 5003), True),
    ],
)
def test_a_text_makes_a_link_unless_genes_speak_against_it(
    genes: tuple[int, ...], linked: bool
) -> None:
    """Genes 5001 to 5003 are in no pathway, so they say nothing."""
    found = links(facts(genes, ["Wnt in worms"]))
    assert {wpid: one.evidence for wpid, one in found.items()} == (
        {"WP1": (TEXT,)} if linked else {}
    )


def test_how_many_genes_speak_is_the_least_number_of_a_link_by_genes() -> None:
    assert links(facts((21, 41, 61), ["Wnt"]), min_shared=4)
    assert not links(facts((21, 41), ["Wnt"]), min_shared=2)


def test_a_title_of_the_paper_is_added_to_other_evidence() -> None:
    assert not links(facts([1], paper_titles=("Wnt in worms",)))
    stated = links(facts([1], paper_titles=("Wnt in worms",), wpids=("WP1",)))["WP1"]
    assert stated.evidence == (CURATED, TEXT)
    assert stated.text_score > 0


def test_a_text_adds_its_score_where_a_gene_is_shared() -> None:
    genes, both = (links(facts([1, 2, 3], texts))["WP1"] for texts in ((), ("Wnt in worms",)))
    assert (genes.evidence, both.evidence) == ((OVERLAP,), (OVERLAP, TEXT))
    assert genes.text_score == 0
    assert both.text_score == pytest.approx(math.log(1 + 50 / 1))
    assert genes.overlap is not None
    assert both.overlap is not None
    assert both.overlap.score == pytest.approx(genes.overlap.score + both.text_score, abs=2e-9)
    assert both.overlap.p_value == genes.overlap.p_value


def test_a_text_decides_between_pathways_with_the_same_genes() -> None:
    twin = replace(pathway(2, [1, 2, 3, 5]), title="Notch signaling")
    figure = facts([1, 2, 3], ["Notch and its ligands"])
    found = {one.pathway.identifier: one for one in link([figure], [WNT, twin, *OTHERS])}
    overlaps = [found[wpid].overlap for wpid in ("WP1", "WP2")]
    assert [overlap.rank for overlap in overlaps if overlap] == [2, 1]
