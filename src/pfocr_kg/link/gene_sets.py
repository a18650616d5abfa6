"""The genes of all pathways or figures as arrays, so that a list of genes is tested at once."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pfocr_kg.link import facts
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.words import LEVEL_BITS
from pfocr_kg.model import Level
from pfocr_kg.records.organisms import species
from pfocr_kg.records.values import by_wpid
from pfocr_kg.store.sparql import Answering, rows

if TYPE_CHECKING:
    from pfocr_kg.store.subset import Store

# One query with all of it takes ten times as long.
_PATHWAYS: Final = """SELECT ?pathway ?wpid ?title WHERE {
  ?pathway a pfocr:Pathway ; dcterms:identifier ?wpid OPTIONAL { ?pathway dcterms:title ?title }
}"""
_GENES: Final = "SELECT ?pathway ?gene WHERE { ?pathway pfocr:pathwayGene ?gene }"
_GENES_OF_PATHWAYS: Final = """SELECT DISTINCT ?gene ?id ?taxon WHERE {
  { SELECT DISTINCT ?gene WHERE { ?pathway pfocr:pathwayGene ?gene } }
  ?gene dcterms:identifier ?id ; pfocr:organism ?organism .
  ?organism dcterms:identifier ?taxon
}"""

_ARRAYS: Final = ("terms", "genes", "organisms", "levels")

Numbers = npt.NDArray[np.int32]
Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class GeneSets:
    """Pathways or figures (terms) with their genes, as arrays of numbers of the same length.

    `identifiers` are those of the terms, `titles` their titles by them. `gene_numbers`
    are NCBI gene id -> number, and `organism_numbers` species -> number. One place of the arrays
    `terms`, `genes`, `organisms` and `levels` says that a term has a gene, of which organism, and
    the sum of `LEVEL_BITS` at which a figure shows it. Places are ordered by term.
    """

    identifiers: list[str]
    titles: dict[str, str]
    gene_numbers: dict[str, int]
    organism_numbers: dict[str, int]
    terms: Numbers
    genes: Numbers
    organisms: Numbers
    levels: Numbers

    def of(self, taxon: str, level: str = Level.ANY) -> GeneSets:
        """The same terms with their genes of an organism (NCBI taxon number) and a level."""
        bit = LEVEL_BITS[Level(level)]
        kept = self.organisms == self.organism_numbers.get(species(taxon), -1)
        return self.only(kept & (self.levels & bit == bit))

    def only(self, kept: Marks) -> GeneSets:
        """The same terms with those of their genes whose places are marked."""
        arrays = {name: getattr(self, name)[kept] for name in _ARRAYS}
        return replace(self, **arrays)

    def marks(self, genes: Iterable[str]) -> Marks:
        """For the number of each gene, whether it is one of these."""
        marks = np.zeros(len(self.gene_numbers), dtype=np.bool_)
        marks[[self.gene_numbers[gene] for gene in genes if gene in self.gene_numbers]] = True
        return marks


def gene_sets(
    terms: Iterable[tuple[str, Mapping[tuple[str, str], int]]],
    titles: Mapping[str, str],
) -> GeneSets:
    """The sets of terms: identifier, and (NCBI taxon number, NCBI gene id) -> levels."""
    identifiers: list[str] = []
    gene_numbers: dict[str, int] = {}
    organism_numbers: dict[str, int] = {}
    columns = [array("i") for _ in range(4)]
    for number, (identifier, genes) in enumerate(terms):
        identifiers.append(identifier)
        for (taxon, gene), levels in genes.items():
            of = organism_numbers.setdefault(species(taxon), len(organism_numbers))
            row = (number, gene_numbers.setdefault(gene, len(gene_numbers)), of, levels)
            for column, value in zip(columns, row, strict=True):
                column.append(value)
    arrays = [_numbers(column) for column in columns]
    return GeneSets(identifiers, dict(titles), gene_numbers, organism_numbers, *arrays)


def of_pathways(store: Answering) -> GeneSets:
    """The pathways of a store that have genes, by WP number."""
    pathways = {row["pathway"].value: row for row in rows(store, _PATHWAYS)}
    known = {
        row["gene"].value: (row["taxon"].value.partition(":")[2], row["id"].value)
        for row in rows(store, _GENES_OF_PATHWAYS)
    }
    genes: dict[str, dict[tuple[str, str], int]] = {}
    for row in rows(store, _GENES):
        if row["pathway"].value in pathways and row["gene"].value in known:
            wpid = pathways[row["pathway"].value]["wpid"].value
            genes.setdefault(wpid, {})[known[row["gene"].value]] = 0
    titles = {p["wpid"].value: p["title"].value for p in pathways.values() if p["title"]}
    return gene_sets(((wpid, genes[wpid]) for wpid in sorted(genes, key=by_wpid)), titles)


def of_figures(figures: Iterable[FigureFacts], titles: Mapping[str, str]) -> GeneSets:
    """The figures, in their order; `titles` are those of figids."""
    return gene_sets(((figure.figid, _genes(figure)) for figure in figures), titles)


def _genes(figure: FigureFacts) -> dict[tuple[str, str], int]:
    genes: dict[tuple[str, str], int] = {}
    for mention in figure.mentions:
        key = (species(mention.organism), mention.gene)
        genes[key] = genes.get(key, 0) | mention.levels
    return genes


def figures_of_store(store: Store) -> Iterator[FigureFacts]:
    """The facts of all figures of a store."""
    lines = store.facts()
    return facts.of_store(store) if lines is None else map(facts.of_line, lines)


def _numbers(values: Any) -> Numbers:
    return np.array(values, dtype=np.int32)
