"""Runs docs/notebooks/pfocr-kg.ipynb, and stores what its cells print and show.

With --check it only says whether they still print what is stored, and exits with 1 if not.
Pictures are not compared: fonts differ from machine to machine.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).resolve().parents[1] / "docs" / "notebooks" / "pfocr-kg.ipynb"


def run(notebook: Any) -> Any:
    """The notebook with new outputs; cells tagged skip-execution are left out."""
    done = copy.deepcopy(notebook)
    place = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(done, timeout=300, kernel_name="python3", resources=place).execute()
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


def main() -> int:
    """Run it; returns the exit code."""
    stored = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(stored)
    done = run(stored)
    if "--check" not in sys.argv[1:]:
        nbformat.write(done, NOTEBOOK)
        return 0
    differ = [
        f"cell {number}\n--- stored\n{old}\n--- now\n{new}"
        for number, (old, new) in enumerate(zip(texts(stored), texts(done), strict=True))
        if old != new
    ]
    print("\n".join(differ))
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
