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

STEP, COLUMNS = 100, 6
MAIN = (
    "textbook p-value",
    "likelihood, lambda 0.5",
    "likelihood less 1.0 ln(1 + lacking)",
    "likelihood in words less 1.0 ln(1 + lacking)",
    "likelihood in words less 1.0 ln(1 + lacking), families by 3/4",
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
    reciprocals = [ranking.reciprocal(places[score]) for places in seeds]
    return *_mean(firsts), float(np.mean(reciprocals))


def less(seeds: Sequence[Places], score: str) -> tuple[float, float]:
    """First alone, less that of the package's score; and the standard error of this."""
    return _mean([ranking.first(p[score]) - ranking.first(p[CHOSEN]) for p in seeds])


def _mean(values: Sequence[float]) -> tuple[float, float]:
    error = np.std(values, ddof=1) / np.sqrt(len(values)) if len(values) > 1 else 0.0
    return float(np.mean(values)), float(error)


def show(results: Results) -> None:
    """Print Markdown tables, best mean first, and the differences to the package's score."""
    each = {
        score: {name: mean(seeds, score) for name, seeds in results.items()}
        for score in next(iter(results.values()))[0]
    }
    made = [name for name in results if name != "titles"] or list(results)
    order = sorted(each, key=lambda score: -np.mean([each[score][name][0] for name in made]))
    for some in _parts(list(results)):
        head = [f"{name} ({sum(len(p[CHOSEN]) for p in results[name])})" for name in some]
        print("\n| score |", " | ".join(head), "|")
        print("|---|" + "---|" * len(some))
        for score in order:
            cells = ("{:.3f} ± {:.3f} / {:.3f}".format(*each[score][name]) for name in some)
            print("|", score, "|", " | ".join(cells), "|")
    print("\nFirst alone, less the package's score's, seed by seed:")
    for some in _parts(list(results)):
        print("\n| score |", " | ".join(some), "|")
        print("|---|" + "---|" * len(some))
        for score in order:
            cells = ("{:+.3f} ± {:.3f}".format(*less(results[name], score)) for name in some)
            print("|", score, "|", " | ".join(cells), "|")


def _parts(names: list[str]) -> list[list[str]]:
    return [names[at : at + COLUMNS] for at in range(0, len(names), COLUMNS)]


def main() -> None:
    """Read, make, rank, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=3, help="the first seed")
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
                range(given.seed, given.seed + STEP * count, STEP),
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
