"""The bundled queries in the form of sparql-examples: parsed, checked by shapes, and run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDFS, SH

import pfocr_kg
from pfocr_kg.query import bundled

ENDPOINT = "https://example.org/sparql"
SPEX = rdflib.Namespace("https://purl.expasy.org/sparql-examples/ontology#")
EX = rdflib.Namespace("https://w3id.org/pfocr/sparql-examples/")

# What the project's own description demands of an example.
SHAPES = """
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix spex: <https://purl.expasy.org/sparql-examples/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

[] a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ;
    sh:property [ sh:path [ sh:alternativePath ( sh:select sh:ask sh:construct spex:describe ) ] ;
                  sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path rdfs:comment ; sh:minCount 1 ;
                  sh:or ( [ sh:datatype rdf:langString ] [ sh:datatype rdf:HTML ] ) ] ;
    sh:property [ sh:path schema:target ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path schema:keywords ; sh:minCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path spex:federatesWith ; sh:nodeKind sh:IRI ] ;
    sh:property [ sh:path sh:prefixes ; sh:minCount 1 ; sh:maxCount 1 ;
                  sh:nodeKind sh:BlankNode ] ;
    sh:property [ sh:path ( sh:prefixes sh:declare ) ; sh:minCount 5 ] ;
    sh:property [ sh:path ( sh:prefixes sh:declare sh:prefix ) ; sh:datatype xsd:string ] ;
    sh:property [ sh:path ( sh:prefixes sh:declare sh:namespace ) ; sh:datatype xsd:anyURI ] .
"""


@pytest.fixture(scope="module")
def folder(run_cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("examples") / "pfocr"
    given = ("--format", "sparql-examples", "--endpoint", ENDPOINT, "--output", folder)
    done = run_cli("queries", *given)
    assert done.code == 0, done.stderr
    assert done.stdout == ""
    return folder


@pytest.fixture(scope="module")
def graph(folder: Path) -> rdflib.Graph:
    """All files in one text, as the project puts them together."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.ttl")))
    return rdflib.Graph().parse(data=text, format="turtle")


def test_a_file_a_query(folder: Path) -> None:
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted([*(f"{name}.ttl" for name in bundled.queries()), "prefixes.ttl"])
    for path in folder.iterdir():
        assert len(rdflib.Graph().parse(path)) > 5


def test_examples_conform(graph: rdflib.Graph) -> None:
    shapes = rdflib.Graph().parse(data=SHAPES, format="turtle")
    conforms, _, said = pyshacl.validate(graph, shacl_graph=shapes)
    assert conforms, said
    graph = graph + rdflib.Graph().parse(data=f"<urn:x> a <{SH.SPARQLExecutable}> .")
    assert not pyshacl.validate(graph, shacl_graph=shapes)[0]


def test_what_an_example_says(graph: rdflib.Graph) -> None:
    node = EX["figures-of-pathway-at-wikipathways"]
    query = bundled.queries()["figures-of-pathway-at-wikipathways"]
    assert str(graph.value(node, RDFS.label)) == query.title
    assert str(graph.value(node, RDFS.comment)) == query.description
    assert set(map(str, graph.objects(node, rdflib.SDO.keywords))) == set(query.keywords)
    assert list(map(str, graph.objects(node, rdflib.SDO.target))) == [ENDPOINT]
    services = list(map(str, graph.objects(node, SPEX.federatesWith)))
    assert services == ["https://sparql.wikipathways.org/sparql"]


def test_texts_are_the_queries(graph: rdflib.Graph, sample_graph: pfocr_kg.Graph) -> None:
    for name, query in bundled.queries().items():
        (text,) = (str(v) for p in (SH.select, SH.construct) for v in graph.objects(EX[name], p))
        assert text == re.sub(r"\A(#.*\n)+", "", query.text).strip("\n")
        if query.topic == "figures":
            found, wanted = sample_graph.query(text), sample_graph.query(name, example=True)
            assert sorted(map(str, found)) == sorted(map(str, wanted))


def test_prefixes_declared_are_those_used(graph: rdflib.Graph) -> None:
    declared = {
        (str(graph.value(node, SH.prefix)), str(graph.value(node, SH.namespace)))
        for node in graph.objects(None, SH.declare)
    }
    texts = (query.text for query in bundled.queries().values())
    used = {found for text in texts for found in re.findall(r"^PREFIX (\w+): <(.*)>$", text, re.M)}
    assert declared == used


def test_the_same_bytes_each_time(
    folder: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    given = ("--format", "sparql-examples", "--endpoint", ENDPOINT, "--output", tmp_path)
    assert run_cli("queries", *given).code == 0
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_bytes() == path.read_bytes()
        ox.Store().load(path=str(path), format=ox.RdfFormat.TURTLE)


@pytest.mark.parametrize(
    "given",
    [
        ("--format", "sparql-examples"),
        ("--format", "sparql-examples", "--output", "x"),
        ("--format", "sparql-examples", "--output", "x", "--endpoint", "not a url"),
        ("--endpoint", ENDPOINT),
    ],
)
def test_what_lacks(given: tuple[str, ...], tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    done = run_cli("queries", *given, cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []
