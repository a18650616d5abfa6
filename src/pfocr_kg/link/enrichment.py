"""Tests a list of genes for enrichment in pathways or figures, by the statistics of links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link import facts, store_links
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.rules import ENRICHED_IN
from pfocr_kg.link.significance import adjust, p_values
from pfocr_kg.link.words import of_level
from pfocr_kg.model import Level
from pfocr_kg.records import organisms
from pfocr_kg.records.gene_dictionary import GeneDictionary, bundled_genes
from pfocr_kg.records.organisms import species
from pfocr_kg.store.sparql import Answering, rows, values

if TYPE_CHECKING:
    from pfocr_kg.store.subset import Store

_GENE_ID: Final = re.compile(r"(?:ncbigene:|entrez:)?([1-9][0-9]*)", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_SYMBOLS: Final = """SELECT ?id ?symbol WHERE {
  VALUES ?organism { %s }
  ?gene a pfocr:Gene ; pfocr:organism ?organism ; dcterms:identifier ?id ; skos:prefLabel ?symbol
}"""
_PATHWAY_GENES: Final = """SELECT ?wpid ?title ?organism ?gene WHERE {
  ?pathway a pfocr:Pathway ; dcterms:identifier ?wpid ; pfocr:pathwayGene ?node .
  ?node dcterms:identifier ?gene ; pfocr:organism ?taxon .
  ?taxon dcterms:identifier ?organism .
  OPTIONAL { ?pathway dcterms:title ?title }
}"""

FindGene = Callable[[str], str | None]
"""Returns the NCBI gene id of a symbol, or None."""


@dataclass(frozen=True, slots=True)
class GeneList:
    """A user's genes, as NCBI gene id -> the user's word, and the words that are not genes."""

    genes: dict[str, str]
    unknown: tuple[str, ...]


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

    `overlap` is "k/K": genes of the list in the term, genes of the term. `by_symbol` is how many
    genes of the list a figure shows by their symbol; None for a pathway.
    """

    term: str
    title: str
    overlap: str
    p_value: float
    adjusted_p_value: float
    genes: tuple[str, ...]
    by_symbol: int | None = None


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The rows, best first, and the numbers of the test.

    `universe` is the number of genes in any term, `counted` the number of genes of the list among
    them, `outside` are the other genes of the list, `tested` is the number of terms with genes,
    and `unknown` are the words of the list that are not genes.
    """

    rows: tuple[EnrichmentRow, ...]
    universe: int
    counted: int
    outside: tuple[str, ...]
    tested: int
    unknown: tuple[str, ...] = ()


def enrich_in_store(
    store: Store, genes: str, organism: str, against: str, level: str = Level.ANY
) -> Enrichment:
    """Test a list of genes against the pathways or figures of a store; see `Graph.enrich`."""
    taxon = organisms.taxon(organism)
    gene_list = read_genes(genes, _gene_finder(store, taxon))
    if against == "pathways":
        if Level(level) is not Level.ANY:
            raise QueryError(
                f"pathways have no level {level}: levels are of the genes that figures draw",
                hint="Test against figures",
            )
        terms = pathway_terms(store, taxon)
        hint = "Link the store first: pfocr-kg link --wikipathways PATH"
    elif against == "figures":
        titles = store_links.labels(store).figures
        terms = figure_terms(_figures(store), taxon, level, titles=titles)
        hint = ""
    else:
        hint = "One of " + ", ".join(ENRICHED_IN)
        raise QueryError(f"cannot test against {against!r}", hint=hint)
    result = enrich(gene_list, terms)
    if not result.tested:
        raise QueryError(f"the store has no {against} with genes of {organism}", hint=hint)
    return result


def _gene_finder(store: Answering, taxon: str) -> FindGene:
    """Looks up symbols in the store; for human genes, first in HGNC's symbols."""
    in_store = store_symbols(store, taxon)
    if taxon != iris.HUMAN:
        return in_store
    official = human_symbols(bundled_genes())
    return lambda symbol: official(symbol) or in_store(symbol)


