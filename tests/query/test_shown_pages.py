"""Pages of one thing of each kind, as people see them, against a file that was checked by reading.

That the values are true is what test_show.py tests; here it is names, headings and order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pfocr_kg
from bad_input import BAD, RECORD, lay, record
from pfocr_kg.query import bundled
from pfocr_kg.query.about import presentation
from pfocr_kg.query.about.showing import About
from places import ROOT

PAGES = ROOT / "tests" / "query" / "shown.txt"
LONG = {"title", "paper", "citation"}
"""Names of texts of papers."""


def page(about: About) -> Iterator[str]:
    yield f"== {about['kind']} {about['identifier']}"
    for name, value in presentation.lines(about.facts):
        yield f"{name}: {'...' if name in LONG else value}"
    for part in presentation.parts(about.match.kind, about.facts):
        yield f"-- {part.title} {part.more}"
        for row in part.rows:
            cells = (f"{k}={'...' if k in LONG else v}" for k, v in row.items())
            yield f"   {' | '.join(cells)}"
    for title in presentation.empty(about.match.kind, about.facts):
        yield f"-- no {title}"


def test_pages(linked_sample: Path) -> None:
    expected = PAGES.read_text(encoding="utf-8").splitlines()
    things = [line.split()[1:] for line in expected if line.startswith("==")]
    assert {kind for kind, _ in things} == set(presentation.LAYOUT)
    with pfocr_kg.open(linked_sample) as graph:
        shown = [graph.show(name, kind=kind, limit=1) for kind, name in things]
        found = [line for about in shown for line in page(about)]
    assert found == expected


def test_a_pathway_that_only_the_record_names(tmp_path: Path) -> None:
    """It has the columns of linked ones."""
    lay(tmp_path / "tree", {RECORD: record("wpid: WP1\n")})
    pfocr_kg.build(tmp_path / "tree", tmp_path / "store")
    with pfocr_kg.open(tmp_path / "store") as graph:
        (row,) = graph.show(BAD)["pathways"]["rows"]
    empty = (
        "pathway_title shared_genes shared_words adjusted_p_value rank rank_in_organism margin "
        "text_score organism_name"
    )
    pathway = {"pathway": "https://identifiers.org/wikipathways/WP1", "evidence": ["curated"]}
    lists: dict[str, list[str]] = {"wider_pathways": [], "genes": []}
    assert row == {**pathway, **lists, **dict.fromkeys(empty.split())}


def test_a_pathway_that_is_linked_without_genes(linked_sample: Path) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        (row,) = graph.show("PMC100008__mb2411709009")["pathways"]["rows"]
    assert (row["evidence"], row["genes"]) == (["paper"], [])


def test_titles_name_the_limits_of_their_queries() -> None:
    """A list is as long as the bundled query lets it be."""
    said = {
        key: int(title.rpartition("at most ")[2])
        for parts in presentation.LAYOUT.values()
        for key, (title, _) in parts.items()
        if "at most" in title
    }
    queries = {"similar": "similar-figures", "missing_genes": "genes-missing-from-pathway"}
    limits = {
        key: int(re.findall(r"\bLIMIT (\d+)", bundled.find(name).text)[-1])
        for key, name in queries.items()
    }
    assert said == limits
