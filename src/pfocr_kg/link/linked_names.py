"""The names that pathways bring into the index of a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pfocr_kg import iris
from pfocr_kg.link import papers
from pfocr_kg.link.triples import Linked
from pfocr_kg.model import Pathway
from pfocr_kg.names import entity_names
from pfocr_kg.names.index import NewIndex
from pfocr_kg.records.dictionaries import Dictionaries


def write(
    index: NewIndex, linked: Linked, pmc_ids: Path | None, dictionaries: Dictionaries
) -> None:
    """Add pathways, the entities that only they have, UniProt accessions and linked figures.

    PubMed ids of the figures' papers are those of `pmc_ids` (PMC-ids.csv).

    Raises:
        DictionaryError: `pmc_ids` cannot be read.

    """
    index.set_linked(figid for figids in linked.figids.values() for figid in figids)
    for pathway in linked.pathways:
        thing, names = entity_names.pathway(pathway, len(linked.figids.get(pathway.wpid, ())))
        index.remove_things([thing.iri])  # a record that names it gives no title
        index.add_thing(thing, names, linked=True)
    for labelled in linked.entities:
        known = entity_names.names(labelled, dictionaries)
        index.add_thing(entity_names.thing(labelled)._replace(figures=0), known, linked=True)
    for gene, accessions in _accessions(linked.pathways):
        index.add_names(iris.gene(gene), entity_names.uniprot(accessions))
    if pmc_ids is not None:
        of_figures = index.pmcids()
        found = ((pubmed, pmcid) for _, pmcid, pubmed in papers.read(pmc_ids))
        index.set_pubmed(
            {pubmed: pmcid for pubmed, pmcid in found if pubmed and pmcid in of_figures}
        )


def _accessions(pathways: Iterable[Pathway]) -> Iterator[tuple[str, list[str]]]:
    """Genes with the UniProt accessions that pathways give them."""
    found: dict[str, set[str]] = {}
    for pathway in pathways:
        for gene, accession in pathway.uniprot:
            found.setdefault(gene, set()).add(accession)
    return ((gene, sorted(accessions)) for gene, accessions in sorted(found.items()))
