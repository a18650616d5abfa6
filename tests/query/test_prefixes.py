"""Prefixes of the project that a query need not declare."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from pfocr_kg import Graph
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled, execution, prefixes

PFOCR = "PREFIX pfocr: <https://w3id.org/pfocr/vocab#> "
RDFS = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
SYMBOL = "PREFIX hgnc.symbol: <https://identifiers.org/hgnc.symbol/> "
XSD = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "

ADDED = {
    "ASK { ?s a pfocr:Gene }": PFOCR,
    "ASK{?s a pfocr:Gene.?s ^rdfs:label|pfocr:x ?o}": PFOCR + RDFS,
    "# pfocr:x\nASK { ?s rdfs:label ?o }": RDFS,
    "BASE <urn:x>\nASK { ?s rdfs:label <#pfocr:x> }": RDFS,
    "ASK { ?s ?p '5'^^xsd:integer, 'a # \\' pfocr:b' }": XSD,
    'ASK { ?s ?p """ " pfocr:b # """, "x"@en ; rdfs:label hgnc.symbol:TNF }': SYMBOL + RDFS,
    "ASK { ?s ?p ?o FILTER(?o<3&&?pfocr>2||?o=xsd:integer(3)) }": XSD,
    "PREFIX pfocr: <urn:mine>\nASK { ?s a pfocr:Gene ; rdfs:label ?x }": RDFS,
    "prefix # pfocr: is mine\n  pfocr:<urn:mine> ASK { ?s a pfocr:Gene }": "",
    "PREFIX PFOCR: <urn:a> PREFIX : <urn:b> ASK { ?s a pfocr:Gene, :x, PFOCR:y }": PFOCR,
    "ASK { ?s ?p 'PREFIX pfocr: <urn:x>', pfocr:Gene }": PFOCR,
    "ASK { ?s ?p ?PREFIX . pfocr:x ?p ?o }": PFOCR,
    "PREFIX my: <urn:> ASK { ?s my:pfocr:gene my.x:y, _:rdfs }": "",
    "ASK { ?s ?p ?o }": "",
}
"""Queries, and what they lack."""


@pytest.mark.parametrize("text", ADDED)
def test_what_a_query_uses_and_does_not_declare_is_added(text: str) -> None:
    assert prefixes.undeclared(text) == ADDED[text]
    assert prefixes.undeclared(ADDED[text] + text) == ""
    if "my.x" not in text:  # which nobody knows
        prepareQuery(ADDED[text] + text)
        ox.Store().query(ADDED[text] + text)


@given(
    st.lists(st.sampled_from([*"'\"#<>\\\n?{} ", '"""', "PREFIX", "pfocr:", "x", ":"])).map("".join)
)
def test_no_text_fails(text: str) -> None:
    added = prefixes.undeclared(text)
    assert added in ("", PFOCR)


@pytest.mark.parametrize("query", bundled.queries().values(), ids=lambda query: query.name)
def test_bundled_queries_declare_all(query: bundled.Query) -> None:
    assert prefixes.undeclared(query.text) == ""


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s a pfocr:Gene ; ) }",
        "ASK {\n ?s a pfocr:Gene .\n ) }",
        "# a title\nASK { ?s a pfocr:Gene ) }",
        "ASK { ?s a pfocr:Gene ",
        "ASK { pfocr:a ?p } LIMIT 5",
        "# a title\nASK { pfocr:a ?p } LIMIT 5",
    ],
)
def test_errors_name_the_place_in_the_text_of_the_user(text: str) -> None:
    """It is that of the same query below a line with the declaration."""
    with pytest.raises(SyntaxError) as plain:
        ox.Store().query(PFOCR + "\n" + text)
    place = re.search(r"error at (\d+):(\d+)", str(plain.value))
    assert place
    with pytest.raises(QueryError) as error:
        execution.run(ox.Store(), bundled.parse("mine", text))
    line, column = int(place[1]) - 1, int(place[2])
    near = text.splitlines()[line - 1][column - 1 :].strip()
    where = f"before {near!r}" if near else "at its end"
    assert f"line {line}, column {column}, {where}" in str(error.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ASK { ?s pfcor:gene _:b }", "The prefix pfcor: is not declared; pfocr: ?"),
        ("ASK { ?s qqq:gene ?o }", "The prefix qqq: is not declared"),
        ("ASK { ?s :gene ?o }", "A prefix is not declared"),
    ],
)
def test_a_prefix_that_nobody_declares(text: str, said: str) -> None:
    with pytest.raises(QueryError) as error:
        execution.run(ox.Store(), bundled.parse("mine", text))
    assert error.value.hint == said


def test_the_place_of_an_error_is_the_start_of_a_word() -> None:
    for text in ("ASK {\n?s 1cterms:issued ?g }", "ASK {\n?s a ?g bla:foo ?x }"):
        with pytest.raises(QueryError) as error:
            execution.run(ox.Store(), bundled.parse("mine", text))
        line, column, near = re.findall(
            r"line (\d+), column (\d+), before '(.*)'", str(error.value)
        )[0]
        before = text.split("\n")[int(line) - 1][: int(column) - 1]
        assert before == "" or before[-1].isspace()
        assert near


def test_a_path_in_a_text_is_not_a_name() -> None:
    for name in ("/path/q.rq", "q.rq"):
        with pytest.raises(QueryError, match="Give a file as a Path"):
            bundled.resolve(name)


def test_a_file_a_text_and_standard_input(
    sample_graph: Graph, built_sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    text = 'SELECT ?gene { ?gene a pfocr:Gene ; rdfs:label "TNF" }'
    (tmp_path / "mine.rq").write_text(text)
    for asked, stdin in ((text, ""), (tmp_path / "mine.rq", ""), ("-", text)):
        done = run_cli("query", asked, "--store", built_sample, "-f", "csv", stdin=stdin)
        assert done == (0, "gene\r\nhttps://identifiers.org/ncbigene/7124\r\n", "")
    assert (tmp_path / "mine.rq").read_text() == text
    assert len(list(sample_graph.query(text))) == 1
    mine = "PREFIX pfocr: <urn:mine#> " + text
    assert list(sample_graph.query(mine)) == []
