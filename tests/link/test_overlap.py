"""Counts, p-values, adjustment and ranks of gene overlap, against scipy and plain counting."""

from __future__ import annotations

import sys
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from made_pathways import pathway
from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.measures import Measures
from pfocr_kg.link.overlap import FigureGenes, OverlapChunk
from pfocr_kg.link.pathway_genes import PathwayGenes
from pfocr_kg.link.places import Places
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.significance import Significance, adjust, p_values
from pfocr_kg.link.titles import TitleIndex
from pfocr_kg.link.words import GeneMention, words
from pfocr_kg.model import Entity, Kind, Pathway


def entity(of: Pathway) -> Entity:
    return Entity(Kind.PATHWAY, iris.pathway(of.wpid), of.wpid)


def hits(genes: set[int], taxon: str = "9606") -> list[GeneMention]:
    return [GeneMention(str(g), taxon, str(g), "ncbigene_symbol") for g in genes]


GENES = st.sets(st.integers(1, 30), max_size=12)
TAXA = st.sampled_from(["9606", "10090"])


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Shared, universe, pathway and figure sizes that are possible together."""
    universe = draw(st.integers(1, 13_000))
    size = draw(st.integers(1, min(universe, 600)))
    drawn = draw(st.integers(1, min(universe, 400)))
    least = max(0, size + drawn - universe)
    return draw(st.integers(least, min(size, drawn))), universe, size, drawn


def exact(shared: int, universe: int, size: int, drawn: int) -> Fraction:
    """The upper tail by counting."""
    ways = sum(
        comb(size, k) * comb(universe - size, drawn - k)
        for k in range(shared, min(size, drawn) + 1)
    )
    return Fraction(ways, comb(universe, drawn))


@given(st.lists(tables(), min_size=1, max_size=20))
def test_p_values_are_those_of_scipy(cases: list[tuple[int, int, int, int]]) -> None:
    shared, universe, size, drawn = np.array(cases).T
    expected = stats.hypergeom.sf(shared - 1, universe, size, drawn)
    np.testing.assert_allclose(p_values(shared, universe, size, drawn), expected, rtol=1e-12)


@given(tables())
def test_p_values_are_exact_and_never_zero_where_a_double_can_hold_them(
    case: tuple[int, int, int, int],
) -> None:
    p, true = float(p_values(*case)), exact(*case)
    if true >= Fraction(sys.float_info.min):
        assert abs(Fraction(p) / true - 1) < Fraction(1, 10**12)
    elif true > Fraction(5e-324):
        assert p > 0


@pytest.mark.parametrize(
    "case", [(250, 12_000, 300, 400), (295, 12_000, 300, 300), (120, 12_000, 120, 160)]
)
def test_tails_near_the_smallest_double(case: tuple[int, int, int, int]) -> None:
    true = exact(*case)
    p = float(p_values(*case))
    assert (p == 0.0) == (true < Fraction(5e-324) / 2)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(1, 5)), min_size=1, max_size=40),
    st.integers(0, 50),
)
def test_adjustment_is_that_of_scipy(found: list[tuple[float, int]], ones: int) -> None:
    p = np.array([value for value, _ in found])
    counts = np.array([count for _, count in found])
    written_out = np.concatenate((np.repeat(p, counts), np.ones(ones)))
    expected = stats.false_discovery_control(written_out)[np.cumsum(counts) - 1]
    np.testing.assert_allclose(adjust(p, counts, len(written_out)), expected, rtol=1e-13, atol=0)


def overlaps(
    figures: list[dict[str, set[int]]], pathways: list[Pathway], size: int = 3
) -> dict[tuple[int, str], tuple[int, float, float, float]]:
    """(figure, WP id) -> shared genes, Jaccard, p, adjusted p, by the code under test."""
    sets = PathwayGenes(pathways)
    drawn = FigureGenes(sets)
    for figure in figures:
        drawn.add(words([hit for taxon, genes in figure.items() for hit in hits(genes, taxon)]))
    significance = Significance(sets, drawn.chunks(size))
    found = {}
    for chunk in drawn.chunks(size):
        at = np.arange(len(chunk.rows))
        p, better = significance.p_values_of(chunk, at)
        jaccard = chunk.jaccard(at)
        for i in at:
            key = (chunk.first + int(chunk.rows[i]), pathways[chunk.columns[i]].wpid)
            found[key] = (int(chunk.shared[i]), float(jaccard[i]), float(p[i]), float(better[i]))
    return found


@given(
    st.lists(st.dictionaries(TAXA, GENES, max_size=2), min_size=1, max_size=8),
    st.lists(st.tuples(GENES, TAXA), min_size=1, max_size=7),
    st.integers(1, 4),
)
def test_all_pairs_as_plain_counting_finds_them(
    figures: list[dict[str, set[int]]], sets: list[tuple[set[int], str]], size: int
) -> None:
    pathways = [pathway(n + 1, genes, taxon) for n, (genes, taxon) in enumerate(sets)]
    universe: dict[str, set[int]] = {}
    for genes, taxon in sets:
        universe.setdefault(taxon, set()).update(genes)
    pairs, p = [], []
    for row, figure in enumerate(figures):
        for number, (genes, taxon) in enumerate(sets):
            mine = figure.get(taxon, set())
            inside = mine & universe[taxon]
            if inside and genes:
                shared = len(inside & genes)
                pairs.append((row, f"WP{number + 1}", shared, shared / len(mine | genes)))
                p.append(
                    stats.hypergeom.sf(shared - 1, len(universe[taxon]), len(genes), len(inside))
                )
    better = stats.false_discovery_control(p) if p else []
    expected = {
        (row, wpid): (shared, jaccard, pytest.approx(a, rel=1e-12), pytest.approx(b, rel=1e-12))
        for (row, wpid, shared, jaccard), a, b in zip(pairs, p, better, strict=True)
        if shared
    }
    assert overlaps(figures, pathways, size) == expected


def chunk_of(figure: list[GeneMention], pathways: list[Pathway]) -> OverlapChunk:
    drawn = FigureGenes(PathwayGenes(pathways))
    drawn.add(words(figure))
    (chunk,) = drawn.chunks()
    return chunk


def ranks(chunk: OverlapChunk) -> list[int]:
    return (
        Places(chunk.rows, chunk.scores(), chunk.pathways.gene_set[chunk.columns]).ranks().tolist()
    )


def test_the_score_is_its_formula() -> None:
    """Worked out by hand: words AKT = {1, 2} and 3; pathways {1, 2, 3, 4} and {3, 5}."""
    chunk = chunk_of(
        [
            GeneMention("1", "9606", "AKT", "f"),
            GeneMention("2", "9606", "AKT", "f"),
            GeneMention("3", "9606", "C", "s"),
        ],
        [pathway(1, {1, 2, 3, 4}), pathway(2, {3, 5})],
    )
    # Memberships: 6 in all, of which AKT draws 2, and gene 3 is 2. The first pathway has four
    # genes, three where those of AKT count as one. A family counts by three quarters.
    first = np.log1p(0.75 * (2 / 3) / (2 / 6)) + np.log1p((1 / 3) / (2 / 6)) - np.log1p(1)
    second = np.log1p((1 / 2) / (2 / 6)) - np.log1p(1)
    assert chunk.scores() == pytest.approx([first, second], abs=1e-8)
    assert ranks(chunk) == [1, 2]


def test_a_family_drawn_by_one_word_is_one_hit() -> None:
    """Four genes by one word say less than four by a word each; the p-value is the same."""
    rest = [pathway(n, {10 * n + i for i in range(5)}) for n in range(2, 30)]
    pathways = [pathway(1, {1, 2, 3, 4, 5}), *rest]
    family = [GeneMention(str(g), "9606", "FAM", "famplex_relations") for g in (1, 2, 3, 4)]
    one, four = chunk_of(family, pathways), chunk_of(hits({1, 2, 3, 4}), pathways)
    assert one.shared[0] == four.shared[0] == 4
    assert one.scores()[0] < four.scores()[0] / 2


def test_families_that_a_pathway_writes_out_do_not_make_it_larger() -> None:
    """A family of eight in a pathway counts as the one gene that the figure draws it as."""
    family = [GeneMention(str(g), "9606", "FAM", "famplex_relations") for g in range(1, 9)]
    rest = [pathway(n, {10 * n + i for i in range(5)}) for n in range(3, 30)]
    pathways = [pathway(1, {*range(1, 9), 9}), pathway(2, {1, 9}), *rest]
    chunk = chunk_of([*family, *hits({9})], pathways)
    assert ranks(chunk) == [1, 2]
    memberships = 9 + 2 + 27 * 5
    nine = np.log1p((1 / 2) / (2 / memberships))
    first = np.log1p(0.75 * (8 / 2) / (9 / memberships)) + nine
    second = np.log1p(0.75 * (1 / 2) / (9 / memberships)) + nine
    assert chunk.scores() == pytest.approx([first, second], abs=1e-8)


def test_order_of_words_changes_nothing() -> None:
    """Sums of the same numbers in another order must not break a tie."""
    rng = np.random.default_rng(1)
    sets = [pathway(n, {int(g) for g in rng.integers(1, 60, 12)}) for n in range(1, 40)]
    genes = sorted({int(g) for g in rng.integers(1, 60, 25)})
    forward = chunk_of(hits(set(genes)), sets).scores()
    backward = chunk_of(hits(set(genes))[::-1], sets).scores()
    assert forward.tolist() == backward.tolist()


def test_an_organism_whose_pathways_have_no_genes_is_no_division_by_zero() -> None:
    figure = [*hits({1, 2}), *hits({7}, "10090")]
    with np.errstate(all="raise"):
        chunk = chunk_of(figure, [pathway(1, {1, 2}), pathway(2, set(), "10090")])
        assert len(chunk.scores()) == 1


def test_only_the_best_are_chosen() -> None:
    background = [pathway(100 + n, {1000 + 10 * n + i for i in range(9)}) for n in range(40)]
    sets = [pathway(n, {1, 2, 3, 4, *range(100 * n, 100 * n + n)}) for n in range(1, 8)]
    pathways = [*sets, *background]
    genes = PathwayGenes(pathways)
    drawn = FigureGenes(genes)
    drawn.add(words(hits({1, 2, 3, 4})))
    drawn.add(words(hits({1, 2})))
    significance = Significance(genes, drawn.chunks())
    (chunk,) = drawn.chunks()
    texts = TitleIndex(pathways).matches([FigureFacts("first"), FigureFacts("second")])
    measures = Measures(chunk, significance, [entity(p) for p in pathways], texts)
    enough = measures.significant(LinkOptions(min_shared=3, alpha=0.05))
    assert chunk.rows[enough].tolist() == [0] * 7
    assert chunk.columns[enough].tolist() == [*range(7)]
    chosen = measures.linked(enough, 3)
    assert chunk.rows[chosen].tolist() == [0, 0, 0]
    assert [pathways[c].wpid for c in chunk.columns[chosen]] == ["WP1", "WP2", "WP3"]
    for options in (
        LinkOptions(alpha=1e-300),
        LinkOptions(min_shared=5, alpha=1.0),
        LinkOptions(min_words=5, alpha=1.0),
    ):
        assert measures.significant(options).size == 0
    assert measures.linked(enough[:0], 3).size == 0


@pytest.mark.parametrize("figures", [[], [set()], [{999}]])
def test_nothing_shared_is_no_error(figures: list[set[int]]) -> None:
    pathways = [pathway(1, {1, 2}), pathway(2, set())]
    assert overlaps([{"9606": genes} for genes in figures], pathways) == {}
    assert overlaps([{"9606": genes} for genes in figures], []) == {}


class TestWords:
    def test_a_gene_belongs_to_the_narrowest_word(self) -> None:
        found = words(
            [GeneMention(g, "9606", "AKT", "f") for g in ("1", "2", "3")]
            + [GeneMention("1", "9606", "AKT1", "s")]
        )
        assert found == [("9606", ("1",)), ("9606", ("2", "3"))]

    def test_organisms_are_kept_apart(self) -> None:
        assert words([GeneMention("1", "9606", "A", "s"), GeneMention("9", "10090", "A", "s")]) == [
            ("10090", ("9",)),
            ("9606", ("1",)),
        ]

    def test_a_strain_is_of_its_species(self) -> None:
        assert words([GeneMention("1", "559292", "A", "s")]) == [("4932", ("1",))]

    @pytest.mark.parametrize(
        ("level", "genes"), [("symbol", "13"), ("unambiguous", "23"), ("any", "1234")]
    )
    def test_words_of_a_level(self, level: str, genes: str) -> None:
        drawn = [
            GeneMention("1", "9606", "A", "ncbigene_symbol", 1),
            GeneMention("2", "9606", "B", "ncbigene_synonym", 2),
            GeneMention("3", "9606", "C", "ncbigene_symbol", 3),
            GeneMention("4", "9606", "D", "famplex_relations"),
        ]
        assert words(drawn, level) == [("9606", (gene,)) for gene in genes]

    def test_a_gene_is_of_the_narrowest_word_of_its_level(self) -> None:
        drawn = [GeneMention(g, "9606", "AKT", "f", 2 * (g != "2")) for g in ("1", "2", "3")]
        drawn += [GeneMention("1", "9606", "AKT1", "s", 1)]
        assert words(drawn, "unambiguous") == [("9606", ("1", "3"))]

    def test_an_unknown_level_is_an_error_that_names_the_levels(self) -> None:
        with pytest.raises(QueryError, match="Levels are symbol, unambiguous, any"):
            words([], "direct")
