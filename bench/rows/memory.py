"""The most memory that all processes of a build hold together, for corpora of several sizes."""

from __future__ import annotations

import shutil

from bench.process import OURS, SECONDS_BETWEEN_SAMPLES, memory_kind, run
from bench.table import Result
from bench.world import World

SIZES = (1_000, 10_000, 100_000)
MOST = 1.5 * 2**30
FLAT = 1.5
"""Growth from the second size to the last that still counts as flat.

The first is not the measure: it holds less than one batch of a bulk load.
"""


def measure(world: World) -> list[Result]:
    """Build corpora of each size; one result a size, and one for their growth."""
    sizes = [size for size in SIZES if size <= world.figures] or [world.figures]
    results, peaks = [], []
    for size in sizes:
        source = world.corpus(size)
        store = world.folder("watched")
        world.say(f"memory of a build of {size:,} figures")
        done = run([*OURS, "build", source, "--store", store, "--quiet"], memory=True)
        shutil.rmtree(store)
        peaks.append(done.peak)
        details = {
            "figures": size,
            "bytes": done.peak,
            "kind": memory_kind(),
            "seconds_between_samples": SECONDS_BETWEEN_SAMPLES,
        }
        what = f"peak memory of a build of {size:,} figures, all processes ({memory_kind()})"
        measured = f"{done.peak / 2**20:,.0f} MiB"
        results.append(Result("memory", what, "under 1.5 GiB", measured, done.peak < MOST, details))
    if len(peaks) > 1:
        results.append(_growth(sizes, peaks))
    return results


def _growth(sizes: list[int], peaks: list[int]) -> Result:
    first = 1 if len(sizes) > 2 else 0
    growth = peaks[-1] / peaks[first]
    what = f"peak memory, {sizes[first]:,} -> {sizes[-1]:,} figures"
    target = f"flat: at most {FLAT} x"
    if len(sizes) < 3:
        return Result("memory", what, "flat (needs N=100000)", f"{growth:.2f} x")
    return Result("memory", what, target, f"{growth:.2f} x", growth <= FLAT, {"growth": growth})
