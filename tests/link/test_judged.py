"""The trial's truth that is not made: figures judged by reading, and images of pathways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from bench.link_trial import images, judged, ranking, sets
from bench.link_trial.ranking import _place


def test_a_place_is_that_of_the_best_right_pathway_and_shared_with_wrong_ones_only() -> None:
    values = np.array([5.0, 7.0, 7.0, 3.0])
    assert _place(values, np.array([False, True, True, False])) == 1.0
    assert _place(values, np.array([True, True, False, False])) == 1.5
    assert _place(values, np.array([True, False, False, True])) == 3.0


def test_each_real_figure_is_judged_once_by_pathways_that_exist(pfocr_data: Path) -> None:
    pages = pfocr_data.glob("pfocr-[cv]*/_figures/*.md")
    lines = [line.split("\t") for line in judged.FILE.read_text("utf-8").splitlines()[1:]]
    figids = [figid for figid, _, _ in lines]
    assert figids == sorted({page.stem for page in pages if "old" not in page.parts[-3]})
    known = {folder.name for folder in (pfocr_data / "wikipathways-database/pathways").iterdir()}
    for _, right, plausible in lines:
        wpids = [*right.split(), *plausible.split()]
        assert len(set(wpids)) == len(wpids)
        assert set(wpids) <= known


@pytest.mark.slow
def test_most_images_have_their_own_pathway_first_and_alone(pfocr_data: Path) -> None:
    made = sets.Sets(sets.read(pfocr_data), seed=3)
    known = images.figures(pfocr_data, made.corpora.human)
    assert len(known) == 403
    places = ranking.trial(made.world(), known, {})[ranking.CHOSEN]
    assert sum(place == 1 for place in places) >= 388
