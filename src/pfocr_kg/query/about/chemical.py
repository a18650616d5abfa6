"""What is known of a chemical."""

from __future__ import annotations

from typing import Any, Final

from pfocr_kg.names.matches import How
from pfocr_kg.query.about.subject import Subject

_DRAWING: Final = "?figure pfocr:chemical $thing"
_WORDS: Final = """SELECT ?word ?matchedTerm (COUNT(DISTINCT ?figure) AS ?figures) {
  ?mention oa:hasBody $thing ; oa:hasTarget ?figure ; pfocr:word ?word
  OPTIONAL { ?mention pfocr:matchedTerm ?matchedTerm }
} GROUP BY ?word ?matchedTerm HAVING (COUNT(?figure) > 0)
ORDER BY DESC(?figures) ?word ?matchedTerm"""


def about(subject: Subject) -> dict[str, Any]:
    """Names of a chemical, its figures, the words that it was read from, and what is with it."""
    return {
        "aliases": sorted(subject.names_by(How.ALIAS, How.WORD)),
        "mesh": [name for name in subject.names_by(How.IDENTIFIER) if name.startswith("mesh:")],
        "figures_by_year": lambda: subject.by_year(_DRAWING),
        "figures": lambda: subject.bundled("figures-of-chemical"),
        "words": lambda: subject.part(subject.select(_WORDS)),
        "genes": lambda: subject.bundled("genes-of-chemical"),
        "diseases": lambda: subject.entities("disease", _DRAWING),
    }
