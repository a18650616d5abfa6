"""Writes GraphML and GEXF through networkx's writers, in little memory.

These put a whole network together as elements of XML first, at 2 kB an edge. Here they make
the nodes at once and the edges some at a time; the elements are theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, Any, Final
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

_NOT_XML: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""

_DECLARATION: Final = b"<?xml version='1.0' encoding='utf-8'?>\n"
_AT_A_TIME: Final = 10_000


def graphml(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write GraphML (http://graphml.graphdrawing.org/specification.html)."""
    clean = _clean(graph)
    writer = _GraphMLWriter(_without_edges(clean))
    blocks = _blocks(clean, writer, "graph", 2)
    # What edges have is declared in front of them, when the first are made.
    first = next(blocks, b"")
    head, end, tail = _text(writer, writer.xml).rpartition(b"</graph>")
    output.writelines((_DECLARATION, head.rstrip(), b"\n", first))
    output.writelines(blocks)
    output.writelines((b"  ", end, tail))


def gexf(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write GEXF 1.2 (https://gexf.net)."""
    clean = _clean(graph)
    writer = GEXFWriter(_without_edges(clean))
    # The day of writing: it would make every day's file another.
    del writer.xml.find("meta").attrib["lastmodifieddate"]
    blocks = _blocks(clean, writer, "edges", 3)
    first = next(blocks, b"")
    head, _, tail = _text(writer, writer.xml).rpartition(b"<edges />")
    output.writelines((_DECLARATION, head, b"<edges>\n", first))
    output.writelines(blocks)
    output.writelines((b"    </edges>", tail))


class _GraphMLWriter(GraphMLWriter):  # type: ignore[misc]  # networkx has no types
    """Gives elements their data at once: networkx keeps them all for types of mixed columns."""

    def add_attributes(
        self, scope: str, xml_obj: Any, data: Mapping[str, Any], default: Mapping[str, Any]
    ) -> None:
        for key, value in data.items():
            # XML Schema writes booleans small.
            text = str(value).lower() if isinstance(value, bool) else value
            xml_obj.append(self.add_data(key, type(value), text, scope, default.get(key)))


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


def _without_edges(graph: nx.Graph) -> nx.Graph:
    bare = nx.Graph(**graph.graph)
    bare.add_nodes_from(graph.nodes(data=True))
    return bare


def _blocks(graph: nx.Graph, writer: Any, parent: str, level: int) -> Iterator[bytes]:
    """The elements of edges that a writer adds to a parent, as indented text."""
    edges = iter(graph.edges(data=True))
    while some := list(islice(edges, _AT_A_TIME)):
        root = ElementTree.Element("graph")
        writer.add_edges(_Some(graph, some), root)
        made = root if parent == "graph" else root.find(parent)
        assert made is not None
        # Without the tags of the parent, which stand in lines of their own.
        text = _text(writer, made, level - 1).strip()
        yield text[text.index(b"\n") + 1 : text.rindex(b"\n") + 1]


def _text(writer: Any, element: ElementTree.Element, level: int = 0) -> bytes:
    writer.indent(element, level)
    text: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=False)
    return text


def _clean(graph: nx.Graph) -> nx.Graph:
    """The network without the characters in texts that XML cannot hold."""
    if not any(_NOT_XML.search(text) for text in _texts(graph)):
        return graph
    clean = graph.copy()
    for _, data in clean.nodes(data=True):
        data.update({k: _NOT_XML.sub("\ufffd", v) for k, v in data.items() if isinstance(v, str)})
    return clean


def _texts(graph: nx.Graph) -> Iterator[str]:
    for _, data in graph.nodes(data=True):
        yield from (value for value in data.values() if isinstance(value, str))
