r"""Writes triples that are sorted by subject as Turtle or N-Triples.

Terms come as canonical N-Triples has them, which are Turtle's too (https://www.w3.org/TR/turtle/).
What is left to do for Turtle is to shorten IRIs, and numbers. Names of plain letters and digits
are shortened here; every term that is not plain is written by the library, and tests hold all
of it equal to the library's, but for names that end in a dot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.export.sorting import TYPE, SubjectTriples

_IRI: Final = ox.NamedNode("urn:x")
_BEFORE: Final = b"<urn:x> <urn:x> "
# Names that Turtle writes as they are (a part of PN_LOCAL), but for a # between two.
_NAME: Final = rb"([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)"
_BELOW_SLASH: Final = re.compile(rb"<([^>#]*/)" + _NAME + rb"(?:#" + _NAME + rb")?>")
_BELOW_HASH: Final = re.compile(rb"<([^>#]*#)" + _NAME + rb">")

ToText = Callable[[Iterable[SubjectTriples]], bytes]
"""Such as `turtle` and `ntriples`."""

_FEW: Final = 1 << 16
"""Terms that are cached: most come many times, and near each other."""

_XSD: Final = iris.PREFIXES["xsd"]
_DOUBLE: Final = f"<{_XSD}double>".encode()
_BARE: Final = frozenset(f"<{_XSD}{name}>".encode() for name in ("boolean", "decimal", "integer"))


@lru_cache(_FEW)
def _by_library(term: bytes) -> bytes:
    """A term as the library writes it in Turtle, as an object."""
    quad = next(ox.parse(_BEFORE + term + b" .", format=ox.RdfFormat.N_TRIPLES))
    triple = ox.Triple(_IRI, _IRI, quad.object)
    written = ox.serialize([triple], format=ox.RdfFormat.TURTLE, prefixes=iris.PREFIXES) or b""
    return written.split(b"\n")[-2][len(_BEFORE) : -2]


@cache
def _prefixes() -> dict[bytes, bytes]:
    """Namespace -> prefix, where no longer namespace begins with it."""
    every = iris.PREFIXES.values()
    return {
        space.encode(): prefix.encode() + b":"
        for prefix, space in iris.PREFIXES.items()
        if sum(other.startswith(space) for other in every) == 1
    }


@lru_cache(_FEW)
def _short(iri: bytes) -> bytes:
    """An IRI in angle brackets as Turtle writes it."""
    if (found := _BELOW_SLASH.fullmatch(iri)) and (prefix := _prefixes().get(found[1])):
        return prefix + found[2] + (b"\\#" + found[3] if found[3] else b"")
    if (found := _BELOW_HASH.fullmatch(iri)) and (prefix := _prefixes().get(found[1])):
        return prefix + found[2]
    # The library would write the last dot as "\\.", which is right, and which rdflib 7 cannot read.
    return iri if iri.endswith(b".>") else _by_library(iri)


def _object(term: bytes) -> bytes:
    """An object as Turtle writes it."""
    if term[:1] == b"<":
        return _short(term) if term[1:2] != b"<" else _by_library(term)
    if term[-1:] == b">" and term[:1] == b'"':
        text, _, datatype = term.rpartition(b"^^")
        if datatype in _BARE or (datatype == _DOUBLE and b"e" in text.lower()):
            return _by_library(term)  # as a number without quotes, where it looks like one
        return text + b"^^" + _short(datatype)
    return term


class _Cache(dict[bytes, tuple[bytes, bytes, bytes]]):
    """For "predicate object": the predicate; both as Turtle; the object alone as Turtle.

    Most come many times.
    """

    def __missing__(self, entry: bytes) -> tuple[bytes, bytes, bytes]:
        if len(self) > _FEW:
            self.clear()
        predicate, _, term = entry.partition(b" ")
        name = b"a" if predicate == TYPE else _short(predicate)
        written = _object(term)
        self[entry] = forms = (predicate, name + b" " + written, written)
        return forms


_cache: Final = _Cache()


def turtle(subjects: Iterable[SubjectTriples]) -> bytes:
    """Turtle: a block a subject, with a blank line before it."""
    blocks: list[bytes] = []
    for subject, properties in subjects:
        statements: list[bytes] = []
        last = b""
        for each in properties:
            predicate, both, alone = _cache[each]
            if predicate == last:
                statements[-1] += b" , " + alone
            else:
                statements.append(both)
                last = predicate
        blocks += (b"\n", _object(subject), b" ", b" ;\n\t".join(statements), b" .\n")
    return b"".join(blocks)


def ntriples(subjects: Iterable[SubjectTriples]) -> bytes:
    """Canonical N-Triples (https://www.w3.org/TR/n-triples/#canonical-ntriples)."""
    lines: list[bytes] = []
    for subject, properties in subjects:
        before = subject + b" "
        lines += [before + each + b" .\n" for each in properties]
    return b"".join(lines)
