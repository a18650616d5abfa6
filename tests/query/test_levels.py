"""Levels of a query: which texts of SPARQL are `pfocr:gene`, and what the command does with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyoxigraph as ox
import pytest

from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.query import bundled, execution, levels
from places import ROOT

PROLOGUE = "PREFIX pfocr: <https://w3id.org/pfocr/vocab#>\n"

GENE = re.compile(r"\bpfocr:gene\b")

REPLACED = [
    "?f pfocr:gene ?g",
    "?f pfocr:gene/pfocr:organism ?o",
    "?f ^pfocr:gene|!pfocr:gene ?g",
    "?f pfocr:gene?g.",
    "?f ?p pfocr:gene. ?g ?q ?r",
    "?f pfocr:gene<https://identifiers.org/ncbigene/1>",
    'FILTER (?n<3 && "\\"pfocr:gene" != \'"\') ?f pfocr:gene ?g',
    "?f <https://w3id.org/pfocr/vocab#gene> ?g",
    "?f a pfocr:PathwayFigure ; # a comment\n pfocr:gene ?g",
    '?f ?p """ a "quoted" text """ ; pfocr:gene ?g',
]

KEPT = [
    "?f pfocr:geneBySymbol ?g",
    "?f pfocr:gene.more ?g",
    "?f pfocr:gene-more ?g",
    "?f pfocr:gene%20 ?g",
    "?f mypfocr:gene ?g",
    "?f my.pfocr:gene ?g",
    "?f pfocr:pfocr:gene ?g",
    "?gene pfocr:organism ?o",
    "?f ?p ?g # pfocr:gene",
    '?f ?p "pfocr:gene"',
    "?f ?p 'it\\'s pfocr:gene'",
    '?f ?p """ " pfocr:gene """',
    "?f ?p ''' ' pfocr:gene '''",
    "?f ?p <urn:pfocr:gene>",
    "?f <https://w3id.org/pfocr/vocab#geneOrganism> ?g",
]


@pytest.mark.parametrize("pattern", REPLACED)
@pytest.mark.parametrize(
    ("level", "name"), [(Level.SYMBOL, "geneBySymbol"), (Level.UNAMBIGUOUS, "unambiguousGene")]
)
def test_pfocr_gene_is_read_as_the_property_of_the_level(
    pattern: str, level: Level, name: str
) -> None:
    quoted = '"\\"pfocr:gene"'
    wanted = pattern.replace(quoted, "QUOTED").replace("pfocr:gene", f"pfocr:{name}")
    wanted = wanted.replace("vocab#gene>", f"vocab#{name}>").replace("QUOTED", quoted)
    assert levels.at_level("mine", pattern, level) == wanted


@pytest.mark.parametrize("pattern", KEPT)
def test_what_only_holds_the_letters_is_kept(pattern: str) -> None:
    with pytest.raises(QueryError, match="does not ask for pfocr:gene"):
        levels.at_level("mine", pattern, Level.SYMBOL)
    both = pattern + "\n. ?f pfocr:gene ?g"
    wanted = pattern + "\n. ?f pfocr:geneBySymbol ?g"
    assert levels.at_level("mine", both, Level.SYMBOL) == wanted


def test_any_leaves_a_query_as_it_is() -> None:
    assert levels.at_level("mine", "?f ?p ?g", Level.ANY) == "?f ?p ?g"


@pytest.mark.parametrize("name", bundled.queries())
@pytest.mark.parametrize("level", [Level.SYMBOL, Level.UNAMBIGUOUS])
def test_each_bundled_query_parses_at_a_level_or_refuses_it(name: str, level: Level) -> None:
    query = bundled.queries()[name]
    if GENE.search(query.text):
        text = levels.at_level(name, query.text, level)
        assert not GENE.search(text)
        if "SERVICE" not in text:
            ox.Store().query(text)
    else:
        with pytest.raises(QueryError, match=f"query {name} has no level {level.value}"):
            levels.at_level(name, query.text, level)


# One figure draws gene 1 by its symbol, another by a word that can mean nothing else, a third in
# some other way.
FIGURES = f"""{PROLOGUE}
<urn:a> pfocr:gene <urn:1> ; pfocr:geneBySymbol <urn:1> .
<urn:b> pfocr:gene <urn:1> ; pfocr:unambiguousGene <urn:1> .
<urn:c> pfocr:gene <urn:1> .
"""


@pytest.mark.parametrize(
    ("level", "figures"),
    [
        ("symbol", ["urn:a"]),
        ("unambiguous", ["urn:b"]),
        ("any", ["urn:a", "urn:b", "urn:c"]),
    ],
)
def test_rows_of_a_level(level: str, figures: list[str]) -> None:
    store = ox.Store()
    store.load(FIGURES.encode(), format=ox.RdfFormat.TURTLE)
    text = f"{PROLOGUE}SELECT ?f {{ ?f pfocr:gene ?g }} ORDER BY ?f"
    rows = execution.run(store, bundled.parse("mine", text), level=Level(level))
    assert [row["f"] for row in rows] == figures


def test_a_level_that_means_nothing_is_refused(run_cli: Callable[..., Any], tmp_path: Any) -> None:
    built = run_cli("build", ROOT / "tests/data/sample", "--store", tmp_path / "store", "--quiet")
    assert built.code == 0
    given = ("--store", tmp_path / "store")
    done = run_cli("query", "class-counts", "--level", "symbol", *given)
    assert (done.code, done.stdout) == (2, "")
    assert "query class-counts has no level symbol" in done.stderr
    assert run_cli("query", "figures-of-gene", "--level", "high", *given).code == 2
    asked = run_cli("query", "figures-of-gene", "-p", "gene=5467", "--level", "symbol", *given)
    said = "5467: PPARD, human gene 5467\n0 rows\nnone at level symbol; 1 at level any\n"
    assert (asked.code, asked.stderr) == (0, said)
    with pytest.raises(QueryError, match="no level 'high'"):
        Level("high")
