"""The score puts the right pathway first more often than the p-value does: bench's trial, short."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.link_trial import ranking, sets
from bench.link_trial.scores import SCORES

NAMES = ("textbook p-value", "likelihood in words less 1.0 ln(1 + lacking), families by 3/4")


@pytest.mark.slow
def test_figures_of_pathways_that_curators_drew_from_figures(pfocr_data: Path) -> None:
    made = sets.Sets(sets.read(pfocr_data), seed=99)
    assert len(made.named) == 11
    scores = {name: SCORES[name] for name in NAMES}
    places = ranking.trial(made.world(), made.makers["named"](), scores)
    first = {name: ranking.first(found) for name, found in places.items()}
    assert places[ranking.CHOSEN] == places[NAMES[1]]
    assert first[ranking.CHOSEN] >= 0.95
    assert first[NAMES[0]] < first[ranking.CHOSEN]
