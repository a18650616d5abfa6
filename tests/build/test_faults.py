"""Files that vanish, clocks that go back and others that work at once leave a correct graph."""

from __future__ import annotations

import datetime as dates
import os
import shutil
import signal
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import pfocr_kg
from pfocr_kg.build import worker
from pfocr_kg.records import record
from pfocr_kg.store import generations
from places import EXCERPT
from store_folder import ONE, strangers, triples
from store_folder import generations as generations_of

OTHER = "PMC100005__mb2410575011"
VANISHING = {
    "record": lambda corpus: (corpus / "_figures" / f"{OTHER}.md").unlink(),
    "table": lambda corpus: (corpus / "_data" / f"{OTHER}-genes.tsv").unlink(),
    "tables": lambda corpus: shutil.rmtree(corpus / "_data"),
    "folder": shutil.rmtree,
}


def two_figures(sample: Path, folder: Path) -> Path:
    """A new folder of two figures with their tables of genes."""
    for name in (ONE, OTHER):
        for path in sample.glob(f"*/{name}*"):
            to = folder / path.relative_to(sample)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, to)
    return folder


@pytest.fixture
def corpus(sample: Path, tmp_path: Path) -> Path:
    return two_figures(sample, tmp_path / "corpus")


def built(source: Path, store: Path) -> list[bytes]:
    pfocr_kg.build(source, store)
    return triples(store)


@contextmanager
def told() -> Iterator[None]:
    """Nothing but an error of ours in one line may end what is done here."""
    messages = []
    try:
        yield
    except pfocr_kg.PfocrError as error:
        messages.append(str(error))
    assert "\n" not in "".join(messages)


@pytest.fixture(scope="module")
def one_store(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of one of the figures; for reading only."""
    store = tmp_path_factory.mktemp("one") / "store"
    pfocr_kg.build(sample / "_figures" / f"{ONE}.md", store)
    return store


@pytest.fixture
def store(one_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(one_store, tmp_path / "store"))


@pytest.fixture(scope="module")
def correct(
    one_store: Path, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[bytes]]:
    """The old graph, that of both figures, of the first, and of what is left after a vanishing."""
    work = tmp_path_factory.mktemp("correct")
    whole = two_figures(sample, work / "whole")
    graphs = {"old": triples(one_store), "whole": built(whole, work / "of-whole")}
    for name, vanish in VANISHING.items():
        left = two_figures(sample, work / name)
        vanish(left)
        if left.exists():
            graphs[name] = built(left, work / f"of-{name}")
    first = two_figures(sample, work / "first")
    (first / "_figures" / f"{ONE}.md").unlink()
    return {**graphs, "first": built(first, work / "of-first")}


@pytest.mark.parametrize("read", [0, 1])
@pytest.mark.parametrize("what", VANISHING)
def test_a_source_that_vanishes_during_a_build(
    what: str,
    read: int,
    corpus: Path,
    store: Path,
    correct: dict[str, list[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The graph is the old one, or that of files that were there; what was not there is told."""
    reading, begun = record.read, []

    def vanish(*arguments: Any) -> record.Record:
        begun.append(arguments)
        if len(begun) == read + 1:
            VANISHING[what](corpus)
        return reading(*arguments)

    monkeypatch.setattr(record, "read", vanish)
    possible = ["old"]
    with told():
        report = pfocr_kg.build(corpus, store)
        possible = [what, "first"] if report.quarantined else ["whole", what]
    assert len(begun) > read
    assert triples(store) in [correct[name] for name in possible if name in correct]
    assert strangers(store) == []


def test_an_archive_that_vanishes_during_a_build(
    corpus: Path, store: Path, correct: dict[str, list[bytes]]
) -> None:
    archive = corpus.with_suffix(".tar.gz")
    with tarfile.open(archive, "w:gz") as file:
        file.add(corpus, ".")

    def vanish(_: pfocr_kg.Progress) -> None:
        archive.unlink(missing_ok=True)

    with told():
        pfocr_kg.build(archive, store, progress=vanish)
    assert not archive.exists()
    assert triples(store) in (correct["old"], correct["whole"])
    assert strangers(store) == []


@pytest.mark.parametrize("stage", ["map", "load", "publish"])
def test_a_store_that_vanishes_during_a_build(stage: str, corpus: Path, store: Path) -> None:
    """An error of one line, or a whole graph; the next build makes the store anew."""

    def vanish(now: pfocr_kg.Progress) -> None:
        if now.stage == stage:
            shutil.rmtree(store, ignore_errors=True)

    with told():
        pfocr_kg.build(corpus, store, progress=vanish)
    pfocr_kg.build(corpus, store)
    assert len(generations_of(store)) == 1
    assert strangers(store) == []


class Backwards(dates.datetime):
    """A clock whose every reading is an hour before the last one."""

    hours = 0

    @classmethod
    def now(cls, tz: dates.tzinfo | None = None) -> dates.datetime:
        Backwards.hours += 1
        return dates.datetime.now(tz) - dates.timedelta(hours=Backwards.hours)


def test_a_clock_that_goes_back(
    corpus: Path, store: Path, correct: dict[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last build is the current one, and files changed in the future are read again."""
    real = time.time_ns
    monkeypatch.setattr(generations, "datetime", Backwards)
    monkeypatch.setattr(time, "time_ns", lambda: real() - 3_600_000_000_000 * Backwards.hours)
    assert built(corpus, store) == correct["whole"]
    page = corpus / "_figures" / f"{OTHER}.md"
    before, text = page.stat(), page.read_text()
    page.write_text(text.replace("year: ", "yeah: "))
    os.utime(page, ns=(real(), real()))
    pfocr_kg.build(corpus, store)
    changed = page.stat()
    page.write_text(text)
    os.utime(page, ns=(changed.st_atime_ns, changed.st_mtime_ns))
    assert page.stat().st_size == before.st_size
    assert built(corpus, store) == correct["whole"]
    assert len(generations_of(store)) == 1


def test_others_that_work_at_once(
    corpus: Path, store: Path, correct: dict[str, list[bytes]], tmp_path: Path
) -> None:
    """Writers are refused in one line; readers have the old graph, until the new one is there."""
    seen: list[str] = []
    patch = tmp_path / "patch.ru"
    patch.write_text("")

    def others(now: pfocr_kg.Progress) -> None:
        if now.stage in seen:
            return
        seen.append(now.stage)
        for work in (
            lambda: pfocr_kg.build(corpus, store),
            lambda: pfocr_kg.link(store, pfocr_kg.WikiPathways([EXCERPT])),
        ):
            with pytest.raises(pfocr_kg.StoreError, match=r"is being built by process [^\n]*\Z"):
                work()
        out = tmp_path / "out.nt"
        with pfocr_kg.open(store) as graph:
            graph.export(out)
            assert bool(graph.query("ASK { ?figure a pfocr:PathwayFigure }"))
        assert sorted(out.read_bytes().splitlines()) == sorted(correct["old"])

    pfocr_kg.build(corpus, store, progress=others)
    assert {"map", "load"} <= set(seen)
    assert triples(store) == correct["whole"]


def die(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_worker_that_is_killed_is_one_line_of_error(
    corpus: Path, store: Path, correct: dict[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "_WORTH_A_PROCESS", 1)
    monkeypatch.setattr(worker, "map_batch", die)
    with pytest.raises(pfocr_kg.PfocrError) as caught:
        pfocr_kg.build(corpus, store, jobs=2)
    assert "killed" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert triples(store) == correct["old"]
    assert strangers(store) == []
