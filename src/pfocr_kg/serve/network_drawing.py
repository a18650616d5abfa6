"""Networks as SVG that the server makes: each node is a link to its page.

There are classes and presentation attributes only; charts.css has the colours. The same network
gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx
import numpy as np
from markupsafe import Markup

from pfocr_kg.network import plot_labels
from pfocr_kg.network.choices import KINDS
from pfocr_kg.network.layout import Layout, lay_out
from pfocr_kg.network.pairs import Floats
from pfocr_kg.serve.charts import counted, linked, svg

MOST_NODES: Final = 150
_EDGES_A_NODE: Final = 4
"""Edges that are drawn, for each node; more of them hide each other."""

_DOTS: Final = 72
"""Units of the drawing per inch of the layout; letters have as many points as units."""

_WIDTH: Final = 12.5
_HEIGHTS: Final = ((6, 3.0), (25, 5.5), (MOST_NODES, 8.5))
"""Width in inches, and height for so many nodes at most."""

_WIDEST: Final = 5
"""Width of the strongest edge; of lower weights a unit has the width 1."""

_COLOURS: Final = 8
"""Communities with a colour of their own, the largest ones; others are grey."""

_WIDE: Final = frozenset("MW@%mw—…")
_NARROW: Final = frozenset("ijltfrI1.,:;'|()[]/- ")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing, how many edges it has, and a line about each of its communities.

    Edges of the weight `least` and more are drawn; `_strong` says which others.
    """

    svg: Markup
    edges: int
    least: float
    communities: tuple[tuple[int, str], ...]


def draw(graph: nx.Graph, title: str, href: Callable[[str], str]) -> Drawing:
    """Draw a network of few nodes, with its strong edges; `href` is the address of a node.

    The area of a node grows with its `figures`, or with the `genes` of a figure; the width of an
    edge with its weight. Shapes tell kinds apart, and colours communities.
    """
    shown, least = _strong(graph)
    sizes = {name: _size(data) for name, data in graph.nodes(data=True)}
    height = next((high for most, high in _HEIGHTS if len(graph) <= most), _HEIGHTS[-1][1])
    layout = lay_out(shown, _WIDTH, height, sizes)
    drawing = Markup("").join([*_edges(layout, height), *_nodes(layout, height, href)])
    return Drawing(
        _framed(title, _about(layout), drawing, height),
        layout.network.number_of_edges(),
        least,
        tuple(_communities(layout)),
    )


def _strong(graph: nx.Graph) -> tuple[nx.Graph, float]:
    """The network with its edges from a weight on, and that weight; 0 if all are kept.

    A node without such an edge keeps its strongest, to the largest node. Of edges of one weight
    all are kept or none: some of them would look like a chain where nodes are alike.
    """
    weight = KINDS[graph.graph["kind"]].weight
    weights = sorted((found for *_, found in graph.edges(data=weight)), reverse=True)
    allowed = _EDGES_A_NODE * len(graph)
    if len(weights) <= allowed:
        return graph, 0
    kept = [edge for edge in graph.edges(data=True) if edge[2][weight] > weights[allowed]]
    strong = nx.create_empty_copy(graph)
    strong.add_edges_from(kept)
    for name in [name for name, degree in strong.degree if not degree and graph.degree(name)]:
        best = max(graph[name], key=lambda other: (*_strength(graph, name, other), other))
        strong.add_edge(name, best, **graph.edges[name, best])
    return strong, min((edge[2][weight] for edge in kept), default=weights[0] + 1)


def _strength(graph: nx.Graph, name: str, other: str) -> tuple[float, int]:
    weight = KINDS[graph.graph["kind"]].weight
    return graph.edges[name, other][weight], _size(graph.nodes[other])


def colour(community: int) -> str:
    """The class of a community's colour; 1 is the largest."""
    return f"colour-{community if community <= _COLOURS else 0}"


def _size(data: Mapping[str, Any]) -> int:
    return int(data.get("figures", data.get("genes", 0)))


def _framed(title: str, about: str, drawing: Markup, height: float) -> Markup:
    return svg(
        '<svg class="network-drawing" id="drawing" viewBox="0 0 {width} {height}" role="group"'
        ' aria-labelledby="drawing-title drawing-about" xmlns="http://www.w3.org/2000/svg">'
        '<title id="drawing-title">{title}</title><desc id="drawing-about">{about}</desc>'
        '<g id="drawing-moved">{drawing}</g></svg>',
        width=round(_WIDTH * _DOTS),
        height=round(height * _DOTS),
        title=title,
        about=about,
        drawing=drawing,
    )


def _about(layout: Layout) -> str:
    names = sorted(layout.network, key=lambda name: -layout.size[name])[:3]
    largest = ", ".join(str(layout.network.nodes[name]["label"]) for name in names)
    nodes = counted(len(layout.network), "node")
    edges = counted(layout.network.number_of_edges(), "edge")
    return f"{nodes} and {edges}, the largest nodes are {largest}. The tables below list them."


