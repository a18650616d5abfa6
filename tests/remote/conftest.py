"""Servers that hold the sample, and the environment that they are asked in."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg.store import http

from . import servers, standin


@pytest.fixture(autouse=True)
def no_answers_left() -> Iterator[None]:
    """Let go of answers in this thread: a server's thread may not free what pyoxigraph made."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No credentials of the machine's, and little patience."""
    for name in ("PFOCR_KG_TOKEN", "PFOCR_KG_USER", "PFOCR_KG_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "no-netrc"))
    monkeypatch.setattr(http, "_BACKOFF", 0.01)


@pytest.fixture(scope="session")
def ntriples(linked_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the linked sample as sorted N-Triples, its description beside it."""
    path = tmp_path_factory.mktemp("dump") / "graph.nt"
    with pfocr_kg.open(linked_sample) as graph:
        graph.export(path)
        with path.with_suffix(".void.ttl").open("wb") as file:
            graph.write_description(file)
    return path


@pytest.fixture(scope="session")
def oxigraph(ntriples: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The query endpoint of an Oxigraph server that holds that graph."""
    folder = tmp_path_factory.mktemp("oxigraph")
    store = ox.Store(str(folder / "db"))
    store.bulk_load(path=str(ntriples), format=ox.RdfFormat.N_TRIPLES)
    about = ox.NamedNode("https://w3id.org/pfocr/description")
    store.load(path=str(ntriples.with_suffix(".void.ttl")), to_graph=about)
    store.flush()
    del store
    with servers.oxigraph(folder) as url:
        yield f"{url}/query"


@pytest.fixture
def emptied(tmp_path: Path) -> Iterator[str]:
    """An Oxigraph server without triples; gives its base URL."""
    (tmp_path / "server").mkdir()
    with servers.oxigraph(tmp_path / "server") as url:
        yield url


@pytest.fixture
def server() -> Iterator[standin.Server]:
    """A server of the test's own, empty."""
    with standin.serving() as running:
        yield running
