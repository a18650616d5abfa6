"""The tutorial for developers: the column that its changes add arrives in the graph."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from documents import blocks
from places import ROOT

PAGE = ROOT / "docs" / "tutorials" / "developer.md"


def _run(folder: Path, command: list[str], text: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": str(folder / "src"), "PYTEST_ADDOPTS": ""}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_the_tutorial_adds_a_column(tmp_path: Path) -> None:
    """In a copy of the checkout: its case fails before the last change, and passes after it."""
    for name in ("src", "ontologies", "queries", "tests"):
        unwanted = shutil.ignore_patterns("__pycache__", "data", "node_modules")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=unwanted)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    page = list(blocks(PAGE))
    for block in page:
        if block.marker == "save as":
            (tmp_path / block.said).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.said).write_text(block.text, encoding="utf-8")
    case = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    case += ["tests/rdf/test_cases.py", "-k", "positions"]
    with pytest.raises(AssertionError, match="1 failed"):
        _run(tmp_path, case)
    for block in page:
        if block.language == "diff":
            _run(tmp_path, ["git", "apply", "-"], block.text)
    assert "1 passed" in _run(tmp_path, case)
