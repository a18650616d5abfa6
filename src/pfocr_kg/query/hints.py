"""Reasons why a query has no rows, though what it asks about is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.model import Level
from pfocr_kg.names import lookup
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query import execution, levels
from pfocr_kg.query.bundled import Query, Terms, Values
from pfocr_kg.store import sparql, tokens
from pfocr_kg.store.answers import Solutions
from pfocr_kg.store.sparql import Answering

_MINIMUM: Final = "minimum"
"""The parameter of each query that leaves out what is in too few figures, or has too few genes."""
_WORD: Final = "word"
"""The parameter of each query about a word as it was read off a figure."""

_VOCABULARY: Final = iris.PREFIXES["pfocr"]
_TERM: Final = re.compile(
    rf"""{tokens.COMMENT} | {tokens.STRING} | <{re.escape(_VOCABULARY)}(?P<iri>\w+)>
    | {tokens.IRI} | {tokens.VARIABLE} | \bpfocr:(?P<name>\w+) | {tokens.PREFIX}:{tokens.LOCAL_NAME}
    """,
    re.VERBOSE | re.DOTALL,
)
_LINK: Final = re.compile(r"\bpfocr:(PathwayLink|pathway|evidence)\b")
_ISSUED: Final = re.compile(r"dcterms:issued|<http://purl.org/dc/terms/issued>")
_YEAR_COMPARED: Final = re.compile(r"[<>=]\s*[\"']?[12]\d{3}\b|(?<![\w/:])[12]\d{3}\s*[<>=]")
_AS_TEXT: Final = re.compile(r"\bSTR\s*\(", re.IGNORECASE)

_ONE: Final = ox.Literal(1)

_WAYS: Final = {
    NamedKind.GENE: ("pfocr:gene", "draws"),
    NamedKind.CHEMICAL: ("pfocr:chemical", "draws"),
    NamedKind.DISEASE: ("pfocr:disease", "names"),
}
"""How figures have what is named: the property, and the verb of a message."""


def reasons(
    store: Answering,
    query: Query,
    values: Values,
    level: Level = Level.ANY,
    organism: str = "",
) -> Iterator[str]:
    """One line for each reason; most say what to change to get rows.

    Raises:
        QueryError: a value is not of its parameter's type, or nothing is called so.

    """
    yield from _of_text(query.text)
    yield from _without_links(store, query.text)
    terms = execution.terms(store, query, values, organism)
    if level is not Level.ANY and (count := _count(store, query, terms, Level.ANY)):
        yield f"none at level {level.value}; {count:,} at level any"
    if any(parameter.name == _MINIMUM for parameter in query.parameters):
        lowest = {**terms, _MINIMUM: [_ONE]}
        if count := _count(store, query, lowest, level):
            yield f"none with so high a minimum; {count:,} with minimum=1"
    for parameter in query.parameters:
        for term in terms.get(parameter.name, ()):
            if parameter.name == _WORD:
                yield from _in_another_case(store, term.value)
            if parameter.names is NamedKind.PATHWAY:
                yield from _of_pathway(store, query, term.value)
            elif parameter.names in _WAYS:
                yield from _without_figures(store, parameter.names, term.value)


def _without_links(store: Answering, text: str) -> Iterator[str]:
    """A line if the text asks for links, and the graph has no pathways."""
    if _LINK.search(text) and not lookup.of_store(store).is_linked():
        yield "the graph is not linked to pathways: pfocr-kg link --wikipathways PATH"


def _of_text(text: str) -> Iterator[str]:
    """Lines about terms that the vocabulary lacks, and about years that are compared."""
    used = {token["iri"] or token["name"] for token in _TERM.finditer(text)} - {None}
    for name in sorted(used - _defined()):
        near = get_close_matches(name, _defined(), n=1)
        is_meant = f"; is pfocr:{near[0]} meant?" if near else ""
        yield f"the vocabulary has no pfocr:{name}{is_meant}"
    if _ISSUED.search(text) and _YEAR_COMPARED.search(text) and not _AS_TEXT.search(text):
        yield "years are xsd:gYear: write FILTER(xsd:integer(STR(?year)) >= 2017)"


@cache
def _defined() -> frozenset[str]:
    """The names of the vocabulary's terms."""
    quads = ox.parse(path=resources.ontology("pfocr.ttl"), format=ox.RdfFormat.TURTLE)
    found = (quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode))
    return frozenset(iri.removeprefix(_VOCABULARY) for iri in found)


