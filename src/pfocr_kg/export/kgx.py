"""Writes a graph as KGX tables of nodes and edges, in the terms of the Biolink Model.

KGX: https://github.com/biolink/kgx/blob/master/specification/kgx-format.md; Biolink Model:
https://biolink.github.io/biolink-model/. decisions/0021 has the reasons for each category,
predicate, knowledge level and agent, and for not using KGX's own package. A test
runs its validator on these files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pfocr_kg import iris
from pfocr_kg.export import stored_nodes
from pfocr_kg.export.figure_contents import (
    FigureContents,
    FigureEntity,
    contents,
    match_kind,
)
from pfocr_kg.export.output_folder import all_or_nothing
from pfocr_kg.export.stored_nodes import StoredNode
from pfocr_kg.model import Evidence, Level
from pfocr_kg.store.sparql import Answering

KgxRow = dict[str, Any]
"""Values by column: texts, numbers, truth values, or lists of texts; None if missing."""

NODES: Final = (
    *("id", "category", "name", "synonym", "in_taxon_label", "xref", "iri", "provided_by"),
)
EDGES: Final = (
    *("id", "subject", "predicate", "object", "category"),
    *("primary_knowledge_source", "supporting_data_source", "knowledge_level", "agent_type"),
    *("publications", "has_evidence", "evidence_count", "supporting_text"),
    *("lexicon", "match_kind", "meaning_count", "candidate_count", "found_in"),
    *("link_evidence", "shared_genes", "shared_symbol_genes", "shared_words", "jaccard"),
    *("p_value", "word_p_value", "adjusted_p_value", "rank", "rank_in_organism", "margin"),
    *("wider_pathways", "text_score"),
)

_PFOCR: Final = "infores:pfocr"
_PFOCR_KG: Final = "infores:pfocr-kg"
_WIKIPATHWAYS: Final = "infores:wikipathways"
_DISEASES: Final = "infores:diseases"

_PREFIXES: Final[Mapping[str, str]] = {
    "ensembl": "ENSEMBL",
    "ncbigene": "NCBIGene",
    "mesh": "MESH",
    "wikipathways": "WIKIPATHWAYS",
    "pmc": "PMCID:PMC",
}
"""Prefixes of the Biolink Model that differ from ours; the last includes the letters of the id."""

_XREFS: Final = ("wp:bdbEnsembl", "skos:exactMatch")

_CATEGORIES: Final[Mapping[str, str]] = {
    "pfocr:PathwayFigure": "Publication",
    "schema:ScholarlyArticle": "JournalArticle",
    "pfocr:Gene": "Gene",
    "pfocr:Chemical": "ChemicalEntity",
    "pfocr:Disease": "Disease",
    "pfocr:Organism": "OrganismTaxon",
    "pfocr:Pathway": "Pathway",
}
"""The Biolink category of each class."""


def write(store: Answering, folder: Path, *, level: str = Level.ANY) -> dict[str, int]:
    """Write `nodes.tsv` and `edges.tsv` into a folder; returns the numbers of both.

    Nodes are ordered by class, edges by figure, gene, pathway and disease, then by their IRIs; the
    same graph gives the same bytes. Genes below the level have no edge from a figure.

    Raises:
        PfocrError: a file cannot be written.
        QueryError: the level is unknown.

    """
    with all_or_nothing(folder) as work:
        return {
            "nodes": _write_table(work / "nodes.tsv", NODES, _nodes(store)),
            "edges": _write_table(work / "edges.tsv", EDGES, _edges(store, level)),
        }


def _write_table(path: Path, columns: tuple[str, ...], rows: Iterable[KgxRow]) -> int:
    # Nothing is quoted: KGX reads these tables without quotes.
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("\t".join(columns) + "\n")
        for count, row in enumerate(rows, start=1):  # noqa: B007
            file.write("\t".join(_cell(row.get(column)) for column in columns) + "\n")
    return count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "|".join(filter(None, map(_text, value)))
    return _text(str(value))


def _text(value: str) -> str:
    # A bar separates the items of a list, and KGX looks for it in every cell.
    return " ".join(value.replace("|", "\u00a6").split())


# Many figures have the same entities.
@lru_cache(maxsize=50_000)
def curie(iri: str) -> str:
    """The CURIE of an IRI, with the prefix of the Biolink Model.

    Figures have the prefix `figure` of the graph's CURIEs, since the model has none for them.
    """
    prefix, _, local = iris.curie(iri).partition(":")
    if prefix == "figure":
        return "figure:" + quote(local, safe="%-._~!$&'*+,;=@")
    known = _PREFIXES.get(prefix, prefix)
    return known + local if ":" in known else f"{known}:{local}"


def _nodes(store: Answering) -> Iterator[KgxRow]:
    taxa = stored_nodes.labels(store, "pfocr:Organism")
    for kind, category in _CATEGORIES.items():
        source = _WIKIPATHWAYS if kind == "pfocr:Pathway" else _PFOCR
        for node in stored_nodes.nodes(store, kind):
            yield _node(node, category, taxa) | {"provided_by": [source]}


def _node(node: StoredNode, category: str, taxa: Mapping[str, str]) -> KgxRow:
    # The organisms of a figure are mentioned in it.
    organism = node.first("pfocr:organism") if category in ("Gene", "Pathway") else None
    return {
        "id": curie(node.iri),
        "category": [f"biolink:{category}"],
        "name": node.first("skos:prefLabel")
        or node.first("dcterms:title")
        or node.first("dcterms:identifier"),
        "synonym": node.all("skos:altLabel"),
        "in_taxon_label": organism and taxa.get(organism),
        "xref": _xrefs(node),
        "iri": node.iri,
    }


def _xrefs(node: StoredNode) -> list[str]:
    """The ids of the same thing in other datasets; the OBO form of a chemical is its own id."""
    same = [iri for name in _XREFS for iri in node.all(name)]
    others = [curie(iri) for iri in same if not iri.startswith(iris.chemical_obo(""))]
    return [*(f"doi:{doi}" for doi in node.all("prism:doi")), *others]


Origin = tuple[str, str, str]
"""The origin of an edge: primary knowledge source, knowledge level, agent type."""

_RECORD: Final = (_PFOCR, "knowledge_assertion", "automated_agent")
_CURATED: Final = (_WIKIPATHWAYS, "knowledge_assertion", "manual_agent")
_ENRICHED: Final = (_PFOCR, "statistical_association", "data_analysis_pipeline")
_ASSOCIATED: Final = (_DISEASES, "knowledge_assertion", "manual_agent")

_COMPARED: Final = (_PFOCR_KG, "statistical_association", "data_analysis_pipeline")
_PREDICTED: Final = (_PFOCR_KG, "prediction", "automated_agent")

_EVIDENCE: Final[Mapping[Evidence, Origin]] = {
    Evidence.CURATED: _CURATED,
    Evidence.GENE_OVERLAP: _COMPARED,
    Evidence.SHARED_PAPER: _PREDICTED,
    Evidence.SHARED_TEXT: _PREDICTED,
    Evidence.SHARED_SYMBOL: _COMPARED,
    Evidence.SHARED_DISEASE: _PREDICTED,
}
"""The origin of a link, by its strongest evidence, strongest first."""

_NO_EVIDENCE: Final = (_PFOCR_KG, "not_provided", "not_provided")

_IMAGE: Final = (_PFOCR, "not_provided", "image_processing_agent")
_KEYWORD: Final = (_PFOCR, "not_provided", "automated_agent")
_TEXT: Final = (_PFOCR_KG, "not_provided", "text_mining_agent")

_MENTIONING: Final = "InformationContentEntityToNamedThingAssociation"


def _edges(store: Answering, level: str) -> Iterator[KgxRow]:
    for one in contents(store, level):
        yield from _figure_edges(one)
    for gene in stored_nodes.nodes(store, "pfocr:Gene"):
        yield from _edges_to(gene, "in_taxon", "pfocr:organism", _RECORD)
    for pathway in stored_nodes.nodes(store, "pfocr:Pathway"):
        yield from _edges_to(pathway, "in_taxon", "pfocr:organism", _CURATED)
        yield from _edges_to(pathway, "has_participant", "pfocr:pathwayGene", _CURATED)
        yield from _edges_to(pathway, "related_to", "pfocr:disease", _CURATED)
    yield from _disease_edges(store)


def _disease_edges(store: Answering) -> Iterator[KgxRow]:
    """Edges to diseases from the genes that DISEASES gives them, as far as these are nodes."""
    genes = set(stored_nodes.members(store, "pfocr:Gene"))
    for disease in stored_nodes.nodes(store, "pfocr:Disease"):
        for gene in disease.all("pfocr:associatedGene"):
            if gene in genes:
                yield _edge(gene, "gene_associated_with_condition", disease.iri, _ASSOCIATED)


def _edges_to(node: StoredNode, predicate: str, name: str, origin: Origin) -> Iterator[KgxRow]:
    """Edges from a node to the values of a property."""
    for value in node.all(name):
        yield _edge(node.iri, predicate, value, origin)


def _edge(
    subject: str, predicate: str, value: str, origin: Origin, category: str = "Association"
) -> KgxRow:
    ends = {"subject": curie(subject), "object": curie(value)}
    source, level, agent = origin
    return {
        "id": f"{ends['subject']}--{predicate}--{ends['object']}",
        "predicate": f"biolink:{predicate}",
        "category": [f"biolink:{category}"],
        "primary_knowledge_source": source,
        "knowledge_level": level,
        "agent_type": agent,
        **ends,
    }


def _figure_edges(one: FigureContents) -> Iterator[KgxRow]:
    figure = one.figure
    yield from _edges_to(figure, "part_of", "dcterms:isPartOf", _RECORD)
    publications = {"publications": [curie(paper) for paper in figure.all("dcterms:isPartOf")]}
    for entity in one.entities:
        yield _mention_edge(figure.iri, entity) | publications
    # PFOCR tests the genes of a figure for enrichment in the gene sets of DISEASES.
    by_genes = {"supporting_data_source": [_DISEASES]} | publications
    for disease in one.disease_keywords:
        yield _edge(figure.iri, "associated_with", disease, _ENRICHED) | by_genes
    linked: set[str] = set()
    for link in one.links:
        for pathway in link.all("pfocr:pathway")[:1]:
            linked.add(pathway)
            yield _link_edge(figure.iri, pathway, link) | publications
    for pathway in figure.all("pfocr:relatedPathway"):
        if pathway not in linked:
            curated = {"link_evidence": [Evidence.CURATED.value]}
            yield _edge(figure.iri, "related_to", pathway, _CURATED) | publications | curated


def _mention_edge(figure: str, entity: FigureEntity) -> KgxRow:
    mentions = entity.mentions
    meanings, candidates = entity.counts
    return _edge(figure, "mentions", entity.iri, _mention_origin(mentions), _MENTIONING) | {
        "has_evidence": [mention.iri for mention in mentions],
        "evidence_count": len(mentions),
        "supporting_text": sorted({word for one in mentions for word in one.all("pfocr:word")}),
        "lexicon": sorted({name for one in mentions for name in one.all("pfocr:lexicon")}),
        "match_kind": entity.match_kinds,
        "meaning_count": meanings,
        "candidate_count": candidates,
        "found_in": entity.found_in,
    }


def _mention_origin(mentions: Iterable[StoredNode]) -> Origin:
    """The origin of an edge by its mentions: a word of the image counts before a text's."""
    kinds = {match_kind(mention) for mention in mentions}
    if kinds <= {"keyword"}:
        return _KEYWORD
    return _TEXT if kinds <= {"keyword", "text"} else _IMAGE


