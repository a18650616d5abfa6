"""The endpoint keeps to the SPARQL 1.1 Protocol, asked over HTTP as other programs ask it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pyoxigraph as ox
import pytest
import rdflib

import sparql_service
from http_server import Server, serving
from pfocr_kg.serve import sparql
from pfocr_kg.serve.messages import Asked, RequestError
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from pfocr_kg.store import generations

GRAPH = "http://example.org/graphs/"
DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
ROWS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
}
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SERVICE = {"Service", "endpoint", "supportedLanguage", "SPARQL11Query", "resultFormat", "feature"}
DATASET = {"defaultDataset", "Dataset", "defaultGraph", "namedGraph"}
"""Names of the vocabulary: those about a service, those about what it answers from."""
GRAPHS = {
    "turtle": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "xml": "application/rdf+xml",
    "json-ld": "application/ld+json",
}
LIMIT = 2000
"""Rows that the server below allows; so many are a body of several pieces."""


@pytest.fixture(scope="module")
def endpoint(built_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample, with three named graphs that each have one document: the graph itself."""
    store = tmp_path_factory.mktemp("protocol") / "store"
    shutil.copytree(built_sample, store)
    current = generations.current(store)
    assert current
    graphs = ox.Store(str(current.graph))
    for n in (1, 2, 3):
        graph = ox.NamedNode(f"{GRAPH}{n}")
        document = ox.NamedNode("http://xmlns.com/foaf/0.1/Document")
        graphs.add(ox.Quad(graph, ox.NamedNode(rdflib.RDF.type), document, graph))
    graphs.flush()
    del graphs
    with serving(store, "--workers", "2", "--max-rows", str(LIMIT)) as server:
        yield server


@pytest.fixture
def ask(endpoint: Server) -> Iterator[Callable[..., httpx.Response]]:
    """Sends one request to the endpoint, without the headers that httpx adds by itself."""
    with httpx.Client(timeout=60) as client:
        del client.headers["accept"]

        def send(method: str, **parts: Any) -> httpx.Response:
            return client.request(method, endpoint / "sparql", **parts)

        yield send


# The cases of the W3C's tests of the protocol, by their names there

ONE_IS_THERE = f"<{GRAPH}1> a ?type"
TWO_IS_THERE = f"<{GRAPH}2> a ?type"
BOTH_NAMED = f"GRAPH ?g {{ {ONE_IS_THERE} }} GRAPH ?h {{ {TWO_IS_THERE} }}"


def default(*numbers: int) -> list[tuple[str, str]]:
    return [("default-graph-uri", f"{GRAPH}{n}") for n in numbers]


def named(*numbers: int) -> list[tuple[str, str]]:
    return [("named-graph-uri", f"{GRAPH}{n}") for n in numbers]


def get(query: str, dataset: list[tuple[str, str]]) -> dict[str, Any]:
    return {"method": "GET", "params": [("query", query), *dataset]}


def post(query: str, dataset: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "method": "POST",
        "params": dataset,
        "headers": {"content-type": DIRECT},
        "content": query,
    }


