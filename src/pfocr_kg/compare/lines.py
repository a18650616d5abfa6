"""Stores and files of RDF as sorted lines, so that two of them can be compared.

A line is a triple in canonical N-Triples, its literals as Oxigraph keeps them: 0.950 of a file
and 0.95 of a store are one number, and one line.
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError
from pfocr_kg.export import dump
from pfocr_kg.rdf import compressed, formats
from pfocr_kg.store import literals
from pfocr_kg.store.embedded import Embedded

_DEFAULT: Final = ox.DefaultGraph()
_CHUNK: Final = 64 * 1024 * 1024
"""Bytes of N-Triples that are sorted in memory at a time."""

# A stand-in for rdf:type that sorts before every other predicate, so that a subject begins
# with what it is. Canonical N-Triples escape U+0001, so that no literal holds it.
_TYPE: Final = b"> <" + iris.PREFIXES["rdf"].encode() + b"type> <"
_FIRST: Final = b"> <\x01 <"


@contextmanager
def sorted_lines(source: Path, workspace: Path | None = None) -> Iterator[Iterator[bytes]]:
    """The triples of a store's folder or an RDF file: sorted lines of N-Triples, each once.

    The order is that of `order`. `workspace` is the folder for sorting, which takes twice the
    graph's size as N-Triples; by default the system's for temporary files.

    Raises:
        StoreError: the folder is no store.
        FormatError: the file's ending means no RDF format.
        PfocrError: the file cannot be read, or holds blank nodes, named graphs or triples
            within triples.

    """
    if not source.exists():
        raise PfocrError(f"{source}: is neither a store's folder nor a file")
    with ExitStack() as stack:
        made = tempfile.TemporaryDirectory(prefix=".pfocr-kg-sort-", dir=workspace)
        work = Path(stack.enter_context(made))
        dumped = work / "graph.nt"
        if source.is_dir():
            with Embedded(source) as store, dumped.open("wb") as out:
                dump.write(store, out, "ntriples", work)
            yield stack.enter_context(dumped.open("rb"))
        else:
            form = formats.RDF[formats.dump_format(source)]
            _write_canonical(source, form, dumped)
            yield _each_once(_sorted(dumped, work, stack))


def order(line: bytes) -> bytes:
    """Sort key of the lines: a subject's rdf:type comes first; else by bytes."""
    return line.replace(_TYPE, _FIRST)


def _sorted(dumped: Path, work: Path, stack: ExitStack) -> Iterator[bytes]:
    """The lines of an N-Triples file in order; of a larger one, through sorted parts on disk.

    The file is removed once it is read; `stack` closes the parts.
    """
    parts: list[Iterable[bytes]] = []
    with dumped.open("rb") as file:
        while lines := file.readlines(_CHUNK):
            lines.sort(key=order)
            last = sum(map(len, lines)) < _CHUNK
            parts.append(lines if last and not parts else _part(lines, work, stack))
    dumped.unlink()
    return iter(parts[0]) if len(parts) == 1 else heapq.merge(*parts, key=order)


def _part(lines: list[bytes], work: Path, stack: ExitStack) -> IO[bytes]:
    part = stack.enter_context(tempfile.TemporaryFile(dir=work))
    part.writelines(lines)
    part.seek(0)
    return part


def _each_once(lines: Iterator[bytes]) -> Iterator[bytes]:
    before = b""
    for line in lines:
        if line != before:
            yield line
        before = line


def _write_canonical(source: Path, form: ox.RdfFormat, to: Path) -> None:
    try:
        with compressed.reading(source) as file, to.open("wb") as out:
            triples = _canonical(source, file, form)
            ox.serialize(triples, out, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise PfocrError(f"{source}: cannot be read as RDF: {error.msg}") from None


def _canonical(source: Path, file: IO[bytes], form: ox.RdfFormat) -> Iterator[ox.Triple]:
    for quad in ox.parse(file, format=form):
        value = quad.object
        for term in (quad.subject, value):
            if type(term) is not ox.NamedNode and type(term) is not ox.Literal:
                kind = "blank node" if isinstance(term, ox.BlankNode) else "triple as a term,"
                raise PfocrError(f"{source}: holds the {kind} {term}, which cannot be compared")
        if quad.graph_name != _DEFAULT:
            raise PfocrError(
                f"{source}: holds the named graph {quad.graph_name}; what can be compared is in "
                "the default graph"
            )
        if type(value) is ox.Literal:
            yield ox.Triple(quad.subject, quad.predicate, literals.kept(value))
        else:
            yield quad.triple
