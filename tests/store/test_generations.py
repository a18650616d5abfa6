"""The store's folder: replaced whole or not at all, while others read it or build there too."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import pfocr_kg
from fork_server import Finished
from store_folder import generations, strangers, triples

EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


# Building again


def test_builds_in_quick_succession(one: Path, of_one: list[bytes], tmp_path: Path) -> None:
    """More often than once a second: names of generations must not depend on the clock."""
    for _ in range(4):
        pfocr_kg.build(one, tmp_path / "store")
    assert triples(tmp_path / "store") == of_one
    assert len(generations(tmp_path / "store")) == 1
    assert strangers(tmp_path / "store") == []


def test_only_the_new_generation_is_left(store: Path, one: Path, of_one: list[bytes]) -> None:
    before = generations(store)
    pfocr_kg.build(one, store)
    assert triples(store) == of_one
    assert len(generations(store)) == 1
    assert generations(store) != before


def test_changed_map_is_read_again(tmp_path: Path) -> None:
    """A session in Python that builds, edits, and builds again."""
    tree = tmp_path / "tree"
    (tree / "_figures").mkdir(parents=True)
    (tree / "_data").mkdir()
    (tree / "_figures" / "a.md").write_text("---\nfigid: a\npmcid: PMC1\n---\n")
    for pathway in (b"WP1", b"WP2"):
        (tree / "_data" / "wpid_map.tsv").write_bytes(b"a\t" + pathway + b"\n")
        pfocr_kg.build(tree, tmp_path / "store")
        related = [t for t in triples(tmp_path / "store") if b"relatedPathway" in t]
        assert len(related) == 1
        assert related[0].endswith(b"/wikipathways/" + pathway + b"> .")


def test_changed_dictionary_is_read_again(tmp_path: Path) -> None:
    page, genes = tmp_path / "a.md", tmp_path / "genes.tsv"
    page.write_text(
        "---\nfigid: a\npmcid: PMC1\norganisms: Homo sapiens\n"
        "schema-jsonld: {keywords: [SYM]}\n---\n"
    )
    for number in (b"11", b"12"):
        genes.write_bytes(b"symbol\tprev_symbol\tentrez_id\nSYM\t\t" + number + b"\n")
        pfocr_kg.build(page, tmp_path / "store", genes=genes)
        assert any(b"ncbigene/" + number + b">" in t for t in triples(tmp_path / "store"))


# Readers


def test_reader_keeps_its_graph(
    store: Path, one: Path, of_sample: list[bytes], of_one: list[bytes]
) -> None:
    with pfocr_kg.open(store) as graph:
        rows = iter(graph.query(EVERYTHING))
        taken = [next(rows) for _ in range(100)]
        for _ in range(2):
            pfocr_kg.build(one, store)
        assert len(taken) + sum(1 for _ in rows) == len(of_sample)
        assert len(graph) == len(of_sample)
        assert sum(1 for _ in graph.query(EVERYTHING)) == len(of_sample)
        # It is kept for this reader alone; what came between is gone.
        assert len(generations(store)) == 2
        assert triples(store) == of_one
    pfocr_kg.build(one, store)
    assert len(generations(store)) == 1


def test_reader_in_another_process_keeps_its_graph(
    store: Path, one: Path, of_sample: list[bytes]
) -> None:
    code = (
        "import sys, pfocr_kg\n"
        "graph = pfocr_kg.open(sys.argv[1])\n"
        f"rows = iter(graph.query({EVERYTHING!r}))\n"
        "next(rows)\n"
        "print('open', flush=True)\n"
        "sys.stdin.readline()\n"
        "print(1 + sum(1 for _ in rows), flush=True)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        pfocr_kg.build(one, store)
        assert len(generations(store)) == 2
        out, _ = reader.communicate("\n", timeout=60)
        assert out == f"{len(of_sample)}\n"
    pfocr_kg.build(one, store)
    assert len(generations(store)) == 1


def test_open_graph_sees_nothing_of_a_failed_build(store: Path, of_sample: list[bytes]) -> None:
    with pfocr_kg.open(store) as graph:
        with pytest.raises(pfocr_kg.SourceError):
            pfocr_kg.build(store / "nowhere", store)
        assert len(graph) == len(of_sample)
    assert triples(store) == of_sample


# Two builds at once


class Held:
    """A build that holds still in its first stage, in a thread of this process."""

    def __init__(self, source: Path, store: Path) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, args=(source, store))

    def run(self, source: Path, store: Path) -> None:
        pfocr_kg.build(source, store, progress=self.wait)

    def wait(self, _: pfocr_kg.Progress) -> None:
        self.begun.set()
        assert self.go_on.wait(60)

    def __enter__(self) -> Held:
        self.thread.start()
        assert self.begun.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.thread.join()


def test_second_build_says_who_holds_the_lock(
    store: Path,
    one: Path,
    sample: Path,
    of_sample: list[bytes],
    of_one: list[bytes],
    run_cli: Callable[..., Finished],
) -> None:
    with Held(one, store):
        done = run_cli("build", sample, "--store", store)
        assert done.code == 2
        assert re.search(rf"^pfocr-kg: .*\bprocess {os.getpid()}\b.*\n$", done.stderr)
        # Meanwhile readers have yesterday's graph.
        assert triples(store) == of_sample
    assert triples(store) == of_one
    assert strangers(store) == []


def test_second_build_of_a_new_store(
    tmp_path: Path, one: Path, of_one: list[bytes], run_cli: Callable[..., Finished]
) -> None:
    store = tmp_path / "new"
    with Held(one, store):
        assert run_cli("build", one, "--store", store).code == 2
        reader = run_cli("stats", "--store", store)
        assert (reader.code, reader.stdout) == (2, "")
    assert triples(store) == of_one