TRUE = {
    "query_post_form": {
        "method": "POST",
        "params": default(0),
        "headers": {"content-type": FORM},
        "content": "query=ASK%20%7B%7D",
    },
    "query_post_direct": post("ASK {}", []),
    "a byte order mark": post("\ufeffASK {}", []),
    "query_get": get("ASK {}", default(0)),
    "query_dataset_default_graphs_get": get(
        f"ASK {{ {ONE_IS_THERE} . {TWO_IS_THERE} }}", default(1, 2)
    ),
    "query_dataset_default_graphs_post": post(
        f"ASK {{ {ONE_IS_THERE} . {TWO_IS_THERE} }}", default(1, 2)
    ),
    "query_dataset_named_graphs_get": get(f"ASK {{ {BOTH_NAMED} }}", named(1, 2)),
    "query_dataset_named_graphs_post": post(f"ASK {{ {BOTH_NAMED} }}", named(1, 2)),
    "query_dataset_full": post(
        f"ASK {{ <{GRAPH}3> a ?type . {BOTH_NAMED} }}", default(3) + named(1, 2)
    ),
    "a prefix of its own": get(
        f"PREFIX pfocr: <http://xmlns.com/foaf/0.1/> ASK {{ <{GRAPH}1> a pfocr:Document }}",
        default(1),
    ),
    "query_multiple_dataset": post(f"ASK FROM <{GRAPH}3> {{ {BOTH_NAMED} }}", named(1, 2)),
}
# Beyond them: nothing but the dataset is asked.
FALSE = {
    "another default graph": get(f"ASK {{ {ONE_IS_THERE} }}", default(2)),
    "two graphs, one asked": get(f"ASK {{ {ONE_IS_THERE} . {TWO_IS_THERE} }}", default(1)),
    "a graph that is not named": get(f"ASK {{ {BOTH_NAMED} }}", named(1)),
    "named graphs make no default graph": get("ASK { ?s ?p ?o }", named(1)),
    "named graphs go before FROM": post(f"ASK FROM <{GRAPH}3> {{ ?s ?p ?o }}", named(1)),
    "default graphs leave no named ones": get("ASK { GRAPH ?g { ?s ?p ?o } }", default(1)),
    "the default graph goes before FROM": get(
        f"ASK FROM <{GRAPH}1> {{ {ONE_IS_THERE} }}", default(2)
    ),
}
CONTENT_TYPES = {
    "query_content_type_select": ("SELECT (1 AS ?value) {}", ROWS),
    "query_content_type_ask": ("ASK {}", {name: ROWS[name] for name in ("json", "xml")}),
    "query_content_type_describe": ("DESCRIBE <http://example.org/>", GRAPHS),
    "query_content_type_construct": ("CONSTRUCT { <s> <p> 1 } WHERE {}", GRAPHS),
}
BAD = {
    "bad_query_method": (405, {"method": "PUT", "params": {"query": "ASK {}"}}),
    "bad_multiple_queries": (400, get("ASK {}", [("query", "SELECT * {}")])),
    "bad_query_wrong_media_type": (
        415,
        {"method": "POST", "headers": {"content-type": "text/plain"}, "content": "ASK {}"},
    ),
    "bad_query_missing_form_type": (415, {"method": "POST", "content": "query=ASK%20%7B%7D"}),
    "bad_query_missing_direct_type": (415, {"method": "POST", "content": "ASK {}"}),
    "bad_query_non_utf8": (
        415,
        {
            "method": "POST",
            "headers": {"content-type": f"{DIRECT}; charset=UTF-16"},
            "content": "ASK {}".encode("utf-16"),
        },
    ),
    "bad_query_syntax": (400, get("ASK {", [])),
    # Beyond them
    "no query in a form": (400, {"method": "POST", "data": {"other": "1"}}),
    "an empty query": (400, get(" ", [])),
    "a query in the address and one in the body": (
        400,
        {**post("ASK {}", []), "params": {"query": "ASK {}"}},
    ),
    "bytes that are not UTF-8": (
        400,
        {"method": "POST", "headers": {"content-type": DIRECT}, "content": b"ASK { # \xff\n}"},
    ),
    "files": (415, {"method": "POST", "files": {"query": b"ASK {}"}}),
    "a default graph that is no IRI": (400, get("ASK {}", [("default-graph-uri", "one")])),
    "a named graph that is no IRI": (400, get("ASK {}", [("named-graph-uri", "a b")])),
    "a function that there is not": (400, get("SELECT (<urn:f>(?s) AS ?x) { ?s ?p ?o }", [])),
    "a format of graphs for yes or no": (406, get("ASK {}", [("format", "turtle")])),
}


@pytest.mark.parametrize("case", TRUE)
def test_yes(case: str, ask: Callable[..., httpx.Response]) -> None:
    answer = ask(**TRUE[case])
    assert (answer.status_code, answer.headers["content-type"]) == (200, ROWS["json"])
    assert json.loads(answer.content)["boolean"] is True


@pytest.mark.parametrize("case", FALSE)
def test_no(case: str, ask: Callable[..., httpx.Response]) -> None:
    answer = ask(**FALSE[case])
    assert json.loads(answer.content)["boolean"] is False


@pytest.mark.parametrize("case", CONTENT_TYPES)
def test_content_type_fits_the_kind_of_query(case: str, ask: Callable[..., httpx.Response]) -> None:
    query, allowed = CONTENT_TYPES[case]
    answer = ask(**post(query, []))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == next(iter(allowed.values()))
    for media_type in allowed.values():
        answer = ask("GET", params={"query": query}, headers={"accept": media_type})
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize("case", BAD)
def test_bad_request_gets_its_status_and_one_line(
    case: str, ask: Callable[..., httpx.Response]
) -> None:
    status, request = BAD[case]
    answer = ask(**request)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.count("\n") == 1
    assert answer.text.endswith("\n")
    assert "/" not in answer.text.replace(DIRECT, "").replace(FORM, "")


