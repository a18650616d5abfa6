"""Writes the whole graph: sorted, the same bytes from run to run, in flat memory."""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Final, Protocol

import pyoxigraph as ox

from pfocr_kg import graphs, iris
from pfocr_kg.errors import PfocrError

_CHUNK: Final = 64 * 1024 * 1024
"""Bytes of N-Triples that are sorted in memory at a time."""

# A stand-in for rdf:type that sorts before every other predicate, so that a subject begins
# with what it is. Canonical N-Triples escape U+0001, so that no literal holds it.
_TYPE: Final = b"> <" + iris.PREFIXES["rdf"].encode() + b"type> <"
_FIRST: Final = b"> <\x01 <"

_LINES: Final = frozenset({"ntriples", "nquads"})
"""Formats in which a sorted line is the output; the graph is the default graph."""


class Dumping(Protocol):
    """A store that can write all its triples to a file as N-Triples."""

    def dump(self, path: Path) -> None:
        """Write them, in any order."""


def write(store: Dumping, output: IO[bytes], form: str, workspace: Path | None = None) -> None:
    """Write every triple of a store in one of `formats.RDF`, sorted by subject.

    `workspace` is the folder for sorting, which takes twice the graph's size as N-Triples;
    by default the system's for temporary files.

    Raises:
        PfocrError: the disk is full, or the output cannot be written.

    """
    try:
        with tempfile.TemporaryDirectory(prefix=".pfocr-kg-export-", dir=workspace) as folder:
            _write(store, output, form, Path(folder))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PfocrError(f"the graph cannot be exported: {error.strerror or error}") from None


def _write(store: Dumping, output: IO[bytes], form: str, work: Path) -> None:
    dumped = work / "graph.nt"
    store.dump(dumped)
    with ExitStack() as stack:
        lines = sorted_lines(dumped, work, stack)
        if form in _LINES:
            for line in lines:
                output.write(line)
            return
        ordered = work / "sorted.nt"
        with ordered.open("wb") as file:
            file.writelines(lines)
    triples = ox.parse(path=str(ordered), format=ox.RdfFormat.N_TRIPLES)
    graphs.write((quad.triple for quad in triples), output, form)


def sorted_lines(dumped: Path, work: Path, stack: ExitStack) -> Iterator[bytes]:
    """The lines of an N-Triples file, sorted; larger ones through sorted parts on disk.

    The file is removed once it is read; `stack` closes the parts.
    """
    parts: list[Iterable[bytes]] = []
    with dumped.open("rb") as file:
        while chunk := file.readlines(_CHUNK):
            chunk = b"".join(chunk).replace(_TYPE, _FIRST).splitlines(keepends=True)
            chunk.sort()
            parts.append(chunk if not parts and _at_end(file) else _part(chunk, work, stack))
    dumped.unlink()
    merged = parts[0] if len(parts) == 1 else heapq.merge(*parts)
    for line in merged:
        yield line.replace(_FIRST, _TYPE)


def _at_end(file: IO[bytes]) -> bool:
    here = file.tell()
    more = file.read(1)
    file.seek(here)
    return not more


def _part(lines: list[bytes], work: Path, stack: ExitStack) -> IO[bytes]:
    part = stack.enter_context(tempfile.TemporaryFile(dir=work))
    part.writelines(lines)
    part.seek(0)
    return part
