"""Queries over HTTP beside Oxigraph's own server, and pages, for 32 clients at once."""

from __future__ import annotations

import json
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from bench.process import OURS
from bench.table import Result
from bench.world import World
from pfocr_kg import iris
from pfocr_kg.query import bundled
from pfocr_kg.serve import addresses
from pfocr_kg.store import generations

CLIENTS: Final = 32
SECONDS: Final = 30
FEW_FIGURES, FEW_SECONDS = 1_000, 3
"""A small corpus is there to see that the row works: it is asked for three seconds."""
HOST: Final = "127.0.0.1"

OF: Final = {
    "gene": ("figures-of-gene", "genes-drawn-with-gene", "papers-of-gene"),
    "figure": ("genes-of-figure", "mentions-of-figure", "identifiers-of-figure"),
    "pathway": ("figures-of-pathway",),
}
"""Kind of thing -> bundled queries about one, which together are the mixed queries."""

THINGS: Final = {
    "gene": "SELECT iri FROM thing WHERE kind = 'gene' ORDER BY figures DESC, iri",
    "figure": "SELECT figid FROM figure ORDER BY figid",
    "pathway": "SELECT iri FROM thing WHERE kind = 'pathway' ORDER BY figures DESC, iri",
}
EACH: Final = 40
"""Things of each kind, spread evenly from the most drawn or linked to the least. The very first
are left out: a query about a gene in a fifth of all figures takes seconds in either server, and
how many of them run beside the small ones would decide the numbers."""

RUNAWAY: Final = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?b < ?d) }"
JSON: Final = "application/sparql-results+json"


def measure(world: World) -> list[Result]:
    """Ask both servers in turn."""
    store = world.linked
    found = _things(store)
    most_drawn = found["gene"][0]
    found = {kind: things[1:] for kind, things in found.items()}
    texts = [
        bundled.find(name).bind({kind: [ox.NamedNode(iri)]})
        for kind, names in OF.items()
        for iri in found[kind]
        for name in names
    ]
    asked = [text for i in range(7) for text in texts[i::7]]  # kinds one after the other
    queries = [(f"/{{}}?{urlencode({'query': text})}", JSON) for text in asked]
    pages = [
        (address, "text/html")
        for row in zip(*found.values(), strict=False)
        for iri in row
        if (address := addresses.page(iri))
    ]
    pages += [(f"/search?q={word}", "text/html") for word in ("signaling", "cancer", "apoptosis")]
    return [*_queries(world, store, queries), *_pages(world, store, pages, most_drawn)]


