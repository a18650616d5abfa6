"""The page's example on years gives the same rows on each engine, and by plain reading."""

from __future__ import annotations

import re

import pytest

from documents import blocks
from places import ROOT

from .conftest import Built

(EXAMPLE,) = (
    block.text
    for block in blocks(ROOT / "docs" / "reference" / "data-model.md")
    if block.language == "sparql" and "?issued" in block.text
)
YEAR = re.compile(r'<(\S+)> <http://purl.org/dc/terms/issued> "(\d+)"')


@pytest.mark.parametrize("since", [1000, 2013, 2020, 2026])
def test_years_are_compared_as_numbers(since: int, sample_graphs: Built) -> None:
    text = re.sub(r">= \d+", f">= {since}", EXAMPLE).replace("LIMIT 3", "")
    pairs = (YEAR.match(line) for line in sample_graphs.ntriples.decode().splitlines())
    papers = [(found[1], int(found[2])) for found in pairs if found]
    wanted = sorted(paper for paper in papers if paper[1] >= since)
    assert len(papers) > 20
    rows = sample_graphs.oxigraph.query(text)
    assert sorted((row["paper"].value, int(row["year"].value)) for row in rows) == wanted
    of_rdflib = sample_graphs.rdflib.query(text)
    assert sorted((str(row.paper), int(row.year)) for row in of_rdflib) == wanted
