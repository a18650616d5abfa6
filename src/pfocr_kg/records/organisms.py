"""Organisms by the names that users give, and the species of strains."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from pfocr_kg.errors import QueryError, quoted
from pfocr_kg.records import dictionaries

_SPECIES: Final[Mapping[str, str]] = {
    "39947": "4530",  # Oryza sativa Japonica Group
    "83332": "1773",  # Mycobacterium tuberculosis H37Rv
    "224308": "1423",  # Bacillus subtilis subsp. subtilis str. 168
    "511145": "562",  # Escherichia coli str. K-12 substr. MG1655
    "559292": "4932",  # Saccharomyces cerevisiae S288C
}
"""NCBI taxa of strains, with their species: PFOCR's gene lexicons name the sequenced strain,
WikiPathways the species, and both mean the same NCBI genes."""


def species(taxon: str) -> str:
    """The species of an NCBI taxon number that may be a strain's."""
    return _SPECIES.get(taxon, taxon)


def same_species(taxon: str) -> tuple[str, ...]:
    """The NCBI taxon numbers of the species of a taxon and of its strains that we know."""
    of = species(taxon)
    return (of, *(strain for strain, its_species in _SPECIES.items() if its_species == of))


def taxon(organism: str) -> str:
    """The NCBI taxon number of an organism's name, common name, number or CURIE.

    Raises:
        QueryError: it names none.

    """
    if found := dictionaries.bundled_organisms().find(organism):
        return found.identifier.partition(":")[2]
    number = (organism.partition(":")[2] if ":" in organism else organism).strip()
    if not number.isascii() or not number.isdecimal():
        near = _near(dictionaries.folded(organism))
        hint = f"Is one of these meant: {', '.join(near)}?" if near else "Give a name or NCBI taxon"
        raise QueryError(f"unknown organism {quoted(organism)}", hint=hint)
    return number


def _near(name: str) -> list[str]:
    """At most three names of organisms that are spelled like a name, or end in it."""
    known = list(dictionaries.bundled_organisms().entities)
    ending = [other for other in known if other.endswith(f" {name}")]
    return [*get_close_matches(name, known, 3, 0.75), *sorted(ending, key=len)][:3]
