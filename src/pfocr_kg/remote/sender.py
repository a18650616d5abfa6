"""Sends triples and updates to a remote store, by the ways that it has.

Protocols: https://www.w3.org/TR/sparql11-http-rdf-update/ (Graph Store Protocol), and
https://www.w3.org/TR/sparql11-update/ where a store lacks that. A graph has no blank nodes, so
that a piece that is sent twice changes nothing: an uncertain piece is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.compare import patch
from pfocr_kg.errors import StoreError
from pfocr_kg.store.http import EndpointError, Http, without_user

METHODS: Final = ("auto", "graph-store", "update")
TRIPLES: Final = {"graph-store": 20_000, "update": 1_000}
"""Triples a piece: some MB, or an update that Virtuoso can still compile."""

_COMPANIONS: Final = {
    "sparql-auth": ("sparql-auth", "sparql-graph-crud-auth"),
    "sparql": ("sparql-auth", "sparql-graph-crud-auth"),
    "query": ("update", "store"),
}
"""Last part of a query endpoint's path -> those of its companions for updates and graphs, as
Virtuoso and the Oxigraph server have them."""

_FUSEKI: Final = ("update", "data")
_GRAPHS: Final = ("default-graph-uri", "named-graph-uri")
"""How a query endpoint's URL names graphs: SPARQL 1.1 Protocol, section 2.1.4."""

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


def place(url: str, graph: str | None) -> tuple[str, str | None]:
    """The URL of an endpoint without the graph that it names, and that graph.

    `graph` is the one that is meant, where the URL names none.

    Raises:
        StoreError: the URL names another graph, or several.

    """
    parts = urlsplit(url)
    fields = parse_qsl(parts.query)
    named = {value for name, value in fields if name == "default-graph-uri"}
    if graph is not None:
        named.add(graph)
    if len(named) > 1:
        raise StoreError(f"{without_user(url)}: which graph? {' or '.join(sorted(named))}")
    rest = [(name, value) for name, value in fields if name not in _GRAPHS]
    return urlunsplit(parts._replace(query=urlencode(rest))), next(iter(named), None)


def asked(url: str, graph: str | None) -> str:
    """The URL by which to ask a named graph, with the description beside it."""
    if graph is None:
        return url
    named = urlencode({"default-graph-uri": graph, "named-graph-uri": iris.DESCRIPTION})
    return f"{url}{'&' if '?' in url else '?'}{named}"


class Sender:
    """The ways to a remote store; the first that works is kept. Close it after use.

    Raises:
        StoreError: the target cannot be sent to.

    """

    def __init__(self, target: Target) -> None:
        _check(target)
        self.ways = list(_ways(target))
        """(method, URL), the likeliest first."""
        self._updates = list(_ways(replace(target, method="update")))
        self._http = Http(*filter(None, (target.url, target.update_url, target.graph_store_url)))

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def methods(self) -> set[str]:
        """The methods that are left to try."""
        return {method for method, _ in self.ways}

    @property
    def method(self) -> str:
        """The method that is taken next."""
        return self.ways[0][0]

    @property
    def most(self) -> int:
        """Lines that go at once, as far as is known."""
        return TRIPLES[self.method]

    def keep(self, method: str) -> None:
        """Try no other method."""
        self.ways = [way for way in self.ways if way[0] == method]

    def post(self, lines: Sequence[bytes], graph: str | None) -> int:
        """Add N-Triples lines, or as many as go at once; gives the number that were sent."""
        part = lines

        def send(method: str, url: str) -> None:
            nonlocal part
            part = lines[: TRIPLES[method]]
            if method == "update":
                self._update(url, _insert(part, graph))
            else:
                self._graph_store("POST", url, graph, b"".join(part))

        self.ways = _first(self.ways, send)
        return len(part)

    def post_all(self, lines: Iterable[bytes], graph: str | None) -> None:
        """Add N-Triples lines, so many at a time as go at once."""
        rest = iter(lines)
        left: Sequence[bytes] = ()
        while left := left or list(islice(rest, self.most)):
            left = left[self.post(left, graph) :]

    def clear(self, graph: str | None) -> None:
        """Empty a remote graph."""

        def send(method: str, url: str) -> None:
            if method == "update":
                self._update(url, f"CLEAR SILENT {_graph(graph)}")
            else:
                self._graph_store("DELETE", url, graph, None)

        self.ways = _first(self.ways, send)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._updates = _first(self._updates, lambda _, url: self._update(url, text))

    def _update(self, url: str, text: str) -> None:
        self._http.send("POST", url, data={"update": text}).close()

    def _graph_store(self, method: str, url: str, graph: str | None, body: bytes | None) -> None:
        named = "default" if graph is None else f"graph={quote(graph, safe='')}"
        headers = {"Content-Type": "application/n-triples"} if body is not None else {}
        url = f"{url}{'&' if '?' in url else '?'}{named}"
        self._http.send(method, url, data=body, headers=headers).close()


_Way = tuple[str, str]


def _first(ways: list[_Way], send: Callable[[str, str], None]) -> list[_Way]:
    """Send by the first way that is there; what has worked once is the way from then on.

    A 404 later is something else.
    """
    for at, way in enumerate(ways):
        try:
            send(*way)
        except EndpointError as error:
            if error.status not in _NOT_THERE or at == len(ways) - 1:
                raise
        else:
            return [way]
    return ways


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


def _insert(lines: Sequence[bytes], graph: str | None) -> str:
    """An update that adds triples, in the form that every reader of SPARQL understands."""
    body = b"".join(map(patch.for_sparql, lines)).decode()
    return (
        f"INSERT DATA {{\n{body}}}"
        if graph is None
        else (f"INSERT DATA {{ {_graph(graph)} {{\n{body}}} }}")
    )
