"""What our writers of RDF write, rdflib and pyoxigraph read back as the same triples.

Our Turtle and N-Triples of a whole graph are the same bytes in whatever order its lines come.
"""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph as ox
import rdflib

from fuzz.pieces import Pieces
from pfocr_kg import iris
from pfocr_kg.export import sorting, turtle
from pfocr_kg.rdf import formats, writing

rdflib.NORMALIZE_LITERALS = False
logging.getLogger("rdflib").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="rdflib")

SPACES = (*iris.PREFIXES.values(), "urn:x:", "http://a.example/")
XSD = iris.PREFIXES["xsd"]
STRING = XSD + "string"
TYPES = [ox.NamedNode(XSD + name) for name in ("integer", "decimal", "double", "boolean", "date")]
READERS = {"turtle": "turtle", "ntriples": "nt", "nquads": "nquads", "trig": "trig",
           "jsonld": "json-ld", "rdfxml": "xml"}  # fmt: skip

QUADS = ("nquads", "trig", "jsonld")
NAME_AT_END = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
NOT_XML = re.compile(r"[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def check(data: bytes) -> None:
    pieces = Pieces(data)
    form = pieces.choice([*formats.RDF])
    triples = list(made(pieces, form))
    lines = [f"{triple} .\n".encode() for triple in triples]
    graph = [sorting.by_subject(b"".join(some)) for some in (lines, lines[::-1])]
    for write, read in ((turtle.turtle, "turtle"), (turtle.ntriples, "ntriples")):
        text, again = map(write, graph)
        assert text == again
        head = writing.head(formats.RDF["turtle"]) if read == "turtle" else b""
        compare(head + text, triples, read)
    output = io.BytesIO()
    writing.write(sorted(set(triples), key=writing.sort_key), output, form)
    compare(output.getvalue(), triples, form, by_library=True)


def made(pieces: Pieces, form: str) -> Iterable[ox.Triple]:
    while pieces:
        subject, predicate, value = iri(pieces), iri(pieces), term(pieces)
        if subject is None or predicate is None or value is None:
            continue
        if form == "rdfxml" and not (fits_xml(predicate.value, value.value)):
            continue
        yield ox.Triple(subject, predicate, value)


def fits_xml(predicate: str, value: str) -> bool:
    """RDF/XML has names for predicates, and no control characters."""
    return NAME_AT_END.search(predicate) is not None and NOT_XML.search(value) is None


def iri(pieces: Pieces) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(pieces.choice(SPACES) + pieces.text())
    except ValueError:
        return None


def term(pieces: Pieces) -> ox.NamedNode | ox.Literal | None:
    kind = pieces.number(4)
    if kind == 0:
        return iri(pieces)
    try:
        if kind == 1:
            return ox.Literal(pieces.text(), language=pieces.text())
        if kind == 2:
            return ox.Literal(pieces.text(), datatype=pieces.choice(TYPES))
        return ox.Literal(pieces.text(), datatype=iri(pieces))
    except ValueError:  # a language that is none
        return None


def compare(text: bytes, triples: list[ox.Triple], form: str, *, by_library: bool = False) -> None:
    read = {quad.triple for quad in ox.parse(text, format=formats.RDF[form])}
    assert read == set(triples), read ^ set(triples)
    if (
        by_library and b"\\." in text
    ):  # the library writes the last dot of a name so; rdflib stops there
        return
    graph = rdflib.Dataset(default_union=True) if form in QUADS else rdflib.Graph()
    graph.parse(data=text, format=READERS[form])
    by_rdflib = {tuple(map(key, t)) for t in graph.triples((None, None, None))}
    expected = {tuple(map(key, triple)) for triple in triples}
    assert by_rdflib == expected, by_rdflib ^ expected


def key(value: object) -> tuple[str, ...]:
    """A term of either library. rdflib changes languages to small letters, and "-0" to "0"."""
    if isinstance(value, ox.NamedNode | rdflib.URIRef):
        return (str(getattr(value, "value", value)),)
    if isinstance(value, ox.Literal):
        text, kind, language = value.value, value.datatype.value, value.language
    else:
        text, kind, language = str(value), value.datatype, value.language
    kind = STRING if kind is None else str(kind)
    value = rdflib.Literal(text, datatype=rdflib.URIRef(kind)).toPython()
    if isinstance(value, int | float | Decimal):
        text = str(value + 0)
    return (text, "", language.lower()) if language else (text, kind)
