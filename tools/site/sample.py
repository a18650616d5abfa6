"""The graph that the examples of the reference are from: the sample, linked to its pathways."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pfocr_kg

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"


@cache
def graph() -> pfocr_kg.Graph:
    """The graph, built once in a process, in a temporary folder."""
    folder = Path(tempfile.mkdtemp(prefix="pfocr-kg-site-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    pfocr_kg.build(DATA / "sample", folder / "store", wikipathways=DATA / "wikipathways")
    return pfocr_kg.open(folder / "store")
