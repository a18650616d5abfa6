"""Draws networks with plotly, as one HTML file that contains all it needs."""

from __future__ import annotations

import html
from typing import IO, Any, Final

import networkx as nx

from pfocr_kg.network import picture, plot_labels
from pfocr_kg.network.layout import Layout, lay_out
from pfocr_kg.resources import need

_DOTS: Final = 100
"""Pixels to an inch."""

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
"""The policy forbids the browser to fetch anything, whatever plotly may try."""

_WIDTH, _HEIGHT = 12.8, 8.0
_LEFT, _TOP = 0.2, 0.96
_HOVER_ATTRIBUTES: Final = (
    "organism",
    "figures",
    "genes",
    "title",
    "paper",
    "in_pathway",
    "distance",
)


def draw(graph: nx.Graph, output: IO[bytes], _form: str = "html") -> None:
    """Draw a network as a page that zooms, hides communities, and describes the nodes.

    The page contains plotly's JavaScript, about 5 MB. The same network gives the same bytes.

    Raises:
        PfocrError: plotly or matplotlib is not installed.

    """
    plotly = need("plotly.graph_objects", "network", "a plot")
    plotly_io = need("plotly.io", "network", "a plot")
    layout = lay_out(graph, *picture.SIZE)
    figure = plotly.Figure(layout=_frame(layout))
    if layout.network:
        figure.add_trace(plotly.Scatter(**_edges(layout)))
        for trace in _communities(layout):
            figure.add_trace(plotly.Scatter(**trace))
    body = plotly_io.to_html(
        figure, config=_CONFIG, include_plotlyjs=True, full_html=False, div_id="network"
    )
    title = html.escape(picture.title(layout))
    output.write(_PAGE.format(title=title, body=body).encode())


def _frame(layout: Layout) -> dict[str, Any]:
    width, height = picture.SIZE
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    title = html.escape(picture.title(layout))
    text = f"<b>{title}</b><br><sup>{html.escape(picture.subtitle(layout))}</sup>"
    return {
        "title": {
            "text": text,
            "x": 0.015,
            "font": {"size": 26},
        },
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
        "font": {"family": f"Verdana, {plot_labels.FONT}, sans-serif", "color": picture.INK},
        "legend": {"title": {"text": "Communities"}, "itemsizing": "constant"},
    }


def _edges(layout: Layout) -> dict[str, Any]:
    position = dict(zip(layout.network, layout.positions, strict=True))
    # After each edge comes a gap in the line.
    x, y = (
        [
            value
            for a, b in layout.network.edges
            for value in (_round(position[a][axis]), _round(position[b][axis]), None)
        ]
        for axis in (0, 1)
    )
    line = {"color": "#C8C8C8", "width": 1.2}
    return {"x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False}


def _communities(layout: Layout) -> list[dict[str, Any]]:
    """The nodes and the labels of each community, which are hidden together."""
    names = list(layout.network)
    labels = plot_labels.place_labels(layout, *picture.SIZE)
    traces = []
    for number in sorted({layout.community[name] for name in names}):
        rows = [row for row, name in enumerate(names) if layout.community[name] == number]
        group = {"legendgroup": str(number)}
        traces.append({**_dots(layout, rows, names), **group, "name": _legend_text(layout, number)})
        in_community = [label for label in labels if label.row in set(rows)]
        traces.append(
            {
                "x": [_round(label.x) for label in in_community],
                "y": [_round(label.y) for label in in_community],
                "text": [html.escape(label.text) for label in in_community],
                "mode": "text",
                "textfont": {
                    "size": plot_labels.font_size(len(names)) * _DOTS / 72 * 0.92,
                    "weight": ["bold" if label.bold else "normal" for label in in_community],
                },
                "hoverinfo": "skip",
                "showlegend": False,
                **group,
            }
        )
    return traces


def _dots(layout: Layout, rows: list[int], names: list[str]) -> dict[str, Any]:
    kinds = [layout.network.nodes[names[row]]["kind"] for row in rows]
    color = picture.colour(layout.community[names[rows[0]]])
    return {
        "x": [_round(layout.positions[row, 0]) for row in rows],
        "y": [_round(layout.positions[row, 1]) for row in rows],
        "mode": "markers",
        "marker": {
            "size": [_round(2 * layout.radii[row] * _DOTS) for row in rows],
            "symbol": ["square" if kind == "figure" else "circle" for kind in kinds],
            "color": color,
            "opacity": 1,
            "line": {"color": "white", "width": 1},
        },
        "text": [_hover_text(layout, names[row]) for row in rows],
        "hoverinfo": "text",
    }


def _legend_text(layout: Layout, number: int) -> str:
    return html.escape(picture.members(layout, number)).replace("\n", "<br>")


def _hover_text(layout: Layout, name: str) -> str:
    """The text that is shown when the pointer is over a node."""
    data = layout.network.nodes[name]
    lines = [f"<b>{html.escape(data['label'])}</b>", html.escape(name)]
    lines.append(f"{layout.degree[name]:,} edges, community {layout.community[name]}")
    lines += [
        f"{key}: {html.escape(str(data[key]))}"
        for key in _HOVER_ATTRIBUTES
        if data.get(key) not in (None, "")
    ]
    return "<br>".join(lines)


def _round(inches: float) -> float:
    return round(float(inches), 3)
