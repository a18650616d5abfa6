"""Places the labels of a plot: beside the nodes if there is room, and never on each other.

Without room beside a node, its label is placed on the node, or else left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np

from pfocr_kg.network.layout import Layout
from pfocr_kg.network.pairs import Floats
from pfocr_kg.resources import need

FONT: Final = "DejaVu Sans"
"""A font of matplotlib with Greek letters."""

_LONGEST: Final = 24
"""Maximum of characters of a label."""

_PAD: Final = 0.025
"""Inches around a label that stay free."""

_NEAR: Final = (0.03, 0.1)
_FAR: Final = (0.2, 0.32, 0.46)
"""Inches from a node to its label. A line joins the label to the node if it is far."""

_WIDE: Final = 2.0
"""A label that is at most this many times as wide as its node can be placed on the node."""

_BOLD: Final = 1.15
"""The maximum width of bold letters, relative to other letters."""

_DIRECTIONS: Final = tuple(
    (float(np.cos(angle)), float(np.sin(angle)))
    for angle in np.deg2rad((0, 180, 90, 270, 35, 145, 325, 215, 65, 115, 295, 245))
)


@dataclass(frozen=True, slots=True)
class Label:
    """A placed label; `x` and `y` are its middle, in inches.

    `row` is the number of its node. `far` is true if it is not next to the node.
    """

    row: int
    text: str
    x: float
    y: float
    far: bool
    bold: bool


def font_size(nodes: int) -> float:
    """The font size in points, for a number of nodes."""
    return 14 if nodes <= 40 else 11 if nodes <= 60 else 8.5 if nodes <= 150 else 7


Measure = Callable[[Sequence[str], float], Floats]
"""Returns a row of width and height in inches for each text, of letters of so many points."""


def sizes_in_font(texts: Sequence[str], size: float) -> Floats:
    """A `Measure` of texts in `FONT`.

    Raises:
        PfocrError: matplotlib is not installed.

    """
    fonts = need("matplotlib.font_manager", "network", "a plot")
    font = fonts.FontProperties(family=FONT, size=size)
    measure = need("matplotlib.textpath", "network", "a plot").TextToPath()
    with no_glyph_warnings():
        widths = [measure.get_text_width_height_descent(text, font, False)[0] for text in texts]
    return np.array([(width / 72, size * 1.2 / 72) for width in widths]).reshape(-1, 2)


def place_labels(
    layout: Layout, width: float, height: float, measure: Measure = sizes_in_font
) -> list[Label]:
    """Place labels of nodes on a plot, those of the largest nodes first; sizes are in inches.

    Raises:
        PfocrError: matplotlib is not installed, which `sizes_in_font` needs.

    """
    names = list(layout.network)
    texts = [shorten(layout.network.nodes[name]["label"]) for name in names]
    bold = [_is_centre(layout, name) for name in names]
    sizes = measure(texts, font_size(len(names)))
    sizes[bold, 0] *= _BOLD
    radii = layout.radii[:, None]
    occupied = np.concatenate([layout.positions - radii, layout.positions + radii], 1)
    labels: list[Label] = []
    for row in sorted(range(len(names)), key=lambda row: -layout.size[names[row]]):
        place = _best_place(layout, row, sizes[row], occupied, np.array([width, height]))
        if place is not None:
            middle, far = place
            labels.append(
                Label(row, texts[row], float(middle[0]), float(middle[1]), far, bold[row])
            )
            half = sizes[row] / 2 + _PAD
            occupied = np.vstack([occupied, np.hstack([middle - half, middle + half])])
    return labels


def shorten(label: str) -> str:
    """A label short enough to leave room for others."""
    label = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


@contextmanager
def no_glyph_warnings() -> Iterator[None]:
    """Suppress warnings about letters that the font lacks, which are drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        yield


def _is_centre(layout: Layout, name: str) -> bool:
    """Whether the network is the neighbourhood of this node."""
    return bool(layout.network.nodes[name].get("distance") == 0)


def _best_place(
    layout: Layout, row: int, size: Floats, occupied: Floats, plot: Floats
) -> tuple[Floats, bool] | None:
    """The middle of the best free place for a label, and whether it is far from the node."""
    half, node = size / 2, layout.positions[row]
    labels = occupied[len(layout.positions) :]
    free_on_node = not _overlaps(node - half, node + half, labels)
    near = _place_beside(layout, row, half, occupied, plot, _NEAR)
    if near is not None:
        return near, False
    if free_on_node and size[0] <= _WIDE * 2 * layout.radii[row]:
        return node, False
    far = _place_beside(layout, row, half, occupied, plot, _FAR)
    if far is not None:
        return far, True
    return (node, False) if free_on_node else None


def _place_beside(
    layout: Layout,
    row: int,
    half: Floats,
    occupied: Floats,
    plot: Floats,
    distances: Sequence[float],
) -> Floats | None:
    for distance in distances:
        reach = layout.radii[row] + distance
        for direction in map(np.array, _DIRECTIONS):
            # The box touches a circle around the node; its middle is half its size further away.
            middle: Floats = (
                layout.positions[row] + direction * reach + np.clip(3 * direction, -1, 1) * half
            )
            low, high = middle - half, middle + half
            if (low >= 0).all() and (high <= plot).all() and not _overlaps(low, high, occupied):
                return middle
    return None


def _overlaps(low: Floats, high: Floats, boxes: Floats) -> bool:
    return bool(((boxes[:, :2] < high) & (boxes[:, 2:] > low)).all(axis=1).any())
