"""Gene overlap of many figures with all pathways: counts, p-values and scores, in flat memory.

Which figure draws which gene is a sparse matrix, which gene is in which pathway another; their
product counts shared genes. It is made for some thousand figures at a time, twice: once to
count how often each p-value occurs, which is all that Benjamini and Hochberg's adjustment
needs, and once to choose.
"""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse, stats

from pfocr_kg.link.words import Word
from pfocr_kg.model import Entity, Pathway
from pfocr_kg.records.organisms import species

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CHUNK: Final = 2_000
"""Figures at a time: about a million pairs that share a gene."""

_DIGITS: Final = 9
"""Decimals of a score: what differs behind them is rounding, and is a tie."""


class PathwayGenes:
    """Which gene is in which pathway; pathways are columns, in the order given.

    Genes are numbered in the order of their NCBI gene ids, those of each organism together. A
    gene of a pathway is of the pathway's organism, so that figures of one organism meet
    pathways of the same only.
    """

    def __init__(self, pathways: Sequence[Pathway]) -> None:
        self.pathways = pathways
        self.organisms: dict[str, int] = {}
        genes = {_key(gene): gene for pathway in reversed(pathways) for gene in pathway.genes}
        keys = sorted(genes, key=_order)
        self.numbers = {key: number for number, key in enumerate(keys)}
        self.entities = [genes[key] for key in keys]
        rows, starts = array("q"), array("q", [0])
        owners = array("q")
        for pathway in pathways:
            owners.append(self._organism(pathway))
            rows.extend(sorted({self.numbers[_key(gene)] for gene in pathway.genes}))
            starts.append(len(rows))
        columns = sparse.csc_array(
            (np.ones(len(rows)), _ints(rows), _ints(starts)),
            shape=(len(self.numbers), len(pathways)),
        )
        self.matrix = columns.tocsr()
        self.organism_of = _ints(owners)
        self._sets = [frozenset(rows[a:b]) for a, b in itertools.pairwise(starts)]
        self.sizes = _ints(columns.sum(axis=0))
        self._count_organisms()

    def shared(self, column: int, genes: AbstractSet[int]) -> tuple[Entity, ...]:
        """The genes of a pathway that are among these numbers, ordered by NCBI gene id."""
        return tuple(map(self.entities.__getitem__, sorted(self._sets[column] & genes)))

    def _organism(self, pathway: Pathway) -> int:
        taxon = "" if pathway.organism is None else pathway.organism.identifier.partition(":")[2]
        return self.organisms.setdefault(species(taxon), len(self.organisms))

    def _count_organisms(self) -> None:
        """Genes, memberships, and pathways with genes of each organism."""
        count = len(self.organisms)
        self.gene_organism = _ints([self.organisms[taxon] for taxon, _ in self.numbers])
        self.memberships_of_gene = np.asarray(self.matrix.sum(axis=1), dtype=np.float64)
        self.universe = np.bincount(self.gene_organism, minlength=count)
        self.memberships = np.bincount(
            self.gene_organism, weights=self.memberships_of_gene, minlength=count
        )
        self.tested = np.bincount(self.organism_of[self.sizes > 0], minlength=count)


def _key(gene: Entity) -> tuple[str, str]:
    return species(gene.organism), gene.identifier


def _order(key: tuple[str, str]) -> tuple[str, int]:
    """By NCBI gene id, the genes of each organism together."""
    taxon, identifier = key
    return taxon, int(identifier)


