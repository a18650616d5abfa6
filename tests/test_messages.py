"""What the library says of texts, queries, lists and choices that it cannot use.

`messages.tsv` has calls on the linked sample, and what they raise or give: whole texts with their
hints, which were checked by reading.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

import pfocr_kg
from pfocr_kg.link.enrichment import Enrichment
from pfocr_kg.query import bundled, examples
from places import ROOT


def notes(call: Callable[..., object], *given: object, **named: object) -> list[str]:
    """What the user is told of names, and the error if there is one."""
    told: list[str] = []
    try:
        call(*given, on_note=told.append, **named)
    except pfocr_kg.PfocrError as error:
        told.append(str(error))
    return told


def summary(found: Enrichment) -> list[str]:
    """What became of a list of genes, and the first rows without the p-values."""
    rows = (f"{r.term} {r.shared} {r.size} {r.by_symbol} {' '.join(r.genes)}" for r in found.rows)
    return [json.dumps(found.summary(), ensure_ascii=False), *islice(rows, 3)]


KNOWN = {
    "bundled": bundled,
    "examples": examples,
    "io": io,
    "notes": notes,
    "Path": Path,
    "summary": summary,
}
with (ROOT / "tests" / "messages.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = [*csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.fixture(scope="module")
def graph(linked_sample: Path) -> Iterator[pfocr_kg.Graph]:
    with pfocr_kg.open(linked_sample) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=[case["call"] for case in CASES])
def test_message(case: dict[str, str], graph: pfocr_kg.Graph) -> None:
    try:
        said = " | ".join(eval(case["call"], {**KNOWN, "graph": graph}))
    except pfocr_kg.PfocrError as error:
        said = str(error)
    assert said == case["message"]
