"""How fast a graph is exported, against Oxigraph's own unsorted dump of the same store.

    python bench/export_speed.py STORE [--formats turtle,ntriples] [--json FILE]
    python bench/export_speed.py --source RECORDS [--jobs 2]

STORE is a built store; with --source one is built first, in a temporary folder. Each format is
written twice, by `pyoxigraph.Store.dump` (unsorted) and by an export (sorted), one after the other
in one run, each in a process of its own. Only the ratio says something about another machine.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import pfocr_kg
from pfocr_kg.rdf import formats
from pfocr_kg.store import generations


def dump(store: Path, output: Path, form: str) -> int:
    """By the library, in the store's own order."""
    lock, generation = generations.acquire(store)
    with lock:
        opened = ox.Store.read_only(str(generation.graph))
        opened.dump(str(output), format=formats.RDF[form], from_graph=ox.DefaultGraph())
        return len(opened)


def export(store: Path, output: Path, form: str) -> int:
    """By an export."""
    with pfocr_kg.open(store) as graph:
        with output.open("wb") as file:
            graph.write(file, form, output.parent, jobs=multiprocessing.cpu_count())
        return len(graph)


def _processor() -> float:
    """Seconds of processor time of this process, and of those that it started and that ended."""
    spent = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _measure(way: Any, store: Path, output: Path, form: str, answer: Any) -> None:
    start, cpu = time.perf_counter(), _processor()
    triples = way(store, output, form)
    seconds, cpu = time.perf_counter() - start, _processor() - cpu
    with output.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    answer.put(
        {
            "triples": triples,
            "seconds": round(seconds, 2),
            "cpu_seconds": round(cpu, 2),
            "triples_a_second": round(triples / seconds),
            "triples_a_cpu_second": round(triples / cpu),
            "peak_mib_of_the_first_process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            // 1024,
            "mebibytes": output.stat().st_size >> 20,
            "sha256": digest,
        }
    )


def measure(way: Any, store: Path, work: Path, form: str) -> dict[str, Any]:
    """Figures of one export in a new process."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    output = work / "graph"
    process = context.Process(target=_measure, args=(way, store, output, form, answer))
    process.start()
    figures: dict[str, Any] = answer.get()
    process.join()
    output.unlink()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("store", type=Path, nargs="?")
    parser.add_argument("--source", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--formats", default="turtle")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        store = given.store or Path(folder, "store")
        if given.store is None:
            pfocr_kg.build(given.source, store, jobs=given.jobs)
        for form in given.formats.split(","):
            ours = measure(export, store, Path(folder), form)
            if form in ("turtle", "ntriples", "nquads", "trig"):
                library = measure(dump, store, Path(folder), form)
            else:
                library = {}
            ratio = round(library["seconds"] / ours["seconds"], 2) if library else None
            results.append({"format": form, "speed_ratio": ratio, "export": ours, "dump": library})
            print(json.dumps(results[-1], indent=2))
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
