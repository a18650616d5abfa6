"""Writes networks to files, through networkx and ndex2: the same bytes from run to run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import IO, Any, Final

import networkx as nx

from pfocr_kg.network import cytoscape, xml
from pfocr_kg.network.choices import EDGES, FORMATS, file_format


def write(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Write a network in one of `options.FORMATS`; `networkx` reads all but two back.

    "cx2" is read by ndex2. "tsv" is a table of the edges: the ids and labels of both ends,
    then the attributes.

    Raises:
        FormatError: there is no such format.
        PfocrError: ndex2 is not installed, for "cx2".

    """
    _WRITERS[file_format(form, None)](graph, output)


def _json(graph: nx.Graph, output: IO[bytes]) -> None:
    text = json.dumps(nx.node_link_data(graph, edges="edges"), ensure_ascii=False)
    output.write(text.encode() + b"\n")


def _tsv(graph: nx.Graph, output: IO[bytes]) -> None:
    labels = graph.nodes(data="label")
    names = EDGES[graph.graph["kind"]]
    header = ("source", "target", "source_label", "target_label", *names)
    edges = (
        (a, b, labels[a], labels[b], *(data[name] for name in names))
        for a, b, data in graph.edges(data=True)
    )
    write_table(output, header, edges)


def write_table(output: IO[bytes], header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write a table of tab-separated values."""
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        text.flush()
    finally:
        text.detach()


_WRITERS: Final[Mapping[str, Callable[[nx.Graph, IO[bytes]], None]]] = dict(
    zip(FORMATS, (xml.graphml, xml.gexf, cytoscape.write, _json, _tsv), strict=True)
)
