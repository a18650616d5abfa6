"""A place for files of fuzz targets, in memory where there is any."""

from __future__ import annotations

import atexit
import tempfile
from functools import cache
from pathlib import Path


@cache
def folder() -> Path:
    """A folder of this process, removed at its end."""
    memory = Path("/dev/shm")
    made = tempfile.TemporaryDirectory(
        prefix="pfocr-kg-fuzz-", dir=memory if memory.is_dir() else None
    )
    atexit.register(made.cleanup)
    return Path(made.name)


def file(name: str, content: bytes) -> Path:
    """A file with this content, in place of the last one of that name."""
    path = folder() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def one_line(error: Exception) -> None:
    """Assert that an error of ours is one line."""
    text = str(error)
    assert text.isprintable() or len(text.splitlines()) == 1, text
