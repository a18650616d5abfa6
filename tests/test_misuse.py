"""The library used wrongly: closed graphs, wrong types, threads, forks, generators left behind."""

from __future__ import annotations

import inspect
import io
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pfocr_kg
from pfocr_kg import Graph, PfocrError, StoreError
from pfocr_kg.export.registry import EXPORTS

FIGURE = "PMC3347317__F2"
CALLS: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "query": (("figures-of-gene",), {"gene": "TNF"}),
    "hints": (("figures-of-gene",), {"gene": "TNF"}),
    "find": (("TNF",), {}),
    "search": (("signaling",), {}),
    "candidates": ((), {}),
    "show": (("TNF",), {}),
    "triples_of": (("TNF",), {}),
    "stats": ((), {}),
    "enrich": (("TNF IL6",), {}),
    "network": (("genes",), {}),
    "subset": ((), {"gene": "TNF"}),
    "validate": ((), {}),
    "export": (("out.nt",), {}),
    "write": ((io.BytesIO(),), {}),
    "write_as": ((EXPORTS["gmt"], io.BytesIO()), {}),
    "write_gmt": ((io.BytesIO(),), {}),
    "write_gpml": ((io.BytesIO(),), {"figure": FIGURE}),
    "write_links": ((io.BytesIO(),), {}),
    "write_nanopubs": ((io.BytesIO(),), {}),
    "write_description": ((io.BytesIO(),), {}),
    "write_parquet": (("out-tables",), {}),
    "write_kgx": (("out-kgx",), {}),
    "release": (("out-release",), {}),
    "push": (("http://127.0.0.1:9/",), {}),
    "__len__": ((), {}),
    "__enter__": ((), {}),
}
"""A right call of every method."""
FUNCTIONS: dict[str, tuple[Any, ...]] = {
    "open": ("store",),
    "build": ("records", "store"),
    "link": ("store", "pathways"),
    "diff": ("old", "new"),
    "apply": ("store", "patch"),
}
PROPERTIES = ("rdflib", "report")
WRONG = {"None": None, "int": 7, "float": 0.5, "bytes": b"x", "object": object(), "dict": {"a": 1}}
LISTS = ("Sequence", "Collection", "Iterable")


@pytest.fixture(scope="module")
def graph(linked_sample: Path) -> Iterator[Graph]:
    with pfocr_kg.open(linked_sample) as graph:
        yield graph


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_method_is_here() -> None:
    public = {name for name in vars(Graph) if not name.startswith("_")}
    assert public - {"close"} == {*CALLS, *PROPERTIES} - {"__len__", "__enter__"}
    functions = {n for n in pfocr_kg.__all__ if inspect.isfunction(getattr(pfocr_kg, n))}
    assert functions == {*FUNCTIONS}


@pytest.mark.parametrize("kind", ["store", "subset", "endpoint"])
def test_a_closed_graph_says_so(kind: str, graph: Graph, linked_sample: Path) -> None:
    if kind == "endpoint":
        closed = pfocr_kg.open("http://127.0.0.1:9/sparql")
    else:
        closed = graph.subset(gene="TNF") if kind == "subset" else pfocr_kg.open(linked_sample)
    closed.close()
    closed.close()
    for name in PROPERTIES:
        with pytest.raises(StoreError, match=r"was closed\. Open it again"):
            getattr(closed, name)
    for name, (arguments, options) in CALLS.items():
        with pytest.raises(StoreError, match=r"was closed\. Open it again"):
            getattr(closed, name)(*arguments, **options)
    assert not list(Path.cwd().iterdir())


LONG = "zq" * 50_000


def takes(annotation: str, value: str) -> bool:
    """Whether the declaration of a parameter, read as text, has a type or all types."""
    names = {"int": ("int", "float", "Limit"), "dict": ("Iterable[object]",)}.get(value, (value,))
    return any(name in annotation for name in names) or annotation in ("Any", "object")


def misuses() -> Iterator[Any]:
    """Each public function, one of its parameters, and a value that is not of its type."""
    calls = {**CALLS, **{name: (arguments, {}) for name, arguments in FUNCTIONS.items()}}
    for name, (arguments, options) in calls.items():
        of = pfocr_kg if name in FUNCTIONS else Graph
        parameters = list(inspect.signature(getattr(of, name)).parameters.values())
        for at, one in enumerate(parameters[of is Graph :]):
            if one.kind is one.VAR_KEYWORD:
                continue
            for kind, value in WRONG.items():
                if not takes(str(one.annotation), kind):
                    given = list(arguments)
                    if at < len(given):
                        given[at] = value
                    more = {} if at < len(given) else {one.name: value}
                    yield pytest.param(
                        name, one.name, given, {**options, **more}, id=f"{name}-{one.name}-{kind}"
                    )