class FigureGenes:
    """Which figure draws which genes of any pathway, by which words; figures are rows.

    Held as a few numbers a gene: 100,000 figures take some tens of megabytes.
    """

    def __init__(self, pathways: PathwayGenes) -> None:
        self._pathways = pathways
        self._genes = array("q")
        self._words = array("q", [0])
        self._figures = array("q", [0])
        self._outside: list[array[int]] = [array("q"), array("q"), array("q")]

    def add(self, words: Iterable[Word]) -> None:
        """Add a figure, as `words.words` parts its genes."""
        outside: dict[int, int] = {}
        for taxon, ids in words:
            organism = self._pathways.organisms.get(taxon)
            if organism is None:
                continue
            numbers = self._pathways.numbers
            known = [n for i in ids if (n := numbers.get((taxon, i))) is not None]
            outside[organism] = outside.get(organism, 0) + len(ids) - len(known)
            if known:
                self._genes.extend(known)
                self._words.append(len(self._genes))
        for organism, count in outside.items():
            for values, value in zip(self._outside, (len(self), organism, count), strict=True):
                values.append(value)
        self._figures.append(len(self._words) - 1)

    def __len__(self) -> int:
        return len(self._figures) - 1

    def chunks(self, size: int = _CHUNK) -> Iterator[Chunk]:
        """The figures in turn, some at a time, with their overlaps."""
        genes, words, figures = _ints(self._genes), _ints(self._words), _ints(self._figures)
        outside = [_ints(values) for values in self._outside]
        for first in range(0, len(self), size):
            last = min(first + size, len(self))
            of_words = words[figures[first] : figures[last] + 1]
            of_figures = figures[first : last + 1] - figures[first]
            few = (outside[0] >= first) & (outside[0] < last)
            yield Chunk(
                self._pathways,
                first,
                genes[of_words[0] : of_words[-1]],
                of_words - of_words[0],
                of_figures,
                (outside[0][few] - first, outside[1][few], outside[2][few]),
            )


