"""Loads a graph into a remote store, in pieces, and counts what arrived.

Protocols: https://www.w3.org/TR/sparql11-http-rdf-update/ (Graph Store Protocol), and
https://www.w3.org/TR/sparql11-update/ where a store lacks that. A graph has no blank nodes, so
that a piece that is sent twice changes nothing: an uncertain piece is sent again.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote, urlsplit, urlunsplit

import pyoxigraph as ox

from pfocr_kg import export, iris, patches
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.store.http import EndpointError, Http
from pfocr_kg.store.remote import Remote

METHODS: Final = ("auto", "graph-store", "update")
_TRIPLES: Final = {"graph-store": 20_000, "update": 1_000}
"""Triples a piece: some MB, or an update that Virtuoso can still compile."""

_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { %s }"
_COMPANIONS: Final = {
    "sparql-auth": ("sparql-auth", "sparql-graph-crud-auth"),
    "sparql": ("sparql-auth", "sparql-graph-crud-auth"),
    "query": ("update", "store"),
}
"""Last part of a query endpoint's path -> those of its companions for updates and graphs, as
Virtuoso and the Oxigraph server have them."""

_FUSEKI: Final = ("update", "data")
_NOT_THERE: Final = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where to push: the query endpoint, a named graph or the default one, and how.

    `update_url` and `graph_store_url` are guessed from `url` where they are not given.
    """

    url: str
    graph: str | None = None
    method: str = "auto"
    update_url: str | None = None
    graph_store_url: str | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """How it went: triples of the graph, those in the remote one at the end, and the way taken.

    `resumed` counts the triples that an earlier push had sent. Truthy where all arrived.
    """

    triples: int
    found: int
    method: str
    resumed: int = 0
    added: bool = False

    def __bool__(self) -> bool:
        return self.found >= self.triples if self.added else self.found == self.triples


@dataclass(frozen=True, slots=True)
class _State:
    """What a push that stopped leaves behind: what it pushed where, and how far it came."""

    digest: str
    url: str
    graph: str | None
    method: str
    triples: int
    done: int = 0


Progress = Callable[[int, int], None]
"""Told the triples sent, and those there are."""


def push(
    store: export.Dumping,
    target: Target,
    *,
    state: Path,
    clear: bool = False,
    add: bool = False,
    described: Sequence[ox.Triple] = (),
    progress: Progress = lambda _done, _of: None,
) -> Pushed:
    """Load all triples of a store into a remote graph, and count what is there.

    The remote graph has to be empty, unless `clear` empties it first or `add` keeps what it
    has. `described` is the graph's description, which goes into a named graph of its own, in
    place of what that holds; where more than the graph is there in the end it would not be
    true, and none is left. `state` is a file that remembers how far a push came; the next push
    of the same graph to the same place goes on from there, and removes it at the end.

    Raises:
        StoreError: the remote store cannot be used so, or its graph is not empty.
        PfocrError: a file cannot be written.

    """
    _check(target)
    http = Http(*filter(None, (target.url, target.update_url, target.graph_store_url)))
    try:
        with (
            Remote(target.url) as remote,
            tempfile.TemporaryDirectory(prefix=".pfocr-kg-push-", dir=state.parent) as work,
        ):
            lines = Path(work) / "graph.nt"
            with lines.open("wb") as file:
                export.write(store, file, "ntriples", Path(work))
            with lines.open("rb") as file:
                job = _Push(http, remote, target, state, progress)
                return job.run(file, described, clear=clear, add=add)
    except OSError as error:
        raise PfocrError(f"{state.parent}: {error.strerror or error}") from None
    finally:
        http.close()


def state_file(target: Target, folder: Path | None) -> Path:
    """Where a push of a store remembers how far it came, by default: beside its folder."""
    place = f"{target.url}\n{target.graph or ''}"
    name = hashlib.sha256(place.encode()).hexdigest()[:8]
    beside = Path("pfocr-kg") if folder is None else folder.resolve()
    return beside.with_name(f"{beside.name}.push-{name}.json")


