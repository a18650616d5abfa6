"""Writes networks to files; the same network gives the same bytes."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pkgutil import resolve_name
from typing import IO, Any

import networkx as nx

from pfocr_kg.network.choices import FORMATS, KINDS, file_format
from pfocr_kg.query import delimited


def write(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Write a network in one of `choices.FORMATS`.

    networkx reads "graphml", "gexf" and "json", and ndex2 "cx2". "tsv" is a table of the edges:
    the ids and labels of both ends, then the attributes.

    Raises:
        FormatError: the format is unknown.
        PfocrError: ndex2 is not installed, for "cx2".

    """
    resolve_name(FORMATS[file_format(form, None)])(graph, output)


def write_json(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write networkx's node-link JSON."""
    text = json.dumps(nx.node_link_data(graph, edges="edges"), ensure_ascii=False)
    output.write(text.encode() + b"\n")


def write_edge_table(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write a table of the edges."""
    labels = graph.nodes(data="label")
    names = KINDS[graph.graph["kind"]].edge_attributes
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
        writer = delimited.writer(text, "\t")
        writer.writerow(header)
        writer.writerows(rows)
        text.flush()
    finally:
        text.detach()
