"""Which genes a word was taken for where it was read off figures."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.names.lookup import order
from pfocr_kg.names.matches import How, Match, NamedKind
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_GENES: Final = """SELECT ?gene (MIN(?name) AS ?symbol) (MIN(?id) AS ?number)
    (MIN(?of) AS ?organism) (COUNT(DISTINCT ?figure) AS ?figures) {
  VALUES ?term { %s }
  ?mention pfocr:matchedTerm ?term ; oa:hasBody ?gene ; oa:hasTarget ?figure .
  ?gene a pfocr:Gene ; dcterms:identifier ?id
  OPTIONAL { ?gene skos:prefLabel ?name } OPTIONAL { ?gene pfocr:organism ?of }
} GROUP BY ?gene HAVING (COUNT(?figure) > 0)"""


def genes(store: Answering, word: str) -> list[Match]:
    """The genes that figures have a word for, such as those of a family, best first."""
    terms = " ".join(str(ox.Literal(term)) for term in dict.fromkeys((word, word.upper())))
    found = [
        Match(
            row["gene"].value,
            NamedKind.GENE,
            row["symbol"].value if row["symbol"] else "",
            row["number"].value,
            row["organism"].value.removeprefix(iris.organism("")) if row["organism"] else "",
            word,
            How.WORD,
            int(row["figures"].value),
        )
        for row in sparql.rows(store, _GENES % terms)
    ]
    return sorted(found, key=order)
