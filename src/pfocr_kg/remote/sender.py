"""Sends triples and updates to a remote store, by a method that it supports.

Protocols: https://www.w3.org/TR/sparql11-http-rdf-update/ (Graph Store Protocol), and
https://www.w3.org/TR/sparql11-update/ if a store lacks that. A graph has no blank nodes, so
that sending a piece twice changes nothing: after an error, a piece is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from itertools import islice
from typing import Final
from urllib.parse import quote

from pfocr_kg.compare import patch
from pfocr_kg.remote.destination import Destination, MethodUrl, sparql_graph
from pfocr_kg.store.http import EndpointError, Http

TRIPLES: Final = {"graph-store": 20_000, "update": 1_000}
"""Triples per piece: some MB, or an update that Virtuoso can still compile."""

_NOT_THERE: Final = (
    HTTPStatus.NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED,
    HTTPStatus.NOT_IMPLEMENTED,
)


class Sender:
    """Sends by the first method that works, and then only by that method. Close it after use.

    Raises:
        StoreError: a URL of the destination cannot be used.

    """

    def __init__(self, destination: Destination) -> None:
        self._methods = destination.methods_to_try(destination.method)
        self._update_methods = destination.methods_to_try("update")
        urls = (destination.url, destination.update_url, destination.graph_store_url)
        self._http = Http(*filter(None, urls))

    def __enter__(self) -> Sender:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @property
    def method(self) -> str:
        """The method that is tried next."""
        return self._methods[0][0]

    @property
    def max_lines(self) -> int:
        """The maximum of lines per request, for the method that is tried next."""
        return TRIPLES[self.method]

    def use_only(self, method: str) -> bool:
        """Try no other method; returns False, and changes nothing, if this one is ruled out."""
        chosen = [each for each in self._methods if each[0] == method]
        self._methods = chosen or self._methods
        return bool(chosen)

    def post(self, lines: Sequence[bytes], graph: str | None) -> int:
        """Add the first lines of N-Triples in one request; returns how many were sent."""
        sent = 0

        def send(method: str, url: str) -> None:
            nonlocal sent
            piece = lines[: TRIPLES[method]]
            if method == "update":
                self._update(url, _insert(piece, graph))
            else:
                self._graph_store("POST", url, graph, b"".join(piece))
            sent = len(piece)

        self._methods = _first_that_works(self._methods, send)
        return sent

    def post_all(self, lines: Iterable[bytes], graph: str | None) -> None:
        """Add lines of N-Triples, in several requests."""
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

        self._methods = _first_that_works(self._methods, send)

    def update(self, text: str) -> None:
        """Run a SPARQL update."""
        self._update_methods = _first_that_works(
            self._update_methods, lambda _, url: self._update(url, text)
        )

    def _update(self, url: str, text: str) -> None:
        self._http.send("POST", url, data={"update": text}).close()

    def _graph_store(self, method: str, url: str, graph: str | None, body: bytes | None) -> None:
        named = "default" if graph is None else f"graph={quote(graph, safe='')}"
        headers = {"Content-Type": "application/n-triples"} if body is not None else {}
        url = f"{url}{'&' if '?' in url else '?'}{named}"
        self._http.send(method, url, data=body, headers=headers).close()


def _first_that_works(
    methods: list[MethodUrl], send: Callable[[str, str], None]
) -> list[MethodUrl]:
    """Send by the first method that the store supports; returns a list of only this method.

    A method that has worked is not changed for another: a later 404 means something else.
    """
    for method in methods[:-1]:
        try:
            send(*method)
        except EndpointError as error:
            if error.status not in _NOT_THERE:
                raise
        else:
            return [method]
    send(*methods[-1])
    return methods[-1:]


def _insert(lines: Sequence[bytes], graph: str | None) -> str:
    """An update that adds triples, in the form that every reader of SPARQL understands."""
    body = "{\n" + b"".join(map(patch.for_sparql, lines)).decode() + "}"
    if graph is not None:
        body = f"{{ {sparql_graph(graph)} {body} }}"
    return f"INSERT DATA {body}"
