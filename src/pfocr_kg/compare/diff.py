"""What changed between two stores or dumps, counted or as a patch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pfocr_kg.compare import differences, lines, patches
from pfocr_kg.compare.differences import Difference, Step
from pfocr_kg.errors import PfocrError


def diff(old: str | Path, new: str | Path, *, workspace: Path | None = None) -> Difference:
    """What changed between two graphs: folders of stores, or files of RDF (.ttl, .nt.gz, …).

    `workspace` is a folder for sorting with room for twice both graphs as N-Triples, by
    default the system's for temporary files. Memory goes to figures that changed alone.

    Raises:
        StoreError: a folder is no store.
        FormatError: the ending of a file means no RDF format.
        PfocrError: a file cannot be read, holds blank nodes or named graphs, or the disk is
            full.

    """
    with _steps(Path(old), Path(new), workspace) as steps:
        return differences.compare(steps)


def write_patch(
    old: str | Path,
    new: str | Path,
    output: IO[bytes],
    form: str = "patch",
    *,
    workspace: Path | None = None,
) -> patches.Counts:
    """Write what makes the new graph of the old one, in one of `patches.FORMS`; see `diff`."""
    with _steps(Path(old), Path(new), workspace) as steps:
        changes = ((step > 0, line) for step, line in steps if step)
        return patches.write(changes, output, form)


@contextmanager
def _steps(old: Path, new: Path, workspace: Path | None) -> Iterator[Iterator[Step]]:
    try:
        with lines.sorted_lines(old, workspace) as a, lines.sorted_lines(new, workspace) as b:
            yield differences.merge(a, b)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise PfocrError(f"the graphs cannot be compared: {reason}") from None
