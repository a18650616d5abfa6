"""Reads one file of a source, up to the size that a record can have."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError

MAX_FILE: Final = 8 * 1024 * 1024
"""Bytes. Real records are below 100 kB; a file beyond this is something else."""

MAX_SHARED: Final = 2 * MAX_FILE
"""Bytes of a map, which has a line for each figure of a corpus."""

MAX_TEXT: Final = 1_000_000
"""Characters of one text or cell. The longest captions have some ten thousand."""

MAX_ROWS: Final = 2_000
"""Rows of a table; the longest have some hundred. Each can be 1.5 kB of triples, and some checks of
validation take time as the square of the mentions of one figure."""

# O_NONBLOCK: opening a named pipe would wait for a writer.
_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read(path: Path, most: int = MAX_FILE) -> bytes:
    """A file's bytes; see `read_with_status`."""
    return read_with_status(path, most)[0]


def read_with_status(path: Path | str, most: int = MAX_FILE) -> tuple[bytes, os.stat_result]:
    """A file's at most `most` bytes, and its status as it was before they were read.

    Raises:
        RecordError: it is too large, or cannot be read.
        FileNotFoundError: it does not exist.

    """
    try:
        file = os.open(path, _READ)
    except FileNotFoundError:
        if os.path.islink(path):  # noqa: PTH114 (a text is looked up faster than a `Path`)
            raise RecordError("is a link to nothing") from None
        raise
    except OSError as error:
        raise unreadable(error) from None
    try:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise RecordError("is not a regular file")
        content = _read_all(file, status.st_size, most)
    except OSError as error:
        raise unreadable(error) from None
    finally:
        os.close(file)
    if len(content) > most:
        raise RecordError(f"is larger than {most >> 20} MB, too large for such a file")
    return content, status


def too_long(name: str, line: int) -> RecordError:
    """The error for a text of the key or column `name` ("" for a key itself)."""
    reason = f"{name or 'a key'} is longer than {MAX_TEXT:,} characters, left out"
    return RecordError(reason, key=name, line=line)


def unreadable(error: OSError) -> RecordError:
    """The error for a file or folder that the system does not let us read."""
    return RecordError(f"cannot be read: {error.strerror}")


def _read_all(file: int, size: int, most: int) -> bytes:
    """The file's bytes, at most one more than `most`; `size` is the size in its status."""
    content = os.read(file, min(size, most) + 1)
    if len(content) == size:
        return content
    while len(content) <= most and (more := os.read(file, most + 1 - len(content))):
        content += more
    return content


def join(folder: str, name: str) -> str:
    """The path of a file in a folder; twice as fast as `Path`."""
    return name if folder == "." else os.path.join(folder, name)  # noqa: PTH118


# Python decodes names of files in the locale's encoding. In records and archives they are UTF-8 in
# every locale.


def on_disk(text: str) -> str:
    """The path of the file with this name, as Python decodes it in this locale."""
    return text if text.isascii() else os.fsdecode(text.encode("utf-8", "surrogateescape"))


def printable(path: str) -> str:
    """The text of a path of this system; bytes that are not UTF-8 are escaped."""
    if path.isascii():
        return path
    text = os.fsencode(path).decode("utf-8", "surrogateescape")
    return text.encode("utf-8", "backslashreplace").decode()
