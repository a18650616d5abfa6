"""Draws networks with matplotlib, as PNG and SVG."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping
from itertools import compress
from typing import IO, Any, Final

import networkx as nx
import numpy as np

from pfocr_kg.model import Level
from pfocr_kg.network import plot_labels
from pfocr_kg.network.choices import KINDS
from pfocr_kg.network.layout import Layout, lay_out, radius_of
from pfocr_kg.query.figure_choice import DISEASE_SOURCES
from pfocr_kg.resources import need

INCHES: Final = (12.8, 8.0)
_AREA: Final = (0.01, 0.01, 0.74, 0.88)
"""Left, bottom, width and height of the network, as fractions of the image."""

SIZE: Final = (INCHES[0] * _AREA[2], INCHES[1] * _AREA[3])
"""Width and height of the network, in inches."""

DOTS: Final = 150
"""Dots per inch of PNG, which gives 1,920 by 1,200 dots."""

COLOURS: Final = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#EE9944", "#88BBAA",
)  # fmt: skip
"""Colours of communities, the largest first; the first six are P. Tol's "bright" scheme."""

OTHERS: Final = "#BBBBBB"
"""The colour of smaller communities."""

INK: Final = "#222222"
_LEVELS: Final[Mapping[Level, str]] = {
    Level.SYMBOL: "genes read by their symbols",
    Level.UNAMBIGUOUS: "genes read by unambiguous words",
}
_LONGEST: Final = 70
"""Maximum of characters of a part of the subtitle."""

_LINE: Final = 125
"""Maximum of characters of a line of the subtitle; a third line would be on the network."""