def test_an_escape_that_is_not_utf_8_is_refused(endpoint: Server) -> None:
    answer = httpx.get(endpoint / "sparql?query=ASK%7B%7D%23%ff")
    assert (answer.status_code, answer.text.count("\n")) == (400, 1)


# The cases of the W3C's tests of service descriptions


def test_returns_rdf(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("GET")
    assert (answer.status_code, answer.headers["content-type"]) == (200, GRAPHS["turtle"])
    assert len(description(answer)) > 0


def test_has_endpoint_triple(ask: Callable[..., httpx.Response], endpoint: Server) -> None:
    address = rdflib.URIRef(endpoint / "sparql")
    assert set(description(ask("GET")).subject_objects(SD.endpoint)) == {(address, address)}


def test_conforms_to_schema(ask: Callable[..., httpx.Response]) -> None:
    """As the specification has it: what domains and ranges are, and which terms there are."""
    graph = description(ask("GET"))
    terms = {term for triple in graph for term in triple if term in SD}
    assert terms <= {SD[name] for name in (*SERVICE, *DATASET, "Graph", "NamedGraph", "name")}
    (service,) = graph.subjects(SD.endpoint)
    assert (service, rdflib.RDF.type, SD.Service) in graph
    for name in SERVICE & {predicate.removeprefix(SD) for predicate in graph.predicates()}:
        assert set(graph.subjects(SD[name])) == {service}
    (dataset,) = graph.objects(service, SD.defaultDataset)
    assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
    for default in graph.objects(dataset, SD.defaultGraph):
        assert (default, rdflib.RDF.type, SD.Graph) in graph
    for named_graph in graph.objects(dataset, SD.namedGraph):
        assert (named_graph, rdflib.RDF.type, SD.NamedGraph) in graph
        assert len(set(graph.objects(named_graph, SD.name))) == 1


def description(answer: httpx.Response) -> rdflib.Graph:
    return rdflib.Graph().parse(data=answer.text, format="turtle")


# What it says


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("SELECT * { ?s foo:bar ?o }", "The prefix foo: is not declared"),
        ("SELECT * { ?s pfcor:gene ?o }", "The prefix pfcor: is not declared; pfocr: ?"),
        ("PREFIX a: <urn:a>INSERT DATA { a:b a:c 1 }", "is an update. The graph is read-only"),
        ("DROP ALL", "is an update. The graph is read-only"),
        ("# note\nDELETE WHERE { ?s ?p ?o }", "is an update. The graph is read-only"),
        ("ASK { pfocr:a ?p } LIMIT 5", "does not parse, line 1, column 18, before '} LIMIT 5'"),
        ("SELECT ?s\nWHRE { ?s ?p ?o }", "does not parse, line 2, column 6, before '{ ?s"),
        ("SELECT *\n" + "{" * 5000, "the query is too deep in line 2: it can have 64 levels of "),
    ],
)
def test_query_that_cannot_run(query: str, line: str, ask: Callable[..., httpx.Response]) -> None:
    answer = ask(**get(query, []))
    assert answer.status_code == 400
    assert line in answer.text
    assert "expected" not in answer.text


@pytest.mark.parametrize(
    "request_",
    [
        {"method": "GET", "params": {"update": "CLEAR ALL"}},
        {"method": "POST", "data": {"update": "CLEAR ALL"}},
        {"method": "POST", "data": {"update": "CLEAR ALL", "query": "ASK {}"}},
    ],
)
def test_updates_are_refused(request_: dict[str, Any], ask: Callable[..., httpx.Response]) -> None:
    answer = ask(**request_)
    assert (answer.status_code, answer.text) == (
        400,
        "updates are not possible here. The graph is read-only\n",
    )


def test_406_lists_the_formats_of_the_answer(ask: Callable[..., httpx.Response]) -> None:
    image = {"accept": "image/png"}
    rows = ask("GET", params={"query": "SELECT * {}"}, headers=image)
    graph = ask("GET", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers=image)
    assert (rows.status_code, graph.status_code) == (406, 406)
    for media_type in ROWS.values():
        assert media_type.partition(";")[0] in rows.text
    for media_type in GRAPHS.values():
        assert media_type.partition(";")[0] in graph.text


