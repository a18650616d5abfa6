"""What a build says before it replaces the figures of other sources."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pfocr_kg
from pfocr_kg.build.replacement import Replacement, replaced
from pfocr_kg.compare.diff import write_patch


@pytest.fixture
def store(sample: Path, tmp_path: Path) -> Path:
    """A store of two sources, a folder and a record of another folder."""
    shutil.copytree(sample / "_figures", tmp_path / "a")
    (tmp_path / "b").mkdir()
    first = sorted((tmp_path / "a").iterdir())[0]
    first.rename(tmp_path / "b" / first.name)
    shutil.copyfile(tmp_path / "b" / first.name, tmp_path / "b" / "copy.txt")
    (tmp_path / "b" / first.name).rename(tmp_path / "b" / "one.md")
    pfocr_kg.build([tmp_path / "a", tmp_path / "b" / "one.md"], tmp_path / "store")
    return tmp_path / "store"


def test_the_same_sources_written_in_other_ways_are_not_others(store: Path) -> None:
    folder = store.parent
    (folder / "link").symlink_to(folder / "a")
    one = folder / "b" / "one.md"
    same: list[list[str | Path]] = [
        [folder / "a", one],
        ["a", "b/one.md"],
        ["./b/../a", one],
        ["link", "b"],
        ["."],
        [folder],
    ]
    with contextlib.chdir(folder):
        for sources in same:
            assert replaced(sources, "store") is None, sources
            assert replaced(iter(sources), store) is None, sources
    a, b = str(folder / "a"), str(one)
    for other in ([folder / "a"], [one], [folder / "b"]):
        assert replaced(other, store) == Replacement(34, (a, b))
    assert replaced([folder / "none"], store) is None  # which the build says
    assert replaced([one], folder / "no-store") is None
    assert replaced([one], "http://127.0.0.1:9/") is None


def test_sources_of_additions_are_known(store: Path) -> None:
    folder = store.parent
    a, one, extra = folder / "a", folder / "b" / "one.md", folder / "extra.md"
    shutil.copyfile(folder / "b" / "copy.txt", extra)
    extra.write_text(extra.read_text("utf-8").replace("figid: PMC", "figid: PMC99"), "utf-8")
    pfocr_kg.build(extra, store, add=True)
    assert replaced([a, one, extra], store) is None
    assert replaced([a, one], store) == Replacement(35, (str(a), str(one), str(extra)))
    pfocr_kg.build([a, one], store)
    assert replaced([a, one], store) is None


def test_a_patch_is_replaced_too(store: Path, tmp_path: Path) -> None:
    (tmp_path / "old.nt").write_bytes(b"")
    (tmp_path / "new.nt").write_bytes(b"<urn:a> <urn:b> <urn:c> .\n")
    with (tmp_path / "p.ru").open("wb") as file:
        write_patch(tmp_path / "old.nt", tmp_path / "new.nt", file)
    pfocr_kg.apply(store, tmp_path / "p.ru")
    sources = [tmp_path / "a", tmp_path / "b" / "one.md"]
    assert replaced(sources, store) == Replacement(34, (*map(str, sources), str(tmp_path / "p.ru")))


@pytest.mark.slow
def test_the_command_says_it_and_goes_on(store: Path, run_cli: Callable[..., Any]) -> None:
    folder = store.parent
    quiet = run_cli("build", "b", "--store", "store", "--quiet", cwd=folder)
    assert (quiet.code, quiet.stdout, quiet.stderr) == (0, "", "")
    done = run_cli("build", "a", "--store", "store", cwd=folder)
    assert done.code == 0
    assert done.stderr.splitlines()[0] == (
        "store holds 1 figure of b; this build replaces them by those of a (--add keeps them)"
    )
    again = run_cli("build", folder / "a", "--store", "store", cwd=folder)
    assert "replaces" not in again.stderr
    added = run_cli("build", "b", "--store", "store", "--add", cwd=folder)
    assert "replaces" not in added.stderr
    records = sorted((folder / "a").iterdir())[:5]
    many = run_cli("build", *records, "--store", "store", cwd=folder)
    shown = ", ".join(f"a/{path.name}" for path in records[:3])
    assert many.stderr.startswith(
        f"store holds 34 figures of a, b; this build replaces them by those of {shown}, 2 more ("
    )
