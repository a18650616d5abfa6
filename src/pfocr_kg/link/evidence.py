"""Links between figures and pathways, with all the evidence that there is for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from pfocr_kg import iris
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.overlap import (
    Best,
    Chunk,
    FigureGenes,
    Floats,
    Ints,
    PathwayGenes,
    Significance,
    choose,
    passing,
)
from pfocr_kg.link.papers import PaperIndex
from pfocr_kg.link.rules import Options
from pfocr_kg.link.words import words
from pfocr_kg.model import Entity, Evidence, Kind, Overlap, Pathway, PathwayLink


@dataclass(slots=True)
class Summary:
    """What a run of `link` did; `as_dict` is its part of the build's report.

    `overlapping` counts for each pathway (WP id) the figures whose gene overlap with it passes
    the thresholds, be it among the best of the figure or not.
    """

    figures: int = 0
    pathways: int = 0
    pairs_tested: int = 0
    links: int = 0
    figures_without_link: int = 0
    links_by_evidence: Counter[str] = field(default_factory=Counter)
    overlapping: Counter[str] = field(default_factory=Counter)
    options: Options = field(default_factory=Options)

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        rule = self.options
        return {
            "pathways": self.pathways,
            "pairs_tested": self.pairs_tested,
            "links": self.links,
            "links_by_evidence": dict(sorted(self.links_by_evidence.items())),
            "figures_without_link": self.figures_without_link,
            "options": {name: getattr(rule, name) for name in Options.__dataclass_fields__},
        }

    def count(self, found: list[PathwayLink]) -> None:
        """Note a figure with its links."""
        self.figures += 1
        self.links += len(found)
        self.figures_without_link += not found
        for kinds, often in Counter(one.evidence for one in found).items():
            for kind in kinds:
                self.links_by_evidence[kind.value] += often


_DEFAULT: Final = Options()


def link(
    figures: Iterable[FigureFacts],
    pathways: Sequence[Pathway],
    options: Options = _DEFAULT,
    *,
    pmc_ids: Path | None = None,
    summary: Summary | None = None,
) -> Iterator[PathwayLink]:
    """Link figures to pathways, one record for each pair that any evidence holds for.

    Figures come in the order given, the pathways of each by WP number. `figures` is read once
    and held as numbers; `pathways` has each pathway once. `pmc_ids` is PMC-ids.csv, by which
    PubMed ids of pathways meet PMC ids of figures. `summary` is filled in as links are taken.

    Raises:
        DictionaryError: `pmc_ids` cannot be read.

    """
    report = Summary() if summary is None else summary
    report.options = options
    report.pathways = len(pathways)
    ordered = sorted(pathways, key=lambda pathway: int(pathway.wpid[2:]))
    yield from _Linking(ordered, options, PaperIndex(ordered, pmc_ids)).run(figures, report)


_BITS: Final = {kind: 1 << at for at, kind in enumerate(Evidence)}
_CURATED, _OVERLAP, _PAPER, _DISEASE = _BITS.values()
_KINDS: Final = tuple(
    tuple(kind for kind in Evidence if bits & _BITS[kind]) for bits in range(1 << len(Evidence))
)


class _Linking:
    """Figures being linked to pathways, which are numbered by position."""

    def __init__(self, pathways: list[Pathway], options: Options, papers: PaperIndex) -> None:
        self.pathways = pathways
        self.options = options
        self.papers = papers
        self.genes = PathwayGenes(pathways)
        self.drawn = FigureGenes(self.genes)
        self.entities = [
            Entity(Kind.PATHWAY, iris.pathway(pathway.wpid), pathway.wpid) for pathway in pathways
        ]
        self.by_wpid = {pathway.wpid: at for at, pathway in enumerate(pathways)}
        self.by_figid: dict[str, list[int]] = {}
        self.by_disease: dict[str, list[int]] = {}
        for at, pathway in enumerate(pathways):
            for figid in pathway.figids:
                self.by_figid.setdefault(figid, []).append(at)
            for disease in pathway.diseases:
                self.by_disease.setdefault(disease.iri, []).append(at)
        self.figids: list[str] = []
        self.stated: dict[int, dict[int, int]] = {}
        self.diseases: dict[int, frozenset[int]] = {}
        self.unread: dict[int, list[Entity]] = {}

    def run(self, figures: Iterable[FigureFacts], report: Summary) -> Iterator[PathwayLink]:
        """Take all figures, then give their links."""
        for facts in figures:
            self._take(facts)
        significance = Significance(self.genes, self.drawn.chunks())
        report.pairs_tested = significance.tested
        for chunk in self.drawn.chunks():
            found = _Found(self, chunk, significance)
            report.overlapping.update(found.overlapping())
            for row in range(chunk.figures):
                links = found.links(row)
                report.count(links)
                yield from links

    def _take(self, facts: FigureFacts) -> None:
        """Hold what a figure draws as numbers, and note what is stated of it."""
        figure = len(self.figids)
        self.figids.append(facts.figid)
        self.drawn.add(words(facts.hits, direct_only=self.options.direct_only))
        stated = dict.fromkeys(self.by_figid.get(facts.figid, ()), _CURATED)
        for wpid in facts.wpids:
            if wpid in self.by_wpid:
                stated[self.by_wpid[wpid]] = _CURATED
            else:
                entity = Entity(Kind.PATHWAY, iris.pathway(wpid), wpid)
                self.unread.setdefault(figure, []).append(entity)
        for at in self.papers.find(facts.pmcid, facts.dois):
            stated[at] = stated.get(at, 0) | _PAPER
        if stated:
            self.stated[figure] = stated
        diseases = {at for iri in facts.diseases for at in self.by_disease.get(iri, ())}
        if diseases:
            self.diseases[figure] = frozenset(diseases)


class _Found:
    """The links of one chunk of figures."""

    def __init__(self, linking: _Linking, chunk: Chunk, significance: Significance) -> None:
        self.linking = linking
        self.chunk = chunk
        scores = chunk.scores()
        options = linking.options
        rule = Best(options.min_shared, options.alpha, options.best)
        self._passing = passing(chunk, significance, rule)
        chosen = choose(chunk, scores, self._passing, rule.best)
        evidence: dict[tuple[int, int], int] = dict.fromkeys(
            zip(chunk.rows[chosen].tolist(), chunk.columns[chosen].tolist(), strict=True), _OVERLAP
        )
        self._add_stated(evidence)
        self._add_diseases(evidence)
        self._pairs = sorted(evidence.items())
        self._measure(scores, significance)
        self._next = 0

    def overlapping(self) -> dict[str, int]:
        """WP id -> figures whose overlap passes the thresholds; a pair is one figure."""
        counts = np.bincount(self.chunk.columns[self._passing])
        pathways = self.linking.pathways
        return {pathways[at].wpid: int(counts[at]) for at in np.flatnonzero(counts)}

    def _add_stated(self, evidence: dict[tuple[int, int], int]) -> None:
        for row in range(self.chunk.figures):
            for column, bits in self.linking.stated.get(self.chunk.first + row, {}).items():
                evidence[row, column] = evidence.get((row, column), 0) | bits

    def _add_diseases(self, evidence: dict[tuple[int, int], int]) -> None:
        pairs = [
            (row, column)
            for row in range(self.chunk.figures)
            for column in self.linking.diseases.get(self.chunk.first + row, ())
        ]
        if not pairs:
            return
        at = self.chunk.find(*np.array(pairs, dtype=np.int64).T)
        shared = np.where(at >= 0, self.chunk.shared[at] if self.chunk.shared.size else 0, 0)
        enough = (shared >= self.linking.options.disease_genes).tolist()
        for pair, sharing in zip(pairs, enough, strict=True):
            if sharing or pair in evidence:
                evidence[pair] = evidence.get(pair, 0) | _DISEASE

    def _measure(self, scores: Floats, significance: Significance) -> None:
        """Look up the overlap of every pair that is a link; columns of `_values` are pairs."""
        pairs: Ints = np.array([pair for pair, _ in self._pairs], dtype=np.int64).reshape(-1, 2)
        found = self.chunk.find(pairs[:, 0], pairs[:, 1])
        at = found[found >= 0]
        places = self.chunk.places(scores)[at]
        p, adjusted = significance.of(self.chunk, at)
        values = zip(
            self.chunk.jaccard(at).tolist(),
            p.tolist(),
            adjusted.tolist(),
            scores[at].tolist(),
            places.tolist(),
            strict=True,
        )
        self._values = [next(values) if sharing else None for sharing in (found >= 0).tolist()]

    def links(self, row: int) -> list[PathwayLink]:
        """The links of a figure; rows are asked for in turn."""
        linking, figure = self.linking, self.chunk.first + row
        figid = linking.figids[figure]
        found = [
            PathwayLink(figid, entity, (Evidence.CURATED,))
            for entity in linking.unread.get(figure, ())
        ]
        genes: set[int] | None = None
        while self._next < len(self._pairs) and self._pairs[self._next][0][0] == row:
            (_, column), bits = self._pairs[self._next]
            values, overlap = self._values[self._next], None
            if values is not None:
                genes = set(self.chunk.genes(row).tolist()) if genes is None else genes
                overlap = Overlap(linking.genes.shared(column, genes), *values)
            found.append(PathwayLink(figid, linking.entities[column], _KINDS[bits], overlap))
            self._next += 1
        if figure in linking.unread:
            found.sort(key=lambda one: int(one.pathway.identifier[2:]))
        return found
