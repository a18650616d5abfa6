"""Patches: replayed by programs not ours, and applied whole or not at all."""

from __future__ import annotations

import gzip
import re
import tempfile
from pathlib import Path

import pytest
import zstandard
from hypothesis import given, settings
from rdflib import Literal, URIRef

import describing
import pfocr_kg
from pfocr_kg import PatchError, PfocrError, StoreError
from pfocr_kg.store import generations
from small_graphs import (
    GOOD,
    GRAPHS,
    QUICK,
    Triples,
    graph_of,
    loaded,
    of_rdflib,
    parsed,
    patch_of,
    store_of,
    triples_of,
    write_nt,
)

# Patches


@settings(QUICK, max_examples=25)
@given(GRAPHS)
def test_patch_replayed_by_others_gives_the_new_graph(graphs: tuple[Triples, Triples]) -> None:
    old, new = graphs
    patch = patch_of(old, new)
    graph = graph_of(old)
    if old != new:  # rdflib cannot run an update of no operations
        graph.update(patch.decode())
    assert set(graph) == new
    store = loaded(of_rdflib(old))
    store.update(patch.decode())
    assert {quad.triple for quad in store} == of_rdflib(new)


@settings(QUICK, max_examples=2)
@given(GRAPHS)
def test_apply_makes_the_new_graph_of_the_old(graphs: tuple[Triples, Triples]) -> None:
    old, new = graphs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = store_of(write_nt(old, folder / "a.nt"), folder / "store")
        file = folder / "patch"
        file.write_bytes(patch_of(old, new))
        done = pfocr_kg.apply(store, file)
        describing.assert_true(store, is_nested=False)
        assert (done.removed, done.added) == (len(old - new), len(new - old))
        assert triples_of(store) == of_rdflib(new)
        file.write_bytes(patch_of(new, old))
        pfocr_kg.apply(store, file)
        assert triples_of(store) == of_rdflib(old)


def test_patch_comes_in_operations_of_bounded_size() -> None:
    nodes = [URIRef(f"urn:{n:05}") for n in range(5500)]
    old = {(node, URIRef("urn:p"), node) for node in nodes[:2500]}
    new = {(node, URIRef("urn:p"), node) for node in nodes[2000:]}
    patch = patch_of(old, new)
    sizes = [
        len(part.splitlines()) for part in re.findall(r"DATA \{\n(.*?)\} ;", patch.decode(), re.S)
    ]
    assert sum(sizes) == 5000
    assert max(sizes) <= 1000
    # The same, whatever order the triples come in; and each request is complete by itself.
    assert patch == patch_of(set(old), new)
    store = loaded(of_rdflib(old))
    for request in patch.decode().split("} ;\n")[:-1]:
        store.update(request + "}")
    assert {quad.triple for quad in store} == of_rdflib(new)


@pytest.mark.slow
def test_huge_literal(tmp_path: Path) -> None:
    old = {(URIRef("urn:a"), URIRef("urn:p"), Literal("x" * 1_500_000 + "\\"))}
    new = {(URIRef("urn:a"), URIRef("urn:p"), Literal("y" * 1_500_000 + "\n"))}
    patch = tmp_path / "p.ru.gz"
    patch.write_bytes(gzip.compress(patch_of(old, new)))
    store = store_of(write_nt(old, tmp_path / "a.nt"), tmp_path / "store")
    pfocr_kg.apply(store, patch)
    assert triples_of(store) == of_rdflib(new)
    with pytest.raises(PatchError) as refused:
        pfocr_kg.apply(store, patch)
    assert len(str(refused.value)) < 1000


BAD: dict[str, bytes] = {
    "empty": b"",
    "RDF": b"<urn:a> <urn:p> <urn:b> .\n",
    "other update": b"# pfocr-kg patch 1\nDROP ALL ;\n# end: 0 removed, 0 added\n",
    "clear behind a triple": GOOD.replace(b'"2" .', b'"2" . } ; CLEAR ALL ; INSERT DATA {'),
    "operation in a line": GOOD.replace(b"INSERT DATA {", b"CLEAR ALL ; INSERT DATA {"),
    "pattern": GOOD.replace(b"DELETE DATA {\n<urn:a>", b"DELETE WHERE {\n?s"),
    "variable": GOOD.replace(b"<urn:a>", b"?s", 1),
    "graph": GOOD.replace(b'<urn:p> "2"', b'<urn:p> "2" <urn:g>'),
    "blank node": GOOD.replace(b"<urn:a>", b"_:a"),
    "triple as a term": GOOD.replace(b'"2"', b"<<( <urn:a> <urn:b> <urn:c> )>>"),
    "two triples": GOOD.replace(b'"2" .', b'"2" .\r<urn:a> <urn:p> "3" .'),
    "no triple": GOOD.replace(b'<urn:a> <urn:p> "2" .', b"# nothing"),
    "prefixes": GOOD.replace(b"<urn:a>", b"u:a"),
    "not UTF-8": GOOD.replace(b'"2"', b'"\xff"'),
    "no end": GOOD[: GOOD.index(b"# end")],
    "cut in a triple": GOOD[:50],
    "cut in an operation": GOOD[: GOOD.index(b"} ;")],
    "triple lost": GOOD.replace(b'<urn:a> <urn:p> "2" .\n', b""),
    "goes on": GOOD + b"DROP ALL",
    "vertical tab, no blank to SPARQL": GOOD + b"\x0b\n",
    "long number": GOOD.replace(b"1 added", b"9" * 5000 + b" added"),
    "RDF Patch": b'TX .\nD <urn:a> <urn:p> "1" .\nTC .\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD, ids=lambda name: name.replace(" ", "-"))
def test_damaged_patch_changes_nothing(name: str, small: Path, tmp_path: Path) -> None:
    before, generation = triples_of(small), generations.current(small)
    (tmp_path / "bad.ru").write_bytes(BAD[name])
    for force in (False, True):
        with pytest.raises(PatchError, match=r"bad\.ru"):
            pfocr_kg.apply(small, tmp_path / "bad.ru", force=force)
    assert (triples_of(small), generations.current(small)) == (before, generation)
    assert not list(small.glob("pfocr-kg-work-*"))


@pytest.mark.parametrize("patch", [GOOD, GOOD.replace(b"\n", b"\r\n")])
def test_good_patches(patch: bytes, small: Path, tmp_path: Path) -> None:
    """What the bad ones are made of is good."""
    (tmp_path / "good.ru").write_bytes(patch)
    pfocr_kg.apply(small, tmp_path / "good.ru")
    assert triples_of(small) == parsed(b'<urn:a> <urn:p> "2" .')


@pytest.mark.parametrize("packed", [gzip.compress(GOOD), zstandard.compress(GOOD)])
def test_packed_patch_that_is_cut_off(packed: bytes, small: Path, tmp_path: Path) -> None:
    ending = ".gz" if packed[:2] == b"\x1f\x8b" else ".zst"
    path = tmp_path / f"p.ru{ending}"
    for cut in (5, len(packed) // 2, len(packed) - 1):
        path.write_bytes(packed[:cut])
        with pytest.raises(PfocrError, match="is cut off"):
            pfocr_kg.apply(small, path)
    path.write_bytes(packed)
    pfocr_kg.apply(small, path)


def test_patch_that_does_not_fit(small: Path, tmp_path: Path) -> None:
    patch = tmp_path / "p.ru"
    patch.write_bytes(GOOD.replace(b'"1"', b'"0"'))
    with pytest.raises(PatchError, match=r'1 triple\(s\) to be removed are absent.*"0"'):
        pfocr_kg.apply(small, patch)
    done = pfocr_kg.apply(small, patch, force=True)
    assert (done.removed, done.added, done.absent, done.present) == (0, 1, 1, 0)
    assert triples_of(small) == parsed(b'<urn:a> <urn:p> "1" .\n<urn:a> <urn:p> "2" .')


def test_no_store_no_patch(tmp_path: Path) -> None:
    (tmp_path / "p.ru").write_bytes(GOOD)
    with pytest.raises(StoreError):
        pfocr_kg.apply(tmp_path / "none", tmp_path / "p.ru")
    assert not (tmp_path / "none").exists()


def test_readers_keep_what_they_opened(small: Path, tmp_path: Path) -> None:
    (tmp_path / "p.ru").write_bytes(GOOD)
    with pfocr_kg.open(small) as graph:
        pfocr_kg.apply(small, tmp_path / "p.ru")
        assert [row.o for row in graph.query("SELECT ?o { ?s ?p ?o }")] == ["1"]
    assert triples_of(small) == parsed(b'<urn:a> <urn:p> "2" .')
