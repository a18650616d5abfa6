"""Finds the entities that the keywords of a record's JSON-LD block name.

The block lists gene symbols of all organisms, chemical words and disease names in one list.
Terms of the figure's tables or inline lists come first; then the dictionary of diseases; then, for
figures of humans only and without any list of genes, HGNC's symbols. The rest stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pfocr_kg.model import Entity, Kind
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.entities import Reading

LEXICON = "hgnc"
"""Lexicon of a mention made from a keyword."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """Keywords sorted by what they mean: genes (as readings), diseases, unexplained texts."""

    genes: tuple[Reading, ...]
    diseases: tuple[tuple[Entity, str], ...]
    unexplained: tuple[str, ...]


def explain(
    keywords: Iterable[str],
    readings: Iterable[Reading],
    dictionaries: Dictionaries,
    *,
    use_symbols: bool,
) -> Meaning:
    """Sort keywords by meaning.

    `readings` are those of the figure's tables or inline lists. With `use_symbols`, HGNC's symbols
    name genes.
    """
    known = _known(readings)
    genes: list[Reading] = []
    diseases: list[tuple[Entity, str]] = []
    unexplained: list[str] = []
    for keyword in dict.fromkeys(keywords):
        entity = known.get(keyword) or dictionaries.diseases.find(keyword)
        if entity is not None:
            if entity.kind is Kind.DISEASE:
                diseases.append((entity, keyword))
        elif use_symbols and (gene := dictionaries.genes.find(keyword)):
            genes.append(Reading(gene, keyword, keyword, LEXICON, keyword, (keyword,)))
        else:
            unexplained.append(keyword)
    return Meaning(tuple(genes), tuple(diseases), tuple(unexplained))


def _known(readings: Iterable[Reading]) -> Mapping[str, Entity]:
    """Term -> its first entity in `readings`: genes come first, then chemicals, then diseases."""
    known: dict[str, Entity] = {}
    for reading in readings:
        if reading.entity is not None:
            for term in reading.terms:
                known.setdefault(term, reading.entity)
    return known
