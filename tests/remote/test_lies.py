"""Whatever an endpoint sends, a question ends soon, with an answer or one line of error."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

import pfocr_kg
from fork_server import Run
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.store import connections, endpoint, http
from pfocr_kg.store.answers import EndpointRows, understanding
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.endpoint import Remote

from . import lies

ROWS = "SELECT ?n { ?s ?p ?n }"
GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
YES = "ASK {}"

ANSWERED = {
    ROWS: {"no-number", "long-number", "negative-number", "unbound", "no-rows"},
    YES: {"yes", "no-rows", "pages-without-end", "other-column"},
    "length": set(),
    GRAPH: set(),
}
"""Lies that nobody can tell from an answer."""


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Iterator[lies.Liar]:
    """A liar, and small limits for what it sends."""
    monkeypatch.setattr(connections, "WAIT", 0.3)
    monkeypatch.setattr(http, "_TIMEOUT", (5, 0.3))
    monkeypatch.setattr(http, "_BACKOFF", 0.001)
    monkeypatch.setattr(http, "_LONGEST_WAIT", 0.002)
    monkeypatch.setattr(endpoint, "_LONGEST_ROW", 1 << 18)
    monkeypatch.setattr(endpoint, "_LONGEST_ANSWER", 1 << 19)
    monkeypatch.setattr(endpoint, "_LONGEST_GRAPH", 1 << 19)
    monkeypatch.setattr(endpoint, "_PAGES", 5)
    monkeypatch.setenv("PFOCR_KG_TOKEN", lies.SECRET)
    with lies.lying() as running:
        yield running


def asked(url: str, question: str) -> object:
    with pfocr_kg.open(url) as graph:
        if question == "length":
            return len(graph)
        answer = graph.query(question)
        return bool(answer) if question == YES else list(answer)


@pytest.mark.parametrize("name", lies.LIES)
def test_a_lie_is_one_line_of_error(name: str, liar: lies.Liar) -> None:
    liar.lie = lies.LIES[name]
    for question, answered in ANSWERED.items():
        if name in answered:
            asked(liar.url, question)
            continue
        with pytest.raises(StoreError) as caught:
            asked(liar.url, question)
        message = str(caught.value)
        assert message.startswith(f"{liar.url}: ")
        assert message.isprintable()
        assert len(message) < 500
        assert lies.SECRET not in message
    assert set(liar.given) <= {f"Bearer {lies.SECRET}"}


COMMANDS = (
    ("stats",),
    ("query", "figures-of-gene", "gene=TP53"),
    ("show", "TP53"),
    ("search", "cancer"),
    ("export", "-o", "out.nt"),
    ("validate",),
    ("network", "genes", "-o", "out.graphml"),
    ("candidates",),
)
TOLD = ("html", "cut", "relative-iri", "xml-bomb", "to-another-host", "escapes-401")


@pytest.mark.slow
@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_command_says_in_one_line_that_it_was_lied_to(
    words: tuple[str, ...], run_cli: Run, tmp_path: Path
) -> None:
    with lies.lying() as liar:
        for name in TOLD:
            liar.lie = lies.LIES[name]
            done = run_cli(
                *(*words, "--store", liar.url),
                env={"PFOCR_KG_TOKEN": lies.SECRET},
                cwd=tmp_path,
            )
            line = done.stderr.splitlines()[-1]
            assert (done.code, done.stdout) == (2, ""), name
            assert line.startswith(f"pfocr-kg: {liar.url}: "), name
            assert line.isprintable()
            assert "Traceback" not in done.stderr
            assert lies.SECRET not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_text_larger_than_the_buffer_of_the_parser_is_one_line() -> None:
    text = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"'
    pieces = io.BytesIO(text + b"x" * (17 << 20))
    solutions = ox.parse_query_results(pieces, format=ox.QueryResultsFormat.JSON)
    rows = EndpointRows(solutions, ["n"], StoreError)
    with pytest.raises(StoreError, match="16777216"):
        next(rows)


ODD = {
    "unbound": "",
    "iri": '{"type":"uri","value":"http://odd.example/x"}',
    "text": lies.literal("odd words"),
    "blank-node": '{"type":"bnode","value":"b0"}',
    "number": lies.literal("-5", datatype=lies.INTEGER),
    "triple": '{"type":"triple","value":{"subject":{"type":"uri","value":"http://odd.example/a"},'
    '"predicate":{"type":"uri","value":"http://odd.example/b"},"object":' + lies.ONE + "}}",
}
QUESTIONS: dict[str, Callable[[pfocr_kg.Graph], object]] = {
    "find": lambda graph: graph.find("TNF"),
    "search": lambda graph: graph.search("signaling"),
    "show": lambda graph: graph.show("TNF"),
    "stats": lambda graph: graph.stats(),
    "candidates": lambda graph: graph.candidates(),
    "links": lambda graph: graph.write_links(io.BytesIO()),
    "genes": lambda graph: graph.write_gmt(io.BytesIO()),
    "network": lambda graph: graph.network("figures"),
    "description": lambda graph: graph.write_description(io.BytesIO()),
}


@pytest.mark.slow
@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("odd", ODD)
def test_an_odd_value_in_any_column_is_no_error_of_ours(
    odd: str, question: str, linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = Embedded(linked_sample)
    columns: dict[tuple[str, str], None] = {}
    changed = [("", "")]

    def table(self: Remote, text: str, graph: str | None) -> object:
        answer = stored.query(text)
        if not isinstance(answer, ox.QuerySolutions):
            return answer
        names = [variable.value for variable in answer.variables]
        columns.update(dict.fromkeys((text, name) for name in names))
        content = json.loads(answer.serialize(format=ox.QueryResultsFormat.JSON))
        rows = content["results"]["bindings"]
        if rows and changed[0][0] == text:
            rows[0].pop(changed[0][1], None)
            rows[0] |= {changed[0][1]: json.loads(ODD[odd])} if ODD[odd] else {}
        parsed = ox.parse_query_results(json.dumps(content), format=ox.QueryResultsFormat.JSON)
        return EndpointRows(parsed, names, StoreError)

    monkeypatch.setattr(Remote, "_table", table)
    with pfocr_kg.open("http://127.0.0.1:9/query") as graph:
        QUESTIONS[question](graph)
        for column in [*columns][:30]:
            changed[0] = column
            with suppress(PfocrError):
                QUESTIONS[question](graph)
    stored.close()


OURS = (AssertionError(), IndexError(), AttributeError(name="valeu", obj=Path()))


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_an_error_of_ours_is_not_blamed_on_an_endpoint(error: Exception) -> None:
    with pytest.raises(type(error)), understanding("http://127.0.0.1:9/query"):
        raise error