class Chunk:
    """Some figures with all pathways that share a gene with one of them.

    Pairs are ordered by figure and pathway: `rows` and `columns` number them (rows from 0 in
    this chunk), `shared` counts the genes of both, `drawn` those of the figure that any
    pathway of the organism has, `size` those of the pathway.
    """

    def __init__(
        self,
        pathways: PathwayGenes,
        first: int,
        genes: Ints,
        words: Ints,
        figures: Ints,
        outside: tuple[Ints, Ints, Ints],
    ) -> None:
        self.first = first
        self.pathways = pathways
        self._genes, self._words, self._figures = genes, words, figures
        by_word = _matrix(genes, words, len(pathways.numbers))
        self._hits = by_word @ pathways.matrix
        of_figure = _matrix(np.arange(len(words) - 1), figures, len(words) - 1)
        self._of_figure = of_figure
        self._by_word = by_word
        counts = of_figure @ self._hits
        counts.sort_indices()
        self.rows = np.repeat(np.arange(len(figures) - 1), np.diff(counts.indptr))
        self.columns = _ints(counts.indices)
        self.shared = _ints(np.rint(counts.data))
        self.drawn_of = self._drawn(pathways)
        self._outside = outside

    def _drawn(self, pathways: PathwayGenes) -> Ints:
        """Genes of each figure (rows) in each organism's universe (columns)."""
        count = len(pathways.organisms)
        owner = np.repeat(np.arange(len(self._figures) - 1), np.diff(self._words[self._figures]))
        cells = owner * count + pathways.gene_organism[self._genes]
        drawn = np.bincount(cells, minlength=(len(self._figures) - 1) * count)
        return _ints(drawn.reshape(len(self._figures) - 1, count))

    @property
    def organism(self) -> Ints:
        """Organism of each pair, by the pathway's."""
        return self.pathways.organism_of[self.columns]

    @property
    def drawn(self) -> Ints:
        """Genes of the pair's figure in the universe."""
        return self.drawn_of[self.rows, self.organism]

    @property
    def size(self) -> Ints:
        """Genes of the pair's pathway."""
        return self.pathways.sizes[self.columns]

    def jaccard(self, at: Ints) -> Floats:
        """Shared genes of the pairs `at` by all genes of either, in the universe or not."""
        rows, organism = self.rows[at], self.organism[at]
        beyond = np.zeros_like(self.drawn_of)
        beyond[self._outside[0], self._outside[1]] = self._outside[2]
        figure = self.drawn_of[rows, organism] + beyond[rows, organism]
        shared = self.shared[at]
        return shared / (figure + self.size[at] - shared)

    @property
    def figures(self) -> int:
        """How many figures there are."""
        return len(self._figures) - 1

    def genes(self, row: int) -> Ints:
        """The numbers of a figure's genes."""
        words = self._words[self._figures[row : row + 2]]
        return self._genes[words[0] : words[1]]

    def scores(self) -> Floats:
        """The score of each pair: the higher, the more the figure looks drawn from the pathway.

        The sum over the figure's words of ln(1 + p(word | pathway) / p(word)), less
        ln(1 + genes of the pathway that the figure lacks). Each word is one gene, of the
        pathway too: p(word | pathway) is the share of the word's genes that the pathway has,
        divided by the pathway's genes, those of one word counted as one; p(word) is the mean
        share that the word's genes have of all memberships of genes in pathways of the
        organism. How many genes the word draws cancels.
        See decisions/0010-scoring-links.md.
        """
        pathways = self.pathways
        if not self.columns.size:
            return np.zeros(0)
        hits = self._hits.tocsr(copy=True)
        starts = self._words[:-1]
        organism = pathways.gene_organism[self._genes[starts]]
        weight = self._by_word @ pathways.memberships_of_gene / pathways.memberships[organism]
        by_hit = np.repeat(weight, np.diff(hits.indptr))
        hits.data = np.log1p(hits.data / self._sizes_in_words(hits) / by_hit)
        sums = self._of_figure @ hits
        sums.sort_indices()
        lacking = self.size - self.shared
        scores: Floats = np.round(sums.data - np.log1p(lacking), _DIGITS)
        return scores

    def _sizes_in_words(self, hits: Any) -> Ints:
        """Of each word's pathways: their genes, those that one word of the figure draws as one."""
        once = hits.copy()
        once.data = np.ones_like(hits.data)
        counts = self._of_figure @ once
        counts.sort_indices()
        sizes = np.zeros((self.figures, len(self.pathways.pathways)), dtype=np.int32)
        sizes[self.rows, self.columns] = self.size - self.shared + np.rint(counts.data)
        figure = np.repeat(np.arange(self.figures), np.diff(self._figures))
        return _ints(sizes[np.repeat(figure, np.diff(hits.indptr)), hits.indices])

    def places(self, scores: Floats) -> Ints:
        """Place of each pair among its figure's: 1 is the highest score, ties share a place."""
        order = np.lexsort((-scores, self.rows))
        rows, sorted_scores = self.rows[order], scores[order]
        at = np.arange(len(order))
        new_row = np.r_[True, rows[1:] != rows[:-1]][: len(order)]
        new_place = new_row | np.r_[True, sorted_scores[1:] != sorted_scores[:-1]][: len(order)]
        row_start = np.maximum.accumulate(np.where(new_row, at, 0))
        tie_start = np.maximum.accumulate(np.where(new_place, at, 0))
        places = np.empty(len(order), dtype=np.int64)
        places[order] = tie_start - row_start + 1
        return places

    def find(self, rows: Ints, columns: Ints) -> Ints:
        """Where the pairs of these rows and columns stand; -1 where they share no gene."""
        width = len(self.pathways.pathways)
        keys = self.rows * width + self.columns
        wanted = rows * width + columns
        at = np.searchsorted(keys, wanted)
        at[at == len(keys)] = 0
        found: Ints = np.where(keys[at] == wanted, at, -1) if len(keys) else at - 1
        return found


