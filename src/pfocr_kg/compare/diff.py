"""Compares two graphs, line by line: counts the differences, or writes them as a patch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import filterfalse
from pathlib import Path
from typing import IO

from pfocr_kg.compare import difference, patch
from pfocr_kg.compare.difference import ChangeCount, Difference, SidedLine
from pfocr_kg.compare.sorted_lines import is_of_links, sort_key, sorted_lines
from pfocr_kg.errors import PfocrError, checked


@checked
def diff(
    old: str | Path,
    new: str | Path,
    *,
    without_links: bool = False,
    workspace: Path | None = None,
) -> Difference:
    """The differences between two graphs: folders of stores, or files of RDF (.ttl, .nt.gz, …).

    With `without_links`, links and their statistics do not count (see `sorted_lines.is_of_links`).
    `workspace` is a folder for sorting with room for twice both graphs as N-Triples, by
    default the system's for temporary files. Memory grows only with the number of changed
    figures.

    Raises:
        StoreError: a folder is not a store.
        FormatError: the ending of a file is not one of an RDF format.
        PfocrError: a file cannot be read, holds blank nodes or named graphs, or the disk is
            full.

    >>> difference = pfocr_kg.diff("one-store", "sample-store", without_links=True)
    >>> bool(difference), len(difference.figures_added), difference.figures_removed
    (True, 33, [])
    """
    with _lines_of_both(Path(old), Path(new), without_links, workspace) as lines_of_both:
        return difference.count(lines_of_both)


def write_patch(
    old: str | Path,
    new: str | Path,
    output: IO[bytes],
    *,
    without_links: bool = False,
    workspace: Path | None = None,
) -> ChangeCount:
    """Write the patch from the old graph to the new one; returns its triples. See `diff`."""
    with _lines_of_both(Path(old), Path(new), without_links, workspace) as lines_of_both:
        return patch.write(((side > 0, line) for side, line in lines_of_both if side), output)


@contextmanager
def _lines_of_both(
    old: Path, new: Path, without_links: bool, workspace: Path | None
) -> Iterator[Iterator[SidedLine]]:
    try:
        with sorted_lines(old, workspace) as a, sorted_lines(new, workspace) as b:
            if without_links:
                yield _merge(filterfalse(is_of_links, a), filterfalse(is_of_links, b))
            else:
                yield _merge(a, b)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise PfocrError(f"the graphs cannot be compared: {reason}") from None


def _merge(old: Iterator[bytes], new: Iterator[bytes]) -> Iterator[SidedLine]:
    """Merge the sorted lines of two graphs."""
    a, b = next(old, None), next(new, None)
    while a is not None and b is not None:
        if a == b:
            yield 0, a
            a, b = next(old, None), next(new, None)
        elif sort_key(a) < sort_key(b):
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
