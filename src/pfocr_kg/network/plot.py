"""Draws a network in one of the formats of plots."""

from __future__ import annotations

from pkgutil import resolve_name
from typing import IO

import networkx as nx

from pfocr_kg.errors import FormatError
from pfocr_kg.network.choices import PLOTS


def draw(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Draw a network as "png", "svg" or "html"; the same network gives the same bytes.

    Nodes are sized by degree and coloured by community. Of a large network the 300 nodes with
    most edges are drawn, and of the edges the strongest.

    Raises:
        FormatError: the format is unknown.
        PfocrError: a library for it is not installed.

    """
    if form not in PLOTS:
        raise FormatError(f"unknown format of plots {form!r}", hint="One of " + ", ".join(PLOTS))
    resolve_name(PLOTS[form])(graph, output, form)
