"""Writes networks to files, through networkx: the same bytes from run to run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import IO, Any, Final

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from pfocr_kg.network.options import EDGES, FORMATS, file_format

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def write(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Write a network in one of `options.FORMATS`; `networkx` reads all but "tsv" back.

    "tsv" is a table of the edges: the ids and labels of both ends, then the attributes.

    Raises:
        FormatError: there is no such format.

    """
    _WRITERS[file_format(form, None)](graph, output)


def _graphml(graph: nx.Graph, output: IO[bytes]) -> None:
    # Not write_graphml, which writes other bytes where lxml is installed.
    nx.write_graphml_xml(_for_xml(graph), output)


def _gexf(graph: nx.Graph, output: IO[bytes]) -> None:
    writer = GEXFWriter(_for_xml(graph))
    # The day of writing: it would make every day's file another.
    del writer.xml.find("meta").attrib["lastmodifieddate"]
    writer.write(output)


def _json(graph: nx.Graph, output: IO[bytes]) -> None:
    text = json.dumps(nx.node_link_data(graph, edges="edges"), ensure_ascii=False)
    output.write(text.encode() + b"\n")


def _tsv(graph: nx.Graph, output: IO[bytes]) -> None:
    text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
    try:
        writer = csv.writer(text, delimiter="\t", lineterminator="\n")
        labels = graph.nodes(data="label")
        names = EDGES[graph.graph["kind"]]
        writer.writerow(("source", "target", "source_label", "target_label", *names))
        for a, b, data in graph.edges(data=True):
            writer.writerow((a, b, labels[a], labels[b], *(data[name] for name in names)))
        text.flush()
    finally:
        text.detach()


def _for_xml(graph: nx.Graph) -> nx.Graph:
    """The network without the characters in texts that XML cannot hold."""
    if not any(_NOT_XML.search(text) for text in _texts(graph)):
        return graph
    clean = graph.copy()
    for _, data in clean.nodes(data=True):
        data.update({k: _NOT_XML.sub("\ufffd", v) for k, v in data.items() if isinstance(v, str)})
    return clean


def _texts(graph: nx.Graph) -> Any:
    for _, data in graph.nodes(data=True):
        yield from (value for value in data.values() if isinstance(value, str))


_WRITERS: Final[Mapping[str, Callable[[nx.Graph, IO[bytes]], None]]] = dict(
    zip(FORMATS, (_graphml, _gexf, _json, _tsv), strict=True)
)
