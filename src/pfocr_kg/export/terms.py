r"""Groups of triples as Turtle or N-Triples.

Rows hold terms as SPARQL's TSV results do (https://www.w3.org/TR/sparql11-results-csv-tsv/),
which are Turtle's (https://www.w3.org/TR/turtle/) without prefixes. What is left to do for
Turtle is to shorten IRIs. Names of plain letters and digits are shortened here; every term
that is not plain is written by the library, and tests hold all of it equal to the library's,
but for names that end in a dot.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.export import scan
from pfocr_kg.export.groups import Group

_IRI: Final = ox.NamedNode("urn:x")
_BEFORE: Final = b"<urn:x> <urn:x> "
_CONTROLS: Final = bytes([*range(32), 127])
"""Bytes that SPARQL results may hold as they are, and N-Triples and Turtle escape."""

# Names that Turtle writes as they are (a part of PN_LOCAL), but for a # between two.
_NAME: Final = rb"([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)"
_BELOW_SLASH: Final = re.compile(rb"<([^>#]*/)" + _NAME + rb"(?:#" + _NAME + rb")?>")
_BELOW_HASH: Final = re.compile(rb"<([^>#]*#)" + _NAME + rb">")

_FEW: Final = 1 << 16
"""Terms that are remembered: most come many times, and near each other."""

_XSD: Final = iris.PREFIXES["xsd"]
_DOUBLE: Final = f"<{_XSD}double>".encode()
_BARE: Final = frozenset(f"<{_XSD}{name}>".encode() for name in ("boolean", "decimal", "integer"))
_FIRST: Final = b"\x01"
_CODE: Final = 3
"""Digits of a predicate's code."""


def _serialized(term: bytes, form: ox.RdfFormat, prefixes: dict[str, str] | None = None) -> bytes:
    """The line of the library in which a term of a row is the object."""
    quad = next(ox.parse(_BEFORE + term + b" .", format=ox.RdfFormat.TURTLE))
    triple = ox.Triple(_IRI, _IRI, quad.object)
    return (ox.serialize([triple], format=form, prefixes=prefixes) or b"").split(b"\n")[-2]


@lru_cache(_FEW)
def canonical(term: bytes) -> bytes:
    """A term of a row as canonical N-Triples."""
    if term[:1] in (b"<", b'"', b"_") and term[1:2] != b"<" and not _odd(term):
        return term
    return _serialized(term, ox.RdfFormat.N_TRIPLES)[len(_BEFORE) : -2]


@lru_cache(_FEW)
def _by_library(term: bytes) -> bytes:
    """A term of a row as the library writes it in Turtle."""
    return _serialized(term, ox.RdfFormat.TURTLE, iris.PREFIXES)[len(_BEFORE) : -2]


def _odd(term: bytes) -> bool:
    return len(term.translate(None, _CONTROLS)) != len(term)


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
    if _odd(term):
        return _by_library(term)
    if term[-1:] == b">" and term[:1] == b'"':
        text, _, datatype = term.rpartition(b"^^")
        if datatype in _BARE or (datatype == _DOUBLE and b"e" in text.lower()):
            return _by_library(term)  # as a number without quotes, where it looks like one
        return text + b"^^" + _short(datatype)
    return term


@cache
def _predicates() -> dict[bytes, tuple[bytes, bytes, bytes]]:
    """Code or IRI -> what it sorts by, N-Triples, Turtle."""
    found = {}
    for iri, code in scan.codes().items():
        name = f"<{iri}>".encode()
        typed = iri == scan.TYPE
        forms = (_FIRST if typed else name, name, b"a" if typed else _short(name))
        found[b"%d" % code] = found[name] = forms
    return found


def _predicate(name: bytes) -> tuple[bytes, bytes, bytes]:
    return _predicates().get(name) or (name, name, _short(name))


def _are_iris(ordered: list[bytes]) -> bool:
    return ordered[0][:1] == b"<" == ordered[-1][:1] and ordered[0][1:2] != b"<"


def _statements(entries: list[bytes]) -> list[tuple[bytes, list[bytes]]]:
    """Predicates of a group in order, with their objects in the order of N-Triples."""
    objects: dict[bytes, list[bytes]] = {}
    for entry in entries:
        name, _, term = entry.partition(b"\t")
        if name in objects:
            objects[name].append(term)
        else:
            objects[name] = [term]
    for terms in objects.values():
        if len(terms) > 1 and not _are_iris(terms):
            terms.sort(key=canonical)
    statements = list(objects.items())
    if name[:1] == b"<":  # the last, since codes are before IRIs
        statements.sort(key=lambda statement: _predicate(statement[0])[0])
    return statements


class _Written(dict[bytes, bytes]):
    """Entry -> its predicate and object in Turtle. Most entries come many times."""

    def __missing__(self, entry: bytes) -> bytes:
        if len(self) > _FEW:
            self.clear()
        name, _, term = entry.partition(b"\t")
        self[entry] = written = _predicate(name)[2] + b" " + _object(term)
        return written


def turtle(groups: list[Group]) -> bytes:
    """Turtle of groups: a block a subject, with a blank line before it."""
    blocks: list[bytes] = []
    written = _Written()
    for subject, entries in groups:
        each_once = len({entry[:_CODE] for entry in entries}) == len(entries)
        if each_once and entries[-1][:1] != b"<":
            lines = list(map(written.__getitem__, entries))
        else:
            lines = _lines_of_several(entries)
        blocks += (b"\n", _object(subject), b" ", b" ;\n\t".join(lines), b" .\n")
    return b"".join(blocks)


def _lines_of_several(entries: list[bytes]) -> list[bytes]:
    lines = []
    for name, terms in _statements(entries):
        write = _short if _are_iris(terms) else _object
        lines.append(_predicate(name)[2] + b" " + b" , ".join(map(write, terms)))
    return lines


def lines(groups: list[Group]) -> bytes:
    """Canonical N-Triples of groups (https://www.w3.org/TR/n-triples/#canonical-ntriples)."""
    found = []
    for group in groups:
        for name, terms in _statements(group.entries):
            before = group.subject + b" " + _predicate(name)[1] + b" "
            found += [before + canonical(term) + b" .\n" for term in terms]
    return b"".join(found)
