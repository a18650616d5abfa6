"""Stores to write out, and what plainly reading their files says of them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pfocr_kg
from places import ROOT
from plain_reading import Facts, read_corpus


@pytest.fixture
def linked(linked_sample: Path) -> Iterator[pfocr_kg.Graph]:
    """The store of the linked sample, open."""
    with pfocr_kg.open(linked_sample) as graph:
        yield graph


@pytest.fixture(scope="session")
def sample_facts(sample: Path, vocabularies: Path) -> Facts:
    """What the files of the sample say, read without the package."""
    return read_corpus(sample, vocabularies)


@pytest.fixture(scope="session")
def covid_facts(pfocr_data: Path) -> Facts:
    """What its files say."""
    return read_corpus(pfocr_data / "pfocr-covid", pfocr_data)


@pytest.fixture(scope="session")
def python_with(
    tmp_path_factory: pytest.TempPathFactory, missing: Callable[[str], None]
) -> Callable[[str], str]:
    """A Python that has what a file of `requirements/` locks, in an environment of its own.

    `python_with("kgx")`: what it needs excludes what the other tests need. The variable
    PFOCR_KG_KGX_PYTHON names one that is there already.
    """

    def make(group: str) -> str:
        if given := os.environ.get(f"PFOCR_KG_{group.upper()}_PYTHON"):
            return given
        folder = tmp_path_factory.mktemp(group)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        python = str(folder / "bin" / "python")
        install = [python, "-m", "pip", "install", "--quiet", "--no-build-isolation"]
        for name in ("build", group):
            locked = ["--require-hashes", "--requirement", f"{ROOT}/requirements/{name}.txt"]
            done = subprocess.run(
                install + locked, capture_output=True, text=True, timeout=1200, check=False
            )
            if done.returncode:
                missing(f"requirements/{name}.txt cannot be installed: {done.stderr[-300:]}")
        return python

    return make
