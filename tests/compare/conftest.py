"""Stores that differ."""

from __future__ import annotations

from pathlib import Path

import pytest

from small_graphs import store_of


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "a.nt").write_text('<urn:a> <urn:p> "1" .\n')
    return store_of(tmp_path / "a.nt", tmp_path / "store")
