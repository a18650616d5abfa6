"""What is known of a paper."""

from __future__ import annotations

from typing import Any, Final

from pfocr_kg.query.about.subject import Subject, one

_OF_PAPER: Final = "?figure dcterms:isPartOf $thing"
_PATHWAYS: Final = """SELECT ?pathway (MIN(?named) AS ?pathwayTitle) (MIN(?rank) AS ?bestRank)
    (COUNT(DISTINCT ?figure) AS ?figures) {
  ?figure dcterms:isPartOf $thing . ?link pfocr:figure ?figure ; pfocr:pathway ?pathway
  OPTIONAL { ?link pfocr:rank ?rank } OPTIONAL { ?pathway dcterms:title ?named }
} GROUP BY ?pathway HAVING (COUNT(?figure) > 0)
ORDER BY DESC(?figures) COALESCE(?bestRank, 999) ?pathway"""


def about(subject: Subject) -> dict[str, Any]:
    """Title and journal of a paper, its figures, what they draw and name, and their pathways."""
    of = subject.properties()
    return {
        "title": one(of("dcterms:title")),
        "citation": one(of("dcterms:bibliographicCitation")),
        "journal": one(of("prism:publicationName")),
        "publisher": one(of("dc:publisher")),
        "year": one(of("dcterms:issued")),
        "doi": one(of("prism:doi")),
        "keywords": of("schema:keywords"),
        "figures": lambda: subject.bundled("figures-of-paper"),
        "genes": lambda: subject.bundled("genes-of-paper"),
        "diseases": lambda: subject.entities("disease", _OF_PAPER),
        "chemicals": lambda: subject.entities("chemical", _OF_PAPER),
        "pathways": lambda: subject.part(subject.select(_PATHWAYS)),
    }
