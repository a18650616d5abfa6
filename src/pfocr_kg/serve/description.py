"""What the server tells programs of itself and its graph, and answers queries about.

The service description (https://www.w3.org/TR/sparql11-service-description/), the description of
the graph that its build wrote, prefixes and bundled queries as the SIB's SPARQL editor looks for
them (https://github.com/sib-swiss/sparql-editor), and names of the terms that are counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.query import bundled, examples
from pfocr_kg.rdf import dataset_facts, description, formats, writing
from pfocr_kg.serve.messages import Asked, Reply
from pfocr_kg.serve.negotiation import GRAPHS, ROWS, choose
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site
from pfocr_kg.store import tokens

PREFIXES: Final = {
    **iris.PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "formats": "http://www.w3.org/ns/formats/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "spex": "https://purl.expasy.org/sparql-examples/ontology#",
    "void": "http://rdfs.org/ns/void#",
    "void-ext": "http://ldf.fi/void-ext#",
}
_ABOUT: Final = tuple(PREFIXES[prefix] for prefix in ("sd", "sh", "void", "void-ext"))
"""Namespaces that no triple of the graph itself has."""

_TOKEN: Final = re.compile(
    rf"""{tokens.COMMENT} | {tokens.STRING} | {tokens.VARIABLE}
    | \bPREFIX\s+(?P<declared>{tokens.PREFIX}|):\s*<(?P<space>[^>]*)>
    | <(?P<iri>[^<>\s]*)> | (?P<used>{tokens.PREFIX}|):{tokens.LOCAL_NAME}
    | \b(?P<dataset>GRAPH|FROM)\b""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_FORMATS: Final = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdfxml": "RDF_XML",
    formats.JSONLD: "JSON-LD",
}
"""Our names of formats -> those of https://www.w3.org/ns/formats/."""


def service(site: Site, asked: Asked) -> Reply:
    """The description of the endpoint and of its graph, in a format of RDF."""
    media_type = choose(asked.accept, [*GRAPHS])
    triples = sorted(_triples(site, asked.base), key=writing.sort_key)
    return Reply(media_type, partial(_write, triples, GRAPHS[media_type]))


def is_about(query: str) -> bool:
    """Whether a query asks for the description: it uses VoID, SHACL or terms of services.

    To declare their prefixes is not enough. With GRAPH or FROM, it names itself what it asks.
    """
    if not any(space in query for space in _ABOUT):
        return False
    found = [token.groupdict() for token in _TOKEN.finditer(query)]
    spaces = {token["declared"]: token["space"] for token in found if token["space"]}
    used = [spaces.get(token["used"]) or token["iri"] or "" for token in found]
    return any(iri.startswith(_ABOUT) for iri in used) and not any(t["dataset"] for t in found)


def ask(site: Site, base: str, query: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
    """Run a query on the description.

    Raises:
        SyntaxError: it does not parse.

    """
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in _triples(site, base))
    return store.query(query, base_iri=f"{base}/sparql", prefixes=iris.PREFIXES)


def _write(triples: list[ox.Triple], form: str, output: IO[bytes]) -> None:
    if form == "turtle":
        writing.write_turtle(triples, output, PREFIXES)
    else:
        ox.serialize(triples, output, formats.RDF[form])


def _triples(site: Site, base: str) -> Iterator[ox.Triple]:
    endpoint = ox.NamedNode(f"{base}/sparql")
    yield from _service(site, base, endpoint)
    yield from site.once("description", lambda: _of_build(site))
    for query in bundled.queries().values():
        yield from examples.example(query, endpoint)


def _of_build(site: Site) -> list[ox.Triple]:
    """What does not depend on the address of the server."""
    described = description.public(site.store.description())
    return [*described, *examples.declarations(iris.PREFIXES), *_names(described)]


def _service(site: Site, base: str, endpoint: ox.NamedNode) -> Iterator[ox.Triple]:
    def node(name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{endpoint.value}#{name}")

    graph, document = ox.NamedNode(dataset_facts.DATASET), ox.NamedNode(f"{base}/.well-known/void")
    dataset, named = node("dataset"), node("description")
    yield from _facts(
        endpoint,
        ("rdf:type", _term("sd:Service")),
        ("sd:endpoint", endpoint),
        ("sd:supportedLanguage", _term("sd:SPARQL11Query")),
        *(("sd:resultFormat", _term(f"formats:{_FORMATS[form]}")) for form in _all_formats()),
        *([("sd:feature", _term("sd:BasicFederatedQuery"))] if site.settings.services else []),
        ("sd:defaultDataset", dataset),
    )
    yield from _facts(
        dataset,
        ("rdf:type", _term("sd:Dataset")),
        ("sd:defaultGraph", graph),
        ("sd:namedGraph", named),
    )
    yield from _facts(
        named, ("rdf:type", _term("sd:NamedGraph")), ("sd:name", ox.NamedNode(iris.DESCRIPTION))
    )
    yield from _facts(graph, ("rdf:type", _term("sd:Graph")), ("void:sparqlEndpoint", endpoint))
    yield from _facts(
        document, ("rdf:type", _term("void:DatasetDescription")), ("foaf:primaryTopic", graph)
    )


def _all_formats() -> list[str]:
    return list(dict.fromkeys([*ROWS.values(), *GRAPHS.values()]))


def _facts(subject: ox.NamedNode, *facts: tuple[str, ox.NamedNode]) -> Iterator[ox.Triple]:
    for predicate, value in facts:
        yield ox.Triple(subject, _term(predicate), value)


def _term(curie: str) -> ox.NamedNode:
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def _names(described: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Labels and definitions of the terms of the vocabulary that a description counts."""
    counting = {_term("void:class"), _term("void:property")}
    terms = {triple.object for triple in described if triple.predicate in counting}
    label, comment = _term("rdfs:label"), _term("rdfs:comment")
    predicates = {label: label, _term("skos:definition"): comment}
    for quad in ox.parse(path=resources.ontology("pfocr.ttl")):
        if quad.subject in terms and quad.predicate in predicates:
            yield ox.Triple(quad.subject, predicates[quad.predicate], quad.object)


ADDRESSES: Final = (Address("/.well-known/void", service),)
