"""Dictionaries of names of diseases and organisms, and all that a record is read with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import dropwhile

import pyoxigraph as ox

from pfocr_kg import iris, resources
from pfocr_kg.model import Entity, Kind
from pfocr_kg.records import values
from pfocr_kg.records.gene_dictionary import GeneDictionary
from pfocr_kg.records.mesh_dictionary import bundled_mesh

_LABEL = ox.NamedNode(iris.PREFIXES["rdfs"] + "label")
_PREF_LABEL = ox.NamedNode(iris.PREFIXES["skos"] + "prefLabel")
_ALT_LABEL = ox.NamedNode(iris.PREFIXES["skos"] + "altLabel")
_SUB_CLASS = ox.NamedNode(iris.PREFIXES["rdfs"] + "subClassOf")


OrganismPage = tuple[str, str, str]
"""An organism that a source describes: NCBI taxon number, Latin name, common name or ""."""


def folded(name: str) -> str:
    """A name of an organism for comparing: in any case, with any blanks between its words."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True, slots=True)
class NameDictionary:
    """Names of diseases or organisms: `find` by any name, the rest by IRI.

    `genes` holds the IRIs of the genes that DISEASES associates with a disease.
    """

    entities: Mapping[str, Entity]
    labels: Mapping[str, str]
    others: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fold_case: bool = False
    genes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, name: str) -> Entity | None:
        """The entity of a name."""
        return self.entities.get(folded(name) if self.fold_case else name)


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """The dictionaries that a build uses; that of MeSH terms is always the bundled one."""

    genes: GeneDictionary
    diseases: NameDictionary
    organisms: NameDictionary

    def labels(self, entity: Entity) -> tuple[str, ...]:
        """The official names of an entity; a few genes have two."""
        match entity.kind:
            case Kind.GENE:
                return self.genes.approved_symbols(entity.identifier)
            case Kind.ORGANISM:
                label = self.organisms.labels.get(entity.iri)
            case Kind.CHEMICAL | Kind.DISEASE:
                label = self.diseases.labels.get(entity.iri) or _mesh_label(entity)
            case _:
                label = None
        return (label,) if label else ()

    def other_labels(self, entity: Entity) -> tuple[str, ...]:
        """Other names of an entity, such as a gene's previous symbols.

        A gene's alias symbols are not among them: other genes have the same ones.
        """
        match entity.kind:
            case Kind.GENE:
                return self.genes.previous_symbols(entity.identifier)
            case Kind.ORGANISM:
                return self.organisms.others.get(entity.iri, ())
            case Kind.DISEASE:
                # Without MeSH's names: some mappings are of another thing, such as that of the
                # tissue "Amnion" to a leukemia.
                return self.diseases.others.get(entity.iri, ())
            case Kind.CHEMICAL:
                term = bundled_mesh().find_other(entity.identifier)
                return (term.name, term.other_name) if term else ()
            case _:
                return ()

    def ensembl_ids(self, entity: Entity) -> tuple[str, ...]:
        """The Ensembl ids of a human gene."""
        return self.genes.ensembl_ids(entity.identifier) if entity.kind is Kind.GENE else ()

    def associated_genes(self, entity: Entity) -> tuple[str, ...]:
        """IRIs of the genes that DISEASES associates with a disease."""
        return self.diseases.genes.get(entity.iri, ())


def _mesh_label(entity: Entity) -> str | None:
    """The label of a chemical or disease from MeSH's names and those of the same thing elsewhere.

    MeSH's names of chemicals are the common ones; its names of diseases are often turned round
    ("Carcinoma, Ductal"), and those of the Disease Ontology are not.
    """
    prefix, _, local = entity.identifier.partition(":")
    if prefix == "mesh":
        term = bundled_mesh().find(local)
    else:
        term = bundled_mesh().find_other(entity.identifier)
    return term and (term.other_name if prefix == "DOID" else term.name)


