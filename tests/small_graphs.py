"""Small graphs as sets of rdflib's triples, and the same in stores and files."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import rdflib
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from rdflib import RDF, XSD, Literal, URIRef

import pfocr_kg
from pfocr_kg.compare.diff import write_patch
from pfocr_kg.compare.difference import ChangeCount
from pfocr_kg.store import generations
from pfocr_kg.store.new_graph import NewGraph

PFOCR = "https://w3id.org/pfocr/vocab#"
FIGURES = "https://pfocr.wikipathways.org/figures/"
FIGURE = URIRef(PFOCR + "PathwayFigure")


Triples = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]


Run = Callable[..., tuple[int, str, str]]


# One figure's IRI begins with another's, so that their nodes are not next to one another.
NAMES = ("A", "A.html", "B")


SUBJECTS = [
    URIRef(FIGURES + name + ".html" + part)
    for name in NAMES
    for part in ("", "#mention-0123456789ab", "#link-WP1", "#other")
] + [URIRef("https://identifiers.org/ncbigene/7124"), URIRef("urn:x"), URIRef("urn:é")]


CLASSES = [FIGURE, *(URIRef(PFOCR + name) for name in ("Gene", "GeneMention", "PathwayLink"))]
PREDICATES = [RDF.type, URIRef("urn:p"), URIRef("http://www.w3.org/2000/01/rdf-schema#label")]


# What is hard to write in one syntax or another: quotes, escapes that look like others.
HARD = st.text(st.sampled_from('a\\uU0041"\n\r\t\b\f\x01\x7f\x85\u2028é😀{};.#<> '), max_size=12)
TYPE_IN_TEXT = Literal(f"> <{RDF.type}> <{FIGURE}> .")


LITERALS = st.one_of(
    HARD.map(Literal),
    HARD.map(lambda text: Literal(text, lang="en-gb")),
    st.sampled_from([Literal(7), Literal("0.95", datatype=XSD.decimal), TYPE_IN_TEXT]),
)


PLAIN = st.tuples(
    st.sampled_from(SUBJECTS),
    st.sampled_from(PREDICATES[1:]),
    st.one_of(st.sampled_from(SUBJECTS), LITERALS),
)


TYPED = st.tuples(st.sampled_from(SUBJECTS), st.just(RDF.type), st.sampled_from(CLASSES)).filter(
    lambda triple: triple[2] != FIGURE or "#" not in triple[0]
)


GRAPHS = st.tuples(*[st.sets(PLAIN | TYPED, max_size=30)] * 3).map(
    lambda sets: (sets[0] | sets[1], sets[0] | sets[2])
)


QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def graph_of(triples: Iterable[tuple[rdflib.term.Node, ...]]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(triple)  # type: ignore[arg-type]
    return graph


def write_nt(triples: Triples, path: Path) -> Path:
    graph_of(triples).serialize(path, format="nt", encoding="utf-8")
    return path


def patch_of(old: Triples, new: Triples) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        a, b = write_nt(old, Path(folder, "a.nt")), write_nt(new, Path(folder, "b.nt"))
        output = io.BytesIO()
        counts = write_patch(a, b, output)
        assert counts == ChangeCount(removed=len(old - new), added=len(new - old))
    return output.getvalue()


def store_of(source: Path, folder: Path) -> Path:
    """A store of the triples in an N-Triples file, without records."""
    with generations.building(folder) as work:
        filled = generations.Generation(work / "filled")
        filled.path.mkdir()
        graph = NewGraph(filled.graph)
        graph.load(source.read_bytes())
        graph.flush()
        graph.close()
        generations.make_current(folder, filled.path, {"sources": ["by hand"], "quarantined": []})
    return folder


def triples_of(store: Path) -> set[ox.Triple]:
    lines = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(lines, "ntriples")
    return parsed(lines.getvalue())


def parsed(text: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}


def of_rdflib(triples: Triples) -> set[ox.Triple]:
    return parsed(graph_of(triples).serialize(format="nt", encoding="utf-8"))


def loaded(triples: set[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return store


# What a patch must not do

GOOD = b"""# pfocr-kg patch 1
DELETE DATA {
<urn:a> <urn:p> "1" .
} ;
INSERT DATA {
<urn:a> <urn:p> "2" .
} ;
# end: 1 removed, 1 added
"""
