"""Analyses of a network: hubs, communities, cores, and the neighbourhood of a node."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from itertools import groupby, islice
from typing import Any, Final

import networkx as nx

from pfocr_kg import iris
from pfocr_kg.errors import QueryError
from pfocr_kg.names.matches import Match
from pfocr_kg.network.choices import ANALYSES, KINDS

Attributes = dict[str, str | int | float]

SEED: Final = 1
"""The seed of all random choices, so that the same network gives the same numbers."""

_MOST_STEPS: Final = 20_000_000
"""Steps along edges for betweenness, half a minute of networkx. With more, it is estimated."""

_SMALLEST_SAMPLE: Final = 20
"""The minimum of nodes from which an estimate begins."""

_DIGITS: Final = 6
"""Decimals of betweenness, a sum of small fractions whose last digits depend on their order."""


def add_attributes(graph: nx.Graph, analysis: str) -> None:
    """Add the attributes of an analysis (see `choices.ANALYSES`) to each node.

    `degree` is the number of edges, `weight` the sum of their weights.

    - "hubs": `betweenness`, the share of shortest paths between other nodes (by number of
      edges) that lead through the node: U. Brandes, "A faster algorithm for betweenness
      centrality", 2001. In a large network it is estimated from paths that begin at
      `betweenness_nodes` nodes drawn at random, an attribute of the network.
    - "communities": `community` (1 is the largest), by the method of V. D. Blondel et al.,
      "Fast unfolding of communities in large networks", 2008 (Louvain), on weights.
    - "core": `core`, the greatest k such that the node is in a part of the network where each
      node has k edges to others of that part.

    Raises:
        QueryError: the analysis is unknown.

    """
    if analysis not in ANALYSES:
        raise QueryError(f"unknown analysis {analysis!r}", hint="One of " + ", ".join(ANALYSES))
    for attribute in ANALYSES[analysis]:
        nx.set_node_attributes(graph, _MEASURES[attribute](graph), attribute)


def rows(graph: nx.Graph, analysis: str, top: int | None = None) -> Iterator[dict[str, Any]]:
    """The nodes of a network after `add_attributes`, with these attributes, in order.

    Hubs are ordered by degree, communities by their number and then degree, cores by `core` and
    then degree; equal ones by weight. `top` is the maximum of nodes (of each community, for these).
    """
    columns = ANALYSES[analysis]
    signs = {"community": 1, "core": -1, "degree": -1, "weight": -1}
    ordered = sorted(
        graph.nodes(data=True),
        key=lambda node: [signs[name] * node[1][name] for name in columns if name in signs],
    )
    for _, group in groupby(
        ordered, key=lambda node: node[1]["community"] if "community" in columns else 0
    ):
        for name, data in islice(group, top):
            yield {"node": name, "label": data["label"], **{key: data[key] for key in columns}}


def neighbourhood(graph: nx.Graph, centre: Match, radius: int = 1) -> nx.Graph:
    """The part of a network within `radius` edges of a node, with all edges in that part.

    The attribute `distance` of nodes is the number of edges to this node.

    Raises:
        QueryError: the node is not in the network.

    """
    if radius < 1:
        raise QueryError(f"--radius has to be 1 or more, not {radius}")
    node = iris.curie(centre.iri)
    if node not in graph:
        raise QueryError(
            f"{centre.description}, is not in the network",
            hint="A lower least weight may give it edges",
        )
    distances = nx.single_source_shortest_path_length(graph, node, radius)
    near = induced_subgraph(graph, distances)
    nx.set_node_attributes(near, distances, "distance")
    near.graph |= {"around": node, "around_label": graph.nodes[node]["label"], "radius": radius}
    return near


def induced_subgraph(graph: nx.Graph, names: Container[str]) -> nx.Graph:
    """The nodes with these names and all edges between them, in the order of the network.

    `Graph.subgraph` can return the nodes in another order.
    """
    subgraph = nx.Graph(**graph.graph)
    subgraph.add_nodes_from(node for node in graph.nodes(data=True) if node[0] in names)
    subgraph.add_edges_from(
        edge for edge in graph.edges(data=True) if edge[0] in names and edge[1] in names
    )
    return subgraph


def _weighted_degree(graph: nx.Graph) -> dict[str, int]:
    return dict(graph.degree(weight=_weight(graph)))


def _weight(graph: nx.Graph) -> str:
    return KINDS[graph.graph["kind"]].weight


def _betweenness(graph: nx.Graph) -> dict[str, float]:
    size = len(graph)
    affordable = _MOST_STEPS // max(size + graph.number_of_edges(), 1)
    sample = min(size, max(affordable, _SMALLEST_SAMPLE))
    graph.graph["betweenness_nodes"] = sample
    found = nx.betweenness_centrality(graph, k=None if sample == size else sample, seed=SEED)
    return {node: round(value, _DIGITS) for node, value in found.items()}


def communities(graph: nx.Graph) -> dict[str, int]:
    """The number of the community of each node; 1 is the largest."""
    # Nodes are numbered, since networkx iterates over sets, and the order of texts in sets varies.
    numbered = nx.convert_node_labels_to_integers(graph)
    found = nx.community.louvain_communities(numbered, weight=_weight(graph), seed=SEED)
    ordered = sorted(found, key=lambda nodes: (-len(nodes), min(nodes)))
    numbers = {node: number for number, nodes in enumerate(ordered, 1) for node in nodes}
    return {name: numbers[node] for node, name in enumerate(graph)}


_MEASURES: Final[Mapping[str, Callable[[nx.Graph], Mapping[str, int | float]]]] = {
    "degree": lambda graph: dict(graph.degree()),
    "weight": _weighted_degree,
    "betweenness": _betweenness,
    "community": communities,
    "core": nx.core_number,
}
"""The function that computes each attribute of nodes."""
