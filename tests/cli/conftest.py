"""Good neighbours of bad input, and a store that bad input must leave alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import pfocr_kg
from bad_input import Kept, lay_neighbours, triples


@pytest.fixture(scope="session")
def neighbours(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_neighbours(tmp_path_factory.mktemp("neighbours"), sample)


@pytest.fixture(scope="session")
def expected(neighbours: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    store = tmp_path_factory.mktemp("expected") / "store"
    report = pfocr_kg.build(neighbours, store)
    assert (report.figures, report.quarantined) == (2, [])
    return triples(store)


@pytest.fixture
def kept(built_sample: Path, tmp_path: Path) -> Kept:
    path = tmp_path / "kept"
    shutil.copytree(built_sample, path)
    return Kept(path, triples(path), {str(p.relative_to(path)) for p in path.rglob("*")})
