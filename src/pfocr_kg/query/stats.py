"""Counts the triples, classes and organisms of a graph."""

from __future__ import annotations

from typing import Any, Final

from pfocr_kg import iris
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.execution import run
from pfocr_kg.query.results import Rows
from pfocr_kg.store.sparql import Answering

_CLASSES: Final = Query(
    "classes",
    "SELECT ?class (COUNT(?s) AS ?n) WHERE { ?s a ?class } GROUP BY ?class ORDER BY ?class",
)
_ORGANISMS: Final = Query(
    "organisms",
    """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
SELECT ?organism (COUNT(DISTINCT ?figure) AS ?figures) (COUNT(DISTINCT ?gene) AS ?genes)
  (COUNT(*) AS ?pairs)
WHERE { ?figure pfocr:gene ?gene . ?gene pfocr:organism ?organism }
GROUP BY ?organism ORDER BY DESC(?figures) ?organism""",
)
_NAMES: Final = Query(
    "names",
    """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?organism ?name WHERE { ?organism a pfocr:Organism ; skos:prefLabel ?name }""",
)


def count(store: Answering, triples: int) -> dict[str, Any]:
    """Counts of a graph, JSON-ready.

    Returns `triples`, `classes` (by CURIE) and `organisms`: taxon, name, figures, genes and
    figure-gene pairs of each organism whose genes are drawn.
    """
    names = {row["organism"]: row["name"] for row in _rows(store, _NAMES)}
    return {
        "triples": triples,
        "classes": {iris.curie(str(row["class"])): row["n"] for row in _rows(store, _CLASSES)},
        "organisms": [
            {
                "taxon": iris.curie(str(row["organism"])),
                "name": names.get(row["organism"]),
                "figures": row["figures"],
                "genes": row["genes"],
                "pairs": row["pairs"],
            }
            for row in _rows(store, _ORGANISMS)
        ],
    }


def _rows(store: Answering, query: Query) -> Rows:
    rows = run(store, query)
    assert isinstance(rows, Rows)
    return rows
