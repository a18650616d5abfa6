"""Places of pathways by score, against naive loops over the pairs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_pathways import pathway
from pfocr_kg.link.pathway_genes import Floats, PathwayGenes
from pfocr_kg.link.places import Places, best

Pair = tuple[int, float, int]
"""Group, score and gene set."""


PAIRS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([-2.5, -1.0, 0.0, 1.0, 1.5]), st.integers(0, 4)),
    max_size=15,
)


def places(some: list[Pair]) -> Places:
    groups, scores, sets = zip(*some, strict=True) if some else ((), (), ())
    return Places(
        np.array(groups, dtype=np.int64), np.array(scores, dtype=float), np.array(sets, dtype=int)
    )


@given(PAIRS)
def test_a_rank_is_one_more_than_the_number_of_better_places(some: list[Pair]) -> None:
    expected = [
        1 + len({(other, s) for g, other, s in some if g == group and other > score})
        for group, score, _ in some
    ]
    assert places(some).ranks().tolist() == expected


@given(PAIRS)
def test_a_margin_is_to_the_best_other_place(some: list[Pair]) -> None:
    expected = [
        score
        - max(
            (other for g, other, s in some if g == group and (other, s) != (score, genes)),
            default=0.0,
        )
        for group, score, genes in some
    ]
    assert places(some).margins().tolist() == expected


@pytest.mark.parametrize(
    ("scores", "sets", "ranks", "margins"),
    [
        ([9, 9, 7], [0, 0, 2], [1, 1, 2], [2, 2, -2]),
        ([9, 9, 7], [0, 1, 2], [1, 1, 3], [0, 0, -2]),
        ([7, 9, 8], [0, 1, 2], [3, 1, 2], [-2, 1, -1]),
        ([9, 9, 9, 7], [0, 1, 0, 2], [1, 1, 1, 3], [0, 0, 0, -2]),
        ([9, 8, 7], [0, 0, 2], [1, 2, 3], [1, -1, -2]),
        ([-3], [0], [1], [-3]),
    ],
)
def test_places_of_one_group(
    scores: list[float], sets: list[int], ranks: list[int], margins: list[float]
) -> None:
    found = places([(0, score, genes) for score, genes in zip(scores, sets, strict=True)])
    assert found.ranks().tolist() == ranks
    assert found.margins().tolist() == margins


def test_margins_are_rounded_as_scores_are() -> None:
    assert places([(0, 0.3, 0), (0, 0.1, 1)]).margins().tolist() == [0.2, -0.2]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([0.0, 1.0, 2.0])), max_size=20),
    st.integers(0, 4),
)
def test_the_best_of_each_group_are_chosen(some: list[tuple[int, float]], count: int) -> None:
    """Of equal scores, those with the lowest columns; the last pair has the lowest here."""
    columns = [len(some) - at for at in range(len(some))]
    expected = []
    for group in {group for group, _ in some}:
        mine = [at for at in range(len(some)) if some[at][0] == group]
        expected += sorted(mine, key=lambda at: (-some[at][1], columns[at]))[:count]
    groups = np.array([group for group, _ in some], dtype=np.int64)
    scores: Floats = np.array([score for _, score in some], dtype=float)
    found = best(groups, scores, np.array(columns, dtype=np.int64), count)
    assert found.tolist() == sorted(expected)


@given(st.lists(st.tuples(st.sets(st.integers(1, 6)), st.sampled_from(["9606", "10090"]))))
def test_wider_pathways_contain_all_genes_and_more(sets: list[tuple[set[int], str]]) -> None:
    found = PathwayGenes([pathway(n, *of) for n, of in enumerate(sets, 1)])
    expected = {
        at: wider
        for at, (genes, taxon) in enumerate(sets)
        if genes
        and (wider := [n for n, (others, of) in enumerate(sets) if of == taxon and others > genes])
    }
    assert {at: wider.tolist() for at, wider in found.wider.items()} == expected
    for at, (genes, taxon) in enumerate(sets):
        first = next(n for n, of in enumerate(sets) if of == (genes, taxon) or not (genes or of[0]))
        assert found.gene_set[at] == first
