"""How often a link by genes is right, by its margin: writes `ontologies/link-confidence.tsv`.

    python -m bench.link_trial.calibration DATA

Counted are the links by genes of all figures in `judged.tsv`, made by the package with its default
rules: a link is right if the pathway is right for the figure. Figures for which no pathway is right
count too, since a user does not know them beforehand. Links by symbols or a text alone are left
out. The confidence is the share of right links in a bin of margins, with one right and one wrong
link added; where a higher margin has a lower share, bins are pooled (isotonic regression).

Published images of pathways are counted beside them, but not in the confidence: they have a right
pathway always, and their genes are nearly all in it. Printed is a Markdown table of both.
"""

from __future__ import annotations

import argparse
import math
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression

import pfocr_kg
from bench.link_trial import images, judged, tables
from pfocr_kg.link import evidence, facts, wikipathways
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.model import Evidence, Pathway
from pfocr_kg.resources import ontology
from pfocr_kg.store.embedded import Embedded

EDGES = (-math.inf, -8.0, -4.0, -2.0, 0.0, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Where bins of margins begin."""

Truth = Mapping[str, frozenset[str]]
"""Figid -> WP numbers."""


class Margin(NamedTuple):
    """The margin of a link by genes, and whether it is right."""

    margin: float
    right: bool


class Bin(NamedTuple):
    """The links with a margin from `margin_from` to that of the next bin."""

    margin_from: float
    pairs: int
    right: int


def judged_facts(data: Path) -> list[FigureFacts]:
    """The facts of all figures that were judged, as a build keeps them."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        pfocr_kg.build([data / name for name in tables.FOLDERS], store)
        with Embedded(store) as graph:
            return list(map(facts.of_line, graph.facts() or ()))


def image_facts(data: Path, pathways: Iterable[Pathway]) -> list[FigureFacts]:
    """The facts of the published images of human pathways; their figids are WP numbers."""
    known = images.figures(data, pathways)
    return [FigureFacts(min(image.right), mentions=image.hits) for image in known]


def margins(
    figures: Iterable[FigureFacts], pathways: Sequence[Pathway], truth: Truth
) -> list[Margin]:
    """The links of figures by genes."""
    return [
        Margin(link.overlap.margin, link.pathway.identifier in truth[link.figid])
        for link in evidence.link(figures, pathways)
        if link.overlap is not None and Evidence.GENE_OVERLAP in link.evidence
    ]


def bins(links: Iterable[Margin]) -> list[Bin]:
    """The links in bins."""
    found = [[0, 0] for _ in EDGES]
    for margin, right in links:
        counts = found[bisect_right(EDGES, margin) - 1]
        counts[0] += 1
        counts[1] += right
    return [Bin(edge, *counts) for edge, counts in zip(EDGES, found, strict=True)]


def confidences(counted: Sequence[Bin]) -> list[tuple[Bin, float]]:
    """Bins, of which some are pooled, with their confidence, which rises with the margin."""
    weights = np.array([one.pairs + 2 for one in counted])
    shares = np.array([one.right + 1 for one in counted]) / weights
    fitted = isotonic_regression(shares, weights=weights)
    return [
        (_pooled(counted[start:end]), float(fitted.x[start]))
        for start, end in pairwise(fitted.blocks.tolist())
    ]


def _pooled(some: Sequence[Bin]) -> Bin:
    return Bin(some[0].margin_from, sum(b.pairs for b in some), sum(b.right for b in some))


def to_table(rows: Iterable[tuple[Bin, float]]) -> str:
    """The shipped file."""
    head = "\t".join((*Bin._fields, "confidence"))
    lines = ("\t".join((*map(str, one), f"{confidence:.3f}")) for one, confidence in rows)
    return "\n".join((head, *lines)) + "\n"


def show(counted: Mapping[str, Sequence[Bin]]) -> None:
    """Print bins side by side."""
    print("| margin from |", " | ".join(f"{name}: right | of" for name in counted), "|")
    print("|---|" + "---|---|" * len(counted))
    for row in zip(*counted.values(), strict=True):
        cells = " | ".join(f"{one.right} | {one.pairs}" for one in row)
        print(f"| {row[0].margin_from:g} | {cells} |")


def main() -> None:
    """Count, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    data = parser.parse_args().data
    pathways = wikipathways.read_all([data / "wikipathways-database"])
    human = [p for p in pathways if p.organism and p.organism.identifier.endswith(":9606")]
    figures, published = judged_facts(data), image_facts(data, human)
    own = {image.figid: frozenset([image.figid]) for image in published}
    right = bins(margins(figures, pathways, judged.right()))
    show(
        {
            "judged": right,
            "judged, plausible too": bins(margins(figures, pathways, judged.plausible())),
            "images": bins(margins(published, pathways, own)),
        }
    )
    table = to_table(confidences(right))
    ontology("link-confidence.tsv").write_text(table, encoding="utf-8")
    print("\n" + table)


if __name__ == "__main__":
    main()
