"""Links made at an endpoint are those that are made in a folder; nothing else changes there."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import describing
import pfocr_kg
from pfocr_kg.remote.destination import split_graph, with_graph
from places import EXCERPT

from .standin import Server

ONE = ox.Literal(1)
GRAPH = "https://example.org/graph?of=pfocr&x=1"


@pytest.fixture
def corpus(sample: Path, tmp_path: Path) -> Path:
    """The sample, of which records name pathways: some that are read, one that is not."""
    copied = tmp_path / "corpus"
    shutil.copytree(sample, copied)
    figids = sorted(page.stem for page in (copied / "_figures").glob("*.md"))
    wpids = [folder.name for folder in sorted((EXCERPT / "pathways").iterdir())[:3]] + ["WP999999"]
    pairs = "".join(f"{figid}\t{wpid}\n" for figid, wpid in zip(figids, wpids, strict=False))
    (copied / "_data" / "wpid_map.tsv").write_text(pairs)
    return copied


def lines(store: Path | ox.Store) -> list[str]:
    """The triples of a default graph, as sorted N-Triples."""
    opened = describing.opened(store) if isinstance(store, Path) else store
    quads = opened.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return sorted(str(quad.triple) for quad in quads)


def of_description(store: ox.Store) -> set[ox.Triple]:
    named = ox.NamedNode("https://w3id.org/pfocr/description")
    return {quad.triple for quad in store.quads_for_pattern(None, None, None, named)}


def counts(triples: set[ox.Triple]) -> set[str]:
    """Of a description, what it counts: where a graph comes from is not said of a folder."""
    return {str(t) for t in triples if describing.VOID in t.predicate.value}


@pytest.mark.slow
def test_links_are_those_of_a_folder(server: Server, corpus: Path, tmp_path: Path) -> None:
    """Linked, by other rules, and to fewer pathways; what is not a link's stays."""
    local = tmp_path / "store"
    pfocr_kg.build(corpus, local)
    with pfocr_kg.open(local) as graph:
        assert graph.push(server.query)
    fewer = tmp_path / "fewer"
    shutil.copytree(EXCERPT, fewer)
    for folder in sorted((fewer / "pathways").iterdir())[1:6]:
        shutil.rmtree(folder)
    strict = pfocr_kg.LinkOptions(min_shared=6, min_words=5)
    for request in (
        pfocr_kg.WikiPathways([EXCERPT]),
        pfocr_kg.WikiPathways([EXCERPT], strict),
        pfocr_kg.WikiPathways([fewer]),
    ):
        here, there = pfocr_kg.link(local, request), pfocr_kg.link(server.query, request)
        assert there.links == here.links
        assert (there.figures, there.triples) == (here.figures, here.triples)
        assert there.classes == here.classes
        assert lines(server.store) == lines(local)
        stated = describing.without_nested(describing.stated(local))
        assert counts(of_description(server.store)) == counts(stated)


@pytest.mark.slow
def test_other_triples_stay(server: Server, corpus: Path, tmp_path: Path) -> None:
    """Of WikiPathways in the same graph, say; and no description comes where there is none."""
    local = tmp_path / "store"
    pfocr_kg.build(corpus, local)
    with pfocr_kg.open(local) as graph:
        assert graph.push(server.query, describe=False)
    others = [
        ox.Quad(
            ox.NamedNode("https://identifiers.org/" + name), ox.NamedNode("urn:p"), ox.Literal(1)
        )
        for name in ("ncbigene/7098", "wikipathways/WP4880")
    ]
    server.store.extend(others)
    for _ in range(2):
        pfocr_kg.link(server.query, pfocr_kg.WikiPathways([EXCERPT]))
        assert all(quad in server.store for quad in others)
    assert not of_description(server.store)


