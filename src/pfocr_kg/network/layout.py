"""Where the nodes of a network go in a plot, and which nodes and edges are shown.

A plot of thousands of nodes shows nothing. Those with most edges are kept, and of the edges
the strongest, with enough of them that what hangs together does so in the plot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import networkx as nx
import numpy as np
import numpy.typing as npt

from pfocr_kg.network import analysis
from pfocr_kg.network.choices import EDGES

MOST_NODES: Final = 300
_EDGES_A_NODE: Final = 6
_ALWAYS: Final = 1000
"""Edges that are all shown, however few the nodes."""

_WITHIN: Final = 0.6
"""Length of an edge within a community, others being 1: communities stand apart."""

_GAP: Final = 0.6
"""Around parts that nothing joins, where a node's share of the plot is 1 by 1."""

_MARGIN: Final = 0.45
"""Inches around the nodes, for labels."""

_APART: Final = 0.04
"""Inches between nodes at least, where there is room."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """A network as a plot shows it.

    `network` holds the nodes and edges that are shown; `degree` and `community` (1 the
    largest) are those of the whole network, `nodes` and `edges` its size. `place` has a row of
    x and y in inches for each node in order, `radius` its size in inches.
    """

    network: nx.Graph
    degree: dict[str, int]
    community: dict[str, int]
    place: Floats
    radius: Floats
    nodes: int
    edges: int


def layout(graph: nx.Graph, width: float, height: float) -> Layout:
    """Lay a network out on a plot of so many inches."""
    degree = dict(graph.degree())
    community = analysis.communities(graph)
    largest = _largest(graph, degree)
    shown = _strongest(largest, EDGES[graph.graph["kind"]][0])
    most = max(degree.values(), default=1)
    radius = np.array([radius_of(degree[name], most, len(shown)) for name in shown])
    place = np.zeros((0, 2))
    if shown:
        place = _fitted(_arranged(largest, community, width / height), width, height)
        place = _separated(place, radius, width, height)
    return Layout(shown, degree, community, place, radius, len(graph), graph.number_of_edges())


def radius_of(degree: int, most: int, nodes: int) -> float:
    """Inches: the area grows with the degree, up to that of `most`, less among many nodes."""
    largest = 0.26 if nodes <= 60 else 0.19 if nodes <= 150 else 0.14
    smallest = largest / 4
    share = degree / max(most, 1)
    return float(np.sqrt(smallest**2 + (largest**2 - smallest**2) * share))


def _fitted(place: Floats, width: float, height: float) -> Floats:
    """Places moved and stretched so that they fill the plot."""
    room = np.array([width, height]) - 2 * _MARGIN
    low, extent = place.min(axis=0), np.ptp(place, axis=0)
    scale = room / np.where(extent > 0, extent, 1.0)
    # Stretched the same both ways, but for a third.
    scale = np.minimum(scale, 1.33 * scale.min())
    found: Floats = _MARGIN + (place - low) * scale + (room - extent * scale) / 2
    return found


def _separated(place: Floats, radius: Floats, width: float, height: float) -> Floats:
    """Places moved by as little as it takes that nodes do not lie on each other."""
    wanted = radius[:, None] + radius[None, :] + _APART
    # Two nodes in one place part along the line on which they would not meet others.
    turn = np.arange(len(place))
    place = place + 1e-6 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    low = np.full(2, _MARGIN)
    high = np.array([width, height]) - _MARGIN
    for _ in range(200):
        between = place[:, None, :] - place[None, :, :]
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, np.inf)
        lacking = np.maximum(wanted - distance, 0)
        if not lacking.any():
            break
        push = (between / distance[..., None]) * (lacking / 2)[..., None]
        place = np.clip(place + 0.6 * push.sum(axis=1), low, high)
    return place


def _largest(graph: nx.Graph, degree: dict[str, int]) -> nx.Graph:
    order = {name: at for at, name in enumerate(graph)}
    ranked = sorted(order, key=lambda name: (-degree[name], order[name]))
    kept = set(ranked[:MOST_NODES])
    part = nx.Graph(**graph.graph)
    part.add_nodes_from((name, data) for name, data in graph.nodes(data=True) if name in kept)
    part.add_edges_from(
        (a, b, data) for a, b, data in graph.edges(data=True) if a in kept and b in kept
    )
    return part


def _strongest(graph: nx.Graph, weight: str) -> nx.Graph:
    """The strongest edges: those of a tree through each part, and some for each node."""
    allowed = max(_EDGES_A_NODE * len(graph), _ALWAYS)
    edges = list(graph.edges(data=weight))
    if len(edges) <= allowed:
        return graph
    # Among equal ones any, drawn at random: the first would all be those of the first nodes.
    chance = np.random.default_rng(analysis.SEED).permutation(len(edges))
    ranked = sorted(range(len(edges)), key=lambda at: (-edges[at][2], chance[at]))
    ranks = nx.Graph()
    ranks.add_weighted_edges_from((*edges[at][:2], rank) for rank, at in enumerate(ranked))
    tree = {frozenset(edge) for edge in nx.minimum_spanning_edges(ranks, data=False)}
    rest = [pair for at in ranked if (pair := frozenset(edges[at][:2])) not in tree]
    kept = tree.union(rest[: allowed - len(tree)])
    part = nx.Graph(**graph.graph)
    part.add_nodes_from(graph.nodes(data=True))
    part.add_edges_from(edge for edge in graph.edges(data=True) if frozenset(edge[:2]) in kept)
    return part


def _arranged(graph: nx.Graph, community: dict[str, int], ratio: float) -> Floats:
    """Each connected part by itself, then side by side in rows, the largest first."""
    order = {name: at for at, name in enumerate(graph)}
    place = np.zeros((len(graph), 2))
    parts = [sorted(part, key=order.__getitem__) for part in nx.connected_components(graph)]
    boxes = []
    for part in sorted(parts, key=lambda names: (-len(names), order[names[0]])):
        rows = [order[name] for name in part]
        place[rows] = _spring(graph, part, community)
        boxes.append((rows, np.ptp(place[rows], axis=0) + _GAP))
    for rows, corner in _packed(boxes, ratio):
        place[rows] += corner + _GAP / 2
    return place


def _spring(graph: nx.Graph, part: list[str], community: dict[str, int]) -> Floats:
    """Places with the lowest at 0, in a square whose area is the number of nodes.

    T. Kamada and S. Kawai, "An algorithm for drawing general undirected graphs", 1989.
    """
    if len(part) < 3:
        return np.array([[0.0, 0.0], [1.0, 0.0]])[: len(part)]
    numbers = {name: at for at, name in enumerate(part)}
    small = nx.Graph()
    small.add_nodes_from(range(len(part)))
    for a, b in graph.edges(part):
        length = _WITHIN if community[a] == community[b] else 1.0
        small.add_edge(numbers[a], numbers[b], length=length)
    made = nx.kamada_kawai_layout(small, weight="length")
    places = np.array([made[at] for at in range(len(part))])
    places *= np.sqrt(len(part)) / max(float(np.ptp(places, axis=0).max()), 1e-9)
    found: Floats = places - places.min(axis=0)
    return found


def _packed(boxes: list[tuple[list[int], Floats]], ratio: float) -> list[tuple[list[int], Floats]]:
    """The lower left corner of each box, in rows about as wide as the plot."""
    width = max(
        np.sqrt(ratio * sum(float(size[0] * size[1]) for _, size in boxes)),
        max((float(size[0]) for _, size in boxes), default=0.0),
    )
    corners = []
    x = y = height = 0.0
    for rows, (wide, high) in boxes:
        if x > 0 and x + wide > width * 1.02:
            x, y, height = 0.0, y + height, 0.0
        corners.append((rows, np.array([x, -y - high])))
        x, height = x + wide, max(height, high)
    return corners
