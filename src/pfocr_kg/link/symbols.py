"""Symbols that genes of different organisms have in common.

Genes of vertebrates have the symbol of the human gene that they correspond to, in other letters of
upper and lower case (https://vertebrate.genenames.org).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from pfocr_kg.link.pathway_genes import PathwayGenes, species_of
from pfocr_kg.link.words import WordGenes
from pfocr_kg.model import Pathway
from pfocr_kg.records.gene_dictionary import GeneDictionary
from pfocr_kg.records.organisms import species

_HUMAN = "9606"

Gene = tuple[str, str]
"""NCBI taxon number of a species, and NCBI gene id."""

WordNumbers = tuple[int, list[int]]
"""A word: the number of an organism, and numbers of genes, as `PathwayGenes` numbers both."""

_Found = tuple[str, int, int]
"""A gene of pathways: its taxon number, and the numbers of its organism and of itself."""


class SharedSymbols:
    """Finds genes of pathways by the symbols of genes of other organisms.

    The symbol of a human gene is that of the dictionary; that of another gene is the name that
    most pathways give to it alone.
    """

    def __init__(self, genes: PathwayGenes, dictionary: GeneDictionary) -> None:
        self._dictionary = dictionary
        self._symbols = _symbols(genes.pathways)
        self._by_symbol: dict[str, list[_Found]] = {}
        for gene, number in genes.numbers.items():
            for symbol in self._symbols_of(gene):
                found = (gene[0], genes.organisms[gene[0]], number)
                self._by_symbol.setdefault(symbol, []).append(found)
        self._found: dict[Gene, tuple[_Found, ...]] = {}

    def words(
        self, words: Sequence[WordGenes], organisms: Collection[str] = ()
    ) -> Iterator[WordNumbers]:
        """A figure's words as genes of organisms of which it has no gene; each gene once.

        `organisms` are the NCBI taxon numbers of those that the paper is about, if they are known:
        the only ones then.
        """
        own = {word.organism for word in words}
        others = {species(taxon) for taxon in organisms}
        taken: set[int] = set()
        for taxon, genes in words:
            found: dict[int, list[int]] = {}
            for gene in genes:
                for other, organism, number in self._of_symbol((taxon, gene)):
                    if other in own or (others and other not in others):
                        continue
                    if number not in taken:
                        taken.add(number)
                        found.setdefault(organism, []).append(number)
            yield from found.items()

    def _of_symbol(self, gene: Gene) -> tuple[_Found, ...]:
        """The genes of pathways with a gene's symbol, also of its own organism."""
        if (found := self._found.get(gene)) is None:
            others = (o for s in self._symbols_of(gene) for o in self._by_symbol.get(s, ()))
            self._found[gene] = found = tuple(dict.fromkeys(others))
        return found

    def _symbols_of(self, gene: Gene) -> Sequence[str]:
        organism, identifier = gene
        if organism == _HUMAN:
            approved = self._dictionary.approved_symbols(identifier)
            return [symbol.casefold() for symbol in approved]
        return self._symbols.get(gene, ())


def _symbols(pathways: Sequence[Pathway]) -> Mapping[Gene, tuple[str]]:
    """Gene -> its most used name in pathways, of names that stand for this gene alone."""
    names: dict[Gene, Counter[str]] = {}
    for pathway in pathways:
        taxon = species_of(pathway)
        own = (name for name in pathway.gene_names if not name.others)
        for gene, symbol in {(name.gene, name.name.casefold()) for name in own}:
            names.setdefault((taxon, gene), Counter())[symbol] += 1
    # Of names that are used as often, the first by alphabet.
    return {gene: (min(uses, key=lambda n: (-uses[n], n)),) for gene, uses in names.items()}
