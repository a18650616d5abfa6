"""Where the score loses each pathway that curators drew from a figure.

    python -m bench.link_trial.risk DATA [--seeds 5] [--each 20]

For every such pathway: its genes, the pathway that takes its place most often, and the share of
figures that it is first alone for, with ever fewer of its words kept (noise words by half of the
kept ones), and with ever more noise (three fifths of the words kept). Families are drawn by one
word wherever the real gene tables have a word for them.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.link_trial import ranking, sets
from bench.link_trial.figures import FAMILIES, Spoiling
from bench.link_trial.scores import SCORES
from bench.link_trial.worlds import Known, World, drawn
from pfocr_kg.model import Pathway

KEPT = (0.8, 0.6, 0.4, 0.2)
NOISE = (0.0, 1.0, 2.0)
COMPARED = (
    "textbook p-value",
    "likelihood less 1.0 ln(1 + lacking)",
    "likelihood in words less 1.0 ln(1 + lacking)",
)


def spoilings() -> dict[str, Spoiling]:
    """How figures are spoiled, by the name of the column."""
    fewer = {f"{kept:.0%} kept": _spoiling(1 - kept, 0.5) for kept in KEPT}
    return fewer | {f"{noise:.0%} noise": _spoiling(0.4, noise) for noise in NOISE}


def _spoiling(drop: float, noise: float) -> Spoiling:
    return replace(FAMILIES, drop=(drop, drop), noise=(noise, noise))


def firsts(world: World, figures: Sequence[Known], name: str) -> tuple[list[float], Counter[str]]:
    """1 for each figure whose pathway is first alone, else 0; and the pathways in its place."""
    found, instead = [], Counter[str]()
    for known in figures:
        d = drawn(world, known.hits)
        if d is None or not (right := world.is_right(known, d.columns)).any():
            continue
        values = np.round(SCORES[name](world, d), 9)
        values[right], mine = -np.inf, values[right][0]
        best = int(np.argmax(values))
        found.append(float(mine > values[best]))
        if mine <= values[best]:
            instead[world.genes.pathways[d.columns[best]].wpid] += 1
    return found, instead


def rows(made: Sequence[sets.Sets], each: int, name: str) -> dict[str, tuple[list[float], str]]:
    """Pathway -> (share first alone by spoiling, what takes its place most often)."""
    worlds = [one.world() for one in made]
    return {p.wpid: _row(made, worlds, p, each, name) for p in made[0].named}


def _row(
    made: Sequence[sets.Sets], worlds: Sequence[World], pathway: Pathway, each: int, name: str
) -> tuple[list[float], str]:
    shares, rivals = [], Counter[str]()
    for how in spoilings().values():
        places: list[float] = []
        for one, world in zip(made, worlds, strict=True):
            figures = one.maker.figures([pathway], each, one.seed, how)
            found, instead = firsts(world, figures, name)
            places += found
            rivals += instead
        shares.append(ranking.first(places) if places else float("nan"))
    return shares, " ".join(f"{wpid} {count}" for wpid, count in rivals.most_common(2))


def main() -> None:
    """Print a Markdown table for each score that is compared."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--each", type=int, default=20, help="figures of a pathway and seed")
    given = parser.parse_args()
    corpora = sets.read(given.data)
    made = [sets.Sets(corpora, 3 + 100 * at) for at in range(given.seeds)]
    sizes = {p.wpid: len(p.genes) for p in made[0].named}
    for name in COMPARED:
        print(f"\n{name}\n\n| pathway | genes |", " | ".join(spoilings()), "| in its place |")
        print("|---|" + "---|" * (len(spoilings()) + 2))
        for wpid, (shares, rivals) in rows(made, given.each, name).items():
            cells = " | ".join(f"{share:.2f}" for share in shares)
            print(f"| {wpid} | {sizes[wpid]} | {cells} | {rivals} |")


if __name__ == "__main__":
    main()
