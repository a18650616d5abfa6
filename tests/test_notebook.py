"""The notebook in docs/ runs, and shows what it says."""

from __future__ import annotations

import subprocess
import sys

import nbformat
import pytest

from places import ROOT

NOTEBOOK = ROOT / "docs" / "notebooks" / "pfocr-kg.ipynb"


@pytest.mark.slow
def test_notebook_runs_and_prints_what_is_stored() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "run_notebook.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run tools/run_notebook.py\n{done.stdout}{done.stderr[-3000:]}"


def test_notebook_is_whole_and_small() -> None:
    assert NOTEBOOK.stat().st_size < 100_000
    cells = nbformat.read(NOTEBOOK, as_version=4).cells
    run = [
        cell
        for cell in cells
        if cell.cell_type == "code" and "skip-execution" not in cell.metadata.get("tags", ())
    ]
    assert all(cell.outputs for cell in run)
    assert not [o for cell in run for o in cell.outputs if o.output_type == "error"]
    shown = [kind for cell in run for o in cell.outputs for kind in o.get("data", ())]
    assert shown.count("image/png") == 1
