"""Validation of the linked store: the whole command."""

from __future__ import annotations

from bench.process import OURS, memory_kind, run
from bench.table import Result, spread
from bench.world import World, report_of

TARGET = "at most 30 s for 500,000 triples"
LEAST = 500_000 / 30
"""Triples a second."""


def measure(world: World) -> list[Result]:
    """Validate the store with links; a graph that does not conform is a failure."""
    store = world.linked
    triples = int(report_of(store)["triples"])
    world.say(f"validating {triples:,} triples")
    command = [*OURS, "validate", "--store", store, "--quiet"]
    runs = [run(command, memory=True) for _ in range(world.runs)]
    times = spread([each.wall for each in runs])
    peak = max(each.peak for each in runs)
    measured = f"{times['median']:.1f} s, {peak / 2**20:,.0f} MiB"
    details = {
        "triples": triples,
        "seconds": times,
        "processor_seconds": spread([each.cpu for each in runs]),
        "peak_bytes": peak,
        "kind": memory_kind(),
    }
    met = triples / times["median"] >= LEAST
    return [Result("validate", f"{triples:,} triples, with links", TARGET, measured, met, details)]
