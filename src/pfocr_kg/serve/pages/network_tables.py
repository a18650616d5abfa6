"""The nodes and edges of a network as tables of its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from pfocr_kg import iris
from pfocr_kg.model import Level
from pfocr_kg.names.matches import NamedKind, common_name
from pfocr_kg.network.choices import KINDS
from pfocr_kg.records.dictionaries import bundled_organisms
from pfocr_kg.serve import addresses
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.pages import tables
from pfocr_kg.serve.pages.html import address
from pfocr_kg.serve.pages.network_choice import Choice
from pfocr_kg.serve.pages.tables import Cell, PageColumn, PageTable

if TYPE_CHECKING:
    import networkx as nx

_ROWS_SHOWN: Final = 20
_HEADINGS: Final[Mapping[str, tuple[str, str]]] = {
    "figures": ("Figures", "figures of the choice that draw or name it, or both ends"),
    "papers": ("Papers", "the papers of these figures"),
    "genes": ("Genes", "genes that it draws, or that both draw"),
    "jaccard": ("Jaccard", "shared genes, divided by all genes of the two"),
    "mentions": ("Mentions", "mentions of the gene in the figure"),
    "edges": ("Edges", "edges to nodes of this page"),
    "in_pathway": ("In the pathway", ""),
    "organism": ("Organism", ""),
    "title": ("Title", ""),
}
"""Attribute of nodes or edges -> heading of its column, and what it means."""


def page_of(name: str, kind: str) -> str:
    """The address of a node's page."""
    return addresses.page(iris.expand(name), NamedKind(kind))


def tell_apart(graph: nx.Graph) -> None:
    """Add the organism to the label of each gene that shares its symbol with another node."""
    seen = Counter(label for _, label in graph.nodes(data="label"))
    for _, data in graph.nodes(data=True):
        if data["kind"] == NamedKind.GENE and seen[data["label"]] > 1 and data["organism"]:
            known = bundled_organisms().find(data["organism"])
            name = common_name(known.identifier.partition(":")[2]) if known else data["organism"]
            data["label"] += f" ({name})"


def _node_rows(graph: nx.Graph) -> Iterator[dict[str, Any]]:
    """The nodes of a page, the largest first."""
    nodes = sorted(
        graph.nodes(data=True),
        key=lambda node: -node[1].get("figures", node[1].get("genes", 0)),
    )
    columns = dict.fromkeys(key for _, data in nodes for key in data)
    for name, data in nodes:
        row = {key: data.get(key, "") for key in columns}
        yield {"node": name, **row, "edges": graph.degree(name)}


def _edge_rows(graph: nx.Graph) -> Iterator[dict[str, Any]]:
    """The edges of a page, the strongest first."""
    weight = KINDS[graph.graph["kind"]].weight
    labels = graph.nodes(data="label")
    for a, b, data in sorted(graph.edges(data=True), key=lambda edge: -edge[2][weight]):
        ends = {"source": a, "target": b, "source_label": labels[a], "target_label": labels[b]}
        yield {**ends, **data}


ROWS: Final = {"nodes": _node_rows, "edges": _edge_rows}


def table_of(asked: Asked, choice: Choice, what: str, graph: nx.Graph) -> PageTable:
    """The table of nodes or edges, with the first rows or as many as the request wants."""
    rows = list(ROWS[what](graph))
    if what == "nodes":
        kinds = {row["kind"] for row in rows}
        columns = [
            PageColumn("label", "Name"),
            *([PageColumn("kind", "Kind")] if len(kinds) > 1 else []),
        ]
        hidden = {"node", "label", "kind", "paper"}
        caption = "Nodes"
    else:
        columns = [PageColumn("source_label", "One"), PageColumn("target_label", "Other")]
        # Within the chosen figures, npmi of the gene that they all draw is always 0.
        hidden = {"source", "target", "source_label", "target_label", "npmi"}
        caption = "Edges between them"
    shown = [_cells(row, graph, choice) for row in rows[: tables.wanted(asked, what, _ROWS_SHOWN)]]
    columns += [_column(key) for key in (rows[0] if rows else ()) if key not in hidden]
    download = address(f"/network/{what}", choice.pairs)
    return tables.table(
        asked, what, caption, columns, shown,
        total=len(rows), first=_ROWS_SHOWN, download=download,
    )  # fmt: skip


def _column(key: str) -> PageColumn:
    heading, note = _HEADINGS[key]
    is_number = key not in ("in_pathway", "organism", "title")
    return PageColumn(key, heading, is_number=is_number, note=note)


def _cells(row: dict[str, Any], graph: nx.Graph, choice: Choice) -> dict[str, Any]:
    """A row whose names, and figures of two genes, are links."""
    cells = dict(row)
    for name, label in (("node", "label"), ("source", "source_label"), ("target", "target_label")):
        if name in row:
            href = page_of(row[name], graph.nodes[row[name]]["kind"])
            cells[label] = Cell(row[label], href)
    if choice.kind == "genes" and "source" in row:
        cells["figures"] = Cell(row["figures"], _figures_of_both(row, choice))
    return cells


def _figures_of_both(row: Mapping[str, Any], choice: Choice) -> str:
    """The search for the figures that draw both genes, and meet the conditions."""
    genes = [("gene", row[end].partition(":")[2]) for end in ("source", "target")]
    if not {"pathway", "search"}.isdisjoint(choice.names):
        return ""
    names = ("gene", "disease", "chemical", "organism")
    pairs = [(name, choice.names[name]) for name in names if name in choice.names]
    level = [("level", choice.level)] if choice.level != Level.ANY else []
    return address("/search", [*genes, *pairs, *level])
