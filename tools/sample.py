"""The sample, linked to its pathways: what examples of the reference and pictures show."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import pfocr_kg

_ROOT: Final = Path(__file__).resolve().parents[1]
_DATA: Final = _ROOT / "tests" / "data"


@cache
def store() -> Path:
    """Its store beside the site, brought up to date once in a process."""
    folder = _ROOT / "build" / "sample-store"
    pfocr_kg.build(_DATA / "sample", folder, wikipathways=_DATA / "wikipathways")
    return folder


@cache
def graph() -> pfocr_kg.Graph:
    """The graph, open."""
    return pfocr_kg.open(store())