class _Push:
    """One push on its way."""

    def __init__(
        self, http: Http, remote: Remote, target: Target, state: Path, progress: Progress
    ) -> None:
        self._http = http
        self._remote = remote
        self._target = target
        self._file = state
        self._progress = progress
        self._ways = list(_ways(target))

    def run(
        self, lines: IO[bytes], described: Sequence[ox.Triple], *, clear: bool, add: bool
    ) -> Pushed:
        begun = self._begin(lines)
        there = self._count(self._target.graph)
        if not begun.done and not add and there:
            if not clear:
                raise StoreError(
                    f"{self._name()} holds {there:,} triples",
                    hint="Give --replace to empty it first, or --add to keep them",
                )
            self._clear(self._target.graph)
        method = self._send(lines, begun)
        found = self._count(self._target.graph)
        if described:
            self._describe(described if found == begun.triples else ())
        self._file.unlink(missing_ok=True)
        return Pushed(begun.triples, found, method, begun.done, add)

    def _begin(self, lines: IO[bytes]) -> _State:
        """Where to begin: at 0, or where an earlier push of the same graph stopped."""
        digest, triples = _digest(lines)
        new = _State(digest, self._target.url, self._target.graph, "", triples)
        with suppress(OSError, ValueError, TypeError):
            old = _State(**json.loads(self._file.read_text(encoding="utf-8")))
            if replace(old, method="", done=0) == new and old.method in self._methods():
                self._ways = [way for way in self._ways if way[0] == old.method]
                return old
        return new

    def _methods(self) -> set[str]:
        return {method for method, _ in self._ways}

    def _send(self, lines: IO[bytes], begun: _State) -> str:
        """Send what is not there yet, by the first way that the store has."""
        lines.seek(0)
        for _ in range(begun.done):
            lines.readline()
        done = begun.done
        self._progress(done, begun.triples)
        while piece := self._piece(lines):
            count = self._post(piece, self._target.graph)
            lines.seek(sum(map(len, piece[count:])) * -1, 1)
            done += count
            method = self._ways[0][0]
            state = replace(begun, method=method, done=done)
            self._note(state)
            self._progress(done, begun.triples)
        return self._ways[0][0]

    def _note(self, state: _State) -> None:
        """Write down how far it is, whole or not at all."""
        new = self._file.with_name(self._file.name + ".new")
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(self._file)

    def _piece(self, lines: IO[bytes]) -> list[bytes]:
        found = (lines.readline() for _ in range(_TRIPLES[self._ways[0][0]]))
        return [line for line in found if line]

    def _describe(self, triples: Sequence[ox.Triple]) -> None:
        """Have these, and no others, in the graph of the description."""
        if self._count(iris.DESCRIPTION):
            self._clear(iris.DESCRIPTION)
        left = [f"{triple} .\n".encode() for triple in triples]
        while left:
            left = left[self._post(left, iris.DESCRIPTION) :]

    def _post(self, piece: list[bytes], graph: str | None) -> int:
        """Send a piece, or as much of it as the way takes at once; gives the triples sent."""
        while True:
            method, url = self._ways[0]
            part = piece[: _TRIPLES[method]]
            try:
                if method == "update":
                    self._update(url, _insert(part, graph))
                else:
                    self._graph_store("POST", url, graph, b"".join(part))
            except EndpointError as error:
                if error.status not in _NOT_THERE or len(self._ways) == 1:
                    raise
                self._ways.pop(0)
            else:
                # What has worked once is the way: a 404 later is something else.
                self._ways = self._ways[:1]
                return len(part)

    def _clear(self, graph: str | None) -> None:
        """Empty a remote graph, by the first way that the store has."""
        while True:
            method, url = self._ways[0]
            try:
                if method == "update":
                    self._update(url, f"CLEAR SILENT {_graph(graph)}")
                else:
                    self._graph_store("DELETE", url, graph, None)
            except EndpointError as error:
                if error.status not in _NOT_THERE or len(self._ways) == 1:
                    raise
                self._ways.pop(0)
            else:
                break

    def _update(self, url: str, text: str) -> None:
        self._http.send("POST", url, data={"update": text}).close()

    def _graph_store(self, method: str, url: str, graph: str | None, body: bytes | None) -> None:
        named = "default" if graph is None else f"graph={quote(graph, safe='')}"
        headers = {"Content-Type": "application/n-triples"} if body is not None else {}
        url = f"{url}{'&' if '?' in url else '?'}{named}"
        self._http.send(method, url, data=body, headers=headers).close()

    def _count(self, graph: str | None) -> int:
        inner = "?s ?p ?o"
        if graph is not None:
            inner = f"GRAPH {ox.NamedNode(graph)} {{ {inner} }}"
        rows = self._remote.query(_COUNT % inner)
        assert isinstance(rows, ox.QuerySolutions)
        return int(next(iter(rows))["n"].value)

    def _name(self) -> str:
        graph = self._target.graph
        return f"{self._target.url}: " + (graph or "its default graph")


def _check(target: Target) -> None:
    try:
        _graph(target.graph)
    except ValueError:
        raise StoreError(f"{target.graph!r} is no IRI of a graph") from None
    if target.graph == iris.DESCRIPTION:
        raise StoreError(f"{target.graph} is the graph of the description", hint="Name another")
    if target.method not in METHODS:
        raise StoreError(f"cannot push by {target.method!r}", hint="One of " + ", ".join(METHODS))


def _ways(target: Target) -> Iterator[tuple[str, str]]:
    """(method, URL), the likeliest first, each once."""
    updates, graphs = _companions(target.url)
    if target.update_url:
        updates = [target.update_url]
    if target.graph_store_url:
        graphs = [target.graph_store_url]
    if target.method in ("auto", "graph-store"):
        yield from (("graph-store", url) for url in dict.fromkeys(graphs))
    if target.method in ("auto", "update"):
        yield from (("update", url) for url in dict.fromkeys(updates))


def _companions(url: str) -> tuple[list[str], list[str]]:
    """Guesses at the endpoints for updates and for graphs beside a query endpoint."""
    parts = urlsplit(url)
    base, _, last = parts.path.rstrip("/").rpartition("/")
    pairs = [_COMPANIONS.get(last, ("update", "store")), _FUSEKI]

    def beside(name: str) -> str:
        return urlunsplit((parts.scheme, parts.netloc, f"{base}/{name}", "", ""))

    # Some stores, such as GraphDB and Blazegraph, take updates where they take queries.
    own = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    return [*(beside(update) for update, _ in pairs), own], [beside(g) for _, g in pairs]


def _graph(graph: str | None) -> str:
    return "DEFAULT" if graph is None else f"GRAPH {ox.NamedNode(graph)}"


def _insert(lines: list[bytes], graph: str | None) -> str:
    """An update that adds triples, in the form that every reader of SPARQL understands."""
    body = b"".join(map(patches.for_sparql, lines)).decode()
    return (
        f"INSERT DATA {{\n{body}}}"
        if graph is None
        else (f"INSERT DATA {{ {_graph(graph)} {{\n{body}}} }}")
    )


def _digest(lines: IO[bytes]) -> tuple[str, int]:
    """SHA-256 of all lines, and their number."""
    digest, count = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        count += 1
    return digest.hexdigest(), count
