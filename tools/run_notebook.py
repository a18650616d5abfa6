"""Runs the notebooks of docs/notebooks, and stores what their cells print and show.

    python tools/run_notebook.py [--check] [NOTEBOOK...]

With `--check` it only says whether they still print what is stored, and exits with 1 if not.
Pictures are not compared: fonts differ from machine to machine.
"""

from __future__ import annotations

import copy
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "notebooks"


def run(notebook: Any) -> Any:
    """The notebook with new outputs; cells tagged skip-execution are left out."""
    done = copy.deepcopy(notebook)
    place = {"metadata": {"path": str(FOLDER)}}
    options = {"timeout": 300, "kernel_name": "python3", "coalesce_streams": True}
    NotebookClient(done, **options, resources=place).execute()
    for cell in done.cells:
        # When and in what order cells ran would be new each time.
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.execution_count = None
            for output in cell.outputs:
                output.pop("execution_count", None)
                if output.output_type == "execute_result":
                    output.execution_count = None
    done.metadata = notebook.metadata
    return done


def texts(notebook: Any) -> list[str]:
    """What the cells print, cell by cell."""
    return [
        "".join(
            output.get("text", "") or output.get("data", {}).get("text/plain", "")
            for output in cell.get("outputs", ())
        )
        for cell in notebook.cells
    ]


def differences(path: Path, *, store: bool) -> list[str]:
    """Run a notebook; returns where it prints other texts than stored, after storing these."""
    stored = nbformat.read(path, as_version=4)
    nbformat.validate(stored)
    done = run(stored)
    if store:
        nbformat.write(done, path)
    return [
        f"{path.name}, cell {number}\n--- stored\n{old}\n--- now\n{new}"
        for number, (old, new) in enumerate(zip(texts(stored), texts(done), strict=True))
        if old != new
    ]


def main() -> int:
    """Run them; returns the exit code."""
    check = "--check" in sys.argv[1:]
    named = [Path(name) for name in sys.argv[1:] if not name.startswith("-")]
    with ThreadPoolExecutor() as pool:
        work = [
            pool.submit(differences, path, store=not check)
            for path in named or sorted(FOLDER.glob("*.ipynb"))
        ]
        differ = [text for part in work for text in part.result()]
    if not check:
        return 0
    print("\n".join(differ))
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