def _things(store: Path) -> dict[str, list[str]]:
    """Kind -> IRIs of some of its things, from the index of names."""
    generation = generations.current(store)
    assert generation
    with closing(sqlite3.connect(generation.index)) as index:
        found = {kind: [name for (name,) in index.execute(t)] for kind, t in THINGS.items()}
    found["figure"] = [iris.figure(figid) for figid in found["figure"]]
    return {
        kind: [all_of[i * len(all_of) // (EACH + 1)] for i in range(min(EACH + 1, len(all_of)))]
        for kind, all_of in found.items()
    }


def _queries(world: World, store: Path, queries: Sequence[tuple[str, str]]) -> list[Result]:
    world.say(f"asking both servers, {CLIENTS} clients at once")
    ours = [(path.format("sparql"), accept) for path, accept in queries]
    theirs = [(path.format("query"), accept) for path, accept in queries]
    seconds = _seconds(world)
    with _oxigraph(store) as port:
        their = _load(port, theirs, seconds)
    with _ours(store) as port:
        our = _load(port, ours, seconds)
        with _runaway(port):
            beside = _load(port, ours, seconds)
        again = _load(port, ours, seconds, are_new=False)
    slower = _p95(beside) / _p95(our)
    what = f"SPARQL over HTTP beside oxigraph serve, {world.figures:,} figures"
    return [
        _beside(f"{what}: queries that are new", our, their),
        _beside(f"{what}: queries that come again", again, their),
        Result(
            "serve",
            "the same beside a query without end",
            "95 % at most twice as slow",
            f"{slower:.1f} x ({_p95(our):.0f} -> {_p95(beside):.0f} ms, {_failed(beside)})",
            slower <= 2 and not beside["failed"],
        ),
    ]


def _beside(what: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Result:
    ratio = _rate(ours) / _rate(theirs)
    return Result(
        "serve",
        what,
        "at least 0.8 x its throughput",
        f"{ratio:.2f} x ({_rate(ours):.0f}/s, {_failed(ours)}; {_rate(theirs):.0f}/s)",
        ratio >= 0.8 and not ours["failed"],
        {"ours": _details(ours), "oxigraph": _details(theirs)},
    )


def _pages(
    world: World, store: Path, pages: Sequence[tuple[str, str]], most_drawn: str
) -> list[Result]:
    world.say(f"opening pages, {CLIENTS} clients at once")
    address = addresses.page(most_drawn)
    with _ours(store) as port:
        alone = _load(port, [(address, "text/html")], _seconds(world), clients=1)
        opened = {
            "for the first time": _load(port, pages, _seconds(world)),
            "again": _load(port, pages, _seconds(world), are_new=False),
        }
    slowest = 1000 * statistics.median(alone["times"])
    return [
        *(
            Result(
                "serve",
                f"pages opened {how}, {CLIENTS} clients, {world.figures:,} figures",
                "95 % under 200 ms",
                f"{_p95(found):.0f} ms ({_rate(found):.0f}/s, {_failed(found)})",
                _p95(found) < 200 and not found["failed"],
                _details(found),
            )
            for how, found in opened.items()
        ),
        Result(
            "serve", "page of the most drawn gene", "under 1 s", f"{slowest:.0f} ms", slowest < 1000
        ),
    ]


def _seconds(world: World) -> float:
    return FEW_SECONDS if world.figures < FEW_FIGURES else SECONDS


def _load(
    port: int,
    requests: Sequence[tuple[str, str]],
    seconds: float,
    clients: int = CLIENTS,
    *,
    are_new: bool = True,
) -> dict[str, Any]:
    """What `bench.http_load` measured, in a process of its own."""
    job = {"host": HOST, "port": port, "clients": clients, "seconds": seconds, "are_new": are_new}
    done = subprocess.run(
        [sys.executable, "-m", "bench.http_load"],
        input=json.dumps({**job, "requests": requests}),
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _rate(measured: dict[str, Any]) -> float:
    """Answers a second, of those that came while clients still asked."""
    return int(measured["in_time"]) / float(measured["seconds"])


def _p95(measured: dict[str, Any]) -> float:
    """Milliseconds."""
    return 1000 * statistics.quantiles(measured["times"], n=20)[-1]


def _failed(measured: dict[str, Any]) -> str:
    return f"failed {measured['failed']}" if measured["failed"] else "none failed"


def _details(measured: dict[str, Any]) -> dict[str, Any]:
    return {
        "requests": len(measured["times"]),
        "in_time": measured["in_time"],
        "median_ms": round(1000 * statistics.median(measured["times"]), 1),
        "p95_ms": round(_p95(measured), 1),
        "failed": measured["failed"],
    }


@contextmanager
def _ours(store: Path) -> Iterator[int]:
    port = _free_port()
    with _server([*OURS, "serve", "--store", store, "--port", port, "--quiet"], port):
        yield port


@contextmanager
def _oxigraph(store: Path) -> Iterator[int]:
    """Oxigraph's own server of the same graph, on files of the same generation."""
    generation = generations.current(store)
    assert generation
    port = _free_port()
    command = Path(sys.executable).with_name("oxigraph")
    location = ["--location", generation.graph, "--bind", f"{HOST}:{port}"]
    with _server([command, "serve-read-only", *location], port):
        yield port


@contextmanager
def _server(command: Sequence[object], port: int) -> Iterator[None]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(list(map(str, command)), **quiet) as process:  # type: ignore[call-overload]
        try:
            _wait(port)
            yield
        finally:
            process.terminate()


@contextmanager
def _runaway(port: int) -> Iterator[None]:
    """A query without end beside what is measured, asked again whenever it was stopped."""
    path = f"/sparql?{urlencode({'query': RUNAWAY}, quote_via=quote)}"
    command = (
        "import urllib.request as u\nwhile True:\n  try: u.urlopen('http://"
        + f"{HOST}:{port}{path}"
        "')\n  except OSError: pass"
    )
    with subprocess.Popen([sys.executable, "-c", command]) as process:
        try:
            time.sleep(2)
            yield
        finally:
            process.kill()


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection((HOST, port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
