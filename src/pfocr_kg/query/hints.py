"""Why a query may have no answer: values of its parameters that the graph does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.query import bundled
from pfocr_kg.query.bundled import ParameterValue
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_NAMES: Final = frozenset({"symbol", "name"})
"""Parameters whose values are names of entities."""

_NAMED: Final = "VALUES ?by { rdfs:label skos:altLabel } ?entity ?by"


def of(
    store: Answering,
    asked: bundled.Query,
    values: Mapping[str, ParameterValue | Sequence[ParameterValue]],
) -> Iterator[str]:
    """A line for each given value that is nobody's name, or no node of the graph.

    Raises:
        QueryError: a value is not of its parameter's type.

    """
    for parameter in asked.parameters:
        for term in bundled.terms(asked, parameter, values.get(parameter.name, ())):
            if isinstance(term, ox.NamedNode):
                if not _holds(store, f"{{ {term} ?p ?o }} UNION {{ ?s ?p {term} }}"):
                    yield f"{iris.curie(term.value)} is not in the graph"
                elif crowded := _crowded_out(store, term):
                    yield crowded
            elif parameter.name in _NAMES and not _holds(store, f"{_NAMED} {term}"):
                close = _but_for_case(store, term)
                meant = f"; is {' or '.join(close)} meant?" if close else ""
                yield f"nothing in the graph is called {term.value!r}{meant}"


def _holds(store: Answering, pattern: str) -> bool:
    return bool(store.query(f"{sparql.PROLOGUE}ASK {{ {pattern} }}"))


def _crowded_out(store: Answering, term: ox.NamedNode) -> str:
    """Of a pathway that figures' genes overlap with, none of which links to it for that."""
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


def _but_for_case(store: Answering, name: ox.Literal) -> list[str]:
    same = f"FILTER(LCASE(STR(?name)) = LCASE({name}))"
    found = sparql.rows(store, f"SELECT DISTINCT ?name {{ {_NAMED} ?name {same} }}")
    return sorted(row["name"].value for row in found)[:5]
