"""Chooses which nodes and edges of a network a plot shows, and where the nodes go.

A plot of thousands of nodes cannot be read. It shows the nodes with the most edges, and
the strongest edges, so that connected parts stay connected.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import networkx as nx
import numpy as np

from pfocr_kg.network import analysis
from pfocr_kg.network.choices import KINDS
from pfocr_kg.network.pairs import Floats

_MOST_NODES: Final = 300
_EDGES_A_NODE: Final = 6
_ALWAYS_SHOWN: Final = 1000
"""Up to this number, all edges are shown."""

_LENGTH_INSIDE: Final = 0.6
"""Length of an edge within a community; others have length 1, which separates communities."""

_GAP: Final = 0.6
"""Space around each connected part, where each node has a square of 1 by 1."""

_MARGIN: Final = 0.45
"""Inches around the nodes, for labels."""

_DISTANCE: Final = 0.04
"""Minimum of inches between nodes, if there is room."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a network in a plot.

    `network` holds the nodes and edges that are shown. `size` is what the area of a node grows
    with: its degree, unless told otherwise. `degree` and `community` (1 the largest)
    are those of the whole network, `node_count` and `edge_count` its size. `positions` holds a
    row of x and y in inches for each node shown, `radii` its radius in inches.
    """

    network: nx.Graph
    size: Mapping[str, int]
    degree: Mapping[str, int]
    community: dict[str, int]
    positions: Floats
    radii: Floats
    node_count: int
    edge_count: int


def lay_out(
    graph: nx.Graph, width: float, height: float, size: Mapping[str, int] | None = None
) -> Layout:
    """Lay out a network on a plot; its width and height are in inches, `size` as in `Layout`."""
    degree = dict(graph.degree())
    size = degree if size is None else size
    community = analysis.communities(graph)
    best = sorted(graph, key=lambda name: -degree[name])[:_MOST_NODES]
    dense = analysis.induced_subgraph(graph, set(best))
    shown = strongest(dense, max(_EDGES_A_NODE * len(dense), _ALWAYS_SHOWN))
    most = max(size.values(), default=1)
    radii = np.array([radius_of(size[name], most, len(shown)) for name in shown])
    positions = np.zeros((0, 2))
    if shown:
        positions = _fit(_arrange(dense, community, width / height), width, height)
        positions = _separate(positions, radii, width, height)
    count = graph.number_of_edges()
    return Layout(shown, size, degree, community, positions, radii, len(graph), count)


def radius_of(size: int, most: int, nodes: int) -> float:
    """The radius of a node in inches; its area grows with its size, up to that of `most`.

    Nodes are smaller if there are many.
    """
    largest = 0.26 if nodes <= 60 else 0.19 if nodes <= 150 else 0.14
    smallest = largest / 4
    share = size / max(most, 1)
    return float(np.sqrt(smallest**2 + (largest**2 - smallest**2) * share))


def _fit(positions: Floats, width: float, height: float) -> Floats:
    """Move and stretch positions so that they fill the plot."""
    room = np.array([width, height]) - 2 * _MARGIN
    low, extent = positions.min(axis=0), np.ptp(positions, axis=0)
    scale = room / np.where(extent > 0, extent, 1.0)
    # One direction is stretched by at most a third more than the other.
    scale = np.minimum(scale, 1.33 * scale.min())
    fitted: Floats = _MARGIN + (positions - low) * scale + (room - extent * scale) / 2
    return fitted


def _separate(positions: Floats, radii: Floats, width: float, height: float) -> Floats:
    """Move overlapping nodes apart, by as little as possible."""
    wanted = radii[:, None] + radii[None, :] + _DISTANCE
    # Nodes at the same position move in different directions.
    angles = np.arange(len(positions))
    positions = positions + 1e-6 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    low = np.full(2, _MARGIN)
    high = np.array([width, height]) - _MARGIN
    for _ in range(200):
        between = positions[:, None, :] - positions[None, :, :]
        distance = np.hypot(between[..., 0], between[..., 1])
        np.fill_diagonal(distance, np.inf)
        overlap = np.maximum(wanted - distance, 0)
        if not overlap.any():
            break
        push = (between / distance[..., None]) * (overlap / 2)[..., None]
        positions = np.clip(positions + 0.6 * push.sum(axis=1), low, high)
    return positions


def strongest(graph: nx.Graph, allowed: int) -> nx.Graph:
    """The network with so many of its edges: a tree through each connected part, then others.

    The strongest are taken.
    """
    edges = list(graph.edges(data=KINDS[graph.graph["kind"]].weight))
    if len(edges) <= allowed:
        return graph
    # Equal edges in random order: otherwise the first nodes would get them all.
    order = np.random.default_rng(analysis.SEED).permutation(len(edges))
    ranked = sorted(range(len(edges)), key=lambda number: (-edges[number][2], order[number]))
    pairs = [edges[number][:2] for number in ranked]
    ranks = nx.Graph()
    ranks.add_weighted_edges_from((a, b, rank) for rank, (a, b) in enumerate(pairs))
    tree = {frozenset(pair) for pair in nx.minimum_spanning_edges(ranks, data=False)}
    others = [pair for pair in map(frozenset, pairs) if pair not in tree]
    chosen = tree.union(others[: max(allowed - len(tree), 0)])
    found = nx.create_empty_copy(graph)
    found.add_edges_from(edge for edge in graph.edges(data=True) if frozenset(edge[:2]) in chosen)
    return found


def _arrange(graph: nx.Graph, community: dict[str, int], ratio: float) -> Floats:
    """Arrange each connected part by itself, then all in rows, the largest first."""
    order = {name: row for row, name in enumerate(graph)}
    positions = np.zeros((len(graph), 2))
    parts = [sorted(part, key=order.__getitem__) for part in nx.connected_components(graph)]
    boxes = []
    for part in sorted(parts, key=lambda names: (-len(names), order[names[0]])):
        rows = [order[name] for name in part]
        positions[rows] = _arrange_part(graph, part, community)
        boxes.append((rows, np.ptp(positions[rows], axis=0) + _GAP))
    for rows, corner in _pack(boxes, ratio):
        positions[rows] += corner + _GAP / 2
    return positions


def _arrange_part(graph: nx.Graph, part: list[str], community: dict[str, int]) -> Floats:
    """Positions from 0 on, in a square whose area is the number of nodes.

    T. Kamada and S. Kawai, "An algorithm for drawing general undirected graphs", 1989.
    """
    if len(part) < 3:
        return np.array([[0.0, 0.0], [1.0, 0.0]])[: len(part)]
    lengths = nx.Graph()
    lengths.add_nodes_from(part)
    for a, b in graph.edges(part):
        lengths.add_edge(a, b, length=_LENGTH_INSIDE if community[a] == community[b] else 1.0)
    found = nx.kamada_kawai_layout(lengths, weight="length")
    positions = np.array([found[name] for name in part])
    positions *= np.sqrt(len(part)) / max(float(np.ptp(positions, axis=0).max()), 1e-9)
    from_zero: Floats = positions - positions.min(axis=0)
    return from_zero


def _pack(boxes: list[tuple[list[int], Floats]], ratio: float) -> list[tuple[list[int], Floats]]:
    """Find the lower left corner of each box, in rows about as wide as the plot."""
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
