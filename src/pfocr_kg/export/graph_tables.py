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
from pfocr_kg.export.figure_contents import KINDS, FigureContents, contents
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import DIRECT
from pfocr_kg.store.sparql import Answering

TableRow = tuple[Any, ...]

_short = lru_cache(maxsize=50_000)(iris.curie)
"""CURIEs of entities, cached since many figures have them."""


class Column(NamedTuple):
    """A column; any value but a list may be missing.

    `type` is "text", "texts" (a list), "curie", "curies", "integer", "number", "truth", or
    "count" (of the values of a property). `source` is the property of the row's node, or a function
    that returns the value for the node.
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
    "count": lambda node, name: len(node.all(name)),
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


_ID: Final = Column("id", "text", lambda node: _short(node.iri))
_IRI: Final = Column("iri", "text", lambda node: node.iri)
_LABEL: Final = Column("label", "text", "rdfs:label")
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
    Column("paper", "curie", "dcterms:isPartOf"),
    Column("pathway_score", "number", "pfocr:pathwayScore"),
    Column("organisms", "curies", "pfocr:organism"),
    Column("organism_names", "texts", "pfocr:organismName"),
    Column("keywords", "texts", "pfocr:keyword"),
    Column("related_pathways", "curies", "pfocr:relatedPathway"),
    Column("ndex_networks", "texts", "pfocr:ndexNetwork"),
    *(Column(f"{kind}s", "count", name) for kind, name in KINDS.items()),
    Column("mentions", "count", "pfocr:mention"),
)
_DRAWN: Final = (
    Column("figid", "text"),
    Column("kind", "text"),
    Column("entity", "text"),
    Column("mentions", "integer"),
    Column("direct", "truth"),
    Column("candidates", "integer"),
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
    Column("direct", "truth", lambda node: node.first("pfocr:lexicon") in DIRECT),
    Column("candidates", "integer", "pfocr:candidateCount"),
    Column("mesh_term", "curie", "pfocr:meshTerm"),
)
_LINKS: Final = (
    Column("figid", "text"),
    Column("pathway", "curie", "pfocr:pathway"),
    Column("evidence", "texts", lambda node: [_local(e) for e in node.all("pfocr:evidence")]),
    Column("shared_genes", "curies", "pfocr:sharedGene"),
    Column("jaccard", "number", "pfocr:jaccard"),
    Column("p_value", "number", "pfocr:pValue"),
    Column("adjusted_p_value", "number", "pfocr:adjustedPValue"),
    Column("score", "number", "pfocr:score"),
    Column("rank", "integer", "pfocr:rank"),
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
    Column("symbol", "text", "rdfs:label"),
    Column("other_symbols", "texts", "skos:altLabel"),
    Column("organism", "curie", "pfocr:organism"),
    Column("hgnc_symbol", "text", _hgnc_symbol),
)
_ENTITIES: Final = (_ID, _IRI, _LABEL, _ALSO)
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
    "figures": Table("Figures, with titles, papers, organisms and counts", _FIGURES),
    "drawn": Table(
        "Figures and the genes, chemicals and diseases that each draws or names, once each",
        _DRAWN,
    ),
    "mentions": Table("Mentions: the words that were read, and as what", _MENTIONS),
    "links": Table("Links between figures and pathways, with their evidence", _LINKS),
    "papers": Table("The papers that the figures are in", _PAPERS, "schema:ScholarlyArticle"),
    "genes": Table("Genes", _GENES, "pfocr:Gene"),
    "chemicals": Table("Chemicals", _ENTITIES, "pfocr:Chemical"),
    "diseases": Table("Diseases", _ENTITIES, "pfocr:Disease"),
    "organisms": Table("Organisms", _ENTITIES, "pfocr:Organism"),
    "pathways": Table("Pathways of WikiPathways, with their genes", _PATHWAYS, "pfocr:Pathway"),
}


def rows(store: Answering) -> Iterator[tuple[str, TableRow]]:
    """Every row of every table, with the name of the table.

    Rows of a table are ordered by the figure's IRI, or else the node's, by Unicode code points.
    """
    for one in contents(store):
        yield from _figure_rows(one)
    for name, table in TABLES.items():
        if table.kind:
            for node in stored_nodes.nodes(store, table.kind):
                yield name, _row(node, table.columns)


def _figure_rows(one: FigureContents) -> Iterator[tuple[str, TableRow]]:
    yield "figures", _row(one.figure, _FIGURES)
    for entity in one.entities:
        values = (len(entity.mentions), entity.direct, entity.candidates, entity.keyword)
        yield "drawn", (one.figid, entity.kind, _short(entity.iri), *values)
    for mention in one.mentions:
        yield "mentions", (one.figid, *_row(mention, _MENTIONS[1:]))
    for link in one.links:
        yield "links", (one.figid, *_row(link, _LINKS[1:]))


def _row(node: StoredNode, columns: tuple[Column, ...]) -> TableRow:
    return tuple(_value(node, column) for column in columns)


def _value(node: StoredNode, column: Column) -> Any:
    if isinstance(column.source, str):
        return _READERS[column.type](node, column.source)
    return column.source(node)