class Significance:
    """P-values of all pairs of figures and pathways, and their adjustment.

    The universe of an organism is the genes that any of its pathways has. Tested are all pairs
    of a figure with a gene in the universe and a pathway with a gene, of each organism; a pair
    that shares nothing has p = 1 and counts. `tested` is their number. The adjustment is
    Benjamini and Hochberg's over all of them, of all organisms together.
    """

    def __init__(self, pathways: PathwayGenes, chunks: Iterable[Chunk]) -> None:
        self._pathways = pathways
        self.tested = 0
        self._largest = int(pathways.sizes.max(initial=0)) + 1
        codes, counts = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        for chunk in chunks:
            self.tested += int(((chunk.drawn_of > 0).sum(axis=0) * pathways.tested).sum())
            fresh, often = np.unique(self._codes(chunk, slice(None)), return_counts=True)
            codes, back = np.unique(np.concatenate((codes, fresh)), return_inverse=True)
            counts = np.bincount(back, weights=np.concatenate((counts, often))).astype(np.int64)
        self._known = codes
        self._p = p_values(*self._decoded(codes))
        self._adjusted = adjusted(self._p, counts, self.tested)

    def _codes(self, chunk: Chunk, at: Ints | slice) -> Ints:
        """What a pair's p-value depends on, as one number."""
        drawn, organism, size = chunk.drawn[at], chunk.organism[at], chunk.size[at]
        code = (drawn * len(self._pathways.organisms) + organism) * self._largest + size
        return _ints(code * self._largest + chunk.shared[at])

    def _decoded(self, codes: Ints) -> tuple[Ints, Ints, Ints, Ints]:
        rest, shared = np.divmod(codes, self._largest)
        rest, size = np.divmod(rest, self._largest)
        drawn, organism = np.divmod(rest, max(len(self._pathways.organisms), 1))
        return shared, self._pathways.universe[organism], size, drawn

    def of(self, chunk: Chunk, at: Ints) -> tuple[Floats, Floats]:
        """(p-values, adjusted p-values) of the pairs `at` of a chunk."""
        known = np.searchsorted(self._known, self._codes(chunk, at))
        return self._p[known], self._adjusted[known]


def p_values(shared: Any, universe: Any, size: Any, drawn: Any) -> Floats:
    """Chance of sharing at least so many genes: the hypergeometric upper tail.

    `drawn` of the `universe`'s genes are drawn at random, of which `size` are the pathway's.
    All may be arrays. A tail that is too small for a double is 0.
    """
    shared, universe, size, drawn = np.broadcast_arrays(shared, universe, size, drawn)
    p = np.asarray(stats.hypergeom.sf(shared - 1, universe, size, drawn), dtype=np.float64)
    lost = (p == 0.0) & (shared <= np.minimum(size, drawn))
    if lost.any():
        some = (a[lost] for a in (shared - 1, universe, size, drawn))
        p = np.array(p)
        p[lost] = np.exp(stats.hypergeom.logsf(*some))
    return np.clip(p, 0.0, 1.0)


def adjusted(p: Floats, counts: Ints, tested: int) -> Floats:
    """Benjamini and Hochberg's adjustment of p-values that occur `counts` times each.

    `tested` is the number of tests; those not counted have p = 1. Equals
    scipy.stats.false_discovery_control of all of them written out.
    """
    order = np.argsort(p, kind="stable")
    upto = np.cumsum(counts[order])
    steps = p[order] * (tested / np.maximum(upto, 1))
    # Equal p-values share the last one's place, as if written out one after another.
    smallest = np.minimum.accumulate(steps[::-1])[::-1]
    result = np.empty(len(p))
    result[order] = np.minimum(smallest, 1.0)
    return result


def _matrix(columns: Ints, starts: Ints, width: int) -> Any:
    ones = np.ones(len(columns))
    return sparse.csr_array((ones, columns, starts), shape=(len(starts) - 1, width))


def _ints(values: Any) -> Ints:
    return np.asarray(values, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Best:
    """Which overlaps count as evidence.

    At least `min_shared` genes, adjusted p-value below `alpha`, and of those the `best` by
    score of each figure (among equal scores the lower WP number).
    """

    min_shared: int = 3
    alpha: float = 0.01
    best: int = 10


def passing(chunk: Chunk, significance: Significance, rule: Best) -> Ints:
    """The pairs of a chunk with enough shared genes and a p-value that is low enough."""
    at = np.flatnonzero(chunk.shared >= rule.min_shared)
    return at[significance.of(chunk, at)[1] < rule.alpha]


def choose(chunk: Chunk, scores: Floats, at: Ints, best: int) -> Ints:
    """Of the pairs `at` the `best` of each figure, ordered by figure and pathway."""
    order = at[np.lexsort((chunk.columns[at], -scores[at], chunk.rows[at]))]
    rows = chunk.rows[order]
    starts = np.flatnonzero(np.r_[True, rows[1:] != rows[:-1]][: len(rows)])
    place = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
    return np.sort(order[place < best])
