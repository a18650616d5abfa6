"""Draws networks with plotly, as one HTML file that loads nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, Final

import networkx as nx

from pfocr_kg.network import plot_image, plot_labels
from pfocr_kg.network.layout import Layout, lay_out
from pfocr_kg.network.pairs import Floats
from pfocr_kg.resources import need

_DOTS: Final = 100
"""Pixels per inch."""

_CONFIG: Final = {
    "displaylogo": False,
    "modeBarButtonsToRemove": ["sendChartToCloud", "select2d", "lasso2d"],
    "plotlyServerURL": "",
}
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:">
<title>{title}</title>
</head>
<body>
{body}
</body>
</html>
"""
"""The policy forbids the browser to fetch anything."""

_WIDTH, _HEIGHT = 12.8, 8.0
_LEFT, _TOP = 0.2, 0.96
"""Sizes of the page and of the network's place in it, in inches."""

_HOVER: Final = ("organism", "figures", "genes", "title", "paper", "in_pathway", "distance")
"""Attributes of a node that its hover text shows."""


def draw(graph: nx.Graph, output: IO[bytes], _form: str = "html") -> None:
    """Draw a network as a page that zooms, hides communities, and describes the nodes.

    The page contains plotly's JavaScript, about 5 MB. The same network gives the same bytes.

    Raises:
        PfocrError: plotly or matplotlib is not installed.

    """
    plotly = need("plotly.graph_objects", "network", "a plot")
    plotly_io = need("plotly.io", "network", "a plot")
    layout = lay_out(graph, *plot_image.SIZE)
    traces = [_edges(layout), *_communities(layout)] if layout.network else []
    figure = plotly.Figure([plotly.Scatter(**trace) for trace in traces], _frame(layout))
    body = plotly_io.to_html(
        figure, config=_CONFIG, include_plotlyjs=True, full_html=False, div_id="network"
    )
    title = html.escape(plot_image.title(layout))
    output.write(_PAGE.format(title=title, body=body).encode())


def _frame(layout: Layout) -> dict[str, Any]:
    width, height = plot_image.SIZE
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    title = html.escape(plot_image.title(layout))
    text = f"<b>{title}</b><br><sup>{html.escape(plot_image.subtitle(layout))}</sup>"
    return {
        "title": {"text": text, "x": 0.015, "font": {"size": 26}},
        "width": _WIDTH * _DOTS,
        "height": _HEIGHT * _DOTS,
        "margin": {
            "l": _LEFT * _DOTS,
            "r": (_WIDTH - _LEFT - width) * _DOTS,
            "t": _TOP * _DOTS,
            "b": (_HEIGHT - _TOP - height) * _DOTS,
        },
        "xaxis": {**hidden, "range": [0, width]},
        "yaxis": {**hidden, "range": [0, height]},
        "plot_bgcolor": "white",
        "hovermode": "closest",
        "dragmode": "pan",
        "font": {"family": f"Verdana, {plot_labels.FONT}, sans-serif", "color": plot_image.INK},
        "legend": {"title": {"text": "Communities"}, "itemsizing": "constant"},
    }


def _edges(layout: Layout) -> dict[str, Any]:
    position = dict(zip(layout.network, layout.positions, strict=True))
    # There is a gap in the line after each edge.
    points = [
        point for a, b in layout.network.edges for point in (position[a], position[b], (None, None))
    ]
    line = {"color": "#C8C8C8", "width": 1.2}
    return {
        **_coordinates(points),
        "mode": "lines",
        "line": line,
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _communities(layout: Layout) -> Iterator[dict[str, Any]]:
    """The nodes and the labels of each community, which are hidden together."""
    communities = [layout.community[name] for name in layout.network]
    labels = plot_labels.place_labels(layout, *plot_image.SIZE)
    for number in sorted(set(communities)):
        rows = [row for row, community in enumerate(communities) if community == number]
        texts = [label for label in labels if communities[label.row] == number]
        name = html.escape(plot_image.members(layout, number)).replace("\n", "<br>")
        yield {**_nodes(layout, rows), "legendgroup": str(number), "name": name}
        yield {**_labels(layout, texts), "legendgroup": str(number)}


def _nodes(layout: Layout, rows: list[int]) -> dict[str, Any]:
    names = list(layout.network)
    kinds = [layout.network.nodes[names[row]]["kind"] for row in rows]
    return {
        **_coordinates(layout.positions[rows]),
        "mode": "markers",
        "marker": {
            "size": [round(2 * float(layout.radii[row]) * _DOTS, 3) for row in rows],
            "symbol": ["square" if kind == "figure" else "circle" for kind in kinds],
            "color": plot_image.colour(layout.community[names[rows[0]]]),
            "opacity": 1,
            "line": {"color": "white", "width": 1},
        },
        "text": [_hover_text(layout, names[row]) for row in rows],
        "hoverinfo": "text",
    }


def _labels(layout: Layout, labels: list[plot_labels.Label]) -> dict[str, Any]:
    return {
        **_coordinates([(label.x, label.y) for label in labels]),
        "text": [html.escape(label.text) for label in labels],
        "mode": "text",
        "textfont": {
            "size": plot_labels.font_size(len(layout.network)) * _DOTS / 72 * 0.92,
            "weight": ["bold" if label.bold else "normal" for label in labels],
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _coordinates(points: Iterable[Sequence[float | None] | Floats]) -> dict[str, Any]:
    """The columns x and y of some points, in inches."""
    rounded = [[None if value is None else round(float(value), 3) for value in p] for p in points]
    return {axis: [point[at] for point in rounded] for at, axis in enumerate("xy")}


def _hover_text(layout: Layout, name: str) -> str:
    """The text that is shown while the pointer is on a node."""
    data = layout.network.nodes[name]
    shown = [f"{key}: {data[key]}" for key in _HOVER if data.get(key) not in (None, "")]
    numbers = f"{layout.degree[name]:,} edges, community {layout.community[name]}"
    return "<br>".join(
        (f"<b>{html.escape(data['label'])}</b>", *map(html.escape, [name, numbers, *shown]))
    )
