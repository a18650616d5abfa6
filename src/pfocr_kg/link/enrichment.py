"""Tests a list of genes for enrichment in pathways or figures, by the statistics of links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link import gene_sets
from pfocr_kg.link.gene_list import GeneList, gene_finder, read_genes
from pfocr_kg.link.gene_sets import GeneSets, Marks
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.link.significance import adjust, p_values
from pfocr_kg.link.words import LEVEL_BITS
from pfocr_kg.model import Level
from pfocr_kg.names import lookup
from pfocr_kg.records import organisms
from pfocr_kg.records.values import by_number
from pfocr_kg.store.sparql import Answering, batches, rows, values

if TYPE_CHECKING:
    from pfocr_kg.store.subset import Store

_LABELS: Final = """SELECT ?gene ?label WHERE {
  VALUES ?gene { %s } ?gene rdfs:label ?label
} ORDER BY ?label"""
Places = npt.NDArray[np.int64]

_COLUMNS: Final = ("term", "title", "shared", "size", "p_value", "adjusted_p_value", "genes")


@dataclass(frozen=True, slots=True)
class EnrichmentRow:
    """One term that has some of the genes, in the usual columns of enrichment tools.

    `shared` is how many genes of the list the term has, and `size` how many genes it has in all.
    `genes` are the labels of those that are shared. `by_symbol` is how many of them a figure shows
    by their symbol; None for a pathway.
    """

    term: str
    title: str
    shared: int
    size: int
    p_value: float
    adjusted_p_value: float
    genes: tuple[str, ...]
    by_symbol: int | None = None


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The rows, best first, and the numbers of the test.

    `tested` is the number of pathways or figures with genes, over which p-values are corrected.
    `universe` is the number of genes that any of them has and that are in the background, if one
    is given; `counted` is how many of them are in the list. `outside` are genes of the list that
    none of them has, and `not_in_background` those that only the background lacks. `called` are
    the genes of the list as the rows call them, by NCBI gene id.
    """

    rows: tuple[EnrichmentRow, ...]
    tested: int
    universe: int
    counted: int
    outside: tuple[str, ...]
    not_in_background: tuple[str, ...]
    genes: GeneList
    background: GeneList | None = None
    called: Mapping[str, str] = field(default_factory=dict)

    def table(self, against: str) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
        """The columns, and the rows of plain values; genes are a list."""
        columns: tuple[str, ...] = _COLUMNS
        if against == "figures":
            columns = (*columns[:4], "by_symbol", *columns[4:])
        rows = [
            {name: getattr(row, name) for name in columns} | {"genes": list(row.genes)}
            for row in self.rows
        ]
        return columns, rows

    def summary(self) -> dict[str, Any]:
        """All but the rows as plain values: sizes, then names with what became of them."""
        listed = self.genes
        return {
            "column": listed.column,
            "genes": len(listed.genes),
            "counted": self.counted,
            "universe": self.universe,
            "background": None if self.background is None else len(self.background.genes),
            "tested": self.tested,
            "renamed": {word: match.description for word, match in listed.renamed.items()},
            "same_gene": [list(words) for words in listed.same_gene],
            "ambiguous": {
                word: [match.description for match in matches]
                for word, matches in listed.ambiguous.items()
            },
            "other_organism": {w: match.description for w, match in listed.other_organism.items()},
            "numbers": list(listed.numbers),
            "unknown": list(listed.unknown),
            "unknown_in_background": list(self.background.unknown if self.background else ()),
            "outside": list(self.outside),
            "not_in_background": list(self.not_in_background),
        }


def enrich_in_store(
    store: Store,
    genes: str | Iterable[object],
    organism: str,
    against: str,
    level: str = Level.ANY,
    *,
    column: str = "",
    background: str | Iterable[object] | None = None,
    sets: Callable[[], GeneSets] | None = None,
) -> Enrichment:
    """Test a list of genes against the pathways or figures of a store; see `Graph.enrich`.

    `sets` gives what `sets_of_store` would, to who keeps it.
    """
    taxon = organisms.taxon(organism)
    find = gene_finder(store, taxon)
    gene_list = read_genes(genes, find, taxon, column)
    others = None
    if background is not None:
        others = read_genes(background, find, taxon, column, what="background")
    _check(against, level)
    tested = (sets() if sets else sets_of_store(store, against)).of(taxon, level)
    labels = _labels(store, gene_list.genes)
    result = enrich(gene_list, tested, others, labels, with_symbols=against == "figures")
    if not result.universe:
        of = " and of the background" if others else ""
        hint = "Link the store first: pfocr-kg link --wikipathways PATH"
        raise QueryError(
            f"the store has no {against} with genes of the organism {organism}{of}",
            hint=hint if against == "pathways" else "",
        )
    return result


def _check(against: str, level: str) -> None:
    """Raise QueryError if nothing can be tested so."""
    if against not in ENRICHED_IN:
        raise QueryError(
            f"cannot test against {against!r}", hint="One of " + ", ".join(ENRICHED_IN)
        )
    if against == "pathways" and Level(level) is not Level.ANY:
        raise QueryError(
            f"pathways have no level {level}: levels are of the genes that figures draw",
            hint="Test against figures",
        )


