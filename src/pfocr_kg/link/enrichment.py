"""Tests a list of genes for enrichment in pathways or figures, by the statistics of links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pfocr_kg.errors import QueryError
from pfocr_kg.link import facts, store_links
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.gene_list import GeneList, gene_finder, read_genes
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.link.significance import adjust, p_values
from pfocr_kg.link.words import of_level
from pfocr_kg.model import Level
from pfocr_kg.records import organisms
from pfocr_kg.records.organisms import species
from pfocr_kg.store.sparql import Answering, rows

if TYPE_CHECKING:
    from pfocr_kg.store.subset import Store

_PATHWAY_GENES: Final = """SELECT ?wpid ?title ?organism ?gene WHERE {
  ?pathway a pfocr:Pathway ; dcterms:identifier ?wpid ; pfocr:pathwayGene ?node .
  ?node dcterms:identifier ?gene ; pfocr:organism ?taxon .
  ?taxon dcterms:identifier ?organism .
  OPTIONAL { ?pathway dcterms:title ?title }
}"""


_COLUMNS: Final = ("term", "title", "shared", "size", "p_value", "adjusted_p_value", "genes")


@dataclass(frozen=True, slots=True)
class EnrichmentTerm:
    """A pathway or figure with its genes (NCBI gene ids).

    `by_symbol` are those that a figure shows by their symbol; None for a pathway.
    """

    identifier: str
    title: str
    genes: frozenset[str]
    by_symbol: frozenset[str] | None = None


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
    none of them has, and `not_in_background` those that only the background lacks.
    """

    rows: tuple[EnrichmentRow, ...]
    tested: int
    universe: int
    counted: int
    outside: tuple[str, ...]
    not_in_background: tuple[str, ...]
    genes: GeneList
    background: GeneList | None = None

    def table(self, against: str) -> tuple[tuple[str, ...], list[dict[str, Any]]]:
        """The columns, and the rows of plain values, genes with blanks between them."""
        columns: tuple[str, ...] = _COLUMNS
        if against == "figures":
            columns = (*columns[:4], "by_symbol", *columns[4:])
        rows = [
            {name: getattr(row, name) for name in columns} | {"genes": " ".join(row.genes)}
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
) -> Enrichment:
    """Test a list of genes against the pathways or figures of a store; see `Graph.enrich`."""
    taxon = organisms.taxon(organism)
    find = gene_finder(store, taxon)
    gene_list = read_genes(genes, find, taxon, column)
    others = None
    if background is not None:
        others = read_genes(background, find, taxon, column, what="background")
    terms, hint = _terms(store, taxon, against, level)
    result = enrich(gene_list, terms, others, store_links.labels_of(store, "Gene", "rdfs:label"))
    if not result.universe:
        of = " and of the background" if others else ""
        raise QueryError(f"the store has no {against} with genes of {organism}{of}", hint=hint)
    return result


def _terms(
    store: Store, taxon: str, against: str, level: str
) -> tuple[Iterator[EnrichmentTerm], str]:
    """What genes are tested against, and what to do if there is none."""
    if against == "figures":
        titles = store_links.labels(store).figures
        return figure_terms(_figures(store), taxon, level, titles=titles), ""
    if against != "pathways":
        raise QueryError(
            f"cannot test against {against!r}", hint="One of " + ", ".join(ENRICHED_IN)
        )
    if Level(level) is not Level.ANY:
        raise QueryError(
            f"pathways have no level {level}: levels are of the genes that figures draw",
            hint="Test against figures",
        )
    return pathway_terms(store, taxon), "Link the store first: pfocr-kg link --wikipathways PATH"


def _figures(store: Store) -> Iterator[FigureFacts]:
    lines = store.facts()
    return facts.of_store(store) if lines is None else map(facts.of_line, lines)


