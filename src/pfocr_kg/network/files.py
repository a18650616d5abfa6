"""Writes networks to files, through networkx and ndex2: the same bytes from run to run."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, Any, Final
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter

from pfocr_kg.network import cytoscape
from pfocr_kg.network.options import EDGES, FORMATS, file_format

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_AT_A_TIME: Final = 10_000
"""Edges that are XML elements at once, at 2 kB each."""


def write(graph: nx.Graph, output: IO[bytes], form: str) -> None:
    """Write a network in one of `options.FORMATS`; `networkx` reads all but two back.

    "cx2" is read by ndex2. "tsv" is a table of the edges: the ids and labels of both ends,
    then the attributes.

    Raises:
        FormatError: there is no such format, or ndex2 is not installed for "cx2".

    """
    _WRITERS[file_format(form, None)](graph, output)


def _graphml(graph: nx.Graph, output: IO[bytes]) -> None:
    # Not write_graphml, which without lxml would put all into memory, and write other bytes.
    nx.write_graphml_lxml(_for_xml(graph), output)


class _Some:
    """Some edges of a network, for a writer that asks for all."""

    def __init__(self, graph: nx.Graph, edges: list[Any]) -> None:
        self.graph: dict[str, Any] = {}
        self.nodes = graph.nodes
        self._edges = edges

    def is_multigraph(self) -> bool:
        return False

    def edges(self, *, data: bool) -> list[Any]:
        assert data
        return self._edges


def _gexf(graph: nx.Graph, output: IO[bytes]) -> None:
    clean = _for_xml(graph)
    bare = nx.Graph(**clean.graph)
    bare.add_nodes_from(clean.nodes(data=True))
    writer = GEXFWriter(bare)
    # The day of writing: it would make every day's file another.
    del writer.xml.find("meta").attrib["lastmodifieddate"]
    blocks = _edges(clean, writer)
    # What edges have is declared in front of them, when the first are made.
    first = next(blocks, b"")
    head, empty, tail = _text(writer, writer.xml).partition(b"<edges />")
    output.write(b"<?xml version='1.0' encoding='utf-8'?>\n" + head)
    if not first:
        output.write(empty + tail)
        return
    output.write(b"<edges>\n" + first)
    output.writelines(blocks)
    output.write(b"    </edges>" + tail)


def _edges(graph: nx.Graph, writer: GEXFWriter) -> Iterator[bytes]:
    edges = iter(graph.edges(data=True))
    while some := list(islice(edges, _AT_A_TIME)):
        made = ElementTree.Element("graph")
        writer.add_edges(_Some(graph, some), made)
        yield b"".join(
            b"      " + _text(writer, edge, 3).strip() + b"\n" for edge in made.find("edges") or ()
        )


def _text(writer: GEXFWriter, element: ElementTree.Element, level: int = 0) -> bytes:
    writer.indent(element, level)
    return bytes(ElementTree.tostring(element, encoding="utf-8", xml_declaration=False))


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
    zip(FORMATS, (_graphml, _gexf, cytoscape.write, _json, _tsv), strict=True)
)
