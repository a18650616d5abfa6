"""Places of the right pathway by each score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bench.link_trial.scores import Score
from bench.link_trial.worlds import Known, World, drawn
from pfocr_kg.link.overlap import FigureGenes
from pfocr_kg.link.words import words

CHOSEN = "the package's score"
Places = dict[str, list[float]]
"""Score -> place of the best right pathway of each figure; a half more if a wrong one has it."""


def trial(world: World, figures: Iterable[Known], scores: Mapping[str, Score]) -> Places:
    """Places by all scores; figures that share no gene with a right pathway are left out."""
    places: Places = {name: [] for name in (*scores, CHOSEN)}
    for known in figures:
        d = drawn(world, known.hits)
        if d is None or not (right := world.is_right(known, d.columns)).any():
            continue
        for name, function in scores.items():
            places[name].append(_place(np.round(function(world, d), 9), right))
        places[CHOSEN].append(package_place(world, known))
    return places


def _place(values: np.ndarray, right: np.ndarray) -> float:
    best, wrong = values[right].max(), values[~right]
    return float(1.0 + (wrong > best).sum() + 0.5 * (wrong == best).any())


def package_place(world: World, known: Known) -> float:
    """Place by the package's own score of the best right pathway, which shares a gene."""
    figure = FigureGenes(world.genes)
    figure.add(words(known.hits))
    (chunk,) = figure.chunks()
    return _place(chunk.scores(), world.is_right(known, chunk.columns))


def first(places: Sequence[float]) -> float:
    """Share of figures whose pathway is first, and alone there."""
    return float(np.mean(np.array(places) == 1.0))


def reciprocal(places: Sequence[float]) -> float:
    """Mean reciprocal rank; tied pathways share the best of their places."""
    return float(np.mean(1 / np.floor(places)))
