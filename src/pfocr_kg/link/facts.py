"""The facts of figures for linking, from records or from a built store."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Final

import pyoxigraph as ox

from pfocr_kg.link.words import LEVEL_BITS, GeneMention
from pfocr_kg.model import Figure, Kind, Level, MatchKind, Mention
from pfocr_kg.store import sparql
from pfocr_kg.store.sparql import Answering

_FIGURES: Final = """SELECT ?figure ?figid WHERE {
  ?figure a pfocr:PathwayFigure ; dcterms:identifier ?figid
}"""
_BY_NAME: Final = """SELECT ?name ?figid WHERE {
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
_DOUBTFUL: Final = """SELECT ?figure ?taxon WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:doubtfulOrganism ?organism .
  ?organism dcterms:identifier ?taxon
}"""
_GENES: Final = """SELECT ?gene ?id ?taxon WHERE {
  ?gene a pfocr:Gene ; dcterms:identifier ?id ; pfocr:organism ?organism .
  ?organism dcterms:identifier ?taxon
}"""
_TEXTS: Final = """SELECT ?figure ?title ?caption WHERE {
  VALUES ?figure { %s }
  { ?figure dcterms:title ?title } UNION { ?figure schema:caption ?caption }
}"""
_PAPER_TITLES: Final = """SELECT ?figure ?title WHERE {
  VALUES ?figure { %s }
  ?figure dcterms:isPartOf/dcterms:title ?title
}"""
_PAPER_ORGANISMS: Final = """SELECT ?figure ?taxon WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:paperOrganism ?organism .
  ?organism dcterms:identifier ?taxon
}"""
_FIGURE_GENES: Final = """SELECT ?figure ?gene WHERE {
  VALUES ?figure { %s }
  ?figure pfocr:gene ?gene
}"""
# The second query is for figures whose mentions lack a term or lexicon: few, and OPTIONAL makes
# a query three times as slow.
_MENTIONS: Final = """SELECT ?figure ?mention ?body ?term ?lexicon WHERE {
  VALUES ?figure { %s }
  ?mention oa:hasTarget ?figure ; oa:hasBody ?body ;
           pfocr:matchedTerm ?term ; pfocr:lexicon ?lexicon
}"""
_INCOMPLETE_MENTIONS: Final = """SELECT ?figure ?mention ?body ?term ?lexicon WHERE {
  VALUES ?figure { %s }
  ?mention oa:hasTarget ?figure ; oa:hasBody ?body .
  OPTIONAL { ?mention pfocr:matchedTerm ?matched }
  OPTIONAL { ?mention pfocr:word ?word }
  OPTIONAL { ?mention pfocr:lexicon ?lexicon }
  BIND(COALESCE(?matched, ?word) AS ?term)
}"""
_OF_LEVEL: Final = """SELECT ?mention WHERE {
  VALUES ?figure { %s }
  ?mention oa:hasTarget ?figure ; %s
}"""
_LONGEST: Final = 400
"""Characters of a sentence; few captions begin with a longer one."""

_SENTENCE: Final = re.compile(r".{15,}?(?<!\b\w)\.(?=\s+[A-Z(\[]|$)", re.DOTALL)

_LEVELS: Final = {
    Level.SYMBOL: "pfocr:matchKind pfocr:SymbolMatch",
    Level.UNAMBIGUOUS: "pfocr:meaningCount 1 ; pfocr:candidateCount 1",
}
"""What mentions of a level have in the graph."""


@dataclass(frozen=True, slots=True)
class FigureFacts:
    """The facts of one figure for linking.

    `dois` are its paper's, in lower case; `mentions` are those of genes; `diseases` are IRIs of
    the diseases that it names; `wpids` are the pathways that its record names. `texts` are its
    title and the first sentence of its caption, `paper_organisms` the NCBI taxon numbers of the
    organisms that its paper is about, `doubtful_organisms` those of its doubtful organisms.
    """

    figid: str
    pmcid: str = ""
    dois: tuple[str, ...] = ()
    mentions: tuple[GeneMention, ...] = ()
    diseases: tuple[str, ...] = ()
    wpids: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    paper_titles: tuple[str, ...] = ()
    paper_organisms: tuple[str, ...] = ()
    doubtful_organisms: tuple[str, ...] = ()

    @property
    def trusted(self) -> Sequence[GeneMention]:
        """The mentions of genes but those of doubtful organisms."""
        if not self.doubtful_organisms:
            return self.mentions
        return [m for m in self.mentions if m.organism not in self.doubtful_organisms]


_values: Final = attrgetter(*(field.name for field in fields(FigureFacts)))


def of_record(figure: Figure) -> FigureFacts:
    """The facts of a record."""
    doi = figure.paper.doi.lower()
    return FigureFacts(
        figure.figid,
        figure.paper.pmcid,
        (doi,) if doi else (),
        tuple(
            GeneMention(
                m.entity.identifier, m.entity.organism, m.match or m.word, m.lexicon, _levels(m)
            )
            for m in figure.mentions
            if m.entity.kind is Kind.GENE
        ),
        tuple(disease.iri for disease in figure.diseases),
        tuple(pathway.identifier for pathway in figure.pathways),
        _texts([(figure.title, figure.caption)]),
        tuple(filter(None, [figure.paper.title])),
        tuple(sorted({_number(organism.identifier) for organism in figure.paper_organisms})),
        tuple(sorted({_number(organism.identifier) for organism in figure.doubtful_organisms})),
    )


def _levels(mention: Mention) -> int:
    symbol = mention.match_kind is MatchKind.SYMBOL
    unambiguous = mention.meanings == 1 and mention.candidates == 1
    return symbol * LEVEL_BITS[Level.SYMBOL] + unambiguous * LEVEL_BITS[Level.UNAMBIGUOUS]


def _texts(found: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The titles, and the first sentences of the captions, of pairs of both.

    A title that begins such a sentence is left out.
    """
    titles = {title for title, _ in found}
    sentences = {_sentence(caption) for _, caption in found} - {""}
    alone = {title for title in titles if not any(s.startswith(title) for s in sentences)}
    return tuple(sorted((alone | sentences) - {""}))


def _sentence(caption: str) -> str:
    """The first sentence of a caption, not its number ("Figure 1.") nor an initial ("S.")."""
    beginning = caption[:_LONGEST]
    found = _SENTENCE.match(beginning)
    return (found[0] if found else beginning).strip()


def to_line(facts: FigureFacts) -> str:
    """The facts as one line of JSON, which `of_line` reads.

    A build stores these lines, since querying the graph for the facts takes longer.
    """
    return json.dumps(_values(facts), ensure_ascii=False)


def of_line(line: str) -> FigureFacts:
    """The facts of a line that `to_line` wrote."""
    figid, pmcid, dois, mentions, *others = json.loads(line)
    genes = tuple(GeneMention(*mention) for mention in mentions)
    return FigureFacts(figid, pmcid, tuple(dois), genes, *map(tuple, others))


def of_store(store: Answering) -> Iterator[FigureFacts]:
    """The facts of all figures of a store, ordered by figid.

    Memory holds the ids of all figures and genes, and the other facts of a few hundred figures.
    """
    figids = {r["figure"].value: r["figid"].value for r in sparql.rows(store, _FIGURES)}
    genes = {
        r["gene"].value: (r["id"].value, _number(r["taxon"].value))
        for r in sparql.rows(store, _GENES)
    }
    for batch in sparql.batches(sorted(figids, key=lambda figure: figids[figure])):
        yield from _batch(store, {figure: figids[figure] for figure in batch}, genes)


def figids_by_name(store: Answering, names: Iterable[str]) -> Mapping[str, str]:
    """Name -> figid, for names that are figids or aliases of figures in a store.

    An alias of several figures is left out.
    """
    texts = " ".join(str(ox.Literal(name)) for name in names)
    figids: dict[str, set[str]] = {}
    for row in sparql.rows(store, _BY_NAME % (texts, "pfocr:alias")):
        figids.setdefault(row["name"].value, set()).add(row["figid"].value)
    aliases = {name: figid for name, (figid, *others) in figids.items() if not others}
    known = (
        row["figid"].value for row in sparql.rows(store, _BY_NAME % (texts, "dcterms:identifier"))
    )
    return aliases | {figid: figid for figid in known}


_GeneIds = Mapping[str, tuple[str, str]]
"""IRI of a gene -> NCBI gene id and NCBI taxon number."""


def _batch(store: Answering, figids: Mapping[str, str], genes: _GeneIds) -> Iterator[FigureFacts]:
    """The facts of some figures, given as IRI -> figid."""
    iris = sparql.values(figids)
    papers = _by_figure(sparql.rows(store, _PAPERS % iris), "pmcid", "doi")
    diseases = _by_figure(sparql.rows(store, _DISEASES % iris), "disease")
    pathways = _by_figure(sparql.rows(store, _PATHWAYS % iris), "wpid")
    texts = _by_figure(sparql.rows(store, _TEXTS % iris), "title", "caption")
    paper_titles = _by_figure(sparql.rows(store, _PAPER_TITLES % iris), "title")
    organisms = _by_figure(sparql.rows(store, _PAPER_ORGANISMS % iris), "taxon")
    doubtful = _by_figure(sparql.rows(store, _DOUBTFUL % iris), "taxon")
    mentions = _mentions(store, figids, genes)
    for figure, figid in figids.items():
        ids = papers.get(figure, [])
        yield FigureFacts(
            figid,
            ids[0][0] if ids else "",
            tuple(dict.fromkeys(doi.lower() for _, doi in ids if doi)),
            tuple(sorted(mentions.get(figure, ()), key=_content)),
            tuple(iri for (iri,) in diseases.get(figure, ())),
            tuple(wpid for (wpid,) in pathways.get(figure, ())),
            _texts(texts.get(figure, ())),
            tuple(title for (title,) in paper_titles.get(figure, ())),
            tuple(_number(taxon) for (taxon,) in organisms.get(figure, ())),
            tuple(_number(taxon) for (taxon,) in doubtful.get(figure, ())),
        )


def _mentions(
    store: Answering, figures: Iterable[str], genes: _GeneIds
) -> dict[str, set[GeneMention]]:
    """Figure -> its mentions of genes."""
    iris = sparql.values(figures)
    levels = _levels_of_mentions(store, iris)
    result: dict[str, set[GeneMention]] = {}
    complete: set[tuple[str, str]] = set()
    for figure, gene, mention in _read(sparql.rows(store, _MENTIONS % iris), genes, levels):
        result.setdefault(figure, set()).add(mention)
        complete.add((figure, gene))
    figure_genes = (
        (row["figure"].value, row["gene"].value) for row in sparql.rows(store, _FIGURE_GENES % iris)
    )
    incomplete = sorted({figure for figure, gene in figure_genes if (figure, gene) not in complete})
    if incomplete:
        rows = sparql.rows(store, _INCOMPLETE_MENTIONS % sparql.values(incomplete))
        for figure, _, mention in _read(rows, genes, levels):
            result.setdefault(figure, set()).add(mention)
    return result


def _levels_of_mentions(store: Answering, figures: str) -> dict[str, int]:
    """IRI of a mention -> `GeneMention.levels`; mentions that are of no level are absent."""
    levels: dict[str, int] = {}
    for level, pattern in _LEVELS.items():
        for row in sparql.rows(store, _OF_LEVEL % (figures, pattern)):
            mention = row["mention"].value
            levels[mention] = levels.get(mention, 0) | LEVEL_BITS[level]
    return levels


def _read(
    rows: Iterable[Any], genes: _GeneIds, levels: Mapping[str, int]
) -> Iterator[tuple[str, str, GeneMention]]:
    """(figure, gene, mention) of the rows whose body is a gene."""
    for row in rows:
        gene = row["body"].value
        if gene in genes:
            term, lexicon = _text(row["term"]), _text(row["lexicon"])
            of = levels.get(row["mention"].value, 0)
            yield row["figure"].value, gene, GeneMention(*genes[gene], term or gene, lexicon, of)


def _content(mention: GeneMention) -> tuple[str, str, str, str]:
    return mention.organism, mention.matched_term, mention.lexicon, mention.gene


def _by_figure(rows: Iterable[Any], *variables: str) -> dict[str, list[tuple[str, ...]]]:
    """Figure -> the different values of the variables, ordered."""
    result: dict[str, set[tuple[str, ...]]] = {}
    for row in rows:
        result.setdefault(row["figure"].value, set()).add(tuple(_text(row[v]) for v in variables))
    return {figure: sorted(values) for figure, values in result.items()}


def _number(taxon: str) -> str:
    """The number of NCBITaxon:9606."""
    return taxon.partition(":")[2]


def _text(term: Any) -> str:
    return "" if term is None else term.value
