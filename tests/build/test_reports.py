"""The report of a build: of the graph it lies beside, complete, and never guessed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

import pfocr_kg
import stored
from places import EXCERPT

PATHWAYS = EXCERPT / "pathways"
BROKEN = "---\nfigid: [\n"


def record(path: Path, figid: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"---\nfigid: {figid}\npmcid: PMC1\n---\n")


def quarantined(store: Path) -> set[str]:
    return {
        Path(entry["path"].rpartition(":")[0]).name for entry in stored.report(store)["quarantined"]
    }


@pytest.fixture
def sources(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders, each with one record that can be read and one that cannot."""
    for name in ("first", "second"):
        record(tmp_path / name / "_figures" / f"{name}.md", f"PMC1__{name}")
        (tmp_path / name / "_figures" / f"bad-{name}.md").write_text(BROKEN)
    return tmp_path / "first", tmp_path / "second"


@pytest.fixture
def pathways(tmp_path: Path) -> Path:
    """Pathways, one of which cannot be read."""
    root = tmp_path / "wikipathways"
    shutil.copytree(PATHWAYS, root / "pathways")
    (root / "pathways" / "WP7").mkdir()
    (root / "pathways" / "WP7" / "WP7-info.json").write_text("{")
    return root


def test_each_step_replaces_its_own_entries(
    sources: tuple[Path, Path], pathways: Path, tmp_path: Path
) -> None:
    first, second = sources
    store = tmp_path / "store"
    pfocr_kg.build(first, store, wikipathways=pathways)
    assert quarantined(store) == {"bad-first.md", "WP7-info.json"}
    pfocr_kg.build(second, store, add=True)
    everything = {"bad-first.md", "bad-second.md", "WP7-info.json"}
    assert quarantined(store) == everything
    pfocr_kg.link(store, pathways)
    assert quarantined(store) == everything
    assert len(stored.report(store)["quarantined"]) == 3
    # What is mended leaves the report, at the step that reads it.
    shutil.rmtree(pathways / "pathways" / "WP7")
    pfocr_kg.link(store, pathways)
    assert quarantined(store) == {"bad-first.md", "bad-second.md"}
    record(first / "_figures" / "bad-first.md", "PMC1__mended")
    pfocr_kg.build(first, store, add=True)
    assert quarantined(store) == {"bad-second.md"}
    assert pfocr_kg.build(second, store).quarantined == stored.report(store)["quarantined"]
    assert quarantined(store) == {"bad-second.md"}


def test_a_doubled_figid_is_an_entry_of_the_source_that_is_left_out(
    sources: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = sources
    (second / "_figures" / "second.md").write_text(
        "---\nfigid: PMC1__first\npmcid: PMC1\npapertitle: another\n---\n"
    )
    report = pfocr_kg.build([first, second], tmp_path / "store")
    doubled = [entry for entry in report.quarantined if "is also that of" in entry["reason"]]
    assert [entry["source"] for entry in doubled] == [str(second)]


def test_the_report_is_of_the_graph_that_is_open(
    sources: tuple[Path, Path], sample: Path, tmp_path: Path
) -> None:
    """A build that replaces the graph changes nothing for whoever has it open."""
    store = tmp_path / "store"
    pfocr_kg.build(sources[0], store)
    with pfocr_kg.open(store) as graph:
        pfocr_kg.build(sample, store)
        assert graph.report["triples"] == len(graph)
        parts = ("graph", "tables", "kgx", "nanopubs", "networks", "gene-sets", "links")
        graph.release(tmp_path / "release", without=parts, date="2026-01-01")
        released = json.loads((tmp_path / "release" / "build-report.json").read_text())
        assert released["triples"] == len(graph)
    assert stored.report(store)["figures"] == 34


DAMAGE: Mapping[str, Callable[[Path], object]] = {
    "lost": lambda path: path.unlink(),
    "cut": lambda path: path.write_text(path.read_text()[:50]),
    "empty": lambda path: path.write_text(""),
    "list": lambda path: path.write_text("[]"),
    "number": lambda path: path.write_text("7"),
    "no UTF-8": lambda path: path.write_bytes(b'{"sources": ["\xff"]}'),
    "sources": lambda path: changed(path, sources=7),
    "source": lambda path: changed(path, sources=[7]),
    "entries": lambda path: changed(path, quarantined=["x.md"]),
    "reason": lambda path: changed(path, quarantined=[{"path": "x.md"}]),
    "links": lambda path: changed(path, links=[]),
    "keys": lambda path: changed(path, unknown_keys=[1]),
    "stages": lambda path: changed(path, stages=None),
}


def changed(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_report_is_said_in_one_line(
    how: str, sources: tuple[Path, Path], tmp_path: Path
) -> None:
    first, second = sources
    store = tmp_path / "store"
    pfocr_kg.build(first, store)
    (path,) = store.glob("generations/*/report.json")
    DAMAGE[how](path)
    steps: list[Callable[[], Any]] = [
        lambda: pfocr_kg.build(second, store, add=True),
        lambda: pfocr_kg.link(store, PATHWAYS.parent),
        lambda: read(store),
    ]
    for step in steps:
        with pytest.raises(pfocr_kg.StoreError, match=r"report\.json: ") as caught:
            step()
        assert "\n" not in str(caught.value)
        assert "Build the store again" in str(caught.value)
    assert pfocr_kg.build([first, second], store).figures == 2
    assert quarantined(store) == {"bad-first.md", "bad-second.md"}
    assert read(store)["sources"] == [str(first), str(second)]


def read(store: Path) -> dict[str, Any]:
    with pfocr_kg.open(store) as graph:
        return graph.report


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux")
def test_memory_is_in_mib(sources: tuple[Path, Path], tmp_path: Path) -> None:
    def kib(file: str, name: str) -> int:
        lines = Path(file).read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))

    report = pfocr_kg.build(sources[0], tmp_path / "store")
    memory = stored.report(tmp_path / "store")["memory"]
    assert memory == report.memory
    assert memory["process"] >= kib("/proc/self/status", "VmRSS") // 4096
    assert memory["process"] <= kib("/proc/meminfo", "MemTotal") // 1024
