"""The Turtle export, in triples a second, beside the store's own unsorted dump."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.process import OURS, run
from bench.table import Result, paired, spread
from bench.world import World, lines
from pfocr_kg.store import generations

WHAT = "Turtle export, whole command"
TARGET = "at least 300,000 triples a second"
LEAST = 300_000
DUMP = """
import sys, pyoxigraph as ox
store = ox.Store.read_only(sys.argv[1])
store.dump(sys.argv[2], format=ox.RdfFormat.TURTLE, from_graph=ox.DefaultGraph())
"""


def measure(world: World) -> list[Result]:
    """Export and dump in turn; what a dump takes is what any export has to."""
    store = world.store(world.figures)
    graph = _graph(store)
    count = lines(world.triples(world.figures))
    target = world.work / "out.ttl"
    exports, dumps = [], []
    for number in range(world.runs):
        world.say(f"export and dump, {number + 1} of {world.runs}")
        exports.append(
            run([*OURS, "export", "--store", store, "--format", "turtle", "--output", target])
        )
        dumps.append(run([sys.executable, "-c", DUMP, graph, target]))
    target.unlink(missing_ok=True)
    rate = count / spread([e.wall for e in exports])["median"]
    dumped = count / spread([d.wall for d in dumps])["median"]
    ratio = paired([e.wall for e in exports], [d.wall for d in dumps])
    measured = f"{rate:,.0f} a second ({ratio:.1f} x the wall time of pyoxigraph's own dump)"
    details = {
        "triples": count,
        "triples_a_second": round(rate),
        "dump_triples_a_second": round(dumped),
        "ratio_to_dump": round(ratio, 3),
        "export": spread([e.wall for e in exports]),
        "export_processor": spread([e.cpu for e in exports]),
        "dump": spread([d.wall for d in dumps]),
    }
    return [Result("export", WHAT, TARGET, measured, rate >= LEAST, details)]


def _graph(store: Path) -> str:
    current = generations.current(store)
    assert current is not None, "it was just built"
    return str(current.graph)
