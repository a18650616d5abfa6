"""The notebooks in docs/ run, and show what they say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from places import ROOT

FOLDER = ROOT / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


@pytest.mark.slow
def test_notebooks_run_and_print_what_is_stored() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "run_notebook.py"), "--check"]
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"run tools/run_notebook.py\n{done.stdout}{done.stderr[-3000:]}"


@pytest.mark.slow
def test_the_table_of_genes_is_what_its_tool_makes(tmp_path: Path) -> None:
    made = tmp_path / "made.csv"
    tool = [sys.executable, "-m", "tools.make_gene_table", str(made)]
    subprocess.run(tool, cwd=ROOT, check=True)
    assert made.read_text() == (FOLDER / "infected-cells.csv").read_text()


def test_the_gallery_has_each_notebook_once() -> None:
    cards = (FOLDER / "index.md").read_text(encoding="utf-8")
    assert len(NOTEBOOKS) == 3
    for path in NOTEBOOKS:
        assert cards.count(f":link: {path.stem}\n") == 1
        assert cards.count(f"<{path.stem}>") == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_whole(path: Path) -> None:
    assert path.stat().st_size < 600_000
    cells = nbformat.read(path, as_version=4).cells
    assert cells[0].source.startswith("# ")
    assert any("## What next\n" in cell.source for cell in cells)
    run = [
        cell
        for cell in cells
        if cell.cell_type == "code" and "skip-execution" not in cell.metadata.get("tags", ())
    ]
    silent = [cell for cell in run if not cell.outputs]
    assert all(cell.source.endswith("graph.close()") for cell in silent)
    outputs = [output for cell in run for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [output for output in outputs if output.get("name") == "stderr"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_pictures_of_notebooks_are_told_to_who_cannot_see_them(path: Path) -> None:
    pictures = [
        cell
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", ())
        if {"image/png", "image/svg+xml"} & output.get("data", {}).keys()
    ]
    assert pictures
    assert all(len(cell.metadata.mystnb.image.alt) > 20 for cell in pictures)
