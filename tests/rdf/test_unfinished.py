"""What killed processes left is removed by the next one, and what others hold is not."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from pfocr_kg.rdf import unfinished


def folder(place: Path) -> AbstractContextManager[Path]:
    return unfinished.folder(".ours-", place)


def file(place: Path) -> AbstractContextManager[Path]:
    return unfinished.file_beside(place / "output")


@pytest.mark.parametrize("make", [folder, file])
def test_what_was_left_is_removed(
    make: Callable[[Path], AbstractContextManager[Path]], tmp_path: Path
) -> None:
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        with make(tmp_path):
            os.write(write, b".")
            signal.pause()
    os.read(read, 1)
    (left,) = tmp_path.iterdir()
    try:
        with make(tmp_path) as made:  # while its maker lives
            assert {*tmp_path.iterdir()} == {left, made}
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    (tmp_path / ".ours-mine.txt").touch()
    with make(tmp_path) as made:
        assert {path.name for path in tmp_path.iterdir()} == {made.name, ".ours-mine.txt"}
    assert [path.name for path in tmp_path.iterdir()] == [".ours-mine.txt"]


@pytest.mark.parametrize(
    "before", [True, False], ids=["before-it-is-opened", "before-it-is-locked"]
)
def test_what_another_process_removes_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    real, taken = unfinished._lock, list[Path]()

    def lock(path: Path, *, wait: bool) -> int | None:
        first = not taken
        taken.append(path)
        if first and before:
            path.rmdir()
        held = real(path, wait=wait)
        if first and not before:
            path.rmdir()
        return held

    monkeypatch.setattr(unfinished, "_lock", lock)
    with folder(tmp_path) as made:
        assert made.is_dir()
        assert made == taken[1] != taken[0]


def test_a_link_is_neither_locked_nor_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / ".ours-link").symlink_to(tmp_path / "mine")
    with folder(tmp_path):
        assert (tmp_path / ".ours-link").is_symlink()
    assert (tmp_path / "mine").is_dir()
