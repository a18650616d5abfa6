"""Where the labels of a plot go: never on each other, and beside the nodes if they can.

Where there is no room beside a node, its label goes onto it; where another is, it is left out.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import numpy as np

from pfocr_kg.network.layout import Floats, Layout
from pfocr_kg.resources import need

FONT: Final = "DejaVu Sans"
"""Comes with matplotlib, and has Greek letters."""

_LONGEST: Final = 24
"""Characters of a label."""

_PAD: Final = 0.025
"""Inches around a label that stay free of other labels."""

_NEAR: Final = (0.03, 0.1)
_FAR: Final = (0.2, 0.32, 0.46)
"""Inches from the rim of a node to its label. From far, a line leads to it."""

_WIDE: Final = 2.0
"""Labels up to so many times as wide as their node rather lie on it than far from it."""

_BOLD: Final = 1.15
"""How much wider bold letters are, at most."""

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
    bold: bool


def points(nodes: int) -> float:
    """The size of letters in a plot of so many nodes."""
    return 11 if nodes <= 60 else 8.5 if nodes <= 150 else 7


def placed(made: Layout, width: float, height: float) -> list[Label]:
    """Labels of nodes on a plot of so many inches, those with most edges first.

    Raises:
        PfocrError: matplotlib is not installed.

    """
    names = list(made.network)
    order = sorted(range(len(names)), key=lambda row: -made.degree[names[row]])
    texts = [short(made.network.nodes[name]["label"]) for name in names]
    sizes = [
        (width * _BOLD if _is_centre(made, name) else width, height)
        for name, (width, height) in zip(names, _sizes(texts, points(len(names))), strict=True)
    ]
    taken = np.concatenate(
        [made.place - made.radius[:, None], made.place + made.radius[:, None]], 1
    )
    found: list[Label] = []
    for row in order:
        spot = _spot(made, row, sizes[row], taken, np.array([width, height]))
        if spot is not None:
            middle, far = spot
            bold = _is_centre(made, names[row])
            found.append(
                Label(row, texts[row], float(middle[0]), float(middle[1]), *sizes[row], far, bold)
            )
            half = np.array(sizes[row]) / 2 + _PAD
            taken = np.vstack([taken, np.hstack([middle - half, middle + half])])
    return found


def short(label: str) -> str:
    """A label that leaves room for others."""
    label = " ".join("".join(c if c.isprintable() else " " for c in label).split())
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip() + "…"


def _sizes(texts: Sequence[str], size: float) -> list[tuple[float, float]]:
    """Widths and heights of texts, in inches."""
    fonts = need("matplotlib.font_manager", "network", "a plot")
    font = fonts.FontProperties(family=FONT, size=size)
    measure = need("matplotlib.textpath", "network", "a plot").TextToPath()
    with quiet():
        widths = [measure.get_text_width_height_descent(text, font, False)[0] for text in texts]
    return [(width / 72, size * 1.2 / 72) for width in widths]


@contextmanager
def quiet() -> Iterator[None]:
    """Say nothing of scripts that the font lacks, which are drawn as boxes."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph", UserWarning)
        yield


def _is_centre(made: Layout, name: str) -> bool:
    """Whether the network is what lies around this node."""
    return bool(made.network.nodes[name].get("distance") == 0)


def _spot(
    made: Layout, row: int, size: tuple[float, float], taken: Floats, plot: Floats
) -> tuple[Floats, bool] | None:
    """The middle of the best place that is free, and whether it is far from the node."""
    half, node = np.array(size) / 2, made.place[row]
    on_node = not _meets(node - half, node + half, taken[len(made.place) :])
    near = _beside(made, row, half, taken, plot, _NEAR)
    if near is not None:
        return near, False
    if on_node and size[0] <= _WIDE * 2 * made.radius[row]:
        return node, False
    far = _beside(made, row, half, taken, plot, _FAR)
    if far is not None:
        return far, True
    return (node, False) if on_node else None


def _beside(
    made: Layout, row: int, half: Floats, taken: Floats, plot: Floats, distances: Sequence[float]
) -> Floats | None:
    for distance in distances:
        reach = made.radius[row] + distance
        for direction in _DIRECTIONS:
            # The box touches the circle of that reach: its middle lies half its size beyond.
            way = np.array(direction)
            at: Floats = made.place[row] + way * reach + np.clip(3 * way, -1, 1) * half
            low, high = at - half, at + half
            if (low >= 0).all() and (high <= plot).all() and not _meets(low, high, taken):
                return at
    return None


def _meets(low: Floats, high: Floats, taken: Floats) -> bool:
    return bool(((taken[:, :2] < high) & (taken[:, 2:] > low)).all(axis=1).any())
