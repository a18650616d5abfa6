"""A release of a graph at an endpoint is that of the folder that was pushed there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import describing
import pfocr_kg


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.slow
def test_a_release_of_an_endpoint(
    oxigraph: str, linked_sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    """Byte for byte, but for the report of a build and the partitions that only a build counts."""
    pytest.importorskip("rocrate")
    day = ("--date", "2026-03-31")
    done = run_cli("release", tmp_path / "there", *day, "--store", oxigraph)
    assert done.code == 0, done.stderr
    assert done.stderr.count("no report of a build") == 1
    with pfocr_kg.open(linked_sample) as graph:
        graph.release(tmp_path / "here", date=day[1], without=["report"])
    there, here = contents(tmp_path / "there"), contents(tmp_path / "here")
    assert len(there) > 25
    other = {name for name in here if here[name] != there.get(name)}
    assert other == {"description.ttl", "ro-crate-metadata.json", "SHA256SUMS"}
    assert there.keys() == here.keys()
    read = [{*ox.parse(folder["description.ttl"], ox.RdfFormat.TURTLE)} for folder in (here, there)]
    ours, theirs = [{quad.triple for quad in quads} for quads in read]
    assert describing.without_nested(ours) == theirs
    assert len(ours) > len(theirs)


@pytest.mark.slow
def test_a_subset_of_an_endpoint(
    oxigraph: str, linked_sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    """Byte for byte that of the folder, where its triples are read from what the build saved."""
    pytest.importorskip("rocrate")
    chosen = ("--disease", "cancer", "--organism", "human", "--date", "2026-03-31")
    for store, name in ((oxigraph, "there"), (linked_sample, "here")):
        done = run_cli("release", tmp_path / name, *chosen, "--store", store)
        assert done.code == 0, done.stderr
        assert "cancer: Cancer, disease DOID:162" in done.stderr
        assert ("asked by SPARQL, which is slower" in done.stderr) == (name == "there")
    there, here = contents(tmp_path / "there"), contents(tmp_path / "here")
    assert len(there) > 20
    assert there == here
    done = run_cli("network", "genes", "--around", "DDX58", "--store", oxigraph)
    assert "DDX58: RIGI, human gene 23586" in done.stderr
    assert done.stdout.count("RIGI") > 1
