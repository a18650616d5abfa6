"""What the library says of texts, queries, lists and choices that it cannot use.

`messages.tsv` has calls on the linked sample, and what they raise: whole texts with their hints,
which were checked by reading.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

import pfocr_kg
from pfocr_kg.query import bundled, examples
from places import ROOT

KNOWN = {"bundled": bundled, "examples": examples, "io": io, "Path": Path}
with (ROOT / "tests" / "messages.tsv").open(encoding="utf-8", newline="") as lines:
    CASES = [*csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.fixture(scope="module")
def graph(linked_sample: Path) -> Iterator[pfocr_kg.Graph]:
    with pfocr_kg.open(linked_sample) as opened:
        yield opened


@pytest.mark.parametrize("case", CASES, ids=[case["call"] for case in CASES])
def test_message(case: dict[str, str], graph: pfocr_kg.Graph) -> None:
    with pytest.raises(pfocr_kg.PfocrError) as error:
        eval(case["call"], {**KNOWN, "graph": graph})
    assert str(error.value) == case["message"]
