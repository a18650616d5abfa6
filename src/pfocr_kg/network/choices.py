"""The kinds of network, analyses and formats. Imports nothing heavy: the command line reads it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pfocr_kg.errors import FormatError
from pfocr_kg.rdf import formats

EDGES: Final[Mapping[str, tuple[str, ...]]] = {
    "genes": ("figures", "papers", "npmi"),
    "figures": ("genes", "jaccard"),
    "diseases": ("genes", "jaccard", "figures"),
    "bipartite": ("mentions",),
}
"""The attributes of the edges of each kind of network, the weight first.

docs/networks.md says what they mean.
"""

KINDS: Final = tuple(EDGES)

FORMATS: Final = ("graphml", "gexf", "cx2", "json", "tsv")
"""Formats of networks, each also the ending of its files; `files` has their writers."""

TABLE: Final = "table"
"""Nodes as a person reads them, of an analysis only."""

ANALYSES: Final[Mapping[str, tuple[str, ...]]] = {
    "hubs": ("degree", "weight", "betweenness"),
    "communities": ("community", "degree", "weight"),
    "core": ("core", "degree", "weight"),
}
"""What each analysis says of a node; `analysis` has what computes it."""

PLOTS: Final = ("png", "svg", "html")
"""Formats of plots, each also the ending of its files."""


def file_format(name: str | None, output: Path | None, analysis: str | None = None) -> str:
    """The format named, else the one that the output's ending means, else a table.

    The table is one of edges; with an analysis, one of nodes.

    Raises:
        FormatError: there is no such format, or it shows an analysis and there is none.

    """
    if name is None:
        default = "tsv" if analysis is None else TABLE
        endings = dict(zip(FORMATS, FORMATS, strict=True))
        return formats.by_ending(output, endings, default, "format of networks")
    if name == TABLE and analysis is None:
        raise FormatError("a table is of the nodes of an analysis", hint="Give --analysis, or tsv")
    if name not in (*FORMATS, TABLE):
        raise FormatError(f"unknown format {name!r}", hint="One of " + ", ".join(FORMATS))
    return name


def plot_format(output: Path) -> str:
    """The format of a plot, as its file's ending says.

    Raises:
        FormatError: the ending means none.

    """
    form = output.suffix[1:].lower()
    if form not in PLOTS:
        raise FormatError(
            f"{output}: its ending names no format of plots",
            hint="Endings are ." + ", .".join(PLOTS),
        )
    return form
