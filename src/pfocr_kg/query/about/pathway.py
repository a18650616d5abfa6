"""What is known of a pathway."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final

from pfocr_kg.query.about.subject import Subject, one

_COUNT: Final = "SELECT (COUNT(?link) AS ?links) { ?link pfocr:pathway $thing }"
_GENES: Final = """SELECT ?gene (MAX(?label) AS ?symbol) (COUNT(?link) AS ?figures) {
  { $thing pfocr:pathwayGene ?gene . ?gene skos:prefLabel ?label }
  UNION {
    ?link pfocr:pathway $thing ; pfocr:sharedGene|pfocr:sharedSymbolGene ?gene
    BIND ("" AS ?label)
  }
} GROUP BY ?gene HAVING (COUNT(?gene) > 0) ORDER BY DESC(?figures) ?symbol ?gene"""
_ANNOTATED: Final = """SELECT ?iri ?name {
  $thing pfocr:disease ?iri OPTIONAL { ?iri skos:prefLabel ?name }
} ORDER BY ?name ?iri"""


def about(subject: Subject) -> dict[str, Any]:
    """Title and genes of a pathway, linked figures, the genes that it lacks, and diseases."""
    of = subject.properties()
    genes = cache(lambda: subject.select(_GENES))
    return {
        "title": one(of("dcterms:title")),
        "organism": {"iri": one(of("pfocr:organism")), "name": subject.match.organism},
        "genes_drawn": lambda: sum(row["figures"] > 0 for row in genes()),
        "overlapping_figures": one(of("pfocr:overlappingFigureCount")),
        "drawn_from": of("prov:wasDerivedFrom"),
        "annotated_diseases": subject.select(_ANNOTATED),
        "figures": lambda: replace(
            subject.bundled("figures-of-pathway", ends=True),
            count=subject.select(_COUNT)[0]["links"],
        ),
        "genes": lambda: subject.part(genes()),
        "missing_genes": lambda: subject.bundled("genes-missing-from-pathway"),
        "diseases": lambda: subject.bundled("diseases-of-pathway"),
    }
