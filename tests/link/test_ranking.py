"""The score puts the right pathway first more often than the p-value does: bench's trial, short."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from pfocr_kg.link import wikipathways

BENCH = Path(__file__).resolve().parents[2] / "bench" / "link_trial.py"


@pytest.fixture(scope="module")
def trial() -> ModuleType:
    spec = importlib.util.spec_from_file_location("link_trial", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["link_trial"] = module
    spec.loader.exec_module(module)
    return module


def test_figures_of_pathways_that_curators_drew_from_figures(
    pfocr_data: Path, trial: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    pathways = [
        p
        for p in wikipathways.read_all([pfocr_data / "wikipathways-database"])
        if p.organism is not None and p.organism.identifier == "NCBITaxon:9606"
    ]
    tables = trial.gene_tables([pfocr_data / "pfocr-covid", pfocr_data / "pfocr-verbatim"])
    names = ("textbook p-value", "likelihood less 1.0 ln(1 + lacking)")
    scores = {name: trial.SCORES[name] for name in names}
    monkeypatch.setattr(trial, "SCORES", scores)
    world = trial.World(pathways)
    named = [p for p in pathways if p.figids]
    assert len(named) == 11
    figures = trial.Maker(tables).figures(named, 12, 99, trial.Spoiling())
    first = {name: alone for name, (alone, _) in trial.trial(world, figures).items()}
    assert first[trial.CHOSEN] == first[names[1]]
    assert first[trial.CHOSEN] >= 0.95
    assert first[names[0]] < first[trial.CHOSEN]
