"""What is known of a disease."""

from __future__ import annotations

from typing import Any, Final

from pfocr_kg.names.matches import How
from pfocr_kg.query.about.subject import Subject

_NAMING: Final = "?figure pfocr:disease $thing"
_PATHWAYS: Final = """SELECT ?pathway (MIN(?title) AS ?pathwayTitle) (MAX(?mark) AS ?annotated)
    (COUNT(DISTINCT ?naming) AS ?figures) {
  { ?pathway pfocr:disease $thing ; a pfocr:Pathway BIND (1 AS ?mark) }
  UNION {
    ?naming pfocr:disease $thing . ?link pfocr:figure ?naming ; pfocr:pathway ?pathway
    BIND (0 AS ?mark)
  }
  OPTIONAL { ?pathway dcterms:title ?title }
} GROUP BY ?pathway HAVING (COUNT(?pathway) > 0)
ORDER BY DESC(?annotated) DESC(?figures) ?pathway"""


def about(subject: Subject) -> dict[str, Any]:
    """Names of a disease, figures that name it or have genes of it, and what these draw."""
    of = subject.properties()
    return {
        "aliases": sorted(subject.names_by(How.ALIAS, How.WORD)),
        "mesh": [name for name in subject.names_by(How.IDENTIFIER) if name.startswith("mesh:")],
        "associated_genes": len(of("pfocr:associatedGene")),
        "figures_by_year": lambda: subject.by_year(_NAMING),
        "figures": lambda: subject.bundled("figures-of-disease"),
        "figures_by_genes": lambda: subject.bundled("figures-by-disease-keyword"),
        "genes": lambda: subject.bundled("genes-of-disease"),
        "chemicals": lambda: subject.entities("chemical", _NAMING),
        "pathways": lambda: subject.part(
            {**row, "annotated": bool(row["annotated"])} for row in subject.select(_PATHWAYS)
        ),
    }
