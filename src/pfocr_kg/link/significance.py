"""P-values of gene overlaps, adjusted for the number of tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import stats

from pfocr_kg.link.overlap import OverlapChunk
from pfocr_kg.link.pathway_genes import Floats, Ints, PathwayGenes, to_ints


class Significance:
    """P-values of all pairs of figures and pathways, plain and adjusted.

    The universe of an organism is the set of genes in its pathways. A pair is tested if the figure
    has a gene in the universe and the pathway has a gene, both of one organism; a pair that shares
    no gene has p = 1 and counts as a test. The adjustment is that of Benjamini and Hochberg over
    the tests of all organisms; pairs that share symbols are adjusted among themselves. `tested`
    is the number of tests of genes, and that of symbols.
    """

    def __init__(self, pathways: PathwayGenes, chunks: Iterable[OverlapChunk]) -> None:
        self._pathways = pathways
        self._base = int(pathways.sizes.max(initial=0)) + 1
        tested = to_ints([0, 0])
        codes, counts = to_ints([]), to_ints([])
        for chunk in chunks:
            tested += chunk.tested
            chunk_codes, chunk_counts = np.unique(self._codes(chunk), return_counts=True)
            codes, place = np.unique(np.concatenate((codes, chunk_codes)), return_inverse=True)
            counts = to_ints(np.bincount(place, np.concatenate((counts, chunk_counts))))
        self.tested: tuple[int, int] = tuple(tested.tolist())
        self._known_codes = codes
        self._p = p_values(*self._decode(codes))
        self._adjusted = np.empty(len(codes))
        for by_symbol, tests in enumerate(self.tested):
            of = codes % 2 == by_symbol
            self._adjusted[of] = adjust(self._p[of], counts[of], tests)

    def p_values_of(self, chunk: OverlapChunk, pairs: Ints) -> tuple[Floats, Floats]:
        """(p-values, adjusted p-values) of pairs of a chunk, given by their positions."""
        known = np.searchsorted(self._known_codes, self._codes(chunk, pairs))
        return self._p[known], self._adjusted[known]

    def _codes(self, chunk: OverlapChunk, pairs: Ints | slice = slice(None)) -> Ints:
        """One number per pair, which encodes all that its p-value depends on."""
        organism = chunk.organisms[pairs]
        drawn = chunk.drawn[chunk.rows[pairs], organism]
        code = drawn * len(self._pathways.organisms) + organism
        code = code * self._base + self._pathways.sizes[chunk.columns[pairs]]
        return to_ints((code * self._base + chunk.shared[pairs]) * 2 + chunk.by_symbol[pairs])

    def _decode(self, codes: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """(shared, universe, size, drawn) of codes."""
        rest, shared = np.divmod(codes // 2, self._base)
        rest, size = np.divmod(rest, self._base)
        drawn, organism = np.divmod(rest, max(len(self._pathways.organisms), 1))
        return shared, self._pathways.universe[organism], size, drawn


def word_p_values(chunk: OverlapChunk, pairs: Ints) -> Floats:
    """P-values of pairs where each word is one draw.

    The genes that one word gave are one gene, of the universe and of the pathway.
    """
    rows, organisms = chunk.rows[pairs], chunk.organisms[pairs]
    words = chunk.drawn_words[rows, organisms]
    universe = chunk.pathways.universe[organisms] - chunk.drawn[rows, organisms] + words
    numbers = (chunk.shared_words[pairs], universe, chunk.sizes_in_words[pairs], words)
    distinct, at = np.unique(np.stack(numbers), axis=1, return_inverse=True)
    return p_values(*distinct)[at.reshape(-1)]


def p_values(shared: Any, universe: Any, size: Any, drawn: Any) -> Floats:
    """Probability of sharing at least `shared` genes: the upper tail of the hypergeometric.

    `drawn` genes are taken at random from the `universe`, of which `size` are the pathway's.
    All may be arrays. A tail that is too small for a double is 0.
    """
    shared, universe, size, drawn = np.broadcast_arrays(shared, universe, size, drawn)
    p = np.array(stats.hypergeom.sf(shared - 1, universe, size, drawn), dtype=np.float64)
    # `sf` returns 0 for some tails that a double can hold; the logarithm is exact there.
    lost = (p == 0.0) & (shared <= np.minimum(size, drawn))
    if lost.any():
        p[lost] = np.exp(
            stats.hypergeom.logsf(*(a[lost] for a in (shared - 1, universe, size, drawn)))
        )
    return np.clip(p, 0.0, 1.0)


def adjust(p: Floats, counts: Ints, tested: int) -> Floats:
    """Benjamini and Hochberg's adjustment of p-values that occur `counts` times each.

    `tested` is the number of tests; those that are not in `counts` have p = 1. The result is
    that of scipy.stats.false_discovery_control for all p-values written out.
    """
    order = np.argsort(p, kind="stable")
    # Equal p-values have the position of the last of them.
    positions = np.cumsum(counts[order])
    steps = p[order] * (tested / np.maximum(positions, 1))
    result = np.empty(len(p))
    result[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return result
