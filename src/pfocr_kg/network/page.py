"""Draws networks with plotly: one HTML file that holds all it needs, and fetches nothing."""

from __future__ import annotations

import html
from typing import IO, Any, Final

import networkx as nx

from pfocr_kg.network import picture, plot_labels
from pfocr_kg.network.layout import Layout, layout
from pfocr_kg.resources import need

_DOTS: Final = 100
"""Pixels an inch."""

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
"""The policy makes sure that a browser fetches nothing, whatever plotly may know to fetch."""

_WIDTH, _HEIGHT = 12.8, 8.0
_LEFT, _TOP = 0.2, 0.96
_SHOWN: Final = ("organism", "figures", "genes", "title", "paper", "in_pathway", "distance")


def draw(graph: nx.Graph, output: IO[bytes]) -> None:
    """Draw a network as a page to zoom, to hide communities in, and to point at nodes in.

    The page holds plotly's own JavaScript, about 5 MB. The same network gives the same bytes.

    Raises:
        PfocrError: plotly or matplotlib is not installed.

    """
    plotly = need("plotly.graph_objects", "network", "a plot")
    writing = need("plotly.io", "network", "a plot")
    made = layout(graph, *picture.SIZE)
    figure = plotly.Figure(layout=_frame(made))
    if made.network:
        figure.add_trace(plotly.Scatter(**_edges(made)))
        for trace in _communities(made):
            figure.add_trace(plotly.Scatter(**trace))
    body = writing.to_html(
        figure, config=_CONFIG, include_plotlyjs=True, full_html=False, div_id="network"
    )
    title = html.escape(picture.SAID[graph.graph["kind"]])
    output.write(_PAGE.format(title=title, body=body).encode())


def _frame(made: Layout) -> dict[str, Any]:
    width, height = picture.SIZE
    hidden = {"visible": False, "showgrid": False, "zeroline": False}
    title = html.escape(picture.SAID[made.network.graph["kind"]])
    text = f"<b>{title}</b><br><sup>{html.escape(picture.subtitle(made))}</sup>"
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


def _edges(made: Layout) -> dict[str, Any]:
    at = {name: row for row, name in enumerate(made.network)}
    x: list[float | None] = []
    y: list[float | None] = []
    for a, b in made.network.edges:
        x += [_round(made.place[at[a], 0]), _round(made.place[at[b], 0]), None]
        y += [_round(made.place[at[a], 1]), _round(made.place[at[b], 1]), None]
    line = {"color": "#C8C8C8", "width": 1.2}
    return {"x": x, "y": y, "mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False}


def _communities(made: Layout) -> list[dict[str, Any]]:
    """For each community its nodes, and its labels, which hide together."""
    names = list(made.network)
    found = plot_labels.placed(made, *picture.SIZE)
    traces = []
    for number in sorted({made.community[name] for name in names}):
        rows = [row for row, name in enumerate(names) if made.community[name] == number]
        group = {"legendgroup": str(number)}
        traces.append({**_dots(made, rows, names), **group, "name": _named(made, number)})
        own = [label for label in found if label.row in set(rows)]
        traces.append(
            {
                "x": [_round(label.x) for label in own],
                "y": [_round(label.y) for label in own],
                "text": [html.escape(label.text) for label in own],
                "mode": "text",
                "textfont": {
                    "size": plot_labels.points(len(names)) * _DOTS / 72 * 0.92,
                    "weight": ["bold" if label.bold else "normal" for label in own],
                },
                "hoverinfo": "skip",
                "showlegend": False,
                **group,
            }
        )
    return traces


def _dots(made: Layout, rows: list[int], names: list[str]) -> dict[str, Any]:
    kinds = [made.network.nodes[names[row]]["kind"] for row in rows]
    color = picture.colour(made.community[names[rows[0]]])
    return {
        "x": [_round(made.place[row, 0]) for row in rows],
        "y": [_round(made.place[row, 1]) for row in rows],
        "mode": "markers",
        "marker": {
            "size": [_round(2 * made.radius[row] * _DOTS) for row in rows],
            "symbol": ["square" if kind == "figure" else "circle" for kind in kinds],
            "color": color,
            "opacity": 1,
            "line": {"color": "white", "width": 1},
        },
        "text": [_told(made, names[row]) for row in rows],
        "hoverinfo": "text",
    }


def _named(made: Layout, number: int) -> str:
    return html.escape(picture.members(made, number)).replace("\n", "<br>")


def _told(made: Layout, name: str) -> str:
    """What a node says when it is pointed at."""
    data = made.network.nodes[name]
    lines = [f"<b>{html.escape(data['label'])}</b>", html.escape(name)]
    lines.append(f"{made.degree[name]:,} edges, community {made.community[name]}")
    lines += [
        f"{key}: {html.escape(str(data[key]))}" for key in _SHOWN if data.get(key) not in (None, "")
    ]
    return "<br>".join(lines)


def _round(inches: float) -> float:
    return round(float(inches), 3)
