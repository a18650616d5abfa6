"""Takes the pictures of pages in docs/pictures, from the sample corpus linked to ten pathways.

    python -m tools.take_pictures [FOLDER]

Needs the group `test` of pyproject.toml, and Chromium: CHROMIUM names it, by default
/usr/bin/chromium.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser, sync_playwright
from tools import sample

ROOT: Final = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Picture:
    """A picture of a page of `width` pixels, from what `first` selects to the end of `last`."""

    name: str
    page: str
    last: str
    first: str = "body"
    width: int = 1120
    theme: str = "light"


PICTURES: Final = (
    Picture("figure", "figures/PMC1533821__1465-9921-7-97-2", "#genes"),
    Picture("genes", "figures/PMC1533821__1465-9921-7-97-2", "#genes", "#genes", 600),
    Picture("front", "", "main"),
    Picture(
        "gene-list",
        "enrich?genes=IFNB1+STAT1+TBK1+TRAF6+DDX58+TLR3+nosuchgene",
        "#pathways",
        "#names",
    ),
    Picture("missing-genes", "pathways/WP4880", "#missing_genes", "#missing_genes"),
    Picture("network", "network?gene=IRF3", ".network-box", theme="dark"),
)


def take(browser: Browser, address: str, picture: Picture, folder: Path) -> None:
    """Take one picture, with a palette of its own, which is a third of the size."""
    page = browser.new_page(
        viewport={"width": picture.width, "height": 900}, color_scheme=picture.theme
    )
    page.goto(address + picture.page, wait_until="load")
    first, last = (
        page.locator(selected).first.bounding_box() for selected in (picture.first, picture.last)
    )
    assert first, picture.first
    assert last, picture.last
    file = folder / f"page-{picture.name}.png"
    top = max(first["y"] - 8, 0)
    height = last["y"] + last["height"] + 4 - top
    clip = {"x": 0, "y": top, "width": picture.width, "height": height}
    page.screenshot(path=file, full_page=True, clip=clip)
    page.close()
    Image.open(file).quantize(128).save(file, optimize=True)


def main(folder: Path) -> None:
    """Take all of them."""
    command = [sys.executable, "-m", "pfocr_kg.cli", "serve", "--store", str(sample.store())]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        with subprocess.Popen(
            [*command, "--port", "0"], stderr=subprocess.PIPE, text=True
        ) as server:
            assert server.stderr
            address = server.stderr.readline().removeprefix("serving at ").strip()
            for picture in PICTURES:
                take(browser, address, picture, folder)
            server.terminate()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "docs" / "pictures")
