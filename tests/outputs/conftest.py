"""Stores to write out, and what plainly reading their files says of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import pfocr_kg
from plain_reading import Facts, read_corpus

ROOT = Path(__file__).resolve().parents[2]
PATHWAYS = ROOT / "tests" / "data" / "wikipathways"


@pytest.fixture(scope="session")
def linked_store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the sample, linked to the ten pathways; for reading only."""
    store = tmp_path_factory.mktemp("linked") / "store"
    pfocr_kg.build(sample, store)
    pfocr_kg.link(store, pfocr_kg.WikiPathways([str(PATHWAYS)]))
    return store


@pytest.fixture
def linked(linked_store: Path) -> Iterator[pfocr_kg.Graph]:
    """That store, open."""
    with pfocr_kg.open(linked_store) as graph:
        yield graph


@pytest.fixture(scope="session")
def sample_facts(sample: Path, pfocr_data: Path) -> Facts:
    """What the files of the sample say, read without the package."""
    return read_corpus(sample, pfocr_data)


@pytest.fixture(scope="session")
def covid(pfocr_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the COVID collection; for reading only."""
    store = tmp_path_factory.mktemp("covid") / "store"
    pfocr_kg.build(pfocr_data / "pfocr-covid", store)
    return store


@pytest.fixture(scope="session")
def covid_facts(pfocr_data: Path) -> Facts:
    """What its files say."""
    return read_corpus(pfocr_data / "pfocr-covid", pfocr_data)
