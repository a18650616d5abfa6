"""Draws docs/pictures/gene-network.svg: genes that figures of the sample draw together.

    python tools/draw_network.py [--check]

It is what these commands draw; docs/guides/networks.md shows them:

    pfocr-kg build tests/data/sample
    pfocr-kg network genes --organism human --level symbol --plot docs/pictures/gene-network.svg

With `--check` nothing is written; exit code 1 says that the picture shows other texts. Lines
are not compared: other versions of matplotlib write them otherwise.
"""

from __future__ import annotations

import io
import re
import sys
import tempfile
from pathlib import Path

import pfocr_kg
from pfocr_kg.network import plot

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "pictures" / "gene-network.svg"


def drawn() -> bytes:
    """The picture."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        pfocr_kg.build(ROOT / "tests" / "data" / "sample", store)
        with pfocr_kg.open(store) as graph:
            network = graph.network("genes", organism="human", level="symbol")
    plot.draw(network, out, "svg")
    return out.getvalue()


def texts(svg: bytes) -> list[tuple[str, str]]:
    """The texts of a picture, which matplotlib writes into comments, and the nodes with labels."""
    return re.findall(r"<!-- (.*?) -->|id=\"(label-.*?)\"", svg.decode())


def main() -> None:
    """Draw, or compare."""
    new = drawn()
    if "--check" in sys.argv[1:]:
        sys.exit(texts(new) != texts(PICTURE.read_bytes()))
    PICTURE.write_bytes(new)


if __name__ == "__main__":
    main()