def pathway_terms(store: Answering, taxon: str) -> Iterator[EnrichmentTerm]:
    """The pathways of an organism (NCBI taxon number) in a store, by WP number."""
    titles: dict[str, str] = {}
    genes: dict[str, set[str]] = {}
    for row in rows(store, _PATHWAY_GENES):
        if species(row["organism"].value.partition(":")[2]) == species(taxon):
            wpid = row["wpid"].value
            genes.setdefault(wpid, set()).add(row["gene"].value)
            titles[wpid] = row["title"].value if row["title"] else ""
    for wpid in sorted(genes, key=lambda wpid: int(wpid[2:])):
        yield EnrichmentTerm(wpid, titles[wpid], frozenset(genes[wpid]))


def figure_terms(
    figures: Iterable[FigureFacts],
    taxon: str,
    level: str = Level.ANY,
    *,
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[EnrichmentTerm]:
    """Figures with their genes of an organism and a level; `titles` are those of figids."""
    for figure in figures:
        mentions = [m for m in figure.mentions if species(m.organism) == species(taxon)]
        genes, by_symbol = (
            frozenset(mention.gene for mention in of_level(mentions, at))
            for at in (level, Level.SYMBOL)
        )
        title = titles.get(figure.figid, "")
        yield EnrichmentTerm(figure.figid, title, genes, by_symbol & genes)


def enrich(
    gene_list: GeneList,
    terms: Iterable[EnrichmentTerm],
    background: GeneList | None = None,
    labels: Mapping[str, str] = MappingProxyType({}),
) -> Enrichment:
    """Test a list of genes against terms, which are read as a stream.

    The p-value is the upper tail of the hypergeometric distribution. The universe is the genes in
    any term; with a background, list and terms count only for their genes in it. P-values are
    adjusted by Benjamini and Hochberg over all terms with genes, also those that share none.
    Rows are the terms that share a gene, by p-value, then by more genes, then by name. They call
    genes by their `labels` (by NCBI gene id), or as the list does.
    """
    genes = gene_list.genes
    called = {gene: labels.get(gene, word) for gene, word in genes.items()}
    in_terms: set[str] = set()
    sharing: list[tuple[EnrichmentTerm, list[str]]] = []
    tested = 0
    for term in terms:
        in_terms |= term.genes
        counting = term if background is None else _within(term, background)
        tested += bool(counting.genes)
        if shared := sorted(genes.keys() & counting.genes, key=int):
            sharing.append((counting, shared))
    universe = in_terms if background is None else in_terms & background.genes.keys()
    counted = len(genes.keys() & universe)
    shared_counts = np.array([len(shared) for _, shared in sharing], dtype=np.int64)
    sizes = np.array([len(term.genes) for term, _ in sharing], dtype=np.int64)
    p = p_values(shared_counts, len(universe), sizes, counted)
    adjusted = adjust(p, np.ones(len(p), dtype=np.int64), tested)
    rows = [
        _row(term, shared, called, *numbers)
        for (term, shared), *numbers in zip(sharing, p.tolist(), adjusted.tolist(), strict=True)
    ]
    return Enrichment(
        tuple(sorted(rows, key=_order)),
        tested,
        len(universe),
        counted,
        tuple(word for gene, word in genes.items() if gene not in in_terms),
        tuple(word for gene, word in genes.items() if gene in in_terms and gene not in universe),
        gene_list,
        background,
    )


def _within(term: EnrichmentTerm, background: GeneList) -> EnrichmentTerm:
    return replace(term, genes=term.genes & background.genes.keys())


def _row(
    term: EnrichmentTerm, shared: list[str], called: Mapping[str, str], p: float, adjusted: float
) -> EnrichmentRow:
    genes = tuple(called[gene] for gene in shared)
    by_symbol = None if term.by_symbol is None else len(term.by_symbol.intersection(shared))
    counts = len(shared), len(term.genes)
    return EnrichmentRow(term.identifier, term.title, *counts, p, adjusted, genes, by_symbol)


def _order(row: EnrichmentRow) -> tuple[float, int, str]:
    return row.p_value, -len(row.genes), row.term