def sets_of_store(store: Store, against: str) -> GeneSets:
    """The pathways or figures of a store with their genes of all organisms and levels."""
    if against == "pathways":
        return gene_sets.of_pathways(store)
    titles = lookup.of_store(store).figure_titles()
    return gene_sets.of_figures(gene_sets.figures_of_store(store), titles)


def _labels(store: Answering, genes: Iterable[str]) -> dict[str, str]:
    """The labels of those genes that have one, by NCBI gene id."""
    ids = {iris.gene(gene): gene for gene in genes}
    return {
        ids[row["gene"].value]: row["label"].value
        for some in batches(ids)
        for row in rows(store, _LABELS % values(some))
    }


def enrich(
    gene_list: GeneList,
    sets: GeneSets,
    background: GeneList | None = None,
    labels: Mapping[str, str] = MappingProxyType({}),
    *,
    with_symbols: bool = False,
) -> Enrichment:
    """Test a list of genes against terms.

    The p-value is the upper tail of the hypergeometric distribution. The universe is the genes in
    any term; with a background, list and terms count only for their genes in it. P-values are
    adjusted by Benjamini and Hochberg over all terms with genes, also those that share none.
    Rows are the terms that share a gene, by p-value, then by more genes, then by name. They call
    genes by their `labels` (by NCBI gene id), or as the list does.
    """
    listed = sets.marks(gene_list.genes)
    in_terms = np.zeros_like(listed)
    in_terms[sets.genes] = True
    within = in_terms if background is None else in_terms & sets.marks(background.genes)
    counting = within[sets.genes]
    sizes = np.bincount(sets.terms[counting], minlength=len(sets.identifiers))
    hits = sets.only(counting & listed[sets.genes])
    terms, starts, shared = np.unique(hits.terms, return_index=True, return_counts=True)
    universe, counted, tested = _true(within), _true(within & listed), _true(sizes > 0)
    p, adjusted = _tails(shared, sizes[terms], universe, counted, tested)
    called = {gene: labels.get(gene, word) for gene, word in gene_list.genes.items()}
    numbers = (terms, shared, sizes[terms], p, adjusted)
    rows = _rows(hits, starts, numbers, called, with_symbols=with_symbols)
    known, inside = (_among(gene_list, sets, marks) for marks in (in_terms, within))
    return Enrichment(
        tuple(sorted(rows, key=_order)),
        tested,
        universe,
        counted,
        tuple(word for gene, word in gene_list.genes.items() if gene not in known),
        tuple(word for gene, word in gene_list.genes.items() if gene in known - inside),
        gene_list,
        background,
        called,
    )


def _tails(
    shared: Places, sizes: Places, universe: int, counted: int, tested: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The p-values and adjusted p-values of terms that share genes."""
    # Most terms have the numbers of some other.
    distinct, at = np.unique(np.stack((shared, sizes)), axis=1, return_inverse=True)
    p = p_values(distinct[0], universe, distinct[1], counted)[at.reshape(-1)]
    return p, adjust(p, np.ones(len(p), dtype=np.int64), tested)


def _rows(
    hits: GeneSets,
    starts: Places,
    numbers: tuple[npt.NDArray[Any], ...],
    called: Mapping[str, str],
    *,
    with_symbols: bool,
) -> Iterator[EnrichmentRow]:
    """The rows of terms; `numbers` are the terms, then the columns of numbers of a row."""
    by_symbol = _by_symbol(hits, starts) if with_symbols else repeat(None, len(starts))
    columns = (column.tolist() for column in numbers)
    genes = _shared_genes(hits, starts, called)
    for (term, *of_term), *more in zip(zip(*columns, strict=True), genes, by_symbol, strict=True):
        name = hits.identifiers[term]
        yield EnrichmentRow(name, hits.titles.get(name, ""), *of_term, *more)


def _true(marks: Marks) -> int:
    return int(np.count_nonzero(marks))


def _shared_genes(
    hits: GeneSets, starts: Places, called: Mapping[str, str]
) -> Iterator[tuple[str, ...]]:
    """What the shared genes of each term are called, in the order of their ids."""
    ids = list(hits.gene_numbers)
    for numbers in np.split(hits.genes, starts[1:]) if len(starts) else ():
        yield tuple(
            called[gene] for gene in sorted((ids[n] for n in numbers.tolist()), key=by_number)
        )


def _by_symbol(hits: GeneSets, starts: Places) -> list[int]:
    """How many of the shared genes each term has at the level `symbol`."""
    symbols = (hits.levels & LEVEL_BITS[Level.SYMBOL]) // LEVEL_BITS[Level.SYMBOL]
    counts: list[int] = np.add.reduceat(symbols, starts).tolist() if len(starts) else []
    return counts


def _among(gene_list: GeneList, sets: GeneSets, marks: Marks) -> set[str]:
    """The genes of the list that are marked."""
    numbers = sets.gene_numbers
    return {gene for gene in gene_list.genes if gene in numbers and marks[numbers[gene]]}


def _order(row: EnrichmentRow) -> tuple[float, int, str]:
    return row.p_value, -len(row.genes), row.term