def _link_edge(figure: str, pathway: str, link: StoredNode) -> KgxRow:
    base = iris.PREFIXES["pfocr"]
    stated = set(link.all("pfocr:evidence"))
    evidence = [kind for kind in Evidence if base + kind.value in stated]
    origin = _EVIDENCE[evidence[0]] if evidence else _NO_EVIDENCE
    return _edge(figure, "related_to", pathway, origin) | {
        "supporting_data_source": [_PFOCR, _WIKIPATHWAYS],
        "has_evidence": [link.iri],
        "link_evidence": [kind.value for kind in evidence],
        "shared_genes": [curie(gene) for gene in link.all("pfocr:sharedGene")],
        "shared_symbol_genes": [curie(gene) for gene in link.all("pfocr:sharedSymbolGene")],
        "shared_words": link.first("pfocr:sharedWordCount"),
        "jaccard": _number(link, "pfocr:jaccard"),
        "p_value": _number(link, "pfocr:pValue"),
        "word_p_value": _number(link, "pfocr:wordPValue"),
        "adjusted_p_value": _number(link, "pfocr:adjustedPValue"),
        "rank": link.first("pfocr:rank"),
        "rank_in_organism": link.first("pfocr:rankInOrganism"),
        "margin": _number(link, "pfocr:margin"),
        "wider_pathways": [curie(wider) for wider in link.all("pfocr:widerPathway")],
        "text_score": _number(link, "pfocr:textScore"),
    }


def _number(node: StoredNode, name: str) -> float | None:
    text = node.first(name)
    return None if text is None else float(text)
