"""What the server says of itself and its graph, as programs of others read it."""

from __future__ import annotations

import json
import urllib.request
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, RDFS, Namespace, URIRef

import describing
from http_server import Server
from pfocr_kg import iris
from pfocr_kg.query import bundled
from pfocr_kg.serve import description
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SH = Namespace("http://www.w3.org/ns/shacl#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
SCHEMA = Namespace("https://schema.org/")
DEFAULT = ox.DefaultGraph()
DATASET = URIRef("https://w3id.org/pfocr/dataset")
RDF_TYPES = {
    "text/turtle": "turtle",
    "application/n-triples": "nt",
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
}

# What the SIB's SPARQL editor asks an endpoint for, in these patterns (packages/sparql-editor/
# src/metadata.ts of https://github.com/sib-swiss/sparql-editor).
PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace { [] sh:namespace ?namespace ; sh:prefix ?prefix }
ORDER BY ?prefix"""
EXAMPLES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query {
  ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ;
      sh:select|sh:ask|sh:construct|spex:describe ?query .
} ORDER BY ?sq"""

PARTITIONS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX void-ext: <http://ldf.fi/void-ext#>
SELECT DISTINCT ?graph ?subjectClass ?prop ?triples ?objectClass ?objectDatatype
                ?subjectClassLabel ?propLabel ?propComment ?objectClassLabel {
  {
    OPTIONAL { ?graph sd:graph ?named . ?named void:classPartition ?cp . }
    ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
    OPTIONAL { ?subjectClass rdfs:label ?subjectClassLabel }
    ?pp void:property ?prop .
    OPTIONAL { ?pp void:triples ?triples }
    OPTIONAL { ?prop rdfs:label ?propLabel }
    OPTIONAL { ?prop rdfs:comment ?propComment }
    OPTIONAL {
      {
        ?pp void:classPartition [ void:class ?objectClass ] .
        OPTIONAL { ?objectClass rdfs:label ?objectClassLabel }
      }
      UNION
      { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] . }
    }
  }
  UNION
  {
    ?linkset void:subjectsTarget [ void:class ?subjectClass ] ;
             void:linkPredicate ?prop ; void:objectsTarget [ void:class ?objectClass ] .
  }
} ORDER BY ?subjectClass ?objectClass ?objectDatatype ?graph ?triples"""


def get(address: str, accept: str) -> tuple[str, bytes]:
    request = urllib.request.Request(address, headers={"accept": accept})
    with urllib.request.urlopen(request, timeout=30) as reply:
        return reply.headers["content-type"], reply.read()


def rows(server: Server, query: str) -> list[dict[str, str]]:
    """As the editor asks: by GET, with a parameter that says it is no person."""
    address = f"{server / 'sparql'}?{urlencode({'ac': '1', 'query': query})}"
    _, body = get(address, "application/sparql-results+json")
    found = json.loads(body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


@pytest.fixture(scope="module")
def described(server: Server) -> rdflib.Graph:
    media_type, body = get(server / ".well-known/void", "*/*")
    assert media_type == "text/turtle; charset=utf-8"
    return rdflib.Graph().parse(data=body, format="turtle")


@pytest.mark.parametrize("accept", RDF_TYPES)
def test_formats_say_the_same(server: Server, described: rdflib.Graph, accept: str) -> None:
    for path in (".well-known/void", "sparql"):
        media_type, body = get(server / path, accept)
        assert media_type.partition(";")[0] == accept
        graph = rdflib.Graph().parse(data=body, format=RDF_TYPES[accept])
        assert len(graph) == len(described)
        assert set(graph.predicates()) == set(described.predicates())
        assert set(graph.objects(DATASET)) == set(described.objects(DATASET))


def test_oxigraph_reads_it(server: Server, described: rdflib.Graph) -> None:
    _, body = get(server / "sparql", "text/turtle")
    assert sum(1 for _ in ox.parse(body, ox.RdfFormat.TURTLE)) == len(described)


def test_service(server: Server, described: rdflib.Graph) -> None:
    endpoint = URIRef(server / "sparql")
    assert set(described.subjects(RDF.type, SD.Service)) == {endpoint}
    assert described.value(endpoint, SD.endpoint) == endpoint
    assert described.value(endpoint, SD.supportedLanguage) == SD.SPARQL11Query
    assert (endpoint, SD.feature, None) not in described
    dataset = described.value(endpoint, SD.defaultDataset)
    assert described.value(dataset, SD.defaultGraph) == DATASET
    named = described.value(dataset, SD.namedGraph)
    assert described.value(named, SD.name) == URIRef("https://w3id.org/pfocr/description")
    assert described.value(DATASET, VOID.sparqlEndpoint) == endpoint
    assert (DATASET, RDF.type, SD.Graph) in described
    assert described.value(URIRef(server / ".well-known/void"), RDF.type) == VOID.DatasetDescription


def test_formats_are_those_that_answers_come_in(server: Server, described: rdflib.Graph) -> None:
    media_types = {
        FORMATS.SPARQL_Results_JSON: "application/sparql-results+json",
        FORMATS.SPARQL_Results_XML: "application/sparql-results+xml",
        FORMATS.SPARQL_Results_CSV: "text/csv",
        FORMATS.SPARQL_Results_TSV: "text/tab-separated-values",
        FORMATS.Turtle: "text/turtle",
        FORMATS["N-Triples"]: "application/n-triples",
        FORMATS.RDF_XML: "application/rdf+xml",
        FORMATS["JSON-LD"]: "application/ld+json",
    }
    assert set(described.objects(None, SD.resultFormat)) == set(media_types)
    for form, accept in media_types.items():
        query = "ASK {}" if "Results" in form else "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1"
        address = f"{server / 'sparql'}?{urlencode({'query': query})}"
        assert get(address, accept)[0].partition(";")[0] == accept


def test_federation_is_a_feature_where_it_is_allowed(linked_sample: Path) -> None:
    site = Site(Settings(linked_sample, services=("https://example.org/",)))
    reply = description.service(site, Asked(accept="application/n-triples"))
    site.close()
    assert callable(reply.body)

    output = BytesIO()
    reply.body(output)
    assert b"sparql-service-description#BasicFederatedQuery" in output.getvalue()


def test_prefixes(server: Server) -> None:
    found = {row["prefix"]: row["namespace"] for row in rows(server, PREFIXES)}
    assert found == iris.PREFIXES
    for name in found:  # those that a query need not declare
        rows(server, f"SELECT * {{ ?s {name}:x ?o }}")


def test_examples(server: Server) -> None:
    found = {row["sq"].rpartition("/")[2]: row for row in rows(server, EXAMPLES)}
    assert found.keys() == bundled.queries().keys()
    for name, query in bundled.queries().items():
        assert found[name]["comment"] == query.description
        assert query.text.endswith(found[name]["query"] + "\n")


def test_partitions(server: Server, linked_sample: Path) -> None:
    """Every property of every class, as a plain reading of the graph finds them."""
    found = rows(server, PARTITIONS)
    of_graph = describing.opened(linked_sample).quads_for_pattern(None, None, None, DEFAULT)
    counts, classes = describing.partitions([quad.triple for quad in of_graph])
    triples = {(r["subjectClass"], r["prop"]): int(r["triples"]) for r in found}
    assert triples == {key[:2]: n for key, n in counts.items() if not key[2]}
    assert objects_of(found, "objectClass") == classes
    assert objects_of(found, "objectDatatype") == {key for key in counts if key[2]}
    gene = {"subjectClass": iris.expand("pfocr:PathwayFigure"), "prop": iris.expand("pfocr:gene")}
    (row,) = (row for row in found if gene.items() <= row.items())
    assert (row["subjectClassLabel"], row["objectClassLabel"]) == ("pathway figure", "gene")


def objects_of(found: list[dict[str, str]], column: str) -> set[tuple[str, str, str]]:
    return {(r["subjectClass"], r["prop"], r[column]) for r in found if column in r}


def test_examples_are_of_this_endpoint(server: Server, described: rdflib.Graph) -> None:
    assert set(described.objects(None, SCHEMA.target)) == {URIRef(server / "sparql")}


def test_terms_have_names(described: rdflib.Graph) -> None:
    figure = URIRef(iris.expand("pfocr:PathwayFigure"))
    assert str(described.value(figure, RDFS.label)) == "pathway figure"
    assert described.value(figure, RDFS.comment)
    assert described.value(URIRef(iris.expand("pfocr:gene")), RDFS.comment)


def test_other_queries_see_the_graph(server: Server) -> None:
    void = "PREFIX void: <http://rdfs.org/ns/void#>"
    named = rows(
        server, f"{void} SELECT ?n {{ GRAPH ?g {{ ?d a void:Dataset ; void:triples ?n }} }}"
    )
    assert len(named) == 1
    assert rows(server, f"{void} SELECT ?n {{ ?d a void:Dataset ; void:triples ?n }}") == named
    assert rows(server, f"{void} SELECT * FROM <http://x/> {{ ?d a void:Dataset }}") == []
    (counted,) = rows(server, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert counted == named[0]
    # Prologues are copied: what they declare says nothing of what is asked.
    (counted,) = rows(server, f"# void:x\n{void} SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }}")
    assert counted == named[0]


def test_graph_and_from_are_words_of_sparql_only() -> None:
    void = "PREFIX void: <http://rdfs.org/ns/void#> SELECT * "
    for text in (
        "{ ?graph void:graph 'GRAPH', void:from } # FROM",
        "{ ?s void:p <http://x/graph> }",
    ):
        assert description.is_about(void + text)
    for text in (
        "{ graph ?graph { ?s void:p ?o } }",
        "from <x> { ?s void:p ?o }",
        "{GRAPH<x>{?s a void:p}}",
    ):
        assert not description.is_about(void + text)
    assert not description.is_about("SELECT * { ?s ?p 'void' }")


def test_private_names_of_sources_are_left_out(described: rdflib.Graph) -> None:
    text = described.serialize(format="nt")
    assert "sample" not in text
