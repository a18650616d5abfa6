"""No query crashes the process: what is too deep is refused, what is not can be parsed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled
from pfocr_kg.store import depth

Deep = Callable[[int], str]
WHERE = "SELECT * { ?s ?p ?o %s }"
FILTER = WHERE % "FILTER(%s)"


def nested(before: str, inner: str, after: str, text: str = WHERE) -> Deep:
    return lambda n: text % (before * n + inner + after * n)


def row(part: str, between: str = "", text: str = WHERE) -> Deep:
    return lambda n: text % between.join([part] * n)


PARSED: dict[str, Deep] = {
    "groups": nested("{ ", "?a ?b ?c", "}"),
    "brackets": nested("(", "1", ")", FILTER),
    "comparisons": nested("(1=", "1", ")", FILTER),
    "functions": nested("STR(", "?o", ")", FILTER),
    "functions of several": nested("IF(?s,1,", "?o", ")", FILTER),
    "sub-selects": nested("{ SELECT * { ", "?a ?b ?c", "} }"),
    "unions in unions": nested("{ ?a ?b ?c } UNION { ", "?a ?b ?c", "}"),
    "not exists": nested("FILTER NOT EXISTS { ", "?a ?b ?c", "}"),
    "paths": nested("^(", "<urn:a:p>", ")", "SELECT * { ?s %s ?o }"),
    "quoted triples": nested("<<( ?s ?p ", "?o", " )>>", "SELECT * { ?s ?p %s }"),
    "aggregates": nested("SUM(", "?o", ")", "SELECT (%s AS ?n) { ?s ?p ?o }"),
    "blank nodes": nested("[ ?p ", "1", "]", "CONSTRUCT { ?s ?p %s } { ?s ?p ?o }"),
    "lists": nested("(", "1", ")", "CONSTRUCT { ?s ?p %s } { ?s ?p ?o }"),
    "not": nested("!", "?o", "", FILTER),
    "and": row("?o", "&&", FILTER),
    "or": row("?o", " || ", FILTER),
    "sum": row("?o", "+", FILTER),
    "product": row("?o", "*", FILTER),
    "alternatives": row("<urn:a:p>", "|", "SELECT * { ?s %s ?o }"),
    "unions": row("{ ?a ?b ?c }", "UNION", "SELECT * { %s }"),
    "minus": row("MINUS { ?s ?p ?o }"),
    "filters": row("FILTER(?o = 1)"),
    "columns": lambda n: f"SELECT {' '.join(f'(1AS ?v{i})' for i in range(n))} {{}}",
    "bound": lambda n: WHERE % " ".join(f"BIND(1AS ?v{i})" for i in range(n)),
    "order": row("(?o+1)", "", "SELECT * { ?s ?p ?o } ORDER BY %s"),
    "comparisons without blanks": lambda n: FILTER % (f"?a<{'(' * n}1{')' * n}&&?b>?c"),
}
"""Text by number of its parts, which Oxigraph parses soon."""

SLOW: dict[str, Deep] = {
    "triples": row("?s ?p ?o ."),
    "objects": row("?o", ",", "SELECT * { ?s ?p %s }"),
    "elements": row("1 ", "", "SELECT * { ?s ?p (%s) }"),
    "lists of elements": row("?s ?p (1 1 1 1) ."),
    "paths in a row": row("<urn:a:p>", "/", "SELECT * { ?s %s ?o }"),
    "optional": row("OPTIONAL { ?s ?p ?o }"),
    "optional in optional": nested("OPTIONAL { ?s ?p ?o ", "", "}"),
    "values": row("VALUES ?s { <urn:a:b> }"),
    "braces alone": nested("{", "", "", "SELECT * %s"),
    "brackets alone": nested("(", "", "", "SELECT * { FILTER%s"),
    "after a string": nested("(", "1", ")", "SELECT * { FILTER('''\\q' = %s) } # '''"),
    "after an IRI": nested("(", "1", ")", "SELECT * { FILTER(<a)))))))>, %s) }"),
}
"""Text that Oxigraph takes long to plan, or that is no query."""

FINE = {
    "IRIs": WHERE % ("VALUES ?o { %s }" % ("<http://a/b/c_(d)#e> " * 2_000)),
    "typed values": WHERE % ("VALUES ?o { %s }" % ('"1"^^xsd:integer -2 ' * 2_000)),
    "rows": WHERE % ("VALUES (?a ?b) { %s }" % ("(<urn:a-b-c> 1) " * 2_000)),
    "a list to choose from": FILTER % (f"?o IN ({', '.join(['<urn:a-b+c/d>'] * 2_000)})"),
    "a string": WHERE % (f"FILTER(?o = '{'(' * 2_000}')"),
    "a long string": WHERE % (f"FILTER(?o = '''{'{' * 2_000}''')"),
    "a comment": f"# {'((' * 2_000}\n" + WHERE % (""),
    "lines": WHERE % ("?a <urn:a:p>/<urn:a:q> ?b .\n" * 200),
}
RUN = """
import json, sys, threading
import pyoxigraph as ox
def parse():
    for text in json.load(sys.stdin):
        try:
            next(iter(ox.Store().query(text)), None)
        except SyntaxError:
            print(text[:200])
