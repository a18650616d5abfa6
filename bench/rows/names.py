"""Finding names and searching figures, in one process and as whole commands."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from bench.process import OURS, run
from bench.table import Result, spread
from bench.world import World
from pfocr_kg.graph import Graph, open_graph

INSIDE, COMMAND = 0.05, 0.5
"""Seconds below which 95 of 100 calls, and commands, stay."""

ASKED = 60
"""Genes and titles whose names are found, and words sought."""

GENES = """SELECT ?label WHERE {
  ?gene a <https://w3id.org/pfocr/vocab#Gene> ;
    <http://www.w3.org/2004/02/skos/core#prefLabel> ?label
} ORDER BY ?label"""
IRIS = """SELECT ?gene WHERE { ?gene a <https://w3id.org/pfocr/vocab#Gene> } ORDER BY ?gene"""
TITLES = """SELECT ?title WHERE {
  ?paper a <https://schema.org/ScholarlyArticle> ; <http://purl.org/dc/terms/title> ?title
} ORDER BY ?title"""


def measure(world: World) -> list[Result]:
    """Ask the linked store; every kind of call counts alike."""
    world.say(f"finding names and searching {world.figures:,} figures")
    size = f"{world.figures:,} figures, with links"
    with open_graph(world.linked) as graph:
        finds, searches = list(_finds(graph)), list(_searches(graph))
        inside = {"find": _times(finds), "search": _times(searches)}
    commands = {
        "find": [["find", "TNF-alpha"], ["find", "cancer"]],
        "search": [["search", "--gene", "TNF"], ["search", "tnf"]],
    }
    return [
        result
        for name, times in inside.items()
        for result in (
            _result(f"{name}, {size}", times, INSIDE),
            _result(f"{name}, the command", _commands(commands[name], world), COMMAND),
        )
    ]


def _finds(graph: Graph) -> Iterator[Callable[[], object]]:
    for name in _column(graph, GENES):
        for text in (name.lower(), f"{name[:-1]}-{name[-1]}", f"{name}x"):
            yield lambda text=text: graph.find(text)
    for title in _column(graph, TITLES):
        yield lambda text=title: graph.find(text)


def _searches(graph: Graph) -> Iterator[Callable[[], object]]:
    for title in _column(graph, TITLES):
        words = title.split()
        for text in (words[0], " ".join(words[:3]), f'"{" ".join(words[-2:])}"'):
            yield lambda text=text: graph.search(text)
    for gene in _column(graph, IRIS):
        yield lambda gene=gene: graph.search(gene=gene, since=2015)
        yield lambda gene=gene: graph.search(gene=gene, no_pathway=True, sort="score")


def _column(graph: Graph, question: str) -> list[str]:
    """Some of the texts, from all parts of the alphabet."""
    texts = [text for row in graph.query(question) for text in row.values()]
    return list(islice(map(str, texts[:: max(1, len(texts) // ASKED)]), ASKED))


def _times(calls: Iterable[Callable[[], object]]) -> list[float]:
    return [_seconds(call) for call in calls]


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _commands(commands: list[list[str]], world: World) -> list[float]:
    asked = [[*OURS, *command, "--store", world.linked, "--format", "tsv"] for command in commands]
    return [run(command).wall for command in asked for _ in range(max(5, world.runs))]


def _result(what: str, times: list[float], limit: float) -> Result:
    ordered = sorted(times)
    middle, high = ordered[len(ordered) // 2], ordered[int(0.95 * (len(ordered) - 1))]
    target = f"95 of 100 under {1000 * limit:.0f} ms"
    measured = f"half {1000 * middle:.1f} ms, 95 of 100 {1000 * high:.1f} ms, {len(times)} calls"
    return Result("names", what, target, measured, high < limit, {"seconds": spread(times)})
