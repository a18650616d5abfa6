"""Sends triples and updates to a remote store, by the ways that it has.

Protocols: https://www.w3.org/TR/sparql11-http-rdf-update/ (Graph Store Protocol), and
https://www.w3.org/TR/sparql11-update/ where a store lacks that. A graph has no blank nodes, so
that a piece that is sent twice changes nothing: an uncertain piece is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Final
from urllib.parse import quote

from pfocr_kg.compare import patch
from pfocr_kg.remote.destination import Destination, Way, sparql_graph
from pfocr_kg.store.http import EndpointError, Http

TRIPLES: Final = {"graph-store": 20_000, "update": 1_000}
"""Triples a piece: some MB, or an update that Virtuoso can still compile."""

_NOT_THERE: Final = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)


class Sender:
    """The ways to a remote store, until one has worked; then that way. Close it after use.

    Raises:
        StoreError: a URL of the destination cannot be used.

    """

    def __init__(self, destination: Destination) -> None:
        self._ways = destination.ways(destination.method)
        self._update_ways = destination.ways("update")
        urls = (destination.url, destination.update_url, destination.graph_store_url)
        self._http = Http(*filter(None, urls))

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def method(self) -> str:
        """The method that is tried next."""
        return self._ways[0][0]

    @property
    def max_lines(self) -> int:
        """Lines that are sent at once, as far as is known."""
        return TRIPLES[self.method]

    def use(self, method: str) -> bool:
        """Try no other method, where this one is left; whether it is."""
        ways = [way for way in self._ways if way[0] == method]
        self._ways = ways or self._ways
        return bool(ways)

    def post(self, lines: Sequence[bytes], graph: str | None) -> int:
        """Add N-Triples lines, or as many as are sent at once; returns how many were sent."""
        sent = 0

        def send(method: str, url: str) -> None:
            nonlocal sent
            piece = lines[: TRIPLES[method]]
            if method == "update":
                self._update(url, _insert(piece, graph))
            else:
                self._graph_store("POST", url, graph, b"".join(piece))
            sent = len(piece)

        self._ways = _first_that_works(self._ways, send)
        return sent

    def post_all(self, lines: Iterable[bytes], graph: str | None) -> None:
        """Add N-Triples lines, some at a time."""
        rest = iter(lines)
        piece: Sequence[bytes] = ()
        while piece := piece or list(islice(rest, self.max_lines)):
            piece = piece[self.post(piece, graph) :]

    def clear(self, graph: str | None) -> None:
        """Empty a remote graph."""

        def send(method: str, url: str) -> None:
            if method == "update":
                self._update(url, f"CLEAR SILENT {sparql_graph(graph)}")
            else:
                self._graph_store("DELETE", url, graph, None)

        self._ways = _first_that_works(self._ways, send)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._update_ways = _first_that_works(
            self._update_ways, lambda _, url: self._update(url, text)
        )

    def _update(self, url: str, text: str) -> None:
        self._http.send("POST", url, data={"update": text}).close()

    def _graph_store(self, method: str, url: str, graph: str | None, body: bytes | None) -> None:
        named = "default" if graph is None else f"graph={quote(graph, safe='')}"
        headers = {"Content-Type": "application/n-triples"} if body is not None else {}
        url = f"{url}{'&' if '?' in url else '?'}{named}"
        self._http.send(method, url, data=body, headers=headers).close()


def _first_that_works(ways: list[Way], send: Callable[[str, str], None]) -> list[Way]:
    """Send by the first way that is there; returns the ways that are left, that one alone.

    A way that has worked is not left for another: a 404 later means something else.
    """
    for way in ways[:-1]:
        try:
            send(*way)
        except EndpointError as error:
            if error.status not in _NOT_THERE:
                raise
        else:
            return [way]
    send(*ways[-1])
    return ways[-1:]


def _insert(lines: Sequence[bytes], graph: str | None) -> str:
    """An update that adds triples, in the form that every reader of SPARQL understands."""
    body = "{\n" + b"".join(map(patch.for_sparql, lines)).decode() + "}"
    if graph is not None:
        body = f"{{ {sparql_graph(graph)} {body} }}"
    return f"INSERT DATA {body}"
