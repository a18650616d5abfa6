"""Stores to replace, and what they hold."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import pfocr_kg
from store_folder import ONE, triples


@pytest.fixture
def one(sample: Path) -> Path:
    return sample / "_figures" / f"{ONE}.md"


@pytest.fixture
def store(built_sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample's store."""
    return Path(shutil.copytree(built_sample, tmp_path / "store"))


@pytest.fixture(scope="session")
def of_sample(built_sample: Path) -> list[bytes]:
    return triples(built_sample)


@pytest.fixture(scope="session")
def of_one(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    made = tmp_path_factory.mktemp("one") / "store"
    pfocr_kg.build(sample / "_figures" / f"{ONE}.md", made)
    return triples(made)
