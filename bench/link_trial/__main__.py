"""Run the trial and print it; how: `bench/link_trial/__init__.py`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from bench.link_trial import ranking, sets
from bench.link_trial.ranking import CHOSEN, Places
from bench.link_trial.scores import SCORES

FIRST_SEED, STEP = 3, 100
MAIN = (
    "textbook p-value",
    "likelihood, lambda 0.5",
    "likelihood less 1.0 ln(1 + lacking)",
)
Results = Mapping[str, Sequence[Places]]
"""Set -> places by score, for each seed."""


def of_seed(
    data: Path, seed: int, wanted: Sequence[str], names: Sequence[str]
) -> dict[str, Places]:
    """The trial of one seed: set -> places."""
    made = sets.Sets(sets.read(data), seed)
    world = made.world()
    scores = {name: SCORES[name] for name in names}
    return {
        name: ranking.trial(world, make(), scores)
        for name, make in made.makers.items()
        if not wanted or name in wanted
    }


def mean(seeds: Sequence[Places], score: str) -> tuple[float, float, float]:
    """(first alone, its standard error, mean reciprocal rank) over the seeds."""
    firsts = [ranking.first(places[score]) for places in seeds]
    error = np.std(firsts, ddof=1) / np.sqrt(len(firsts)) if len(firsts) > 1 else 0.0
    return (
        float(np.mean(firsts)),
        float(error),
        float(np.mean([ranking.reciprocal(places[score]) for places in seeds])),
    )


def show(results: Results) -> None:
    """Print a Markdown table: first alone ± standard error / reciprocal rank, best mean first."""
    counts = {name: sum(len(p[CHOSEN]) for p in seeds) for name, seeds in results.items()}
    print("| score |", " | ".join(f"{name} ({counts[name]})" for name in results), "|")
    print("|---|" + "---|" * len(results))
    means = {
        score: {name: mean(seeds, score) for name, seeds in results.items()}
        for score in next(iter(results.values()))[0]
    }

    def order(score: str) -> float:
        return float(np.mean([m[0] for name, m in means[score].items() if name != "titles"] or [0]))

    for score in sorted(means, key=order, reverse=True):
        cells = (f"{f:.3f} ± {e:.3f} / {r:.3f}" for f, e, r in means[score].values())
        print("|", score, "|", " | ".join(cells), "|")


def main() -> None:
    """Read, make, rank, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=5, help="how many seeds")
    parser.add_argument("--sets", default="", help="names of sets, separated by ;")
    parser.add_argument("--main", action="store_true", help="only the main scores")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    wanted = [name.strip() for name in given.sets.split(";") if name.strip()]
    names = [name for name in SCORES if name in MAIN or not given.main]
    count = given.seeds
    with ProcessPoolExecutor(given.jobs) as pool:
        found = list(
            pool.map(
                of_seed,
                [given.data] * count,
                range(FIRST_SEED, FIRST_SEED + STEP * count, STEP),
                [wanted] * count,
                [names] * count,
            )
        )
    results = {name: [one[name] for one in found] for name in found[0]}
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
