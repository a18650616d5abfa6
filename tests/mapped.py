"""Both ways of mapping a document, and what its triples have to be."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from pfocr_kg.rdf import document, ntriples, reference

Triples = set[ox.Triple]

# RFC 3987, section 2.2, as far as an http IRI with a name for a host needs it.
UCSCHAR = (
    "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef"
    + "".join(f"{chr(n * 0x10000)}-{chr(n * 0x10000 + 0xFFFD)}" for n in range(1, 0xE))
    + "\U000e1000-\U000efffd"
)
IPCHAR = rf"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@{UCSCHAR}]|%[0-9A-F]{{2}})"
IRI = re.compile(
    rf"https?://[a-z0-9.\-]+/(?:{IPCHAR}|/)*(?:\?(?:{IPCHAR}|[/?])*)?(?:#(?:{IPCHAR}|[/?])*)?"
)


def parse(text: str | bytes, form: ox.RdfFormat) -> Triples:
    """Read strictly: an IRI that is none, or a broken literal, is a SyntaxError."""
    found = set()
    for quad in ox.parse(text, format=form):
        assert quad.graph_name == ox.DefaultGraph()
        found.add(quad.triple)
    return found


def assert_equal_paths(node: document.Node) -> Triples:
    """Both paths give the same triples of a document; these are returned."""
    by_reference = parse(reference.to_ntriples(node), ox.RdfFormat.N_QUADS)
    by_bulk = parse(ntriples.to_ntriples(node), ox.RdfFormat.N_TRIPLES)
    assert by_bulk == by_reference
    return by_bulk


def nodes_of(triples: Triples) -> Iterator[ox.NamedNode]:
    for triple in triples:
        for term in (triple.subject, triple.predicate, triple.object):
            assert not isinstance(term, ox.BlankNode), "the design has no blank nodes"
            if isinstance(term, ox.NamedNode):
                yield term


def assert_valid_iris(triples: Triples) -> None:
    for node in nodes_of(triples):
        assert IRI.fullmatch(node.value), node.value
