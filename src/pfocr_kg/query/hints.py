"""Hints for a query without an answer: values of parameters that are not in the graph."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.parameters import Parameter, ParameterValue, Term
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_NAMES: Final = frozenset({"symbol", "name"})
"""Parameters whose values are names of entities."""

_NAMED: Final = "VALUES ?property { rdfs:label skos:altLabel } ?entity ?property"


def unknown_values(
    store: Answering,
    query: Query,
    values: Mapping[str, ParameterValue | Sequence[ParameterValue]],
) -> Iterator[str]:
    """A line for each given value that is not a name or node in the graph.

    Raises:
        QueryError: a value is not of its parameter's type.

    """
    for parameter in query.parameters:
        for term in parameter.terms(query.name, values.get(parameter.name, ())):
            if line := _hint(store, parameter, term):
                yield line


def _hint(store: Answering, parameter: Parameter, term: Term) -> str:
    """The reason why a value may have no answer; empty if the graph has the value."""
    if isinstance(term, ox.NamedNode):
        if not _holds(store, f"{{ {term} ?p ?o }} UNION {{ ?s ?p {term} }}"):
            return f"{iris.curie(term.value)} is not in the graph"
        return _pathway_without_links(store, term)
    if parameter.name in _NAMES and not _holds(store, f"{_NAMED} {term}"):
        near = _names_in_another_case(store, term)
        meant = f"; is {' or '.join(near)} meant?" if near else ""
        return f"nothing in the graph is called {term.value!r}{meant}"
    if parameter.name == "symbol" and not _holds(store, f"?entity skos:prefLabel {term}"):
        labels = _labels(store, term)
        return f"{term.value} is another name of {', '.join(labels)}" if labels else ""
    return ""


def _holds(store: Answering, pattern: str) -> bool:
    return bool(store.query(f"{sparql.PROLOGUE}ASK {{ {pattern} }}"))


def _pathway_without_links(store: Answering, term: ox.NamedNode) -> str:
    """The reason why a pathway whose genes overlap with figures has no links by genes."""
    found = sparql.rows(
        store,
        f"""SELECT ?count {{ {term} pfocr:overlappingFigureCount ?count FILTER (?count > 0)
        FILTER NOT EXISTS {{
          ?link pfocr:pathway {term} ; pfocr:evidence pfocr:GeneOverlapEvidence
        }} }}""",
    )
    return "".join(
        f"{iris.curie(term.value)} is among the best pathways of no figure, though the genes of "
        f"{int(row['count'].value):,} overlap with its own; `pfocr-kg link --best N` links more"
        for row in found
    )


def _labels(store: Answering, name: ox.Literal) -> list[str]:
    """At most five labels of genes that have this name as an alternative label."""
    called = f"?entity a pfocr:Gene ; skos:altLabel {name} ; skos:prefLabel ?label"
    found = sparql.rows(store, f"SELECT DISTINCT ?label {{ {called} }}")
    return sorted(row["label"].value for row in found)[:5]


def _names_in_another_case(store: Answering, name: ox.Literal) -> list[str]:
    """At most five names in the graph that differ from a name only in case."""
    same = f"FILTER(LCASE(STR(?name)) = LCASE({name}))"
    found = sparql.rows(store, f"SELECT DISTINCT ?name {{ {_NAMED} ?name {same} }}")
    return sorted(row["name"].value for row in found)[:5]