def _edges(layout: Layout, height: float) -> Iterator[Markup]:
    """The edges, the strongest last."""
    kind = KINDS[layout.network.graph["kind"]]
    position = dict(zip(layout.network, _on_drawing(layout.positions, height), strict=True))
    labels = layout.network.nodes(data="label")
    edges = sorted(layout.network.edges(data=kind.weight), key=lambda edge: edge[2])
    most = max((weight for *_, weight in edges), default=1)
    for a, b, weight in edges:
        (x1, y1), (x2, y2) = position[a], position[b]
        same = layout.community[a] == layout.community[b]
        yield svg(
            '<line class="edge {colour}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
            ' stroke="currentColor" stroke-opacity=".3" stroke-width="{width}">'
            "<title>{title}</title></line>",
            colour=colour(layout.community[a]) if same else "between",
            x1=x1,
            y1=y1,
            x2=x2,
            y2=y2,
            width=0.6 + _WIDEST * weight / max(most, _WIDEST),
            title=f"{labels[a]} and {labels[b]}: {counted(weight, *kind.weight_units)}",
        )


def _nodes(layout: Layout, height: float, href: Callable[[str], str]) -> Iterator[Markup]:
    """The nodes with their labels, the largest first."""
    labels = plot_labels.place_labels(layout, _WIDTH, height, _estimated_sizes)
    middles = _on_drawing(np.array([(label.x, label.y) for label in labels]), height)
    label_of = {one.row: (one, middle) for one, middle in zip(labels, middles, strict=True)}
    names = list(layout.network)
    places = _on_drawing(layout.positions, height)
    for row in sorted(range(len(names)), key=lambda row: -layout.size[names[row]]):
        data = layout.network.nodes[names[row]]
        x, y = places[row]
        shape = _shape(data, x, y, float(layout.radii[row]) * _DOTS)
        text = _label(layout, *label_of[row], places[row]) if row in label_of else Markup()
        mark = svg(
            '<g class="node {kind} {colour}{more}">{shape}{text}</g>',
            kind=data["kind"],
            colour=colour(layout.community[names[row]]),
            more=_marks(layout, names[row]),
            shape=shape,
            text=text,
        )
        yield linked(href(names[row]), node_title(data), mark)


def _marks(layout: Layout, name: str) -> str:
    """Classes of a gene that the pathway has, and of the gene that all figures draw."""
    marks = {
        " in-pathway": layout.network.nodes[name].get("in_pathway"),
        " centre": layout.network.graph.get("gene") == name,
    }
    return "".join(mark for mark, has in marks.items() if has)


def node_title(data: Mapping[str, Any]) -> str:
    """A node in words: its label, kind and size."""
    units = ("figure", "figures") if "figures" in data else ("gene", "genes")
    words = f"{data['label']}, {data['kind']}: {counted(_size(data), *units)}"
    if "in_pathway" in data:
        words += ", in the pathway" if data["in_pathway"] else ", not in the pathway"
    return words


def _shape(data: Mapping[str, Any], x: float, y: float, radius: float) -> Markup:
    """Genes are circles, figures squares and diseases diamonds, of about the same area."""
    if data["kind"] == "gene":
        return svg('<circle cx="{x}" cy="{y}" r="{r}"/>', x=x, y=y, r=radius)
    if data["kind"] == "figure":
        side = 1.77 * radius
        corner = {"x": x - side / 2, "y": y - side / 2, "side": side}
        return svg('<rect x="{x}" y="{y}" width="{side}" height="{side}"/>', **corner)
    reach = 1.25 * radius
    path = "M{x},{top}L{right},{y}L{x},{bottom}L{left},{y}Z"
    ends = {"top": y - reach, "right": x + reach, "bottom": y + reach, "left": x - reach}
    return svg(f'<path d="{path}"/>', x=x, y=y, **ends)


def _label(
    layout: Layout, label: plot_labels.Label, middle: Sequence[float], node: Sequence[float]
) -> Markup:
    """A label, with a line to its node if it is far."""
    (x, y), size = middle, plot_labels.font_size(len(layout.network))
    line = svg(
        '<line class="lead" x1="{a}" y1="{b}" x2="{x}" y2="{y}" stroke="currentColor"'
        ' stroke-opacity=".5" stroke-width=".6"/>',
        a=node[0],
        b=node[1],
        x=x,
        y=y,
    )
    text = svg(
        '<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle">{text}</text>',
        x=x,
        y=y + 0.35 * size,
        size=size,
        text=label.text,
    )
    return line + text if label.far else text


def _estimated_sizes(texts: Sequence[str], size: float) -> Floats:
    """A `Measure` for the fonts of browsers, which are not known here."""
    widths = [
        sum(
            0.9 if c in _WIDE else 0.36 if c in _NARROW else 0.66 if c.isupper() else 0.58
            for c in t
        )
        for t in texts
    ]
    return np.array([(width * size / _DOTS, 1.2 * size / _DOTS) for width in widths]).reshape(-1, 2)


def _on_drawing(places: Floats, height: float) -> list[list[float]]:
    """Places in units of the drawing; y goes down."""
    turned = np.array([0, height]) + places.reshape(-1, 2) * [1, -1]
    found: list[list[float]] = (turned * _DOTS).round(1).tolist()
    return found


def _communities(layout: Layout) -> Iterator[tuple[int, str]]:
    """Each community that has a colour, and its three largest nodes; then 0 for the rest."""
    members: dict[int, list[str]] = {}
    for name in sorted(layout.network, key=lambda name: -layout.size[name]):
        members.setdefault(min(layout.community[name], _COLOURS + 1), []).append(name)
    for number, names in sorted(members.items()):
        if number > _COLOURS:
            yield number, f"smaller groups ({len(names):,})"
        else:
            labels = [
                plot_labels.shorten(layout.network.nodes[name]["label"]) for name in names[:3]
            ]
            yield number, f"{', '.join(labels)} ({len(names):,})"
