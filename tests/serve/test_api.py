"""The API for programs: its answers are those of the commands, and its errors say what is wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from fork_server import Run
from http_server import Server
from pfocr_kg.errors import AmbiguousNameError, PfocrError, QueryError, UnknownNameError
from pfocr_kg.query import bundled
from pfocr_kg.serve import downloads
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.routes import addresses
from pfocr_kg.serve.settings import Limits, Settings
from pfocr_kg.serve.site import Site

from .replies import body

Get = Callable[..., Reply]
Pairs = list[tuple[str, str]]

QUERY = "/api/queries/{name}"
THING = "/api/show/{folder}/{name}"
LIST = "/api/show/{folder}/{name}/{part}"
GENES = "TP53 TNF IL6 STAT3 xyzzyx"


@pytest.fixture
def get(site: Site) -> Get:
    """Ask an address; in a path, {name} is replaced by the keyword."""
    return lambda path, *given, **more: ask(site, path, *given, **more)


def ask(
    site: Site,
    path: str,
    *given: tuple[str, str],
    accept: str = "*/*",
    form: Pairs | None = None,
    **names: str,
) -> Reply:
    handler = next(one.handler for one in addresses() if one.path == path)
    method, kind = ("GET", "") if form is None else ("POST", "application/x-www-form-urlencoded")
    asked = Asked(method, path, names, given, tuple(form or ()), b"", kind, accept)
    return handler(site, asked)


def read(reply: Reply) -> Any:
    assert reply.media_type == "application/json"
    return json.loads(body(reply))


def table(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return [*csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("figures-of-gene", [("gene", "p53")]),
        ("most-drawn-genes", [("organism", "human"), ("level", "symbol")]),
        ("figures-with-genes", [("gene", "TNF"), ("gene", "IL6"), ("minimum", "1")]),
        ("figures-of-gene", [("gene", "EGFR"), ("organism_of_names", "fruit fly")]),
        ("figures-per-year", []),
    ],
)
def test_the_rows_of_a_query_are_those_of_the_command(
    get: Get, run_cli: Run, linked_sample: Path, name: str, given: Pairs
) -> None:
    options = {"level": "--level=", "organism_of_names": "--organism="}
    values = [options.get(key, f"{key}=") + value for key, value in given]
    told = run_cli("query", name, *values, "-f", "csv", "--store", linked_sample)
    assert told.code == 0, told.stderr
    reply = get(QUERY, *given, ("format", "csv"), name=name)
    assert body(reply).decode() == told.stdout
    found = read(get(QUERY, *given, name=name))
    texts = [{k: "" if v is None else str(v) for k, v in row.items()} for row in found["rows"]]
    assert texts == table(told.stdout)
    assert (found["count"], found["more"]) == (len(texts), False)
    assert texts
    assert found["notes"] == told.stderr.splitlines()


@pytest.mark.parametrize(
    ("form", "of_command", "accept"),
    [
        ("xml", "xml", "application/sparql-results+xml"),
        ("sparql-json", "json", "application/sparql-results+json"),
        ("tsv", "tsv", "text/tab-separated-values"),
        ("csv", "csv", "text/html;q=0.1, text/csv"),
    ],
)
def test_a_query_in_the_formats_of_results(
    get: Get, run_cli: Run, linked_sample: Path, form: str, of_command: str, accept: str
) -> None:
    told = run_cli(
        "query", "figures-of-gene", "gene=TNF", "-f", of_command, "--store", linked_sample
    )
    by_name = get(QUERY, ("gene", "TNF"), ("format", form), name="figures-of-gene")
    by_header = get(QUERY, ("gene", "TNF"), accept=accept, name="figures-of-gene")
    assert body(by_name).decode() == body(by_header).decode() == told.stdout
    assert by_name.media_type == by_header.media_type
    assert by_name.media_type.startswith(accept.rpartition(" ")[2])
    assert json.loads(by_name.headers["pfocr-notes"]) == told.stderr.splitlines()


def test_many_notes_fit_in_a_header(get: Get) -> None:
    reply = get(LIST, ("format", "csv"), folder="organisms", name="9606", part="genes")
    given = [("gene", row["id"]) for row in table(body(reply).decode())]
    found = get(QUERY, *given, ("format", "csv"), name="figures-with-genes")
    notes = json.loads(found.headers["pfocr-notes"])
    assert len(given) > 150
    assert len(found.headers["pfocr-notes"]) < 4096
    assert "; JSON has all" in notes[-1]
    assert len(read(get(QUERY, *given, name="figures-with-genes"))["notes"]) == len(given)


def test_a_query_that_makes_a_graph(get: Get, run_cli: Run, linked_sample: Path) -> None:
    given = ("figure", "PMC3614012__nihms379615f2")
    for form in ("turtle", "ntriples", "jsonld"):
        command = ["query", "subgraph-of-figure", "=".join(given), "-f", form]
        told = run_cli(*command, "--store", linked_sample)
        reply = get(QUERY, given, ("format", form), name="subgraph-of-figure")
        assert body(reply).decode() == told.stdout != ""
    assert get(QUERY, given, name="subgraph-of-figure").media_type == "text/turtle"


def test_a_limit_leaves_out_rows_and_says_so(get: Get, site: Site) -> None:
    whole = read(get(QUERY, ("gene", "TNF"), name="figures-of-gene"))
    number = whole["count"]
    assert number > 2
    for limit, count in ((2, 2), (number, number), (number + 1, number)):
        given = [("gene", "TNF"), ("limit", str(limit))]
        found = read(get(QUERY, *given, name="figures-of-gene"))
        assert found["rows"] == whole["rows"][:count]
        assert (found["count"], found["more"]) == (count, count < number)
        reply = get(QUERY, *given, ("format", "csv"), name="figures-of-gene")
        assert len(table(body(reply).decode())) == count
        assert ("there are more rows" in reply.headers["pfocr-notes"]) == (count < number)


def test_a_query_without_rows_says_why(get: Get) -> None:
    given = [("gene", "TNF"), ("gene", "IL6"), ("minimum", "3")]
    found = read(get(QUERY, *given, name="figures-with-genes"))
    assert (found["count"], found["rows"]) == (0, [])
    assert [hint for hint in found["hints"] if hint.startswith("none with so high a minimum")]


def test_the_list_of_queries(get: Get) -> None:
    found = read(get("/api/queries"))
    assert [query["name"] for query in found["queries"]] == [*bundled.queries()]
    of_name = {query["name"]: query for query in found["queries"]}
    assert of_name["figures-of-gene"]["levels"] is True
    assert of_name["figures-per-year"]["levels"] is False
    assert [p["name"] for p in of_name["figures-with-genes"]["parameters"]] == ["gene", "minimum"]
    assert of_name["genes-of-disease-at-wikidata"]["endpoints"] == [
        "https://query.wikidata.org/sparql"
    ]
    some = read(get("/api/queries", ("topic", "papers")))
    assert {query["topic"] for query in some["queries"]} == {"papers"}
    assert some["count"] == len(some["queries"]) > 1


@pytest.mark.parametrize("text", ["p53", "interleukin", "liver cancer", "PMC3614012", "xyzzyx"])
def test_find_is_the_command(get: Get, run_cli: Run, linked_sample: Path, text: str) -> None:
    command = ["find", text, "-f", "json", "--store", linked_sample]
    told = run_cli(*command, "--limit", 100_000)
    rows = json.loads(told.stdout)
    found = read(get("/api/find", ("text", text)))
    assert found["rows"] == rows
    assert bool(found["notes"]) == (not rows)
    assert (found["count"], found["more"]) == (len(rows), False)
    if rows:
        first = read(get("/api/find", ("text", text), ("limit", "1")))
        assert (first["rows"], first["more"]) == (rows[:1], len(rows) > 1)
        assert first["notes"] == []


def test_find_by_kind_and_organism(get: Get, run_cli: Run, linked_sample: Path) -> None:
    command = ["find", "il6", "--kind", "gene", "--kind", "disease", "--organism", "human"]
    told = run_cli(*command, "-f", "json", "--store", linked_sample, "--limit", 1000)
    given = [("text", "il6"), ("kind", "gene"), ("kind", "disease"), ("organism", "human")]
    assert read(get("/api/find", *given))["rows"] == json.loads(told.stdout) != []


@pytest.mark.parametrize(
    "given",
    [
        [("q", "signaling")],
        [("gene", "TNF"), ("gene", "IL6"), ("level", "symbol")],
        [("gene", "TNF"), ("since", "2010"), ("until", "2018"), ("sort", "year")],
        [("q", "cell"), ("no_pathway", "true"), ("sort", "score")],
    ],
)
def test_search_is_the_command(get: Get, run_cli: Run, linked_sample: Path, given: Pairs) -> None:
    options = [
        text
        for name, value in given
        for text in (["--no-pathway"] if name == "no_pathway" else [f"--{name}", value])
        if name != "q"
    ]
    words = [value for name, value in given if name == "q"]
    command = ["search", *words, *options, "-f", "json", "--store", linked_sample]
    rows = json.loads(run_cli(*command, "--limit", 100_000).stdout)
    found = read(get("/api/search", *given))
    assert found["rows"] == rows != []
    assert (found["total"], found["more"]) == (len(rows), False)
    first = read(get("/api/search", *given, ("limit", "1")))
    assert (first["rows"], first["total"]) == (rows[:1], len(rows))
    assert first["more"] == (len(rows) > 1)
    assert len(table(body(get("/api/search", *given, ("format", "csv"))).decode())) == len(rows)


THINGS = [
    ("genes", "7124", "TNF"),
    ("diseases", "DOID_162", "DOID:162"),
    ("organisms", "9606", "human"),
    ("pathways", "WP4880", "WP4880"),
    ("papers", "PMC3614012", "PMC3614012"),
    ("figures", "PMC3614012__nihms379615f2", "PMC3614012__nihms379615f2"),
]


@pytest.mark.parametrize(("folder", "name", "called"), THINGS)
def test_show_is_the_command(
    get: Get, run_cli: Run, linked_sample: Path, folder: str, name: str, called: str
) -> None:
    command = ["show", called, "-f", "json", "--store", linked_sample]
    told = json.loads(run_cli(*command).stdout)
    by_page = read(get(THING, folder=folder, name=name))
    assert by_page.pop("address") == f"/{folder}/{name}"
    assert by_page == told
    by_name = read(get("/api/show", ("name", called)))
    assert by_name.pop("notes")
    assert by_name == {**told, "address": f"/{folder}/{name}"}
    few = json.loads(run_cli(*command, "--limit", 1, "--level", "symbol").stdout)
    given = [("limit", "1"), ("level", "symbol")]
    found = read(get(THING, *given, folder=folder, name=name))
    assert {key: value for key, value in found.items() if key != "address"} == few


@pytest.mark.parametrize(("folder", "name", "called"), THINGS)
def test_a_list_has_all_rows_of_its_part(
    get: Get, run_cli: Run, linked_sample: Path, folder: str, name: str, called: str
) -> None:
    told = json.loads(run_cli("show", called, "-f", "json", "--store", linked_sample).stdout)
    parts = {key: part for key, part in told.items() if isinstance(part, dict) and "rows" in part}
    assert len(parts) > 2
    for key, part in parts.items():
        found = read(get(LIST, folder=folder, name=name, part=key))
        assert (found["count"], found["more"]) == (part["count"], False)
        for form, delimiter in (("csv", ","), ("tsv", "\t")):
            reply = get(LIST, ("format", form), folder=folder, name=name, part=key)
            rows = table(body(reply).decode(), delimiter)
            assert len(rows) == part["count"]
            assert [*map(list, rows)] == [found["columns"]] * len(rows)


def test_a_list_as_people_see_it(get: Get, run_cli: Run, linked_sample: Path) -> None:
    reply = get(LIST, ("format", "csv"), folder="genes", name="7124", part="figures")
    rows = table(body(reply).decode())
    told = run_cli("query", "figures-of-gene", "gene=TNF", "-f", "csv", "--store", linked_sample)
    start, end = "https://pfocr.wikipathways.org/figures/", ".html"
    assert [(row["figure"], row["year"], row["read by"], row["title"]) for row in rows] == [
        (
            row["figure"].removeprefix(start).removesuffix(end),
            row["year"],
            ", ".join(row["matchKinds"].split()),
            row["figureTitle"] or row["paperTitle"],
        )
        for row in table(told.stdout)
    ]
    assert reply.headers["content-disposition"].startswith(
        'attachment; filename="pfocr-genes-7124-figures-20'
    )


@pytest.mark.slow
@pytest.mark.parametrize("against", ["pathways", "figures"])
def test_enrich_is_the_command(get: Get, run_cli: Run, linked_sample: Path, against: str) -> None:
    background = "TP53 TNF IL6 STAT3 EGFR AKT1 MAPK1 IRF3 TLR4 JAK2"
    options = ["--against", against, "--store", linked_sample]
    for more, stated in ((["-"], []), (["-", "--background", "bg"], [("background", background)])):
        cwd = linked_sample.parent
        (cwd / "bg").write_text(background)
        told = run_cli("enrich", *more, *options, "-f", "json", stdin=GENES, cwd=cwd)
        given = [("genes", GENES), ("against", against), *stated]
        found = read(get("/api/enrich", *given))
        expected = json.loads(told.stdout)
        assert {key: found[key] for key in expected} == expected
        assert found["unknown"] == ["xyzzyx"]
        assert (found["count"], found["more"]) == (len(expected["rows"]), False)
        assert found["rows"]
        text = run_cli("enrich", *more, *options, "-f", "tsv", stdin=GENES, cwd=cwd).stdout
        assert body(get("/api/enrich", *given, ("format", "tsv"))).decode() == text
        assert read(get("/api/enrich", form=given)) == found
        names = [("genes", name) for name in GENES.split()]
        assert read(get("/api/enrich", *names, *given[1:])) == found


@pytest.mark.slow
def test_a_file_of_genes(server: Server, get: Get) -> None:
    files = {"genes": ("genes.txt", GENES.replace(" ", "\r\n").encode())}
    found = httpx.post(server / "api/enrich", files=files, data={"limit": "2"}, timeout=60)
    assert found.status_code == 200
    assert found.json() == read(get("/api/enrich", ("genes", GENES), ("limit", "2")))


# Errors


def test_a_name_that_nothing_has(get: Get) -> None:
    with pytest.raises(UnknownNameError, match="no gene of the graph is called 'STAT33'") as error:
        get(QUERY, ("gene", "STAT33"), name="figures-of-gene")
    assert "STAT3, human gene 6774" in error.value.hint
    with pytest.raises(UnknownNameError):
        get("/api/show", ("name", "xyzzyx"))
    other = "PMC3614012__F2"  # of PMC3614012__nihms379615f2: /api/show takes it
    for folder, name in (("genes", "1"), ("genes", "x y"), ("papers", "x"), ("figures", other)):
        with pytest.raises(UnknownNameError, match="the graph has no"):
            get(THING, folder=folder, name=name)
    assert read(get("/api/show", ("name", other)))["alias"] == other


def test_a_name_that_several_things_have(get: Get) -> None:
    with pytest.raises(AmbiguousNameError, match=r"'AP-1' can mean JUN, .+ or "):
        get("/api/show", ("name", "AP-1"), ("kind", "gene"))


@pytest.mark.parametrize(
    ("status", "message", "path", "given", "names"),
    [
        (400, "there is no parameter 'genes'. Is gene meant?", QUERY, "genes=x", "figures-of-gene"),
        (400, "there is no parameter 'level'", QUERY, "level=any", "figures-per-year"),
        (400, "gene is not given. As in gene=", QUERY, "", "figures-of-gene"),
        (400, "gene is not given", QUERY, "gene=", "figures-of-gene"),
        (400, "lowest has to be a number, not '1e3'", QUERY, "lowest=1e3", "figures-by-score"),
        (400, "level has to be symbol or", QUERY, "gene=TNF&level=x", "figures-of-gene"),
        (400, "limit has to be a number from 1", QUERY, "gene=TNF&limit=0", "figures-of-gene"),
        (400, "limit has to be a number", QUERY, "gene=TNF&limit=9999999999", "figures-of-gene"),
        (400, "limit is given 2 times", QUERY, "gene=TNF&limit=1&limit=2", "figures-of-gene"),
        (400, "format has to be json or csv", QUERY, "gene=TNF&format=turtle", "figures-of-gene"),
        (400, "minimum has to be a number", QUERY, "gene=TNF&minimum=x", "figures-with-genes"),
        (404, "there is no bundled query 'figures-of-gne'. Did you", QUERY, "", "figures-of-gne"),
        (403, "SERVICE is refused", QUERY, "disease=cancer", "genes-of-disease-at-wikidata"),
        (400, "since has to be a number from 0 to 9999", "/api/search", "q=x&since=20100", ""),
        (400, "no_pathway has to be true or false", "/api/search", "q=x&no_pathway=maybe", ""),
        (400, "kind has to be gene or", "/api/find", "text=x&kind=animal", ""),
        (404, "there is no 'animals'. There are figures, genes", THING, "", "animals/1"),
        (404, "a gene has no list 'similar'. There are figures", LIST, "", "genes/7124/similar"),
    ],
)
def test_what_cannot_be_asked(
    get: Get, status: int, message: str, path: str, given: str, names: str
) -> None:
    parts = [*httpx.QueryParams(given).multi_items()]
    keys = ["name"] if path == QUERY else ["folder", "name", "part"]
    with pytest.raises(RequestError) as error:
        get(path, *parts, **dict(zip(keys, names.split("/"), strict=False)))
    assert error.value.status == status
    assert str(error.value).startswith(message)


def test_values_that_mean_nothing(get: Get) -> None:
    for path, given in (
        ("/api/search", ()),
        ("/api/search", [("q", "...")]),
        ("/api/find", [("text", "!")]),
        ("/api/enrich", [("genes", "xyzzyx")]),
        ("/api/enrich", [("genes", "TNF"), ("organism", "xyzzyx")]),
        ("/api/enrich", [("genes", "TNF"), ("level", "symbol")]),
    ):
        with pytest.raises(QueryError):
            get(path, *given)


def test_formats_that_there_are_not(get: Get) -> None:
    for path, given, accept in (
        ("/api/find", [("text", "TNF")], "text/turtle"),
        ("/api/queries", [], "text/csv"),
    ):
        with pytest.raises(RequestError, match="no format here fits") as error:
            get(path, *given, accept=accept)
        assert error.value.status == 406


def test_a_post_that_is_no_form(site: Site) -> None:
    handler = next(one.handler for one in addresses() if one.path == "/api/enrich")
    with pytest.raises(RequestError, match="the request is no form") as error:
        handler(site, Asked("POST", body=b'{"genes": "TNF"}', content_type="application/json"))
    assert error.value.status == 415


def test_more_rows_than_the_server_gives_are_refused_not_cut(linked_sample: Path) -> None:
    site = Site(Settings(linked_sample, limits=Limits(rows=3)))
    asked: list[tuple[str, Pairs, dict[str, str]]] = [
        (QUERY, [("gene", "TNF")], {"name": "figures-of-gene"}),
        ("/api/find", [("text", "signaling")], {}),
        ("/api/search", [("q", "cell")], {}),
        (LIST, [], {"folder": "genes", "name": "7124", "part": "figures"}),
        ("/api/enrich", [("genes", GENES), ("against", "figures")], {}),
    ]
    try:
        for path, given, names in asked:
            for more in ([], [("limit", "4")], [("format", "csv")]):
                with pytest.raises(RequestError, match="more than 3 rows") as error:
                    ask(site, path, *given, *more, **names)
                assert (error.value.status, error.value.hint) == (403, "Ask for some: limit=3")
            found = read(ask(site, path, *given, ("limit", "3"), **names))
            assert (len(found["rows"]), found["more"]) == (3, True)
    finally:
        site.close()


@pytest.mark.slow
def test_errors_over_http(server: Server) -> None:
    with httpx.Client(base_url=server.address, timeout=60) as client:
        for path, accept, status in (
            ("/api/show?name=xyzzyx", "text/html, */*;q=0.1", 404),
            ("/api/show?name=AP-1&kind=gene", "text/html, */*;q=0.1", 400),
            ("/api/queries/nothing", "text/html", 404),
            ("/api/find?txt=TNF", "text/html", 400),
            ("/api/nothing", "*/*", 404),
        ):
            reply = client.get(path, headers={"accept": accept})
            assert (reply.status_code, reply.headers["content-type"]) == (
                status,
                "application/json",
            )
            assert {*reply.json()} == {"error", "hint"}


# Downloads


def test_rows_as_text() -> None:
    rows = [{"a": 'x,"y"\nz', "b": None, "c": 0.5}, {"a": "\t", "b": "é", "c": True}]
    csv_text = b'a,b,c\r\n"x,""y""\nz",,0.5\r\n\t,\xc3\xa9,True\r\n'
    assert body(downloads.reply("csv", "abc", rows, {})) == csv_text
    assert body(downloads.reply("tsv", "abc", rows, {})) == (
        b'a\tb\tc\n"x,""y""\nz"\t\t0.5\n"\t"\t\xc3\xa9\tTrue\n'
    )
    text = body(downloads.reply("json", "abc", rows, {"about": "é"}))
    assert json.loads(text) == {"about": "é", "rows": rows}


def test_many_rows_come_in_pieces() -> None:
    rows = [{"n": n} for n in range(1234)]
    for form in ("csv", "json"):
        pieces = [*downloads.reply(form, "n", rows, {}).body]  # type: ignore[misc]
        assert len(pieces) > 2
    assert json.loads(b"".join(pieces)) == {"rows": rows}
    for number in (0, 1, 500, 1000):
        assert read(downloads.reply("json", "n", rows[:number], {})) == {"rows": rows[:number]}
        found = body(downloads.reply("csv", "n", rows[:number], {})).split()
        assert found == [b"n", *(str(n).encode() for n in range(number))]


def test_names_of_files(site: Site) -> None:
    name = downloads.file_name(site, "../é x/PMC1__f.1", "csv")
    assert name == f"pfocr-..-x-PMC1__f.1-{site.built}.csv"


# The description


def test_the_description_is_of_all_addresses_and_parameters(get: Get) -> None:
    described = read(get("/openapi.json"))
    validate(described)
    paths = {path: {*methods} for path, methods in described["paths"].items()}
    of_queries = {path for path in paths if path.startswith("/api/queries/")}
    assert of_queries == {f"/api/queries/{name}" for name in bundled.queries()}
    others = {path: methods for path, methods in paths.items() if path not in of_queries}
    assert others == {
        one.path: {method.lower() for method in one.methods}
        for one in addresses()
        if one.path.startswith("/api/") and one.path != QUERY
    }
    for name, query in bundled.queries().items():
        operation = described["paths"][f"/api/queries/{name}"]["get"]
        stated = {p["name"]: p for p in operation["parameters"]}
        for parameter in query.parameters:
            assert stated[parameter.name]["required"] == parameter.is_needed
        for other in [p for p in stated if p not in {p.name for p in query.parameters}]:
            assert other in {"level", "organism_of_names", "limit", "format"}


def test_examples_of_the_description_are_answered(get: Get) -> None:
    """Every query with the examples of its parameters, but not those about what is not here."""
    described = read(get("/openapi.json"))
    answered = 0
    for path, methods in described["paths"].items():
        if not path.startswith("/api/queries/"):
            continue
        given = [
            (p["name"], value)
            for p in methods["get"]["parameters"]
            if p["required"]
            for value in (p["example"] if isinstance(p["example"], list) else [p["example"]])
        ]
        try:
            get(QUERY, *given, name=path.rpartition("/")[2])
            answered += 1
        except PfocrError as error:
            assert "SERVICE" in str(error) or isinstance(error, UnknownNameError)  # noqa: PT017
    assert answered > 50
