"""The whole description of a small graph, against a file that was checked by reading."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.rdf import description, provenance
from pfocr_kg.rdf.counts import GraphCounts, count
from pfocr_kg.rdf.linksets import LINKING
from pfocr_kg.rdf.provenance import Source

HERE = Path(__file__).parent
GRAPH = HERE / "described.ttl"
SOURCES = [
    Source("pfocr-database", "a" * 40, "https://example.org/pfocr.git"),
    Source("my records"),
]


def triples() -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=str(GRAPH), format=ox.RdfFormat.TURTLE)]


def counted() -> GraphCounts:
    """The counts of the graph, from which a gene and its class have been removed again."""
    by_subject: dict[object, list[ox.Triple]] = {}
    for triple in triples():
        by_subject.setdefault(triple.subject, []).append(triple)
    counts = GraphCounts()
    for about in by_subject.values():
        counts.count_subject(about, 1)
    removed = ox.parse('<a:g> a <a:Gone> ; <a:gone> "x" .', format=ox.RdfFormat.TURTLE)
    gone = [quad.triple for quad in removed]
    counts.count_subject(gone, 1)
    counts.count_subject(gone, -1)
    return counts


def lines(written: bytes) -> Iterator[str]:
    """Lines of Turtle; the version of the software is a word, so that it may change."""
    text = written.decode().replace(f'"{version("pfocr-kg")}"', '"VERSION"')
    return iter(text.splitlines())


def test_description_of_a_file(tmp_path: Path) -> None:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples())
    file = tmp_path / "x.ttl.gz"
    file.write_bytes(gzip.compress(b"", mtime=0))
    output = io.BytesIO()
    described = description.from_counts(counted(), SOURCES, store.query)
    description.write(described, output, file)
    assert [*lines(output.getvalue())] == [*lines((HERE / "description.ttl").read_bytes())]


def test_description_of_a_subset() -> None:
    """It is the graph's under another name, and says what it is a part of and which figures."""
    figures = ["https://w3id.org/pfocr/b", "https://w3id.org/pfocr/a"]
    digest = hashlib.sha256(b"https://w3id.org/pfocr/a\nhttps://w3id.org/pfocr/b").hexdigest()
    part = f"https://w3id.org/pfocr/dataset/subset-{digest[:12]}"
    subset = description.of_subset(counted(), SOURCES, figures, "figures of 2012")
    whole = description.from_counts(counted(), SOURCES)
    renamed = {str(t).replace("https://w3id.org/pfocr/dataset", part) for t in whole}
    expected = {text.replace('graph"@en', 'graph, a subset"@en') for text in renamed} | {
        f"<https://w3id.org/pfocr/dataset> <http://rdfs.org/ns/void#subset> <{part}>",
        f'<{part}> <http://purl.org/dc/terms/description> "figures of 2012"@en',
    }
    assert len(subset) == len(expected)
    assert {str(triple) for triple in subset} == expected
    public = {str(triple) for triple in description.public(subset)}
    mine = {text for text in expected if "source-1" in text}
    assert public == {text.replace("source-2", "source-1") for text in expected - mine}


def test_counts_by_sparql_are_the_same_but_for_partitions() -> None:
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples())
    ours, asked = counted(), count(store.query)
    assert (+ours.properties, +ours.classes, +ours.links) == (
        asked.properties,
        asked.classes,
        asked.links,
    )
    assert {predicate for _, predicate in asked.links} == {*LINKING}
    assert asked.partitions == {}


def test_a_stored_description_holds_until_a_recount() -> None:
    store = ox.Store()
    said = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("once"))
    store.add(ox.Quad(said.subject, said.predicate, said.object, ox.NamedNode(iris.DESCRIPTION)))
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples())
    assert description.describe(store.query) == [said]
    counted_again = description.describe(store.query, recount=True)
    numbers = [t.object.value for t in counted_again if t.predicate.value.endswith("#triples")]
    assert max(map(int, numbers)) == len(triples())


def test_counts_of_lines_are_those_of_triples_and_come_back_from_a_text() -> None:
    ours, by_line, blank = counted(), GraphCounts(), triples()[-1]  # no line of ours has one
    ours.count_subject([triple for triple in triples() if triple.subject == blank.subject], -1)
    lines = [f"{triple} .\n".encode() for triple in triples() if triple.subject != blank.subject]
    by_line.count_lines(lines, 1)
    assert ours.dump() == by_line.dump()
    assert GraphCounts.load(by_line.dump()) == by_line
    assert GraphCounts.load("") is None
    assert GraphCounts.load(by_line.dump().replace('["', '["0', 1)) is None
    by_line.count_lines(lines, -1)
    left = (+by_line.links, +by_line.partitions)
    assert (by_line.triples, by_line.entities, *left) == (0, 0, {}, {})


def test_sources_are_ordered() -> None:
    """By name, then commit, then address; what is not known comes first."""
    one, two = "https://example.org/1", "https://example.org/2"
    ordered = [
        *(Source("a"), Source("a", None, one), Source("a", "0" * 40), Source("a", "0" * 40, one)),
        *(Source("a", "0" * 40, two), Source("a", "1" * 40, one), Source("b")),
    ]
    assert provenance.ordered([*reversed(ordered), *ordered]) == ordered
    assert provenance.load(provenance.dump(reversed(ordered))) == ordered
    assert provenance.load("") == []
