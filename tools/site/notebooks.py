"""Takes the last picture of each notebook for its card in docs/notebooks/index.md.

It becomes build/notebooks/NOTEBOOK.svg or .png.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import nbformat
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pictures before pages are read."""
    app.connect("builder-inited", _write)
    return {"parallel_read_safe": True}


def _write(app: Sphinx) -> None:
    folder = Path(app.srcdir) / "build" / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    for path in (Path(app.srcdir) / "docs" / "notebooks").glob("*.ipynb"):
        *_, (ending, picture) = pictures(path)
        target = folder / (path.stem + ending)
        if not target.exists() or target.read_bytes() != picture:
            target.write_bytes(picture)


def pictures(path: Path) -> Iterator[tuple[str, bytes]]:
    """The stored pictures of a notebook, each with the ending of its file."""
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            if "image/svg+xml" in data:
                yield ".svg", data["image/svg+xml"].encode()
            elif "image/png" in data:
                yield ".png", base64.b64decode(data["image/png"])
