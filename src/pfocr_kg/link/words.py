"""The genes of a figure by the words that drew them: what counts as one hit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from pfocr_kg.model import DIRECT
from pfocr_kg.records.organisms import species


class Hit(NamedTuple):
    """One gene read off a figure: NCBI gene id, NCBI taxon number, by what word and lexicon.

    `word` is the matched term, which is the same however the image spells it; the word as
    read where there is no term.
    """

    gene: str
    organism: str
    word: str
    lexicon: str


Word = tuple[str, tuple[str, ...]]
"""A word of a figure: NCBI taxon number of a species, and the ids of the genes it drew."""


def words(hits: Iterable[Hit], *, direct_only: bool = False) -> list[Word]:
    """Part a figure's genes into its words, each gene under one word only.

    A word that expands to a family draws many genes at once. A gene that several words draw
    belongs to the word with the fewest genes, which says most precisely that it is meant.
    The order, of words and of genes in them, depends on the hits' content only.
    """
    drawn: dict[tuple[str, str, str], set[str]] = {}
    for hit in hits:
        if not direct_only or hit.lexicon in DIRECT:
            key = (species(hit.organism), hit.word, hit.lexicon)
            drawn.setdefault(key, set()).add(hit.gene)
    taken: set[tuple[str, str]] = set()
    parts: list[Word] = []
    for (organism, _, _), genes in sorted(drawn.items(), key=_narrowest):
        fresh = sorted(gene for gene in genes if (organism, gene) not in taken)
        if fresh:
            parts.append((organism, tuple(fresh)))
            taken.update((organism, gene) for gene in fresh)
    return parts


def _narrowest(
    item: tuple[tuple[str, str, str], set[str]],
) -> tuple[int, tuple[str, str, str]]:
    return len(item[1]), item[0]
