"""What is known of a figure."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pfocr_kg.query.about.subject import Row, Subject, grouped, one

_PAPER: Final = """SELECT ?iri ?pmcid (MIN(?named) AS ?title) (MIN(?in) AS ?journal)
    (MIN(?issued) AS ?year) (MIN(?id) AS ?doi) {
  $thing dcterms:isPartOf ?iri . ?iri dcterms:identifier ?pmcid
  OPTIONAL { ?iri dcterms:title ?named } OPTIONAL { ?iri prism:publicationName ?in }
  OPTIONAL { ?iri dcterms:issued ?issued } OPTIONAL { ?iri prism:doi ?id }
} GROUP BY ?iri ?pmcid ORDER BY ?pmcid LIMIT 1"""
_ORGANISMS: Final = """SELECT ?organism ?organismName ?basis {
  { $thing pfocr:paperOrganism ?organism BIND ("paper" AS ?basis) }
  UNION { $thing pfocr:geneOrganism ?organism BIND ("genes" AS ?basis) }
  OPTIONAL { ?organism skos:prefLabel ?organismName }
} ORDER BY DESC(?basis) ?organismName ?organism"""
_DOUBTFUL: Final = """SELECT ?iri ?name {
  $thing pfocr:doubtfulOrganism ?iri OPTIONAL { ?iri skos:prefLabel ?name }
} ORDER BY ?name ?iri"""
_KEYWORDS: Final = """SELECT ?disease ?diseaseName ?symbol {
  $thing pfocr:diseaseKeyword ?disease
  OPTIONAL { ?disease skos:prefLabel ?diseaseName }
  OPTIONAL {
    ?disease pfocr:associatedGene ?gene . $thing pfocr:gene ?gene . ?gene skos:prefLabel ?symbol
  }
} ORDER BY ?diseaseName ?disease ?symbol"""
_SHARED: Final = """SELECT ?pathway ?symbol {
  ?link pfocr:figure $thing ; pfocr:pathway ?pathway ;
    pfocr:sharedGene|pfocr:sharedSymbolGene ?gene
  OPTIONAL { ?gene skos:prefLabel ?symbol }
} ORDER BY ?pathway ?symbol"""
_COLUMNS: Final = (
    *("pathway_title", "evidence", "shared_genes", "shared_words", "adjusted_p_value", "rank"),
    *("rank_in_organism", "margin", "text_score", "organism_name", "wider_pathways"),
)
"""Columns of the query pathways-of-figure beside the pathway."""
_READ: Final = (
    *("word", "matched_term", "match_kind", "lexicon", "found_in", "meanings", "candidates"),
)


def about(subject: Subject) -> dict[str, Any]:
    """Texts and paper of a figure, what it draws and names, its pathways, and similar figures."""
    of = subject.properties()
    words = cache(lambda: _words(subject))
    return {
        "title": one(of("dcterms:title")),
        "caption": one(of("schema:caption")),
        "paper": one(subject.select(_PAPER)),
        "number": one(of("pfocr:figureNumber")),
        "type": one(of("pfocr:figureType")),
        "alias": one(of("pfocr:alias")),
        "file_name": one(of("pfocr:fileName")),
        "page": one(of("foaf:page")),
        "page_of_other_paper": one(of("pfocr:pageOfOtherPaper")),
        "network": one(of("pfocr:ndexNetwork")),
        "score": one(of("pfocr:pathwayScore")),
        "keywords": of("pfocr:keyword"),
        "organism_names": of("pfocr:organismName"),
        "doubtful_organisms": subject.select(_DOUBTFUL),
        "organisms": lambda: subject.part(_organisms(subject)),
        "genes": lambda: subject.part(
            (
                {**row, "words": words()[row["gene"]]["words"]}
                for row in subject.all_of("genes-of-figure")
            ),
            "genes-of-figure",
        ),
        "diseases": lambda: subject.part(_named(words()), "mentions-of-figure"),
        "diseases_of_genes": lambda: subject.part(
            grouped(subject.select(_KEYWORDS), ("disease", "disease_name"), "symbol", "genes")
        ),
        "chemicals": lambda: subject.part(_chemicals(words()), "mentions-of-figure"),
        "pathways": lambda: subject.part(
            _pathways(subject, of("pfocr:relatedPathway")), "pathways-of-figure"
        ),
        "similar": lambda: subject.bundled("similar-figures"),
    }


def _words(subject: Subject) -> dict[str, Row]:
    """IRI of what is drawn or named -> its label, the class of its mentions, and their words."""
    found: dict[str, Row] = {}
    for row in subject.all_of("mentions-of-figure"):
        entity = found.setdefault(
            row["entity"], {"kind": row["kind"], "label": row["label"], "words": []}
        )
        word = {**row, "found_in": one(row["found_in"])}
        entity["words"].append({key: word[key] for key in _READ})
    return found


def _of_kind(words: dict[str, Row], kind: str) -> list[tuple[str, Row]]:
    found = [(iri, row) for iri, row in words.items() if row["kind"].endswith(f"#{kind}Mention")]
    return sorted(found, key=lambda item: (item[1]["label"] or "", item[0]))


def _named(words: dict[str, Row]) -> list[Row]:
    """The diseases that the figure names, with where: "table", "title", "caption", "paperTitle"."""
    return [
        {
            "disease": iri,
            "disease_name": row["label"],
            "found_in": sorted({word["found_in"] or "table" for word in row["words"]}),
            "words": row["words"],
        }
        for iri, row in _of_kind(words, "Disease")
    ]


def _chemicals(words: dict[str, Row]) -> list[Row]:
    return [
        {"chemical": iri, "chemical_name": row["label"], "words": row["words"]}
        for iri, row in _of_kind(words, "Chemical")
    ]


def _organisms(subject: Subject) -> list[Row]:
    return grouped(subject.select(_ORGANISMS), ("organism", "organism_name"), "basis", "of")


def _pathways(subject: Subject, related: list[str]) -> list[Row]:
    """The linked pathways, then those that the record names and no link has (curated as well)."""
    shared = {
        row["pathway"]: row["genes"]
        for row in grouped(subject.select(_SHARED), ("pathway",), "symbol", "genes")
    }
    linked = [
        {**row, "genes": shared.get(row["pathway"], [])}
        for row in subject.all_of("pathways-of-figure")
    ]
    known = {row["pathway"] for row in linked}
    empty = dict.fromkeys(_COLUMNS)
    lists = {"evidence": ["curated"], "wider_pathways": [], "genes": []}
    return linked + [{"pathway": iri, **empty, **lists} for iri in related if iri not in known]
