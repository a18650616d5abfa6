"""What a store says of who is drawn where: incidence matrices, and names of their rows."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox
from scipy import sparse

from pfocr_kg import iris
from pfocr_kg.model import DIRECT
from pfocr_kg.records.organisms import species
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_DRAWN: Final = "?figure pfocr:gene ?node"
_MENTIONED: Final = "?mention oa:hasTarget ?figure ; oa:hasBody ?node"
# The lexicons first: it takes a third of the time that a filter on all mentions would.
_DIRECT: Final = f"""VALUES ?lexicon {{ {" ".join(str(ox.Literal(x)) for x in sorted(DIRECT))} }}
  ?mention pfocr:lexicon ?lexicon ; oa:hasTarget ?figure ; oa:hasBody ?node"""
# The figures first, where some are asked for.
_DIRECT_OF: Final = f"""?mention oa:hasTarget ?figure ; pfocr:lexicon ?lexicon ; oa:hasBody ?node
  FILTER (?lexicon IN ({", ".join(str(ox.Literal(x)) for x in sorted(DIRECT))}))"""
_NAMED: Final = "?figure pfocr:disease ?node"
_AT_A_TIME: Final = 200
"""Figures asked for in one query: some ten kilobytes of text."""
_ORGANISMS: Final = """SELECT ?node ?value WHERE {
  ?node a pfocr:Gene ; pfocr:organism ?value
}"""
_LABELS: Final = "SELECT ?node ?value WHERE { ?node a pfocr:%s ; rdfs:label ?value }"
_TITLES: Final = "SELECT ?node ?value WHERE { ?node a pfocr:PathwayFigure ; dcterms:title ?value }"
_FIGIDS: Final = """SELECT ?node ?value WHERE {
  ?node a pfocr:PathwayFigure ; dcterms:identifier ?value
}"""
_PAPERS: Final = """SELECT ?node ?value WHERE {
  ?node a pfocr:PathwayFigure ; dcterms:isPartOf ?value
}"""

Ints = npt.NDArray[np.int64]
Matrix = sparse.csr_matrix


@dataclass(frozen=True, slots=True)
class Incidence:
    """Figures (rows) by what they draw or name (columns), both IRIs in a fixed order.

    A cell counts the rows of the store's answer: mentions, or 1.
    """

    figures: tuple[str, ...]
    columns: tuple[str, ...]
    matrix: Matrix

    def only(self, columns: Sequence[int] | Ints) -> Incidence:
        """Some of the columns, and the figures that have any of them."""
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
    *,
    mentions: bool,
    direct_only: bool,
) -> Incidence:
    """The genes that figures (all where None) draw, of an organism (NCBI taxon) or of all.

    With `mentions` a cell is the number of mentions, else 1; `direct_only` counts those
    mentions only that were read by the gene's own symbol.
    """
    taxa = species_of_genes(store)
    direct = _DIRECT if figures is None else _DIRECT_OF
    pattern = direct if direct_only else _MENTIONED if mentions else _DRAWN
    cells = _of_figures(store, figures, pattern)
    # Diseases and chemicals are mentioned too.
    found = _incidence((cell for cell in cells if cell[1] in taxa), taxa)
    if not mentions:
        found.matrix.data[:] = 1
    if taxon is None:
        return found
    return found.only(of_species(found, taxa).get(species(taxon), []))


def diseases(store: Answering, figures: Sequence[str] | None) -> Incidence:
    """The diseases that figures (all where None) name."""
    return _incidence(_of_figures(store, figures, _NAMED), {})


def species_of_genes(store: Answering) -> Mapping[str, str]:
    """The species of each gene, as an NCBI taxon number; strains count as their species."""
    base = iris.organism("")
    return {
        gene: species(organism.removeprefix(base))
        for gene, organism in _values(store, _ORGANISMS).items()
    }


def of_species(found: Incidence, taxa: Mapping[str, str]) -> dict[str, list[int]]:
    """The columns of each species, in order."""
    parts: dict[str, list[int]] = {}
    for column, gene in enumerate(found.columns):
        parts.setdefault(taxa.get(gene, ""), []).append(column)
    return parts


def labels(store: Answering, kind: str) -> Mapping[str, str]:
    """The label of each "Gene", "Disease" or "Organism"."""
    return _values(store, _LABELS % kind)


def organism_names(store: Answering) -> Mapping[str, str]:
    """The name of each gene's organism, its CURIE where the store has no name."""
    names = labels(store, "Organism")
    organisms = _values(store, _ORGANISMS)
    return {gene: names.get(of, iris.curie(of)) for gene, of in organisms.items()}


def figids(store: Answering) -> Mapping[str, str]:
    """The figid of each figure."""
    return _values(store, _FIGIDS)


def titles(store: Answering) -> Mapping[str, str]:
    """The title of each figure that has one."""
    return _values(store, _TITLES)


def papers(store: Answering) -> Mapping[str, str]:
    """The paper of each figure."""
    return _values(store, _PAPERS)


def _of_figures(
    store: Answering, figures: Sequence[str] | None, pattern: str
) -> Iterator[tuple[str, str]]:
    """Pairs of a figure and a node that a pattern gives, of some figures or of all."""
    question = "SELECT ?figure ?node WHERE { %s %s }"
    if figures is None:
        yield from pairs(store, question % ("", pattern), "figure", "node")
        return
    for some in sparql.batches(figures, _AT_A_TIME):
        these = f"VALUES ?figure {{ {sparql.values(some)} }}"
        yield from pairs(store, question % (these, pattern), "figure", "node")


def pairs(store: Answering, question: str, one: str, other: str) -> Iterator[tuple[str, str]]:
    """The values of two variables in each row of an answer."""
    for row in sparql.rows(store, question):
        yield row[one].value, row[other].value


def _values(store: Answering, question: str) -> dict[str, str]:
    """Node -> value; the first by code point where a node has several."""
    found: dict[str, str] = {}
    for node, value in pairs(store, question, "node", "value"):
        found[node] = min(value, found.get(node, value))
    return found


def _incidence(found: Iterable[tuple[str, str]], taxa: Mapping[str, str]) -> Incidence:
    """Count pairs, which come in any order; only numbers are kept of each."""
    figures: dict[str, int] = {}
    columns: dict[str, int] = {}
    at, to = array("q"), array("q")
    for figure, node in found:
        at.append(figures.setdefault(figure, len(figures)))
        to.append(columns.setdefault(node, len(columns)))
    names = tuple(sorted(figures))
    others = tuple(sorted(columns, key=lambda iri: (_number(taxa.get(iri, "")), _place(iri))))
    rows, cols = _ranks(figures, names)[at], _ranks(columns, others)[to]
    cells = np.ones(len(at), dtype=np.int32)
    shape = (len(names), len(others))
    matrix = sparse.coo_matrix((cells, (rows, cols)), shape=shape).tocsr()
    return Incidence(names, others, matrix)


def _ranks(first_seen: Mapping[str, int], ordered: Sequence[str]) -> Ints:
    """Place in the final order, by place in the order of reading."""
    ranks = np.empty(len(ordered), dtype=np.int64)
    for rank, name in enumerate(ordered):
        ranks[first_seen[name]] = rank
    return ranks


def _number(text: str) -> tuple[int, str]:
    """Sorts numbers without leading zeros as numbers."""
    return len(text), text


def _place(iri: str) -> tuple[str, int, str]:
    prefix, _, local = iris.curie(iri).rpartition(":")
    return prefix, *_number(local)
