"""A patch changes one graph to another, for our reader and as SPARQL Update for pyoxigraph.

Any bytes are such a patch, or an error of one line.
"""

from __future__ import annotations

import io

import pyoxigraph as ox

from fuzz import scratch
from fuzz.pieces import Pieces
from fuzz.scratch import one_line
from fuzz.targets import writers
from pfocr_kg.compare import patch
from pfocr_kg.compare.patch import Change
from pfocr_kg.errors import PatchError


def check(data: bytes) -> None:
    pieces = Pieces(data)
    kind = pieces.number(3)
    if kind == 0:
        check_bytes(pieces.rest())
        return
    old, new = graph(pieces), graph(pieces)
    output = io.BytesIO()
    count = patch.write(changes(old, new), output)
    assert (count.removed, count.added) == (len(old - new), len(new - old))
    text = output.getvalue()
    assert b"\\u" not in text, "some readers of SPARQL take it for a character in any place"
    assert applied(old, text) == new
    assert updated(old, text) == new
    if kind == 2:
        check_bytes(damaged(text, pieces))


def check_bytes(content: bytes) -> None:
    try:
        found = applied(set(), content)
    except PatchError as error:
        one_line(error)
        return
    assert updated(set(), content) == found


def graph(pieces: Pieces) -> set[ox.Triple]:
    """Triples as a store holds them, which writes some numbers otherwise."""
    store = ox.Store()
    for _ in range(pieces.number(4)):
        subject, predicate, value = writers.iri(pieces), writers.iri(pieces), writers.term(pieces)
        if None not in (subject, predicate, value):
            store.add(ox.Quad(subject, predicate, value))
    return {quad.triple for quad in store}


def changes(old: set[ox.Triple], new: set[ox.Triple]) -> list[Change]:
    return [(one in new, f"{one} .\n".encode()) for one in sorted(old ^ new, key=str)]


def applied(old: set[ox.Triple], content: bytes) -> set[ox.Triple]:
    """The graph after the changes that our reader gives."""
    graph = set(old)
    for added, quad in patch.read(scratch.file("x.patch", content)):
        (graph.add if added else graph.discard)(quad.triple)
    return graph


def updated(old: set[ox.Triple], content: bytes) -> set[ox.Triple]:
    """The graph after pyoxigraph ran the patch as SPARQL Update."""
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in old)
    store.update(content.decode())
    return {quad.triple for quad in store}


def damaged(text: bytes, pieces: Pieces) -> bytes:
    """The text with some bytes changed, left out, or twice."""
    content = bytearray(text)
    while pieces:
        at = (pieces.number(256) << 8 | pieces.number(256)) % len(content)
        end = at + pieces.number(256)
        content[at:end] = (b"", pieces.raw(), content[at:end] * 2)[pieces.number(3)] or b"\n"
    return bytes(content)
