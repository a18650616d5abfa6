"""A graph as tables: their columns, and their rows, in a fixed order.

Names of entities are CURIEs, the same in all tables, so that these join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from pfocr_kg import iris
from pfocr_kg.export import stored_nodes
from pfocr_kg.export.figure_contents import KINDS, FigureContents, contents, match_kind
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import Level
from pfocr_kg.store.sparql import Answering

TableRow = tuple[Any, ...]

_short = lru_cache(maxsize=50_000)(iris.curie)
"""CURIEs of entities, cached since many figures have them."""


class Column(NamedTuple):
    """A column; any value but a list may be missing.

    `type` is "text", "texts" (a list), "curie", "curies", "integer", "number" or "truth". `source`
    is the property of the row's node, or a function that returns the value for the node; a column
    without one gets its value where its row is made.
    """

    name: str
    type: str
    source: str | Callable[[StoredNode], Any] = ""


class Table(NamedTuple):
    """A description of a row, the columns, and the class of the rows' nodes, if any."""

    about: str
    columns: tuple[Column, ...]
    kind: str = ""


_READERS: Final[Mapping[str, Callable[[StoredNode, str], Any]]] = {
    "text": lambda node, name: node.first(name),
    "texts": lambda node, name: node.all(name),
    "curie": lambda node, name: None if (iri := node.first(name)) is None else _short(iri),
    "curies": lambda node, name: [_short(iri) for iri in node.all(name)],
    "integer": lambda node, name: None if (text := node.first(name)) is None else int(text),
    "number": lambda node, name: None if (text := node.first(name)) is None else float(text),
}
"""The function that reads a property for each type of column."""


def _local(iri: str) -> str:
    return iri.removeprefix(iris.PREFIXES["pfocr"])


def _mention_kind(node: StoredNode) -> str | None:
    kinds = (_local(kind).removesuffix("Mention").lower() for kind in node.all("rdf:type"))
    return next((kind for kind in kinds if kind in KINDS), None)


def _hgnc_symbol(node: StoredNode) -> str | None:
    iri = node.first("wp:bdbHgncSymbol")
    return None if iri is None else unquote(iri.removeprefix(iris.PREFIXES["hgnc.symbol"]))


def _ensembl(node: StoredNode) -> list[str]:
    return [iri.removeprefix(iris.PREFIXES["ensembl"]) for iri in node.all("wp:bdbEnsembl")]


_ID: Final = Column("id", "text", lambda node: _short(node.iri))
_IRI: Final = Column("iri", "text", lambda node: node.iri)
_LABEL: Final = Column("label", "text", "skos:prefLabel")
_ALSO: Final = Column("other_labels", "texts", "skos:altLabel")

_FIGURES: Final = (
    Column("figid", "text", "dcterms:identifier"),
    _IRI,
    Column("title", "text", "dcterms:title"),
    Column("caption", "text", "schema:caption"),
    Column("number", "text", "pfocr:figureNumber"),
    Column("type", "text", "pfocr:figureType"),
    Column("alias", "text", "pfocr:alias"),
    Column("file_name", "text", "pfocr:fileName"),
    Column("page", "text", "foaf:page"),
    Column("page_of_other_paper", "text", "pfocr:pageOfOtherPaper"),
    Column("paper", "curie", "dcterms:isPartOf"),
    Column("pathway_score", "number", "pfocr:pathwayScore"),
    Column("organisms", "curies", "pfocr:organism"),
    Column("paper_organisms", "curies", "pfocr:paperOrganism"),
    Column("gene_organisms", "curies", "pfocr:geneOrganism"),
    Column("doubtful_organisms", "curies", "pfocr:doubtfulOrganism"),
    Column("organism_names", "texts", "pfocr:organismName"),
    Column("keywords", "texts", "pfocr:keyword"),
    Column("related_pathways", "curies", "pfocr:relatedPathway"),
    Column("ndex_networks", "texts", "pfocr:ndexNetwork"),
)
_COUNTS: Final = (
    *(Column(f"{kind}s", "integer") for kind in KINDS),
    Column("disease_keywords", "integer"),
    Column("mentions", "integer"),
)
_DRAWN: Final = (
    Column("figid", "text"),
    Column("kind", "text"),
    Column("entity", "text"),
    Column("mentions", "integer"),
    Column("match_kind", "texts"),
    Column("meaning_count", "integer"),
    Column("candidates", "integer"),
)
_DISEASES: Final = (
    Column("figid", "text"),
    Column("disease", "text"),
    Column("named", "truth"),
    Column("found_in", "texts"),
    Column("keyword", "truth"),
)
_MENTIONS: Final = (
    Column("figid", "text"),
    _IRI,
    Column("kind", "text", _mention_kind),
    Column("entity", "curie", "oa:hasBody"),
    Column("word", "text", "pfocr:word"),
    Column("matched_term", "text", "pfocr:matchedTerm"),
    Column("lexicon", "text", "pfocr:lexicon"),
    Column("match_kind", "text", match_kind),
    Column("meaning_count", "integer", "pfocr:meaningCount"),
    Column("candidates", "integer", "pfocr:candidateCount"),
    Column("found_in", "text", "pfocr:foundIn"),
    Column("mesh_term", "curie", "pfocr:meshTerm"),
)
_LINKS: Final = (
    Column("figid", "text"),
    Column("pathway", "curie", "pfocr:pathway"),
    Column("evidence", "texts", lambda node: [_local(e) for e in node.all("pfocr:evidence")]),
    Column("shared_genes", "curies", "pfocr:sharedGene"),
    Column("shared_symbol_genes", "curies", "pfocr:sharedSymbolGene"),
    Column("shared_words", "integer", "pfocr:sharedWordCount"),
    Column("jaccard", "number", "pfocr:jaccard"),
    Column("p_value", "number", "pfocr:pValue"),
    Column("word_p_value", "number", "pfocr:wordPValue"),
    Column("adjusted_p_value", "number", "pfocr:adjustedPValue"),
    Column("score", "number", "pfocr:score"),
    Column("rank", "integer", "pfocr:rank"),
    Column("rank_in_organism", "integer", "pfocr:rankInOrganism"),
    Column("margin", "number", "pfocr:margin"),
    Column("wider_pathways", "curies", "pfocr:widerPathway"),
    Column("text_score", "number", "pfocr:textScore"),
)
_PAPERS: Final = (
    _ID,
    _IRI,
    Column("pmcid", "text", "dcterms:identifier"),
    Column("title", "text", "dcterms:title"),
    Column("citation", "text", "dcterms:bibliographicCitation"),
    Column("year", "integer", "dcterms:issued"),
    Column("doi", "text", "prism:doi"),
    Column("journal", "text", "prism:publicationName"),
    Column("nlm_abbreviation", "text", "pfocr:nlmAbbreviation"),
    Column("publisher", "text", "dc:publisher"),
    Column("keywords", "texts", "schema:keywords"),
)
_GENES: Final = (
    _ID,
    Column("ncbi_gene", "integer", "dcterms:identifier"),
    Column("symbol", "text", "skos:prefLabel"),
    Column("other_symbols", "texts", "skos:altLabel"),
    Column("organism", "curie", "pfocr:organism"),
    Column("hgnc_symbol", "text", _hgnc_symbol),
    Column("ensembl", "texts", _ensembl),
)
_ENTITIES: Final = (_ID, _IRI, _LABEL, _ALSO)
_SAME: Final = Column("exact_matches", "curies", "skos:exactMatch")
_ASSOCIATED: Final = Column("associated_genes", "curies", "pfocr:associatedGene")
_PATHWAYS: Final = (
    _ID,
    _IRI,
    Column("wpid", "text", "dcterms:identifier"),
    Column("title", "text", "dcterms:title"),
    Column("organism", "curie", "pfocr:organism"),
    Column("genes", "curies", "pfocr:pathwayGene"),
    Column("diseases", "curies", "pfocr:disease"),
)

