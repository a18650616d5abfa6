"""What it means that a file of a store cannot be opened: damage, or something outside the store."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from pfocr_kg.errors import DamagedStoreError, StoreError

_OUTSIDE: Final = ("Permission denied", "file descriptors", "Too many open files")
"""Parts of Oxigraph's messages of which a new build would not be the cure."""

_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""SQLite's codes for a file that is not a database, or lacks a table of a query."""


def graph(folder: Path, shown: str) -> ox.Store:
    """The graph in a folder, opened for reading; `shown` is its name in errors.

    Raises:
        DamagedStoreError: it is missing or damaged.
        StoreError: it cannot be read.

    """
    try:
        return ox.Store.read_only(str(folder))
    except (OSError, RuntimeError) as error:
        message = f"{shown} cannot be opened: {error}"
        is_outside = any(part in message for part in _OUTSIDE)
        raise (StoreError if is_outside else DamagedStoreError)(message) from None


def sqlite_error(path: Path, error: sqlite3.Error) -> StoreError:
    """What an error of SQLite says of a file: that it is damaged or missing, or cannot be read."""
    # The low byte of a code is the kind of error.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _DAMAGED or not path.exists():
        return DamagedStoreError(f"{path}: is damaged ({error})")
    return StoreError(f"{path}: cannot be read or written: {error}")
