"""What a linked store answers beside SPARQL: enrichment of gene lists, links as mapping sets."""

from __future__ import annotations

import io
from collections.abc import Iterator
from importlib.metadata import version
from typing import IO, Final

from pfocr_kg import iris
from pfocr_kg.errors import FormatError, QueryError
from pfocr_kg.link import enrichment as enrichment
from pfocr_kg.link import facts, from_store, sssom
from pfocr_kg.link.enrichment import Enrichment, Finder, Term
from pfocr_kg.rdf import writing
from pfocr_kg.records import dictionaries, organisms
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.endpoint import Remote

AGAINST: Final = ("pathways", "figures")
LINK_FORMATS: Final = ("sssom", "tsv", "turtle")


def enrich(
    store: Embedded | Remote, genes: str, organism: str, against: str, *, direct_only: bool
) -> Enrichment:
    """Test a list of genes against the pathways or figures of a store; see `Graph.enrich`."""
    taxon = organisms.taxon(organism)
    given = enrichment.read_genes(genes, _finder(store, taxon))
    terms = _terms(store, taxon, against, direct_only=direct_only)
    found = enrichment.enrich(given, terms)
    if not found.tested:
        hint = "Link the store first: pfocr-kg link --wikipathways PATH"
        raise QueryError(
            f"the store has no {against} with genes of {organism}",
            hint=hint if against == "pathways" else "",
        )
    return found


def _finder(store: Embedded | Remote, taxon: str) -> Finder:
    """Symbols as the store has them; for human genes HGNC's first."""
    in_store = enrichment.store_symbols(store, taxon)
    if taxon != iris.HUMAN:
        return in_store
    official = enrichment.human_symbols(dictionaries.bundled_genes())
    return lambda symbol: official(symbol) or in_store(symbol)


def _terms(
    store: Embedded | Remote, taxon: str, against: str, *, direct_only: bool
) -> Iterator[Term]:
    if against == "pathways":
        return from_store.pathway_terms(store, taxon)
    if against != "figures":
        raise QueryError(f"cannot test against {against!r}", hint="One of " + ", ".join(AGAINST))
    titles = from_store.labels(store).figures
    return enrichment.figure_terms(
        facts.of_store(store) if (kept := store.facts()) is None else map(facts.of_line, kept),
        taxon,
        direct_only=direct_only,
        title=lambda figid: titles.get(figid, ""),
    )


def write_links(store: Embedded | Remote, output: IO[bytes], form: str) -> None:
    """Write a store's links; see `Graph.write_links`."""
    if form not in LINK_FORMATS:
        raise FormatError(f"unknown format {form!r}", hint="One of " + ", ".join(LINK_FORMATS))
    if form == "turtle":
        writing.write(from_store.triples(store), output, "turtle")
        return
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    try:
        if form == "sssom":
            labels = from_store.labels(store)
            sssom.write_sssom(from_store.links(store), text, labels, version=version("pfocr-kg"))
        else:
            sssom.write_tsv(from_store.links(store), text, from_store.labels(store))
        text.flush()
    finally:
        text.detach()
