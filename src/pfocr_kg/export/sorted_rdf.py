"""Writes the whole graph as RDF: sorted, with the same bytes in each run, in limited memory.

Triples are those that a build saved beside the graph, or else those of a dump of the store.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Final, Protocol

import pyoxigraph as ox

from pfocr_kg.errors import DamagedStoreError, PfocrError
from pfocr_kg.export import sorting, subject_ranges, turtle
from pfocr_kg.export.subject_ranges import SubjectRange
from pfocr_kg.rdf import formats, parallel, unfinished, writing
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.saved_triples import SavedTriples

_TURTLE: Final = frozenset({"turtle", "trig"})
"""Formats that write a graph without a name in the same way."""

_LINES: Final = frozenset({"ntriples", "nquads"})
"""Formats whose output is the sorted lines; the graph is the default graph."""

_WORTH_A_PROCESS: Final = 200_000
"""With fewer triples, starting another process takes longer than it saves."""


class Dumpable(Protocol):
    """A store that can write all its triples to a file as N-Triples."""

    def dump(self, path: Path) -> None:
        """Write them, in any order."""


def write(
    store: Dumpable,
    output: IO[bytes],
    form: str,
    workspace: Path | None = None,
    *,
    jobs: int = 1,
) -> None:
    """Write every triple of a store in one of `formats.RDF`, sorted by subject.

    `workspace` is the folder for sorting; by default the system's for temporary files. It needs
    space for twice the graph as N-Triples; with saved triples, only for twice its links.
    `jobs` is the number of processes that write saved triples.

    Raises:
        DamagedStoreError: the saved triples are damaged.
        PfocrError: the disk is full, or the output cannot be written.

    """
    to_text = turtle.turtle if form in _TURTLE else turtle.ntriples
    try:
        with (
            unfinished.folder(".pfocr-kg-export-", workspace) as work,
            tempfile.TemporaryFile(dir=work) as spill,
        ):
            saved = store.saved_triples() if isinstance(store, Embedded) else None
            if saved is None:
                texts = _of_dump(store, to_text, work, spill)
            else:
                texts = _of_saved(saved, to_text, work, spill, jobs)
            _write_texts(texts, output, form)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PfocrError(f"the graph cannot be exported: {error.strerror or error}") from None


def _of_dump(
    store: Dumpable, to_text: turtle.ToText, work: Path, spill: IO[bytes]
) -> Iterator[bytes]:
    """The output in parts, from a dump of the store."""
    dump = work / "graph.nt"
    store.dump(dump)
    yield from map(to_text, sorting.sorted_by_subject(dump, spill))


def _of_saved(
    saved: SavedTriples, to_text: turtle.ToText, work: Path, spill: IO[bytes], jobs: int
) -> Iterator[bytes]:
    """The output in parts, from saved triples."""
    with saved:
        written, total = 0, saved.count_triples()
        ranges = subject_ranges.ranges(saved, work, spill)
        jobs = min(jobs, total // _WORTH_A_PROCESS)
        for text, triples in parallel.map_in_order(partial(_range_text, to_text), ranges, jobs):
            written += triples
            yield text
        if written != total:
            raise DamagedStoreError(f"{written} of {total} triples were saved beside the graph")


def _range_text(to_text: turtle.ToText, subjects: SubjectRange) -> tuple[bytes, int]:
    """The text of a range of subjects, and the number of its triples."""
    try:
        triples = subject_ranges.triples(subjects)
        return to_text(triples), sum(len(one.properties) for one in triples)
    except (SyntaxError, ValueError):  # how the library reports a term that is not valid
        raise subject_ranges.damaged() from None


def _write_texts(texts: Iterable[bytes], output: IO[bytes], form: str) -> None:
    if form in _TURTLE:
        output.write(writing.head(formats.RDF[form]))
    if form in _TURTLE | _LINES:
        for text in texts:
            output.write(text)
    else:
        writing.write(_parsed(texts), output, form)


def _parsed(texts: Iterable[bytes]) -> Iterator[ox.Triple]:
    for text in texts:
        for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple
