"""The content of records and pathways as immutable objects, which `rdf` turns into triples.

Texts are those of the record; identifiers are checked and stripped of their prefixes
("DOID:1612" becomes an IRI and a CURIE). An absent value is "" or ().
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

DIRECT: Final = frozenset({"ncbigene_symbol", "hgnc_symbol", "hgnc"})
"""Lexicons of direct matches: the word is a gene's symbol."""


class Kind(Enum):
    """The kinds of entity that a figure draws or names."""

    GENE = "Gene"
    CHEMICAL = "Chemical"
    DISEASE = "Disease"
    ORGANISM = "Organism"
    PATHWAY = "Pathway"

    # The hash of Enum is slow Python code; each member is one object in a process.
    __hash__ = object.__hash__


class Entity(NamedTuple):
    """A gene, chemical, disease, organism or pathway, by its IRI.

    `identifier` is the text of dcterms:identifier; `organism` the NCBI taxon number of a
    gene; `same_as` the IRI of the same thing in another dataset.
    """

    kind: Kind
    iri: str
    identifier: str
    organism: str = ""
    same_as: str = ""


class Mention(NamedTuple):
    """One word of a figure read as one entity, with the match that led to it.

    `candidates` is the number of different genes of the organism that the same word and
    match gave in the figure, 0 if the entity is not a gene. `mesh` is the MeSH IRI in the row, if
    the entity has another IRI.
    """

    entity: Entity
    word: str
    match: str
    lexicon: str
    candidates: int = 0
    mesh: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper of a figure, from one record."""

    pmcid: str
    title: str = ""
    citation: str = ""
    year: str = ""
    doi: str = ""
    journal: str = ""
    nlm_abbreviation: str = ""
    publisher: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One record: a figure, its paper, its entities, and the names of entities in the record.

    `names` holds the distinct (entity, form) pairs: the form is a name of the entity, or "" if the
    record has none. They are not among the figure's triples; labels are chosen by their counts in
    the corpus.
    """

    figid: str
    paper: Paper
    title: str = ""
    caption: str = ""
    number: str = ""
    figtype: str = ""
    alias: str = ""
    filename: str = ""
    figlink: str = ""
    score: str = ""
    ndex: str = ""
    cc0: bool = False
    organisms: tuple[Entity, ...] = ()
    organism_names: tuple[str, ...] = ()
    genes: tuple[Entity, ...] = ()
    chemicals: tuple[Entity, ...] = ()
    diseases: tuple[Entity, ...] = ()
    disease_keywords: tuple[Entity, ...] = ()
    keywords: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    pathways: tuple[Entity, ...] = ()
    names: tuple[tuple[Entity, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entity with its label and its other names."""

    entity: Entity
    label: str
    other_labels: tuple[str, ...] = ()
    hgnc_symbol: str = ""


@dataclass(frozen=True, slots=True)
class Pathway:
    """One pathway of WikiPathways.

    `organism` is None if `organism_name` is not the name of a known organism; such a pathway
    has no genes, since a gene needs its organism. `gene_names` are NCBI gene ids with the name
    that the pathway gives only to this gene. `figids` are the figures that its
    description names. `pubmed`, `dois` and `pmcids` are the papers that it cites,
    `citing_dois` and `citing_pmcids` those that cite it; DOIs in lower case.
    """

    wpid: str
    title: str = ""
    organism: Entity | None = None
    organism_name: str = ""
    genes: tuple[Entity, ...] = ()
    gene_names: tuple[tuple[str, str], ...] = ()
    diseases: tuple[Entity, ...] = ()
    figids: tuple[str, ...] = ()
    pubmed: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    pmcids: tuple[str, ...] = ()
    citing_dois: tuple[str, ...] = ()
    citing_pmcids: tuple[str, ...] = ()


class Evidence(Enum):
    """The kinds of evidence for a link between a figure and a pathway, strongest first."""

    CURATED = "CuratedEvidence"
    GENE_OVERLAP = "GeneOverlapEvidence"
    SHARED_PAPER = "SharedPaperEvidence"
    SHARED_DISEASE = "SharedDiseaseEvidence"

    __hash__ = object.__hash__  # see `Kind`


class Overlap(NamedTuple):
    """How much the genes of a figure and a pathway have in common.

    `genes` are the shared genes, at least one, ordered by NCBI gene id. `rank` is the place of the
    pathway among the figure's pathways by `score`: 1 is best, and equal scores share a place.
    """

    genes: tuple[Entity, ...]
    jaccard: float
    p_value: float
    adjusted_p_value: float
    score: float
    rank: int


class PathwayLink(NamedTuple):
    """One figure and one pathway that belong together, with all the evidence for it.

    `overlap` is None if they share no gene.
    """

    figid: str
    pathway: Entity
    evidence: tuple[Evidence, ...]
    overlap: Overlap | None = None
