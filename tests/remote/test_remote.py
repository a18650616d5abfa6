"""A graph at an endpoint answers as the one in a folder does; what goes wrong is one line."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import requests

import pfocr_kg
from local_queries import LOCAL
from pfocr_kg.errors import PfocrError, QueryError, StoreError
from pfocr_kg.query import bundled
from pfocr_kg.store import endpoint

from .standin import Server, serving

ASKED = (
    ("query", "figures-of-gene", "--param", "gene=TNF", "--format", "csv"),
    ("query", "subgraph-of-figure", "--example"),
    ("stats", "--format", "json"),
    ("export", "--format", "ntriples"),
    ("link", "--format", "tsv"),
    ("network", "genes", "--min-weight", "3"),
)
PEOPLE = 'PREFIX : <urn:x:> :a :p "A", 1 . :b :p "B"@en, 2.50, true ; :q :a .'
REFUSED = os.strerror(errno.ECONNREFUSED)
ROWS = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"


def opened(server: Server, turtle: str = PEOPLE) -> pfocr_kg.Graph:
    server.store.update(f"INSERT DATA {{ {rest(turtle)} }}", prefixes={"": "urn:x:"})
    return pfocr_kg.open(server.query)


def rest(turtle: str) -> str:
    return turtle.split("> ", 1)[1]


# As from a folder


@pytest.mark.slow
@pytest.mark.parametrize("command", ASKED, ids=" ".join)
def test_commands_give_the_same(
    command: tuple[str, ...], oxigraph: str, linked_sample: Path, run_cli: Callable[..., Any]
) -> None:
    local = run_cli(*command, "--store", linked_sample)
    distant = run_cli(*command, env={"PFOCR_KG_STORE": oxigraph})
    assert local.code == distant.code == 0, distant.stderr
    assert distant.stdout == local.stdout
    assert len(distant.stdout) > 100


def test_a_query_by_name_says_once_that_it_is_slower(
    oxigraph: str, run_cli: Callable[..., Any]
) -> None:
    """The names are looked up by SPARQL, in full and once for all parameters."""
    asked = ("query", "figures-with-genes", "--example", "--store", oxigraph)
    named = ("query", "figures-of-gene", "gene=tnf", "--store", oxigraph)
    assert "slower" not in run_cli(*asked).stderr
    assert run_cli(*named).stderr.splitlines()[0].endswith("asked by SPARQL, which is slower")
    assert run_cli(*named, "--quiet").stderr == ""


def test_every_query_gives_the_same(oxigraph: str, linked_sample: Path) -> None:
    with pfocr_kg.open(oxigraph) as distant, pfocr_kg.open(linked_sample) as local:
        for name in LOCAL:
            there, here = (graph.query(name, example=True) for graph in (distant, local))
            if isinstance(here, pfocr_kg.Rows):
                assert isinstance(there, pfocr_kg.Rows)
                assert there.variables == here.variables
                assert list(there.terms()) == list(here.terms()), name
            else:
                assert isinstance(here, pfocr_kg.Triples)
                assert isinstance(there, pfocr_kg.Triples)
                assert set(there) == set(here)


def test_prefixes_need_no_declaration(oxigraph: str, linked_sample: Path) -> None:
    text = """# what is drawn
    SELECT ?gene { ?figure a pfocr:PathwayFigure ; pfocr:gene ?gene . ?gene rdfs:label "TNF" }"""
    with pfocr_kg.open(oxigraph) as there, pfocr_kg.open(linked_sample) as here:
        rows = [[row["gene"] for row in graph.query(text)] for graph in (there, here)]
    assert rows[0] == rows[1]
    assert len(rows[0]) > 1


def test_enrichment_against_figures_reads_facts_by_queries(
    oxigraph: str, linked_sample: Path
) -> None:
    genes = "TNF IL6 NFKB1 IFNA1 STAT1 JAK2 TLR3 DDX58 p53 IL-1\u03b2 ENSG00000107201.2 nosuchgene"
    with pfocr_kg.open(oxigraph) as distant, pfocr_kg.open(linked_sample) as local:
        for against in ("figures", "pathways"):
            found, here = (
                distant.enrich(genes, against=against),
                local.enrich(genes, against=against),
            )
            assert (found.rows, found.summary()) == (here.rows, here.summary())
            assert found.rows
            assert found.summary()["renamed"].keys() >= {"DDX58", "p53"}
        mouse = {"organism": "mouse", "against": "figures", "genes": "Apaf1 kcna3"}
        assert distant.enrich(**mouse).rows == local.enrich(**mouse).rows


def test_a_length_and_a_view_for_rdflib(oxigraph: str, ntriples: Path) -> None:
    lines = set(ntriples.read_text(encoding="utf-8").splitlines())
    with pfocr_kg.open(oxigraph) as graph:
        assert len(graph) == len(lines)
        subject = rdflib.URIRef("https://identifiers.org/ncbigene/7124")
        found = set(graph.rdflib.predicate_objects(subject))
        assert len(found) == sum(line.startswith(f"<{subject}> ") for line in lines)
        answer = graph.rdflib.query(
            "SELECT ?label { ?gene rdfs:label ?label }",
            initBindings={"gene": subject},
            initNs={"rdfs": rdflib.RDFS},
        )
        assert [str(row[0]) for row in answer] == ["TNF"]


def test_the_view_for_rdflib_as_virtuoso_answers_it(server: Server) -> None:
    """In pages, and with a row in place of a truth value."""
    with opened(server, NUMBERED) as graph:
        server.max_rows, server.ask_as_row = 3, True
        view = graph.rdflib
        assert len(set(view.triples((None, None, None)))) == 13
        subject, number = rdflib.URIRef("urn:x:a"), rdflib.URIRef("urn:x:n")
        assert (subject, number, rdflib.Literal(15)) in view
        assert (subject, number, rdflib.Literal(16)) not in view
        found = view.query("CONSTRUCT { ?s a ?n } WHERE { ?s ?p ?n }").graph
        assert found is not None
        assert len(found) == 13


@pytest.mark.slow
def test_validation_of_a_remote_graph(oxigraph: str, run_cli: Callable[..., Any]) -> None:
    done = run_cli("validate", "--store", oxigraph)
    assert done.code == 0, done.stdout
    assert "conforms" in done.stdout


# The forms of answers


def test_terms_keep_their_types(server: Server) -> None:
    rows = opened(server).query(ROWS).terms()
    assert [str(row[2]) for row in rows] == [str(row["o"]) for row in server.store.query(ROWS)]


def test_ask_and_construct(server: Server) -> None:
    graph = opened(server)
    assert graph.query("ASK { ?s ?p 1 }")
    assert not graph.query("ASK { ?s ?p 3 }")
    assert len(list(graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"))) == 6


def test_ask_as_virtuoso_answers_it(server: Server) -> None:
    """It gives a row with a number, where the protocol has a truth value."""
    graph = opened(server)
    server.ask_as_row = True
    assert graph.query("ASK { ?s ?p 1 }")
    assert not graph.query("ASK { ?s ?p 3 }")


@pytest.mark.parametrize(
    "text",
    [
        "# ASK { }\nPREFIX select: <http://x/#>\nBASE <http://y/> SELECT * { ?s ?p ?o }",
        "\n\tprefix : <http://construct/> # <>\n select (1 AS ?ask) {}",
    ],
)
def test_the_kind_of_query_comes_after_the_prologue(server: Server, text: str) -> None:
    assert isinstance(opened(server).query(text), pfocr_kg.Rows)


@pytest.mark.parametrize("text", ["DELETE WHERE { ?s ?p ?o }", "CLEAR ALL", "nonsense", "# {"])
def test_what_is_no_query_is_not_sent(server: Server, text: str) -> None:
    graph = opened(server)
    with pytest.raises(QueryError):
        graph.query(bundled.parse("mine", text))
    assert server.requests == []


# Faults


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_is_asked_again(server: Server, status: int) -> None:
    graph = opened(server)
    server.faults = [(status, {}), (status, {"Retry-After": "0"}), "drop"]
    assert len(graph) == 6
    assert len(server.requests) == 4


def test_patience_ends(server: Server) -> None:
    graph = opened(server)
    server.faults = [(503, {})] * 20
    with pytest.raises(StoreError, match=r"/query: 503 Service Unavailable: Busy$"):
        len(graph)
    assert len(server.requests) == 6


def test_a_server_error_is_no_reason_to_try_again(
    server: Server, run_cli: Callable[..., Any]
) -> None:
    server.faults = [(500, {})]
    done = run_cli("stats", "--store", server.query)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == f"pfocr-kg: {server.query}: 500 Internal Server Error: Busy\n"
    assert len(server.requests) == 1


@pytest.mark.parametrize("text", [ROWS, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"])
def test_an_answer_that_breaks_off_is_an_error(server: Server, text: str) -> None:
    graph = opened(server)
    server.faults = ["cut"]
    with pytest.raises(PfocrError, match="broke off"):
        list(graph.query(text))


def test_a_cut_export_leaves_no_file(
    server: Server, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    opened(server)
    server.faults = [None, "cut"]
    done = run_cli("export", "--store", server.query, "--output", tmp_path / "graph.ttl")
    assert done.code == 2
    assert "broke off" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


NUMBERED = "PREFIX : <urn:x:> :a :n 3, 1, 4, 15, 9, 2, 6, 5 . :b :n 3, 5, 8, 97, 9 ."
LONG = (
    "SELECT ?s ?n { ?s ?p ?n }",
    "PREFIX : <urn:x:> # { select }\nselect distinct ?n { ?s :n ?n } order by desc(?n) # down",
    "SELECT * WHERE { ?s ?p ?n } ORDER BY ?n",
    "SELECT ?n (COUNT(*) AS ?of) { ?s ?p ?n } GROUP BY ?n ORDER BY DESC(?of)",
    "SELECT ?s ?n { ?s ?p ?n } ORDER BY ?s ?n LIMIT 7 OFFSET 2",
    "SELECT ?n { ?s ?p ?n } VALUES ?s { <urn:x:a> }",
    "SELECT ?s { ?s ?p ?n }",
)


@pytest.mark.slow
@pytest.mark.parametrize("text", LONG)
@pytest.mark.parametrize("limit", [1, 3, 4])
def test_rows_beyond_a_limit_are_asked_for_in_pages(server: Server, text: str, limit: int) -> None:
    """Virtuoso gives so many rows and no more, and says so in a header only."""
    with opened(server, NUMBERED) as graph:
        wanted = [list(map(str, row)) for row in server.store.query(text)]
        server.max_rows = limit
        found = [list(map(str, row)) for row in graph.query(text).terms()]
    assert sorted(found) == sorted(wanted)
    assert len(server.requests) > len(wanted) // limit
    keys = re.search(r"order by (desc)?\W*(\w+)", text, re.IGNORECASE)
    if keys and "COUNT" not in text:
        at = next(i for i, v in enumerate(server.store.query(text).variables) if v.value == keys[2])
        assert [row[at] for row in found] == [row[at] for row in wanted]


def test_an_answer_that_time_cut_is_an_error(server: Server) -> None:
    graph = opened(server)
    server.headers = {"X-SQL-State": "S1TAT", "X-Exec-Milliseconds": "1000"}
    with pytest.raises(StoreError, match="timed out"):
        graph.query(ROWS)


@pytest.mark.parametrize("limit", [4, 30])
def test_an_export_asks_by_subjects_where_not_all_is_given(
    server: Server, limit: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "_TRIPLES_AT_ONCE", 25)
    lines = [f"<urn:s{s}> <urn:p> <urn:{s}/{o}> ." for s in range(40) for o in range(s % 5)]
    server.store.load("\n".join(lines).encode(), format=ox.RdfFormat.N_TRIPLES)
    whole, server.store = server.store, Limited(server, limit)  # type: ignore[assignment]
    with pfocr_kg.open(server.query) as graph:
        if limit < 30:
            with pytest.raises(StoreError, match="gave 4 triples where it counts"):
                graph.export(tmp_path / "all.nt")
        else:
            graph.export(tmp_path / "all.nt")
            assert (tmp_path / "all.nt").read_text().splitlines() == sorted(lines)
    assert len(whole) == len(lines)


class Limited:
    """A store that gives no more than so many triples, and says nothing."""

    def __init__(self, server: Server, limit: int) -> None:
        self.store, self.limit = server.store, limit

    def query(self, text: str) -> Any:
        if text.startswith("CONSTRUCT"):
            text += f" LIMIT {self.limit}"
        return self.store.query(text)


@pytest.mark.parametrize("media", ["text/html; charset=UTF-8", "text/csv", "x"])
def test_a_page_is_no_endpoint(server: Server, media: str) -> None:
    graph = opened(server)
    server.media = {"rows": media, "graph": media}
    for text in (ROWS, "DESCRIBE <urn:x:a>"):
        with pytest.raises(StoreError, match="not an answer to a query"):
            graph.query(text)


def test_nobody_there(run_cli: Callable[..., Any]) -> None:
    done = run_cli("query", "class-counts", "--store", "http://127.0.0.1:1/sparql")
    assert done.code == 2
    assert done.stderr == f"pfocr-kg: http://127.0.0.1:1/sparql: {REFUSED}\n"


def test_the_endpoints_own_words(server: Server) -> None:
    broken = "SELECT * WHERE { ?s ?p }"
    answer = requests.post(server.query, data={"query": broken}, timeout=20)
    assert answer.text
    with pytest.raises(StoreError, match=re.escape(f"{answer.status_code} ")) as caught:
        opened(server).query(broken)
    assert answer.text.splitlines()[0][:100] in str(caught.value)
    assert len(str(caught.value)) < 400


# Redirects


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_keep_the_question(server: Server, status: int) -> None:
    graph = opened(server)
    server.faults = [(status, {"Location": "/query?moved"})]
    assert len(graph) == 6
    assert [(method, path) for method, path, _ in server.requests] == [
        ("POST", "/query"),
        ("POST", "/query?moved"),
    ]


def test_redirects_end(server: Server) -> None:
    graph = opened(server)
    server.faults = [(302, {"Location": "/query"})] * 50
    with pytest.raises(StoreError, match="redirects too many times"):
        len(graph)


def test_a_redirect_to_another_server_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PFOCR_KG_TOKEN", "secret")
    with serving() as other:
        for to in (other.query, other.query.replace("127.0.0.1", "localhost")):
            graph = opened(server)
            server.faults = [(307, {"Location": to})]
            with pytest.raises(StoreError, match=f"redirects to another server, {to[:-6]}[.]"):
                len(graph)
    assert other.requests == []


# Credentials


@pytest.mark.parametrize("scheme", ["Basic", "Digest"])
@pytest.mark.parametrize("place", ["environment", "netrc"])
def test_name_and_password(
    server: Server, scheme: str, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    graph = opened(server)
    server.scheme, server.user = scheme, ("me", "pass: word")
    with pytest.raises(StoreError, match=r"401 .*PFOCR_KG_USER"):
        len(graph)
    if place == "environment":
        monkeypatch.setenv("PFOCR_KG_USER", "me")
        monkeypatch.setenv("PFOCR_KG_PASSWORD", "pass: word")
    else:
        netrc = tmp_path / "netrc"
        netrc.write_text('machine 127.0.0.1 login me password "pass: word"\n')
        monkeypatch.setenv("NETRC", str(netrc))
    assert len(graph) == len(graph) == 6
    assert server.requests[1][2] == "", "nothing is sent before it is asked for"


def test_a_token(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = opened(server)
    server.token = "abc"
    monkeypatch.setenv("PFOCR_KG_TOKEN", "abc")
    assert len(graph) == 6


def test_credentials_are_in_no_message(server: Server, run_cli: Callable[..., Any]) -> None:
    server.scheme, server.user = "Basic", ("me", "right")
    env = {"PFOCR_KG_USER": "me", "PFOCR_KG_PASSWORD": "wrong-secret"}
    done = run_cli("stats", "--store", server.query, env=env)
    assert done.code == 2
    assert "401" in done.stderr
    assert "wrong-secret" not in done.stderr + done.stdout


@pytest.mark.parametrize("command", ["stats", "push"])
def test_a_url_with_a_password_is_refused(
    command: str, linked_sample: Path, run_cli: Callable[..., Any]
) -> None:
    url = "http://me:secret@127.0.0.1:1/query"
    given = ("--store", url) if command == "stats" else (url, "--store", linked_sample)
    done = run_cli(command, *given)
    assert done.code == 2
    assert "do not belong in a URL" in done.stderr
    assert "secret" not in done.stderr


@pytest.mark.parametrize("url", ["http://", "http://[::1", "http://x:notaport/", "https:///q"])
def test_what_is_no_url(url: str, run_cli: Callable[..., Any]) -> None:
    done = run_cli("stats", "--store", url)
    assert done.code == 2
    assert len(done.stderr.splitlines()) == 1
