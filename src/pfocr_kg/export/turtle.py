r"""Writes triples that are sorted by subject as Turtle or N-Triples.

Terms of canonical N-Triples are also terms of Turtle (https://www.w3.org/TR/turtle/), except that
Turtle shortens IRIs and numbers. This module shortens names of plain letters and digits; the
library writes all other terms. Tests check that the output is the library's, except for names that
end in a dot.
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
# Names that Turtle writes without escapes (a part of PN_LOCAL); a # between two is escaped.
_NAME: Final = rb"([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)"
_SLASH_NAMESPACE: Final = re.compile(rb"<([^>#]*/)" + _NAME + rb"(?:#" + _NAME + rb")?>")
_HASH_NAMESPACE: Final = re.compile(rb"<([^>#]*#)" + _NAME + rb">")

ToText = Callable[[Iterable[SubjectTriples]], bytes]
"""The type of `turtle` and `ntriples`."""

_CACHE_SIZE: Final = 1 << 16
"""Terms that are cached: most are repeated, soon after each other."""

_XSD: Final = iris.PREFIXES["xsd"]
_DOUBLE: Final = f"<{_XSD}double>".encode()
_UNQUOTED_TYPES: Final = frozenset(
    f"<{_XSD}{name}>".encode() for name in ("boolean", "decimal", "integer")
)


@lru_cache(_CACHE_SIZE)
def _by_library(term: bytes) -> bytes:
    """The Turtle of a term as an object, written by the library."""
    quad = next(ox.parse(_BEFORE + term + b" .", format=ox.RdfFormat.N_TRIPLES))
    triple = ox.Triple(_IRI, _IRI, quad.object)
    written = ox.serialize([triple], format=ox.RdfFormat.TURTLE, prefixes=iris.PREFIXES) or b""
    return written.split(b"\n")[-2][len(_BEFORE) : -2]


@cache
def _prefixes() -> dict[bytes, bytes]:
    """Namespace -> prefix, without namespaces that begin another."""
    every = iris.PREFIXES.values()
    return {
        space.encode(): prefix.encode() + b":"
        for prefix, space in iris.PREFIXES.items()
        if sum(other.startswith(space) for other in every) == 1
    }


@lru_cache(_CACHE_SIZE)
def _short(iri: bytes) -> bytes:
    """An IRI in angle brackets as Turtle writes it."""
    if (match := _SLASH_NAMESPACE.fullmatch(iri)) and (prefix := _prefixes().get(match[1])):
        return prefix + match[2] + (b"\\#" + match[3] if match[3] else b"")
    if (match := _HASH_NAMESPACE.fullmatch(iri)) and (prefix := _prefixes().get(match[1])):
        return prefix + match[2]
    # The library writes the last dot as "\\.", which is correct, but rdflib 7 cannot read it.
    return iri if iri.endswith(b".>") else _by_library(iri)


def _object(term: bytes) -> bytes:
    """An object as Turtle writes it."""
    if term[:1] == b"<":
        return _short(term) if term[1:2] != b"<" else _by_library(term)
    if term[-1:] == b">" and term[:1] == b'"':
        text, _, datatype = term.rpartition(b"^^")
        if datatype in _UNQUOTED_TYPES or (datatype == _DOUBLE and b"e" in text.lower()):
            return _by_library(
                term
            )  # without quotes, if the text is a number or truth value of Turtle
        return text + b"^^" + _short(datatype)
    return term


class _Cache(dict[bytes, tuple[bytes, bytes, bytes]]):
    """A property "predicate object" -> the predicate; both as Turtle; the object as Turtle.

    Most are repeated many times.
    """

    def __missing__(self, entry: bytes) -> tuple[bytes, bytes, bytes]:
        if len(self) > _CACHE_SIZE:
            self.clear()
        predicate, _, term = entry.partition(b" ")
        name = b"a" if predicate == TYPE else _short(predicate)
        written = _object(term)
        self[entry] = forms = (predicate, name + b" " + written, written)
        return forms


_cache: Final = _Cache()


def turtle(subjects: Iterable[SubjectTriples]) -> bytes:
    """Turtle, with one block per subject after a blank line."""
    blocks: list[bytes] = []
    for subject, properties in subjects:
        statements: list[bytes] = []
        last = b""
        for each in properties:
            predicate, predicate_object, object_text = _cache[each]
            if predicate == last:
                statements[-1] += b" , " + object_text
            else:
                statements.append(predicate_object)
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
