"""The formats that results and graphs are written in.

These tables feed the writers, the command line's choices, and its help.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from pfocr_kg.errors import FormatError

JSONLD: Final = "jsonld"

RDF: Final[Mapping[str, ox.RdfFormat]] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    JSONLD: ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
"""Formats of graphs, by the name the user gives."""

RESULTS: Final[Mapping[str, ox.QueryResultsFormat]] = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}
"""W3C formats of SELECT and ASK results, by the name the user gives."""

TABLE: Final = "table"
QUERY: Final = (TABLE, *RESULTS, *RDF)
"""Every format of a query's answer."""

COMPRESSION: Final = {".gz": "application/gzip", ".zst": "application/zstd"}
"""Media types of compressed files, by ending."""

_EXTENSIONS: Final = {
    "ttl": "turtle",
    "nt": "ntriples",
    "nq": "nquads",
    "trig": "trig",
    "jsonld": JSONLD,
    "rdf": "rdfxml",
    "owl": "rdfxml",
}


def rdf_format(name: str | None, output: Path | None) -> str:
    """The RDF format named, else the one that the output's ending means, else Turtle.

    Raises:
        FormatError: the format is unknown.

    """
    if name is not None:
        if name not in RDF:
            raise FormatError(f"unknown format {name!r}", hint="Formats are " + ", ".join(RDF))
        return name
    return by_ending(output, _EXTENSIONS, "turtle", "RDF format")


def dump_format(path: Path) -> str:
    """The RDF format that a file's ending means; a further .gz or .zst is ignored.

    Raises:
        FormatError: the ending is unknown.

    """
    return _of_ending(path, _EXTENSIONS, "RDF format", "Endings are ")


def plain(output: Path) -> Path:
    """A file's name without the ending .gz or .zst."""
    return output.with_suffix("") if output.suffix in COMPRESSION else output


def result_format(output: Path | None) -> str:
    """The format of rows that the output's ending means; a table where there is no output.

    Raises:
        FormatError: the ending is unknown.

    """
    return by_ending(output, dict(zip(RESULTS, RESULTS, strict=True)), TABLE, "format of rows")


def by_ending(output: Path | None, formats: Mapping[str, str], default: str, what: str) -> str:
    """The format that an output's ending means; `default` where there is no output.

    `formats` has them by ending without its dot, and `what` says in an error what they are.
    A further .gz or .zst is ignored.

    Raises:
        FormatError: the ending is unknown.

    """
    if output is None or str(output) == "-":
        return default
    return _of_ending(output, formats, what, "Give --format, or an ending such as ")


def _of_ending(path: Path, formats: Mapping[str, str], what: str, hint: str) -> str:
    found = formats.get(plain(path).suffix[1:])
    if found is None:
        hint += "." + ", .".join(formats)
        raise FormatError(f"{path}: its ending names no {what}", hint=hint)
    return found