TABLES: Final[Mapping[str, Table]] = {
    "figures": Table("Figures, with titles, papers, organisms and counts", _FIGURES + _COUNTS),
    "drawn": Table("Figures and the genes and chemicals that each draws, once each", _DRAWN),
    "figure_diseases": Table(
        "Figures and their diseases: those that a figure names, and those among its keywords, which"
        " say what its genes are known for",
        _DISEASES,
    ),
    "mentions": Table("Mentions: the words that were read, and as what", _MENTIONS),
    "links": Table("Links between figures and pathways, with their evidence", _LINKS),
    "papers": Table("The papers that the figures are in", _PAPERS, "schema:ScholarlyArticle"),
    "genes": Table("Genes", _GENES, "pfocr:Gene"),
    "chemicals": Table("Chemicals", (*_ENTITIES, _SAME), "pfocr:Chemical"),
    "diseases": Table(
        "Diseases, with the genes that DISEASES gives them",
        (*_ENTITIES, _SAME, _ASSOCIATED),
        "pfocr:Disease",
    ),
    "organisms": Table("Organisms", _ENTITIES, "pfocr:Organism"),
    "pathways": Table("Pathways of WikiPathways, with their genes", _PATHWAYS, "pfocr:Pathway"),
}


def rows(store: Answering, level: str = Level.ANY) -> Iterator[tuple[str, TableRow]]:
    """Every row of every table, with the name of the table.

    Rows of a table are ordered by the figure's IRI, or else the node's, by Unicode code points.
    Genes of figures below the level are left out, with their mentions.
    """
    for one in contents(store, level):
        yield from _figure_rows(one)
    for name, table in TABLES.items():
        if table.kind:
            for node in stored_nodes.nodes(store, table.kind):
                yield name, _row(node, table.columns)


def _figure_rows(one: FigureContents) -> Iterator[tuple[str, TableRow]]:
    yield "figures", (*_row(one.figure, _FIGURES), *_counts(one))
    for entity in one.entities:
        if entity.kind != "disease":
            values = (len(entity.mentions), entity.match_kinds, *entity.counts)
            yield "drawn", (one.figid, entity.kind, _short(entity.iri), *values)
    yield from (("figure_diseases", (one.figid, *row)) for row in _diseases(one))
    for mention in one.mentions:
        yield "mentions", (one.figid, *_row(mention, _MENTIONS[1:]))
    for link in one.links:
        yield "links", (one.figid, *_row(link, _LINKS[1:]))


def _counts(one: FigureContents) -> TableRow:
    kinds = [entity.kind for entity in one.entities]
    return (*map(kinds.count, KINDS), len(one.disease_keywords), len(one.mentions))


def _diseases(one: FigureContents) -> Iterator[TableRow]:
    named = {entity.iri: entity for entity in one.entities if entity.kind == "disease"}
    for iri in sorted({*named, *one.disease_keywords}):
        found_in = named[iri].found_in if iri in named else []
        yield _short(iri), iri in named, found_in, iri in one.disease_keywords


def _row(node: StoredNode, columns: tuple[Column, ...]) -> TableRow:
    return tuple(_value(node, column) for column in columns)


def _value(node: StoredNode, column: Column) -> Any:
    if isinstance(column.source, str):
        return _READERS[column.type](node, column.source)
    return column.source(node)
