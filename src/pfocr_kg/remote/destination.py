"""The destination of triples: an endpoint, a graph in it, and its URLs for updates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import StoreError

METHODS: Final = ("auto", "graph-store", "update")
"""Methods of sending: the Graph Store Protocol, SPARQL updates, or the first that works."""

MethodUrl = tuple[str, str]
"""A method and its URL."""

_COMPANIONS: Final = {
    "sparql-auth": ("sparql-auth", "sparql-graph-crud-auth"),
    "sparql": ("sparql-auth", "sparql-graph-crud-auth"),
    "query": ("update", "store"),
}
"""Last part of a query endpoint's path -> those of its endpoints for updates and graphs, in
Virtuoso and the Oxigraph server."""

_FUSEKI: Final = ("update", "data")
_GRAPHS: Final = ("default-graph-uri", "named-graph-uri")
"""Parameters that name graphs in a query endpoint's URL: SPARQL 1.1 Protocol, section 2.1.4."""


class EndpointOptions(TypedDict, total=False):
    """Options of an endpoint beside its URL; see `Destination`."""

    graph: str | None
    update_url: str | None
    graph_store_url: str | None


@dataclass(frozen=True, slots=True)
class Destination:
    """A query endpoint, one of its named graphs or the default graph, and the method of sending.

    `update_url` and `graph_store_url` are guessed from `url` if they are not given.

    Raises:
        StoreError: the method is unknown, or the graph cannot be written.

    """

    url: str
    graph: str | None = None
    method: str = "auto"
    update_url: str | None = None
    graph_store_url: str | None = None

    def __post_init__(self) -> None:
        try:
            sparql_graph(self.graph)
        except ValueError:
            raise StoreError(f"{self.graph!r} is not an IRI of a graph") from None
        if self.graph == iris.DESCRIPTION:
            hint = "Name another"
            raise StoreError(f"{self.graph} is the graph of the description", hint=hint)
        if self.method not in METHODS:
            hint = "One of " + ", ".join(METHODS)
            raise StoreError(f"cannot push by {self.method!r}", hint=hint)

    def methods_to_try(self, method: str) -> list[MethodUrl]:
        """Methods with their URLs, the likeliest first; `method` "auto" stands for both methods."""
        updates, graphs = _companions(self.url)
        if self.update_url:
            updates = [self.update_url]
        if self.graph_store_url:
            graphs = [self.graph_store_url]
        by_graph_store = [("graph-store", url) for url in dict.fromkeys(graphs)]
        by_update = [("update", url) for url in dict.fromkeys(updates)]
        by_method = {"graph-store": by_graph_store, "update": by_update}
        return by_method.get(method) or by_graph_store + by_update


def _companions(url: str) -> tuple[list[str], list[str]]:
    """Guesses the URLs for updates and for graphs of a query endpoint."""
    parts = urlsplit(url)
    base, _, last = parts.path.rstrip("/").rpartition("/")
    pairs = [_COMPANIONS.get(last, ("update", "store")), _FUSEKI]

    def with_path(path: str) -> str:
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    updates = [with_path(f"{base}/{update}") for update, _ in pairs]
    # Some stores, such as GraphDB and Blazegraph, take updates at the URL for queries.
    return [*updates, with_path(parts.path)], [with_path(f"{base}/{graph}") for _, graph in pairs]


def sparql_graph(graph: str | None) -> str:
    """A graph in the syntax of SPARQL Update; ValueError if it is not an IRI."""
    return "DEFAULT" if graph is None else f"GRAPH {ox.NamedNode(graph)}"


def split_graph(url: str, graph: str | None) -> tuple[str, str | None]:
    """The URL of an endpoint without the graph that it names, and that graph.

    `graph` is the graph if the URL names none.

    Raises:
        StoreError: the URL names another graph, or several.

    """
    parts = urlsplit(url)
    fields = parse_qsl(parts.query)
    named = {value for name, value in fields if name == "default-graph-uri"}
    if graph is not None:
        named.add(graph)
    if len(named) > 1:
        # Imported on use: `requests` takes a tenth of a second.
        from pfocr_kg.store.http import without_user  # noqa: PLC0415

        names = " and ".join(sorted(named))
        raise StoreError(f"{without_user(url)}: more than one graph is named: {names}")
    rest = [(name, value) for name, value in fields if name not in _GRAPHS]
    return urlunsplit(parts._replace(query=urlencode(rest))), next(iter(named), None)


def with_graph(url: str, graph: str | None) -> str:
    """The URL for queries of a named graph and its description."""
    if graph is None:
        return url
    named = urlencode({"default-graph-uri": graph, "named-graph-uri": iris.DESCRIPTION})
    return f"{url}{'&' if '?' in url else '?'}{named}"
