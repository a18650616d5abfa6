"""Which pathways or figures a list of genes is enriched in: the statistics of the links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.overlap import adjusted, p_values
from pfocr_kg.model import DIRECT, Pathway
from pfocr_kg.records.dictionaries import GeneDictionary
from pfocr_kg.records.organisms import species
from pfocr_kg.store.sparql import Answering, rows, values

_NUMBER: Final = re.compile(r"(?:ncbigene:|entrez:)?([1-9][0-9]*)", re.IGNORECASE)
_SEPARATORS: Final = re.compile(r"[\s,;|]+")
_SYMBOLS: Final = """SELECT ?id ?symbol WHERE {
  VALUES ?organism { %s }
  ?gene a pfocr:Gene ; pfocr:organism ?organism ; dcterms:identifier ?id ; rdfs:label ?symbol
}"""

Finder = Callable[[str], str | None]
"""Gives the NCBI gene id of a symbol, or None."""


@dataclass(frozen=True, slots=True)
class GeneList:
    """A user's genes: NCBI gene id -> as the user wrote it; and what names no gene."""

    genes: dict[str, str]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A pathway or figure with its genes (NCBI gene ids)."""

    identifier: str
    title: str
    genes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One term that has some of the genes, in the columns that enrichment tools have.

    `overlap` is "k/K": genes of the list in the term, genes of the term.
    """

    term: str
    title: str
    overlap: str
    p_value: float
    adjusted_p_value: float
    genes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The rows, best first; and what they rest on.

    `universe` is the number of genes that any term has, `counted` of the list's that are
    among them, `outside` the others, `tested` the number of terms. `unknown` is what of the
    list names no gene.
    """

    rows: tuple[Row, ...]
    universe: int
    counted: int
    outside: tuple[str, ...]
    tested: int
    unknown: tuple[str, ...] = ()


def human_symbols(dictionary: GeneDictionary) -> Finder:
    """Look up human symbols: as HGNC writes them, or in capitals."""

    def find(symbol: str) -> str | None:
        entity = dictionary.find(symbol) or dictionary.find(symbol.upper())
        return None if entity is None else entity.identifier

    return find


def store_symbols(store: Answering, taxon: str) -> Finder:
    """Look up symbols of an organism among the genes of a store; any case, if unambiguous."""
    exact: dict[str, str] = {}
    folded: dict[str, set[str]] = {}
    for row in rows(store, _SYMBOLS % values([iris.organism(taxon)])):
        exact[row["symbol"].value] = row["id"].value
        folded.setdefault(row["symbol"].value.casefold(), set()).add(row["id"].value)

    def find(symbol: str) -> str | None:
        alike = folded.get(symbol.casefold(), set())
        return exact.get(symbol) or (next(iter(alike)) if len(alike) == 1 else None)

    return find


def read_genes(text: str, find: Finder) -> GeneList:
    """Read a list of symbols and NCBI gene ids, mixed, between white space, commas or lines.

    A line that begins with `#` is a comment. What names no gene is in `unknown`, as written.

    Raises:
        QueryError: the list holds no gene.

    """
    genes: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for word in _words(text):
        number = _NUMBER.fullmatch(word)
        identifier = number[1] if number else find(word)
        if identifier is None:
            unknown[word] = None
        else:
            genes.setdefault(identifier, word)
    if not genes:
        few = ", ".join([*unknown][:5])
        raise QueryError(
            "the list holds no known gene" + (f": {few}" if few else ""),
            hint="It takes gene symbols and NCBI gene ids of the organism that is named",
        )
    return GeneList(genes, tuple(unknown))


def _words(text: str) -> Iterator[str]:
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.lstrip().startswith("#"):
            yield from (word.strip("\"'") for word in _SEPARATORS.split(line) if word.strip("\"'"))


def pathway_terms(pathways: Iterable[Pathway], taxon: str) -> Iterator[Term]:
    """The pathways of an organism (NCBI taxon number) as terms."""
    for pathway in pathways:
        own = "" if pathway.organism is None else pathway.organism.identifier.partition(":")[2]
        if species(own) == species(taxon):
            genes = frozenset(gene.identifier for gene in pathway.genes)
            yield Term(pathway.wpid, pathway.title, genes)


def figure_terms(
    figures: Iterable[FigureFacts],
    taxon: str,
    *,
    direct_only: bool = False,
    title: Callable[[str], str] = lambda _: "",
) -> Iterator[Term]:
    """Figures as terms, with their genes of an organism; `title` gives that of a figid."""
    for facts in figures:
        genes = frozenset(
            hit.gene
            for hit in facts.hits
            if species(hit.organism) == species(taxon)
            and (not direct_only or hit.lexicon in DIRECT)
        )
        yield Term(facts.figid, title(facts.figid), genes)


def enrich(given: GeneList, terms: Iterable[Term]) -> Enrichment:
    """Test a list of genes against terms.

    The p-value is the hypergeometric upper tail, the universe being the genes that any term
    has; adjusted by Benjamini and Hochberg over all terms that have genes. Rows are the terms
    that share a gene, by p-value, then by more genes, then by name. Terms are read as a stream.
    """
    universe: set[str] = set()
    found: list[tuple[Term, list[str]]] = []
    tested = 0
    for term in terms:
        universe |= term.genes
        tested += bool(term.genes)
        if shared := sorted(given.genes.keys() & term.genes, key=int):
            found.append((term, shared))
    inside = [gene for gene in given.genes if gene in universe]
    shared_counts = np.array([len(shared) for _, shared in found], dtype=np.int64)
    sizes = np.array([len(term.genes) for term, _ in found], dtype=np.int64)
    p = p_values(shared_counts, len(universe), sizes, len(inside))
    better = adjusted(p, np.ones(len(p), dtype=np.int64), tested)
    rows = [
        _row(term, [given.genes[gene] for gene in shared], float(a), float(b))
        for (term, shared), a, b in zip(found, p, better, strict=True)
    ]
    outside = tuple(word for gene, word in given.genes.items() if gene not in universe)
    ordered = tuple(sorted(rows, key=_order))
    return Enrichment(ordered, len(universe), len(inside), outside, tested, unknown=given.unknown)


def _row(term: Term, genes: list[str], p: float, better: float) -> Row:
    overlap = f"{len(genes)}/{len(term.genes)}"
    return Row(term.identifier, term.title, overlap, p, better, tuple(genes))


def _order(row: Row) -> tuple[float, int, str]:
    return row.p_value, -len(row.genes), row.term
