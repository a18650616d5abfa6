"""Places of the right pathway by each score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bench.link_trial.scores import Score
from bench.link_trial.worlds import Known, World, drawn
from pfocr_kg.link import places as package_places
from pfocr_kg.link.overlap import FigureGenes
from pfocr_kg.link.words import GeneMention, words

CHOSEN = "the package's score"
Places = dict[str, list[float]]
"""Score -> place of the right pathway for each figure; a half more where the place is shared."""


def trial(world: World, figures: Iterable[Known], scores: Mapping[str, Score]) -> Places:
    """Places by all scores; figures that share no gene with their pathway are left out."""
    places: Places = {name: [] for name in (*scores, CHOSEN)}
    for known in figures:
        d = drawn(world, known.hits)
        if d is None or not (right := d.columns == world.column[known.wpid]).any():
            continue
        for name, function in scores.items():
            places[name].append(_place(np.round(function(world, d), 9), right))
        places[CHOSEN].append(package_place(world, known.hits, world.column[known.wpid]))
    return places


def _place(values: np.ndarray, right: np.ndarray) -> float:
    mine = values[right][0]
    return 1.0 + (values > mine).sum() + 0.5 * ((values == mine).sum() > 1)


def package_place(world: World, hits: Sequence[GeneMention], right: int) -> float:
    """Place of the right pathway by the package's own score; infinite where it shares no gene."""
    figure = FigureGenes(world.genes)
    figure.add(words(hits))
    (chunk,) = figure.chunks()
    places = package_places.Places(
        chunk.rows, chunk.scores(), world.genes.gene_set[chunk.columns]
    ).ranks()
    mine = places[chunk.columns == right]
    return float(mine[0] + 0.5 * ((places == mine[0]).sum() > 1)) if len(mine) else float("inf")


def first(places: Sequence[float]) -> float:
    """Share of figures whose pathway is first, and alone there."""
    return float(np.mean(np.array(places) == 1.0))


def reciprocal(places: Sequence[float]) -> float:
    """Mean reciprocal rank; tied pathways share the best of their places."""
    return float(np.mean(1 / np.floor(places)))
