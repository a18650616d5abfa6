"""Writes CX2, the format of Cytoscape and NDEx, through ndex2."""

from __future__ import annotations

import json
from typing import IO, Any, Final

import networkx as nx

from pfocr_kg.resources import need

_COLOURS: Final = {"gene": "#4477AA", "figure": "#CCBB44", "disease": "#EE6677"}
"""By kind of node; from P. Tol's "bright" scheme, which colour-blind people can tell apart."""


def write_cx2(graph: nx.Graph, output: IO[bytes]) -> None:
    """Write a network as CX2, with a simple style: labels, a colour for each kind of node.

    A node's `name` is its label and `represents` its CURIE, as in NDEx.

    Raises:
        PfocrError: ndex2 is not installed.

    """
    cx2 = need("ndex2.cx2", "network", "CX2").CX2Network()
    # ndex2 derives the types of the attributes of nodes and edges, but not of the network.
    types = {key: {"d": _TYPES[type(value)]} for key, value in graph.graph.items()}
    cx2.set_attribute_declarations({"networkAttributes": types})
    numbers = {}
    for number, (name, data) in enumerate(graph.nodes(data=True)):
        numbers[name] = number
        attributes = {key: value for key, value in data.items() if key != "label"}
        cx2.add_node(number, {"name": data["label"], "represents": name, **attributes})
    for number, (a, b, data) in enumerate(graph.edges(data=True)):
        cx2.add_edge(number, numbers[a], numbers[b], dict(data))
    cx2.set_name(f"PFOCR {graph.graph['kind']}")
    for key, value in graph.graph.items():
        cx2.add_network_attribute(key=key, value=value)
    cx2.set_visual_properties(_STYLE)
    output.write(json.dumps(cx2.to_cx2(), ensure_ascii=False).encode() + b"\n")


_TYPES: Final = {bool: "boolean", int: "integer", str: "string"}


def _by_attribute(attribute: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "definition": {"attribute": attribute, "type": "string", **more}}


_STYLE: Final = {
    "default": {
        "network": {"NETWORK_BACKGROUND_COLOR": "#FFFFFF"},
        "node": {
            "NODE_SHAPE": "ellipse",
            "NODE_WIDTH": 40,
            "NODE_HEIGHT": 40,
            "NODE_BORDER_WIDTH": 0,
            "NODE_LABEL_COLOR": "#000000",
            "NODE_LABEL_FONT_SIZE": 12,
        },
        "edge": {"EDGE_LINE_COLOR": "#B0B0B0", "EDGE_WIDTH": 1},
    },
    "nodeMapping": {
        "NODE_LABEL": _by_attribute("name", "PASSTHROUGH"),
        "NODE_BACKGROUND_COLOR": _by_attribute(
            "kind", "DISCRETE", map=[{"v": kind, "vp": colour} for kind, colour in _COLOURS.items()]
        ),
    },
    "edgeMapping": {},
}
"""The names are those of the CX2 specification (Cytoscape consortium)."""