def draw(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Draw a network as "png" or "svg"; the same network gives the same bytes.

    Nodes are sized by degree and coloured by community. Labels never overlap: if there is not
    room for all, nodes with more edges come first.

    Raises:
        PfocrError: matplotlib is not installed.

    """
    matplotlib = need("matplotlib", "network", "a plot")
    figures = need("matplotlib.figure", "network", "a plot")
    style: dict[str, Any] = {
        "svg.hashsalt": "pfocr-kg",
        "svg.fonttype": "path",
        "font.family": plot_labels.FONT,
    }
    style["text.parse_math"] = False  # a "$" in a label is no formula
    with (
        matplotlib.rc_context({**matplotlib.rcParamsDefault, **style}),
        plot_labels.no_glyph_warnings(),
    ):
        figure = figures.Figure(INCHES)
        _fill(figure, lay_out(graph, *SIZE))
        # Nothing that changes with the day or the version of matplotlib.
        metadata = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(output, format=form, dpi=DOTS, metadata=metadata)


def _fill(figure: Any, layout: Layout) -> None:
    axes = figure.add_axes(_AREA)
    axes.set_axis_off()
    graph = layout.network
    figure.text(0.02, 0.955, title(layout), size=20, weight="bold", color=INK)
    figure.text(0.02, 0.94, in_lines(subtitle(layout)), size=12.5, va="top", color="#555555")
    if not graph:
        axes.text(0.5, 0.5, "no edges", size=20, color="#777777", ha="center", va="center")
        return
    axes.set_xlim(0, SIZE[0])
    axes.set_ylim(0, SIZE[1])
    _edges(axes, layout)
    _nodes(axes, layout)
    _labels(axes, layout)
    _community_legend(figure, layout)
    _size_legend(figure, layout)


def title(layout: Layout) -> str:
    """The title of a plot."""
    choices = layout.network.graph
    text = KINDS[choices["kind"]].title
    if choices["kind"] == "diseases":
        return text.format(of=DISEASE_SOURCES[choices["disease_from"]].of)
    return text


def subtitle(layout: Layout) -> str:
    """The organism, the options of the network, and how much of it is shown."""
    choices = layout.network.graph
    parts = []
    if "subset" in choices:
        parts.append(choices["subset"])
    organisms = {data.get("organism") for _, data in layout.network.nodes(data=True)} - {None}
    if len(organisms) == 1:
        parts = [*organisms, *parts]
    if "around" in choices:
        parts.append(f"around {choices['around_label']}")
    if choices["level"] != Level.ANY:
        parts.append(_LEVELS[Level(choices["level"])])
    least, (one, several) = choices["min_weight"], KINDS[choices["kind"]].weight_units
    parts.append(f"at least {least} {one if least == 1 else several}")
    parts.append(_count(len(layout.network), layout.node_count, "nodes"))
    parts.append(_count(layout.network.number_of_edges(), layout.edge_count, "edges"))
    return "  ·  ".join(part if len(part) <= _LONGEST else part[:_LONGEST] + "…" for part in parts)


def in_lines(text: str) -> str:
    """A subtitle in lines that fit, each of whole parts."""
    fixed = text.replace(" ", "\N{NO-BREAK SPACE}")
    return textwrap.fill(fixed.replace("·\N{NO-BREAK SPACE}\N{NO-BREAK SPACE}", "·  "), _LINE)


def _count(shown: int, of: int, what: str) -> str:
    return f"{of:,} {what}" if shown == of else f"{shown:,} of {of:,} {what}"


def colour(community: int) -> str:
    """The colour of a community; 1 is the largest."""
    return COLOURS[community - 1] if community <= len(COLOURS) else OTHERS


def _edges(axes: Any, layout: Layout) -> None:
    collections = need("matplotlib.collections", "network", "a plot")
    graph, weight = layout.network, _weights(layout)
    position = dict(zip(graph, layout.positions, strict=True))
    lines = [(position[a], position[b]) for a, b in graph.edges]
    few = len(lines) <= 200
    community = layout.community
    axes.add_collection(
        collections.LineCollection(
            lines,
            linewidths=(0.6 + 2.4 * weight) * (1 if few else 0.6),
            colors=[
                colour(community[a]) if community[a] == community[b] else "#999999"
                for a, b in graph.edges
            ],
            alpha=0.35 if few else 0.25,
            zorder=1,
        )
    )


def _weights(layout: Layout) -> Any:
    """The weights of the edges, scaled to at most 1."""
    name = KINDS[layout.network.graph["kind"]].weight
    values = np.array([value for *_, value in layout.network.edges(data=name)], dtype=float)
    return values / max(values.max(initial=1.0), 1.0)


def _nodes(axes: Any, layout: Layout) -> None:
    for kind, marker in (("gene", "o"), ("disease", "o"), ("figure", "s")):
        every = layout.network.nodes(data=True)
        chosen = [data["kind"] == kind for _, data in every]
        nodes = [*compress(every, chosen)]
        if not nodes:
            continue
        axes.scatter(
            *layout.positions[chosen].T,
            s=_points(layout.radii[chosen]) ** 2,
            c=[colour(layout.community[name]) for name, _ in nodes],
            marker=marker,
            edgecolors=[INK if data.get("in_pathway") else "white" for _, data in nodes],
            linewidths=[2.0 if data.get("in_pathway") else 0.8 for _, data in nodes],
            zorder=2,
        )


def _points(radius: Any) -> Any:
    """The width of a node in points, 72 to an inch."""
    return 2 * 72 * radius


def _labels(axes: Any, layout: Layout) -> None:
    effects = need("matplotlib.patheffects", "network", "a plot")
    halo = [effects.withStroke(linewidth=2.5, foreground="white")]
    size = plot_labels.font_size(len(layout.network))
    names = list(layout.network)
    for label in plot_labels.place_labels(layout, *SIZE):
        if label.far:
            x, y = layout.positions[label.row]
            axes.plot([x, label.x], [y, label.y], color="#777777", linewidth=0.5, zorder=1.5)
        axes.text(
            label.x, label.y, label.text, size=size, color=INK, ha="center", va="center",
            weight="bold" if label.bold else "normal", path_effects=halo,
            zorder=4, gid=f"label-{names[label.row]}",
        )  # fmt: skip


def _community_legend(figure: Any, layout: Layout) -> None:
    sizes = Counter(layout.community[name] for name in layout.network)
    coloured = [number for number in sorted(sizes) if number <= len(COLOURS)]
    dots = [_dot(colour(number), 11, members(layout, number)) for number in coloured]
    rest = sum(count for number, count in sizes.items() if number > len(COLOURS))
    if rest:
        dots.append(_dot(OTHERS, 11, f"smaller ones ({rest:,})"))
    if any(data.get("in_pathway") for _, data in layout.network.nodes(data=True)):
        ring = {"markerfacecolor": "white", "markeredgecolor": INK, "markeredgewidth": 2.0}
        dots.append(_dot("white", 10, "in the pathway", **ring))
    figure.legend(
        handles=dots, loc="upper left", bbox_to_anchor=(0.755, 0.88), frameon=False,
        title="Communities", alignment="left", fontsize=11.5, title_fontsize=14, labelspacing=0.8,
    )  # fmt: skip


def _size_legend(figure: Any, layout: Layout) -> None:
    most = max(layout.degree.values())
    least = min(layout.degree[name] for name in layout.network)
    dots = [
        _dot("#888888", _points(radius_of(degree, most, len(layout.network))), f"{degree:,}")
        for degree in sorted({least, (least + most) // 2, most})
    ]
    figure.text(0.765, 0.135, "Edges of a node", size=14)
    figure.legend(
        handles=dots, loc="center left", bbox_to_anchor=(0.755, 0.08), frameon=False, fontsize=13,
        ncols=len(dots), handletextpad=1.2, columnspacing=1.5, handleheight=3.5,
    )  # fmt: skip


def _dot(color: str, points: float, label: str, **style: Any) -> Any:
    """An entry of a legend; its width is in points."""
    line = need("matplotlib.lines", "network", "a plot").Line2D
    dot = {"marker": "o", "linestyle": "", "color": color, "markersize": points, "label": label}
    return line([], [], **dot, **style)


def members(layout: Layout, number: int) -> str:
    """The text for a community: its three nodes with the most edges, and its size."""
    names = [name for name in layout.network if layout.community[name] == number]
    first = sorted(names, key=lambda name: -layout.degree[name])[:3]
    shown = [plot_labels.shorten(layout.network.nodes[name]["label"]) for name in first]
    size = sum(1 for of in layout.community.values() if of == number)
    return "\n".join(shown) if max(map(len, shown)) > 12 else ", ".join(shown) + f" ({size:,})"
