"""All pathways, and one figure among them, as matrices that scores compute with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.link_trial.tables import HUMAN, Tables
from pfocr_kg.link.pathway_genes import PathwayGenes
from pfocr_kg.link.words import GeneMention, words
from pfocr_kg.model import Pathway
from pfocr_kg.records.organisms import species

Floats = np.ndarray


@dataclass(frozen=True)
class Known:
    """A figure, as what was read off it, and the pathways (WP numbers) that are right for it."""

    right: frozenset[str]
    hits: tuple[GeneMention, ...]


class World:
    """All pathways of all organisms, and how often figures draw each gene.

    `in_figures` and `in_others` count two sets of real figures: the ones that noise is taken
    from, and others.
    """

    def __init__(self, pathways: Sequence[Pathway], noisy: Tables, others: Tables) -> None:
        self.genes = PathwayGenes(pathways)
        self.column = {pathway.wpid: at for at, pathway in enumerate(pathways)}
        self.matrix = self.genes.matrix
        human = self.genes.organism_of == self.genes.organisms[HUMAN]
        self.mean_size = float(self.genes.sizes[human].mean())
        self.idf_norms: Floats | None = None
        self.in_figures = self._count(noisy)
        self.in_others = self._count(others)

    def _count(self, tables: Tables) -> Floats:
        """In how many figures each gene is; half a figure is added for all."""
        found = np.full(len(self.genes.numbers), 0.5)
        for hits in tables.values():
            for gene in {(species(hit.organism), hit.gene) for hit in hits}:
                if (number := self.genes.numbers.get(gene)) is not None:
                    found[number] += 1
        return found

    def is_right(self, known: Known, columns: np.ndarray) -> np.ndarray:
        """Which pathways, given by column, are right for a figure."""
        right = [self.column[wpid] for wpid in known.right if wpid in self.column]
        return np.isin(columns, right)

    def pathways_of(self, organism: int) -> int:
        """How many pathways of an organism have genes."""
        return int(self.genes.tested[organism])


@dataclass(frozen=True)
class Drawn:
    """One figure's words with all pathways that share a gene with it.

    Rows of `hits` are words, columns pathways, named in `columns`. `given` counts the genes of each
    word, `word_size` those in pathways. `universe`, `picked` and
    `word_count` are of each column's organism: its genes, the figure's of them, its words;
    `same` says which words are of that organism.
    """

    genes: list[np.ndarray]
    lexicons: list[str]
    organisms: np.ndarray
    columns: np.ndarray
    hits: Floats
    given: np.ndarray
    word_size: Floats
    size: Floats
    shared: Floats
    universe: Floats
    picked: Floats
    word_count: Floats
    same: np.ndarray

    def background(self, often: Floats, world: World) -> Floats:
        """Each word's share of all that is counted in its organism."""
        of = world.genes.gene_organism
        totals = np.bincount(of, weights=often)
        return np.array([often[row].sum() for row in self.genes]) / totals[self.organisms]


def drawn(world: World, hits: Sequence[GeneMention]) -> Drawn | None:
    """A figure's words in the universe; None where it has none."""
    lexicon = {hit.gene: hit.lexicon for hit in hits}
    rows, lexicons, organisms, given = [], [], [], []
    for taxon, ids in words(hits):
        numbers = [world.genes.numbers.get((taxon, gene)) for gene in ids]
        if inside := [number for number in numbers if number is not None]:
            rows.append(np.array(inside))
            lexicons.append(lexicon[ids[0]])
            given.append(len(ids))
            organisms.append(world.genes.organisms[taxon])
    if not rows:
        return None
    of_word = np.array(organisms)
    counts = np.array([world.matrix[row].sum(axis=0) for row in rows])
    columns = np.flatnonzero(counts.sum(axis=0))
    found, sizes = counts[:, columns], np.array([len(row) for row in rows])
    of_column = world.genes.organism_of[columns]
    mine = of_column[None, :] == of_word[:, None]
    return Drawn(
        rows,
        lexicons,
        of_word,
        columns,
        found,
        np.array(given),
        sizes,
        world.genes.sizes[columns].astype(float),
        found.sum(axis=0),
        world.genes.universe[of_column].astype(float),
        (mine * sizes[:, None]).sum(axis=0),
        mine.sum(axis=0),
        mine,
    )
