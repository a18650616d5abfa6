"""Writes triples in any of the RDF formats, through the libraries."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import IO, Final, cast

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import FormatError
from pfocr_kg.rdf import formats, jsonld

_TYPE: Final = ox.NamedNode(iris.PREFIXES["rdf"] + "type")
_ANY: Final = ox.Triple(_TYPE, _TYPE, _TYPE)
_SPACED: Final = frozenset({"turtle", "trig"})
_END: Final = b" .\n"
_XML: Final = frozenset({"rdfxml", "xml"})
_NOT_XML: Final = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


def sort_key(triple: ox.Triple) -> tuple[str, bool, str, str]:
    """Sort key of a triple: by subject, its rdf:type first, then by predicate and object."""
    named = triple.predicate != _TYPE
    return str(triple.subject), named, str(triple.predicate), str(triple.object)


def write(triples: Iterable[ox.Triple], output: IO[bytes], form: str) -> None:
    """Write triples, which come sorted, in one of `formats.RDF`.

    Raises:
        FormatError: XML cannot hold a character of a text.

    """
    if form == formats.JSONLD:
        jsonld.write(triples, output)
    elif form in _SPACED:
        _write_spaced(triples, output, formats.RDF[form])
    else:
        output = for_library(output, form)
        ox.serialize(triples, output, format=formats.RDF[form], prefixes=iris.PREFIXES)


def write_quads(quads: Iterable[ox.Quad], output: IO[bytes]) -> None:
    """Write quads, which come ordered by named graph, as TriG."""
    _write_spaced(quads, output, ox.RdfFormat.TRIG)


def write_turtle(
    triples: Iterable[ox.Triple], output: IO[bytes], prefixes: Mapping[str, str]
) -> None:
    """Write triples, which come sorted, as Turtle with these prefixes."""
    _write_spaced(triples, output, formats.RDF["turtle"], prefixes)


def for_library(output: IO[bytes], form: str) -> IO[bytes]:
    """The file that the library writes to in one of `formats.RDF` or `formats.RESULTS`."""
    return cast("IO[bytes]", _Xml(output)) if form in _XML else output


def head(form: ox.RdfFormat, prefixes: Mapping[str, str] = iris.PREFIXES) -> bytes:
    """The prefixes of Turtle or TriG, in order, one per line.

    The library writes several prefixes in the order of its hash table, which another version may
    change; so it writes each of them separately here.
    """
    lines = b""
    for prefix in sorted(prefixes):
        text = ox.serialize([_ANY], format=form, prefixes={prefix: prefixes[prefix]})
        lines += (text or b"").partition(b"\n")[0] + b"\n"
    return lines


def _write_spaced(
    triples: Iterable[ox.Triple] | Iterable[ox.Quad],
    output: IO[bytes],
    form: ox.RdfFormat,
    prefixes: Mapping[str, str] = iris.PREFIXES,
) -> None:
    """Turtle or TriG: prefixes in order, then a block per subject, after a blank line."""
    output.write(head(form, prefixes))
    spaced = _Spaced(output, skip=len(prefixes))
    ox.serialize(triples, cast("IO[bytes]", spaced), format=form, prefixes=dict(prefixes))


class _Xml:
    """A file for XML that the library writes, without the characters that XML loses.

    A reader takes a carriage return for a line end, unless it is a reference
    (https://www.w3.org/TR/xml/#sec-line-ends). Most control characters cannot be in XML at all.
    """

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output

    def write(self, data: bytes) -> int:
        """Pass on data, with references for carriage returns.

        Raises:
            FormatError: XML cannot hold one of the characters.

        """
        if found := _NOT_XML.search(data):
            raise FormatError(
                f"XML cannot hold the character U+{ord(found[0].decode()):04X}, which a text has",
                hint="Take another format",
            )
        self._output.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Called by the library at the end."""
        self._output.flush()


class _Spaced:
    """A file that leaves out the first lines and puts a blank line before each statement.

    A statement ends in " ." and a line end. No literal holds these, since line ends are escaped
    in literals.
    """

    def __init__(self, output: IO[bytes], skip: int) -> None:
        self._output = output
        self._skip = skip
        self._rest = b""
        self._ended = True

    def write(self, data: bytes) -> int:
        """Pass on the lines that are complete."""
        text = self._rest + bytes(data)
        while self._skip and (end := text.find(b"\n") + 1):
            text = text[end:]
            self._skip -= 1
        complete = 0 if self._skip else text.rfind(b"\n") + 1
        self._rest = text[complete:]
        if complete:
            self._pass_on(text[:complete])
        return len(data)

    def _pass_on(self, lines: bytes) -> None:
        if self._ended:
            self._output.write(b"\n")
        self._ended = lines.endswith(_END)
        spaced = lines.replace(_END, _END + b"\n")
        self._output.write(spaced[:-1] if self._ended else spaced)

    def flush(self) -> None:
        """Called by the library at the end, when every line is complete."""
        self._output.flush()
