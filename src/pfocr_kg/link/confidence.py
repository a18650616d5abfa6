"""How sure a link by genes is: the table `link-confidence.tsv` that `bench/` measures."""

from __future__ import annotations

import csv
import math
from bisect import bisect_right
from functools import cache

from pfocr_kg import resources


def of_margin(margin: float) -> float:
    """The share of judged links with such a margin that were right, above 0 and below 1.

    It is for links by genes, not by symbols or a text alone. How it was measured:
    docs/guides/wikipathways.md. Raises ValueError for NaN, which tables have where a link has
    no margin.
    """
    if math.isnan(margin):
        raise ValueError("NaN is no margin: a link without a margin has no confidence")
    starts, shares = _table()
    return shares[bisect_right(starts, margin) - 1]


@cache
def _table() -> tuple[list[float], list[float]]:
    """Where bins of margins begin, ascending from minus infinity, and their confidence."""
    with resources.ontology("link-confidence.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    starts = [float(row["margin_from"]) for row in rows]
    return starts, [float(row["confidence"]) for row in rows]