@pytest.mark.slow
def test_the_command(
    emptied: str, corpus: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    """On a named graph of a real server."""
    local, there, graph = tmp_path / "store", f"{emptied}/query", ("--graph", GRAPH)
    pfocr_kg.build(corpus, local)
    assert run_cli("push", there, *graph, "--store", local, cwd=tmp_path).code == 0
    link = ("link", "--wikipathways", EXCERPT, "--format", "tsv")
    here, done = run_cli(*link, "--store", local), run_cli(*link, *graph, "--store", there)
    assert (done.code, done.stdout) == (here.code, here.stdout) == (0, here.stdout)
    summary = [line for line in here.stderr.splitlines() if "links to" in line]
    assert summary
    assert summary[0] in done.stderr
    at = f"{there}?default-graph-uri={GRAPH.replace('&', '%26')}"
    assert run_cli("export", "-f", "ntriples", "--store", at).stdout == exported(local, run_cli)
    wrong = run_cli("link", "--wikipathways", EXCERPT, *graph, "--store", local)
    assert (wrong.code, "is a URL" in wrong.stderr) == (2, True)


@pytest.mark.slow
def test_a_first_linking_needs_no_updates(server: Server, corpus: Path, tmp_path: Path) -> None:
    """What is linked already does, and a place without figures is not linked."""
    request = pfocr_kg.WikiPathways([EXCERPT])
    with pytest.raises(pfocr_kg.StoreError, match="holds no figures"):
        pfocr_kg.link(server.query, request)
    pfocr_kg.build(corpus, tmp_path / "store")
    with pfocr_kg.open(tmp_path / "store") as graph:
        assert graph.push(server.query)
    server.paths = ("/query", "/store")
    done = pfocr_kg.link(server.query, request)
    assert len(lines(server.store)) == done.triples
    before, none = lines(server.store), f"{server.url}/none"
    with pytest.raises(pfocr_kg.StoreError, match="404"):
        pfocr_kg.link(server.query, request, update_url=none)
    assert lines(server.store) == before


def test_which_graph() -> None:
    url = "http://h/sparql"
    given = f"{url}?default-graph-uri=urn%3Ag&named-graph-uri=urn%3An&key=1"
    assert split_graph(given, None) == split_graph(given, "urn:g") == (f"{url}?key=1", "urn:g")
    assert split_graph(url, None) == (url, None)
    with pytest.raises(pfocr_kg.StoreError, match="more than one graph is named: urn:g and urn:x"):
        split_graph(given, "urn:x")
    assert split_graph(with_graph(url, "urn:g&x"), None) == (url, "urn:g&x")
    with pytest.raises(pfocr_kg.StoreError, match="is a folder"):
        pfocr_kg.link("folder", pfocr_kg.WikiPathways([EXCERPT]), graph="urn:g")


def exported(store: Path, run_cli: Callable[..., Any]) -> str:
    text: str = run_cli("export", "--format", "ntriples", "--store", store).stdout
    return text


class Few:
    """The paths of a server that takes so many updates and no more."""

    def __init__(self, updates: int) -> None:
        self.left = updates

    def __contains__(self, path: str) -> bool:
        self.left -= path == "/update"
        return path != "/update" or self.left >= 0


@pytest.mark.slow
@pytest.mark.parametrize("updates", [2, 5])
def test_cut_off_and_linked_again(
    updates: int, server: Server, linked_sample: Path, ntriples: Path
) -> None:
    """Wherever earlier links were being taken out, the next linking makes it good."""
    with pfocr_kg.open(linked_sample) as graph:
        assert graph.push(server.query)
    wanted = ntriples.read_text(encoding="utf-8").splitlines()
    server.paths = Few(updates)  # type: ignore[assignment]
    with pytest.raises(pfocr_kg.StoreError, match="404"):
        pfocr_kg.link(server.query, pfocr_kg.WikiPathways([EXCERPT]))
    assert len(lines(server.store)) < len(wanted)
    server.paths = ("/query", "/update", "/store")
    pfocr_kg.link(server.query, pfocr_kg.WikiPathways([EXCERPT]))
    assert [f"{line} ." for line in lines(server.store)] == sorted(wanted)
