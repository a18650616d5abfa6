"""Reads stores and files of RDF as sorted lines, so that two of them can be compared.

A line is a triple in canonical N-Triples, with literals as Oxigraph writes them: 0.950 in a file
and 0.95 in a store are the same number, and so the same line.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import groupby
from operator import methodcaller
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError
from pfocr_kg.export import sorted_rdf, sorting
from pfocr_kg.rdf import compressed, formats, unfinished
from pfocr_kg.store import literals
from pfocr_kg.store.embedded import Embedded

_BUCKET: Final = 32 * 1024 * 1024
"""About the bytes of N-Triples that are sorted at a time, which takes four times the memory."""

_PIECE: Final = 1 << 16
"""Bytes of RDF/XML that are looked through at a time."""
_DECLARES: Final = re.compile(rb"<!DOCTYPE", re.IGNORECASE)

_DEFAULT: Final = ox.DefaultGraph()

# A stand-in for rdf:type that sorts before every other predicate, so that a subject begins
# with its class. Canonical N-Triples escape U+0001, so that no literal holds it.
_TYPE: Final = b"> <" + iris.PREFIXES["rdf"].encode() + b"type> <"
_FIRST: Final = b"> <\x01 <"

sort_key: Final[Callable[[bytes], bytes]] = methodcaller("replace", _TYPE, _FIRST)
"""Sort key of the lines: a subject's rdf:type comes first; otherwise by bytes."""


_OF_LINKS: Final = re.compile(
    f"<{re.escape(iris.PREFIXES['figure'])}[^>]*#link-WP|<{re.escape(iris.LINKS)}> |"
    f"<[^>]*> <{re.escape(iris.PREFIXES['pfocr'])}overlappingFigureCount> ".encode()
)


def is_of_links(line: bytes) -> bool:
    """Whether a triple is about a link, the set of all links, or the links of a pathway.

    These triples depend on all figures, so that one edited record changes those of many.
    """
    return _OF_LINKS.match(line) is not None


@contextmanager
def sorted_lines(source: Path, workspace: Path | None = None) -> Iterator[Iterator[bytes]]:
    """The triples of a store's folder or an RDF file: distinct lines of N-Triples by `sort_key`.

    `workspace` is the folder for sorting, which takes twice the
    graph's size as N-Triples; by default the system's for temporary files.

    Raises:
        StoreError: the folder is not a store.
        FormatError: the file's ending is not one of an RDF format.
        PfocrError: the file cannot be read, or holds blank nodes, named graphs or triples
            within triples.

    """
    if not source.exists():
        raise PfocrError(f"{source}: is neither a store's folder nor a file")
    with ExitStack() as stack:
        work = stack.enter_context(unfinished.folder(".pfocr-kg-sort-", workspace))
        triples = work / "graph.nt"
        if source.is_dir():
            with Embedded(source) as store, triples.open("wb") as out:
                sorted_rdf.write(store, out, "ntriples", work)
            yield stack.enter_context(triples.open("rb"))
        else:
            _write_canonical(source, triples)
            spill = stack.enter_context(tempfile.TemporaryFile(dir=work))
            yield _lines(triples, spill)


def _lines(triples: Path, spill: IO[bytes]) -> Iterator[bytes]:
    for bucket in sorting.buckets(triples, spill, _BUCKET):
        lines = sorted(bucket.splitlines(keepends=True), key=sort_key)
        for line, _ in groupby(lines):
            yield line


def _write_canonical(source: Path, to: Path) -> None:
    """Write the triples of an RDF file as canonical N-Triples."""
    form = formats.RDF[formats.dump_format(source)]
    try:
        with compressed.reading(source) as file, to.open("wb") as out:
            content = file
            if form == ox.RdfFormat.RDF_XML:
                content = io.BufferedReader(compressed.PieceReader(_without_entities(source, file)))
            triples = _triples(source, ox.parse(content, format=form))
            ox.serialize(triples, out, format=ox.RdfFormat.N_TRIPLES)
    except SyntaxError as error:
        raise PfocrError(f"{source}: cannot be read as RDF: {error.msg}") from None


def _without_entities(source: Path, file: IO[bytes]) -> Iterator[bytes]:
    """The pieces of an XML file, which may declare no entities: a few lines grow to any size."""
    end = b""
    while piece := file.read(_PIECE):
        if _DECLARES.search(end + piece):
            raise PfocrError(
                f"{source}: has a DOCTYPE, whose entities can grow to any size",
                hint="Write it without, or as N-Triples",
            )
        yield piece
        end = piece[-len("<!DOCTYPE") :]


def _triples(source: Path, quads: Iterator[ox.Quad]) -> Iterator[ox.Triple]:
    for quad in quads:
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
            yield ox.Triple(quad.subject, quad.predicate, literals.normal_form(value))
        else:
            yield quad.triple
