"""Each line of a table or map gives what stands in it, or an error with its number: none is lost.

Entities of rows have valid IRIs, and identifiers as long as they can be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyoxigraph as ox

from fuzz.pieces import Pieces
from pfocr_kg.build.worker import load_dictionaries
from pfocr_kg.errors import RecordError
from pfocr_kg.records import entities, frontmatter, tables

KNOWN = load_dictionaries()
OLD = "\t".join(entities.OLD_COLUMNS)
KINDS: list[tuple[Callable[..., Any], list[str]]] = [
    (entities.gene_table, ["\t".join(entities.GENE_COLUMNS)]),
    (entities.chemical_table, ["\t".join(entities.CHEMICAL_COLUMNS[0]), OLD]),
    (entities.disease_table, ["\t".join(entities.DISEASE_COLUMNS[0]), OLD]),
]
NOT_XML = {*map(chr, range(32)), "\ufffe", "\uffff"} - {"\t", "\n", "\r"}


def check(data: bytes) -> None:
    pieces = Pieces(data)
    read, headers = pieces.choice(KINDS)
    header = pieces.choice([*headers, f"more\t{headers[0]}\tmost\t\t", None])
    content = pieces.rest()
    try:
        text = frontmatter.decode(content)
    except RecordError:
        return  # not UTF-8
    if header is not None:
        text = f"{header}\n{text}"
    of_map(text)
    of_rows(text, read)


def of_rows(text: str, read: Callable[..., Any]) -> None:
    errors: list[RecordError] = []
    lines = {at for at, line in enumerate(text.split("\n")[1:], start=2) if line}
    try:
        readings = read(text, KNOWN, errors.append)
    except RecordError as error:
        readings, errors = [], [error]
        lines = {1}
    told = {error.line for error in errors}
    assert told <= lines
    assert len(readings) + len(told) >= len(lines)
    for reading in readings:
        for piece in (reading.word, reading.match, reading.form, reading.lexicon):
            assert NOT_XML.isdisjoint(piece)
        if reading.entity is not None:
            ox.NamedNode(reading.entity.iri)
            number = reading.entity.identifier.rpartition(":")[2]
            assert number
            assert len(number) <= 15
            assert len(reading.entity.organism) <= 15


def of_map(text: str) -> None:
    """Two cells, of which blanks are no part; others are an error."""
    found = list(tables.pairs(text))
    lines = [(at, line) for at, line in enumerate(text.split("\n"), start=1) if line.strip()]
    assert len(found) == len(lines)
    for pair, (at, line) in zip(found, lines, strict=True):
        if isinstance(pair, RecordError):
            assert pair.line == at
            # A control in an id is reported too, since it could make it another one.
            assert len(line.split()) != 2 or "\t" in line or not line.isprintable()
        else:
            assert pair[0] == at
            assert "".join(pair[1:]) == line.replace("\t", " ").strip() or {*pair[1:]} <= {
                *(cell.strip() for cell in line.split("\t")),
                *line.split(),
            }
