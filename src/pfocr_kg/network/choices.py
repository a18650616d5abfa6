"""The kinds of network, analyses and formats, which feed writers, command line and help.

Imports nothing heavy. Writers of formats are named here and imported on use.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pfocr_kg.errors import FormatError
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.figure_choice import FigureConditions
from pfocr_kg.rdf import formats


class NetworkChoices(FigureConditions, total=False):
    """The keyword arguments of `Graph.network`."""

    min_weight: int
    level: str
    genes_of: str | None
    around: str | None
    radius: int


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """How large a network can be: `figures` that it is made of, None for any number, and `edges`.

    Edges take half a kB of memory each. With `nodes`, only so many are kept: those with the largest
    sum of weights of their edges.
    """

    figures: int | None = None
    edges: int = 5_000_000
    nodes: int | None = None


@dataclass(frozen=True, slots=True)
class NetworkKind:
    """A kind of network.

    `title` is the title of its plots; {of} in it stands for a `DiseaseSource.of`.
    `edge_attributes` begin with the weight; docs/guides/networks.md explains them. `weight_units`
    are the things that the weight counts, in singular and plural; `nodes` are the kinds of
    its nodes.
    """

    title: str
    edge_attributes: tuple[str, ...]
    weight_units: tuple[str, str]
    nodes: tuple[NamedKind, ...]

    @property
    def weight(self) -> str:
        """The edge attribute that is the weight."""
        return self.edge_attributes[0]


_SHARED_GENES: Final = ("shared gene", "shared genes")

KINDS: Final[Mapping[str, NetworkKind]] = {
    "genes": NetworkKind(
        "Genes drawn together in pathway figures",
        ("figures", "papers", "npmi"),
        ("figure with both", "figures with both"),
        (NamedKind.GENE,),
    ),
    "figures": NetworkKind(
        "Pathway figures by shared genes",
        ("genes", "jaccard"),
        _SHARED_GENES,
        (NamedKind.FIGURE,),
    ),
    "diseases": NetworkKind(
        "Diseases {of} pathway figures, by shared genes",
        ("genes", "jaccard", "figures"),
        _SHARED_GENES,
        (NamedKind.DISEASE,),
    ),
    "bipartite": NetworkKind(
        "Pathway figures and their genes",
        ("mentions",),
        ("figure a gene", "figures a gene"),
        (NamedKind.GENE, NamedKind.FIGURE),
    ),
}


FORMATS: Final[Mapping[str, str]] = {
    "graphml": "pfocr_kg.network.xml_writers:write_graphml",
    "gexf": "pfocr_kg.network.xml_writers:write_gexf",
    "cx2": "pfocr_kg.network.cytoscape:write_cx2",
    "json": "pfocr_kg.network.writers:write_json",
    "tsv": "pfocr_kg.network.writers:write_edge_table",
}
"""Formats of networks, each also the ending of its files, and the functions that write them."""

TABLE: Final = "table"
"""A table of the nodes of an analysis, to read on a terminal."""

ANALYSES: Final[Mapping[str, tuple[str, ...]]] = {
    "hubs": ("degree", "weight", "betweenness"),
    "communities": ("community", "degree", "weight"),
    "core": ("core", "degree", "weight"),
}
"""The attributes of nodes that each analysis adds; `analysis` computes them."""

PLOTS: Final[Mapping[str, str]] = {
    "png": "pfocr_kg.network.plot_image:draw",
    "svg": "pfocr_kg.network.plot_image:draw",
    "html": "pfocr_kg.network.plot_page:draw",
}
"""Formats of plots, each also the ending of its files, and the functions that draw them."""


def file_format(name: str | None, output: Path | None, analysis: str | None = None) -> str:
    """The named format, else that of the output's ending, else a table of edges.

    With an analysis, the default is a table of nodes.

    Raises:
        FormatError: the format is unknown, or needs an analysis and none is given.

    """
    if name is None:
        default = "tsv" if analysis is None else TABLE
        endings = dict(zip(FORMATS, FORMATS, strict=True))
        return formats.by_ending(output, endings, default, "format of networks")
    if name == TABLE and analysis is None:
        raise FormatError("format table needs --analysis", hint="Give --analysis, or --format tsv")
    if name not in (*FORMATS, TABLE):
        raise FormatError(f"unknown format {name!r}", hint="One of " + ", ".join(FORMATS))
    return name


def plot_format(output: Path) -> str:
    """The format of a plot, from the ending of its file.

    Raises:
        FormatError: the ending is unknown.

    """
    form = output.suffix[1:].lower()
    if form not in PLOTS:
        raise FormatError(
            f"{output}: its ending names no format of plots",
            hint="Endings are ." + ", .".join(PLOTS),
        )
    return form
