"""Compares two graphs, line by line: counts what differs, or writes it as a patch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pfocr_kg.compare import difference, patch
from pfocr_kg.compare.difference import ChangeCount, Difference, Step
from pfocr_kg.compare.sorted_lines import order, sorted_lines
from pfocr_kg.errors import PfocrError


def diff(old: str | Path, new: str | Path, *, workspace: Path | None = None) -> Difference:
    """What changed between two graphs: folders of stores, or files of RDF (.ttl, .nt.gz, …).

    `workspace` is a folder for sorting with room for twice both graphs as N-Triples, by
    default the system's for temporary files. Memory is needed for the figures that changed
    only.

    Raises:
        StoreError: a folder is not a store.
        FormatError: the ending of a file means no RDF format.
        PfocrError: a file cannot be read, holds blank nodes or named graphs, or the disk is
            full.

    """
    with _steps(Path(old), Path(new), workspace) as steps:
        return difference.count(steps)


def write_patch(
    old: str | Path, new: str | Path, output: IO[bytes], *, workspace: Path | None = None
) -> ChangeCount:
    """Write the patch that makes the new graph of the old one; returns its triples. See `diff`."""
    with _steps(Path(old), Path(new), workspace) as steps:
        return patch.write(((step > 0, line) for step, line in steps if step), output)


@contextmanager
def _steps(old: Path, new: Path, workspace: Path | None) -> Iterator[Iterator[Step]]:
    try:
        with sorted_lines(old, workspace) as a, sorted_lines(new, workspace) as b:
            yield _merge(a, b)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise PfocrError(f"the graphs cannot be compared: {reason}") from None


def _merge(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[Step]:
    """Go through the sorted lines of two graphs at once."""
    a, b = next(old, None), next(new, None)
    while a is not None and b is not None:
        if a == b:
            yield 0, a
            a, b = next(old, None), next(new, None)
        elif order(a) < order(b):
            yield -1, a
            a = next(old, None)
        else:
            yield 1, b
            b = next(new, None)
    if a is not None:
        yield -1, a
    if b is not None:
        yield 1, b
    yield from ((-1, line) for line in old)
    yield from ((1, line) for line in new)