def _figures(store: Store) -> Iterator[FigureFacts]:
    lines = store.facts()
    return facts.of_store(store) if lines is None else map(facts.of_line, lines)


def human_symbols(dictionary: GeneDictionary) -> FindGene:
    """Looks up human symbols of HGNC: as written, or in capitals."""

    def find(symbol: str) -> str | None:
        entity = dictionary.find(symbol) or dictionary.find(symbol.upper())
        return None if entity is None else entity.identifier

    return find


def store_symbols(store: Answering, taxon: str) -> FindGene:
    """Looks up an organism's symbols in a store: as written, or in any case if unambiguous."""
    exact: dict[str, str] = {}
    any_case: dict[str, set[str]] = {}
    for row in rows(store, _SYMBOLS % values([iris.organism(taxon)])):
        exact[row["symbol"].value] = row["id"].value
        any_case.setdefault(row["symbol"].value.casefold(), set()).add(row["id"].value)

    def find(symbol: str) -> str | None:
        ids = any_case.get(symbol.casefold(), set())
        return exact.get(symbol) or (next(iter(ids)) if len(ids) == 1 else None)

    return find


def read_genes(text: str, find: FindGene) -> GeneList:
    """Read a list of symbols and NCBI gene ids, mixed, separated by white space or commas.

    A line that begins with `#` is a comment.

    Raises:
        QueryError: the list holds no gene.

    """
    genes: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for word in _words(text):
        number = _GENE_ID.fullmatch(word)
        identifier = number[1] if number else find(word)
        if identifier is None:
            unknown[word] = None
        else:
            genes.setdefault(identifier, word)
    if not genes:
        some = ", ".join([*unknown][:5])
        raise QueryError(
            "the list holds no known gene" + (f": {some}" if some else ""),
            hint="It takes gene symbols and NCBI gene ids of the organism that is named",
        )
    return GeneList(genes, tuple(unknown))


def _words(text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.lstrip().startswith("#"):
            yield from filter(None, (word.strip("\"'") for word in _SEPARATORS.split(line)))


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


def enrich(gene_list: GeneList, terms: Iterable[EnrichmentTerm]) -> Enrichment:
    """Test a list of genes against terms, which are read as a stream.

    The p-value is the upper tail of the hypergeometric distribution, the universe being the
    genes in any term, adjusted by Benjamini and Hochberg over all terms with genes.
    Rows are the terms that share a gene, by p-value, then by more genes, then by name.
    """
    universe: set[str] = set()
    sharing: list[tuple[EnrichmentTerm, list[str]]] = []
    tested = 0
    for term in terms:
        universe |= term.genes
        tested += bool(term.genes)
        if shared := sorted(gene_list.genes.keys() & term.genes, key=int):
            sharing.append((term, shared))
    counted = len(gene_list.genes.keys() & universe)
    shared_counts = np.array([len(shared) for _, shared in sharing], dtype=np.int64)
    sizes = np.array([len(term.genes) for term, _ in sharing], dtype=np.int64)
    p = p_values(shared_counts, len(universe), sizes, counted)
    adjusted = adjust(p, np.ones(len(p), dtype=np.int64), tested)
    rows = [
        _row(term, shared, gene_list, *numbers)
        for (term, shared), *numbers in zip(sharing, p.tolist(), adjusted.tolist(), strict=True)
    ]
    outside = tuple(word for gene, word in gene_list.genes.items() if gene not in universe)
    ordered = tuple(sorted(rows, key=_order))
    return Enrichment(ordered, len(universe), counted, outside, tested, gene_list.unknown)


def _row(
    term: EnrichmentTerm, shared: list[str], gene_list: GeneList, p: float, adjusted: float
) -> EnrichmentRow:
    overlap = f"{len(shared)}/{len(term.genes)}"
    genes = tuple(gene_list.genes[gene] for gene in shared)
    by_symbol = None if term.by_symbol is None else len(term.by_symbol.intersection(shared))
    return EnrichmentRow(term.identifier, term.title, overlap, p, adjusted, genes, by_symbol)


def _order(row: EnrichmentRow) -> tuple[float, int, str]:
    return row.p_value, -len(row.genes), row.term
