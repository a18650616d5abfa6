"""SPARQL clients of other makers get the rows that `pfocr-kg query` gives."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
import SPARQLWrapper
from rdflib.plugins.stores.sparqlstore import SPARQLStore

from http_server import Server
from pfocr_kg.query import bundled

pytestmark = pytest.mark.slow

COMUNICA = Path(__file__).parent / "clients" / "node_modules" / ".bin" / "comunica-sparql"

# With names, numbers of three kinds, years, and variables that are not bound.
ROWS = [
    "figures-of-gene",
    "genes-of-figure",
    "genes-over-years",
    "identifiers-of-figure",
    "class-counts",
    "curated-links",
]
GRAPH = "subgraph-of-figure"

Row = frozenset[tuple[str, str, str]]
"""Variable, value, and the language or datatype."""

Ask = Callable[[str, str], list[Row]]
"""Takes the address of the endpoint and a query."""


@cache
def by_command(store: Path, name: str, form: str) -> bytes:
    command = [sys.executable, "-m", "pfocr_kg.cli", "query", name, "--example", "--quiet"]
    options = ["--store", str(store), "--format", form]
    return subprocess.run([*command, *options], check=True, stdout=subprocess.PIPE).stdout


def rows(answer: Any) -> list[Row]:
    """The rows of an answer in SPARQL's JSON."""
    return [
        frozenset(
            (name, term["value"], term.get("xml:lang") or term.get("datatype") or "")
            for name, term in row.items()
        )
        for row in answer["results"]["bindings"]
    ]


def by_sparqlwrapper(endpoint: str, query: str) -> list[Row]:
    client = SPARQLWrapper.SPARQLWrapper(endpoint, returnFormat=SPARQLWrapper.JSON)
    client.setQuery(query)
    return rows(client.query().convert())


def by_sparqlwrapper_post(endpoint: str, query: str) -> list[Row]:
    client = SPARQLWrapper.SPARQLWrapper(endpoint, returnFormat=SPARQLWrapper.JSON)
    client.setMethod(SPARQLWrapper.POST)
    client.setRequestMethod(SPARQLWrapper.POSTDIRECTLY)
    client.setQuery(query)
    return rows(client.query().convert())


def by_rdflib(endpoint: str, query: str) -> list[Row]:
    graph = rdflib.Graph(SPARQLStore(endpoint, returnFormat="json"))
    return [
        frozenset(
            (str(name), str(term), getattr(term, "language", "") or datatype(term))
            for name, term in row.asdict().items()
        )
        for row in graph.query(query)
    ]


def datatype(term: rdflib.term.Node) -> str:
    return str(getattr(term, "datatype", None) or "")


def by_comunica(source: str) -> Ask:
    def ask(endpoint: str, query: str) -> list[Row]:
        asked = [str(COMUNICA), source + endpoint, query, "-t", "application/sparql-results+json"]
        done = subprocess.run(asked, check=True, capture_output=True, timeout=120)
        return rows(json.loads(done.stdout))

    return ask


CLIENTS = {
    "SPARQLWrapper": by_sparqlwrapper,
    "SPARQLWrapper, POST": by_sparqlwrapper_post,
    "rdflib": by_rdflib,
    "Comunica": by_comunica("sparql@"),
    "Comunica without a type": by_comunica(""),
}


# That Comunica knows what the address is without being told shows at any query.
@pytest.mark.parametrize(
    ("client", "name"),
    [(c, n) for c in CLIENTS for n in (ROWS[:1] if c == "Comunica without a type" else ROWS)],
)
def test_client_gets_the_rows(
    client: str,
    name: str,
    server: Server,
    linked_sample: Path,
    missing: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if client.startswith("Comunica") and not COMUNICA.exists():
        missing("npm ci --prefix tests/serve/clients installs Comunica")
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    expected = rows(json.loads(by_command(linked_sample, name, "json")))
    assert expected
    assert CLIENTS[client](server / "sparql", bundled.queries()[name].text) == expected


@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_curl_gets_what_the_command_writes(
    form: str, server: Server, linked_sample: Path, missing: Callable[[str], None]
) -> None:
    if shutil.which("curl") is None:
        missing("curl is not installed")
    media_type = {"csv": "text/csv", "tsv": "text/tab-separated-values"}.get(
        form, f"application/sparql-results+{form}"
    )
    for name in ROWS:
        query = f"query={bundled.queries()[name].text}"
        asked = ["curl", "-sS", server / "sparql", "-H", f"Accept: {media_type}"]
        done = subprocess.run(
            [*asked, "--data-urlencode", query], check=True, stdout=subprocess.PIPE
        )
        assert done.stdout == by_command(linked_sample, name, form)


@pytest.mark.parametrize("form", ["turtle", "n3", "rdf+xml", "xml", "json-ld"])
def test_sparqlwrapper_gets_graphs_in_each_format(
    form: str, server: Server, linked_sample: Path
) -> None:
    expected = rdflib.Graph().parse(by_command(linked_sample, GRAPH, "turtle"), format="turtle")
    client = SPARQLWrapper.SPARQLWrapper(server / "sparql", returnFormat=form)
    client.setQuery(bundled.queries()[GRAPH].text)
    found = client.query().convert()
    if not isinstance(found, rdflib.Graph):
        found = rdflib.Graph().parse(found, format="turtle")
    assert set(found) == set(expected)


def test_graphs_come_whole(server: Server, linked_sample: Path) -> None:
    expected = rdflib.Graph().parse(by_command(linked_sample, GRAPH, "turtle"), format="turtle")
    query = bundled.queries()[GRAPH].text
    client = SPARQLWrapper.SPARQLWrapper(server / "sparql", returnFormat=SPARQLWrapper.TURTLE)
    client.setQuery(query)
    assert set(rdflib.Graph().parse(client.query().convert(), format="turtle")) == set(expected)
    graph = rdflib.Graph(SPARQLStore(server / "sparql")).query(query).graph
    assert graph is not None
    assert set(graph) == set(expected)
    assert len(expected) > 0