def test_one_accept_header_serves_both_kinds_of_query(
    ask: Callable[..., httpx.Response],
) -> None:
    both = {"accept": "application/sparql-results+json,text/turtle"}
    rows = ask("GET", params={"query": "SELECT * {}"}, headers=both)
    graph = ask("GET", params={"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"}, headers=both)
    assert rows.headers["content-type"] == ROWS["json"]
    assert graph.headers["content-type"] == GRAPHS["turtle"]


def test_service_is_refused_where_none_is_allowed(ask: Callable[..., httpx.Response]) -> None:
    answer = ask(**get("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", []))
    assert answer.status_code == 403
    assert answer.text.startswith("SERVICE is refused")


@pytest.mark.parametrize(
    ("reply", "status", "line"),
    [
        (None, 200, ""),
        ((500, b"<h1>Oh</h1>\nno"), 502, "Error 500 Internal Server Error returned by http://127."),
        ((200, b"<h1>Welcome</h1>"), 400, "the query failed"),
    ],
)
def test_other_endpoints_answer_or_fail(
    reply: tuple[int, bytes] | None, status: int, line: str, linked_sample: Path
) -> None:
    with sparql_service.serving("<urn:a> <urn:b> 1 .") as other:
        other.reply = reply
        site = Site(Settings(linked_sample, services=(other.url,)))
        query = f"SELECT ?s {{ SERVICE <{other.url}> {{ ?s ?p ?o }} }}"
        answer = sparql.endpoint(site, Asked(query=(("query", query),)))
        assert callable(answer.body)
        output = BytesIO()
        if status == 200:
            answer.body(output)
            assert json.loads(output.getvalue())["results"]["bindings"] == [
                {"s": {"type": "uri", "value": "urn:a"}}
            ]
        else:
            with pytest.raises(RequestError) as raised:
                answer.body(output)
            assert raised.value.status == status
            assert line in str(raised.value)
            assert "h1" not in str(raised.value)
        site.close()


# What it answers


FIGURES = "SELECT ?figure ?title { ?figure a pfocr:PathwayFigure ; dcterms:title ?title }"


@pytest.mark.parametrize("form", ROWS)
def test_rows_are_those_of_the_store(
    form: str, ask: Callable[..., httpx.Response], built_sample: Path
) -> None:
    current = generations.current(built_sample)
    assert current
    prologue = (
        "PREFIX pfocr: <https://w3id.org/pfocr/vocab#> PREFIX dcterms: <http://purl.org/dc/terms/>"
    )
    expected = ox.Store.read_only(str(current.graph)).query(prologue + FIGURES)
    rows = sorted((str(row["figure"]), str(row["title"])) for row in expected)
    answer = ask("POST", data={"query": FIGURES}, headers={"accept": ROWS[form]})
    if form == "csv":  # it has no types
        assert len(answer.text.splitlines()) == len(rows) + 1
        return
    kind = {"json": "JSON", "xml": "XML", "tsv": "TSV"}[form]
    found = ox.parse_query_results(answer.content, format=getattr(ox.QueryResultsFormat, kind))
    assert isinstance(found, ox.QuerySolutions)
    assert sorted((str(row["figure"]), str(row["title"])) for row in found) == rows
    assert rows


@pytest.mark.parametrize("form", GRAPHS)
def test_graphs_are_the_same_in_every_format(form: str, ask: Callable[..., httpx.Response]) -> None:
    query = (
        "CONSTRUCT { ?figure rdf:type <Drawn> ; rdfs:label ?title }"
        "WHERE { ?figure dcterms:title ?title ; pfocr:gene ?gene }"
    )
    answer = ask("GET", params={"query": query}, headers={"accept": GRAPHS[form]})
    graph = rdflib.Graph().parse(data=answer.text, format=form)
    rows = json.loads(ask("GET", params={"query": FIGURES}).text)["results"]["bindings"]
    titles = {(row["figure"]["value"], row["title"]["value"]) for row in rows}
    found = {(str(s), str(o)) for s, o in graph.subject_objects(rdflib.RDFS.label)}
    assert found
    assert found <= titles
    drawn = {str(o) for o in graph.objects(None, rdflib.RDF.type)}
    assert drawn == {str(answer.url.copy_with(query=None)).replace("sparql", "Drawn")}
    if form == "nt":
        assert len(set(answer.text.splitlines())) == len(answer.text.splitlines())


