"""Links between figures and pathways, each with all the evidence for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pfocr_kg import iris
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.link_report import LinkReport
from pfocr_kg.link.measures import Measures
from pfocr_kg.link.overlap import CHUNK, FigureGenes, OverlapChunk
from pfocr_kg.link.papers import PaperIndex
from pfocr_kg.link.pathway_genes import Ints, PathwayGenes, to_ints
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.significance import Significance
from pfocr_kg.link.symbols import SharedSymbols
from pfocr_kg.link.titles import TextMatches, TitleIndex
from pfocr_kg.link.words import words
from pfocr_kg.model import Entity, Evidence, Kind, Overlap, Pathway, PathwayLink
from pfocr_kg.records.gene_dictionary import GeneDictionary, bundled_genes
from pfocr_kg.records.values import by_wpid
from pfocr_kg.store.sparql import batches

_BITS: Final = {kind: 1 << at for at, kind in enumerate(Evidence)}
_CURATED, _OVERLAP, _PAPER, _TEXT, _SYMBOL, _DISEASE = _BITS.values()
_KINDS: Final = tuple(
    tuple(kind for kind in Evidence if bits & _BITS[kind]) for bits in range(1 << len(Evidence))
)
"""Sum of bits -> the kinds of evidence in it."""

_DEFAULT: Final = LinkOptions()

_Bits = dict[int, int]
"""Column of a pathway -> the evidence that links a figure to it, as a sum of bits."""


def link(
    figures: Iterable[FigureFacts],
    pathways: Sequence[Pathway],
    options: LinkOptions = _DEFAULT,
    *,
    pmc_ids: Path | None = None,
    dictionary: GeneDictionary | None = None,
    report: LinkReport | None = None,
) -> Iterator[PathwayLink]:
    """Link figures to pathways: one link for each pair with any evidence.

    Links are in the order of `figures`, and for each figure by WP number. `figures` is read once
    and held as numbers; `pathways` are distinct. `pmc_ids` is PMC-ids.csv, which
    translates PubMed ids of pathways to PMC ids of figures. `dictionary` gives the symbols of human
    genes; by default the bundled one. `report` is filled in as links are
    read.

    Raises:
        DictionaryError: `pmc_ids` cannot be read.

    """
    report = LinkReport() if report is None else report
    index = _index(sorted(pathways, key=lambda pathway: int(pathway.wpid[2:])), pmc_ids)
    genes = PathwayGenes(index.pathways)
    symbols = SharedSymbols(genes, bundled_genes() if dictionary is None else dictionary)
    titles = TitleIndex(index.pathways)
    drawn, statements, texts = FigureGenes(genes), [], []
    for some in batches(figures, CHUNK):
        texts.append(titles.matches(some))
        for facts in some:
            own = words(facts.trusted, options.level)
            drawn.add(own, symbols.words(own, facts.paper_organisms))
            statements.append(_statements(facts, index))
            report.figures_with_doubtful_genes += bool(facts.doubtful_organisms)
    significance = Significance(genes, drawn.chunks())
    report.options, report.pathways = options, len(pathways)
    report.without_gene_ids = [p.wpid for p in index.pathways if _lacks_gene_ids(p)]
    report.unused_pubmed_ids = index.by_paper.unused_pubmed_ids
    report.pairs_tested, report.pairs_tested_by_symbol = significance.tested
    for chunk, matches in zip(drawn.chunks(), texts, strict=True):
        measures = Measures(chunk, significance, index.entities, matches)
        stated = statements[chunk.first : chunk.first + len(chunk)]
        for links in _chunk_links(measures, stated, options, index, report.overlapping):
            report.add(links)
            yield from links


def _lacks_gene_ids(pathway: Pathway) -> bool:
    """Whether its nodes for genes have no NCBI gene id; of an unknown organism, it is unknown."""
    return bool(pathway.gene_nodes and not pathway.genes and pathway.organism)


@dataclass(frozen=True, slots=True)
class _PathwayIndex:
    """Looks up pathways by evidence; a pathway is its position in `pathways`."""

    pathways: Sequence[Pathway]
    entities: Sequence[Entity]
    by_wpid: Mapping[str, int]
    by_figid: Mapping[str, Sequence[int]]
    by_disease: Mapping[str, Sequence[int]]
    by_paper: PaperIndex


def _index(pathways: list[Pathway], pmc_ids: Path | None) -> _PathwayIndex:
    by_figid: dict[str, list[int]] = {}
    by_disease: dict[str, list[int]] = {}
    for at, pathway in enumerate(pathways):
        for figid in pathway.figids:
            by_figid.setdefault(figid, []).append(at)
        for disease in pathway.diseases:
            by_disease.setdefault(disease.iri, []).append(at)
    return _PathwayIndex(
        pathways,
        [_entity(pathway.wpid) for pathway in pathways],
        {pathway.wpid: at for at, pathway in enumerate(pathways)},
        by_figid,
        by_disease,
        PaperIndex(pathways, pmc_ids),
    )


def _entity(wpid: str) -> Entity:
    return Entity(Kind.PATHWAY, iris.pathway(wpid), wpid)


@dataclass(frozen=True, slots=True)
class _Statements:
    """The evidence of a figure beside its genes, by pathways.

    `evidence` is that of curators and papers, `diseases` are the pathways that share a disease
    with the figure, and `unknown_wpids` are WP ids of its record that are in no source of pathways.
    """

    figid: str
    evidence: _Bits
    diseases: tuple[int, ...]
    unknown_wpids: tuple[str, ...]


def _statements(facts: FigureFacts, index: _PathwayIndex) -> _Statements:
    curated = [*index.by_figid.get(facts.figid, ())]
    curated += [index.by_wpid[wpid] for wpid in facts.wpids if wpid in index.by_wpid]
    evidence = dict.fromkeys(curated, _CURATED)
    for column in index.by_paper.find(facts.pmcid, facts.dois):
        evidence[column] = evidence.get(column, 0) | _PAPER
    diseases = {column for iri in facts.diseases for column in index.by_disease.get(iri, ())}
    unknown_wpids = tuple(wpid for wpid in facts.wpids if wpid not in index.by_wpid)
    return _Statements(facts.figid, evidence, tuple(diseases), unknown_wpids)


def _count_figures(counts: Counter[str], chunk: OverlapChunk, pairs: Ints) -> None:
    """Count the figures of some pairs for each pathway; shared symbols do not count."""
    figures = np.bincount(chunk.columns[pairs[~chunk.by_symbol[pairs]]])
    for column in np.flatnonzero(figures).tolist():
        counts[chunk.pathways.pathways[column].wpid] += int(figures[column])


def _chunk_links(
    measures: Measures,
    statements: Sequence[_Statements],
    options: LinkOptions,
    index: _PathwayIndex,
    overlapping: Counter[str],
) -> Iterator[list[PathwayLink]]:
    """The links of each figure in a chunk; adds to the counts of overlapping figures."""
    significant = measures.significant(options)
    _count_figures(overlapping, measures.chunk, significant)
    linked = measures.linked(significant, options.best)
    evidence = _all_evidence(measures, statements, linked, options)
    overlaps = _overlaps(measures, evidence)
    texts = _text_scores(measures.texts, len(statements))
    for statement, kinds, scores in zip(statements, evidence, texts, strict=True):
        yield _links(statement, kinds, overlaps, scores, index)


def _all_evidence(
    measures: Measures, statements: Sequence[_Statements], linked: Ints, options: LinkOptions
) -> list[_Bits]:
    """The evidence of each figure, ordered by pathway; `linked` are pairs linked by genes.

    A shared disease, and a text that makes no link, are added to pairs with other evidence.
    """
    chunk, texts = measures.chunk, measures.texts
    evidence = [dict(one.evidence) for one in statements]
    columns = (chunk.rows[linked], chunk.columns[linked], chunk.by_symbol[linked])
    for row, column, by_symbol in zip(*(values.tolist() for values in columns), strict=True):
        bit = _SYMBOL if by_symbol else _OVERLAP
        evidence[row][column] = evidence[row].get(column, 0) | bit
    matches = (texts.rows, texts.columns, measures.linked_by_text(options))
    for row, column, links in zip(*(values.tolist() for values in matches), strict=True):
        if links or column in evidence[row]:
            evidence[row][column] = evidence[row].get(column, 0) | _TEXT
    for one, kinds in zip(statements, evidence, strict=True):
        for column in one.diseases:
            if column in kinds:
                kinds[column] |= _DISEASE
    return [dict(sorted(kinds.items())) for kinds in evidence]


def _text_scores(texts: TextMatches, figures: int) -> list[dict[int, float]]:
    """For each figure, column of a pathway -> score of its title in the texts of the figure."""
    scores: list[dict[int, float]] = [{} for _ in range(figures)]
    columns = (texts.rows.tolist(), texts.columns.tolist(), texts.scores.tolist())
    for row, column, score in zip(*columns, strict=True):
        scores[row][column] = score
    return scores


def _overlaps(measures: Measures, evidence: Sequence[_Bits]) -> Iterator[Overlap | None]:
    """The overlap of each pair that has evidence, in order; None if it shares no gene."""
    pairs = [(row, column) for row, kinds in enumerate(evidence) for column in kinds]
    positions = measures.chunk.find(*to_ints(pairs).reshape(-1, 2).T)
    shares = positions >= 0
    overlaps = measures.overlaps(positions[shares])
    for share in shares.tolist():
        yield next(overlaps) if share else None


def _links(
    statements: _Statements,
    evidence: _Bits,
    overlaps: Iterator[Overlap | None],
    texts: Mapping[int, float],
    index: _PathwayIndex,
) -> list[PathwayLink]:
    """The links of a figure by WP number; takes one of `overlaps` for each item of `evidence`."""
    figid = statements.figid
    links = [
        PathwayLink(
            figid, index.entities[column], _KINDS[kinds], next(overlaps), texts.get(column, 0.0)
        )
        for column, kinds in evidence.items()
    ]
    links += [
        PathwayLink(figid, _entity(wpid), (Evidence.CURATED,)) for wpid in statements.unknown_wpids
    ]
    if statements.unknown_wpids:
        links.sort(key=lambda link: by_wpid(link.pathway.identifier))
    return links
