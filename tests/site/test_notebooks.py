"""The site shows each notebook with the pictures that are stored in it, and a card for it."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest

from places import ROOT

pytestmark = pytest.mark.slow
PAGES = ROOT / "build" / "site" / "docs" / "notebooks"
NOTEBOOKS = sorted((ROOT / "docs" / "notebooks").glob("*.ipynb"))


def stored(notebook: Path) -> list[tuple[str, bytes]]:
    """The text and the bytes of each picture."""
    found = []
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if drawing := data.get("image/svg+xml"):
                picture = "".join(drawing).encode()
            elif "image/png" in data:
                picture = base64.b64decode("".join(data["image/png"]))
            else:
                continue
            found.append((cell["metadata"]["mystnb"]["image"]["alt"], picture))
    return found


def shown(page: str) -> dict[str, bytes]:
    """The pictures of a page by their texts."""
    html = (PAGES / page).read_text(encoding="utf-8")
    tags = re.findall(r'<img alt="([^"]+)"[^>]* src="([^"]+)"', html)
    return {unescape(text): (PAGES / source).read_bytes() for text, source in tags}


@pytest.fixture(scope="module", autouse=True)
def _site(missing: Callable[[str], None]) -> None:
    if not PAGES.is_dir():
        missing("the site is not built: make site")


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_page_shows_the_pictures_of_its_notebook(notebook: Path) -> None:
    assert shown(notebook.stem + ".html") == dict(stored(notebook))


def test_the_gallery_shows_the_last_picture_of_each() -> None:
    last = {stored(notebook)[-1][1] for notebook in NOTEBOOKS}
    assert {*shown("index.html").values()} == last
