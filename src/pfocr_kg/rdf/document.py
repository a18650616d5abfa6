"""A record as a JSON-LD document of the context `ontologies/context.jsonld`.

Its keys are those of the source files where they have one. An absent value has no key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pfocr_kg import iris
from pfocr_kg.model import (
    Entity,
    Evidence,
    Figure,
    Kind,
    Labelled,
    MatchKind,
    Mention,
    Paper,
    Pathway,
    PathwayLink,
)

Node = dict[str, Any]
"""A node object. Its keys are terms of the context, its values texts, nodes, or lists of them."""


_MENTIONS: Final = {kind: f"{kind.value}Mention" for kind in Kind}
_MATCH_KINDS: Final = {kind: iris.PREFIXES["pfocr"] + kind.value for kind in MatchKind}
_EVIDENCE: Final = {kind: iris.PREFIXES["pfocr"] + kind.value for kind in Evidence}


def figure(record: Figure) -> Node:
    """The document of a figure, with its paper and its mentions."""
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
        page_of_other_paper=record.other_page and iris.pmc_page(record.other_page),
        automl_pathway=record.score,
        ndex=record.ndex and iris.ndex(record.ndex),
        license=iris.CC0 if record.cc0 else "",
        creator=iris.CREATOR,
        organism=_iris(record.organisms),
        paper_organism=_iris(record.paper_organisms),
        gene_organism=_iris(record.gene_organisms),
        doubtful_organism=_iris(record.doubtful_organisms),
        organism_name=list(record.organism_names),
        gene=_distinct_iris(record.genes),
        gene_by_symbol=_distinct_iris(record.genes_by_symbol),
        unambiguous_gene=_distinct_iris(record.unambiguous_genes),
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
    entity, word, match, lexicon, candidates, mesh, match_kind, meanings, found_in = mention
    body = entity.iri
    kind = _MENTIONS[entity.kind]
    # Not by `_node`, which is slower: half of a figure's nodes are its mentions.
    node = {
        "id": iris.mention(figure_iri, kind, body, word, match, lexicon, mesh + found_in),
        "type": kind,
        "target": figure_iri,
        "body": body,
    }
    if word:
        node["word"] = word
    if match:
        node["match"] = match
    if lexicon:
        node["source"] = lexicon
    if entity.kind is Kind.GENE:
        node["candidates"] = str(candidates)
    if match_kind:
        node["match_kind"] = _MATCH_KINDS[match_kind]
    if meanings:
        node["meaning_count"] = str(meanings)
    if found_in:
        node["found_in"] = found_in
    if mesh:
        node["mesh"] = mesh
    return node


def entity(labelled: Labelled) -> Node:
    """The document of a gene, chemical, disease, organism or pathway."""
    subject = labelled.entity
    return _node(
        subject.iri,
        subject.kind.value,
        identifier=subject.identifier,
        label=labelled.label,
        preferred_label=labelled.label,
        other_label=list(labelled.other_labels),
        organism=subject.organism and iris.organism(subject.organism),
        exact_match=[*_obo_form(subject), *labelled.exact_matches],
        hgnc_symbol=labelled.hgnc_symbol and iris.hgnc_symbol(labelled.hgnc_symbol),
        ensembl=[iris.ensembl(gene) for gene in labelled.ensembl],
        associated_gene=list(labelled.associated_genes),
    )


def _obo_form(entity: Entity) -> Iterator[str]:
    """The IRI of a chemical in the ChEBI ontology, if it has a ChEBI id."""
    prefix, _, number = entity.identifier.partition(":")
    if prefix == "CHEBI":
        yield iris.chemical_obo(number)


def pathway(record: Pathway, figids: Iterable[str], overlapping: int) -> Node:
    """The document of a pathway.

    `figids` are the figures that it was drawn from, `overlapping` is how many figures' genes
    overlap with the pathway's.
    """
    return _node(
        iris.pathway(record.wpid),
        Kind.PATHWAY.value,
        identifier=record.wpid,
        title=record.title,
        organism=record.organism.iri if record.organism else "",
        pathway_gene=_iris(record.genes),
        disease=_iris(record.diseases),
        derived_from=[iris.figure(figid) for figid in figids],
        overlapping_figures=str(overlapping),
    )


def link(record: PathwayLink) -> Node:
    """The document of a link between a figure and a pathway."""
    figid, to, evidence, overlap, text_score = record
    figure_iri = iris.figure(figid)
    # Not by `_node`, which is slower: a graph can have millions.
    node: Node = {
        "id": iris.link(figure_iri, to.identifier),
        "type": "PathwayLink",
        "figure": figure_iri,
        "pathway": to.iri,
        "evidence": [_EVIDENCE[kind] for kind in evidence],
    }
    if text_score:
        node["text_score"] = _double(text_score)
    if overlap is not None:
        shared = "symbol" if overlap.by_symbol else "gene"
        node["shared_symbol_gene" if overlap.by_symbol else "shared_gene"] = _iris(overlap.genes)
        node[f"shared_{shared}_count"] = str(len(overlap.genes))
        node["shared_word_count"] = str(overlap.words)
        node["jaccard"] = _double(overlap.jaccard)
        node["p_value"] = _double(overlap.p_value)
        node["adjusted_p_value"] = _double(overlap.adjusted_p_value)
        node["word_p_value"] = _double(overlap.word_p_value)
        node["score"] = _double(overlap.score)
        if overlap.rank is not None:
            node["rank"] = str(overlap.rank)
        node["rank_in_organism"] = str(overlap.rank_in_organism)
        node["margin"] = _double(overlap.margin)
        if overlap.wider:
            node["wider_pathway"] = _iris(overlap.wider)
    return node


def link_set(options: Mapping[str, bool | int | float], pairs_tested: int) -> Node:
    """The document of the set of links: the options of linking, by key of the context."""
    values = {
        key: _double(value) if isinstance(value, float) else str(value).lower()
        for key, value in options.items()
    }
    return _node(iris.LINKS, "LinkSet", pairs_tested=str(pairs_tested), **values)


def _double(number: float) -> str:
    """An xsd:double in the canonical form of JSON-LD 1.1, which PyLD writes: sixteen digits.

    Source: https://www.w3.org/TR/json-ld11-api/#dfn-canonical-double.
    """
    digits, _, exponent = f"{number:.15E}".partition("E")
    digits = digits.rstrip("0")
    return f"{digits}0E{int(exponent)}" if digits[-1] == "." else f"{digits}E{int(exponent)}"


def creator() -> Node:
    """The document of the figures' creator, the same in every graph."""
    return _node(iris.CREATOR, "Organization", label="WikiPathways")


def _iris(entities: Iterable[Entity]) -> list[str]:
    return [entity.iri for entity in entities]


def _distinct_iris(genes: Iterable[Entity]) -> list[str]:
    """The IRIs of genes, once each: rows can give one gene to two organisms."""
    return list(dict.fromkeys([gene.iri for gene in genes]))


def _node(iri: str, kind: str, **values: Any) -> Node:
    return {"id": iri, "type": kind, **{k: v for k, v in values.items() if v}}
