"""The mentions of a figure: how each word was matched, and how many things it can mean."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind, MatchKind, Mention
from pfocr_kg.records import keywords, meanings
from pfocr_kg.records.entities import Reading
from pfocr_kg.records.gene_dictionary import GeneDictionary

MATCH_KINDS: Final = {
    "ncbigene_symbol": MatchKind.SYMBOL,
    "hgnc_symbol": MatchKind.SYMBOL,
    "ncbigene_synonym": MatchKind.SYNONYM,
    "hgnc_alias_symbol": MatchKind.SYNONYM,
    "hgnc_prev_symbol": MatchKind.SYNONYM,
    "famplex_relations": MatchKind.FAMILY,
    "bioentities_symbol": MatchKind.FAMILY,
    keywords.LEXICON: MatchKind.KEYWORD,
}
"""What the lexicons of genes hold; PFOCR's releases have different names for them."""


def of_readings(readings: Iterable[Reading], genes: GeneDictionary) -> tuple[Mention, ...]:
    """The distinct mentions, in the order of the rows.

    Rows that differ only in a count make one mention. So do rows with one gene and two
    organisms, of which the first is used.
    """
    named = [(reading, reading.entity) for reading in readings if reading.entity is not None]
    candidates: dict[tuple[str, str, str], set[str]] = {}
    for reading, entity in named:
        if entity.kind is Kind.GENE:
            group = (entity.organism, reading.word, reading.match)
            candidates.setdefault(group, set()).add(entity.iri)
    distinct: dict[tuple[object, ...], Mention] = {}
    for reading, entity in named:
        word, match, lexicon, mesh = reading.word, reading.match, reading.lexicon, reading.mesh
        key = (entity.kind, entity.iri, word, match, lexicon, mesh)
        if key in distinct:
            continue
        if entity.kind is Kind.GENE:
            count = len(candidates[entity.organism, word, match])
            kind = match_kind(lexicon)
            meant = meaning_count(entity, match, kind, genes)
            distinct[key] = Mention(entity, word, match, lexicon, count, mesh, kind, meant)
        else:
            distinct[key] = Mention(entity, word, match, lexicon, mesh=mesh)
    return tuple(distinct.values())


@lru_cache(maxsize=64)
def match_kind(lexicon: str) -> MatchKind | None:
    """How a word was matched that a lexicon of genes holds, spelled in any case."""
    return MATCH_KINDS.get(lexicon.casefold())


def meaning_count(gene: Entity, match: str, kind: MatchKind | None, genes: GeneDictionary) -> int:
    """How many things the term can mean that was matched to a gene; 0 if nobody knows.

    That is so for genes of other organisms, and for a dictionary without alias symbols.
    """
    if gene.organism != iris.HUMAN or not match or not genes.has_aliases:
        return 0
    return meanings.count(match, gene.identifier, genes, is_family=kind is MatchKind.FAMILY)


def genes_by_symbol(mentions: Iterable[Mention]) -> tuple[Entity, ...]:
    """The distinct genes of which a word is the symbol."""
    return tuple(dict.fromkeys(m.entity for m in mentions if m.match_kind is MatchKind.SYMBOL))


def unambiguous_genes(mentions: Iterable[Mention]) -> tuple[Entity, ...]:
    """The distinct genes of which a word can mean nothing else."""
    return tuple(dict.fromkeys(m.entity for m in mentions if m.meanings == 1 == m.candidates))
