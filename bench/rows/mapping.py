"""The mapping, from a record's files to N-Triples, against the plain way."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import rdflib
from rdflib.compare import to_isomorphic

from bench import ours, plain
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
"""How often our way maps a part that the plain way maps once: it would be over too soon."""


def measure(world: World) -> list[Result]:
    """Map parts of a subset both ways in turn; seconds of processor time a record."""
    folder = world.corpus(min(world.figures, 2_000))
    own = ours.groups(folder)[0]
    every = max(len(own.records) // RECORDS, 1)
    records = own.records[::every][:RECORDS]
    known = ours.shared(own)
    documents = {p: document.figure(record.read(p, own, known).figure) for p in records}
    _check(records[0], ours.figure(records[0], own), _plainly(records[0], documents))
    our_times, plain_times = [], []
    world.say(f"mapping {len(records)} records both ways")
    for start in range(world.runs):
        part = records[start :: world.runs]
        if not part:
            break
        our_times.append(_time(part, lambda path: ours.figure(path, own), TIMES))
        plain_times.append(_time(part, lambda path: _plainly(path, documents), 1))
    ratio = paired(plain_times, our_times)
    a, b = spread(our_times)["median"], spread(plain_times)["median"]
    triples = sum(ours.figure(path, own).count(b"\n") for path in records)
    rate = triples / len(records) / (sum(our_times) / len(our_times))
    said = f"{ratio:.0f} x ({a * 1e3:.2f} ms against {b * 1e3:.1f} ms a record)"
    details = {
        "ratio": round(ratio, 2),
        "records": len(records),
        "triples": triples,
        "seconds_a_record": {"ours": spread(our_times), "plain": spread(plain_times)},
        "triples_a_second": round(rate),
    }
    return [Result("mapping", WHAT, TARGET, said, ratio >= LEAST, details)]


def _plainly(path: Path, documents: dict[Path, dict[str, object]]) -> str:
    return plain.figure(path, path.parent.parent / "_data", documents[path])


def _time(paths: tuple[Path, ...], work: Callable[[Path], object], times: int) -> float:
    # Processor time: no other process takes part, and those beside it do not count.
    start = time.process_time()
    for _ in range(times):
        for path in paths:
            work(path)
    return (time.process_time() - start) / (times * len(paths))


def _check(path: Path, ours_said: bytes, plainly: str) -> None:
    """Both ways have to give the same triples, or nothing is compared."""
    graphs = [
        to_isomorphic(rdflib.Graph().parse(data=text, format="nt"))
        for text in (ours_said.decode(), plainly)
    ]
    if graphs[0] != graphs[1]:
        raise BenchError(f"{path.name}: both ways of mapping it do not give the same triples")
