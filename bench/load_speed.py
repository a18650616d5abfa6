"""How fast Oxigraph loads a graph, and with how much memory: one call, or many small ones.

    python bench/load_speed.py GRAPH.nt [--lines 1000000,500000,250000] [--json FILE]

GRAPH.nt is a graph as N-Triples, such as `pfocr-kg export --format ntriples` writes. It is loaded
by one call on the whole file, and in pieces of so many lines with a call each, by one thread and
by two. Each way runs in a process of its own and fills an empty store in a temporary folder.
Prints a Markdown table; the numbers are those of this run on this machine.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

N_TRIPLES = ox.RdfFormat.N_TRIPLES


def load(graph: Path, folder: Path, lines: int | None, threads: int) -> int:
    """Fill a store in this folder; its number of triples. Without `lines`, by one call."""
    store = ox.Store(str(folder))
    if lines is None:
        store.bulk_load(path=str(graph), format=N_TRIPLES, lenient=True)
    else:
        _load_pieces(store, _pieces(graph, lines), threads)
    store.flush()
    return len(store)


def _pieces(graph: Path, lines: int) -> Iterator[bytes]:
    with graph.open("rb") as file:
        while piece := b"".join(islice(file, lines)):
            yield piece


def _load_pieces(store: ox.Store, pieces: Iterator[bytes], threads: int) -> None:
    """Load each piece by a call of its own, as many at a time as there are threads."""
    waiting: set[Future[None]] = set()
    with ThreadPoolExecutor(threads) as pool:
        for piece in pieces:
            if len(waiting) == threads:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
            waiting.add(pool.submit(store.bulk_load, piece, format=N_TRIPLES, lenient=True))
        for future in waiting:
            future.result()


def _measure(graph: Path, folder: Path, lines: int | None, threads: int, answer: Any) -> None:
    start, processor = time.perf_counter(), time.process_time()
    triples = load(graph, folder, lines, threads)
    answer.put(
        {
            "lines_a_call": lines,
            "threads": threads,
            "triples": triples,
            "wall_seconds": round(time.perf_counter() - start, 1),
            "processor_seconds": round(time.process_time() - processor, 1),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    )


def measure(graph: Path, lines: int | None, threads: int) -> dict[str, Any]:
    """What one way of loading takes, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="pfocr-kg-bench-") as name:
        arguments = (graph, Path(name, "store"), lines, threads, answer)
        process = context.Process(target=_measure, args=arguments)
        process.start()
        process.join()
        if process.exitcode:
            sys.exit(f"loading failed with exit code {process.exitcode}")
    result: dict[str, Any] = answer.get()
    return result


def _row(result: dict[str, Any]) -> str:
    lines, threads = result["lines_a_call"], result["threads"]
    way = f"pieces of {lines:,} lines, {threads} at a time" if lines else "one call"
    times = f"{result['wall_seconds']} s | {result['processor_seconds']} s"
    return f"| {way} | {times} | {result['peak_mib']:,} MiB |"


def main() -> None:
    """Measure each way and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("graph", type=Path)
    parser.add_argument("--lines", default="1000000,500000,250000", help="lines of a piece")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sizes = [int(size) for size in given.lines.split(",")]
    print("| way | wall | processor | peak memory |\n|---|---|---|---|")
    results = []
    for lines, threads in [(None, 1), *((size, n) for size in sizes for n in (1, 2))]:
        results.append(measure(given.graph, lines, threads))
        print(_row(results[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
