"""Places of pathways by score: ranks, margins, and the best pathways of each figure.

Pairs of a figure and a pathway are grouped, by figure or by figure and organism; `groups` names
the group of each pair by a number. Pathways with the very same genes and score have one place;
`sets` names the genes of each pair's pathway by a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pfocr_kg.link.pathway_genes import Floats, Ints

DIGITS = 9
"""Decimals of a score; smaller differences come from rounding."""


@dataclass(frozen=True, eq=False)
class Places:
    """The places of pairs in their groups."""

    groups: Ints
    scores: Floats
    sets: Ints

    @cached_property
    def _order(self) -> Ints:
        """The pairs by group, best first."""
        return np.lexsort((self.sets, -self.scores, self.groups))

    @cached_property
    def _new_group(self) -> npt.NDArray[np.bool_]:
        return changes(self.groups[self._order])

    def ranks(self) -> Ints:
        """The rank of each pair: 1 is best; equal scores share a rank, the same genes a place."""
        order = self._order
        new_rank = self._new_group | changes(self.scores[order])
        places = np.cumsum(new_rank | changes(self.sets[order]))
        of_rank = np.maximum.accumulate(np.where(new_rank, places, 0))
        of_group = np.maximum.accumulate(np.where(self._new_group, places, 0))
        return self._unordered(of_rank - of_group + 1)

    def margins(self) -> Floats:
        """The score of each pair less the best other's of the group.

        Pathways with the very same genes and score are one. The score itself if there is no other.
        """
        if not len(self.scores):
            return np.zeros(0)
        order, starts = self._order, np.flatnonzero(self._new_group)
        scores, sets = self.scores[order], self.sets[order]
        group = np.cumsum(self._new_group) - 1
        is_other = (sets != sets[starts][group]) | (scores != scores[starts][group])
        end = len(order)
        seconds = np.minimum.reduceat(np.where(is_other, np.arange(end), end), starts)
        second_best = np.append(scores, 0.0)[seconds]
        best_other = np.where(is_other, scores[starts][group], second_best[group])
        return self._unordered(np.round(scores - best_other, DIGITS))

    def _unordered(self, ordered: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Values in the order of `_order` as values in the order of the pairs."""
        values = np.empty_like(ordered)
        values[self._order] = ordered
        return values


def best(groups: Ints, scores: Floats, columns: Ints, count: int) -> Ints:
    """The positions of the `count` best of each group, ascending.

    Of equal scores, those with the lowest columns are chosen.
    """
    order = np.lexsort((columns, -scores, groups))
    at = np.arange(len(order))
    start = np.maximum.accumulate(np.where(changes(groups[order]), at, 0))
    return np.sort(order[at - start < count])


def changes(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """True for the first value, and for each value that differs from the one before."""
    found = np.ones(len(values), dtype=np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found
