"""The content of records and pathways as immutable objects, which `rdf` turns into triples.

Texts are those of the record; identifiers are checked and stripped of their prefixes
("DOID:1612" becomes an IRI and a CURIE). An absent value is "" or ().
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, NamedTuple, Never

from pfocr_kg.errors import QueryError, quoted


class Kind(Enum):
    """The kinds of entity that a figure draws or names."""

    GENE = "Gene"
    CHEMICAL = "Chemical"
    DISEASE = "Disease"
    ORGANISM = "Organism"
    PATHWAY = "Pathway"

    # The hash of Enum is slow Python code; each member is one object in a process.
    __hash__ = object.__hash__


class MatchKind(Enum):
    """How a mention's word was matched to its entity.

    The first three are the kinds of lexicon that a word of the figure was found in. A keyword is
    one of the record's JSON-LD block; a text is the figure's title, its caption or the paper's
    title.
    """

    SYMBOL = "SymbolMatch"
    SYNONYM = "SynonymMatch"
    FAMILY = "FamilyMatch"
    KEYWORD = "KeywordMatch"
    TEXT = "TextMatch"

    __hash__ = object.__hash__  # see `Kind`


class Level(StrEnum):
    """How sure the reading of a gene has to be.

    SYMBOL: a word of the figure is the gene's symbol. UNAMBIGUOUS: a word of the figure can mean
    only this gene. ANY: all genes of the record.

    Raises:
        QueryError: the text names no level.

    """

    SYMBOL = "symbol"
    UNAMBIGUOUS = "unambiguous"
    ANY = "any"

    @classmethod
    def _missing_(cls, value: object) -> Never:
        raise QueryError(
            f"there is no level {quoted(str(value))}", hint="Levels are " + ", ".join(cls)
        )


LEVEL_PROPERTIES: Final = {
    Level.SYMBOL: "geneBySymbol",
    Level.UNAMBIGUOUS: "unambiguousGene",
    Level.ANY: "gene",
}
"""Local name of the property in `pfocr:` that leads from a figure to its genes of a level."""


class Entity(NamedTuple):
    """A gene, chemical, disease, organism or pathway, by its IRI.

    `identifier` is the text of dcterms:identifier; `organism` the NCBI taxon number of a gene.
    """

    kind: Kind
    iri: str
    identifier: str
    organism: str = ""


class Use(Enum):
    """What a form of an entity is in a record.

    The first three are names, in the order in which they become its label: the matched term, the
    name (a gene's symbol too), the word. SAME is the IRI of the same thing in another dataset.
    """

    MATCH = "match"
    NAME = "name"
    WORD = "word"
    SAME = "same"

    __hash__ = object.__hash__  # see `Kind`


class Name(NamedTuple):
    """What a record calls an entity; `form` is "" if the record has no name for it."""

    entity: Entity
    form: str
    use: Use = Use.NAME


class Mention(NamedTuple):
    """One word of a figure read as one entity, with the match that led to it.

    `candidates` is the number of different genes of the organism that the same word and
    match gave in the figure, 0 if the entity is not a gene. `mesh` is the MeSH IRI in the row, if
    the entity has another IRI. `meanings` is how many things the matched term can mean (0 if
    unknown), `found_in` the text that holds the name: "title", "caption" or "paperTitle".
    """

    entity: Entity
    word: str
    match: str
    lexicon: str
    candidates: int = 0
    mesh: str = ""
    match_kind: MatchKind | None = None
    meanings: int = 0
    found_in: str = ""


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

    `organisms` are `paper_organisms`, which the paper is about, and `gene_organisms`, whose gene
    names fit; `doubtful_organisms` are animals among these, if the paper is about plants, fungi,
    bacteria or archaea alone. `diseases` are those that the figure names, `disease_keywords` those
    among the record's keywords. `other_page` is a figlink that leads to another paper than the
    figure's.

    `names` are distinct. They are not among the figure's triples; labels are chosen by their counts
    in the corpus.
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
    other_page: str = ""
    organisms: tuple[Entity, ...] = ()
    paper_organisms: tuple[Entity, ...] = ()
    gene_organisms: tuple[Entity, ...] = ()
    doubtful_organisms: tuple[Entity, ...] = ()
    organism_names: tuple[str, ...] = ()
    genes: tuple[Entity, ...] = ()
    genes_by_symbol: tuple[Entity, ...] = ()
    unambiguous_genes: tuple[Entity, ...] = ()
    chemicals: tuple[Entity, ...] = ()
    diseases: tuple[Entity, ...] = ()
    disease_keywords: tuple[Entity, ...] = ()
    keywords: tuple[str, ...] = ()
    mentions: tuple[Mention, ...] = ()
    pathways: tuple[Entity, ...] = ()
    names: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """An entity with its label, its other names, and what dictionaries know of it.

    `ensembl` are Ensembl ids of a gene, `exact_matches` IRIs of the same thing in other datasets,
    `associated_genes` the IRIs of genes that DISEASES gives a disease. `words` are those of the
    other names that are only read off figures; `figures` counts the figures that have the entity.
    """

    entity: Entity
    label: str
    other_labels: tuple[str, ...] = ()
    hgnc_symbol: str = ""
    ensembl: tuple[str, ...] = ()
    exact_matches: tuple[str, ...] = ()
    associated_genes: tuple[str, ...] = ()
    words: frozenset[str] = frozenset()
    figures: int = 0


class GeneName(NamedTuple):
    """What a pathway calls a gene, given by its NCBI gene id.

    `others` are the other genes of the node; none if the node stands for this gene alone.
    """

    gene: str
    name: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pathway:
    """One pathway of WikiPathways.

    `organism` is None if `organism_name` is not the name of a known organism; such a pathway
    has no genes, since a gene needs its organism. `gene_nodes` counts the nodes that stand for a
    gene, with an NCBI gene id or without; only the database tells it. `gene_names` are the
    different names that it gives to genes, `uniprot` its pairs of an NCBI gene id and a UniProt
    accession. `figids` are the figures that its
    description names. `pubmed`, `dois` and `pmcids` are the papers that it cites,
    `citing_dois` and `citing_pmcids` those that cite it; DOIs in lower case.
    """

    wpid: str
    title: str = ""
    organism: Entity | None = None
    organism_name: str = ""
    genes: tuple[Entity, ...] = ()
    gene_nodes: int = 0
    gene_names: tuple[GeneName, ...] = ()
    uniprot: tuple[tuple[str, str], ...] = ()
    diseases: tuple[Entity, ...] = ()
    figids: tuple[str, ...] = ()
    pubmed: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    pmcids: tuple[str, ...] = ()
    citing_dois: tuple[str, ...] = ()
    citing_pmcids: tuple[str, ...] = ()


class Evidence(Enum):
    """The kinds of evidence for a link between a figure and a pathway, strongest first.

    A shared disease is added to links that have other evidence, and makes none alone.
    """

    CURATED = "CuratedEvidence"
    GENE_OVERLAP = "GeneOverlapEvidence"
    SHARED_PAPER = "SharedPaperEvidence"
    SHARED_TEXT = "SharedTextEvidence"
    SHARED_SYMBOL = "SharedSymbolEvidence"
    SHARED_DISEASE = "SharedDiseaseEvidence"

    __hash__ = object.__hash__  # see `Kind`


class Overlap(NamedTuple):
    """How much the genes of a figure and a pathway have in common.

    `genes` are the shared genes, at least one, ordered by NCBI gene id; `words` counts the words of
    the figure that gave them. `word_p_value` is the p-value where each word is one draw.
    `rank` is the place of the pathway among the figure's pathways by `score`, `rank_in_organism`
    that among those of its organism: 1 is best, and equal scores share a place. `margin` is the
    score less the best other pathway's of the organism. `wider` are pathways that contain all
    genes of this one, and share no other gene with the figure.

    With `by_symbol`, the figure has no gene of the pathway's organism; `genes` are those of the
    pathway that have the symbol of a gene of the figure, and `rank` is None.
    """

    genes: tuple[Entity, ...]
    words: int
    jaccard: float
    p_value: float
    adjusted_p_value: float
    word_p_value: float
    score: float
    rank: int | None
    rank_in_organism: int
    margin: float
    wider: tuple[Entity, ...] = ()
    by_symbol: bool = False


class PathwayLink(NamedTuple):
    """One figure and one pathway that belong together, with all the evidence for it.

    `overlap` is None if they share no gene. `text_score` is above 0 with SHARED_TEXT only.
    """

    figid: str
    pathway: Entity
    evidence: tuple[Evidence, ...]
    overlap: Overlap | None = None
    text_score: float = 0.0
