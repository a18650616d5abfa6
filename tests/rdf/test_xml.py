"""What the library writes as XML, read by Python's own reader of XML."""

from __future__ import annotations

import io
from collections.abc import Callable
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from pfocr_kg.errors import FormatError
from pfocr_kg.query.results import Rows
from pfocr_kg.rdf import writing

NAME = ox.NamedNode("http://a.example/name")
VARIABLE = ox.Variable("name")


def as_graph(text: str) -> bytes:
    output = io.BytesIO()
    writing.write([ox.Triple(NAME, NAME, ox.Literal(text))], output, "rdfxml")
    return output.getvalue()


def as_rows(text: str) -> bytes:
    output = io.BytesIO()
    found = ox.Store().query("SELECT ?name {}", substitutions={VARIABLE: ox.Literal(text)})
    Rows(found).write(output, "xml")
    return output.getvalue()


WRITERS = pytest.mark.parametrize("write", [as_graph, as_rows])


@WRITERS
@pytest.mark.parametrize("text", ["a\rb\r\n", "\r", "<&>\t\n\x7f\x85\u2028\ud7ff\ufffd\U0010ffff"])
def test_texts_are_read_as_they_are(write: Callable[[str], bytes], text: str) -> None:
    assert text in [each.text for each in ElementTree.fromstring(write(text)).iter()]


@WRITERS
@pytest.mark.parametrize("character", ["\0", "\x08", "\x1b", "\x1f", "\ufffe", "\uffff"])
def test_what_xml_cannot_hold_is_an_error(write: Callable[[str], bytes], character: str) -> None:
    with pytest.raises(FormatError, match=rf"cannot hold the character U\+{ord(character):04X}"):
        write(f"a{character}b")
