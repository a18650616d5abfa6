"""Writes a graph as KGX tables of nodes and edges, in the terms of the Biolink Model.

KGX: https://github.com/biolink/kgx/blob/master/specification/kgx-format.md; Biolink Model:
https://biolink.github.io/biolink-model/. decisions/0021 has the reasons for each category,
predicate, knowledge level and agent, and says why KGX's own package does not write them. A test
has its validator read these files.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

from pfocr_kg import iris
from pfocr_kg.export import stored_nodes
from pfocr_kg.export.figure_contents import Drawn, Pair, drawn
from pfocr_kg.export.output_folder import filling
from pfocr_kg.export.stored_nodes import Node
from pfocr_kg.store.sparql import Answering, batches

Row = dict[str, Any]
"""Values by column: texts, numbers, truth values, or lists of texts; None where missing."""

NODES: Final = (
    *("id", "category", "name", "synonym", "in_taxon_label", "xref", "iri", "provided_by"),
)
EDGES: Final = (
    *("id", "subject", "predicate", "object", "category"),
    *("primary_knowledge_source", "supporting_data_source", "knowledge_level", "agent_type"),
    *("publications", "has_evidence", "evidence_count", "supporting_text"),
    *("lexicon", "direct_match", "candidate_count"),
    *("link_evidence", "shared_genes", "jaccard", "p_value", "adjusted_p_value", "rank"),
)

_PFOCR: Final = "infores:pfocr"
_WIKIPATHWAYS: Final = "infores:wikipathways"
_OWN: Final = "infores:pfocr-kg"

_PREFIXES: Final[Mapping[str, str]] = {
    "ncbigene": "NCBIGene",
    "mesh": "MESH",
    "wikipathways": "WIKIPATHWAYS",
    "pmc": "PMCID:PMC",
}
"""Prefixes of the Biolink Model where ours are others; the last has the letters of the id too."""

_FIGURE: Final = iris.PREFIXES["figure"]

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


def write(store: Answering, folder: Path) -> dict[str, int]:
    """Write `nodes.tsv` and `edges.tsv` into a folder; returns how many of each there are.

    Nodes come by class, edges by figure, gene and pathway, by code point of their IRIs; the
    same graph gives the same bytes.

    Raises:
        PfocrError: a file cannot be written.

    """
    taxa = stored_nodes.labels(store, "pfocr:Organism")
    with filling(folder) as work:
        return {
            "nodes": _table(work / "nodes.tsv", NODES, _nodes(store, taxa)),
            "edges": _table(work / "edges.tsv", EDGES, _edges(store)),
        }


def _table(path: Path, columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    with path.open("w", encoding="utf-8", newline="") as file:
        return _write_rows(file, columns, rows)


def _write_rows(file: IO[str], columns: tuple[str, ...], rows: Iterable[Row]) -> int:
    # Nothing is quoted: KGX reads these tables without quotes.
    writer = csv.writer(
        file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None
    )
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
        count += 1
    return count


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "|".join(filter(None, map(_text, value)))
    return _text(str(value))


def _text(value: str) -> str:
    # A bar parts the items of a list, and KGX looks for it in every cell.
    return " ".join(value.replace("|", "\u00a6").split())


def curie(iri: str) -> str:
    """The CURIE of an IRI, with the prefix that the Biolink Model has for it.

    Figures have the prefix PFOCR, which it lacks: the figid follows.
    """
    if iri.startswith(_FIGURE):
        local = iri.removeprefix(_FIGURE).removesuffix(".html")
        return "PFOCR:" + quote(local, safe="%-._~!$&'*+,;=@")
    prefix, _, local = iris.curie(iri).partition(":")
    known = _PREFIXES.get(prefix, prefix)
    return known + local if ":" in known else f"{known}:{local}"


def _nodes(store: Answering, taxa: Mapping[str, str]) -> Iterator[Row]:
    for kind, category in _CATEGORIES.items():
        source = _WIKIPATHWAYS if kind == "pfocr:Pathway" else _PFOCR
        for batch in batches(stored_nodes.members(store, kind)):
            for node in stored_nodes.about(store, batch):
                yield _node(node, category, taxa) | {"provided_by": [source]}


def _node(node: Node, category: str, taxa: Mapping[str, str]) -> Row:
    # Of a figure, organisms are what it mentions, not what it is of.
    organism = node.first("pfocr:organism") if category in ("Gene", "Pathway") else None
    return {
        "id": curie(node.iri),
        "category": [f"biolink:{category}"],
        "name": node.first("rdfs:label")
        or node.first("dcterms:title")
        or node.first("dcterms:identifier"),
        "synonym": node.all("skos:altLabel"),
        "in_taxon_label": organism and taxa.get(organism),
        "xref": [f"doi:{doi}" for doi in node.all("prism:doi")],
        "iri": node.iri,
    }


def _edges(store: Answering) -> Iterator[Row]:
    for batch in drawn(store):
        links = stored_nodes.links(store, [one.figure.iri for one in batch])
        for one in batch:
            yield from _of_figure(one, links.get(one.figure.iri, []))
    for kind, edges in (("pfocr:Gene", _of_gene), ("pfocr:Pathway", _of_pathway)):
        for batch_of_nodes in batches(stored_nodes.members(store, kind)):
            for node in stored_nodes.about(store, batch_of_nodes):
                yield from edges(node)


def _edge(subject: str, predicate: str, value: str, category: str, **more: Any) -> Row:
    ends = {"subject": curie(subject), "object": curie(value)}
    return {
        "id": f"{ends['subject']}--{predicate}--{ends['object']}",
        "predicate": f"biolink:{predicate}",
        "category": [f"biolink:{category}"],
        **ends,
        **more,
    }


def _said(source: str, level: str, agent: str) -> Row:
    return {
        "primary_knowledge_source": source,
        "knowledge_level": level,
        "agent_type": agent,
    }


def _of_figure(one: Drawn, links: Iterable[Node]) -> Iterator[Row]:
    figure = one.figure.iri
    papers = one.figure.all("dcterms:isPartOf")
    for paper in papers:
        said = _said(_PFOCR, "knowledge_assertion", "automated_agent")
        yield _edge(figure, "part_of", paper, "Association", **said)
    publications = [curie(paper) for paper in papers]
    for pair in one.pairs:
        yield _mention(figure, pair) | {"publications": publications}
    linked: set[str] = set()
    for link in links:
        pathway = link.first("pfocr:pathway")
        if pathway is not None:
            linked.add(pathway)
            yield _link(figure, pathway, link) | {"publications": publications}
    said = _said(_WIKIPATHWAYS, "knowledge_assertion", "manual_agent")
    for pathway in one.figure.all("pfocr:relatedPathway"):
        if pathway not in linked:
            yield _edge(figure, "related_to", pathway, "Association", **said) | {
                "publications": publications,
                "link_evidence": ["CuratedEvidence"],
            }


def _mention(figure: str, pair: Pair) -> Row:
    lexicons = sorted({lexicon for m in pair.mentions for lexicon in m.all("pfocr:lexicon")})
    # A keyword of the record is no word of the image; "hgnc" says that it was one.
    from_image = any(mention.first("pfocr:lexicon") != "hgnc" for mention in pair.mentions)
    agent = "image_processing_agent" if from_image else "automated_agent"
    category = "InformationContentEntityToNamedThingAssociation"
    said = _said(_PFOCR, "not_provided", agent)
    return _edge(figure, "mentions", pair.entity, category, **said) | {
        "has_evidence": [mention.iri for mention in pair.mentions],
        "evidence_count": len(pair.mentions),
        "supporting_text": sorted({w for m in pair.mentions for w in m.all("pfocr:word")}),
        "lexicon": lexicons,
        "direct_match": pair.direct if pair.kind == "gene" else None,
        "candidate_count": pair.candidates,
    }


_LEVELS: Final[Mapping[str, tuple[str, str, str]]] = {
    "CuratedEvidence": (_WIKIPATHWAYS, "knowledge_assertion", "manual_agent"),
    "GeneOverlapEvidence": (_OWN, "statistical_association", "data_analysis_pipeline"),
    "SharedPaperEvidence": (_OWN, "prediction", "automated_agent"),
    "SharedDiseaseEvidence": (_OWN, "prediction", "automated_agent"),
}
"""Source, knowledge level and agent of a link, by its strongest evidence, strongest first."""


def _link(figure: str, pathway: str, link: Node) -> Row:
    base = iris.PREFIXES["pfocr"]
    evidence = [iri.removeprefix(base) for iri in link.all("pfocr:evidence")]
    strongest = next(kind for kind in _LEVELS if kind in evidence)
    return _edge(figure, "related_to", pathway, "Association", **_said(*_LEVELS[strongest])) | {
        "supporting_data_source": [_PFOCR, _WIKIPATHWAYS],
        "has_evidence": [link.iri],
        "link_evidence": [kind for kind in _LEVELS if kind in evidence],
        "shared_genes": [curie(gene) for gene in link.all("pfocr:sharedGene")],
        **{column: read(link) for column, read in _NUMBERS.items()},
    }


def _number(term: str, kind: type) -> Callable[[Node], Any]:
    return lambda node: None if (text := node.first(term)) is None else kind(text)


_NUMBERS: Final = {
    "jaccard": _number("pfocr:jaccard", float),
    "p_value": _number("pfocr:pValue", float),
    "adjusted_p_value": _number("pfocr:adjustedPValue", float),
    "rank": _number("pfocr:rank", int),
}


def _of_gene(gene: Node) -> Iterator[Row]:
    said = _said(_PFOCR, "knowledge_assertion", "automated_agent")
    for organism in gene.all("pfocr:organism"):
        yield _edge(gene.iri, "in_taxon", organism, "Association", **said)


def _of_pathway(pathway: Node) -> Iterator[Row]:
    said = _said(_WIKIPATHWAYS, "knowledge_assertion", "manual_agent")
    for organism in pathway.all("pfocr:organism"):
        yield _edge(pathway.iri, "in_taxon", organism, "Association", **said)
    for gene in pathway.all("pfocr:pathwayGene"):
        yield _edge(pathway.iri, "has_participant", gene, "Association", **said)
    for disease in pathway.all("pfocr:disease"):
        yield _edge(pathway.iri, "related_to", disease, "Association", **said)