@cache
def bundled_diseases() -> NameDictionary:
    """Diseases with their DOID: facts from DISEASES (Jensen Lab) and the Disease Ontology.

    PFOCR's keywords are found by the names of DISEASES alone, and as it writes them.
    """
    entities: dict[str, Entity] = {}
    labels: dict[str, str] = {}
    others: dict[str, tuple[str, ...]] = {}
    genes: dict[str, tuple[str, ...]] = {}
    for doid, name, other_names in disease_names():
        disease = iris.disease(doid.removeprefix("DOID:"))
        labels[disease] = name
        if other_names:
            others[disease] = other_names
    for doid, name, numbers in _rows("diseases.tsv"):
        entity = values.disease(doid)
        entities[name] = entity
        genes[entity.iri] = tuple(map(iris.gene, numbers))
        if name != doid:
            labels[entity.iri] = name
    return NameDictionary(entities, labels, others, genes=genes)


def disease_names() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """DOID, name and other names of each disease that texts are searched for."""
    return _rows("disease-names.tsv")


def _rows(name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The rows of a bundled table of diseases; the last cell holds a list."""
    lines = iter(resources.ontology(name).read_text(encoding="utf-8").splitlines())
    for line in dropwhile(lambda line: line.startswith("#"), lines):
        doid, text, listed = line.split("\t")
        if doid != "doid":
            yield doid, text, tuple(listed.split("|")) if listed else ()


@cache
def bundled_organisms() -> NameDictionary:
    """Organisms that PFOCR uses: facts from the NCBI Taxonomy."""
    return _concepts("organisms.ttl", Kind.ORGANISM, "NCBITaxon", fold_case=True)


@cache
def bundled_kingdoms() -> Mapping[str, str]:
    """IRI of an organism -> IRI of its kingdom; NCBI's taxa of bacteria and viruses count as such.

    Organisms of other kingdoms, such as Plasmodium falciparum, are absent.
    """
    quads = ox.parse(path=resources.ontology("organisms.ttl"), format=ox.RdfFormat.TURTLE)
    return {
        quad.subject.value: quad.object.value
        for quad in quads
        if quad.predicate == _SUB_CLASS
        and isinstance(quad.subject, ox.NamedNode)
        and isinstance(quad.object, ox.NamedNode)
    }


def _concepts(name: str, kind: Kind, prefix: str, *, fold_case: bool) -> NameDictionary:
    """Read labels of a bundled Turtle file; a main label wins over an equal alternative label."""
    base = iris.PREFIXES[prefix]
    main: dict[str, Entity] = {}
    alternative: dict[str, Entity] = {}
    labels: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for quad in ox.parse(path=resources.ontology(name), format=ox.RdfFormat.TURTLE):
        subject, text = quad.subject, quad.object
        if not isinstance(subject, ox.NamedNode) or not isinstance(text, ox.Literal):
            continue
        if not subject.value.startswith(base):
            continue
        identifier = f"{prefix}:{subject.value[len(base) :]}"
        entity = Entity(kind, subject.value, identifier)
        key = folded(text.value) if fold_case else text.value
        if quad.predicate in (_LABEL, _PREF_LABEL):
            main[key] = entity
            labels[entity.iri] = text.value
        elif quad.predicate == _ALT_LABEL:
            alternative[key] = entity
            others.setdefault(entity.iri, []).append(text.value)
    return NameDictionary(
        alternative | main,
        labels,
        {iri: tuple(sorted(names)) for iri, names in others.items()},
        fold_case,
    )


def with_organisms(names: NameDictionary, pages: Iterable[OrganismPage]) -> NameDictionary:
    """Add the organisms of pages, whose order does not matter.

    A name that several taxa have means the lowest number, and a Latin name goes before a common
    one. If pages give a taxon several Latin names, the first by code points is its label.
    """
    described = sorted(set(pages), key=lambda page: (len(page[0]), page))
    if not described:
        return names
    entities, labels = dict(names.entities), dict(names.labels)
    new: dict[str, set[str]] = {}
    called = [(page[0], page[column]) for column in (1, 2) for page in described if page[column]]
    for number, name in called:
        entity = Entity(Kind.ORGANISM, iris.organism(number), f"NCBITaxon:{number}")
        entities.setdefault(folded(name), entity)
        if entity.iri not in names.labels:
            labels.setdefault(entity.iri, name)
            new.setdefault(entity.iri, set()).add(name)
    others = {iri: tuple(sorted(found - {labels[iri]})) for iri, found in new.items()}
    return NameDictionary(entities, labels, {**names.others, **others}, names.fold_case)
