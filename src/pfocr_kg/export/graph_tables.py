"""A graph as tables: what their columns hold, and their rows, in a fixed order.

Names of entities are CURIEs, the same in all tables, so that these join.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from pfocr_kg import iris
from pfocr_kg.export import stored_nodes
from pfocr_kg.export.figure_contents import KINDS, Drawn, drawn
from pfocr_kg.export.stored_nodes import Node
from pfocr_kg.model import DIRECT
from pfocr_kg.store.sparql import Answering, batches

Row = tuple[Any, ...]

_short = lru_cache(maxsize=50_000)(iris.curie)
"""CURIEs of what many figures draw, made once."""


class Column(NamedTuple):
    """A column: `type` is one of "text", "texts" (a list), "integer", "number", "truth".

    Any value may be missing but those of a "texts", which is an empty list then. `of` gives
    the value for a node, in tables of nodes.
    """

    name: str
    type: str
    of: Callable[[Node], Any] = lambda _: None


def _first(term: str) -> Callable[[Node], Any]:
    return lambda node: node.first(term)


def _curie(term: str) -> Callable[[Node], Any]:
    return lambda node: None if (iri := node.first(term)) is None else _short(iri)


def _all(term: str) -> Callable[[Node], Any]:
    return lambda node: node.all(term)


def _curies(term: str) -> Callable[[Node], Any]:
    return lambda node: [_short(iri) for iri in node.all(term)]


def _whole(term: str) -> Callable[[Node], Any]:
    return lambda node: None if (text := node.first(term)) is None else int(text)


def _real(term: str) -> Callable[[Node], Any]:
    return lambda node: None if (text := node.first(term)) is None else float(text)


def _count(term: str) -> Callable[[Node], Any]:
    return lambda node: len(node.all(term))


def _local(iri: str) -> str:
    return iri.removeprefix(iris.PREFIXES["pfocr"])


def _kind_of_mention(node: Node) -> str | None:
    kinds = (_local(kind).removesuffix("Mention").lower() for kind in node.all("rdf:type"))
    return next((kind for kind in kinds if kind in KINDS), None)


def _hgnc_symbol(node: Node) -> str | None:
    iri = node.first("wp:bdbHgncSymbol")
    return None if iri is None else unquote(iri.removeprefix(iris.PREFIXES["hgnc.symbol"]))


_ID: Final = Column("id", "text", lambda node: _short(node.iri))
_IRI: Final = Column("iri", "text", lambda node: node.iri)
_LABEL: Final = Column("label", "text", _first("rdfs:label"))
_ALSO: Final = Column("other_labels", "texts", _all("skos:altLabel"))

FIGURES: Final = (
    Column("figid", "text", _first("dcterms:identifier")),
    _IRI,
    Column("title", "text", _first("dcterms:title")),
    Column("caption", "text", _first("schema:caption")),
    Column("number", "text", _first("pfocr:figureNumber")),
    Column("type", "text", _first("pfocr:figureType")),
    Column("alias", "text", _first("pfocr:alias")),
    Column("file_name", "text", _first("pfocr:fileName")),
    Column("page", "text", _first("foaf:page")),
    Column("paper", "text", _curie("dcterms:isPartOf")),
    Column("pathway_score", "number", _real("pfocr:pathwayScore")),
    Column("organisms", "texts", _curies("pfocr:organism")),
    Column("organism_names", "texts", _all("pfocr:organismName")),
    Column("keywords", "texts", _all("pfocr:keyword")),
    Column("related_pathways", "texts", _curies("pfocr:relatedPathway")),
    Column("ndex_networks", "texts", _all("pfocr:ndexNetwork")),
    *(Column(f"{kind}s", "integer", _count(term)) for kind, term in KINDS.items()),
    Column("mentions", "integer", _count("pfocr:mention")),
)
DRAWN: Final = (
    Column("figid", "text"),
    Column("kind", "text"),
    Column("entity", "text"),
    Column("mentions", "integer"),
    Column("direct", "truth"),
    Column("candidates", "integer"),
    Column("keyword", "truth"),
)
MENTIONS: Final = (
    Column("figid", "text"),
    _IRI,
    Column("kind", "text", _kind_of_mention),
    Column("entity", "text", _curie("oa:hasBody")),
    Column("word", "text", _first("pfocr:word")),
    Column("matched_term", "text", _first("pfocr:matchedTerm")),
    Column("lexicon", "text", _first("pfocr:lexicon")),
    Column("direct", "truth", lambda node: node.first("pfocr:lexicon") in DIRECT),
    Column("candidates", "integer", _whole("pfocr:candidateCount")),
    Column("mesh_term", "text", _curie("pfocr:meshTerm")),
)
LINKS: Final = (
    Column("figid", "text"),
    Column("pathway", "text", _curie("pfocr:pathway")),
    Column("evidence", "texts", lambda node: [_local(e) for e in node.all("pfocr:evidence")]),
    Column("shared_genes", "texts", _curies("pfocr:sharedGene")),
    Column("jaccard", "number", _real("pfocr:jaccard")),
    Column("p_value", "number", _real("pfocr:pValue")),
    Column("adjusted_p_value", "number", _real("pfocr:adjustedPValue")),
    Column("score", "number", _real("pfocr:score")),
    Column("rank", "integer", _whole("pfocr:rank")),
)
PAPERS: Final = (
    _ID,
    _IRI,
    Column("pmcid", "text", _first("dcterms:identifier")),
    Column("title", "text", _first("dcterms:title")),
    Column("citation", "text", _first("dcterms:bibliographicCitation")),
    Column("year", "integer", _whole("dcterms:issued")),
    Column("doi", "text", _first("prism:doi")),
    Column("journal", "text", _first("prism:publicationName")),
    Column("nlm_abbreviation", "text", _first("pfocr:nlmAbbreviation")),
    Column("publisher", "text", _first("dc:publisher")),
    Column("keywords", "texts", _all("schema:keywords")),
)
GENES: Final = (
    _ID,
    Column("ncbi_gene", "integer", _whole("dcterms:identifier")),
    Column("symbol", "text", _first("rdfs:label")),
    Column("other_symbols", "texts", _all("skos:altLabel")),
    Column("organism", "text", _curie("pfocr:organism")),
    Column("hgnc_symbol", "text", _hgnc_symbol),
)
ENTITIES: Final = (_ID, _IRI, _LABEL, _ALSO)
PATHWAYS: Final = (
    _ID,
    _IRI,
    Column("wpid", "text", _first("dcterms:identifier")),
    Column("title", "text", _first("dcterms:title")),
    Column("organism", "text", _curie("pfocr:organism")),
    Column("genes", "texts", _curies("pfocr:pathwayGene")),
    Column("diseases", "texts", _curies("pfocr:disease")),
)

TABLES: Final[Mapping[str, tuple[Column, ...]]] = {
    "figures": FIGURES,
    "drawn": DRAWN,
    "mentions": MENTIONS,
    "links": LINKS,
    "papers": PAPERS,
    "genes": GENES,
    "chemicals": ENTITIES,
    "diseases": ENTITIES,
    "organisms": ENTITIES,
    "pathways": PATHWAYS,
}
"""Columns of each table."""

ABOUT: Final[Mapping[str, str]] = {
    "figures": "Figures, with titles, papers, organisms and counts",
    "drawn": "Figures and the genes, chemicals and diseases that each draws or names, once each",
    "mentions": "Mentions: the words that were read, and as what",
    "links": "Links between figures and pathways, with their evidence",
    "papers": "The papers that the figures are in",
    "genes": "Genes",
    "chemicals": "Chemicals",
    "diseases": "Diseases",
    "organisms": "Organisms",
    "pathways": "Pathways of WikiPathways, with their genes",
}
"""What the rows of each table are."""

_CLASSES: Final = {
    "papers": "schema:ScholarlyArticle",
    "genes": "pfocr:Gene",
    "chemicals": "pfocr:Chemical",
    "diseases": "pfocr:Disease",
    "organisms": "pfocr:Organism",
    "pathways": "pfocr:Pathway",
}


def rows(store: Answering) -> Iterator[tuple[str, Row]]:
    """Every row of every table, with the name of the table.

    Rows of a table come by code point: of the figure's IRI first, else of the node's own.
    """
    for batch in drawn(store):
        links = stored_nodes.links(store, [one.figure.iri for one in batch])
        for one in batch:
            yield from _rows_of(one, links.get(one.figure.iri, []))
    for name, kind in _CLASSES.items():
        for batch_of_nodes in batches(stored_nodes.members(store, kind)):
            for node in stored_nodes.about(store, batch_of_nodes):
                yield name, tuple(column.of(node) for column in TABLES[name])


def _rows_of(one: Drawn, links: list[Node]) -> Iterator[tuple[str, Row]]:
    figid = one.figid
    yield "figures", tuple(column.of(one.figure) for column in FIGURES)
    for pair in one.pairs:
        row = (len(pair.mentions), pair.direct, pair.candidates, pair.keyword)
        yield "drawn", (figid, pair.kind, _short(pair.entity), *row)
    nodes = chain(((MENTIONS, m) for m in one.mentions), ((LINKS, link) for link in links))
    for columns, node in nodes:
        name = "mentions" if columns is MENTIONS else "links"
        yield name, (figid, *(column.of(node) for column in columns[1:]))