threading.stack_size(1 << 20)
thread = threading.Thread(target=parse)
thread.start()
thread.join()
"""


def is_refused(text: str, check: Callable[[str], None] = depth.check) -> bool:
    try:
        check(text)
    except QueryError:
        return True
    return False


def most(make: Deep) -> int:
    """The largest number of parts that is not refused."""
    low, high = 1, 100_000
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_refused(make(middle)) else (middle, high)
    return low


def test_the_deepest_queries_can_be_parsed_with_a_small_stack() -> None:
    texts = [make(most(make)) for make in PARSED.values()]
    command = [sys.executable, "-c", RUN]
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", [*PARSED, *SLOW])
def test_what_is_too_deep_is_refused_and_what_people_write_is_not(name: str) -> None:
    make = {**PARSED, **SLOW}[name]
    assert not is_refused(make(20))
    began = time.process_time()
    assert is_refused(make(100_000))
    assert time.process_time() - began < 5


@pytest.mark.parametrize("name", FINE)
def test_what_is_long_and_not_deep_is_no_matter(name: str) -> None:
    assert not is_refused(FINE[name])


@pytest.fixture
def half_the_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    depth._check_shape.cache_clear()
    monkeypatch.setattr(depth, "_DEEPEST", depth._DEEPEST // 2)
    yield
    depth._check_shape.cache_clear()


@pytest.mark.usefixtures("half_the_limit")
def test_bundled_queries_are_far_from_the_limit() -> None:
    for query in bundled.queries().values():
        depth.check(query.text)


LONG_IRI = f"http://a.b/{'c-d/' * 50}#e"
PIECES = (
    *(f"<{LONG_IRI}>", f" <<{LONG_IRI}>", f"\\\\<{LONG_IRI}>", f"?a<{LONG_IRI}> ", LONG_IRI),
    *(f"<{LONG_IRI.replace('#', mark)}>" for mark in ("|", "'", '"', "\\", "((", " ")),
    *("'", '"', "'''", "\\", "#", "\n", " ", "(", ")", "{", "}", "<", ">", "FILTER", " 1", "."),
)


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=20), open_=st.integers(0, 60))
@settings(max_examples=500)
def test_texts_that_differ_in_iris_are_as_deep(pieces: list[str], open_: int) -> None:
    """`check` remembers texts without their IRIs; the reading itself knows nothing of that."""
    text = FILTER % ("(" * open_ + "".join(pieces))
    assert is_refused(text) == is_refused(text, depth._check)
    assert is_refused(text) == is_refused(text, depth._check)


@pytest.mark.parametrize("subset", [False, True])
def test_rdflib_refuses_what_is_too_deep_too(subset: bool, sample_graph: pfocr_kg.Graph) -> None:
    with sample_graph.subset(organism="human") if subset else nullcontext(sample_graph) as graph:
        dataset = graph.rdflib
        assert dataset.query("ASK { { ?s ?p ?o } }").askAnswer
        for ask in (dataset.query, dataset.update):
            with pytest.raises(QueryError, match="too deep in line 1"):
                ask("SELECT * " + "{" * 100_000)


def test_brackets_in_what_may_be_an_iri_close_nothing() -> None:
    """`<a))>` is an IRI here, and the brackets before it are open after it."""
    text = FILTER % ("(" * 30 + f"<a{')' * 31}> = " + "(" * 40 + "1" + ")" * 70)
    assert is_refused(text)
    assert not is_refused(text.replace("(", "", 30))


def test_the_line_is_told() -> None:
    with pytest.raises(
        QueryError, match=r"^the query is too deep in line 3: it can have 64 levels"
    ):
        depth.check("# {{\nSELECT *\n" + "{" * 65)
