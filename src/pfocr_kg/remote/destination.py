"""Where triples are sent: an endpoint, the graph there, and the URLs beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypedDict
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import StoreError

METHODS: Final = ("auto", "graph-store", "update")
"""How to send: the Graph Store Protocol, SPARQL updates, or the first that the store has."""

Way = tuple[str, str]
"""A method and its URL."""

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


class EndpointOptions(TypedDict, total=False):
    """What can be said of an endpoint beside its URL, by keyword; see `Destination`."""

    graph: str | None
    update_url: str | None
    graph_store_url: str | None


@dataclass(frozen=True, slots=True)
class Destination:
    """A query endpoint, a named graph of it or the default one, and the method of sending.

    `update_url` and `graph_store_url` are guessed from `url` where they are not given.

    Raises:
        StoreError: there is no such method, or nothing can be sent to such a graph.

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

    def ways(self, method: str) -> list[Way]:
        """The ways that a method can go, the likeliest first, each once."""
        updates, graphs = _companions(self.url)
        if self.update_url:
            updates = [self.update_url]
        if self.graph_store_url:
            graphs = [self.graph_store_url]
        by_graph_store = [("graph-store", url) for url in dict.fromkeys(graphs)]
        by_update = [("update", url) for url in dict.fromkeys(updates)]
        ways = {"graph-store": by_graph_store, "update": by_update}
        return ways.get(method) or by_graph_store + by_update


def _companions(url: str) -> tuple[list[str], list[str]]:
    """Guesses at the endpoints for updates and for graphs beside a query endpoint."""
    parts = urlsplit(url)
    base, _, last = parts.path.rstrip("/").rpartition("/")
    pairs = [_COMPANIONS.get(last, ("update", "store")), _FUSEKI]

    def with_path(path: str) -> str:
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    updates = [with_path(f"{base}/{update}") for update, _ in pairs]
    # Some stores, such as GraphDB and Blazegraph, take updates where they take queries.
    return [*updates, with_path(parts.path)], [with_path(f"{base}/{graph}") for _, graph in pairs]


def sparql_graph(graph: str | None) -> str:
    """A graph as SPARQL Update names it; ValueError where it is not an IRI."""
    return "DEFAULT" if graph is None else f"GRAPH {ox.NamedNode(graph)}"


def split_graph(url: str, graph: str | None) -> tuple[str, str | None]:
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
        # Imported on use: `requests` takes a tenth of a second.
        from pfocr_kg.store.http import without_user  # noqa: PLC0415

        raise StoreError(f"{without_user(url)}: which graph? {' or '.join(sorted(named))}")
    rest = [(name, value) for name, value in fields if name not in _GRAPHS]
    return urlunsplit(parts._replace(query=urlencode(rest))), next(iter(named), None)


def with_graph(url: str, graph: str | None) -> str:
    """The URL by which to ask a named graph, with the description beside it."""
    if graph is None:
        return url
    named = urlencode({"default-graph-uri": graph, "named-graph-uri": iris.DESCRIPTION})
    return f"{url}{'&' if '?' in url else '?'}{named}"
