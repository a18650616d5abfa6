"""Writes GraphML and GEXF through networkx's writers, in little memory.

networkx builds the whole file as a tree first, with 1.7 kB per edge. This module makes the elements
of edges in blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import IO, Any, Final
from xml.etree import ElementTree

import networkx as nx
from networkx.readwrite.gexf import GEXFWriter
from networkx.readwrite.graphml import GraphMLWriter

from pfocr_kg.network.choices import KINDS
from pfocr_kg.records.control_characters import for_xml

_DECLARATION: Final = "<?xml version='1.0' encoding='utf-8'?>\n"
_BLOCK: Final = 10_000
"""Edges per block of elements."""


def write_graphml(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write GraphML (http://graphml.graphdrawing.org/specification.html)."""
    writer = _GraphMLWriter(nx.create_empty_copy(graph))
    _write(graph, output, writer, writer.xml.find("graph"), level=2)


def write_gexf(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write GEXF 1.2 (https://gexf.net).

    Its own attribute `weight` of an edge, which Gephi computes with, is the weight of the network.
    """
    writer = GEXFWriter(nx.create_empty_copy(graph))
    # Files with the date of writing would differ from day to day.
    del writer.xml.find("meta").attrib["lastmodifieddate"]
    edges = writer.graph_element.find("edges")
    _write(graph, output, writer, edges, level=3, weight=KINDS[graph.graph["kind"]].weight)


class _GraphMLWriter(GraphMLWriter):  # type: ignore[misc]  # networkx has no types
    """Adds the data of an element immediately; networkx collects the data of all elements first."""

    def add_attributes(
        self, scope: str, xml_obj: Any, data: Mapping[str, Any], default: Mapping[str, Any]
    ) -> None:
        for key, value in data.items():
            # XML Schema's booleans are in lower case.
            text = str(value).lower() if isinstance(value, bool) else value
            xml_obj.append(self.add_data(key, type(value), text, scope, default.get(key)))


def _write(
    graph: nx.Graph, output: IO[bytes], writer: Any, parent: Any, level: int, weight: str = ""
) -> None:
    """Write what a writer has made of the nodes, with the edges at the end of `parent`.

    `weight` is the attribute of an edge that is also its attribute `weight`.
    """
    blocks = _edges(graph, writer, level, weight)
    # The first edges add declarations of their attributes, which stand above them in the file.
    first = next(blocks, b"")
    parent.append(ElementTree.Comment("edges"))
    text = _DECLARATION + for_xml(_text(writer, writer.xml))
    before, after = text.split("  " * level + "<!--edges-->\n")
    output.writelines((before.encode(), first))
    output.writelines(blocks)
    output.write(after.encode())


def _edges(graph: nx.Graph, writer: Any, level: int, weight: str) -> Iterator[bytes]:
    """The elements of the edges as indented lines, in blocks."""
    edges = iter(graph.edges(data=True))
    if weight:
        edges = ((a, b, {"weight": data[weight], **data}) for a, b, data in edges)
    while block := list(islice(edges, _BLOCK)):
        # With all nodes, since their order decides which end of an edge is its source.
        part = nx.create_empty_copy(graph, with_data=False)
        part.add_edges_from(block)
        root = ElementTree.Element("edges")
        writer.add_edges(part, root)
        text = _text(writer, root if root.find("edges") is None else root.find("edges"), level - 1)
        # Without the first line and the last, the tags of the parent.
        yield text[text.index("\n") + 1 : text.rstrip().rindex("\n") + 1].encode()


def _text(writer: Any, element: Any, level: int = 0) -> str:
    writer.indent(element, level)
    return ElementTree.tostring(element, encoding="unicode")
