"""What a page tells search engines of its thing: JSON-LD in terms of schema.org."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pfocr_kg.names.matches import Match, NamedKind

_CONTEXT: Final = {"@vocab": "https://schema.org/"}
_TYPES: Final = {
    NamedKind.GENE: "Gene",
    NamedKind.DISEASE: "MedicalCondition",
    NamedKind.CHEMICAL: "ChemicalSubstance",
    NamedKind.ORGANISM: "Taxon",
    NamedKind.PATHWAY: "DefinedTerm",
    NamedKind.PAPER: "ScholarlyArticle",
    NamedKind.FIGURE: "ImageObject",
}
_ABOUT: Final = {
    "genes": ("Gene", "gene", "symbol"),
    "chemicals": ("ChemicalSubstance", "chemical", "chemical_name"),
    "diseases": ("MedicalCondition", "disease", "disease_name"),
}
"""Part of a figure -> type, column of the IRI, column of the name."""

Facts = Mapping[str, Any]


def of(match: Match, facts: Facts) -> dict[str, Any]:
    """A thing as a JSON-LD document; its context is written out, so nothing is fetched."""
    own = {"@context": _CONTEXT, **_node(_TYPES[match.kind], match.iri, match.label)}
    own["identifier"] = match.identifier
    if match.kind is NamedKind.FIGURE:
        own |= _figure(facts)
    elif match.kind is NamedKind.PAPER:
        own |= _paper(facts)
    elif "aliases" in facts:
        own["alternateName"] = facts["aliases"]
    return {key: value for key, value in own.items() if value not in (None, "", [])}


def _node(kind: str, iri: str, name: str | None) -> dict[str, Any]:
    return {"@id": iri, "@type": kind, **({"name": name} if name else {})}


def _figure(facts: Facts) -> dict[str, Any]:
    paper = facts["paper"]
    whole = (
        {**_node("ScholarlyArticle", paper["iri"], paper["title"]), **_paper(paper)}
        if paper
        else None
    )
    drawn = [
        _node(kind, row[iri], row[name])
        for part, (kind, iri, name) in _ABOUT.items()
        for row in _rows(facts, part)
    ]
    return {"caption": facts["caption"], "isPartOf": whole, "about": drawn}


def _rows(facts: Facts, part: str) -> Sequence[Facts]:
    return facts[part].rows if part in facts else ()


def _paper(facts: Facts) -> dict[str, Any]:
    journal, year, doi = facts["journal"], facts["year"], facts["doi"]
    return {
        **({"isPartOf": {"@type": "Periodical", "name": journal}} if journal else {}),
        **({"datePublished": str(year)} if year else {}),
        **({"sameAs": {"@id": f"https://doi.org/{doi}"}} if doi else {}),
    }
