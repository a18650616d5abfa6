"""Graphs to ask: built through the command line, as a user would, once a session.

Those of real figures are let go with their module: a build collects garbage, and to look through
hundreds of thousands of rdflib's objects takes longer than a small build.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from pfocr_kg import iris

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "tests" / "data" / "sample"
EXCERPT = ROOT / "tests" / "data" / "wikipathways"
SHARED = Path(os.environ.get("PFOCR_DATA", ROOT.parent / "shared" / "data"))


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
def sample(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(SAMPLE, tmp_path_factory)


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sample, linked to the excerpt of WikiPathways."""
    return build(SAMPLE, tmp_path_factory, EXCERPT)


@pytest.fixture(scope="module")
def covid_linked(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    pathways = shared / "wikipathways-database"
    return build(shared / "pfocr-covid", tmp_path_factory, pathways)


@pytest.fixture(scope="module")
def covid(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(shared / "pfocr-covid", tmp_path_factory)


@pytest.fixture(scope="module")
def verbatim(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(shared / "pfocr-verbatim", tmp_path_factory)


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip("the real data are not there (PFOCR_DATA names their folder)")
    return SHARED


def build(corpus: Path, tmp_path_factory: pytest.TempPathFactory, *pathways: Path) -> Built:
    folder = tmp_path_factory.mktemp(corpus.name)
    store, dump = str(folder / "store"), folder / "graph.nt"
    sources = [argument for path in pathways for argument in ("--wikipathways", str(path))]
    pfocr_kg("build", str(corpus), "--store", store, "--quiet", *sources)
    pfocr_kg("export", "--store", store, "--format", "ntriples", "--output", str(dump))
    return Built(dump.read_bytes(), (folder / "graph.void.ttl").read_bytes())


def pfocr_kg(*arguments: str) -> None:
    command = [sys.executable, "-m", "pfocr_kg", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
