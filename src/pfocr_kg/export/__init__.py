"""Writes the whole graph: sorted, the same bytes from run to run, in flat memory."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import formats, graphs
from pfocr_kg.errors import PfocrError
from pfocr_kg.export import terms
from pfocr_kg.export.groups import Group, sorted_groups
from pfocr_kg.export.scan import Dumping

__all__ = ["Dumping", "write"]

_TURTLE: Final = frozenset({"turtle", "trig"})
"""Formats that write a graph without a name alike."""

_LINES: Final = frozenset({"ntriples", "nquads"})
"""Formats in which a sorted line is the output; the graph is the default graph."""


def write(store: Dumping, output: IO[bytes], form: str, workspace: Path | None = None) -> None:
    """Write every triple of a store in one of `formats.RDF`, sorted by subject.

    `workspace` is the folder for sorting, which takes up to the graph's size as N-Triples,
    twice that of a store that can only dump; by default the system's for temporary files.

    Raises:
        PfocrError: the disk is full, or the output cannot be written.

    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix=".pfocr-kg-export-", dir=workspace) as folder,
            tempfile.TemporaryFile(dir=folder) as spill,
        ):
            _write(sorted_groups(store, Path(folder), spill), output, form)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PfocrError(f"the graph cannot be exported: {error.strerror or error}") from None


def _write(parts: Iterator[list[Group]], output: IO[bytes], form: str) -> None:
    if form in _TURTLE:
        output.write(graphs.head(formats.RDF[form]))
        for part in parts:
            output.write(terms.turtle(part))
    elif form in _LINES:
        for part in parts:
            output.write(terms.lines(part))
    else:
        graphs.write(_triples(parts), output, form)


def _triples(parts: Iterable[list[Group]]) -> Iterator[ox.Triple]:
    for part in parts:
        for quad in ox.parse(terms.lines(part), format=ox.RdfFormat.N_TRIPLES):
            yield quad.triple
