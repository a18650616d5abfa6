"""Titles of pathways in texts of figures, against a plain computation and by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_kg import iris
from pfocr_kg.link.facts import FigureFacts, of_record
from pfocr_kg.link.titles import TitleIndex
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Entity, Figure, Kind, Paper, Pathway
from plain_titles import Titles

TITLES = (
    "Wnt signaling",
    "Wnt signaling pathway and pluripotency",
    "TGF-beta receptor signaling",
    "Canonical NF-kB pathway",
    "Type II interferon signaling (IFNG)",
    "IL6 signaling",
    "T-cell receptor signaling",
    "Vitamin D metabolism",
    "Vitamin A and carotenoid metabolism",
    "Alzheimer's disease",
    "Estrogen signaling",
    "Apoptosis",
    "Cell cycle",
    "Cancer pathways",
    "Krebs cycle",
    "Unfolded protein response",
    "COVID-19 adverse outcome pathway",
    "SARS-CoV-2 and COVID-19 pathway",
    "Phosphodiesterases in neuronal function",
    "Fatty acid biosynthesis",
)


def pathways(titles: tuple[str, ...] = TITLES, taxon: str = "9606") -> list[Pathway]:
    organism = Entity(Kind.ORGANISM, iris.organism(taxon), f"NCBITaxon:{taxon}")
    return [Pathway(f"WP{at}", title, organism) for at, title in enumerate(titles, 1)]


INDEX = TitleIndex(pathways())


def found(*texts: str, index: TitleIndex = INDEX) -> set[str]:
    """The titles that are in texts of one figure."""
    return {TITLES[at] for at in index.matches([FigureFacts("f", texts=texts)]).columns}


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Wnt signalling in the worm vulva", {"Wnt signaling"}),
        ("Pluripotency needs WNT signals", {"Wnt signaling", TITLES[1]}),
        ("Signaling by TGF\u03b2", {"TGF-beta receptor signaling"}),
        ("TGF beta", {"TGF-beta receptor signaling"}),
        ("TGFB-dependent growth", {"TGF-beta receptor signaling"}),
        ("The canonical pathway of NF-\u03baB", {"Canonical NF-kB pathway"}),
        ("nuclear factor kappa B, canonical", {"Canonical NF-kB pathway"}),
        ("Interferons of type II", {"Type II interferon signaling (IFNG)"}),
        ("Interferons of type I", set()),
        ("Wnt 5 signals", {"Wnt signaling"}),
        ("Interleukin-6", {"IL6 signaling"}),
        ("IL 6 and its receptor", {"IL6 signaling"}),
        ("Receptors of T cells", {"T-cell receptor signaling"}),
        ("Receptors of cells", set()),
        ("Vitamin D receptor", {"Vitamin D metabolism"}),
        ("Vitamin A", set()),
        ("Alzheimer disease", {"Alzheimer's disease"}),
        ("Oestrogens in breast cancer", {"Estrogen signaling"}),
        ("Apoptotic tumours", {"Apoptosis"}),
        ("The TCA cycle", {"Krebs cycle"}),
        ("Synthetic fatty acids", {"Fatty acid biosynthesis"}),
        ("Fatty acid oxidation", set()),
        ("The UPR", {"Unfolded protein response"}),
        ("The cell cycle of cancer cells: a pathway", set()),
        ("Signaling pathways in patients with COVID-19", set()),
        ("SARS-CoV-2, the cause of COVID-19", {"SARS-CoV-2 and COVID-19 pathway"}),
        ("", set()),
        ("\u2014 !", set()),
    ],
)
def test_ways_to_write_a_title(text: str, titles: set[str]) -> None:
    assert found(text) == titles


def test_the_words_of_two_texts_are_not_put_together() -> None:
    assert found("Canonical pathways", "The NF-kB pathway") == set()


def test_three_quarters_of_a_title_are_enough() -> None:
    index = TitleIndex(pathways(("Notch, Hippo, insulin, leptin", "Ghrelin, Notch, Hippo")))
    figures = [FigureFacts("f", texts=(text,)) for text in ("Ghrelin, Hippo", "Hippo, leptin")]
    assert not len(index.matches(figures).rows)
    one = TitleIndex(pathways(("Notch, Hippo, insulin, leptin",)))
    assert len(one.matches([FigureFacts("f", texts=("Leptin, Hippo, Notch",))]).rows)


def test_the_score_is_the_sum_of_rarities_among_different_titles() -> None:
    index = TitleIndex(pathways(("Wnt pathway", "Wnt pathways", "Notch pathway", "Leptin")))
    matches = index.matches([FigureFacts("f", texts=("The pathway of Wnt",))])
    assert matches.scores.tolist() == pytest.approx([math.log(1 + 3 / 1) + math.log(1 + 3 / 2)] * 2)


def test_general_words_count_for_the_score_alone() -> None:
    figures = [FigureFacts("f", texts=(text,)) for text in ("Wnt", "Wnt signals")]
    matches = INDEX.matches(figures)
    assert (matches.rows.tolist(), matches.columns.tolist()) == ([0, 1], [0, 0])
    assert 0 < matches.scores[0] < matches.scores[1]


def test_a_title_of_the_paper_is_not_the_figure_s_own() -> None:
    both = FigureFacts("f", texts=("Wnt",), paper_titles=("Wnt signaling and apoptosis",))
    matches = INDEX.matches([FigureFacts("e"), both])
    titles = [TITLES[at] for at in matches.columns]
    assert list(zip(matches.rows.tolist(), titles, matches.own.tolist(), strict=True)) == [
        (1, "Wnt signaling", True),
        (1, "Apoptosis", False),
    ]
    alone = INDEX.matches([FigureFacts("f", paper_titles=("Wnt signaling",))])
    assert matches.scores[0] == alone.scores[0]


@pytest.mark.parametrize(
    ("organisms", "taxa"),
    [
        ({}, {"9606"}),
        ({"paper_organisms": ("6239",)}, {"6239"}),
        ({"paper_organisms": ("3702",)}, set()),
        ({"mentions": (GeneMention("1", "559292", "WNT1", "x"),)}, {"4932"}),
        ({"mentions": (GeneMention("1", "9606", "WNT1", "x"),), "paper_organisms": ("6239",)},
         {"9606", "6239"}),
        ({"mentions": (GeneMention("1", "9606", "WNT1", "x"),), "paper_organisms": ("6239",),
          "doubtful_organisms": ("9606",)}, {"6239"}),
    ],
)  # fmt: skip
def test_pathways_of_the_organisms_of_a_figure(organisms: dict, taxa: set[str]) -> None:
    of_taxa = {t: pathways(("Wnt signaling",), t)[0] for t in ("9606", "6239", "4932")}
    unknown = Pathway("WP9", "Wnt signaling")
    index = TitleIndex([*of_taxa.values(), unknown])
    matches = index.matches([FigureFacts("f", texts=("Wnt",), **organisms)])
    assert {list(of_taxa)[at] for at in matches.columns} == taxa


def test_of_no_pathways_and_no_figures() -> None:
    for index, figures in ((TitleIndex([]), [FigureFacts("f", texts=("Wnt",))]), (INDEX, [])):
        assert not len(index.matches(figures).rows)


@pytest.mark.parametrize(
    ("title", "caption", "texts"),
    [
        ("", "", ()),
        ("Wnt", "", ("Wnt",)),
        ("Wnt", "Wnt in all worms. Notch too.", ("Wnt in all worms.",)),
        ("Wnt", "Notch of flies in detail. Wnt too.", ("Notch of flies in detail.", "Wnt")),
        ("", "Figure 1. Wnt of S. Mansoni. Notch", ("Figure 1. Wnt of S. Mansoni.",)),
        ("", "Wnt (see 1.2) is drawn vs. notch", ("Wnt (see 1.2) is drawn vs. notch",)),
        ("", "x" * 500, ("x" * 400,)),
    ],
)
def test_texts_of_a_record(title: str, caption: str, texts: tuple[str, ...]) -> None:
    facts = of_record(Figure("f", Paper("PMC1", title="P"), title=title, caption=caption))
    assert facts.texts == texts
    assert facts.paper_titles == ("P",)


VOCABULARY = sorted({word for title in TITLES for word in title.split()})
EXTRA = ["of", "in the", "\u03b2", "2", "signalling", "(IL-6)", "cells", "B", "p53/Wnt", "x_y"]
TEXTS = st.lists(st.sampled_from([*VOCABULARY, *EXTRA]), max_size=9).map(" ".join)
SOME = st.lists(st.tuples(st.lists(TEXTS, max_size=2), st.lists(TEXTS, max_size=1)), max_size=4)


@given(SOME, st.sets(st.sampled_from(TITLES)).map(sorted))
def test_as_computed_plainly(texts: list[tuple[list[str], list[str]]], titles: list[str]) -> None:
    figures = [FigureFacts("f", texts=(*o,), paper_titles=(*p,)) for o, p in texts]
    plain = Titles(dict(zip(titles, titles, strict=True)))
    expected = [
        (row, column, plain.score(title, [*own, *paper]), plain.score(title, own) > 0)
        for row, (own, paper) in enumerate(texts)
        for column, title in enumerate(titles)
        if plain.score(title, [*own, *paper])
    ]
    matches = TitleIndex(pathways((*titles,))).matches(figures)
    got = list(zip(*(column.tolist() for column in matches), strict=True))
    assert [(r, c, own) for r, c, _, own in got] == [(r, c, own) for r, c, _, own in expected]
    assert [s for *_, s, _ in got] == pytest.approx([s for *_, s, _ in expected])


@given(st.data(), st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=7, unique=True))
def test_the_order_of_words_does_not_count(data: st.DataObject, some: list[str]) -> None:
    # Signs between words, since a short word belongs to the one before it.
    other = data.draw(st.permutations(some))
    first, second = (
        INDEX.matches([FigureFacts("f", texts=("; ".join(order),))]) for order in (some, other)
    )
    assert first.columns.tolist() == second.columns.tolist()
    assert first.scores.tolist() == pytest.approx(second.scores.tolist())
