"""All triples of a store by subject, sorted, in flat memory.

Rows are put into buckets, each for a range of subjects, which a sample of the store makes
about equal. A bucket is sorted in memory; all of them, one after the other, are in order.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

from pfocr_kg.export import scan

_BUCKET: Final = 16 * 1024 * 1024
"""Bytes of rows in a bucket, about; they take some six times as much while it is sorted."""

_BUFFER: Final = 64 * 1024 * 1024
"""Bytes of rows that are kept in memory before they are put on disk."""

_LONG: Final = 160
"""Bytes of a row, about: a figure's IRI as subject, a code, and another IRI."""

# Consecutive rows of one subject.
_RUN: Final = re.compile(rb"([^\t\n]+)\t[^\n]*\n(?:\1\t[^\n]*\n)*")


class Group(NamedTuple):
    """A subject's triples: the subject as in N-Triples, and "code or IRI, tab, object" each.

    They come sorted as bytes.
    """

    subject: bytes
    entries: list[bytes]


def sorted_groups(store: scan.Dumping, work: Path, spill: IO[bytes]) -> Iterator[list[Group]]:
    """All subjects in the order of their bytes, some thousands at a time.

    Rows that do not fit in memory are kept in `spill`, an empty file to write and read;
    `work` is an empty folder.

    Raises:
        StoreError: not all triples could be read.

    """
    if isinstance(store, scan.Scanning):
        some = scan.sample(store)
        bounds = _bounds([subject for subject, _, _ in some], len(store) * _LONG)
        chunks = scan.rows(store, some, work)
    else:
        dumped = work / "graph.nt"
        store.dump(dumped)
        bounds = _bounds(scan.dumped_sample(dumped), dumped.stat().st_size)
        chunks = scan.dumped_rows(dumped)
    buckets = _Buckets(bounds, spill)
    for chunk in chunks:
        buckets.put(chunk)
    yield from buckets.take()


def _bounds(subjects: list[str], size: int) -> list[bytes]:
    """Subjects at which buckets begin, for rows of this size in bytes."""
    if not subjects:
        return []
    count = size // _BUCKET + 1
    ordered = sorted(subject.encode() for subject in subjects)
    return sorted({ordered[len(ordered) * place // count] for place in range(1, count)})


class _Buckets:
    """Rows by ranges of subjects, in memory and, when they are many, in a file."""

    def __init__(self, bounds: list[bytes], spill: IO[bytes]) -> None:
        self._bounds = bounds
        self._spill = spill
        self._kept: list[list[bytes]] = [[] for _ in range(len(bounds) + 1)]
        self._places: list[list[tuple[int, int]]] = [[] for _ in self._kept]
        self._size = 0

    def put(self, rows: bytes) -> None:
        """Add rows; those of a subject that stand together are moved together."""
        kept, bounds = self._kept, self._bounds
        for run in _RUN.finditer(rows):
            kept[bisect_right(bounds, run[1])].append(run[0])
        self._size += len(rows)
        if self._size > _BUFFER:
            self._flush()

    def _flush(self) -> None:
        for kept, places in zip(self._kept, self._places, strict=True):
            if kept:
                rows = b"".join(kept)
                kept.clear()
                places.append((self._spill.tell(), len(rows)))
                self._spill.write(rows)
        self._size = 0

    def take(self) -> Iterator[list[Group]]:
        """Sort and give away one bucket after the other."""
        for kept, places in zip(self._kept, self._places, strict=True):
            rows = []
            for place, size in places:
                self._spill.seek(place)
                rows.append(self._spill.read(size))
            rows += kept
            kept.clear()
            yield _grouped(b"".join(rows))


def _grouped(rows: bytes) -> list[Group]:
    runs: dict[bytes, bytes] = {}
    for run in _RUN.finditer(rows):
        subject = run[1]
        before = runs.get(subject)
        runs[subject] = run[0] if before is None else before + run[0]
    return [Group(subject, _entries(subject, runs[subject])) for subject in sorted(runs)]


def _entries(subject: bytes, rows: bytes) -> list[bytes]:
    # Texts have their line ends and tabs escaped: only a row begins so.
    entries = (b"\n" + rows[:-1]).split(b"\n" + subject + b"\t")[1:]
    entries.sort()
    return entries
