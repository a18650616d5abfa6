"""Reads `judged.tsv`: which pathways are right for real figures, judged by reading."""

from __future__ import annotations

import csv
from pathlib import Path

FILE = Path(__file__).with_name("judged.tsv")


def right() -> dict[str, frozenset[str]]:
    """Figid -> WP numbers of the right pathways, which can be none; how: `__init__.py`."""
    return _read("right")


def plausible() -> dict[str, frozenset[str]]:
    """Figid -> WP numbers of the right and plausible pathways."""
    return _read("right", "plausible")


def _read(*columns: str) -> dict[str, frozenset[str]]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {
            row["figid"]: frozenset(wpid for name in columns for wpid in row[name].split())
            for row in rows
        }
