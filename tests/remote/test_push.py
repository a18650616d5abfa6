"""What is pushed arrives whole, by either protocol, through faults, and once stopped, later."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.remote import sender
from pfocr_kg.remote.destination import Destination

from .standin import Server

GRAPH = "https://example.org/graph?of=pfocr&x=1"


@pytest.fixture
def graph(linked_sample: Path) -> Iterator[pfocr_kg.Graph]:
    with pfocr_kg.open(linked_sample) as opened:
        yield opened


def lines(store: Any, graph: str | None = None) -> list[str]:
    """The triples of a graph of a store, as sorted N-Triples."""
    at = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    return sorted(f"{quad.triple} ." for quad in store.quads_for_pattern(None, None, None, at))


def wanted(ntriples: Path) -> list[str]:
    triples = ox.parse(path=str(ntriples), format=ox.RdfFormat.N_TRIPLES)
    return sorted(f"{quad.triple} ." for quad in triples)


# On a real server


@pytest.mark.slow
@pytest.mark.parametrize(("method", "named"), [("graph-store", True), ("update", False)])
def test_a_server_has_all_triples_afterwards(
    method: str,
    named: bool,
    emptied: str,
    linked_sample: Path,
    ntriples: Path,
    tmp_path: Path,
    run_cli: Callable[..., Any],
) -> None:
    to = ("--graph", GRAPH) if named else ()
    done = run_cli(
        "push", f"{emptied}/query", *to, "--method", method, "--store", linked_sample, cwd=tmp_path
    )
    total = len(wanted(ntriples))
    assert done.code == 0, done.stderr
    assert done.stdout == ""
    assert f"{total:,} triples sent; " in done.stderr
    at = f"{emptied}/query?default-graph-uri={GRAPH.replace('&', '%26')}"
    back = run_cli("export", "--format", "ntriples", "--store", at if named else f"{emptied}/query")
    assert back.stdout.encode() == ntriples.read_bytes()
    assert not list(linked_sample.parent.glob("*.json"))


@pytest.mark.slow
def test_what_is_there_is_kept_replaced_or_added_to(
    emptied: str, linked_sample: Path, sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    pfocr_kg.build(next(sample.glob("_figures/*.md")), tmp_path / "one")
    small = ("push", f"{emptied}/query", "--quiet", "--store", tmp_path / "one")
    assert run_cli(*small).code == 0
    refused = run_cli(*small)
    assert refused.code == 2
    assert "its default graph holds" in refused.stderr
    assert "--replace" in refused.stderr
    assert run_cli(*small, "--replace").code == 0
    assert run_cli(*small, "--add").code == 0
    large = ("push", f"{emptied}/query", "--quiet", "--store", linked_sample)
    assert run_cli(*large, "--add").code == 0
    assert run_cli(*large, "--replace").code == 0
    both = run_cli(*large, "--replace", "--add")
    assert both.code == 2
    with pfocr_kg.open(f"{emptied}/query") as there, pfocr_kg.open(linked_sample) as here:
        assert len(there) == len(here)


@pytest.mark.slow
def test_the_description_is_that_of_what_is_there(
    emptied: str, linked_sample: Path, sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    """It is sent with the graph, and not left where other triples are there too."""
    asked = ("query", "dataset-description", "--format", "csv", "--store")
    here = run_cli(*asked, linked_sample).stdout
    push_ = ("push", f"{emptied}/query", "--quiet", "--store")
    assert run_cli(*push_, linked_sample).code == 0
    assert here.count("\n") > 50
    assert run_cli(*asked, f"{emptied}/query").stdout == here
    pfocr_kg.build(next(sample.glob("_figures/*.md")), tmp_path / "one")
    assert run_cli(*push_, tmp_path / "one", "--replace").code == 0
    assert run_cli(*asked, f"{emptied}/query").stdout == run_cli(*asked, tmp_path / "one").stdout
    assert run_cli(*push_, linked_sample, "--add").code == 0  # the one is of it
    assert run_cli(*asked, f"{emptied}/query").stdout == here
    assert run_cli(*push_, tmp_path / "one", "--add").code == 0
    assert run_cli(*asked, f"{emptied}/query").stdout.count("\n") == 1
    assert run_cli(*push_, linked_sample, "--replace", "--no-description").code == 0
    assert run_cli(*asked, f"{emptied}/query").stdout.count("\n") == 1
    refused = run_cli(*push_, linked_sample, "--graph", "https://w3id.org/pfocr/description")
    assert (refused.code, "is the graph of the description" in refused.stderr) == (2, True)


# Through faults


@pytest.mark.slow
def test_a_store_without_the_graph_store_protocol_gets_updates(
    graph: pfocr_kg.Graph, server: Server, ntriples: Path, tmp_path: Path
) -> None:
    server.paths = ("/query", "/update")
    done = graph.push(server.query, graph=GRAPH, state=tmp_path / "state")
    assert done
    assert done.method == "update"
    assert lines(server.store, GRAPH) == wanted(ntriples)
    assert server.asked("/store") == server.asked("/data") == 1
    refused = r"/data\?default: 404 Not Found: nothing here"
    with pytest.raises(StoreError, match=refused):
        graph.push(server.query, method="graph-store", state=tmp_path / "state")


def test_the_way_that_worked_is_kept(
    graph: pfocr_kg.Graph, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If it is not there later, that is an error; a push that goes on keeps to its method too."""
    monkeypatch.setattr(sender, "TRIPLES", {"graph-store": 1500, "update": 1500})
    state = tmp_path / "state"
    server.faults = [None, None, None, (404, {})]
    with pytest.raises(StoreError, match=r"/store\?default: 404"):
        graph.push(server.query, state=state)
    assert json.loads(state.read_text())["done"] == 3000
    assert server.asked("/update") == server.asked("/data") == 0
    server.paths = ("/query", "/update")
    with pytest.raises(StoreError, match="404"):
        graph.push(server.query, state=state)
    assert server.asked("/update") == 0


