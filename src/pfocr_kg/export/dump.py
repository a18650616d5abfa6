"""Writes the whole graph: sorted, the same bytes from run to run, in flat memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import IO, Final, Protocol, runtime_checkable

import pyoxigraph as ox

from pfocr_kg.errors import PfocrError
from pfocr_kg.export import pieces, subjects, turtle
from pfocr_kg.rdf import formats, parallel, writing
from pfocr_kg.store.saved_triples import Kept, KeptError

_TURTLE: Final = frozenset({"turtle", "trig"})
"""Formats that write a graph without a name alike."""

_LINES: Final = frozenset({"ntriples", "nquads"})
"""Formats in which a sorted line is the output; the graph is the default graph."""

_WORTH_A_PROCESS: Final = 200_000
"""Triples below which another process costs more in starting than it saves."""


class Dumping(Protocol):
    """A store that can write all its triples to a file as N-Triples."""

    def dump(self, path: Path) -> None:
        """Write them, in any order."""


@runtime_checkable
class Keeping(Dumping, Protocol):
    """A store whose triples may have been kept beside it."""

    def kept(self) -> Kept | None:
        """The triples as the store's build kept them, if it did."""


def write(
    store: Dumping,
    output: IO[bytes],
    form: str,
    workspace: Path | None = None,
    *,
    jobs: int = 1,
) -> None:
    """Write every triple of a store in one of `formats.RDF`, sorted by subject.

    `workspace` is the folder for sorting; by default the system's for temporary files. It takes
    twice the size of the graph as N-Triples, of a store that a build made that of its links.
    `jobs` are the processes that put the triples of such a store together.

    Raises:
        KeptError: what the store's build kept of its triples is damaged.
        PfocrError: the disk is full, or the output cannot be written.

    """
    write_part = turtle.turtle if form in _TURTLE else turtle.lines
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".pfocr-kg-export-", dir=workspace) as folder,
            tempfile.TemporaryFile(dir=folder) as spill,
        ):
            _write(_parts(store, write_part, Path(folder), spill, jobs), output, form)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PfocrError(f"the graph cannot be exported: {error.strerror or error}") from None


def _parts(
    store: Dumping, write_part: turtle.Write, work: Path, spill: IO[bytes], jobs: int
) -> Iterator[bytes]:
    """The parts of the output, in order."""
    found = store.kept() if isinstance(store, Keeping) else None
    if found is None:
        dumped = work / "graph.nt"
        store.dump(dumped)
        yield from map(write_part, subjects.of_file(dumped, spill))
        return
    with found:
        written = 0
        jobs = min(jobs, len(found) // _WORTH_A_PROCESS)
        for part, triples in parallel.map_in_order(
            partial(_piece, write_part), pieces.pieces(found, work, spill), jobs
        ):
            written += triples
            yield part
        if written != len(found):
            raise KeptError(f"{written} of {len(found)} triples were kept beside the graph")


def _piece(write_part: turtle.Write, piece: pieces.Piece) -> tuple[bytes, int]:
    """A piece of the output, and the number of its triples."""
    try:
        some = pieces.of_piece(piece)
        return write_part(some), sum(len(group.entries) for group in some)
    except (SyntaxError, ValueError):  # a term that is none, in the words of the library
        raise KeptError from None


def _write(parts: Iterable[bytes], output: IO[bytes], form: str) -> None:
    if form in _TURTLE:
        output.write(writing.head(formats.RDF[form]))
    if form in _TURTLE | _LINES:
        for part in parts:
            output.write(part)
    else:
        writing.write(_triples(parts), output, form)


def _triples(parts: Iterable[bytes]) -> Iterator[ox.Triple]:
    for part in parts:
        for quad in ox.parse(part, format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple
