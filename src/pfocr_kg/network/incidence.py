"""Reads the genes or diseases of figures from a store as an incidence matrix."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote

import numpy as np
from scipy import sparse

from pfocr_kg import iris
from pfocr_kg.link import facts
from pfocr_kg.link.words import of_level
from pfocr_kg.model import LEVEL_PROPERTIES, Level
from pfocr_kg.network.pairs import Ints, Matrix
from pfocr_kg.query.figure_choice import DISEASE_SOURCES
from pfocr_kg.records.organisms import species
from pfocr_kg.store import sparql
from pfocr_kg.store.embedded import Embedded
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

    A cell is the number of mentions, or 1. `species` has the NCBI taxon number of each gene, where
    strains count as their species; `papers` the paper of each figure by IRI, where it is known
    without asking the graph.
    """

    figures: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: Matrix
    species: tuple[str, ...]
    papers: Mapping[str, str] = field(default_factory=dict)

    def select(self, columns: Sequence[int] | Ints) -> Incidence:
        """These columns, with the figures that have any of them."""
        part = self.matrix[:, columns]
        rows = np.flatnonzero(np.diff(part.indptr))
        return Incidence(
            tuple(self.figures[row] for row in rows.tolist()),
            tuple(self.columns[column] for column in columns),
            part[rows],
            tuple(self.species[column] for column in columns),
            self.papers,
        )

    def columns_of(self, row: int) -> list[str]:
        """The columns of a figure, by its row."""
        cells = self.matrix.indices[self.matrix.indptr[row] : self.matrix.indptr[row + 1]]
        return [self.columns[column] for column in cells.tolist()]

    def by_species(self) -> dict[str, list[int]]:
        """The columns of each species, in order."""
        columns: dict[str, list[int]] = {}
        for column, of in enumerate(self.species):
            columns.setdefault(of, []).append(column)
        return columns

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
    figids = None if figures is None else map(figid_of, figures)
    saved = store.facts(figids) if isinstance(store, Embedded) else None
    taxa: dict[str, str] = {}
    papers: dict[str, str] = {}
    pairs: Iterator[tuple[str, str]]
    if saved is None:
        pattern = _MENTIONED_AT[level] if mentions else _DRAWN % LEVEL_PROPERTIES[level]
        taxa |= _species_of_genes(store)
        # Diseases and chemicals are mentioned too.
        pairs = (pair for pair in _figure_nodes(store, figures, pattern) if pair[1] in taxa)
    else:
        pairs = _of_facts(saved, level, taxa, papers)
    found = replace(_incidence(pairs, taxa), papers=papers)
    if not mentions:
        found.matrix.data[:] = 1
    return found if taxon is None else found.select(found.by_species().get(species(taxon), []))


def _of_facts(
    lines: Iterable[str], level: Level, taxa: dict[str, str], papers: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """A pair for each mention of a level, from the facts of figures; fills `taxa` and `papers`.

    Asking the graph takes ten times as long.
    """
    for line in lines:
        of = facts.of_line(line)
        figure = iris.figure(of.figid)
        papers[figure] = iris.paper(of.pmcid)
        for mention in of_level(of.mentions, level):
            gene = iris.gene(mention.gene)
            if gene not in taxa:
                taxa[gene] = species(mention.organism)
            yield figure, gene


def figid_of(figure: str) -> str:
    """The figid of a figure, from its IRI."""
    return unquote(figure.removeprefix(iris.PREFIXES["figure"]).removesuffix(".html"))


def diseases(store: Answering, figures: Sequence[str] | None, source: str) -> Incidence:
    """The diseases of figures (all if None), by the `DISEASE_SOURCES` of this name."""
    pattern = f"?figure {DISEASE_SOURCES[source].property} ?node"
    return _incidence(_figure_nodes(store, figures, pattern), {})


def _species_of_genes(store: Answering) -> Mapping[str, str]:
    """The species of each gene, as an NCBI taxon number; strains count as their species."""
    base = iris.organism("")
    return {
        gene: species(organism.removeprefix(base))
        for gene, organism in properties(store, "Gene", "pfocr:organism").items()
    }


def organism_names(store: Answering, genes: Collection[str]) -> Mapping[str, str]:
    """The name of each gene's organism, or its CURIE if the store has no name."""
    names = properties(store, "Organism", "skos:prefLabel")
    organisms = properties(store, "Gene", "pfocr:organism", genes)
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


def properties(
    store: Answering, kind: str, predicate: str, nodes: Collection[str] | None = None
) -> dict[str, str]:
    """The value of a predicate for each "Gene", "Disease", "Organism" or "PathwayFigure".

    With `nodes` only for these. Of several values, the first in the order of Unicode code points
    is used.
    """
    pattern = f"?node a pfocr:{kind} ; {predicate} ?value"
    found: dict[str, str] = {}
    for these in [""] if nodes is None else map(_these, sparql.batches(nodes)):
        for node, value in answers(store, f"SELECT ?node ?value WHERE {{ {these} {pattern} }}"):
            found[node] = min(value, found.get(node, value))
    return found


def _these(nodes: Iterable[str]) -> str:
    return f"VALUES ?node {{ {sparql.values(nodes)} }}"


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
    of = tuple(taxa.get(name, "") for name in column_names)
    return Incidence(row_names, column_names, matrix, of)


def _number(text: str) -> tuple[int, str]:
    """A sort key that puts numbers without leading zeros in numeric order."""
    return len(text), text


def _id_order(iri: str) -> tuple[str, int, str]:
    prefix, _, local = iris.curie(iri).rpartition(":")
    return prefix, *_number(local)
