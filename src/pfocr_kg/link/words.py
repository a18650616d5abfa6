"""Groups the genes of a figure by the words that gave them, for the score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from pfocr_kg.model import Level
from pfocr_kg.records.gene_dictionary import normal_form
from pfocr_kg.records.organisms import species

LEVEL_BITS: Final[Mapping[Level, int]] = {Level.ANY: 0, Level.SYMBOL: 1, Level.UNAMBIGUOUS: 2}
"""The bits that `GeneMention.levels` has for a mention of this level."""


class GeneMention(NamedTuple):
    """One gene read off a figure: NCBI gene id, NCBI taxon number, matched term and lexicon.

    Without a matched term, `matched_term` is the word as read. `levels` is the sum of the
    `LEVEL_BITS` of the mention's levels.
    """

    gene: str
    organism: str
    matched_term: str
    lexicon: str
    levels: int = 0


class WordGenes(NamedTuple):
    """The genes of one word of a figure: NCBI taxon number of a species, and NCBI gene ids.

    Words that were matched to the same term are one word here, in any spelling and by any lexicon.
    """

    organism: str
    genes: tuple[str, ...]


def of_level(mentions: Iterable[GeneMention], level: str) -> list[GeneMention]:
    """The mentions that count at a level.

    Raises:
        QueryError: the level is unknown.

    """
    bit = LEVEL_BITS[Level(level)]
    return [mention for mention in mentions if mention.levels & bit == bit]


def words(mentions: Iterable[GeneMention], level: str = Level.ANY) -> list[WordGenes]:
    """Divide a figure's genes of a level among its words, each gene to one word.

    The name of a family is a word with many genes. A gene of several words goes to the word with
    the fewest genes, which names it most precisely. The order of words, and of genes in them,
    depends only on the content of the mentions.
    """
    genes_of_word: dict[tuple[str, str], set[str]] = {}
    for mention in of_level(mentions, level):
        word = (species(mention.organism), normal_form(mention.matched_term))
        genes_of_word.setdefault(word, set()).add(mention.gene)
    divided: set[tuple[str, str]] = set()
    result: list[WordGenes] = []
    for (organism, _), genes in sorted(genes_of_word.items(), key=_fewest_genes_first):
        rest = sorted(gene for gene in genes if (organism, gene) not in divided)
        if rest:
            result.append(WordGenes(organism, tuple(rest)))
            divided.update((organism, gene) for gene in rest)
    return result


def _fewest_genes_first(item: tuple[tuple[str, str], set[str]]) -> tuple[int, tuple[str, str]]:
    word, genes = item
    return len(genes), word
