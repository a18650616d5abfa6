"""Measures time and memory of networks of many figures.

    python bench/network_speed.py [--figures 100000] [--genes 20000] [--min-weight 4]
        [--formats graphml,gexf] [--json FILE]
    python bench/network_speed.py --store DIR ...

Without a store, one is made. Its figures have 28 genes on average: most are from one of some
groups, as those of a pathway are, and two are random. Each format and each analysis is
measured in a new process, which makes the network first.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyoxigraph as ox

import pfocr_kg
from pfocr_kg import iris
from pfocr_kg.network import writers

A = ox.NamedNode(iris.PREFIXES["rdf"] + "type")
LABEL = ox.NamedNode(iris.PREFIXES["rdfs"] + "label")
HUMAN = ox.NamedNode(iris.organism("9606"))


def term(name: str) -> ox.NamedNode:
    """A term of the vocabulary."""
    return ox.NamedNode(iris.PREFIXES["pfocr"] + name)


def quads(figures: int, genes: int, seed: int) -> Iterator[ox.Quad]:
    """A store's triples that networks of genes ask for."""
    random = np.random.default_rng(seed)
    nodes = [ox.NamedNode(iris.gene(str(number))) for number in range(1, genes + 1)]
    for number, node in enumerate(nodes, 1):
        yield ox.Quad(node, A, term("Gene"))
        yield ox.Quad(node, LABEL, ox.Literal(f"G{number}"))
        yield ox.Quad(node, term("organism"), HUMAN)
    part = ox.NamedNode(iris.PREFIXES["dcterms"] + "isPartOf")
    groups = [random.integers(genes, size=60) for _ in range(genes // 14)]
    for number in range(figures):
        figure = ox.NamedNode(iris.figure(f"PMC{number}__f1"))
        yield ox.Quad(figure, A, term("PathwayFigure"))
        yield ox.Quad(figure, part, ox.NamedNode(iris.paper(f"PMC{number // 2}")))
        group = groups[int(random.integers(len(groups)))]
        drawn = random.choice(group, int(random.integers(6, 48)))
        for gene in {*drawn.tolist(), *random.integers(genes, size=2).tolist()}:
            yield ox.Quad(figure, term("gene"), nodes[gene])


class Bare:
    """A store of Oxigraph alone, without the package's folder."""

    def __init__(self, folder: Path) -> None:
        self.store = ox.Store.read_only(str(folder))

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a query."""
        return self.store.query(text)


def make(folder: Path, given: argparse.Namespace) -> dict[str, float]:
    """Make a store; returns its size."""
    store = ox.Store(str(folder))
    store.bulk_extend(quads(given.figures, given.genes, given.seed))
    return {"triples": len(store)}


def peak() -> int:
    """The peak memory of this process, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def in_child(work: Callable[[], dict[str, float]]) -> dict[str, float]:
    """What `work` returns, with its processor time and peak memory, from a new process."""
    reading, writing = os.pipe()
    if not os.fork():
        start, clock = time.process_time(), time.perf_counter()
        found = work()
        found |= {
            "processor_seconds": round(time.process_time() - start, 1),
            "seconds": round(time.perf_counter() - clock, 1),
            "peak_mib": peak(),
        }
        os.write(writing, json.dumps(found).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.wait()
    return dict(json.loads(text))


def measure(given: argparse.Namespace, form: str, made: Path | None) -> dict[str, float]:
    """Make the network, and write it if `form` is not empty."""
    from pfocr_kg.network import analysis, kinds  # noqa: PLC0415

    def work() -> dict[str, float]:
        if made is None:
            with pfocr_kg.open(given.store) as graph:
                network = graph.network("genes", organism="human", min_weight=given.min_weight)
        else:
            network = kinds.network(Bare(made), "genes", min_weight=given.min_weight)
        making = time.process_time()
        found = {"nodes": len(network), "edges": network.number_of_edges(), "bytes": 0}
        if form in ("hubs", "communities", "core"):
            analysis.add_attributes(network, form)
        elif form:
            with tempfile.TemporaryFile() as file:
                writers.write(network, file, form)
                found["bytes"] = file.tell()
        return found | {"added_processor_seconds": round(time.process_time() - making, 1)}

    return in_child(work)


def main() -> None:
    """Make, write, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--figures", type=int, default=100_000)
    parser.add_argument("--genes", type=int, default=20_000)
    parser.add_argument("--min-weight", type=int, default=4)
    parser.add_argument("--formats", default="tsv,json,graphml,gexf,cx2,core,communities,hubs")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as folder:
        made = None if given.store else Path(folder) / "store"
        if made is not None:
            result["store"] = in_child(lambda: make(made, given))
            print(f"{'store':14}", result["store"], flush=True)
        for form in ("", *filter(None, given.formats.split(","))):
            name = form or "network alone"
            result[name] = measure(given, form, made)
            print(f"{name:14}", result[name], flush=True)
    if given.json:
        given.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
