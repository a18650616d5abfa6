"""What is known of an organism."""

from __future__ import annotations

from typing import Any, Final

from pfocr_kg.names.matches import How
from pfocr_kg.query.about.subject import Subject, one

_FIGURES: Final = """SELECT (COUNT(?about) AS ?papers) (COUNT(?fitting) AS ?genes) {
  { ?about pfocr:paperOrganism $thing } UNION { ?fitting pfocr:geneOrganism $thing }
}"""
_COUNTED: Final = """SELECT (COUNT(DISTINCT ?figure) AS ?figures) {
  { ?figure pfocr:paperOrganism $thing }
  UNION {
    ?figure pfocr:geneOrganism $thing FILTER NOT EXISTS { ?figure pfocr:paperOrganism ?another }
  }
}"""
_GENES: Final = """SELECT (COUNT(DISTINCT ?gene) AS ?genes) {
  ?gene pfocr:organism $thing . ?figure pfocr:gene ?gene
}"""
_PATHWAYS: Final = """SELECT ?pathway (MAX(?named) AS ?pathwayTitle)
    (COUNT(?link) AS ?figures) {
  ?pathway pfocr:organism $thing ; a pfocr:Pathway
  { ?pathway dcterms:title ?named }
  UNION { ?link pfocr:pathway ?pathway BIND ("" AS ?named) }
} GROUP BY ?pathway HAVING (COUNT(?pathway) > 0) ORDER BY DESC(?figures) ?pathway"""


def about(subject: Subject) -> dict[str, Any]:
    """Names of an organism, its figures and most drawn genes, and its pathways."""
    return {
        "aliases": subject.names_by(How.ALIAS),
        "figures_of": one(subject.select(_FIGURES)),
        "figures": lambda: subject.bundled(
            "figures-of-organism", count=subject.select(_COUNTED)[0]["figures"]
        ),
        "genes": lambda: subject.bundled(
            "most-drawn-genes", count=subject.select(_GENES)[0]["genes"]
        ),
        "pathways": lambda: subject.part(subject.select(_PATHWAYS)),
    }
