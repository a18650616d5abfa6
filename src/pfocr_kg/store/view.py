"""A SPARQL endpoint seen through rdflib."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result

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


def dataset(url: str, ask: Ask) -> rdflib.Dataset:
    """A dataset for reading, which asks for triples when they are needed."""
    return rdflib.Dataset(store=_View(url, ask))
