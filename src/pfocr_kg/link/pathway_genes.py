"""The genes of pathways as numbers, and which pathways contain others."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pfocr_kg.model import Entity, Pathway
from pfocr_kg.records.organisms import species

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class PathwayGenes:
    """The genes of pathways; pathways are columns, in the order given.

    Genes are numbered by organism, then by NCBI gene id. A gene of a pathway is of the
    pathway's organism, so that figures share genes with pathways of the same organism only.

    `numbers` are genes (species, NCBI gene id) -> row; `organisms` are species -> number.
    For each gene: `gene_organism`, and `memberships_of_gene`, the number of its pathways. For each
    pathway: `organism_of`; `sizes`, the number of its genes; and `gene_set`, the first pathway with
    the very same genes. For each organism: `universe`, the
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
        taxa = list(map(species_of, pathways))
        self.organisms = {taxon: number for number, taxon in enumerate(dict.fromkeys(taxa))}
        self.organism_of = to_ints([self.organisms[taxon] for taxon in taxa])
        self.sizes = to_ints([len(numbers) for numbers in self._sets])
        first = {genes: column for column, genes in reversed(list(enumerate(self._sets)))}
        self.gene_set = to_ints([first[genes] for genes in self._sets])
        self.gene_organism = to_ints([self.organisms[taxon] for taxon, _ in keys])
        self.memberships_of_gene = np.asarray(self.matrix.sum(axis=1), dtype=np.float64)
        count = len(self.organisms)
        self.universe = np.bincount(self.gene_organism, minlength=count)
        self.memberships = np.bincount(self.gene_organism, self.memberships_of_gene, count)
        self.tested = np.bincount(self.organism_of[self.sizes > 0], minlength=count)

    def shared(self, column: int, genes: AbstractSet[int]) -> tuple[Entity, ...]:
        """The genes of a pathway that are among these gene numbers, ordered by NCBI gene id."""
        return tuple(map(self._entities.__getitem__, sorted(self._sets[column] & genes)))

    @cached_property
    def wider(self) -> Mapping[int, Ints]:
        """Pathway -> the pathways that contain all its genes and more; of pathways with genes."""
        common = (self.matrix.T @ self.matrix).tocoo()
        held = np.rint(common.data) == self.sizes[common.row]
        wider = held & (self.sizes[common.col] > self.sizes[common.row])
        found: dict[int, list[int]] = {}
        for column, other in zip(
            common.row[wider].tolist(), common.col[wider].tolist(), strict=True
        ):
            found.setdefault(column, []).append(other)
        return {column: to_ints(sorted(others)) for column, others in found.items()}


def _key(gene: Entity) -> tuple[str, str]:
    return species(gene.organism), gene.identifier


def species_of(pathway: Pathway) -> str:
    """The NCBI taxon number of a pathway's species; "" if its organism is unknown."""
    taxon = "" if pathway.organism is None else pathway.organism.identifier.partition(":")[2]
    return species(taxon)


def _pathway_matrix(genes: Sequence[AbstractSet[int]], rows: int) -> Any:
    """Genes (rows) by pathways (columns): 1 if the gene is in the pathway."""
    numbers = to_ints(list(itertools.chain.from_iterable(map(sorted, genes))))
    ends = np.cumsum([0, *map(len, genes)])
    ones = np.ones(len(numbers))
    return sparse.csc_array((ones, numbers, ends), shape=(rows, len(genes))).tocsr()


def rows_of_ones(columns: Ints, starts: Ints, width: int) -> Any:
    """A sparse matrix of ones; each row begins in `columns` at its place in `starts`."""
    shape = (len(starts) - 1, width)
    return sparse.csr_array((np.ones(len(columns)), columns, starts), shape=shape)


def to_ints(values: Any) -> Ints:
    """An array of integers."""
    return np.asarray(values, dtype=np.int64)
