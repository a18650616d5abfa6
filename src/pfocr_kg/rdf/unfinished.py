"""Temporary files and folders that a process locks, so that the next one sees which were left.

A process that is killed cannot remove them. The lock ends with the process, and whoever makes the
next one of the same kind in the same place removes those that nobody holds.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

_PART: Final = ".pfocr-kg-"
_open: Final = set[Path]()


@contextmanager
def folder(prefix: str, place: Path | None = None) -> Iterator[Path]:
    """A new folder in a place, by default that for temporary files; it is removed at the end."""
    place = Path(tempfile.gettempdir()) if place is None else place
    with _new(lambda: Path(tempfile.mkdtemp(prefix=prefix, dir=place)), place, prefix) as made:
        yield made


@contextmanager
def file_beside(output: Path) -> Iterator[Path]:
    """A new empty file in the folder of `output`; it is removed at the end if it is still there."""

    def make() -> Path:
        path = output.with_name(f"{_PART}{uuid4().hex}.part")
        path.touch(exist_ok=False)
        return path

    with _new(make, output.parent, _PART, ".part") as made:
        yield made


def remove_all() -> None:
    """Remove what this process has not finished, before it ends at once."""
    for path in list(_open):
        _remove(path)


@contextmanager
def _new(make: Callable[[], Path], place: Path, begin: str, end: str = "") -> Iterator[Path]:
    for left, left_lock in _left(place, re.compile(rf"{re.escape(begin)}\w+{re.escape(end)}")):
        _remove(left)
        os.close(left_lock)
    path = make()
    lock = _lock(path, wait=True)
    while not path.exists():  # another process took it for left, before it was locked
        if lock is not None:
            os.close(lock)
        path = make()
        lock = _lock(path, wait=True)
    _open.add(path)
    try:
        yield path
    finally:
        _remove(path)
        _open.discard(path)
        if lock is not None:
            os.close(lock)


def _left(place: Path, pattern: re.Pattern[str]) -> Iterator[tuple[Path, int]]:
    """What nobody holds any more, with its lock, to be closed; only what is this user's own."""
    try:
        found = [path for path in place.iterdir() if pattern.fullmatch(path.name)]
    except OSError:
        return
    for path in found:
        if (lock := _lock(path, wait=False)) is not None:
            yield path, lock


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)


def _lock(path: Path, *, wait: bool) -> int | None:
    """Lock a file or folder; None if it is another's, is gone, or there are no such locks."""
    if sys.platform == "win32":
        return None
    import fcntl  # noqa: PLC0415 (not on every platform)

    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        if os.fstat(file).st_uid == os.getuid():
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            return file
    except OSError:
        pass
    os.close(file)
    return None
