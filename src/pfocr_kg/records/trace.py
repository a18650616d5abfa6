"""What a record was read from: sizes and times of its files, and a digest of what they hold."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from pfocr_kg.records import files

_SIZE: Final = 16
"""Bytes of a digest: 100,000 records meet by chance with a probability below 1e-28."""

_DOUBT: Final = 2_000_000_000
"""Nanoseconds: a file changed so shortly before it was read can change again unnoticed, since
some file systems keep times in steps of two seconds."""

Stat = tuple[str, int, int]
"""A file's path, its size in bytes, and when it was changed, in nanoseconds."""


@dataclass(slots=True)
class Trace:
    """The files of one record, in the order in which they were read."""

    stats: list[Stat] = field(default_factory=list)
    _digest: hashlib.blake2b = field(default_factory=lambda: hashlib.blake2b(digest_size=_SIZE))

    def read(self, path: str) -> bytes:
        """A file's bytes, as `files.read` gives and refuses them; it becomes part of the trace."""
        content, status = files.read_with_status(path)
        self.stats.append((path, status.st_size, status.st_mtime_ns))
        name = os.path.basename(path).encode("utf-8", "surrogateescape")  # noqa: PTH119
        self._digest.update(b"%d %s %d\n" % (len(name), name, len(content)))
        self._digest.update(content)
        return content

    @property
    def content(self) -> bytes:
        """A digest of the files' names and all that they hold."""
        return self._digest.digest()

    def signature(self, now: int) -> bytes:
        """`signature` of the files; empty if one changed just before `now` (nanoseconds)."""
        if any(changed > now - _DOUBT for _, _, changed in self.stats):
            return b""
        return signature(self.stats)


def signature(stats: Iterable[Stat]) -> bytes:
    """Equal for the same files with the same sizes and times."""
    text = "\n".join([f"{path}\t{size}\t{changed}" for path, size, changed in stats])
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=_SIZE).digest()


class Listing:
    """Sizes and times of all files of some folders, each folder listed once."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[str, Stat]] = {}

    def stat(self, folder: str, name: str) -> Stat | None:
        """What `Trace` would note of a file; None where there is none."""
        files_there = self._folders.get(folder)
        if files_there is None:
            files_there = self._folders[folder] = dict(_listed(folder))
        return files_there.get(name)


def _listed(folder: str) -> Iterator[tuple[str, Stat]]:
    try:
        listed = os.scandir(folder or ".")
    except OSError:
        return  # its files may be readable all the same: they will be read again
    with listed as entries:
        for entry in entries:
            try:
                found = entry.stat()
            except OSError:
                continue  # a link to nothing, or gone meanwhile: reading will say
            path = files.joined(folder, entry.name)
            yield entry.name, (path, found.st_size, found.st_mtime_ns)
