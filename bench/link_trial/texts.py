"""Which texts of a figure name its pathways, and what they add to its score by genes.

    python -m bench.link_trial.texts DATA

Counted are the pairs of a figure in `judged.tsv` and a pathway whose title a text has (right +
plausible of all): all pairs, those that share a gene, and those that share none while the figure
draws three or more genes of the organism. The last columns count the figures whose first place is
right, if scores of texts, by a weight, are added to the scores by genes of pairs that share a gene.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

import pfocr_kg
from bench.link_trial import judged, tables
from pfocr_kg.link import facts, wikipathways
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.overlap import FigureGenes, OverlapChunk
from pfocr_kg.link.pathway_genes import PathwayGenes
from pfocr_kg.link.titles import TextMatches, TitleIndex
from pfocr_kg.link.words import words
from pfocr_kg.store import sparql
from pfocr_kg.store.embedded import Embedded

_CAPTIONS = """SELECT ?figid ?title ?caption WHERE {
  ?figure a pfocr:PathwayFigure ; dcterms:identifier ?figid
  OPTIONAL { ?figure dcterms:title ?title } OPTIONAL { ?figure schema:caption ?caption }
}"""
WEIGHTS = (0.5, 1.0, 1.5, 2.0)
GENES = 3

Texts = dict[str, Sequence[str]]
"""Figid -> texts."""


def read(data: Path) -> tuple[list[FigureFacts], dict[str, Texts]]:
    """The facts of judged figures, and the texts of each, by the name of a choice."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        pfocr_kg.build([data / name for name in tables.FOLDERS], store)
        with Embedded(store) as graph:
            figures = list(map(facts.of_line, graph.facts() or ()))
            rows = list(sparql.rows(graph, _CAPTIONS))
    titles = {row["figid"].value: [row["title"].value] for row in rows if row["title"]}
    captions = {row["figid"].value: [row["caption"].value] for row in rows if row["caption"]}
    own = {figure.figid: figure.texts for figure in figures}
    papers = {figure.figid: figure.paper_titles for figure in figures}
    both = {figure.figid: (*figure.texts, *figure.paper_titles) for figure in figures}
    return figures, {
        "title": titles,
        "title, first sentence of the caption": own,
        "title of the paper": papers,
        "title, first sentence, title of the paper": both,
        "whole caption": captions,
    }


def matches(index: TitleIndex, figures: Sequence[FigureFacts], texts: Texts) -> TextMatches:
    """The pathways whose title is in these texts of figures."""
    chosen = [replace(f, texts=tuple(texts.get(f.figid, ())), paper_titles=()) for f in figures]
    return index.matches(chosen)


def judge(pairs: Sequence[tuple[str, str]]) -> str:
    """How many pairs of a figid and a WP number are right, and how many plausible, of how many."""
    right, plausible = judged.right(), judged.plausible()
    counts = [sum(wpid in truth[figid] for figid, wpid in pairs) for truth in (right, plausible)]
    return f"{counts[0]} + {counts[1] - counts[0]} of {len(pairs)}"


def first(chunk: OverlapChunk, scores: np.ndarray, figids: Sequence[str]) -> int:
    """How many figures have only right pathways in the first place."""
    right, found = judged.right(), 0
    for row in np.unique(chunk.rows):
        mine = np.flatnonzero(chunk.rows == row)
        best = mine[scores[mine] == scores[mine].max()]
        wpids = {chunk.pathways.pathways[column].wpid for column in chunk.columns[best]}
        found += wpids <= right[figids[row]]
    return found


def main() -> None:
    """Print a table, with a row for each choice of texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    pathways = wikipathways.read_all([data / "wikipathways-database"])
    figures, choices = read(data)
    figids, wpids = [f.figid for f in figures], [p.wpid for p in pathways]
    drawn = FigureGenes(PathwayGenes(pathways))
    for figure in figures:
        drawn.add(words(figure.mentions))
    (chunk,) = drawn.chunks()
    by_genes = chunk.scores()
    index = TitleIndex(pathways)
    print("| text | all | shared genes | none of three or more |", *WEIGHTS, "|", sep=" | ")
    print(f"| none | | | | {first(chunk, by_genes, figids)} |")
    for name, texts in choices.items():
        found = matches(index, figures, texts)
        places = chunk.find(found.rows, found.columns)
        organisms = chunk.pathways.organism_of[found.columns]
        silent = (places < 0) & (chunk.drawn[found.rows, organisms] >= GENES)
        pairs = [(figids[r], wpids[c]) for r, c in zip(found.rows, found.columns, strict=True)]
        groups = (places >= -1, places >= 0, silent)
        cells = [judge([pairs[at] for at in np.flatnonzero(some)]) for some in groups]
        for weight in WEIGHTS:
            scores = by_genes.copy()
            scores[places[places >= 0]] += weight * found.scores[places >= 0]
            cells.append(str(first(chunk, scores, figids)))
        print(f"| {name} |", " | ".join(cells), "|")


if __name__ == "__main__":
    main()
