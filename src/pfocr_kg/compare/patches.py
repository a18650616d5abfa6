r"""Patches: the triples to remove from a graph and to add to it, as text.

Two forms, both with a triple a line. "patch" is a SPARQL 1.1 update, which any endpoint can
run, of DELETE DATA and INSERT DATA only; it ends in a comment that says how many triples there
are, so that a file that was cut off is noticed. "rdf-patch" is RDF Patch
(https://afs.github.io/rdf-patch/), as Apache Jena reads it.

A patch is read line by line, and never run as SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg.errors import PatchError
from pfocr_kg.rdf import compressed

Change = tuple[bool, bytes]
"""True where the triple is added, False where it is removed; the triple as N-Triples line."""

FORMS: Final = ("patch", "rdf-patch")

MOST_TRIPLES: Final = 1000
"""Triples of an operation at most: endpoints have limits (Virtuoso's is 10,000 lines)."""
MOST_BYTES: Final = 1 << 20
"""Bytes after which an operation ends, too."""

_HEAD: Final = b"# pfocr-kg patch 1\n"
_OPEN: Final = {b"DELETE DATA {\n": False, b"INSERT DATA {\n": True}
_CLOSE: Final = b"} ;\n"
_END: Final = re.compile(rb"# end: (\d{1,18}) removed, (\d{1,18}) added\n?")
_LETTER: Final = {b"D": False, b"A": True}
_BEGIN_JENA: Final = b"TX .\n"
_END_JENA: Final = b"TC .\n"

# Escapes of canonical N-Triples, in turn: a backslash before a "u", a code point, any other.
_ESCAPE: Final = re.compile(rb"\\\\([uU])|\\u([0-9A-F]{4})|\\.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Counts:
    """Triples that a patch removes and adds."""

    removed: int
    added: int


def write(changes: Iterable[Change], output: IO[bytes], form: str) -> Counts:
    """Write a patch in one of `FORMS`; no triple may be removed and added."""
    if form == "rdf-patch":
        return _write_jena(changes, output)
    counted = [0, 0]
    output.write(_HEAD)
    for window in _windows(changes):
        for at, opening in enumerate(_OPEN):
            lines = window[at]
            counted[at] += len(lines)
            if lines:
                output.write(opening)
                output.writelines(lines)
                output.write(_CLOSE)
    output.write(b"# end: %d removed, %d added\n" % (counted[0], counted[1]))
    return Counts(*counted)


def _write_jena(changes: Iterable[Change], output: IO[bytes]) -> Counts:
    counted = [0, 0]
    output.write(_BEGIN_JENA)
    for added, line in changes:
        counted[added] += 1
        output.write((b"A " if added else b"D ") + line)
    output.write(_END_JENA)
    return Counts(*counted)


def _windows(changes: Iterable[Change]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Lines to remove and to add, some at a time; nothing is in both, so turns do not matter."""
    window: tuple[list[bytes], list[bytes]] = [], []
    triples = size = 0
    for added, line in changes:
        window[added].append(for_sparql(line))
        triples, size = triples + 1, size + len(line)
        if triples == MOST_TRIPLES or size >= MOST_BYTES:
            yield window
            window, triples, size = ([], []), 0, 0
    yield window


def for_sparql(line: bytes) -> bytes:
    r"""The same N-Triples line, written so that every reader of SPARQL understands it.

    SPARQL allows `\uXXXX` anywhere (section 19.2) and some readers look for it before
    anything else: in `\\u0041` too, where N-Triples mean a backslash, and with digits that
    follow it. `\U` with eight digits, also for a "u" behind a backslash, is the same to all.
    """
    return _ESCAPE.sub(_eight_digits, line) if b"\\" in line else line


def _eight_digits(escape: re.Match[bytes]) -> bytes:
    letter, digits = escape.groups()
    if letter:
        return b"\\\\\\U%08X" % ord(letter)
    return b"\\U0000" + digits if digits else escape[0]


def read(path: Path) -> Iterator[tuple[bool, ox.Quad]]:
    """The changes of a patch in either form, in turn; True where the triple is added.

    Raises:
        PatchError: the file is no patch, is cut off, or holds anything but triples without
            blank nodes; what came before may have been given.
        PfocrError: the file cannot be read.

    """
    try:
        with compressed.reading(path) as file:
            yield from _Reader(path, file)
    except OSError as error:
        raise PatchError(f"{path}: cannot be read: {error.strerror or error}") from None


class _Reader:
    """The lines of one patch, and where it is."""

    def __init__(self, path: Path, file: IO[bytes]) -> None:
        self.path = path
        self.number = 0
        self.counted = [0, 0]
        self.lines = self._lines(file)

    def _lines(self, file: IO[bytes]) -> Iterator[bytes]:
        for line in file:
            self.number += 1
            yield line.replace(b"\r\n", b"\n")

    def __iter__(self) -> Iterator[tuple[bool, ox.Quad]]:
        first = next(self.lines, b"")
        if first == _HEAD:
            yield from self._sparql()
        elif first.split(b" ")[0] in (b"H", b"TX"):
            yield from self._jena(first)
        else:
            raise PatchError(
                f"{self.path}: is no patch", hint="Make one with: pfocr-kg diff --format patch"
            )
        if any(line.strip() for line in self.lines):
            raise self._wrong("goes on behind its end")

    def _sparql(self) -> Iterator[tuple[bool, ox.Quad]]:
        for line in self.lines:
            if line in _OPEN:
                yield from self._operation(added=_OPEN[line])
            elif end := _END.fullmatch(line):
                if [int(count) for count in end.groups()] != self.counted:
                    raise self._wrong("has not as many triples as its end says")
                return
            elif line.strip():
                raise self._wrong("is neither DELETE DATA nor INSERT DATA")
        raise PatchError(f"{self.path}: is cut off")

    def _operation(self, *, added: bool) -> Iterator[tuple[bool, ox.Quad]]:
        for line in self.lines:
            if line == _CLOSE:
                return
            self.counted[added] += 1
            yield added, self._triple(line)
        raise PatchError(f"{self.path}: is cut off")

    def _jena(self, first: bytes) -> Iterator[tuple[bool, ox.Quad]]:
        line: bytes | None = first
        while line is not None and line.startswith(b"H "):
            line = next(self.lines, None)
        if line != _BEGIN_JENA:
            raise self._wrong("is not TX, the begin of a transaction")
        for line in self.lines:
            letter, _, triple = line.partition(b" ")
            if letter in _LETTER:
                yield _LETTER[letter], self._triple(triple)
            elif line in (_END_JENA, _END_JENA[:-1]):
                return
            elif line.strip():
                raise self._wrong("neither adds nor removes a triple")
        raise PatchError(f"{self.path}: is cut off")

    def _triple(self, line: bytes) -> ox.Quad:
        """The triple that is the whole of a line."""
        if not line.endswith(b"\n"):
            raise PatchError(f"{self.path}: is cut off")
        try:
            quads = list(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))
        except SyntaxError as error:
            raise self._wrong(f"is no triple: {error.msg}") from None
        if len(quads) != 1:
            raise self._wrong(f"holds {len(quads)} triples, not one")
        quad: ox.Quad = quads[0]
        if type(quad.subject) is not ox.NamedNode or (
            type(quad.object) is not ox.NamedNode and type(quad.object) is not ox.Literal
        ):
            raise self._wrong("holds a blank node, or a triple as a term")
        return quad

    def _wrong(self, reason: str) -> PatchError:
        return PatchError(f"{self.path}:{self.number}: {reason}")
