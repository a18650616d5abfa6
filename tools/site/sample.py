"""The graph that the examples of the reference are from: the sample, linked to its pathways."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pfocr_kg

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"


@cache
def graph() -> pfocr_kg.Graph:
    """The graph, built once in a process; its store lies beside the site."""
    store = ROOT / "build" / "sample-store"
    pfocr_kg.build(DATA / "sample", store, wikipathways=DATA / "wikipathways")
    return pfocr_kg.open(store)
