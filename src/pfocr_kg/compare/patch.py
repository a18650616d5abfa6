r"""Writes and reads patches: the triples to remove from a graph and to add to it.

A patch is a SPARQL 1.1 update, which any endpoint can run, of DELETE DATA and INSERT DATA only,
one triple per line. A comment at the end holds the number of triples, so that a file that was
cut off is noticed. This package reads it line by line, and never runs it as SPARQL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg.compare.difference import ChangeCount
from pfocr_kg.errors import PatchError
from pfocr_kg.rdf import compressed

Change = tuple[bool, bytes]
"""True for a triple to add, False for one to remove; its line of N-Triples."""

MOST_TRIPLES: Final = 1000
"""Maximum of triples per operation: endpoints have limits (Virtuoso's is 10,000 lines)."""
MOST_BYTES: Final = 1 << 20
"""Size in bytes at which an operation ends."""

_HEAD: Final = b"# pfocr-kg patch 1\n"
_OPEN: Final = {b"DELETE DATA {\n": False, b"INSERT DATA {\n": True}
_CLOSE: Final = b"} ;\n"
_BLANK: Final = b" \t\r\n"  # to SPARQL; bytes.strip() takes more for blanks
_END: Final = re.compile(rb"# end: (\d{1,18}) removed, (\d{1,18}) added\n?")

# Escapes of canonical N-Triples, in turn: a backslash before a "u", a \u escape, any other.
_ESCAPE: Final = re.compile(rb"\\\\([uU])|\\u([0-9A-F]{4})|\\.", re.DOTALL)


def write(changes: Iterable[Change], output: IO[bytes]) -> ChangeCount:
    """Write a patch that removes or adds each triple, but not both; returns their numbers."""
    count = ChangeCount()
    output.write(_HEAD)
    for removed, added in _operations(changes):
        count.removed += len(removed)
        count.added += len(added)
        for opening, lines in zip(_OPEN, (removed, added), strict=True):
            if lines:
                output.write(opening)
                output.writelines(lines)
                output.write(_CLOSE)
    output.write(b"# end: %d removed, %d added\n" % (count.removed, count.added))
    return count


def _operations(changes: Iterable[Change]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Lines to remove and to add, in blocks; no line is in both, so their order does not matter."""
    lines: tuple[list[bytes], list[bytes]] = [], []
    triples = size = 0
    for added, line in changes:
        lines[added].append(for_sparql(line))
        triples, size = triples + 1, size + len(line)
        if triples == MOST_TRIPLES or size >= MOST_BYTES:
            yield lines
            lines, triples, size = ([], []), 0, 0
    yield lines


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
    """The changes of a patch in turn; True where the triple is added.

    Raises:
        PatchError: the file is not a patch, is cut off, or holds anything but triples without
            blank nodes; what came before may have been given.
        PfocrError: the file cannot be read.

    """
    try:
        with compressed.reading(path) as file:
            lines = (line.replace(b"\r\n", b"\n") for line in file)
            yield from _changes(path, enumerate(lines, start=1))
    except OSError as error:
        raise PatchError(f"{path}: cannot be read: {error.strerror or error}") from None


def _changes(path: Path, lines: Iterator[tuple[int, bytes]]) -> Iterator[tuple[bool, ox.Quad]]:
    """The changes of numbered lines."""
    if next(lines, (0, b""))[1] != _HEAD:
        hint = "Make one with: pfocr-kg diff --format patch"
        raise PatchError(f"{path}: is not a patch", hint=hint)
    counted = [0, 0]
    for number, line in lines:
        if line in _OPEN:
            for quad in _operation(path, lines):
                counted[_OPEN[line]] += 1
                yield _OPEN[line], quad
        elif end := _END.fullmatch(line):
            if [int(count) for count in end.groups()] != counted:
                raise PatchError(
                    f"{path}:{number}: has not the number of triples that its end gives"
                )
            break
        elif line.strip(_BLANK):
            raise PatchError(f"{path}:{number}: is neither DELETE DATA nor INSERT DATA")
    else:
        raise PatchError(f"{path}: is cut off")
    for number, line in lines:
        if line.strip(_BLANK):
            raise PatchError(f"{path}:{number}: goes on behind its end")


def _operation(path: Path, lines: Iterator[tuple[int, bytes]]) -> Iterator[ox.Quad]:
    """The triples of an operation, to its end."""
    for number, line in lines:
        if line == _CLOSE:
            return
        if not line.endswith(b"\n"):
            break
        yield _triple(line, f"{path}:{number}")
    raise PatchError(f"{path}: is cut off")


def _triple(line: bytes, where: str) -> ox.Quad:
    """The triple that is the whole of a line."""
    try:
        quads = list(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        raise PatchError(f"{where}: is not a triple: {error.msg}") from None
    if len(quads) != 1:
        raise PatchError(f"{where}: holds {len(quads)} triples, not one")
    quad: ox.Quad = quads[0]
    if type(quad.subject) is not ox.NamedNode or (
        type(quad.object) is not ox.NamedNode and type(quad.object) is not ox.Literal
    ):
        raise PatchError(f"{where}: holds a blank node, or a triple as a term")
    return quad
