"""Draws networks with matplotlib: PNG and SVG to put into a talk."""

from __future__ import annotations

from collections import Counter
from typing import IO, Any, Final

import networkx as nx
import numpy as np

from pfocr_kg.network import plot_labels
from pfocr_kg.network.choices import EDGES
from pfocr_kg.network.layout import Layout, layout, radius_of
from pfocr_kg.resources import need

INCHES: Final = (12.8, 8.0)
_AREA: Final = (0.01, 0.01, 0.74, 0.88)
"""Left, bottom, width and height of the network in the picture, as shares of it."""

SIZE: Final = (INCHES[0] * _AREA[2], INCHES[1] * _AREA[3])
"""Of the network, in inches."""

DOTS: Final = 150
"""Dots an inch of PNG: 1,920 by 1,200."""

COLOURS: Final = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#EE9944", "#88BBAA",
)  # fmt: skip
"""Of communities, the largest first; the first six are P. Tol's "bright" scheme."""

OTHERS: Final = "#BBBBBB"
INK: Final = "#222222"
_LONGEST: Final = 70
"""Characters of a part of the subtitle."""

SAID: Final = {
    "genes": "Genes drawn together in pathway figures",
    "figures": "Pathway figures by shared genes",
    "diseases": "Diseases by shared genes of their pathway figures",
    "bipartite": "Pathway figures and their genes",
}
_AT_LEAST: Final = {
    "genes": ("figure together", "figures together"),
    "figures": ("shared gene", "shared genes"),
    "diseases": ("shared gene", "shared genes"),
    "bipartite": ("figure a gene", "figures a gene"),
}


