"""Triples by subject: N-Triples lines put together, and those of any store sorted in flat memory.

Lines are put into buckets, each for a range of subjects, which a sample of them makes about
equal. A bucket is sorted in memory; all of them, one after the other, are in order.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from pfocr_kg import iris

TYPE: Final = f"<{iris.PREFIXES['rdf']}type>".encode()

_READ: Final = 1 << 20
_SAMPLES: Final = 5_000

_BUCKET: Final = 16 * 1024 * 1024
"""Bytes of lines in a bucket, about; they take some six times as much while it is sorted."""

_BUFFER: Final = 64 * 1024 * 1024
"""Bytes of lines that are kept in memory before they are put on disk."""

# Consecutive lines of one subject.
_RUN: Final = re.compile(rb"(\S+) [^\n]*\n(?:\1 [^\n]*\n)*")


class Group(NamedTuple):
    """A subject's triples: the subject as in N-Triples, and "predicate object" of each.

    They are sorted as bytes, but that rdf:type comes first.
    """

    subject: bytes
    entries: list[bytes]


def group(lines: bytes) -> list[Group]:
    """Canonical N-Triples by subject, in the order of their bytes; each triple once."""
    runs: dict[bytes, bytes] = {}
    for run in _RUN.finditer(lines):
        subject = run[1]
        before = runs.get(subject)
        runs[subject] = run[0] if before is None else before + run[0]
    return [Group(subject, _entries(subject, runs[subject])) for subject in sorted(runs)]


def _entries(subject: bytes, lines: bytes) -> list[bytes]:
    # Texts have their line ends escaped: only a line begins so.
    return ordered(lines[len(subject) + 1 : -3].split(b" .\n" + subject + b" "))


def ordered(entries: Iterable[bytes]) -> list[bytes]:
    """Entries of a group in their order, each once."""
    found = sorted(set(entries))
    begin = end = bisect_left(found, TYPE)
    while end < len(found) and found[end].startswith(TYPE):
        end += 1
    return found[begin:end] + found[:begin] + found[end:]


def of_file(lines: Path, spill: IO[bytes]) -> Iterator[list[Group]]:
    """All subjects of an N-Triples file in the order of their bytes, some thousands at a time.

    The file is removed once it is read; lines that do not fit in memory are kept in `spill`,
    an empty file to write and read.
    """
    yield from map(group, parted(lines, _bounds(_sample(lines), lines.stat().st_size), spill))


def parted(lines: Path, bounds: list[bytes], spill: IO[bytes]) -> Iterator[bytes]:
    """The lines of an N-Triples file by ranges of subjects: one more than there are bounds.

    The file and `spill` are as in `of_file`.
    """
    buckets = _Buckets(bounds, spill)
    with lines.open("rb") as file:
        while some := file.readlines(_READ):
            buckets.put(b"".join(some))
    lines.unlink()
    return buckets.take()


def _sample(lines: Path) -> list[bytes]:
    """Subjects of an N-Triples file, at places evenly spread."""
    size, found = lines.stat().st_size, []
    with lines.open("rb") as file:
        for place in range(0, size, max(1, size // _SAMPLES)):
            file.seek(place)
            file.readline()
            if line := file.readline():
                found.append(line.split(b" ", 1)[0])
    return sorted(found)


def _bounds(subjects: list[bytes], size: int) -> list[bytes]:
    """Subjects at which buckets begin, for lines of this size in bytes."""
    if not subjects:
        return []
    count = size // _BUCKET + 1
    return sorted({subjects[len(subjects) * place // count] for place in range(1, count)})


class _Buckets:
    """Lines by ranges of subjects, in memory and, when they are many, in a file."""

    def __init__(self, bounds: list[bytes], spill: IO[bytes]) -> None:
        self._bounds = bounds
        self._spill = spill
        self._kept: list[list[bytes]] = [[] for _ in range(len(bounds) + 1)]
        self._places: list[list[tuple[int, int]]] = [[] for _ in self._kept]
        self._size = 0

    def put(self, lines: bytes) -> None:
        """Add lines; those of a subject that stand together are moved together."""
        kept, bounds = self._kept, self._bounds
        for run in _RUN.finditer(lines):
            kept[bisect_right(bounds, run[1])].append(run[0])
        self._size += len(lines)
        if self._size > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        for kept, places in zip(self._kept, self._places, strict=True):
            if kept:
                lines = b"".join(kept)
                kept.clear()
                places.append((self._spill.tell(), len(lines)))
                self._spill.write(lines)
        self._size = 0

    def take(self) -> Iterator[bytes]:
        """Give away one bucket after the other."""
        for kept, places in zip(self._kept, self._places, strict=True):
            lines = []
            for place, size in places:
                self._spill.seek(place)
                lines.append(self._spill.read(size))
            lines += kept
            kept.clear()
            yield b"".join(lines)
