"""Counts the common columns of pairs of rows, by products of sparse matrices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Matrix = sparse.csr_matrix

_BLOCK: Final = 512
"""Rows per block: some hundred megabytes if 100,000 other rows share columns with each of them."""

_DIGITS: Final = 6
"""Decimals of a measure: further ones depend on how a machine rounds a logarithm."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of rows, `first` < `second`, in order; `shared` is the number of common columns."""

    first: Ints
    second: Ints
    shared: Ints

    def __len__(self) -> int:
        return len(self.first)


def common(matrix: Matrix, minimum: int) -> Iterator[Pairs]:
    """Pairs of rows of an incidence matrix with at least `minimum` common columns, in blocks.

    A cell of the matrix is 1 if the row has the column. The blocks are in order.
    """
    columns = matrix.T.tocsr()
    for start in range(0, matrix.shape[0], _BLOCK):
        product = (matrix[start : start + _BLOCK] @ columns).tocoo()
        first, second = product.row.astype(np.int64) + start, product.col.astype(np.int64)
        enough = (second > first) & (product.data >= minimum)
        first, second = first[enough], second[enough]
        shared = product.data[enough].astype(np.int64)
        ordered = np.lexsort((second, first))
        yield Pairs(first[ordered], second[ordered], shared[ordered])


class Repeats:
    """Counts how often a pair of genes is repeated by other figures of the same paper.

    The number of figures minus that of repeats is the number of papers. Columns are renumbered by
    (gene, paper); the product of this matrix with itself then counts the figures of a
    pair within each paper. Papers with one figure repeat nothing and are left out.
    """

    def __init__(self, matrix: Matrix, papers: Sequence[str]) -> None:
        """`matrix` has a row per figure and a column per gene; `papers` has one paper per row."""
        _, paper, sizes = np.unique(
            np.array(papers, dtype=object), return_inverse=True, return_counts=True
        )
        rows = np.flatnonzero(sizes[paper] > 1)
        cells = matrix[rows].tocoo()
        keys = cells.col.astype(np.int64) * len(sizes) + paper[rows][cells.row]
        unique, local = np.unique(keys, return_inverse=True)
        ones = np.ones(len(keys), dtype=np.int32)
        shape = (len(rows), len(unique))
        self._drawn = sparse.csc_matrix((ones, (cells.row, local)), shape=shape)
        self._gene = unique // max(len(sizes), 1)
        self._genes = matrix.shape[1]

    def count(self, pairs: Pairs) -> Ints:
        """The repeats of each pair of a block."""
        if not len(pairs) or not len(self._gene):
            return np.zeros(len(pairs), dtype=np.int64)
        start, stop = int(pairs.first[0]), int(pairs.first[-1]) + 1
        low, high = np.searchsorted(self._gene, (start, stop)).tolist()
        within = (self._drawn[:, low:high].T.tocsr() @ self._drawn.tocsr()).tocsr()
        within.data -= 1
        within.eliminate_zeros()
        left = _selection(self._gene[low:high] - start, stop - start)
        by_gene = (left.T @ within @ _selection(self._gene, self._genes)).tocsr()
        return cells(by_gene, Pairs(pairs.first - start, pairs.second, pairs.shared))


def cells(matrix: Matrix, pairs: Pairs) -> Ints:
    """The cell of each pair of rows in a square matrix, or in a block of its rows."""
    if not len(pairs):
        return np.zeros(0, dtype=np.int64)
    found: Any = matrix[pairs.first, pairs.second]
    return np.asarray(found).ravel().astype(np.int64)


def _selection(groups: Ints, count: int) -> Matrix:
    """The matrix that sums the columns of each group."""
    ones = np.ones(len(groups), dtype=np.int32)
    return sparse.csr_matrix((ones, (np.arange(len(groups)), groups)), shape=(len(groups), count))


def npmi(pairs: Pairs, counts: Ints, total: int) -> Floats:
    """Normalised pointwise mutual information of pairs, -1 to 1; chance gives 0.

    With p(x) the share of `total` figures that have x, it is
    ln(p(x,y) / (p(x) p(y))) / -ln p(x,y), and 1 if every figure has both. After G. Bouma,
    "Normalized (Pointwise) Mutual Information in Collocation Extraction", GSCL 2009.
    """
    both = pairs.shared / total
    alone = (counts[pairs.first] / total) * (counts[pairs.second] / total)
    surprise = -np.log(both)
    value = np.ones(len(pairs))
    np.divide(np.log(both / alone), surprise, out=value, where=surprise > 0)
    return np.round(value, _DIGITS) + 0.0  # no minus zero


def jaccard(pairs: Pairs, counts: Ints) -> Floats:
    """Jaccard index: common columns / all columns of both; `counts` is the number of each row."""
    either = counts[pairs.first] + counts[pairs.second] - pairs.shared
    share: Floats = pairs.shared / either
    return share.round(_DIGITS)
