"""What people ask of a network: hubs, communities, cores, and what lies around a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any, Final

import networkx as nx

from pfocr_kg.errors import QueryError
from pfocr_kg.network.choices import ANALYSES, EDGES

Attributes = dict[str, str | int | float]

SEED: Final = 1
"""Of everything drawn at random here: the same network gives the same numbers."""

_STEPS: Final = 20_000_000
"""Edges that betweenness may walk along: half a minute of networkx. Beyond, it is sampled."""

_FEWEST: Final = 20
"""Nodes that a sample begins from, at least."""

_DIGITS: Final = 6
"""Decimals of betweenness, which is a sum of small fractions in some order."""


def mark(graph: nx.Graph, analysis: str) -> None:
    """Give each node what an analysis says of it, the attributes in `options.ANALYSES`.

    `degree` is the number of edges, `weight` the sum of their weights: the first attribute
    in `options.EDGES`.

    - "hubs": `betweenness`, the share of shortest paths between other nodes (by number of
      edges) that lead through the node: U. Brandes, "A faster algorithm for betweenness
      centrality", 2001. In a large network it is estimated from paths that begin at
      `betweenness_nodes` nodes drawn at random, an attribute of the network.
    - "communities": `community`, 1 being the largest, by the method of V. D. Blondel et al.,
      "Fast unfolding of communities in large networks", 2008 (Louvain), on weights.
    - "core": `core`, the greatest k such that the node is in a part of the network where each
      node has k edges to others of that part.

    Raises:
        QueryError: there is no such analysis.

    """
    if analysis not in ANALYSES:
        raise QueryError(f"unknown analysis {analysis!r}", hint="One of " + ", ".join(ANALYSES))
    weight = EDGES[graph.graph["kind"]][0]
    found: dict[str, Mapping[str, int | float]] = {
        "degree": dict(graph.degree()),
        "weight": dict(graph.degree(weight=weight)),
    }
    name, compute = _OWN[analysis]
    found[name] = compute(graph)
    for attribute in ANALYSES[analysis]:
        nx.set_node_attributes(graph, found[attribute], attribute)


def rows(graph: nx.Graph, analysis: str, top: int | None = None) -> Iterator[dict[str, Any]]:
    """The nodes of a network that is marked, those first that the analysis puts first.

    Hubs come by degree, communities by their number and in them by degree, cores by `core`.
    Equal ones come by weight. `top` is how many at most, of communities of each.
    """
    of_each = analysis == "communities"
    own = _OWN[analysis][0]
    sign = 1 if of_each else -1
    ordered = sorted(
        graph.nodes(data=True),
        key=lambda node: (
            0 if analysis == "hubs" else sign * node[1][own],
            -node[1]["degree"],
            -node[1]["weight"],
        ),
    )
    for _, group in groupby(ordered, key=lambda node: node[1][own] if of_each else 0):
        for place, (name, data) in enumerate(group):
            if top is None or place < top:
                values = {column: data[column] for column in ANALYSES[analysis]}
                yield {"node": name, "label": data["label"], **values}


def around(graph: nx.Graph, node: str, radius: int = 1) -> nx.Graph:
    """The part of a network within `radius` edges of a node, with all edges in that part.

    `node` is its CURIE or label: a gene's symbol, a disease's name, a figid; if there is none
    in this case, one in another. Several nodes with the label count together. Nodes gain
    `distance`, the number of edges to the nearest of these.

    Raises:
        QueryError: no node of the network has that name.

    """
    if radius < 1:
        raise QueryError(f"the radius is {radius}, and has to be 1 or more")
    starts = _named(graph, node)
    if not starts:
        raise QueryError(
            f"{node!r} is not in the network",
            hint="Give a label or CURIE of a node; a lower least weight may give it edges",
        )
    distances = nx.multi_source_dijkstra_path_length(graph, starts, radius, weight=None)
    labels = "; ".join(dict.fromkeys(graph.nodes[name]["label"] for name in starts))
    part = nx.Graph(**graph.graph, around="; ".join(starts), around_label=labels, radius=radius)
    # Not `subgraph`, which may give the nodes in the order of a set.
    for name, data in graph.nodes(data=True):
        if name in distances:
            part.add_node(name, **data, distance=distances[name])
    part.add_edges_from(
        (a, b, data) for a, b, data in graph.edges(data=True) if a in part and b in part
    )
    return part


def _named(graph: nx.Graph, asked: str) -> list[str]:
    if asked in graph:
        return [asked]
    labels = graph.nodes(data="label")
    wanted = asked.casefold()
    return [name for name, label in labels if label == asked] or [
        name for name, label in labels if wanted in (label.casefold(), name.casefold())
    ]


def _betweenness(graph: nx.Graph) -> dict[str, float]:
    size = len(graph)
    affordable = _STEPS // max(size + graph.number_of_edges(), 1)
    sample = None if affordable >= size else max(affordable, _FEWEST)
    graph.graph["betweenness_nodes"] = size if sample is None else min(sample, size)
    if sample is not None and sample >= size:
        sample = None
    found = nx.betweenness_centrality(graph, k=sample, seed=SEED)
    return {node: round(value, _DIGITS) for node, value in found.items()}


def communities(graph: nx.Graph) -> dict[str, int]:
    """The community of each node, 1 being the largest."""
    weight = EDGES[graph.graph["kind"]][0]
    names = list(graph)
    # Numbers, since networkx goes through sets, which have texts in another order each time.
    numbered = nx.convert_node_labels_to_integers(graph)
    parts = nx.community.louvain_communities(numbered, weight=weight, seed=SEED)
    ordered = sorted(parts, key=lambda part: (-len(part), min(part)))
    numbers = {at: number for number, part in enumerate(ordered, 1) for at in part}
    return {name: numbers[at] for at, name in enumerate(names)}


def _core(graph: nx.Graph) -> dict[str, int]:
    found: dict[str, int] = nx.core_number(graph)
    return found


_OWN: Final[Mapping[str, tuple[str, Callable[[nx.Graph], Mapping[str, int | float]]]]] = {
    "hubs": ("betweenness", _betweenness),
    "communities": ("community", communities),
    "core": ("core", _core),
}
"""What each analysis computes beside degree and weight."""
