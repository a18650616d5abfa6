"""The tutorial for the keeper of a triple store, followed in Virtuoso."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from documents import Block, Reader, blocks, checkout
from places import ROOT

from . import servers

PAGE = ROOT / "docs" / "tutorials" / "triple-store.md"
EXCERPT = ROOT / "tests" / "data" / "wikipathways-rdf" / "wikipathways.ttl"
FOLDER, SERVER = "/srv/pfocr", "http://localhost:8890"


@pytest.mark.slow
def test_virtuoso_says_what_the_tutorial_shows(
    ntriples: Path, tmp_path: Path, missing: Callable[[str], None]
) -> None:
    """Lines for isql, the query, and commands that ask Virtuoso, with other places."""
    if not (servers.VIRTUOSO and servers.ISQL):
        missing("virtuoso-opensource-7 is not installed")
    data = tmp_path / "data"
    data.mkdir()
    (data / "pfocr.nt.gz").write_bytes(gzip.compress(ntriples.read_bytes()))
    shutil.copy(ntriples.with_suffix(".void.ttl"), data / "pfocr.void.ttl")
    shutil.copy(EXCERPT, data)
    reader = Reader(checkout(tmp_path / "checkout"))
    page = list(blocks(PAGE))
    (loading,) = (block.text for block in page if "rdf_loader_run" in block.text)
    (join,) = (block.text for block in page if block.language == "sparql")
    asked = [block for block in page if SERVER in block.text]
    (reader.folder / "join.rq").write_text(join, encoding="utf-8")
    *load, errors, count = (
        line.strip().removesuffix(";").replace(FOLDER, str(data))
        for line in loading.split("SQL>")[1:]
    )
    with servers.virtuoso(tmp_path, data) as running:
        running.sql(*load)
        assert str(data) not in running.sql(errors)
        assert "17648" in running.sql(count)
        for block in asked:
            here = block.text.replace(SERVER, running.url)
            reader.console(Block(block.place, "console", here, "", ""))
    assert len(asked) == 2
