"""What is known of a chemical."""

from __future__ import annotations

import math
from typing import Any, Final

from pfocr_kg.names.matches import How
from pfocr_kg.query.about.subject import Part, Subject, grouped

_DRAWING: Final = "?figure pfocr:chemical $thing"
_WORDS: Final = """SELECT ?word ?matchedTerm (COUNT(DISTINCT ?figure) AS ?figures) {
  ?mention oa:hasBody $thing ; oa:hasTarget ?figure ; pfocr:word ?word
  OPTIONAL { ?mention pfocr:matchedTerm ?matchedTerm }
} GROUP BY ?word ?matchedTerm HAVING (COUNT(?figure) > 0)
ORDER BY DESC(?figures) ?word ?matchedTerm"""
# The query figures-of-chemical looks up the titles of all figures.
_FIGURES: Final = """SELECT ?figure ?word (MIN(?issued) AS ?year) {
  ?mention oa:hasBody $thing ; oa:hasTarget ?figure ; pfocr:word ?word .
  ?figure dcterms:isPartOf ?paper OPTIONAL { ?paper dcterms:issued ?issued }
} GROUP BY ?figure ?word HAVING (COUNT(?mention) > 0)"""


def about(subject: Subject) -> dict[str, Any]:
    """Names of a chemical, its figures, the words that it was read from, and what is with it."""
    return {
        "aliases": sorted(subject.names_by(How.ALIAS, How.WORD)),
        "mesh": [name for name in subject.names_by(How.IDENTIFIER) if name.startswith("mesh:")],
        "figures_by_year": lambda: subject.by_year(_DRAWING),
        "figures": lambda: _figures(subject),
        "words": lambda: subject.part(subject.select(_WORDS)),
        "genes": lambda: subject.bundled("genes-of-chemical"),
        "diseases": lambda: subject.entities("disease", _DRAWING),
    }


def _figures(subject: Subject) -> Part:
    """The figures in the order of the query figures-of-chemical, the newest first."""
    rows = grouped(subject.select(_FIGURES), ("figure", "year"), "word", "words")
    rows.sort(key=lambda row: (-(row["year"] or -math.inf), row["figure"]))
    words = ({**row, "words": ", ".join(sorted(row["words"]))} for row in rows)
    return subject.titled(subject.part(words, "figures-of-chemical"))
