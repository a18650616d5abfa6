"""The names of entities as rows of the index, from labels, records and dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pfocr_kg import iris
from pfocr_kg.model import Kind, Labelled, Pathway
from pfocr_kg.names.folding import keys
from pfocr_kg.names.index import Thing, ThingName
from pfocr_kg.names.matches import KIND_OF, ORDER, How
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.gene_dictionary import GeneDictionary
from pfocr_kg.records.mesh_dictionary import bundled_mesh

_UNIPROT: Final = "uniprot:"


def thing(labelled: Labelled) -> Thing:
    """The row of an entity."""
    entity = labelled.entity
    kind = KIND_OF[entity.kind].value
    return Thing(
        entity.iri, kind, labelled.label, entity.identifier, entity.organism, labelled.figures
    )


def names(labelled: Labelled, dictionaries: Dictionaries) -> Iterator[ThingName]:
    """The names and identifiers of an entity, each with its keys."""
    yield from _rows(How.IDENTIFIER, _identifiers(labelled, dictionaries.genes))
    known = {labelled.label: How.LABEL}
    if labelled.entity.kind is Kind.GENE:
        genes, number = dictionaries.genes, labelled.entity.identifier
        official = dict.fromkeys(genes.approved_symbols(number), How.LABEL)
        previous = dict.fromkeys(genes.previous_symbols(number), How.PREVIOUS)
        known = dict.fromkeys(genes.alias_symbols(number), How.ALIAS) | previous | official | known
    for name in labelled.other_labels:
        # What records call a gene that a dictionary has can be a family's name or a misread word.
        read = name in labelled.words or bool(labelled.hgnc_symbol)
        known.setdefault(name, How.WORD if read else How.ALIAS)
    for name, how in known.items():
        yield from _rows(how, (name,))


def _identifiers(labelled: Labelled, genes: GeneDictionary) -> Iterator[str]:
    entity = labelled.entity
    yield entity.identifier
    match entity.kind:
        case Kind.GENE:
            yield f"ncbigene:{entity.identifier}"
            yield from labelled.ensembl
            yield from (f"HGNC:{number}" for number in genes.hgnc_ids(entity.identifier))
        case Kind.CHEMICAL:
            meshes = (
                iri for iri in labelled.exact_matches if iri.startswith(iris.PREFIXES["mesh"])
            )
            yield from map(iris.curie, meshes)
        case Kind.ORGANISM:
            yield entity.identifier.partition(":")[2]
        case _:
            pass
    if term := bundled_mesh().find_other(entity.identifier):
        yield f"mesh:{term.mesh}"


def pathway(record: Pathway, figures: int) -> tuple[Thing, list[ThingName]]:
    """The row and the names of a pathway; `figures` is how many are linked to it."""
    taxon = record.organism.identifier.partition(":")[2] if record.organism else ""
    iri = iris.pathway(record.wpid)
    row = Thing(iri, "pathway", record.title or record.wpid, record.wpid, taxon, figures)
    named = [*_rows(How.IDENTIFIER, (record.wpid,)), *_rows(How.LABEL, (record.title,))]
    return row, named


def uniprot(accessions: Iterable[str]) -> Iterator[ThingName]:
    """UniProt accessions as names of their gene."""
    for accession in accessions:
        yield from _rows(How.IDENTIFIER, (accession, _UNIPROT + accession))


def _rows(how: How, named: Iterable[str]) -> Iterator[ThingName]:
    for name in filter(None, named):
        # An identifier has no Greek letters to be spelled otherwise.
        for key in keys(name)[: 1 if how is How.IDENTIFIER else 2]:
            yield ThingName(ORDER[how], name, key)
