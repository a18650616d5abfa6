"""Gene overlap of many figures with all pathways, in limited memory.

The genes of figures are a sparse matrix, the genes of pathways another; their product counts shared
genes. It is computed for some thousand figures at a time, twice: once to
count how often each p-value occurs, which the adjustment of p-values needs, and once to choose
links.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pfocr_kg.link.words import WordGenes
from pfocr_kg.model import Entity, Pathway
from pfocr_kg.records.organisms import species

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CHUNK: Final = 2_000
"""Figures in a chunk: about a million pairs that share a gene."""

_DIGITS: Final = 9
"""Decimals of a score; smaller differences come from rounding."""


class PathwayGenes:
    """The genes of pathways; pathways are columns, in the order given.

    Genes are numbered by organism, then by NCBI gene id. A gene of a pathway is of the
    pathway's organism, so that figures share genes with pathways of the same organism only.

    `numbers` are genes (species, NCBI gene id) -> row; `organisms` are species -> number.
    For each gene: `gene_organism`, and `memberships_of_gene`, the number of its pathways. For each
    pathway: `organism_of`, and `sizes`, the number of its genes. For each organism: `universe`, the
    number of genes in its pathways; `memberships`, their sum of memberships; and `tested`, the
    number of its pathways with genes.
    """

    def __init__(self, pathways: Sequence[Pathway]) -> None:
        self.pathways = pathways
        genes = {_key(gene): gene for pathway in reversed(pathways) for gene in pathway.genes}
        keys = sorted(genes, key=lambda key: (key[0], int(key[1])))
        self.numbers = {key: number for number, key in enumerate(keys)}
        self._entities = [genes[key] for key in keys]
        self._sets = [frozenset(self.numbers[_key(g)] for g in p.genes) for p in pathways]
        self.matrix = _pathway_matrix(self._sets, len(keys))
        taxa = list(map(_species, pathways))
        self.organisms = {taxon: number for number, taxon in enumerate(dict.fromkeys(taxa))}
        self.organism_of = to_ints([self.organisms[taxon] for taxon in taxa])
        self.sizes = to_ints([len(numbers) for numbers in self._sets])
        self.gene_organism = to_ints([self.organisms[taxon] for taxon, _ in keys])
        self.memberships_of_gene = np.asarray(self.matrix.sum(axis=1), dtype=np.float64)
        count = len(self.organisms)
        self.universe = np.bincount(self.gene_organism, minlength=count)
        self.memberships = np.bincount(self.gene_organism, self.memberships_of_gene, count)
        self.tested = np.bincount(self.organism_of[self.sizes > 0], minlength=count)

    def shared(self, column: int, genes: AbstractSet[int]) -> tuple[Entity, ...]:
        """The genes of a pathway that are among these gene numbers, ordered by NCBI gene id."""
        return tuple(map(self._entities.__getitem__, sorted(self._sets[column] & genes)))


def _key(gene: Entity) -> tuple[str, str]:
    return species(gene.organism), gene.identifier


def _species(pathway: Pathway) -> str:
    taxon = "" if pathway.organism is None else pathway.organism.identifier.partition(":")[2]
    return species(taxon)


def _pathway_matrix(genes: Sequence[AbstractSet[int]], rows: int) -> Any:
    """Genes (rows) by pathways (columns): 1 if the gene is in the pathway."""
    numbers = to_ints(list(itertools.chain.from_iterable(map(sorted, genes))))
    ends = np.cumsum([0, *map(len, genes)])
    ones = np.ones(len(numbers))
    return sparse.csc_array((ones, numbers, ends), shape=(rows, len(genes))).tocsr()


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
        self._figure_starts = array("q", [0])

    def add(self, words: Iterable[WordGenes]) -> None:
        """Add a figure, given by its words."""
        numbers, organisms = self._pathways.numbers, self._pathways.organisms
        for taxon, ids in words:
            if taxon in organisms:
                known = [numbers.get((taxon, identifier)) for identifier in ids]
                self._genes.extend([number for number in known if number is not None])
                self._word_starts.append(len(self._genes))
                self._word_organisms.append(organisms[taxon])
                self._word_sizes.append(len(ids))
        self._figure_starts.append(len(self._word_sizes))

    def __len__(self) -> int:
        return len(self._figure_starts) - 1

    def chunks(self, size: int = _CHUNK) -> Iterator[OverlapChunk]:
        """Chunks of `size` figures, in the order added, with their overlaps."""
        genes, word_starts = to_ints(self._genes), to_ints(self._word_starts)
        organisms, sizes = to_ints(self._word_organisms), to_ints(self._word_sizes)
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
                figures - figures[0],
            )


@dataclass(frozen=True, eq=False)
class OverlapChunk:
    """Some figures, with all pathways that share a gene with any of them.

    `first` is the number of the first figure. `genes` holds the numbers of genes in
    pathways, word by word and figure by figure: each word begins at its place in `word_starts`,
    each figure at its word in `figure_starts`. For each word, `word_organisms` is the organism, and
    `word_sizes` the number of its genes, including those in no pathway.

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
    figure_starts: Ints

    def __len__(self) -> int:
        return len(self.figure_starts) - 1

    @cached_property
    def _word_genes(self) -> Any:
        """Words by genes: 1 if the word gave the gene."""
        return _rows_of_ones(self.genes, self.word_starts, len(self.pathways.numbers))

    @cached_property
    def _word_pathways(self) -> Any:
        """Words by pathways: the number of genes of the word in the pathway."""
        return self._word_genes @ self.pathways.matrix

    @cached_property
    def _figure_words(self) -> Any:
        """Figures by words: 1 if the word is in the figure."""
        words = len(self.word_sizes)
        return _rows_of_ones(np.arange(words), self.figure_starts, words)

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

        The sum over the figure's words of ln(1 + p(word | pathway) / p(word)), minus
        ln(1 + genes of the pathway that the figure lacks). p(word | pathway) is the share of
        the word's genes that the pathway has, divided by the number of the pathway's genes,
        those of one word counted as one; p(word) is the mean share that the word's genes have
        of all memberships of genes in pathways of the organism. How many genes the word has
        cancels out. See decisions/0010-scoring-links.md.
        """
        if not self.columns.size:
            return np.zeros(0)
        ratios = self._word_pathways.tocsr(copy=True)
        background = np.repeat(self._background(), np.diff(ratios.indptr))
        ratios.data = np.log1p(ratios.data / self._sizes_in_words(ratios) / background)
        lacking = self.pathways.sizes[self.columns] - self.shared
        scores = self._by_figure(ratios).data - np.log1p(lacking)
        return np.asarray(np.round(scores, _DIGITS), dtype=np.float64)

    def _background(self) -> Floats:
        """For each word, p(word) times its number of genes."""
        memberships = self._word_genes @ self.pathways.memberships_of_gene
        # An organism whose pathways have no genes has no memberships: divide 0 by 1.
        in_organism = np.maximum(self.pathways.memberships[self.word_organisms], 1)
        return np.asarray(memberships / in_organism)

    def _sizes_in_words(self, of_words: Any) -> Ints:
        """For each word and pathway: the pathway's genes, those of one word counted as one."""
        present = of_words.copy()
        present.data = np.ones_like(present.data)
        words = np.rint(self._by_figure(present).data)
        sizes = np.zeros((len(self), len(self.pathways.pathways)), dtype=np.int32)
        sizes[self.rows, self.columns] = self.pathways.sizes[self.columns] - self.shared + words
        rows = np.repeat(self._figure_of_word, np.diff(of_words.indptr))
        return to_ints(sizes[rows, of_words.indices])

    def ranks(self, scores: Floats) -> Ints:
        """The rank of each pair in its figure: 1 is best, equal scores share a rank."""
        order = np.lexsort((-scores, self.rows))
        new_row = _changes(self.rows[order])
        new_rank = new_row | _changes(scores[order])
        at = np.arange(len(order))
        row_start = np.maximum.accumulate(np.where(new_row, at, 0))
        tie_start = np.maximum.accumulate(np.where(new_rank, at, 0))
        ranks = np.empty(len(order), dtype=np.int64)
        ranks[order] = tie_start - row_start + 1
        return ranks

    def best(self, scores: Floats, pairs: Ints, count: int) -> Ints:
        """For each figure, its `count` best pairs by score, in the order of the pairs.

        Of equal scores, the first pathways are chosen.
        """
        order = pairs[np.lexsort((self.columns[pairs], -scores[pairs], self.rows[pairs]))]
        at = np.arange(len(order))
        row_start = np.maximum.accumulate(np.where(_changes(self.rows[order]), at, 0))
        return np.sort(order[at - row_start < count])

    def find(self, rows: Ints, columns: Ints) -> Ints:
        """The positions of the pairs of these figures and pathways; -1 if they share no gene."""
        width = len(self.pathways.pathways)
        keys, wanted = self.rows * width + self.columns, rows * width + columns
        if not len(keys):
            return np.full(len(wanted), -1)
        at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[at] == wanted, at, -1)


def _changes(values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """True for the first value, and for each value that differs from the one before."""
    changes = np.ones(len(values), dtype=np.bool_)
    changes[1:] = values[1:] != values[:-1]
    return changes


def _rows_of_ones(columns: Ints, starts: Ints, width: int) -> Any:
    """A sparse matrix of ones; each row begins in `columns` at its place in `starts`."""
    shape = (len(starts) - 1, width)
    return sparse.csr_array((np.ones(len(columns)), columns, starts), shape=shape)


def to_ints(values: Any) -> Ints:
    """An array of integers."""
    return np.asarray(values, dtype=np.int64)
