"""Where the labels of a plot go: never on each other, nor on the node of another.

Where there is no room beside a node, its label goes onto it; where there is none, it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pfocr_kg.network.extra import library
from pfocr_kg.network.layout import Floats, Layout

FONT: Final = "DejaVu Sans"
"""Comes with matplotlib, and has Greek letters."""

_LONGEST: Final = 24
"""Characters of a label."""

_PAD: Final = 0.025
"""Inches around a label that stay free of other labels."""

_DISTANCES: Final = (0.03, 0.12, 0.22, 0.34, 0.48)
"""Inches from the rim of a node to its label, the nearest tried first."""

_LEADER: Final = 0.1
"""Inches beyond which a line leads from node to label."""

_DIRECTIONS: Final = tuple(
    (float(np.cos(turn)), float(np.sin(turn)))
    for turn in np.deg2rad((0, 180, 90, 270, 35, 145, 325, 215, 65, 115, 295, 245))
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label that has room: its text, of the node with number `row`, around `x` and `y`.

    Sizes are in inches; `far` says that it does not stand right beside its node.
    """

    row: int
    text: str
    x: float
    y: float
    width: float
    height: float
    far: bool


def points(nodes: int) -> float:
    """The size of letters in a plot of so many nodes."""
    return 11 if nodes <= 60 else 8.5 if nodes <= 150 else 7


def placed(made: Layout, width: float, height: float) -> list[Label]:
    """Labels of nodes on a plot of so many inches, those with most edges first.

    Raises:
        FormatError: matplotlib is not installed.

    """
    names = list(made.network)
    order = sorted(range(len(names)), key=lambda row: -made.degree[names[row]])
    texts = [short(made.network.nodes[name]["label"]) for name in names]
    sizes = _sizes(texts, points(len(names)))
    taken = np.concatenate(
        [made.place - made.radius[:, None], made.place + made.radius[:, None]], 1
    )
    found: list[Label] = []
    for row in order:
        box = _free(made, row, sizes[row], taken, np.array([width, height]))
        box = box or _on_node(made, row, sizes[row], taken[len(names) :])
        if box is not None:
            x, y, far = box
            found.append(Label(row, texts[row], x, y, *sizes[row], far))
            middle, half = np.array([x, y]), np.array(sizes[row]) / 2 + _PAD
            taken = np.vstack([taken, np.hstack([middle - half, middle + half])])
    return found


def short(label: str) -> str:
    """A label that leaves room for others."""
    label = " ".join(label.split())
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


def _sizes(texts: Sequence[str], size: float) -> list[tuple[float, float]]:
    """Widths and heights of texts, in inches."""
    font = library("matplotlib.font_manager", "a plot").FontProperties(FONT, size=size)
    measure = library("matplotlib.textpath", "a plot").TextToPath()
    widths = [measure.get_text_width_height_descent(text, font, False)[0] for text in texts]
    return [(width / 72, size * 1.2 / 72) for width in widths]


def _free(
    made: Layout, row: int, size: tuple[float, float], taken: Floats, plot: Floats
) -> tuple[float, float, bool] | None:
    """The middle of the first place that is free, and whether it is far."""
    half = np.array(size) / 2
    for distance in _DISTANCES:
        reach = made.radius[row] + distance
        for along, up in _DIRECTIONS:
            # The box touches the circle of that reach: its middle lies half its size beyond.
            way = np.array([along, up])
            at = made.place[row] + way * reach + np.clip(3 * way, -1, 1) * half
            low, high = at - half, at + half
            inside = (low >= 0).all() and (high <= plot).all()
            if inside and not _meets(low, high, taken):
                return float(at[0]), float(at[1]), distance > _LEADER
    return None


def _on_node(
    made: Layout, row: int, size: tuple[float, float], labels: Floats
) -> tuple[float, float, bool] | None:
    """The middle of the node, if no label is there."""
    at, half = made.place[row], np.array(size) / 2
    if _meets(at - half, at + half, labels):
        return None
    return float(at[0]), float(at[1]), False


def _meets(low: Floats, high: Floats, taken: Floats) -> bool:
    return bool(((taken[:, :2] < high) & (taken[:, 2:] > low)).all(axis=1).any())