def test_head_has_the_headers_of_get(ask: Callable[..., httpx.Response]) -> None:
    for params in ({"query": FIGURES}, {"query": "ASK {"}):
        head, got = ask("HEAD", params=params), ask("GET", params=params)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["content-type"] == got.headers["content-type"]


def test_unknown_parameters_are_ignored(ask: Callable[..., httpx.Response]) -> None:
    assert ask(**get("ASK {}", [("timeout", "5"), ("debug", "on")])).status_code == 200


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("rdf+xml", "application/rdf+xml"),
        ("xml", "application/rdf+xml"),
        ("json-ld", "application/ld+json"),
        ("json", "application/ld+json"),
        ("application/ld+json", "application/ld+json"),
        ("n-triples", "application/n-triples"),
        ("n3", GRAPHS["turtle"]),
        ("nonsense", GRAPHS["turtle"]),
    ],
)
def test_format_takes_the_names_of_clients(
    form: str, media_type: str, ask: Callable[..., httpx.Response]
) -> None:
    query = "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"
    turtle = {"accept": "text/turtle"}
    answer = ask("GET", params={"query": query, "format": form}, headers=turtle)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    is_named = form not in ("n3", "nonsense")
    assert ("content-disposition" in answer.headers) == is_named


def test_a_format_of_the_other_kind_of_answer_is_told(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("GET", params={"query": "ASK {}", "format": "turtle"})
    assert answer.text.startswith("format turtle is for answers to CONSTRUCT and DESCRIBE. ")
    answer = ask("GET", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }", "format": "csv"})
    assert answer.text.startswith("format csv is for answers to SELECT and ASK. ")


def test_format_makes_a_download(ask: Callable[..., httpx.Response]) -> None:
    answer = ask("GET", params={"query": FIGURES, "format": "csv"}, headers={"accept": "text/html"})
    assert answer.headers["content-type"] == ROWS["csv"]
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="pfocr-query-20')
    assert disposition.endswith('.csv"')


@pytest.mark.parametrize("accept", ["text/html", f"text/html,{ROWS['xml']};q=0.9,*/*;q=0.8"])
@pytest.mark.parametrize(
    "asked", [[], [("query", "ASK { ?s ?p 'é&+' }"), *default(1, 2), *named(3)]]
)
def test_people_get_the_editor(
    accept: str, asked: list[tuple[str, str]], ask: Callable[..., httpx.Response]
) -> None:
    answer = ask("GET", params=asked, headers={"accept": accept})
    path, _, pairs = answer.headers["location"].partition("?")
    assert (answer.status_code, path, parse_qsl(pairs)) == (303, "/query", asked)


@pytest.mark.parametrize("accept", ["*/*", f"{ROWS['json']}, text/html", "text/html;q=0.2, */*"])
def test_programs_that_also_take_pages_get_data(
    accept: str, ask: Callable[..., httpx.Response]
) -> None:
    assert ask("GET", params={"query": "ASK {}"}, headers={"accept": accept}).json()["boolean"]


# The limit of rows


@pytest.mark.parametrize("form", ROWS)
def test_rows_up_to_the_limit_are_answered(form: str, ask: Callable[..., httpx.Response]) -> None:
    query = f"SELECT (1 AS ?x) {{ ?s ?p ?o }} LIMIT {LIMIT}"
    answer = ask("GET", params={"query": query, "format": form})
    assert answer.status_code == 200
    refused = ask("GET", params={"query": query + "1", "format": form})
    assert (refused.status_code, refused.text) == (
        403,
        "the answer has more than 2,000 rows, the limit here. Add a LIMIT, or ask for less\n",
    )


def test_triples_have_the_same_limit(ask: Callable[..., httpx.Response]) -> None:
    query = f"CONSTRUCT WHERE {{ ?s ?p ?o }} LIMIT {LIMIT}"
    assert ask("GET", params={"query": query}).status_code == 200
    assert ask("GET", params={"query": query + "1"}).status_code == 403


def test_a_body_that_is_cut_does_not_look_whole(ask: Callable[..., httpx.Response]) -> None:
    """An answer that is longer than what is held back has begun before its rows are too many."""
    long = "x" * 500
    query = f"SELECT ('{long}' AS ?x) {{ ?s ?p ?o }}"
    with pytest.raises(httpx.RemoteProtocolError):
        ask("GET", params={"query": query}, headers={"accept-encoding": "identity"})