def test_companions_can_be_named(graph: pfocr_kg.Graph, server: Server, tmp_path: Path) -> None:
    server.paths = ("/query", "/store")
    done = graph.push(server.query, graph_store_url=f"{server.url}/store", state=tmp_path / "state")
    assert (done.method, bool(done)) == ("graph-store", True)
    server.paths = ("/query", "/update")
    more = graph.push(
        server.query,
        graph=GRAPH,
        method="update",
        update_url=f"{server.url}/update",
        state=tmp_path / "state",
    )
    assert (more.method, bool(more)) == ("update", True)


@pytest.mark.slow
@pytest.mark.parametrize("fault", [(503, {}), (429, {"Retry-After": "0"}), "drop"])
def test_a_piece_is_sent_again(
    fault: object, graph: pfocr_kg.Graph, server: Server, ntriples: Path, tmp_path: Path
) -> None:
    server.faults = [None, fault, fault, None, fault]
    assert graph.push(server.query, method="update", state=tmp_path / "state")
    assert lines(server.store) == wanted(ntriples)


@pytest.mark.slow
@pytest.mark.parametrize("method", ["graph-store", "update"])
def test_a_push_that_stopped_goes_on(
    method: str,
    graph: pfocr_kg.Graph,
    server: Server,
    ntriples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "TRIPLES", {"graph-store": 1500, "update": 1500})
    state, path = tmp_path / "state", "/store" if method == "graph-store" else "/update"
    server.faults = [None, None, None, None, (400, {})]
    with pytest.raises(StoreError, match="400 Bad Request: Busy"):
        graph.push(server.query, method=method, state=state)
    sent = json.loads(state.read_text())["done"]
    assert sent == len(lines(server.store)) == 4500
    before, seen = server.asked(path), []
    done = graph.push(
        server.query, method=method, state=state, progress=lambda n, of: seen.append((n, of))
    )
    total = len(wanted(ntriples))
    assert done
    assert (done.resumed, done.triples, done.found) == (sent, total, total)
    assert lines(server.store) == wanted(ntriples)
    assert server.asked(path) - before == -(-(total - sent) // 1500) + 1  # the description
    assert seen[0] == (sent, total)
    assert seen[-1] == (total, total)
    assert not state.exists()


def test_a_killed_push_goes_on(
    emptied: str, linked_sample: Path, ntriples: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    """As it is where the process was killed: the state is one piece behind what was sent."""
    url, total = f"{emptied}/query", len(wanted(ntriples))
    where = ("push", url, "--store", linked_sample, "--state", tmp_path / "state.json")
    everything = ntriples.read_bytes().splitlines(keepends=True)
    known = {"digest": hashlib.sha256(ntriples.read_bytes()).hexdigest(), "url": url}
    text = json.dumps({**known, "graph": None, "method": "update", "triples": total, "done": 6000})
    (tmp_path / "state.json").write_text(text)
    post(emptied, everything[:7000])
    done = run_cli(*where)
    assert done.code == 0, done.stderr
    assert f"{total:,} triples sent, 6,000 of them in an earlier run; " in done.stderr


def post(url: str, triples: list[bytes]) -> None:
    body, headers = b"".join(triples), {"Content-Type": "application/n-triples"}
    request = urllib.request.Request(f"{url}/store?default", body, headers, method="POST")
    urllib.request.urlopen(request).close()


@pytest.mark.slow
@pytest.mark.parametrize("other", ["graph", "url", "content", "broken"])
def test_the_state_of_another_push_counts_for_nothing(
    other: str,
    graph: pfocr_kg.Graph,
    server: Server,
    ntriples: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender, "TRIPLES", {"graph-store": 1500, "update": 1500})
    state = tmp_path / "state"
    server.faults = [None, None, None, (400, {})]
    with pytest.raises(StoreError):
        graph.push(server.query, graph=GRAPH, state=state)
    known = json.loads(state.read_text())
    changed = {"graph": None, "url": "http://x/", "content": "0" * 64}
    if other == "broken":
        state.write_text("{")
    else:
        key = "digest" if other == "content" else other
        state.write_text(json.dumps(known | {key: changed[other]}))
    with pytest.raises(StoreError, match="holds 3,000 triples"):
        graph.push(server.query, graph=GRAPH, state=state)
    assert graph.push(server.query, graph=GRAPH, state=state, replace=True).resumed == 0
    assert lines(server.store, GRAPH) == wanted(ntriples)


def test_lost_triples_are_noticed(
    server: Server, linked_sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    server.faults = [None, None, "lose"]
    done = run_cli(
        *("push", server.query, "--method", "update", "--store", linked_sample),
        *("--state", tmp_path / "state"),
    )
    with pfocr_kg.open(linked_sample) as here:
        total = len(here)
    assert done.code == 1
    assert done.stderr.splitlines()[-1] == (
        f"{server.query} holds {total - 1000:,} triples, not {total:,}"
    )


def test_triples_of_someone_else_are_noticed(
    graph: pfocr_kg.Graph, server: Server, tmp_path: Path
) -> None:
    done = graph.push(
        server.query,
        state=tmp_path / "state",
        progress=lambda *_: server.store.update("INSERT DATA { <urn:a> <urn:b> 1 }"),
    )
    assert not done
    assert done.found == done.triples + 1


@pytest.mark.slow
def test_credentials_are_asked_for_and_never_told(
    server: Server, linked_sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    server.scheme, server.user = "Digest", ("dba", "top-secret")
    state = tmp_path / "state"
    push_it = ("push", server.query, "--store", linked_sample, "--state", state)
    refused = run_cli(*push_it)
    assert refused.code == 2
    assert re.search("401 .*PFOCR_KG_USER", refused.stderr)
    env = {"PFOCR_KG_USER": "dba", "PFOCR_KG_PASSWORD": "top-secret"}
    done = run_cli(*push_it, env=env)
    assert done.code == 0, done.stderr
    assert "top-secret" not in done.stderr + done.stdout


@pytest.mark.parametrize("given", [{"graph": "no iri"}, {"graph": ""}, {"method": "ftp"}])
def test_what_cannot_be_a_target(
    given: dict[str, str], graph: pfocr_kg.Graph, server: Server, tmp_path: Path
) -> None:
    with pytest.raises(StoreError, match=r"is not an IRI|cannot push by"):
        graph.push(server.query, state=tmp_path / "state", **given)  # type: ignore[arg-type]
    assert server.requests == []
    with pytest.raises(PfocrError, match=os.strerror(errno.ENOENT)):
        graph.push(server.query, state=tmp_path / "absent" / "state")


# Guesses


@pytest.mark.parametrize(
    ("url", "graphs", "updates"),
    [
        ("http://h:7878/query", "http://h:7878/store", "http://h:7878/update"),
        (
            "http://h:8890/sparql",
            "http://h:8890/sparql-graph-crud-auth",
            "http://h:8890/sparql-auth",
        ),
        ("http://h:3030/ds/query", "http://h:3030/ds/data", "http://h:3030/ds/update"),
        ("http://h:3030/ds/sparql", "http://h:3030/ds/data", "http://h:3030/ds/update"),
        ("http://h/repositories/x", None, "http://h/repositories/x"),
    ],
)
def test_companions_of_the_usual_servers_are_among_the_guesses(
    url: str, graphs: str | None, updates: str
) -> None:
    found = Destination(url).methods_to_try("auto")
    assert ("update", updates) in found
    assert graphs is None or ("graph-store", graphs) in found
    assert len(set(found)) == len(found)