def draw(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Draw a network as "png" or "svg"; the same network gives the same bytes.

    Nodes are sized by degree and coloured by community. Labels never lie on each other: where
    not all have room, those of nodes with more edges come first.

    Raises:
        PfocrError: matplotlib is not installed.

    """
    matplotlib = need("matplotlib", "network", "a plot")
    figures = need("matplotlib.figure", "network", "a plot")
    style = {"svg.hashsalt": "pfocr-kg", "svg.fonttype": "path", "font.family": plot_labels.FONT}
    with matplotlib.rc_context({**matplotlib.rcParamsDefault, **style}), plot_labels.quiet():
        figure = figures.Figure(INCHES)
        _fill(figure, layout(graph, *SIZE))
        about = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(output, format=form, dpi=DOTS, metadata=about)


def _fill(figure: Any, made: Layout) -> None:
    axes = figure.add_axes(_AREA)
    axes.set_axis_off()
    graph = made.network
    figure.text(0.02, 0.955, SAID[graph.graph["kind"]], size=20, weight="bold", color=INK)
    figure.text(0.02, 0.915, subtitle(made), size=11, color="#555555", parse_math=False)
    if not graph:
        axes.text(0.5, 0.5, "no edges", size=20, color="#777777", ha="center", va="center")
        return
    axes.set_xlim(0, SIZE[0])
    axes.set_ylim(0, SIZE[1])
    _edges(axes, made)
    _nodes(axes, made)
    _labels(axes, made)
    _legend(figure, made)


def subtitle(made: Layout) -> str:
    """What of a network is shown."""
    about = made.network.graph
    parts = [about[key] for key in ("disease_label", "pathway_label") if key in about]
    organisms = {data.get("organism") for _, data in made.network.nodes(data=True)} - {None}
    if len(organisms) == 1:
        parts = [*organisms, *parts]
    if "around" in about:
        parts.append(f"around {about['around_label']}")
    one, several = _AT_LEAST[about["kind"]]
    parts.append(f"at least {about['min_weight']} {one if about['min_weight'] == 1 else several}")
    parts.append(_count(len(made.network), made.nodes, "nodes"))
    parts.append(_count(made.network.number_of_edges(), made.edges, "edges"))
    return "  ·  ".join(part if len(part) <= _LONGEST else part[:_LONGEST] + "…" for part in parts)


def _count(shown: int, of: int, what: str) -> str:
    return f"{of:,} {what}" if shown == of else f"{shown:,} of {of:,} {what}"


def colour(community: int) -> str:
    """Of a community, 1 being the largest."""
    return COLOURS[community - 1] if community <= len(COLOURS) else OTHERS


def _edges(axes: Any, made: Layout) -> None:
    collections = need("matplotlib.collections", "network", "a plot")
    graph, weight = made.network, _weights(made)
    at = {name: row for row, name in enumerate(graph)}
    lines = [(made.place[at[a]], made.place[at[b]]) for a, b in graph.edges]
    few = len(lines) <= 200
    same = [made.community[a] == made.community[b] for a, b in graph.edges]
    axes.add_collection(
        collections.LineCollection(
            lines,
            linewidths=(0.6 + 2.4 * weight) * (1 if few else 0.6),
            colors=[
                colour(made.community[a]) if inner else "#999999"
                for (a, _), inner in zip(graph.edges, same, strict=True)
            ],
            alpha=0.35 if few else 0.25,
            zorder=1,
        )
    )


def _weights(made: Layout) -> Any:
    """Of edges, up to 1."""
    name = EDGES[made.network.graph["kind"]][0]
    values = np.array([data[name] for _, _, data in made.network.edges(data=True)], dtype=float)
    return values / max(values.max(initial=1.0), 1.0)


def _nodes(axes: Any, made: Layout) -> None:
    for kind, marker in (("gene", "o"), ("disease", "o"), ("figure", "s")):
        nodes = [
            (row, name, data)
            for row, (name, data) in enumerate(made.network.nodes(data=True))
            if data["kind"] == kind
        ]
        if not nodes:
            continue
        rows = [row for row, _, _ in nodes]
        axes.scatter(
            made.place[rows, 0],
            made.place[rows, 1],
            s=_points(made.radius[rows]) ** 2,
            c=[colour(made.community[name]) for _, name, _ in nodes],
            marker=marker,
            edgecolors=[INK if data.get("in_pathway") else "white" for *_, data in nodes],
            linewidths=[2.0 if data.get("in_pathway") else 0.8 for *_, data in nodes],
            zorder=2,
        )


def _points(radius: Any) -> Any:
    """The width of a node in points, of which an inch has 72."""
    return 2 * 72 * radius


def _labels(axes: Any, made: Layout) -> None:
    effects = need("matplotlib.patheffects", "network", "a plot")
    halo = [effects.withStroke(linewidth=2.5, foreground="white")]
    size = plot_labels.points(len(made.network))
    names = list(made.network)
    for label in plot_labels.placed(made, *SIZE):
        if label.far:
            x, y = made.place[label.row]
            axes.plot([x, label.x], [y, label.y], color="#777777", linewidth=0.5, zorder=1.5)
        axes.text(
            label.x, label.y, label.text, size=size, color=INK, ha="center", va="center",
            weight="bold" if label.bold else "normal", path_effects=halo,
            parse_math=False, zorder=4, gid=f"label-{names[label.row]}",
        )  # fmt: skip


def _legend(figure: Any, made: Layout) -> None:
    lines = need("matplotlib.lines", "network", "a plot")

    def dot(color: str, points: float, label: str, **more: Any) -> Any:
        return lines.Line2D(
            [], [], marker="o", linestyle="", color=color, markersize=points, label=label, **more
        )

    sizes = Counter(made.community[name] for name in made.network)
    handles = [
        dot(colour(number), 11, members(made, number))
        for number in sorted(sizes)
        if number <= len(COLOURS)
    ]
    rest = sum(count for number, count in sizes.items() if number > len(COLOURS))
    if rest:
        handles.append(dot(OTHERS, 11, f"smaller ones ({rest:,})"))
    if any(data.get("in_pathway") for _, data in made.network.nodes(data=True)):
        ring = {"markerfacecolor": "white", "markeredgecolor": INK, "markeredgewidth": 2.0}
        handles.append(dot("white", 10, "in the pathway", **ring))
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.755, 0.88), frameon=False,
        title="Communities", alignment="left", fontsize=10, title_fontsize=12, labelspacing=0.8,
    )  # fmt: skip
    most = max(made.degree.values())
    least = min(made.degree[name] for name in made.network)
    steps = sorted({least, (least + most) // 2, most})
    shown = [
        dot("#888888", _points(radius_of(step, most, len(made.network))), f"{step:,}")
        for step in steps
    ]
    figure.text(0.765, 0.135, "Edges of a node", size=12)
    figure.legend(
        handles=shown, loc="center left", bbox_to_anchor=(0.755, 0.08), frameon=False, fontsize=10,
        ncols=len(shown), handletextpad=1.2, columnspacing=2.2, handleheight=3.5,
    )  # fmt: skip


def members(made: Layout, number: int) -> str:
    """A community by those of its nodes that have most edges."""
    names = [name for name in made.network if made.community[name] == number]
    first = sorted(names, key=lambda name: -made.degree[name])[:3]
    shown = [plot_labels.short(made.network.nodes[name]["label"]) for name in first]
    size = sum(1 for of in made.community.values() if of == number)
    return "\n".join(shown) if max(map(len, shown)) > 12 else ", ".join(shown) + f" ({size:,})"
