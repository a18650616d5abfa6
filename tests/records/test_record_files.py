"""When the sizes and times of a record's files say that it has not changed."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

import pfocr_kg

SECOND = 1_000_000_000
RECORD = "---\nfigid: PMC1__F1\npmcid: PMC1\nfigtitle: {}\n---\n"


def write(record: Path, title: str, changed: int) -> None:
    record.write_text(RECORD.format(title), encoding="utf-8")
    os.utime(record, ns=(changed, changed))


def titles(store: Path) -> list[str]:
    with pfocr_kg.open(store) as graph:
        text = (
            "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?title { ?f dcterms:title ?title }"
        )
        return [row.title for row in graph.query(text).records()]


@pytest.mark.parametrize(
    ("age", "found"),
    [
        pytest.param(0, "new", id="just before it was read"),
        pytest.param(-60, "new", id="by a clock that is ahead"),
        pytest.param(10, "old", id="long before it was read"),
    ],
)
def test_a_change_that_leaves_size_and_time(age: int, found: str, tmp_path: Path) -> None:
    """It is seen where the time is too new to tell: some file systems have steps of two seconds."""
    record, store = tmp_path / "corpus" / "_figures" / "a.md", tmp_path / "store"
    record.parent.mkdir(parents=True)
    changed = time.time_ns() - age * SECOND
    write(record, "old", changed)
    pfocr_kg.build(tmp_path / "corpus", store)
    write(record, "new", changed)
    pfocr_kg.build(tmp_path / "corpus", store)
    assert titles(store) == [found]
