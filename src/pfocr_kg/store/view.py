"""Stores and SPARQL endpoints seen through rdflib."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import oxrdflib
import pyoxigraph as ox
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result

from pfocr_kg.store import depth

Ask = Callable[[str, str | None], tuple[bytes, str]]
"""Sends a query about a graph, or the default graph; returns the answer's body and media type."""


class _View(SPARQLStore):
    """rdflib's store of an endpoint, with our HTTP: digest authentication and retries."""

    def __init__(self, url: str, ask: Ask) -> None:
        super().__init__(url, returnFormat="json")
        self._ask = ask

    def _query(self, query: str, default_graph: str | None = None, **_: Any) -> Result:
        # The endpoint does not know rdflib's name of the default graph.
        is_default = str(default_graph) == str(DATASET_DEFAULT_GRAPH_ID)
        body, media = self._ask(query, None if is_default else default_graph)
        return Result.parse(BytesIO(body), content_type=media)


class _Checked(oxrdflib.OxigraphStore):
    """oxrdflib's store, which refuses queries that would crash the process."""

    def query(self, query: Any, *arguments: Any, **options: Any) -> Result:
        """Run a query; see `depth.check`."""
        depth.check(str(query))
        return super().query(query, *arguments, **options)

    def update(self, update: Any, *arguments: Any, **options: Any) -> None:
        """Refuse an update, as a store that is opened for reading does; see `depth.check`."""
        depth.check(str(update))
        super().update(update, *arguments, **options)


def of_store(store: ox.Store) -> rdflib.Dataset:
    """A dataset of an embedded store; a query that is too deep is a QueryError."""
    return rdflib.Dataset(store=_Checked(store=store))


def of_endpoint(url: str, ask: Ask) -> rdflib.Dataset:
    """A dataset for reading, which asks for triples when they are needed."""
    return rdflib.Dataset(store=_View(url, ask))
