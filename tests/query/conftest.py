"""Graphs to ask: built through the command line, as a user would, once a session.

Those of real figures are let go with their module: a build collects garbage, and to look through
hundreds of thousands of rdflib's objects takes longer than a small build.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from pfocr_kg import iris
from places import EXCERPT, SAMPLE


@dataclass(frozen=True)
class Built:
    """A built graph in both engines, neither of them opened by the package."""

    ntriples: bytes
    description: bytes = b""
    """Turtle, as it stands beside an export."""

    @cached_property
    def oxigraph(self) -> ox.Store:
        store = ox.Store()
        store.bulk_load(self.ntriples, format=ox.RdfFormat.N_TRIPLES)
        about = ox.NamedNode(iris.DESCRIPTION)
        store.load(self.description, format=ox.RdfFormat.TURTLE, to_graph=about)
        return store

    @cached_property
    def rdflib(self) -> rdflib.Graph:
        return rdflib.Graph().parse(data=self.ntriples, format="nt")

    @cached_property
    def described(self) -> rdflib.Dataset:
        """The graph as rdflib's, with its description beside it; slower."""
        both = rdflib.Dataset()
        both.default_graph.parse(data=self.ntriples, format="nt")
        both.graph(iris.DESCRIPTION).parse(data=self.description, format="turtle")
        return both


@pytest.fixture(scope="session")
def build(once: Callable[..., Path], run_cli: Callable[..., Any]) -> Callable[..., Built]:
    """Build and export a corpus, linked to pathways if some are given, by the command."""

    def built(corpus: Path, *pathways: Path) -> Built:
        def make(folder: Path) -> None:
            sources = [argument for path in pathways for argument in ("--wikipathways", path)]
            store = ("--store", folder / "store")
            for command in (
                ("build", corpus, *store, "--quiet", *sources),
                ("export", *store, "--format", "ntriples", "--output", folder / "graph.nt"),
            ):
                done = run_cli(*command, timeout=300)
                assert done.code == 0, done.stderr

        folder = once("-".join(["asked", corpus.name, *(path.name for path in pathways)]), make)
        return Built((folder / "graph.nt").read_bytes(), (folder / "graph.void.ttl").read_bytes())

    return built


@pytest.fixture(scope="session")
def sample_graphs(build: Callable[..., Built]) -> Built:
    return build(SAMPLE)


@pytest.fixture(scope="session")
def linked_graphs(build: Callable[..., Built]) -> Built:
    """The sample, linked to the excerpt of WikiPathways."""
    return build(SAMPLE, EXCERPT)


@pytest.fixture(scope="module")
def covid_linked_graphs(pfocr_data: Path, build: Callable[..., Built]) -> Built:
    return build(pfocr_data / "pfocr-covid", pfocr_data / "wikipathways-database")


@pytest.fixture(scope="module")
def covid_graphs(pfocr_data: Path, build: Callable[..., Built]) -> Built:
    return build(pfocr_data / "pfocr-covid")


@pytest.fixture(scope="module")
def verbatim_graphs(pfocr_data: Path, build: Callable[..., Built]) -> Built:
    return build(pfocr_data / "pfocr-verbatim")
