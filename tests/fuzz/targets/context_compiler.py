"""A context is refused, or compiled to what PyLD understands by it; nothing between."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox
from pyld import jsonld
from pyld.jsonld import JsonLdError

from fuzz.pieces import Pieces
from pfocr_kg.errors import ContextError
from pfocr_kg.rdf import context

BASE: dict[str, Any] = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "x": "https://example.org/x#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SUBJECT, VALUE = "https://example.org/s", "https://example.org/o"
KEYS = ("title", "y", "x", "id", "type", "xsd", "_", "", "@vocab", "@base", "@version", "@type",
        "@language", "x:title", "a b", "https", "@unknown")  # fmt: skip
TEXTS = ("x:title", "y:title", "https://example.org/y#", "https://example.org/y", "@id", "@type",
         "@json", "@vocab", "@none", "x:", ":", "", "title", "y", "_:b", "xsd:string", "xsd:date",
         "rdf:langString", "x:a b", "urn:x:", "http://", "x:sub/", "@graph", "x://a")  # fmt: skip
INSIDE = ("@id", "@type", "@container", "@language", "@reverse", "@context", "@prefix", "@nest",
          "@index", "@protected", "@direction")  # fmt: skip
OTHERS = (None, True, 1.1, 1.0, [], {})


def check(data: bytes) -> None:
    pieces = Pieces(data)
    given = dict(BASE)
    while pieces:
        key = text(pieces, KEYS)
        given[key] = value(pieces)
    try:
        compiled = context.compile_context(given)
    except ContextError:
        return
    for key, term in compiled.terms.items():
        document = {"@context": given, "@id": SUBJECT, key: VALUE}
        predicate, datatype = by_pyld(document)
        assert (term.predicate, term.datatype) == (predicate, datatype), key
    for key, iri in compiled.classes.items():
        document = {"@context": given, "@id": SUBJECT, "@type": key}
        (triple,) = triples(document)
        assert triple.object == ox.NamedNode(iri), key


def text(pieces: Pieces, known: tuple[str, ...]) -> str:
    number = pieces.number(len(known) + 1)
    return known[number] if number < len(known) else pieces.text()


def value(pieces: Pieces) -> Any:
    match pieces.number(4):
        case 0:
            return pieces.choice(OTHERS)
        case 1:
            return text(pieces, TEXTS)
        case _:
            number = pieces.number(4)
            return {text(pieces, INSIDE): inside(pieces) for _ in range(number)}


def inside(pieces: Pieces) -> Any:
    return pieces.choice(OTHERS) if pieces.number(8) == 0 else text(pieces, TEXTS)


def by_pyld(document: dict[str, Any]) -> tuple[str, str | None]:
    """The predicate and the datatype of a document's one triple."""
    (triple,) = triples(document)
    value = triple.object
    if isinstance(value, ox.Literal):
        assert value.value == VALUE
        return triple.predicate.value, value.datatype.value
    assert value == ox.NamedNode(VALUE)
    return triple.predicate.value, None


def triples(document: dict[str, Any]) -> set[ox.Triple]:
    def refuse(url: str, options: object) -> None:
        raise AssertionError(f"{url} would be fetched")

    options = {"format": "application/n-quads", "documentLoader": refuse}
    try:
        quads = jsonld.to_rdf(document, options)
    except JsonLdError as error:
        raise AssertionError(f"PyLD refuses what we compile: {error.type}") from None
    return {quad.triple for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS)}
