"""Links between figures and pathways: the whole command."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from bench.process import OURS, memory_kind, run
from bench.table import Result
from bench.world import World, report_of

TARGET = "under 60 s (100,000 figures x 2,095 pathways), at most 15 links a figure"
MOST = 60
MOST_LINKS = 15


def measure(world: World) -> list[Result]:
    """Link a copy of the store, and watch time and memory."""
    source, kind = world.wikipathways
    store = world.folder("to-link")
    shutil.copytree(world.store(world.figures), store)
    world.say(f"linking {world.figures:,} figures to the {kind}")
    command: list[str | Path] = [
        *OURS,
        "link",
        "--wikipathways",
        source,
        "--store",
        store,
        "--quiet",
    ]
    done = run(command, memory=True)
    report = report_of(store)
    # It is what the queries are asked of: a store that has links.
    shutil.rmtree(world.work / "linked", ignore_errors=True)
    store.rename(world.work / "linked")
    links = report["links"]
    what = f"links, {world.figures:,} figures x {links['pathways']:,} pathways ({kind})"
    each = links["links"] / world.figures
    measured = f"{done.wall:.1f} s, {done.peak / 2**20:,.0f} MiB, {each:.1f} links a figure"
    met = (done.wall < MOST and each <= MOST_LINKS) if world.figures >= 100_000 else None
    details = {
        "seconds": round(done.wall, 2),
        "processor_seconds": round(done.cpu, 2),
        "peak_bytes": done.peak,
        "kind": memory_kind(),
        "links": links,
    }
    return [Result("links", what, TARGET, measured, met, details), _computing(world, source)]


def _computing(world: World, source: Path) -> Result:
    """Gene overlap alone, without reading a store or writing one."""
    out = world.work / "link-speed.json"
    script = Path(__file__).resolve().parent.parent / "link_speed.py"
    size = ["--figures", str(world.figures)]
    world.say("gene overlap alone")
    run([sys.executable, script, source, *size, "--json", out])
    found = json.loads(out.read_text(encoding="utf-8"))
    what = f"gene overlap alone, {found['figures']:,} figures x {found['pathways']:,} pathways"
    measured = f"{found['seconds']:.1f} s, {found['peak_mib']:,} MiB"
    return Result("links", what, "-", measured, None, found)
