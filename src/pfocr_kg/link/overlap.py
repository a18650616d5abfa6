"""Gene overlap of many figures with all pathways, in limited memory.

The genes of figures are a sparse matrix, the genes of pathways another; their product counts shared
genes. It is computed for some thousand figures at a time, twice: once to
count how often each p-value occurs, which the adjustment of p-values needs, and once to choose
links.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pfocr_kg.link.pathway_genes import Floats, Ints, PathwayGenes, rows_of_ones, to_ints
from pfocr_kg.link.places import DIGITS
from pfocr_kg.link.words import WordGenes

CHUNK: Final = 2_000
"""Figures in a chunk: about a million pairs that share a gene."""

_FAMILY: Final = 0.75
"""How often the name of a family is right, as against a symbol: docs/about/trust.md, 74 to 98."""


class FigureGenes:
    """The genes of figures that are in any pathway, with their words.

    It holds a few numbers for each gene: 100,000 figures take some tens of megabytes.
    """

    def __init__(self, pathways: PathwayGenes) -> None:
        self._pathways = pathways
        self._genes = array("q")
        self._word_starts = array("q", [0])
        self._word_organisms = array("q")
        self._word_sizes = array("q")
        self._words_by_symbol = array("q")
        self._figure_starts = array("q", [0])

    def add(
        self, words: Iterable[WordGenes], by_symbol: Iterable[tuple[int, Sequence[int]]] = ()
    ) -> None:
        """Add a figure, given by its words.

        `by_symbol` are its words as genes of other organisms, of which it has no gene: the number
        of the organism, and numbers of genes.
        """
        numbers, organisms = self._pathways.numbers, self._pathways.organisms
        for taxon, ids in words:
            if taxon in organisms:
                known = [numbers.get((taxon, identifier)) for identifier in ids]
                self._genes.extend([number for number in known if number is not None])
                self._end_word(organisms[taxon], len(ids), 0)
        for organism, found in by_symbol:
            self._genes.extend(found)
            self._end_word(organism, len(found), 1)
        self._figure_starts.append(len(self._word_sizes))

    def _end_word(self, organism: int, size: int, by_symbol: int) -> None:
        self._word_starts.append(len(self._genes))
        self._word_organisms.append(organism)
        self._word_sizes.append(size)
        self._words_by_symbol.append(by_symbol)

    def __len__(self) -> int:
        return len(self._figure_starts) - 1

    def chunks(self, size: int = CHUNK) -> Iterator[OverlapChunk]:
        """Chunks of `size` figures, in the order added, with their overlaps."""
        genes, word_starts = to_ints(self._genes), to_ints(self._word_starts)
        organisms, sizes = to_ints(self._word_organisms), to_ints(self._word_sizes)
        by_symbol = to_ints(self._words_by_symbol)
        figure_starts = to_ints(self._figure_starts)
        for first in range(0, len(self), size):
            figures = figure_starts[first : first + size + 1]
            words = slice(figures[0], figures[-1])
            starts = word_starts[figures[0] : figures[-1] + 1]
            yield OverlapChunk(
                self._pathways,
                first,
                genes[starts[0] : starts[-1]],
                starts - starts[0],
                organisms[words],
                sizes[words],
                by_symbol[words],
                figures - figures[0],
            )


@dataclass(frozen=True, eq=False)
class OverlapChunk:
    """Some figures, with all pathways that share a gene with any of them.

    `first` is the number of the first figure. `genes` holds the numbers of genes in
    pathways, word by word and figure by figure: each word begins at its place in `word_starts`,
    each figure at its word in `figure_starts`. For each word, `word_organisms` is the organism,
    `word_sizes` the number of its genes, including those in no pathway, and `words_by_symbol` 1 if
    they were found by the symbols of genes of other organisms.

    A pair is a figure and a pathway that share a gene. Pairs are ordered by figure and pathway:
    `rows` are their figures (from 0 in this chunk), `columns` their pathways, and `shared` the
    number of genes that they share.
    """

    pathways: PathwayGenes
    first: int
    genes: Ints
    word_starts: Ints
    word_organisms: Ints
    word_sizes: Ints
    words_by_symbol: Ints
    figure_starts: Ints

    def __len__(self) -> int:
        return len(self.figure_starts) - 1

    @cached_property
    def _word_genes(self) -> Any:
        """Words by genes: 1 if the word gave the gene."""
        return rows_of_ones(self.genes, self.word_starts, len(self.pathways.numbers))

    @cached_property
    def _word_pathways(self) -> Any:
        """Words by pathways: the number of genes of the word in the pathway."""
        return self._word_genes @ self.pathways.matrix

    @cached_property
    def _figure_words(self) -> Any:
        """Figures by words: 1 if the word is in the figure."""
        words = len(self.word_sizes)
        return rows_of_ones(np.arange(words), self.figure_starts, words)

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints, Ints]:
        counts = self._by_figure(self._word_pathways)
        rows = np.repeat(np.arange(len(self)), np.diff(counts.indptr))
        return rows, to_ints(counts.indices), to_ints(np.rint(counts.data))

    def _by_figure(self, of_words: Any) -> Any:
        """Sums over the words of each figure, in the order of the pairs."""
        sums = self._figure_words @ of_words
        sums.sort_indices()
        return sums

    @property
    def rows(self) -> Ints:
        """The figure of each pair."""
        return self._pairs[0]

    @property
    def columns(self) -> Ints:
        """The pathway of each pair."""
        return self._pairs[1]

    @property
    def shared(self) -> Ints:
        """The number of shared genes of each pair."""
        return self._pairs[2]

    @cached_property
    def shared_words(self) -> Ints:
        """The number of the figure's words that gave the shared genes of each pair."""
        present = self._word_pathways.copy()
        present.data = np.ones_like(present.data)
        return to_ints(np.rint(self._by_figure(present).data))

    @property
    def organisms(self) -> Ints:
        """The organism of each pair."""
        return self.pathways.organism_of[self.columns]

    @cached_property
    def by_symbol(self) -> npt.NDArray[np.bool_]:
        """Whether each pair shares symbols, since the figure has no gene of the organism."""
        return (self._by_organism(self.words_by_symbol) > 0)[self.rows, self.organisms]

    @cached_property
    def drawn_words(self) -> Ints:
        """The number of words with a gene in each organism's universe, as `drawn` counts genes."""
        return self._by_organism(to_ints(np.diff(self.word_starts) > 0))

    @cached_property
    def drawn(self) -> Ints:
        """The number of genes in each organism's universe (columns) of each figure (rows)."""
        return self._by_organism(np.diff(self.word_starts))

    def _by_organism(self, of_words: Ints) -> Ints:
        """Sums over the words of each figure (rows), for each organism (columns)."""
        count = len(self.pathways.organisms)
        cells = self._figure_of_word * count + self.word_organisms
        sums = np.bincount(cells, of_words, len(self) * count)
        return to_ints(sums.reshape(len(self), count))

    @property
    def _figure_of_word(self) -> Ints:
        return np.repeat(np.arange(len(self)), np.diff(self.figure_starts))

    @property
    def tested(self) -> Ints:
        """The number of pairs to test, by genes and by symbols; also pairs that share none."""
        symbols = self._by_organism(self.words_by_symbol) > 0
        drawn = self.drawn > 0
        figures = [(drawn & ~symbols).sum(axis=0), (drawn & symbols).sum(axis=0)]
        return to_ints([(count * self.pathways.tested).sum() for count in figures])

    def genes_of(self, row: int) -> Ints:
        """The numbers of a figure's genes."""
        start, end = self.word_starts[self.figure_starts[row : row + 2]]
        return self.genes[start:end]

    def jaccard(self, pairs: Ints) -> Floats:
        """Jaccard index of pairs, given by position; genes outside the universe are counted too."""
        rows, columns, shared = self.rows[pairs], self.columns[pairs], self.shared[pairs]
        sizes = self._by_organism(self.word_sizes)[rows, self.pathways.organism_of[columns]]
        return shared / (sizes + self.pathways.sizes[columns] - shared)

    def scores(self) -> Floats:
        """The score of each pair: the higher, the more the figure looks drawn from the pathway.

        The sum over the figure's words of ln(1 + q p(word | pathway) / p(word)), minus
        ln(1 + genes of the pathway that the figure lacks). q is 3/4 for a word to which several
        genes belong, else 1. p(word | pathway) is the share of
        the word's genes that the pathway has, divided by the number of the pathway's genes,
        those of one word counted as one; p(word) is the mean share that the word's genes have
        of all memberships of genes in pathways of the organism. How many genes the word has
        cancels out. See decisions/0010-scoring-links.md.
        """
        if not self.columns.size:
            return np.zeros(0)
        ratios = self._word_pathways.tocsr(copy=True)
        background = np.repeat(self._background(), np.diff(ratios.indptr))
        likely = np.where(self.word_sizes > 1, _FAMILY, 1.0)
        likely = np.repeat(likely, np.diff(ratios.indptr)) * ratios.data
        ratios.data = np.log1p(likely / self._sizes_in_words(ratios) / background)
        lacking = self.pathways.sizes[self.columns] - self.shared
        scores = self._by_figure(ratios).data - np.log1p(lacking)
        return np.asarray(np.round(scores, DIGITS), dtype=np.float64)

    def _background(self) -> Floats:
        """For each word, p(word) times its number of genes."""
        memberships = self._word_genes @ self.pathways.memberships_of_gene
        # An organism whose pathways have no genes has no memberships: divide 0 by 1.
        in_organism = np.maximum(self.pathways.memberships[self.word_organisms], 1)
        return np.asarray(memberships / in_organism)

    def _sizes_in_words(self, of_words: Any) -> Ints:
        """For each word and pathway: the pathway's genes, those of one word counted as one."""
        sizes = np.zeros((len(self), len(self.pathways.pathways)), dtype=np.int32)
        sizes[self.rows, self.columns] = self.sizes_in_words
        rows = np.repeat(self._figure_of_word, np.diff(of_words.indptr))
        return to_ints(sizes[rows, of_words.indices])

    @property
    def sizes_in_words(self) -> Ints:
        """The genes of each pair's pathway, those of one word of the figure counted as one."""
        return self.pathways.sizes[self.columns] - self.shared + self.shared_words

    def find(self, rows: Ints, columns: Ints) -> Ints:
        """The positions of the pairs of these figures and pathways; -1 if they share no gene."""
        width = len(self.pathways.pathways)
        keys, wanted = self.rows * width + self.columns, rows * width + columns
        if not len(keys):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, at, -1)
