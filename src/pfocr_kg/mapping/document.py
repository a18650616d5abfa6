"""A record as the JSON-LD document that `ontologies/context.jsonld` gives its meaning.

Keys are the records' own where they have one. An absent value has no key.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pfocr_kg import iris
from pfocr_kg.model import Entity, Figure, Kind, Labelled, Mention, Paper

Node = dict[str, Any]
"""A node object: texts, nodes, or lists of either, by term of the context."""


def figure(record: Figure) -> Node:
    """The document of a figure: its own triples, its paper's and its mentions'."""
    iri = iris.figure(record.figid)
    return _node(
        iri,
        "PathwayFigure",
        figid=record.figid,
        figtitle=record.title,
        caption=record.caption,
        number=record.number,
        figtype=record.figtype,
        figid_alias=record.alias,
        filename=record.filename,
        figlink=record.figlink and iris.pmc_page(record.figlink),
        automl_pathway=record.score,
        ndex=record.ndex and iris.ndex(record.ndex),
        license=iris.CC0 if record.cc0 else "",
        creator=iris.CREATOR,
        organism=_iris(record.organisms),
        organism_name=list(record.organism_names),
        gene=_iris(record.genes),
        chemical=_iris(record.chemicals),
        disease=_iris(record.diseases),
        disease_keyword=_iris(record.disease_keywords),
        keyword=list(record.keywords),
        wpid=_iris(record.pathways),
        paper=_paper(record.paper),
        mention=[_mention(iri, mention) for mention in record.mentions],
    )


def _paper(paper: Paper) -> Node:
    return _node(
        iris.paper(paper.pmcid),
        "ScholarlyArticle",
        pmcid=paper.pmcid,
        papertitle=paper.title,
        reftext=paper.citation,
        year=paper.year,
        doi=paper.doi,
        same_as=paper.doi and iris.doi(paper.doi),
        journal_title=paper.journal,
        journal_nlm_ta=paper.nlm_abbreviation,
        publisher_name=paper.publisher,
        keywords=list(paper.keywords),
    )


def _mention(figure_iri: str, mention: Mention) -> Node:
    body = mention.entity.iri
    kind = f"{mention.entity.kind.value}Mention"
    content = (kind, body, mention.word, mention.match, mention.lexicon, mention.mesh)
    return _node(
        iris.mention(figure_iri, *content),
        kind,
        target=figure_iri,
        body=body,
        word=mention.word,
        match=mention.match,
        source=mention.lexicon,
        candidates=str(mention.candidates) if mention.entity.kind is Kind.GENE else "",
        mesh=mention.mesh,
    )


def entity(labelled: Labelled) -> Node:
    """The document of a gene, chemical, disease, organism or pathway."""
    own = labelled.entity
    return _node(
        own.iri,
        own.kind.value,
        identifier=own.identifier,
        label=labelled.label,
        other_label=list(labelled.other_labels),
        organism=own.organism and iris.organism(own.organism),
        exact_match=own.same_as,
        hgnc_symbol=labelled.hgnc_symbol and iris.hgnc_symbol(labelled.hgnc_symbol),
    )


def creator() -> Node:
    """The document of the figures' creator, the same in every graph."""
    return _node(iris.CREATOR, "Organization", label="WikiPathways")


def _iris(entities: Iterable[Entity]) -> list[str]:
    return [entity.iri for entity in entities]


def _node(iri: str, kind: str, **values: Any) -> Node:
    return {"id": iri, "type": kind, **{k: v for k, v in values.items() if v not in ("", [])}}