def test_wrong_types_are_said(graph: Graph) -> None:
    for misuse in misuses():
        name, parameter, arguments, options = misuse.values
        call = getattr(pfocr_kg if name in FUNCTIONS else graph, name)
        with pytest.raises(PfocrError, match=f"{parameter} has to be ") as raised:
            call(*arguments, **options)
        assert "\n" not in str(raised.value), misuse.id
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda g: g.search("x", gene=7), "gene has to be a text or a list"),
        (lambda g: g.search("x", genes="TNF"), "no option 'genes'. There are gene, disease"),
        (lambda g: g.search("x", since="2020"), "since has to be a whole number or None"),
        (lambda g: g.search(since=2020, until=2010), "no year is from 2020 on and until 2010"),
        (lambda g: g.find("x", limit=True), "limit has to be a whole number of at least 0 or None"),
        (lambda g: g.query("figures-of-gene", gene=None), "has to be a text"),
        (lambda g: g.query("figures-of-gene", gene=["TNF", None]), "has to be a text"),
        (lambda g: g.subset(figures="PMC1"), "figures has to be a list"),
        (lambda g: g.network("genes", min_weight="2"), "min_weight has to be a whole number"),
        (lambda g: g.write(io.StringIO()), "output has to be a file that is open for writing b"),
        (lambda g: g.release("x", without="kgx"), "without has to be a list"),
        (lambda g: g.push("http://x/", graph=1), "graph has to be a text or None"),
        (lambda g: g.find("TNF", limit=-1), "limit has to be a whole number of at least 0 or None"),
        (lambda g: g.show("TNF", limit=-5), "limit has to be a whole number of at least 0 or None"),
        (lambda g: g.search("x", limit=-1), "limit has to be a whole number of at least 0 or None"),
        (lambda g: g.query("SELECT * {}").only(limit=-1), "limit has to be a whole number of at"),
        (lambda g: g.query("SELECT * {}").write(io.StringIO(), "csv"), "open for writing bytes"),
        (lambda g: g.query("ASK {}").write(io.StringIO(), "csv"), "open for writing bytes"),
        (lambda g: g.triples_of("TNF").write(io.StringIO(), "nt"), "open for writing bytes"),
        (lambda g: pfocr_kg.open("a\0b"), "store has to be a text or a path, not 'a.x00b'"),
        (lambda g: pfocr_kg.open(Path("a\0b")), "store has to be a text or a path"),
        (lambda g: pfocr_kg.build("a\0b", "x"), "sources has to be a list"),
        (lambda g: g.export("a\0b.ttl"), "output has to be a text or a path"),
        (lambda g: pfocr_kg.open(None), "store has to be a text or a path, not None"),
        (lambda g: pfocr_kg.build([None], "x"), "sources has to be a list"),
        (lambda g: g.export(Path("nowhere/x.nt")), "nowhere"),
        (lambda g: pfocr_kg.open(Path("nowhere")), "nowhere"),
    ],
)
def test_wrong_options_are_said(call: Callable[[Graph], Any], says: str, graph: Graph) -> None:
    with pytest.raises(PfocrError, match=says):
        call(graph)


def answers(graph: Graph) -> list[Any]:
    return [
        graph.query("figures-of-gene", gene="TNF").records(),
        graph.find("p53"),
        graph.search("signaling"),
        graph.show("TNF").as_dict(),
        graph.enrich("TNF IL6").records() if hasattr(graph.enrich("TNF"), "records") else 0,
        len(graph),
    ]


def test_eight_threads_share_a_graph(graph: Graph) -> None:
    expected, found, wrong = answers(graph), [], []

    def ask() -> None:
        try:
            found.append(answers(graph))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert wrong == []
    assert found == [expected] * 8


def test_a_thread_closes_what_others_read(linked_sample: Path) -> None:
    graph, wrong, asked = pfocr_kg.open(linked_sample), [], threading.Event()

    def ask() -> None:
        try:
            while True:
                graph.query("figures-of-gene", gene="TNF").records()
                graph.find("p53")
                asked.set()
        except StoreError:
            pass
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    asked.wait(60)
    graph.close()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert wrong == []


def test_a_fork_goes_on(graph: Graph) -> None:
    expected = answers(graph)
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if answers(graph) == expected else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert answers(graph) == expected


ALL = "SELECT * { ?s ?p ?o }"


def test_a_generator_left_behind_harms_nothing(linked_sample: Path) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        for _ in range(20):
            next(iter(graph.query(ALL)))
        triples = graph.query("CONSTRUCT WHERE { ?s ?p ?o }")
        assert len(graph.query(ALL).records()) == len(graph)
    del triples


@pytest.mark.parametrize("question", [ALL, "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_an_answer_can_be_read_after_the_graph_is_closed(
    question: str, linked_sample: Path
) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        whole = len(graph)
        answer = graph.query(question)
    assert sum(1 for _ in answer) == whole


@pytest.mark.parametrize(
    "call",
    [
        lambda g, note: g.find(LONG, on_note=note),
        lambda g, note: g.find("-" * 100_000),
        lambda g, note: g.find("TNF", organism=LONG),
        lambda g, note: g.find("TNF", kind=LONG),
        lambda g, note: g.show(LONG, kind="disease"),
        lambda g, note: g.show("WP" + "1" * 100_000),
        lambda g, note: g.search("x", journal=LONG),
        lambda g, note: g.search("x", sort=LONG),
        lambda g, note: g.search("x", level=LONG),
    ],
)
def test_long_names_are_cut_in_messages(call: Callable[..., Any], graph: Graph) -> None:
    said: list[str] = []
    try:
        call(graph, said.append)
    except PfocrError as error:
        said.append(str(error))
    assert said
    assert all("..." in text and len(text) < 300 for text in said)
