"""The mapping, from a record's files to N-Triples, against a plain one with common libraries."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import rdflib
from rdflib.compare import to_isomorphic

from bench import our_mapping, plain_mapping
from bench.errors import BenchError
from bench.table import Result, paired, spread
from bench.world import World
from pfocr_kg.rdf import document
from pfocr_kg.records import record

WHAT = "mapping of a record against PyYAML + csv + PyLD + rdflib, one process, processor time"
TARGET = "at least 20 x as fast"
LEAST = 20
RECORDS = 120
TIMES = 5
"""How often our mapping maps what the plain one maps once, so that it takes long enough."""


def measure(world: World) -> list[Result]:
    """Map parts of a corpus both ways in turn; seconds of processor time a record."""
    folder = our_mapping.record_folders(world.corpus(min(world.figures, 2_000)))[0]
    shared = our_mapping.shared_files(folder)
    every = max(len(folder.records) // RECORDS, 1)
    records = folder.records[::every][:RECORDS]
    documents = {p: document.figure(record.read(p, folder, shared).figure) for p in records}

    def ours(path: Path) -> bytes:
        return our_mapping.map_record(path, folder, shared)

    def plain(path: Path) -> str:
        return plain_mapping.map_record(path, path.parent.parent / "_data", documents[path])

    _check(records[0], ours(records[0]), plain(records[0]))
    our_times, plain_times = [], []
    world.say(f"mapping {len(records)} records both ways")
    for start in range(world.runs):
        part = records[start :: world.runs]
        if not part:
            break
        our_times.append(_time(part, ours, TIMES))
        plain_times.append(_time(part, plain, 1))
    ratio = paired(plain_times, our_times)
    a, b = spread(our_times)["median"], spread(plain_times)["median"]
    triples = sum(ours(path).count(b"\n") for path in records)
    rate = triples / len(records) / (sum(our_times) / len(our_times))
    measured = f"{ratio:.0f} x ({a * 1e3:.2f} ms against {b * 1e3:.1f} ms a record)"
    details = {
        "ratio": round(ratio, 2),
        "records": len(records),
        "triples": triples,
        "seconds_a_record": {"ours": spread(our_times), "plain": spread(plain_times)},
        "triples_a_second": round(rate),
    }
    return [Result("mapping", WHAT, TARGET, measured, ratio >= LEAST, details)]


def _time(paths: tuple[Path, ...], work: Callable[[Path], object], times: int) -> float:
    # Processor time: no other process takes part, and those beside it do not count.
    start = time.process_time()
    for _ in range(times):
        for path in paths:
            work(path)
    return (time.process_time() - start) / (times * len(paths))


def _check(path: Path, ours: bytes, plain: str) -> None:
    """Raise an error unless both mappings give the same triples."""
    graphs = [
        to_isomorphic(rdflib.Graph().parse(data=text, format="nt"))
        for text in (ours.decode(), plain)
    ]
    if graphs[0] != graphs[1]:
        raise BenchError(f"{path.name}: the two mappings of it do not give the same triples")
