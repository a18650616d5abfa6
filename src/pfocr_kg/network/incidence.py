"""Reads the genes or diseases of figures from a store as an incidence matrix."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import sparse

from pfocr_kg import iris
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.network.pairs import Ints, Matrix
from pfocr_kg.query.figure_choice import DISEASE_SOURCES
from pfocr_kg.records.organisms import species
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_DRAWN: Final = "?figure pfocr:%s ?node"
_MENTIONED: Final = "?mention oa:hasTarget ?figure ; oa:hasBody ?node"
_MENTIONED_AT: Final[Mapping[Level, str]] = {
    Level.SYMBOL: f"{_MENTIONED} ; pfocr:matchKind pfocr:SymbolMatch",
    Level.UNAMBIGUOUS: f"{_MENTIONED} ; pfocr:meaningCount 1 ; pfocr:candidateCount 1",
    Level.ANY: _MENTIONED,
}
_BATCH: Final = 200
"""Figures per query: some ten kilobytes of text."""


@dataclass(frozen=True, slots=True)
class Incidence:
    """Figures (rows) and their genes or diseases (columns), both IRIs in a fixed order.

    A cell is the number of mentions, or 1.
    """

    figures: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: Matrix

    def select(self, columns: Sequence[int] | Ints) -> Incidence:
        """These columns, with the figures that have any of them."""
        part = self.matrix[:, columns]
        rows = np.flatnonzero(np.diff(part.indptr))
        return Incidence(
            tuple(self.figures[row] for row in rows.tolist()),
            tuple(self.columns[column] for column in columns),
            part[rows],
        )

    def rows(self, figures: Sequence[str]) -> Matrix:
        """The matrix of these figures, in their order."""
        at = {figure: row for row, figure in enumerate(self.figures)}
        return self.matrix[[at[figure] for figure in figures]]


def genes(
    store: Answering,
    figures: Sequence[str] | None,
    taxon: str | None,
    level: Level,
    *,
    mentions: bool,
) -> Incidence:
    """The genes of a level that figures (all if None) draw, of an organism (NCBI taxon) or of all.

    With `mentions` a cell is the number of mentions of the level, else 1.
    """
    taxa = species_of_genes(store)
    pattern = _MENTIONED_AT[level] if mentions else _DRAWN % LEVEL_PROPERTIES[level]
    pairs = _figure_nodes(store, figures, pattern)
    # Diseases and chemicals are mentioned too.
    found = _incidence((pair for pair in pairs if pair[1] in taxa), taxa)
    if not mentions:
        found.matrix.data[:] = 1
    if taxon is None:
        return found
    return found.select(columns_by_species(found, taxa).get(species(taxon), []))


def diseases(store: Answering, figures: Sequence[str] | None, source: str) -> Incidence:
    """The diseases of figures (all if None), by the `DISEASE_SOURCES` of this name."""
    pattern = f"?figure {DISEASE_SOURCES[source].property} ?node"
    return _incidence(_figure_nodes(store, figures, pattern), {})


def species_of_genes(store: Answering) -> Mapping[str, str]:
    """The species of each gene, as an NCBI taxon number; strains count as their species."""
    base = iris.organism("")
    return {
        gene: species(organism.removeprefix(base))
        for gene, organism in properties(store, "Gene", "pfocr:organism").items()
    }


def columns_by_species(found: Incidence, taxa: Mapping[str, str]) -> dict[str, list[int]]:
    """The columns of each species, in order."""
    columns: dict[str, list[int]] = {}
    for column, gene in enumerate(found.columns):
        columns.setdefault(taxa.get(gene, ""), []).append(column)
    return columns


def organism_names(store: Answering) -> Mapping[str, str]:
    """The name of each gene's organism, or its CURIE if the store has no name."""
    names = properties(store, "Organism", "skos:prefLabel")
    organisms = properties(store, "Gene", "pfocr:organism")
    return {gene: names.get(of, iris.curie(of)) for gene, of in organisms.items()}


def _figure_nodes(
    store: Answering, figures: Sequence[str] | None, pattern: str
) -> Iterator[tuple[str, str]]:
    """Pairs of a figure and a node that match a pattern, of some figures or of all."""
    question = "SELECT ?figure ?node WHERE { %s %s }"
    if figures is None:
        yield from answers(store, question % ("", pattern))
        return
    for batch in sparql.batches(figures, _BATCH):
        these = f"VALUES ?figure {{ {sparql.values(batch)} }}"
        yield from answers(store, question % (these, pattern))


def answers(store: Answering, question: str) -> Iterator[tuple[str, str]]:
    """The values of both variables in each row that answers a SELECT of two."""
    for one, other in sparql.rows(store, question):
        yield one.value, other.value


def properties(store: Answering, kind: str, predicate: str) -> dict[str, str]:
    """The value of a predicate for each "Gene", "Disease", "Organism" or "PathwayFigure".

    Of several values, the first in the order of Unicode code points is used.
    """
    question = f"SELECT ?node ?value WHERE {{ ?node a pfocr:{kind} ; {predicate} ?value }}"
    found: dict[str, str] = {}
    for node, value in answers(store, question):
        found[node] = min(value, found.get(node, value))
    return found


def _incidence(pairs: Iterable[tuple[str, str]], taxa: Mapping[str, str]) -> Incidence:
    """Count pairs of a figure and a node, in any order; each pair takes two numbers of memory.

    Columns are ordered by taxon, then by id.
    """
    figures: dict[str, int] = {}
    nodes: dict[str, int] = {}
    rows, columns = array("q"), array("q")
    for figure, node in pairs:
        rows.append(figures.setdefault(figure, len(figures)))
        columns.append(nodes.setdefault(node, len(nodes)))
    row_names = tuple(sorted(figures))
    column_names = tuple(
        sorted(nodes, key=lambda iri: (_number(taxa.get(iri, "")), _id_order(iri)))
    )
    # The position of each name in the final order, by its position in the order of reading.
    row_ranks = np.argsort([figures[name] for name in row_names])
    column_ranks = np.argsort([nodes[name] for name in column_names])
    cells = (np.ones(len(rows), dtype=np.int32), (row_ranks[rows], column_ranks[columns]))
    matrix = sparse.coo_matrix(cells, shape=(len(row_names), len(column_names))).tocsr()
    return Incidence(row_names, column_names, matrix)


def _number(text: str) -> tuple[int, str]:
    """A sort key that puts numbers without leading zeros in numeric order."""
    return len(text), text


def _id_order(iri: str) -> tuple[str, int, str]:
    prefix, _, local = iris.curie(iri).rpartition(":")
    return prefix, *_number(local)
