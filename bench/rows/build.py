"""A build from records, against Oxigraph's own command that loads the finished triples."""

from __future__ import annotations

import shutil
from pathlib import Path

from bench.process import OURS, Run, run
from bench.table import Result, paired, spread
from bench.world import World, lines, report_of

WHAT = "build against `oxigraph load` of its N-Triples"
TARGET = "at most 2 x its wall time, better 1.2 x"
MOST = 2


def measure(world: World) -> list[Result]:
    """Build and load in turn, each into a new folder, and compare their wall times."""
    oxigraph = world.tool("oxigraph")
    source, triples = world.corpus(world.figures), world.triples(world.figures)
    builds, loads, stages = [], [], []
    for number in range(world.runs):
        world.say(f"build and load, {number + 1} of {world.runs}")
        store = world.folder("timed")
        builds.append(run([*OURS, "build", source, "--store", store, "--quiet"]))
        stages.append(_stages(store))
        shutil.rmtree(store)
        loaded = world.folder("loaded")
        loads.append(run([oxigraph, "load", "--location", loaded, "--file", triples]))
        shutil.rmtree(loaded)
    ratio = paired([b.wall for b in builds], [a.wall for a in loads])
    count = lines(triples)
    measured = f"{ratio:.2f} x ({_seconds(builds)} against {_seconds(loads)}, {count:,} triples)"
    details = {
        "ratio": round(ratio, 3),
        "ratio_of_processor_time": round(paired(_cpu(builds), _cpu(loads)), 3),
        "triples": count,
        "triples_a_figure": round(count / world.figures, 1),
        "build": _times(builds),
        "oxigraph_load": _times(loads),
        "stages": stages,
    }
    return [Result("build", WHAT, TARGET, measured, ratio <= MOST, details)]


def _stages(store: Path) -> dict[str, object]:
    stages: dict[str, object] = report_of(store)["stages"]
    return stages


def _cpu(runs: list[Run]) -> list[float]:
    return [run.cpu for run in runs]


def _seconds(runs: list[Run]) -> str:
    return f"{spread([run.wall for run in runs])['median']:.1f} s"


def _times(runs: list[Run]) -> dict[str, dict[str, float]]:
    return {"wall": spread([r.wall for r in runs]), "processor": spread(_cpu(runs))}
