"""The tools for assistants, asked with the client of the official SDK."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult, Tool

from fork_server import Run
from http_server import Server
from pfocr_kg.cli.app import app
from pfocr_kg.errors import PfocrError
from pfocr_kg.model import Level
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.names.search import Sort
from pfocr_kg.serve import failures
from pfocr_kg.serve.frames import Head
from pfocr_kg.serve.mcp import arguments, server, tools
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from places import ROOT

LARGEST = 36_000
"""Characters of an answer, as docs/guides/mcp.md says."""

FIGURES_OF_GENE = {"name": "figures-of-gene", "parameters": {"gene": "IRF3"}}

Call = Callable[..., CallToolResult]


@dataclass
class InProcess:
    """A pool whose one worker is the process of the tests."""

    site: Site
    settings: Settings

    async def reply(self, path: str, asked: Asked) -> tuple[Head, bytes]:
        assert path in [address.path for address in tools.ADDRESSES]
        try:
            reply = tools.call(self.site, asked)
        except Exception as error:
            reply = failures.reply(failures.refusal(error), asked, for_people=False)
        assert isinstance(reply.body, bytes)
        return Head(reply.status, reply.media_type), reply.body


@pytest.fixture(scope="module")
def described(site: Site) -> dict[str, Tool]:
    async def listed(client: Client) -> list[Tool]:
        return (await client.list_tools()).tools

    return {tool.name: tool for tool in asked(site, listed)}


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Its result, in a thread of its own: the browser of other tests has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()


def asked(site: Site, what: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        pool: Any = InProcess(site, site.settings)
        async with Client(server.create(pool)) as client:
            return await what(client)

    return run(main())


@pytest.fixture
def call(site: Site, described: dict[str, Tool]) -> Call:
    """Call a tool; what it answers has the form that it promises, and is not too large."""

    def called(name: str, /, **given: Any) -> CallToolResult:
        result: CallToolResult = asked(site, lambda client: client.call_tool(name, given))
        text = said(result)
        assert len(text) <= LARGEST
        if result.is_error:
            assert "\n" not in text
            assert not re.search("pfocr-kg (find|queries)|--(gene|limit|example)", text)
        else:
            assert json.loads(text) == result.structured_content
            Draft202012Validator(described[name].output_schema or {}).validate(json.loads(text))
        return result

    return called


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def answer(result: CallToolResult) -> dict[str, Any]:
    assert not result.is_error, said(result)
    found: dict[str, Any] = result.structured_content
    return found


def error(result: CallToolResult) -> str:
    assert result.is_error
    return said(result)


def figures_of(gene: str) -> set[str]:
    """Figids of the sample whose table of genes has this NCBI id."""
    folder = ROOT / "tests" / "data" / "sample" / "_data"
    return {
        path.name.removesuffix("-genes.tsv")
        for path in folder.glob("*-genes.tsv")
        if gene in path.read_text(encoding="utf-8").split("\t")
    }


# What assistants read before they call


def test_there_are_seven_tools_that_read_only(described: dict[str, Tool]) -> None:
    assert [*described] == [
        *("search", "find", "show", "list_queries", "run_query", "schema", "sparql")
    ]
    for tool in described.values():
        assert tool.title
        assert len(tool.description or "") > 100
        assert tool.annotations
        assert tool.annotations.read_only_hint
        assert tool.annotations.idempotent_hint
        assert tool.annotations.open_world_hint is False
        for schema in (tool.input_schema, tool.output_schema):
            assert schema
            assert schema["type"] == "object"
            Draft202012Validator.check_schema(schema)
        for name, argument in tool.input_schema["properties"].items():
            assert argument["description"], name


def test_the_server_offers_tools_only_and_tells_their_limits(site: Site) -> None:
    async def told(client: Client) -> tuple[Any, str]:
        return client.server_capabilities, client.instructions or ""

    capabilities, instructions = asked(site, told)
    assert capabilities.tools
    assert capabilities.prompts is capabilities.resources is None
    for words in ("keyword", "no arrows", "`symbol`", "never say"):
        assert words in instructions
    for name in tools.TOOLS:
        assert f"`{name}`" in instructions


def test_choices_are_those_of_the_project() -> None:
    assert get_args(arguments.Level) == (*Level,)
    assert get_args(arguments.Kind) == (*NamedKind,)
    assert get_args(arguments.Sort) == (*Sort,)


# What they answer


def test_search_finds_the_figures_that_draw_a_gene(call: Call) -> None:
    found = answer(call("search", gene="irf-3"))
    expected = figures_of("3661")
    assert {figure["figure"] for figure in found["figures"]} == expected
    assert found["total"] == len(expected) == 6
    assert found["notes"] == ["irf-3: IRF3, human gene 3661"]
    assert not found.keys() & {"more", "link"}


def test_search_says_how_sure_its_genes_are(call: Call) -> None:
    """Six tables and an inline list have MAPK1."""
    found = answer(call("search", gene="MAPK1"))
    assert found["by_level"] == {"symbol": 0, "unambiguous": 3, "any": len(figures_of("5594")) + 1}
    (note,) = [note for note in found["notes"] if "do not conclude" in note]
    assert note.startswith("of 7 figures, 0 have the genes by symbol and 3 by unambiguous words")
    sure = answer(call("search", gene="MAPK1", level="unambiguous"))
    assert sure["total"] == 3
    assert not any("conclude" in note for note in sure["notes"])
    assert "by_level" not in answer(call("search", words="innate"))


def test_search_needs_all_conditions(call: Call) -> None:
    both = figures_of("3661") & figures_of("57506")
    assert {"PMC1533821__1465-9921-7-97-2", "PMC3347317__viruses-04-00424-g002"} <= both
    found = answer(call("search", words="innate", gene=["IRF3", "MAVS"], since=2007, until=2015))
    assert [hit["figure"] for hit in found["figures"]] == ["PMC3347317__viruses-04-00424-g002"]
    assert answer(call("search", gene="IRF3", until=1900)) == {
        "figures": [],
        "total": 0,
        "notes": [
            "IRF3: IRF3, human gene 3661",
            "IRF3, human gene 3661: 6 figures",
            "until 1900: 0 figures",
        ],
    }


@pytest.mark.parametrize(
    ("name", "given", "rows"),
    [
        ("search", {"gene": "IRF3", "limit": 4}, "figures"),
        (
            "run_query",
            {"name": "figures-of-gene", "parameters": {"gene": "IRF3"}, "limit": 4},
            "rows",
        ),
    ],
)
def test_what_is_left_out_is_counted_and_can_be_had(
    call: Call, name: str, given: dict[str, Any], rows: str
) -> None:
    first = answer(call(name, **given))
    assert first["more"] == "2 more: offset=4"
    rest = answer(call(name, **given, offset=4))
    assert "more" not in rest
    assert [len(part[rows]) for part in (first, rest)] == [4, 2]
    assert first[rows] + rest[rows] == answer(call(name, **{**given, "limit": 6}))[rows]


def test_numbers_may_be_written_as_texts(call: Call) -> None:
    found = answer(call("search", gene="IRF3", since="2018", limit="1"))
    assert (found["total"], len(found["figures"])) == (3, 1)


def test_find_says_what_a_name_means(call: Call) -> None:
    (first, *_) = answer(call("find", text="irf-3"))["things"]
    assert first == {
        "iri": "ncbigene:3661",
        "kind": "gene",
        "label": "IRF3",
        "organism": "Homo sapiens",
        "matched": "IRF3",
        "how": "label",
    }
    cut = answer(call("find", text="interferon", limit=1))
    assert len(cut["things"]) == 1
    assert cut["more"]
    kinds = {thing["kind"] for thing in answer(call("find", text="cancer", limit=99))["things"]}
    assert len(kinds) > 1
    of_kind = answer(call("find", text="cancer", kind="paper", limit=99))["things"]
    assert {thing["kind"] for thing in of_kind} == {"paper"}


def test_show_tells_all_about_a_gene(call: Call) -> None:
    found = answer(call("show", name="irf-3", limit=2))
    assert [found[key] for key in ("kind", "iri", "label")] == ["gene", "ncbigene:3661", "IRF3"]
    assert found["facts"]["figures_by_level"] == {"symbol": 6, "unambiguous": 6, "any": 6}
    figures = found["lists"]["figures"]
    assert figures["count"] == 6
    assert len(figures["rows"]) == 2
    assert figures["all"] == FIGURES_OF_GENE
    assert len(answer(call("run_query", **figures["all"]))["rows"]) == 6
    assert "all" not in found["lists"]["words"]


def test_show_asks_for_all_at_the_same_level(call: Call) -> None:
    lists = answer(call("show", name="IRF3", limit=1, level="symbol"))["lists"]
    assert lists["genes"]["all"]["level"] == "symbol"
    rows = answer(call("run_query", **lists["genes"]["all"]))["rows"]
    assert len(rows) == lists["genes"]["count"]


def test_show_says_that_diseases_by_genes_are_not_named(call: Call) -> None:
    lists = answer(call("show", name="PMC6476043__JIR2019-6491738.001"))["lists"]
    assert lists["diseases_of_genes"]["title"].endswith("(it need not name them)")
    assert lists["genes"]["rows"][0]["words"]


def test_list_queries_has_those_that_can_be_run(call: Call) -> None:
    files = {path.stem: path for path in (ROOT / "queries").glob("*/*.rq")}
    run_here = {n for n, path in files.items() if "SERVICE" not in path.read_text(encoding="utf-8")}
    listed = {query["name"]: query for query in answer(call("list_queries"))["queries"]}
    assert listed.keys() == run_here
    assert listed["genes-drawn-with-gene"]["parameters"] == {
        "gene": {"type": "gene", "example": "TNF"},
        "minimum": {"type": "integer", "default": "2"},
    }
    of_topic = answer(call("list_queries", topic="papers"))["queries"]
    assert {q["name"] for q in of_topic} == {
        n for n, p in files.items() if p.parent.name == "papers"
    }
    assert all(query["description"] for query in of_topic)


def test_run_query_answers_as_the_command(call: Call) -> None:
    """The rows are those that README.md shows."""
    given = {"name": "genes-drawn-with-gene", "parameters": {"gene": "TNF"}}
    found = answer(call("run_query", **given))
    rows = [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    assert [(row["otherSymbol"], row["figures"]) for row in rows[:3]] == [
        ("IL6", 6),
        ("TNFRSF1A", 3),
        ("TRADD", 3),
    ]
    assert rows[0]["other"] == "ncbigene:3569"
    missing = {"name": "genes-missing-from-pathway", "parameters": {"pathway": "WP4880"}}
    assert [row[0:2] for row in answer(call("run_query", **missing))["rows"]][:2] == [
        ["ncbigene:7098", "TLR3"],
        ["ncbigene:4599", "MX1"],
    ]


def test_run_query_says_why_there_are_no_rows(call: Call) -> None:
    given = {"gene": "TNF", "minimum": 30}
    found = answer(call("run_query", name="genes-drawn-with-gene", parameters=given))
    assert found["rows"] == []
    assert found["notes"][1].startswith("none with so high a minimum")


def test_sparql_answers_rows_truth_and_graphs(call: Call) -> None:
    count = "SELECT (COUNT(*) AS ?n) ?x { ?figure a pfocr:PathwayFigure } GROUP BY ?x"
    found = answer(call("sparql", query=count))
    assert found == {"columns": ["n", "x"], "rows": [[34, None]]}
    ask = "ASK { ?figure pfocr:gene ncbigene:%s }"
    assert answer(call("sparql", query=ask % 3661)) == {"boolean": True}
    assert answer(call("sparql", query=ask % 99999999)) == {"boolean": False}
    graph = "CONSTRUCT { ?f pfocr:gene ncbigene:3661 } { ?f pfocr:gene ncbigene:3661 }"
    turtle = answer(call("sparql", query=graph))["turtle"]
    assert len(list(ox.parse(turtle, format=ox.RdfFormat.TURTLE))) == 6
    infinite = answer(call("sparql", query='SELECT ("INF"^^xsd:double AS ?x) {}'))
    assert infinite["rows"] == [["inf"]]


def test_schema_describes_the_graph_and_its_examples_run(call: Call) -> None:
    found = answer(call("schema"))
    counts = {each["class"]: each["count"] for each in found["classes"]}
    assert counts["pfocr:PathwayFigure"] == 34
    meanings = {each["property"]: each.get("note", "") for each in found["properties"]}
    assert "not what the figure shows" in meanings["pfocr:diseaseKeyword"]
    assert "ncbigene: <https://identifiers.org/ncbigene/>" in found["prefixes"].splitlines()
    for example in found["examples"]:
        assert answer(call("sparql", query=example["query"]))["rows"], example["question"]


# What cannot be answered


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("search", {"gene": "IRF33"}, ["IRF33", "IRF3, human gene 3661"]),
        ("search", {}, ["nothing to search for"]),
        ("search", {"gene": "IRF3", "limit": 0}, ["limit", "1"]),
        ("search", {"genes": "IRF3"}, ["genes"]),
        ("search", {"gene": "IRF3", "level": "sure"}, ["level", "'symbol'"]),
        ("find", {}, ["text"]),
        ("show", {"name": "IRF33"}, ["IRF33", "IRF3"]),
        ("show", {"name": "zzzz", "kind": "disease"}, ["zzzz", "find with text=zzzz"]),
        ("list_queries", {"topic": "gene"}, ["genes"]),
        ("run_query", {"name": "genes-of-gene"}, ["genes-of-gene", "Did you mean"]),
        ("run_query", {"name": "zz zz"}, ["list_queries lists them"]),
        ("run_query", {"name": "figures-of-gene"}, ["gene=NAME", "gene="]),
        ("run_query", {"name": "most-named-diseases", "parameters": {"geen": "TNF"}}, ["geen"]),
        ("run_query", {"name": "genes-of-disease-at-wikidata"}, ["SERVICE"]),
        (
            "sparql",
            {"query": "SELECT * { SERVICE <http://[::1]:9/> { } }"},
            ["SERVICE"],
        ),
        ("sparql", {"query": "INSERT DATA { <a:b> <a:b> <a:b> }"}, ["update", "read-only"]),
        ("sparql", {"query": "SELECT ?x { ?x a"}, ["does not parse", "line 1"]),
        ("sparql", {"query": "SELECT ?x { ?x a pfcor:Gene }"}, ["prefix pfcor: is not declared"]),
        ("no_such_tool", {}, ["no_such_tool", "run_query"]),
    ],
)
def test_errors_are_one_line_that_helps(
    call: Call, name: str, given: dict[str, Any], words: list[str]
) -> None:
    line = error(call(name, **given))
    for word in words:
        assert word in line


def test_an_unknown_name_is_told_what_is_near(call: Call) -> None:
    found = answer(call("find", text="IRF33"))
    assert found["things"] == []
    assert "IRF3, human gene 3661" in found["notes"][0]


def test_an_unknown_term_is_told_what_is_meant(call: Call) -> None:
    found = answer(call("sparql", query="SELECT ?x { ?x pfocr:geen ?y }"))
    assert found["notes"] == ["the vocabulary has no pfocr:geen; is pfocr:gene meant?"]


# How much they answer


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("sparql", {"query": "SELECT * { ?s ?p ?o }", "limit": 1000}),
        ("sparql", {"query": "SELECT (GROUP_CONCAT(STR(?o)) AS ?all) { ?s ?p ?o }"}),
        ("sparql", {"query": "CONSTRUCT WHERE { ?s ?p ?o }", "limit": 1000}),
        ("sparql", {"query": f"SELECT ?x {{ ?x a pfocr:Gene }} # {'x' * 50_000}", "limit": 3}),
        ("sparql", {"query": f"SELECT ?x {{ {'x' * 50_000}"}),
        ("search", {"words": "a" * 50_000}),
        ("search", {"a" * 50_000: 1}),
        ("search", {"gene": [f"nosuchgene{n}" for n in range(2_000)]}),
        ("search", {"gene": ["IRF3"] * 2_000}),
        ("search", {"words": " ".join(f"{n}{'a' * 3_000}" for n in range(40))}),
        ("search", {"organism": "human", "limit": 200}),
        ("show", {"name": "human", "limit": 200}),
        ("show", {"name": "TNF", "limit": 200}),
        ("find", {"text": "a", "limit": 200}),
    ],
)
def test_no_answer_is_too_large(call: Call, name: str, given: dict[str, Any]) -> None:
    """`call` checks it."""
    call(name, **given)


def test_rows_that_have_no_room_are_counted(call: Call) -> None:
    query = "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 900"
    found = answer(call("sparql", query=query, limit=1000))
    shown = len(found["rows"])
    assert shown < 900
    assert found["more"] == f"{900 - shown} more: add OFFSET {shown}"


def test_a_limit_is_to_be_raised_unless_it_is_the_highest(call: Call) -> None:
    query = "SELECT ?s { ?s ?p ?o }"
    some, most = (answer(call("sparql", query=query, limit=n))["more"] for n in (10, 1000))
    assert some.endswith("more: raise limit, or add OFFSET 10")
    assert re.search("more: add OFFSET [0-9]+$", most)
    found = [tools._raise(arguments.Find(text="a", limit=n)) for n in (199, 200)]
    assert found == ["raise limit, or ", ""]


def test_turtle_that_has_no_room_is_cut_between_triples(call: Call) -> None:
    query = "CONSTRUCT { ?s oa:hasTarget ?o } { SELECT ?s ?o { ?s oa:hasTarget ?o } LIMIT 700 }"
    found = answer(call("sparql", query=query, limit=1000))
    shown = len(list(ox.parse(found["turtle"], format=ox.RdfFormat.TURTLE)))
    assert shown < 700
    assert found["more"] == f"{700 - shown} more: ask for less at once"


# Over HTTP, and as a command


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_server_has_the_tools_at_mcp(server: Server, mode: str) -> None:
    async def main() -> tuple[list[str], list[CallToolResult]]:
        async with Client(server / "mcp", mode=mode) as client:
            names = [tool.name for tool in (await client.list_tools()).tools]
            calls: list[tuple[str, dict[str, Any]]] = [
                ("search", {"gene": "IRF3"}),
                ("show", {"name": "IRF3"}),
                ("run_query", FIGURES_OF_GENE),
                ("sparql", {"query": "SELECT ?s { ?s a pfocr:Gene } LIMIT 1"}),
                ("search", {"gene": "IRF33"}),
            ]
            return names, [await client.call_tool(name, given) for name, given in calls]

    names, (*found, unknown) = run(main())
    assert len(names) == 7
    assert answer(found[0])["total"] == 6
    assert "IRF33" in error(unknown)
    links = [answer(result)["link"] for result in found]
    assert links[1] == server / "genes/3661"
    for link in links if mode == "auto" else ():
        page = httpx.get(link, headers={"accept": "text/html"}, timeout=60)
        assert page.status_code == 200, link
        assert page.headers["content-type"].startswith("text/html")


def test_a_query_that_is_too_long_for_an_address_has_no_link(site: Site) -> None:
    def link(query: str) -> str:
        body = json.dumps({"query": query}).encode()
        asked = Asked(path={"name": "sparql"}, body=body, base="http://127.0.0.1:8000")
        reply = tools.call(site, asked)
        assert isinstance(reply.body, bytes)
        found: str = json.loads(reply.body).get("link", "")
        return found

    assert link("ASK {}") == "http://127.0.0.1:8000/query?query=ASK+%7B%7D"
    assert link(f"ASK {{}} # {'x' * 5_000}") == ""


def test_the_server_checks_the_host_and_takes_posts_only(server: Server) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    headers = {"accept": "application/json, text/event-stream"}

    def status(method: str = "POST", path: str = "mcp", **more: str) -> int:
        sent = httpx.request(method, server / path, headers={**headers, **more}, json=message)
        return sent.status_code

    assert status() == 200
    assert status(host="evil.example") == 400
    assert status("GET") == status("DELETE") == 405
    assert status(path="mcp/tools/search") == 404


def test_without_the_extra_the_command_names_it(
    monkeypatch: pytest.MonkeyPatch, linked_sample: Path
) -> None:
    monkeypatch.setattr("pfocr_kg.cli.mcp.find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["mcp", "--store", str(linked_sample)])
    assert isinstance(done.exception, PfocrError)
    assert 'pip install ".[mcp]"' in str(done.exception)


def command(store: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "pfocr_kg.cli", "mcp", "--store", str(store), *options]


def test_a_store_that_is_not_there_is_one_line(run_cli: Run, tmp_path: Path) -> None:
    done = run_cli("mcp", "--store", tmp_path / "none")
    assert (done.code, done.stdout) == (2, "")
    assert re.fullmatch(r"pfocr-kg: .*none: is not a pfocr-kg store.*\n", done.stderr)


@pytest.mark.slow
def test_the_command_answers_and_ends_runaway_queries(linked_sample: Path) -> None:
    program, *given = command(linked_sample, "--timeout", "5")
    process = StdioServerParameters(command=program, args=given, env=dict(os.environ))
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

    async def main() -> tuple[CallToolResult, CallToolResult]:
        async with Client(stdio_client(process)) as client:
            ended = asyncio.ensure_future(client.call_tool("sparql", {"query": runaway}))
            found = await client.call_tool("search", {"gene": "IRF3"})
            assert not ended.done()
            return await ended, found

    ended, found = run(asyncio.wait_for(main(), 60))
    assert "more than 5 seconds" in error(ended)
    assert answer(found)["total"] == 6


@pytest.mark.slow
def test_the_command_ends_with_its_input(linked_sample: Path) -> None:
    process = subprocess.run(
        command(linked_sample),
        input="no message\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_ctrl_c_ends_the_command(linked_sample: Path) -> None:
    first = {"protocolVersion": "2025-06-18", "capabilities": {}}
    first["clientInfo"] = {"name": "test", "version": "1"}
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": first}
    with subprocess.Popen(
        command(linked_sample), stdin=-1, stdout=-1, stderr=-1, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write(json.dumps(message) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "pfocr-kg"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
        assert process.stdout.read() == ""
        assert process.stderr.read() == "pfocr-kg: interrupted\n"
