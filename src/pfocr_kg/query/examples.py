"""The bundled queries as RDF, in the form of the SIB's sparql-examples.

One file per query, and one of prefixes: https://github.com/sib-swiss/sparql-examples. The terms
are those of SHACL (https://www.w3.org/TR/shacl/#sparql-constraints-prefixes), schema.org, and
of that project's ontology.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError
from pfocr_kg.query.bundled import Query
from pfocr_kg.rdf import compressed, writing

_SH: Final = "http://www.w3.org/ns/shacl#"
_SPEX: Final = "https://purl.expasy.org/sparql-examples/ontology#"
_PREFIXES: Final = {
    "ex": iris.EXAMPLES,
    "rdfs": iris.PREFIXES["rdfs"],
    "schema": iris.PREFIXES["schema"],
    "sh": _SH,
    "spex": _SPEX,
    "xsd": iris.PREFIXES["xsd"],
}
_TYPE: Final = ox.NamedNode(iris.PREFIXES["rdf"] + "type")

# All files name it so, since they are concatenated before they are loaded.
_DECLARED: Final = ox.BlankNode("sparql_examples_prefixes")

_FORM: Final = re.compile(r"^(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.MULTILINE)
_KINDS: Final = {
    "SELECT": (_SH + "SPARQLSelectExecutable", _SH + "select"),
    "ASK": (_SH + "SPARQLAskExecutable", _SH + "ask"),
    "CONSTRUCT": (_SH + "SPARQLConstructExecutable", _SH + "construct"),
    "DESCRIBE": (_SPEX + "SPARQLDescribeExecutable", _SPEX + "describe"),
}
_HEADER: Final = re.compile(r"\A(#.*\n)+")
_SERVICE: Final = re.compile(r"\bSERVICE\s+(?:SILENT\s+)?<([^<>]+)>")
_DECLARATION: Final = re.compile(r"^PREFIX (\w+): <([^<>]+)>", re.MULTILINE)


def write(queries: Iterable[Query], folder: Path, endpoint: str) -> int:
    """Write queries as examples of an endpoint: `NAME.ttl` each, and `prefixes.ttl`.

    The folder is made if it is missing; other files in it stay. Returns the number of queries.

    Raises:
        PfocrError: a file cannot be written, or the endpoint is not an IRI.

    """
    found = list(queries)
    if not endpoint.startswith(("http://", "https://")):
        raise PfocrError(f"{endpoint!r} is not a URL of an endpoint")
    try:
        target = ox.NamedNode(endpoint)
    except ValueError:
        raise PfocrError(f"{endpoint!r} is not a URL of an endpoint") from None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PfocrError(f"{folder}: cannot be made: {error.strerror}") from None
    for query in found:
        _write(folder / f"{query.name}.ttl", example(query, target))
    _write(folder / "prefixes.ttl", declarations(_declared(found)))
    return len(found)


def example(query: Query, target: ox.NamedNode) -> Iterator[ox.Triple]:
    """The triples of one query as an example of an endpoint."""
    node = ox.NamedNode(iris.EXAMPLES + query.name)
    text = _HEADER.sub("", query.text).strip("\n")
    form = _FORM.search(text)
    assert form
    kind, predicate = _KINDS[form[1]]

    def triple(name: str, value: ox.NamedNode | ox.Literal | ox.BlankNode) -> ox.Triple:
        return ox.Triple(node, ox.NamedNode(name), value)

    for of in (_SH + "SPARQLExecutable", kind):
        yield ox.Triple(node, _TYPE, ox.NamedNode(of))
    yield triple(_PREFIXES["rdfs"] + "label", ox.Literal(query.title, language="en"))
    yield triple(_PREFIXES["rdfs"] + "comment", ox.Literal(query.description, language="en"))
    yield triple(_SH + "prefixes", _DECLARED)
    yield triple(predicate, ox.Literal(text))
    for keyword in query.keywords:
        yield triple(_PREFIXES["schema"] + "keywords", ox.Literal(keyword))
    yield triple(_PREFIXES["schema"] + "target", target)
    for service in sorted(set(_SERVICE.findall(text))):
        yield triple(_SPEX + "federatesWith", ox.NamedNode(service))


def declarations(declared: Mapping[str, str]) -> Iterator[ox.Triple]:
    """Prefixes with their namespaces, as the examples refer to them."""
    any_uri = ox.NamedNode(_PREFIXES["xsd"] + "anyURI")
    nodes = {prefix: ox.BlankNode(f"prefix_{prefix}") for prefix in sorted(declared)}
    for node in nodes.values():
        yield ox.Triple(_DECLARED, ox.NamedNode(_SH + "declare"), node)
    for prefix, node in nodes.items():
        yield ox.Triple(node, ox.NamedNode(_SH + "prefix"), ox.Literal(prefix))
        value = ox.Literal(declared[prefix], datatype=any_uri)
        yield ox.Triple(node, ox.NamedNode(_SH + "namespace"), value)


def _declared(queries: Iterable[Query]) -> dict[str, str]:
    """The prefixes that the queries use, with their namespaces."""
    return dict(found for query in queries for found in _DECLARATION.findall(query.text))


def _write(path: Path, triples: Iterable[ox.Triple]) -> None:
    with compressed.writing(path) as file:
        writing.write_turtle(triples, file, _PREFIXES)
