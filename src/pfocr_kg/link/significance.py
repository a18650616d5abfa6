"""P-values of gene overlaps, adjusted for the number of tests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy import stats

from pfocr_kg.link.overlap import Floats, Ints, OverlapChunk, PathwayGenes, to_ints


class Significance:
    """P-values of all pairs of figures and pathways, plain and adjusted.

    The universe of an organism is the set of genes in its pathways. A pair is tested if the figure
    has a gene in the universe and the pathway has a gene, both of one organism; a pair that shares
    no gene has p = 1 and counts as a test. `tested` is the number of tests. The
    adjustment is that of Benjamini and Hochberg over the tests of all organisms.
    """

    def __init__(self, pathways: PathwayGenes, chunks: Iterable[OverlapChunk]) -> None:
        self._pathways = pathways
        self._base = int(pathways.sizes.max(initial=0)) + 1
        self.tested = 0
        codes, counts = to_ints([]), to_ints([])
        for chunk in chunks:
            self.tested += int(((chunk.drawn > 0).sum(axis=0) * pathways.tested).sum())
            chunk_codes, chunk_counts = np.unique(self._codes(chunk), return_counts=True)
            codes, place = np.unique(np.concatenate((codes, chunk_codes)), return_inverse=True)
            counts = to_ints(np.bincount(place, np.concatenate((counts, chunk_counts))))
        self._known_codes = codes
        self._p = p_values(*self._decode(codes))
        self._adjusted = adjust(self._p, counts, self.tested)

    def p_values_of(self, chunk: OverlapChunk, pairs: Ints) -> tuple[Floats, Floats]:
        """(p-values, adjusted p-values) of pairs of a chunk, given by their positions."""
        known = np.searchsorted(self._known_codes, self._codes(chunk, pairs))
        return self._p[known], self._adjusted[known]

    def _codes(self, chunk: OverlapChunk, pairs: Ints | slice = slice(None)) -> Ints:
        """One number per pair, which encodes all that its p-value depends on."""
        columns = chunk.columns[pairs]
        organism, size = self._pathways.organism_of[columns], self._pathways.sizes[columns]
        drawn = chunk.drawn[chunk.rows[pairs], organism]
        code = (drawn * len(self._pathways.organisms) + organism) * self._base + size
        return to_ints(code * self._base + chunk.shared[pairs])

    def _decode(self, codes: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        """(shared, universe, size, drawn) of codes."""
        rest, shared = np.divmod(codes, self._base)
        rest, size = np.divmod(rest, self._base)
        drawn, organism = np.divmod(rest, max(len(self._pathways.organisms), 1))
        return shared, self._pathways.universe[organism], size, drawn


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
