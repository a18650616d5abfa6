"""Every bundled query, on the embedded store and on rdflib's store in memory."""

from __future__ import annotations

import contextlib
import signal
import statistics
import time
from collections.abc import Iterator, Mapping
from types import FrameType

import pyoxigraph as ox
import rdflib

from bench.table import Result
from bench.world import World
from pfocr_kg.graph import Graph, open_graph
from pfocr_kg.query import bundled
from pfocr_kg.query.bundled import Query
from pfocr_kg.query.results import Answer, Rows, Triples

SUBSET = 300
"""Figures that rdflib is asked about."""

PATIENCE = 20.0
"""Seconds after which a query of rdflib's is given up, and ours is not run again."""

PLAIN, ANALYTIC = 1.0, 10.0
"""Seconds that a query may take, and one whose header says `analytic: yes`."""

BUSIEST = {
    "figure": """SELECT ?x (COUNT(*) AS ?n) WHERE {
        ?x a <https://w3id.org/pfocr/vocab#PathwayFigure> ; <https://w3id.org/pfocr/vocab#gene> ?g
    } GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 1""",
    "paper": """SELECT ?x (COUNT(*) AS ?n) WHERE {
        ?f <http://purl.org/dc/terms/isPartOf> ?x ; <https://w3id.org/pfocr/vocab#gene> ?g
    } GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 1""",
    "pathway": """SELECT ?x (COUNT(*) AS ?n) WHERE {
        ?link <https://w3id.org/pfocr/vocab#pathway> ?x
    } GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 1""",
}
"""What parameters are set to whose defaults name a record that a made-up corpus lacks: the
figure and paper with most genes, the pathway with most links."""


def measure(world: World) -> list[Result]:
    """Ask the whole store, then a small one beside rdflib."""
    store = world.linked
    world.say(f"asking every bundled query of {world.figures:,} figures")
    with open_graph(store) as graph:
        times = _embedded(graph, world.runs)
    asked = bundled.queries()
    plain = {name: took for name, took in times.items() if not asked[name].analytic}
    analytic = {name: took for name, took in times.items() if asked[name].analytic}
    size = f"{world.figures:,} figures, with links"
    return [
        _slowest("bundled queries, " + size, plain, PLAIN),
        _slowest("analytic queries, " + size, analytic, ANALYTIC),
        _beside_rdflib(world),
    ]


def _asked() -> list[Query]:
    """All but the federated ones, whose time is other servers'."""
    return [q for q in bundled.queries().values() if q.topic != "federated"]


def _embedded(graph: Graph, runs: int) -> dict[str, list[float]]:
    """Seconds of each run of each query."""
    values = _values(graph)
    times: dict[str, list[float]] = {}
    for asked in _asked():
        own = {p.name: values[p.name] for p in asked.parameters if p.name in values}
        took = times[asked.name] = []
        for _ in range(runs):
            start = time.perf_counter()
            _all(graph.query(asked, example=True, **own))
            took.append(time.perf_counter() - start)
            if took[-1] > PATIENCE:
                break
    return times


def _all(result: Rows | Triples | Answer) -> None:
    """Take a query's whole result, which comes as it is asked for."""
    if not isinstance(result, Answer):
        for _row in result:
            pass


def _values(graph: Graph) -> dict[str, str]:
    found = {}
    for name, text in BUSIEST.items():
        for term, _count in graph.query(text).terms():  # type: ignore[union-attr]
            found[name] = term.value
    return found


def _slowest(what: str, times: Mapping[str, list[float]], most: float) -> Result:
    medians = {name: statistics.median(took) for name, took in times.items()}
    ordered = sorted(medians, key=lambda name: -medians[name])
    over = [f"{name} {medians[name]:.1f} s" for name in ordered if medians[name] > most]
    slowest = ordered[0]
    measured = f"slowest of {len(times)}: {slowest} {medians[slowest]:.2f} s"
    if over:
        measured += f"; over {most:g} s are {len(over)}: " + ", ".join(over)
    details = {
        "medians": {name: round(medians[name], 4) for name in ordered},
        "over": [name for name in ordered if medians[name] > most],
    }
    return Result("queries", what, f"median under {most:g} s", measured, not over, details)


def _beside_rdflib(world: World) -> Result:
    """The same queries of the same small graph in both engines."""
    count = min(world.figures, SUBSET)
    store = world.store(count)
    world.say(f"asking rdflib about {count:,} figures")
    memory = rdflib.Dataset()  # a query of the description asks for a named graph
    memory.default_graph.parse(world.triples(count), format="nt")
    with open_graph(store) as graph:
        ours = {name: statistics.median(t) for name, t in _embedded(graph, world.runs).items()}
        values = _values(graph)
    theirs = {q.name: _in_rdflib(memory, q, values) for q in _asked()}
    ratios = {name: theirs[name] / ours[name] for name in ours}
    gave_up = [name for name, took in theirs.items() if took >= PATIENCE]
    median = statistics.median(ratios.values())
    least = min(ratios, key=lambda name: ratios[name])
    measured = f"median {median:.1f} x as fast, least {ratios[least]:.1f} x ({least})"
    if gave_up:
        measured += f"; rdflib was given up after {PATIENCE:g} s in {len(gave_up)}"
    details = {
        "figures": count,
        "ours": {name: round(took, 5) for name, took in ours.items()},
        "rdflib": {name: round(took, 5) for name, took in theirs.items()},
        "given_up": gave_up,
    }
    what = f"the same on rdflib's store in memory, {count:,} figures"
    return Result("queries", what, "-", measured, None, details)


def _in_rdflib(graph: rdflib.Dataset, asked: Query, values: Mapping[str, str]) -> float:
    names = [p.name for p in asked.parameters if p.name in values]
    text = asked.bind({name: [ox.NamedNode(values[name])] for name in names})
    start = time.perf_counter()
    with contextlib.suppress(TimeoutError), _limited(PATIENCE):
        for _row in graph.query(text):
            pass
    return time.perf_counter() - start


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in Python code that takes longer; where there are no alarms, wait."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def over(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
