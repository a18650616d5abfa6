"""Nothing is ever fetched: not by a build, a query or an export, whatever the input names."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fork_server import COMMAND
from listener import Listener

# Python runs a module of this name when it starts, in worker processes too. Audit hooks cannot
# be taken off again, and see every way to a socket that Python has.
BLOCK = """
import os, sys
def watch(event, arguments):
    if event.startswith(("socket.", "urllib.")):
        with open(os.environ["ATTEMPTS"], "a") as file:
            file.write(f"{event} {arguments!r}\\n")
        raise OSError("the network is blocked by a test: " + event)
sys.addaudithook(watch)
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.socket.close()


class Offline:
    """Runs commands with sockets blocked in Python, and every proxy set to the listener.

    Libraries that are not Python's have no audit events, but they have to go somewhere.
    """

    def __init__(self, folder: Path, listener: Listener) -> None:
        self.attempts = folder / "attempts"
        (folder / "sitecustomize.py").write_text(BLOCK)
        proxy = listener.url("")
        names = ("http_proxy", "https_proxy", "all_proxy")
        self.env = {
            **os.environ,
            "PYTHONPATH": str(folder),
            "ATTEMPTS": str(self.attempts),
            **dict.fromkeys([*names, *map(str.upper, names)], proxy),
        }

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, timeout=300, check=False
        )

    def kg(self, *arguments: object) -> str:
        done = self.run(COMMAND, *map(str, arguments))
        assert done.returncode == 0, done.stderr
        assert not self.attempts.exists(), self.attempts.read_text()
        return done.stdout


@pytest.fixture
def offline(tmp_path: Path, listener: Listener) -> Offline:
    folder = tmp_path / "site"
    folder.mkdir()
    return Offline(folder, listener)


def page(figid: str, url: str) -> str:
    return (
        f"---\nfigid: {figid}\npmcid: PMC9999001\nfigtitle: {url}\nfiglink: {url}\n"
        f"figid_alias: {url}\nndex: {url}\nwpid: {url}\ndoi: {url}\n"
        f"schema-jsonld:\n  '@context': {url}\n  '@id': {url}\n  keywords: [TNF]\n---\n"
        f"[{url}]({url})\n"
    )


def test_the_block_blocks(offline: Offline, listener: Listener) -> None:
    """What the other tests rest on."""
    code = "import urllib.request as r, sys; r.urlopen(sys.argv[1])"
    done = offline.run(sys.executable, "-c", code, listener.url("x"))
    assert done.returncode != 0
    assert "blocked by a test" in done.stderr
    assert offline.attempts.read_text()
    assert listener.visits == 0
    # And the listener notices whoever is not blocked.
    with socket.create_connection(("127.0.0.1", listener.port)) as visitor:
        visitor.recv(1)
    assert listener.visits == 1


@pytest.mark.slow
def test_commands_fetch_nothing(
    sample: Path, tmp_path: Path, offline: Offline, listener: Listener
) -> None:
    store = tmp_path / "store"
    evil = tmp_path / "evil.md"
    evil.write_text(page("evil", listener.url("context.jsonld")))
    offline.kg("build", sample, evil, "--store", store, "--quiet")
    assert "evil" in offline.kg("export", "--store", store, "--format", "ntriples")
    for form in ("turtle", "jsonld", "rdfxml"):
        offline.kg("export", "--store", store, "--format", form)
    offline.kg("query", "figures-of-gene", "--example", "--store", store)
    offline.kg("query", "subgraph-of-figure", "--example", "--store", store, "--format", "jsonld")
    (tmp_path / "from.rq").write_text(
        f"SELECT ?s FROM <{listener.url('graph.ttl')}> FROM NAMED <{listener.url('named.ttl')}>\n"
        "WHERE { ?s ?p ?o }"
    )
    assert offline.kg("query", tmp_path / "from.rq", "--store", store, "--format", "csv") == "s\n"
    offline.kg("queries")
    offline.kg("stats", "--store", store)
    # The page named above is not the one that figures have; what counts is that nobody went.
    assert offline.run(COMMAND, "validate", "--store", str(store)).returncode in (0, 1)
    assert not offline.attempts.exists()
    assert listener.visits == 0


@pytest.mark.slow
def test_workers_fetch_nothing(tmp_path: Path, offline: Offline, listener: Listener) -> None:
    """Enough records for the reading to be shared among processes."""
    for number in range(3000):
        path = tmp_path / "tree" / "_figures" / f"{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page(f"f{number}", listener.url("context.jsonld")))
    offline.kg("build", tmp_path / "tree", "--store", tmp_path / "store", "--jobs", 2, "-q")
    assert listener.visits == 0


REFERENCE = """
import sys
from pfocr_kg.errors import ContextError
from pfocr_kg.rdf import reference
known = {"@context": "https://schema.org/", "@type": "ScholarlyArticle", "name": "x"}
assert "https://schema.org/name" in reference.block_to_ntriples(known)
for context in (sys.argv[1], [sys.argv[1]], ["https://schema.org/", sys.argv[1]]):
    try:
        reference.block_to_ntriples({**known, "@context": context})
    except Exception as error:
        texts = []
        while error is not None:
            texts.append(f"{type(error).__name__}: {error}")
            error = error.__cause__ or error.__context__
        assert any("unknown JSON-LD context" in text for text in texts), texts
    else:
        raise AssertionError(context)
"""


def test_reference_mapping_fetches_no_context(offline: Offline, listener: Listener) -> None:
    done = offline.run(sys.executable, "-c", REFERENCE, listener.url("context.jsonld"))
    assert done.returncode == 0, done.stderr
    # PyLD brings an HTTP client, which tries on import whether the machine has IPv6.
    tried = offline.attempts.read_text() if offline.attempts.exists() else ""
    assert all(line.startswith("socket.__new__ ") for line in tried.splitlines()), tried
    assert listener.visits == 0


RDFLIB = """
import sys, pfocr_kg
with pfocr_kg.open(sys.argv[1]) as graph:
    view = graph.rdflib
    list(view.query(f"SELECT ?s FROM <{sys.argv[2]}> WHERE {{ ?s ?p ?o }}"))
    list(view.query(f"SELECT ?s FROM NAMED <{sys.argv[2]}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"))
"""


def test_rdflib_view_fetches_no_graph(
    built_sample: Path, offline: Offline, listener: Listener
) -> None:
    """rdflib by itself loads what FROM names."""
    url = listener.url("graph.ttl")
    done = offline.run(sys.executable, "-c", RDFLIB, str(built_sample), url)
    assert done.returncode == 0, done.stderr
    assert not offline.attempts.exists()
    assert listener.visits == 0


def test_federated_query_goes_where_it_says(tmp_path: Path, built_sample: Path) -> None:
    """The one thing that does: SERVICE. It shows that the listener would see a visit."""
    listening = Listener()
    query = tmp_path / "service.rq"
    query.write_text(f"SELECT ?s {{ SERVICE <{listening.url('sparql')}> {{ ?s ?p ?o }} }}")
    done = subprocess.run(
        [COMMAND, "query", str(query), "--store", str(built_sample)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    listening.socket.close()
    assert done.returncode == 2
    assert done.stderr.startswith("pfocr-kg: ")
    assert listening.visits >= 1
