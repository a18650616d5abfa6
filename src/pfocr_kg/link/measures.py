"""How much some figures and all pathways have in common, in numbers: what links state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pfocr_kg.link import places
from pfocr_kg.link.overlap import OverlapChunk
from pfocr_kg.link.pathway_genes import Floats, Ints, to_ints
from pfocr_kg.link.places import DIGITS, Places
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.significance import Significance, word_p_values
from pfocr_kg.link.titles import TextMatches
from pfocr_kg.model import Entity, Overlap

_OF_BEST: Final = 0.5
"""The share of a figure's best score that its other links have at least."""


@dataclass(frozen=True, eq=False)
class Measures:
    """Scores, places and p-values of all pairs of a chunk.

    `entities` are the pathways; `texts` says which titles of them the texts of the figures have.
    """

    chunk: OverlapChunk
    significance: Significance
    entities: Sequence[Entity]
    texts: TextMatches

    @cached_property
    def scores(self) -> Floats:
        """The score of each pair: by genes, and by texts."""
        scores = self.chunk.scores()
        shares = self.text_pairs >= 0
        scores[self.text_pairs[shares]] += self.texts.scores[shares]
        return np.asarray(np.round(scores, DIGITS), dtype=np.float64)

    @cached_property
    def text_pairs(self) -> Ints:
        """The positions of the pairs of `texts`; -1 if they share no gene."""
        return self.chunk.find(self.texts.rows, self.texts.columns)

    def linked_by_text(self, options: LinkOptions) -> npt.NDArray[np.bool_]:
        """Which matches of `texts` make a link.

        The text is the figure's own, and the two share a gene, or the figure has too few genes of
        the organism for a link by genes.
        """
        organisms = self.chunk.pathways.organism_of[self.texts.columns]
        few = self.chunk.drawn[self.texts.rows, organisms] < options.min_shared
        return self.texts.own & ((self.text_pairs >= 0) | few)

    @cached_property
    def _sets(self) -> Ints:
        return self.chunk.pathways.gene_set[self.chunk.columns]

    @cached_property
    def _in_organism(self) -> Places:
        chunk = self.chunk
        groups = chunk.rows * len(chunk.pathways.organisms) + chunk.organisms
        return Places(groups, self.scores, self._sets)

    @cached_property
    def _ranks_in_organism(self) -> Ints:
        return self._in_organism.ranks()

    def significant(self, options: LinkOptions) -> Ints:
        """The pairs that share enough genes, or symbols, with a p-value that is low enough."""
        chunk = self.chunk
        shared, words = chunk.shared >= options.min_shared, chunk.shared_words >= options.min_words
        enough = np.flatnonzero(shared & words)
        return enough[self.significance.p_values_of(chunk, enough)[1] < options.alpha]

    def linked(self, significant: Ints, count: int) -> Ints:
        """The pairs that genes or symbols link, of those that are significant.

        By genes, these are the `count` best pathways of a figure with at least half of its best
        score. By symbols, they are the best pathways of each organism with at least half of the
        best score of all.
        """
        rows, scores = self.chunk.rows, self.scores
        best = np.full(len(self.chunk), -np.inf)
        by_symbol = self.chunk.by_symbol
        np.maximum.at(best, rows[~by_symbol], scores[~by_symbol])
        own = significant[~by_symbol[significant]]
        own = own[scores[own] >= _bar(best)[rows[own]]]
        own = own[places.best(rows[own], scores[own], self.chunk.columns[own], count)]
        np.maximum.at(best, rows[by_symbol], scores[by_symbol])
        others = significant[by_symbol[significant]]
        first = self._ranks_in_organism[others] == 1
        others = others[first & (scores[others] >= _bar(best)[rows[others]])]
        return np.sort(np.concatenate((own, others)))

    def overlaps(self, pairs: Ints) -> Iterator[Overlap]:
        """What pairs have in common, in their order; they are ordered by figure."""
        chunk = self.chunk
        by_symbol = chunk.by_symbol[pairs].tolist()
        ranks = self._ranks[pairs].tolist()
        columns: tuple[Iterable[Any], ...] = (
            self._shared(pairs),
            chunk.shared_words[pairs].tolist(),
            chunk.jaccard(pairs).tolist(),
            *(p.tolist() for p in self.significance.p_values_of(chunk, pairs)),
            word_p_values(chunk, pairs).tolist(),
            self.scores[pairs].tolist(),
            [None if symbol else rank for rank, symbol in zip(ranks, by_symbol, strict=True)],
            self._ranks_in_organism[pairs].tolist(),
            self._in_organism.margins()[pairs].tolist(),
            self._wider(pairs),
            by_symbol,
        )
        return map(Overlap._make, zip(*columns, strict=True))

    @property
    def _ranks(self) -> Ints:
        """Ranks among the pathways of the figure's own organisms; others have no rank."""
        groups = 2 * self.chunk.rows + self.chunk.by_symbol
        return Places(groups, self.scores, self._sets).ranks()

    def _shared(self, pairs: Ints) -> Iterator[tuple[Entity, ...]]:
        """The shared genes of pairs."""
        last, genes = -1, frozenset[int]()
        rows, columns = self.chunk.rows[pairs].tolist(), self.chunk.columns[pairs].tolist()
        for row, column in zip(rows, columns, strict=True):
            if row != last:
                last, genes = row, frozenset(self.chunk.genes_of(row).tolist())
            yield self.chunk.pathways.shared(column, genes)

    def _wider(self, pairs: Ints) -> list[tuple[Entity, ...]]:
        """For each pair, the wider pathways that share no other gene with the figure."""
        chunk, none = self.chunk, to_ints([])
        of_pair = [chunk.pathways.wider.get(c, none) for c in chunk.columns[pairs].tolist()]
        counts = to_ints([len(columns) for columns in of_pair])
        narrow = np.repeat(pairs, counts)
        columns = np.concatenate([none, *of_pair])
        same = chunk.shared[chunk.find(chunk.rows[narrow], columns)] == chunk.shared[narrow]
        found: list[list[Entity]] = [[] for _ in pairs]
        at = np.repeat(np.arange(len(pairs)), counts)[same]
        for place, column in zip(at.tolist(), columns[same].tolist(), strict=True):
            found[place].append(self.entities[column])
        return list(map(tuple, found))


def _bar(best: Floats) -> Floats:
    """The least score that is good enough beside the best; also for scores below 0."""
    return best - (1 - _OF_BEST) * np.abs(best)
