"""Sorts N-Triples by subject, in limited memory.

Lines are put into buckets, each for a range of subjects; a sample of subjects gives ranges of about
equal size. Buckets are sorted one by one in memory.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from pfocr_kg import iris

TYPE: Final = f"<{iris.PREFIXES['rdf']}type>".encode()

_READ: Final = 1 << 20
_SAMPLES: Final = 5_000

_BUCKET: Final = 16 * 1024 * 1024
"""About the bytes of lines in a bucket; sorting it takes some six times the memory."""

_BUFFER: Final = 64 * 1024 * 1024
"""Bytes of lines that are held in memory before they are written to disk."""

# Consecutive lines of one subject.
_RUN: Final = re.compile(rb"(\S+) [^\n]*\n(?:\1 [^\n]*\n)*")


class SubjectTriples(NamedTuple):
    """A subject as in N-Triples, and "predicate object" of each of its triples.

    These are sorted by bytes, except that rdf:type comes first.
    """

    subject: bytes
    properties: list[bytes]


def by_subject(lines: bytes) -> list[SubjectTriples]:
    """Distinct triples of canonical N-Triples by subject, in the order of bytes."""
    runs: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for run in _RUN.finditer(lines):
        runs[run[1]].append(run[0])
    return [SubjectTriples(one, _properties(one, b"".join(runs[one]))) for one in sorted(runs)]


def _properties(subject: bytes, lines: bytes) -> list[bytes]:
    # Line ends are escaped in texts, so this matches only the beginning of a line.
    return in_order(lines[len(subject) + 1 : -3].split(b" .\n" + subject + b" "))


def in_order(properties: Iterable[bytes]) -> list[bytes]:
    """The distinct properties of a subject, in order."""
    found = sorted(set(properties))
    begin = end = bisect_left(found, TYPE)
    while end < len(found) and found[end].startswith(TYPE):
        end += 1
    return found[begin:end] + found[:begin] + found[end:]


def sorted_by_subject(lines: Path, spill: IO[bytes]) -> Iterator[list[SubjectTriples]]:
    """All triples of an N-Triples file by subject, in blocks of some thousand subjects.

    The file and `spill` are as in `buckets`.
    """
    return map(by_subject, buckets(lines, spill, _BUCKET))


def buckets(lines: Path, spill: IO[bytes], size: int) -> Iterator[bytes]:
    """The lines of an N-Triples file in parts of about `size` bytes, by ranges of subjects.

    The parts are in order, but not the lines in them. The file is removed after reading. Lines that
    do not fit in memory are put in `spill`, an empty file to write and read.
    """
    return split(lines, _bounds(lines, size), spill)


def split(lines: Path, bounds: Sequence[bytes], spill: IO[bytes]) -> Iterator[bytes]:
    """The lines of an N-Triples file by ranges of subjects; each bound begins a new range.

    The file and `spill` are as in `buckets`.
    """
    found = _Buckets(bounds, spill)
    with lines.open("rb") as file:
        while some := file.readlines(_READ):
            found.add(b"".join(some))
    lines.unlink()
    return found.read()


def _bounds(lines: Path, bucket: int) -> list[bytes]:
    """Subjects that divide the lines of a file into buckets, from evenly spread positions."""
    size, subjects = lines.stat().st_size, []
    with lines.open("rb") as file:
        for place in range(0, size, max(1, size // _SAMPLES)):
            file.seek(place)
            file.readline()
            if line := file.readline():
                subjects.append(line.split(b" ", 1)[0])
    subjects.sort()
    parts = size // bucket + 1
    places = [len(subjects) * number // parts for number in range(1, parts)]
    return sorted({subjects[place] for place in places if subjects})


class _Buckets:
    """Lines by ranges of subjects, in memory and, if they are many, in a file."""

    def __init__(self, bounds: Sequence[bytes], spill: IO[bytes]) -> None:
        self._bounds = bounds
        self._spill = spill
        self._in_memory: list[list[bytes]] = [[] for _ in range(len(bounds) + 1)]
        self._on_disk: list[list[tuple[int, int]]] = [[] for _ in self._in_memory]
        self._size = 0

    def add(self, lines: bytes) -> None:
        """Add lines; consecutive lines of one subject are moved together."""
        buckets, bounds = self._in_memory, self._bounds
        if bounds:
            for run in _RUN.finditer(lines):
                buckets[bisect_right(bounds, run[1])].append(run[0])
        else:
            buckets[0].append(lines)
        self._size += len(lines)
        if self._size > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        for bucket, places in zip(self._in_memory, self._on_disk, strict=True):
            if bucket:
                lines = b"".join(bucket)
                bucket.clear()
                places.append((self._spill.tell(), len(lines)))
                self._spill.write(lines)
        self._size = 0

    def read(self) -> Iterator[bytes]:
        """The lines of each bucket in turn; they are removed from memory."""
        return map(self._read, self._in_memory, self._on_disk)

    def _read(self, in_memory: list[bytes], on_disk: list[tuple[int, int]]) -> bytes:
        lines = []
        for place, size in on_disk:
            self._spill.seek(place)
            lines.append(self._spill.read(size))
        lines += in_memory
        in_memory.clear()
        return b"".join(lines)