def _in_another_case(store: Answering, word: str) -> Iterator[str]:
    """A line if a word that nobody read is there in another case."""
    asked = f"FILTER (LCASE(?word) = LCASE({ox.Literal(word)}) && ?word != {ox.Literal(word)})"
    query = f"SELECT DISTINCT ?word {{ ?m pfocr:word ?word {asked} }} ORDER BY ?word LIMIT 5"
    if near := [row["word"].value for row in sparql.rows(store, query)]:
        yield f"words are compared exactly; in another case: {', '.join(near)}"


def _count(store: Answering, query: Query, terms: Terms, level: Level) -> int:
    """How many rows the query has with these terms at this level."""
    answer = store.query(levels.at_level(query.name, query.bind(terms), level))
    return sum(1 for _ in answer) if isinstance(answer, Solutions) else 0


def _without_figures(store: Answering, kind: NamedKind, iri: str) -> Iterator[str]:
    """A line if no figure draws the gene or chemical, or names the disease."""
    way, verb = _WAYS[kind]
    if store.query(f"{sparql.PROLOGUE}ASK {{ ?figure {way} {ox.NamedNode(iri)} }}"):
        return
    label = f"SELECT ?label {{ {ox.NamedNode(iri)} skos:prefLabel ?label }}"
    names = [row["label"].value for row in sparql.rows(store, label)]
    curie = iris.curie(iri)
    line = f"no figure {verb} " + (f"{names[0]} ({curie})" if names else curie)
    if kind is NamedKind.DISEASE:
        keyed = f"?figure pfocr:diseaseKeyword {ox.NamedNode(iri)}"
        (row,) = sparql.rows(store, f"SELECT (COUNT(*) AS ?count) {{ {keyed} }}")
        line += f"; figures with it among their keywords: {int(row['count'].value):,}"
    yield line


def _of_pathway(store: Answering, query: Query, iri: str) -> Iterator[str]:
    """Lines about a pathway: why it has no links by genes, or no unambiguous genes beside it."""
    yield from _pathway_without_links(store, iri)
    if "pfocr:unambiguousGene" in query.text:
        yield from _pathway_of_other_organism(store, iri)


def _pathway_without_links(store: Answering, iri: str) -> Iterator[str]:
    """The reason why a pathway whose genes overlap with figures has no links by genes."""
    pathway = ox.NamedNode(iri)
    found = sparql.rows(
        store,
        f"""SELECT ?count {{ {pathway} pfocr:overlappingFigureCount ?count FILTER (?count > 0)
        FILTER NOT EXISTS {{
          ?link pfocr:pathway {pathway} ; pfocr:evidence pfocr:GeneOverlapEvidence
        }} }}""",
    )
    for row in found:
        yield (
            f"{iris.curie(iri)} is among the best pathways of no figure, though the genes of "
            f"{int(row['count'].value):,} overlap with its own; `pfocr-kg link --best N` links more"
        )


def _pathway_of_other_organism(store: Answering, iri: str) -> Iterator[str]:
    """The reason why no genes are unambiguous beside a pathway that is not human."""
    human = ox.NamedNode(iris.organism(iris.HUMAN))
    found = sparql.rows(
        store,
        f"""SELECT ?name {{ {ox.NamedNode(iri)} pfocr:organism ?organism
        FILTER (?organism != {human}) OPTIONAL {{ ?organism skos:prefLabel ?name }} }}""",
    )
    for row in found:
        organism = row["name"].value if row["name"] else "another organism"
        yield f"only human genes can be unambiguous, and {iris.curie(iri)} is of {organism}"
