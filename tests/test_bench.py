"""The bench: its corpus is the same each time and readable, and its table has every row."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from bench import corpus, figures
from bench.__main__ import ROWS
from bench.errors import BenchError
from bench.process import run

import pfocr_kg
from places import ROOT

COUNT = 120


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    corpus.make(folder, COUNT)
    return folder


def bench(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_corpus_is_the_same_each_time_whatever_the_processes(made: Path, tmp_path: Path) -> None:
    script = "import sys, pathlib, bench.corpus as c; c.BLOCK = 50; c.make(pathlib.Path("
    subprocess.run(
        [sys.executable, "-c", f"{script}sys.argv[1]), {COUNT}, jobs=2)", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        check=True,
    )
    assert contents(tmp_path) == contents(made)


def test_a_larger_corpus_begins_with_the_smaller_one(made: Path, tmp_path: Path) -> None:
    corpus.make(tmp_path, COUNT + 30)
    larger = contents(tmp_path)
    for name, content in contents(made).items():
        assert larger[name].startswith(content) if name.endswith("map.tsv") else True
        assert name.endswith("map.tsv") or larger[name] == content


def test_another_seed_gives_other_figures() -> None:
    assert figures.figure(1, 5) != figures.figure(2, 5)
    assert figures.figure(1, 5).figid == figures.figure(1, 5, revision=1).figid
    assert figures.figure(1, 5).record != figures.figure(1, 5, revision=1).record


def test_it_builds_without_quarantine_and_is_as_large_as_said(made: Path, tmp_path: Path) -> None:
    report = pfocr_kg.build(made, tmp_path / "store")
    assert report.quarantined == []
    assert not report.unknown_keys
    assert report.figures == COUNT
    # Of few figures most genes are named by one only: more than the 149 of a large corpus.
    assert 90 < report.triples / COUNT < 200


def test_it_has_what_real_corpora_have(made: Path) -> None:
    pages = [
        yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])
        for path in sorted((made / "_figures").glob("*.md"))
    ]
    tables = [p.read_text(encoding="utf-8") for p in sorted((made / "_data").glob("*-genes.tsv"))]
    rows = [line.split("\t") for table in tables for line in table.split("\n")[1:] if line]
    assert len({page["figid"] for page in pages}) == COUNT
    assert len({page["caption"] for page in pages}) > COUNT * 0.9
    assert {len(row) for row in rows} == {11}
    lexicons = {row[7] for row in rows}
    assert lexicons == {"ncbigene_symbol", "ncbigene_synonym", "famplex_relations"}
    assert len({row[0] for row in rows}) > 2, "several organisms"
    sizes = sorted(table.count("\n") - 1 for table in tables)
    assert sizes[-1] > 5 * sizes[len(sizes) // 2], "a heavy tail"
    assert any(page["doi"] == ".na.character" for page in pages)
    assert any(page["doi"] != ".na.character" for page in pages)
    assert any("organisms_ner" not in page for page in pages)
    assert list((made / "_data").glob("*-chemicals.tsv"))
    assert list((made / "_data").glob("*-diseases.tsv"))


def test_a_real_corpus_grows(made: Path, tmp_path: Path) -> None:
    corpus.grow(made, tmp_path, 2 * COUNT)
    grown = list((tmp_path / "_figures").glob("*.md"))
    assert len(grown) == 2 * COUNT
    for path in grown:
        assert f"figid: {path.stem}\n" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rows", "nothing"], "no row 'nothing'"),
        (["--figures", "0"], "'0' is not a whole number"),
        (["--work", "src"], "is not empty"),
    ],
)
def test_wrong_use_is_said_in_a_line(arguments: list[str], said: str) -> None:
    done = bench(*arguments)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_command_that_fails_is_an_error_with_its_last_line() -> None:
    with pytest.raises(BenchError, match="ended with 3: so it is"):
        run([sys.executable, "-c", "print('so it is'); raise SystemExit(3)"])


@pytest.mark.slow
def test_one_row_leaves_nothing_behind(tmp_path: Path) -> None:
    work, out = tmp_path / "work", tmp_path / "out.json"
    done = bench(
        *("--figures", "40", "--rows", "mapping", "--runs", "1", "--work", work, "--json", out)
    )
    assert done.returncode == 0, done.stderr
    assert list(work.iterdir()) == []
    said = json.loads(out.read_text(encoding="utf-8"))
    (row,) = said["rows"]
    assert row["details"]["ratio"] > 1
    assert said["machine"]["python"].count(".") == 2
    assert re.search(r"mapping.* \d+ x", done.stdout, re.DOTALL)


@pytest.mark.slow
def test_every_row_is_in_the_table(tmp_path: Path) -> None:
    out, work = tmp_path / "out.json", tmp_path / "work"
    # Morph-KGC comes from the network: a row that cannot be measured says so.
    done = bench(
        *("--figures", "300", "--runs", "1", "--work", work, "--json", out),
        *("--tools", tmp_path / "morph"),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(out.read_text(encoding="utf-8"))["rows"]
    assert {row["row"] for row in rows} == set(ROWS)
    for row in rows:
        assert not row["measured"].startswith("failed"), row
        assert row["row"] in done.stdout
    assert list(work.iterdir()) == []
