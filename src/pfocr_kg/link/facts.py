"""What linking needs to know of the figures: from records, or from a built store."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

import pyoxigraph as ox

from pfocr_kg.link.words import Hit
from pfocr_kg.model import Figure, Kind
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_FIGURES: Final = """SELECT ?figure ?figid WHERE {
  ?figure a pfocr:PathwayFigure ; dcterms:identifier ?figid
}"""
_CALLED: Final = """SELECT ?name ?figid WHERE {
  VALUES ?name { %s }
  ?figure %s ?name ; a pfocr:PathwayFigure ; dcterms:identifier ?figid
}"""
_PAPERS: Final = """SELECT ?figure ?pmcid ?doi WHERE {
  VALUES ?figure { %s }
  ?figure dcterms:isPartOf ?paper .
  ?paper dcterms:identifier ?pmcid .
  OPTIONAL { ?paper prism:doi ?doi }
}"""
_DISEASES: Final = """SELECT ?figure ?disease WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:disease ?disease
}"""
_PATHWAYS: Final = """SELECT ?figure ?wpid WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:relatedPathway ?pathway .
  ?pathway dcterms:identifier ?wpid
}"""
_GENES: Final = """SELECT ?gene ?id ?taxon WHERE {
  ?gene a pfocr:Gene ; dcterms:identifier ?id ; pfocr:organism ?organism .
  ?organism dcterms:identifier ?taxon
}"""
_DRAWN: Final = """SELECT ?figure ?gene WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:gene ?gene
}"""
# Two queries for one question: OPTIONAL costs three times as much, and few mentions need it.
_HITS: Final = """SELECT ?figure ?body ?word ?lexicon WHERE {
  VALUES ?figure { %s }
  ?mention oa:hasTarget ?figure ; oa:hasBody ?body ;
           pfocr:matchedTerm ?word ; pfocr:lexicon ?lexicon
}"""
_LOOSE_HITS: Final = """SELECT ?figure ?body ?word ?lexicon WHERE {
  VALUES ?figure { %s }
  ?mention oa:hasTarget ?figure ; oa:hasBody ?body .
  OPTIONAL { ?mention pfocr:matchedTerm ?match }
  OPTIONAL { ?mention pfocr:word ?read }
  OPTIONAL { ?mention pfocr:lexicon ?lexicon }
  BIND(COALESCE(?match, ?read) AS ?word)
}"""


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """One figure as far as linking needs it.

    `dois` are the paper's, in lower case, `diseases` are IRIs, `wpids` the pathways that its
    record names.
    """

    figid: str
    pmcid: str = ""
    dois: tuple[str, ...] = ()
    hits: tuple[Hit, ...] = ()
    diseases: tuple[str, ...] = ()
    wpids: tuple[str, ...] = ()


def of_record(figure: Figure) -> FigureFacts:
    """The facts of a record."""
    doi = figure.paper.doi.lower()
    return FigureFacts(
        figure.figid,
        figure.paper.pmcid,
        (doi,) if doi else (),
        tuple(
            Hit(m.entity.identifier, m.entity.organism, m.match or m.word, m.lexicon)
            for m in figure.mentions
            if m.entity.kind is Kind.GENE
        ),
        tuple(disease.iri for disease in figure.diseases),
        tuple(pathway.identifier for pathway in figure.pathways),
    )


def to_line(facts: FigureFacts) -> str:
    """The facts as one line of JSON; `of_line` reads it back.

    A build can put them aside as it reads records: asking a store for them takes longer.
    """
    fields = [facts.figid, facts.pmcid, facts.dois, facts.hits, facts.diseases, facts.wpids]
    return json.dumps(fields)


def of_line(line: str) -> FigureFacts:
    """The facts of a line that `to_line` wrote."""
    figid, pmcid, dois, hits, diseases, wpids = json.loads(line)
    drawn = tuple(Hit(*hit) for hit in hits)
    return FigureFacts(figid, pmcid, tuple(dois), drawn, tuple(diseases), tuple(wpids))


def of_store(store: Answering) -> Iterator[FigureFacts]:
    """The facts of all figures of a store, ordered by figid.

    In memory are the ids of all figures and genes, and the rest of a few hundred figures.
    """
    figids = {_text(r["figure"]): _text(r["figid"]) for r in sparql.rows(store, _FIGURES)}
    genes = {
        _text(r["gene"]): (_text(r["id"]), _text(r["taxon"]).partition(":")[2])
        for r in sparql.rows(store, _GENES)
    }
    for batch in sparql.batches(sorted(figids, key=lambda figure: figids[figure])):
        yield from _batch(store, {figure: figids[figure] for figure in batch}, genes)


def called(store: Answering, names: Iterable[str]) -> Mapping[str, str]:
    """Which figures of a store are called by these names, figids or aliases: name -> figid.

    An alias that several figures have names none of them.
    """
    texts = " ".join(str(ox.Literal(name)) for name in names)
    found: dict[str, set[str]] = {}
    for row in sparql.rows(store, _CALLED % (texts, "pfocr:alias")):
        found.setdefault(_text(row["name"]), set()).add(_text(row["figid"]))
    aliases = {name: figid for name, (figid, *others) in found.items() if not others}
    figids = map(itemgetter("figid"), sparql.rows(store, _CALLED % (texts, "dcterms:identifier")))
    return aliases | {figid: figid for figid in map(_text, figids)}


def _text(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode | ox.Literal | ox.BlankNode) else ""


_Genes = Mapping[str, tuple[str, str]]


def _batch(store: Answering, figids: Mapping[str, str], genes: _Genes) -> Iterator[FigureFacts]:
    values = sparql.values(figids)
    papers: dict[str, set[tuple[str, str]]] = {}
    for row in sparql.rows(store, _PAPERS % values):
        paper = (_text(row["pmcid"]), _text(row["doi"]).lower())
        papers.setdefault(_text(row["figure"]), set()).add(paper)
    diseases = _grouped(sparql.rows(store, _DISEASES % values), "disease")
    wpids = _grouped(sparql.rows(store, _PATHWAYS % values), "wpid")
    hits = _hits(store, figids, genes)
    for figure, figid in figids.items():
        of = sorted(papers.get(figure, ()))
        yield FigureFacts(
            figid,
            of[0][0] if of else "",
            tuple(doi for _, doi in of if doi),
            tuple(sorted(hits.get(figure, ()), key=_content)),
            diseases.get(figure, ()),
            wpids.get(figure, ()),
        )


def _hits(store: Answering, figures: Iterable[str], genes: _Genes) -> dict[str, set[Hit]]:
    """Figure -> its gene mentions; a figure whose mentions lack a term is asked again."""
    values = sparql.values(figures)
    found: dict[str, set[Hit]] = {}
    seen: set[tuple[str, str]] = set()
    for figure, body, hit in _mentions(sparql.rows(store, _HITS % values), genes):
        found.setdefault(figure, set()).add(hit)
        seen.add((figure, body))
    drawn = ((_text(r["figure"]), _text(r["gene"])) for r in sparql.rows(store, _DRAWN % values))
    if loose := {figure for figure, gene in drawn if (figure, gene) not in seen}:
        rows = sparql.rows(store, _LOOSE_HITS % sparql.values(sorted(loose)))
        for figure, _, hit in _mentions(rows, genes):
            found.setdefault(figure, set()).add(hit)
    return found


def _mentions(rows: Iterable[ox.QuerySolution], genes: _Genes) -> Iterator[tuple[str, str, Hit]]:
    """(figure, gene, hit) of the rows that are of genes."""
    for row in rows:
        body = _text(row["body"])
        if body in genes:
            word, lexicon = _text(row["word"]), _text(row["lexicon"])
            yield _text(row["figure"]), body, Hit(*genes[body], word or body, lexicon)


def _content(hit: Hit) -> tuple[str, str, str, str]:
    return hit.organism, hit.word, hit.lexicon, hit.gene


def _grouped(rows: Iterable[ox.QuerySolution], variable: str) -> dict[str, tuple[str, ...]]:
    """Figure -> the values of a variable, each once, ordered."""
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(_text(row["figure"]), set()).add(_text(row[variable]))
    return {figure: tuple(sorted(values)) for figure, values in found.items()}
