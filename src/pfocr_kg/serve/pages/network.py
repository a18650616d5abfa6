"""Networks: who is drawn with whom in chosen figures, as a drawing, tables and files."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from pfocr_kg.errors import QueryError
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.network.choices import FORMATS, KINDS
from pfocr_kg.serve import charts, downloads, failures
from pfocr_kg.serve.messages import JSON, Asked, Reply, RequestError
from pfocr_kg.serve.pages import front
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.pages.network_choice import (
    LEVELS,
    NAMES,
    Choice,
    choice_of,
    needed_choice,
    not_empty,
)
from pfocr_kg.serve.pages.network_tables import ROWS, page_of, table_of, tell_apart
from pfocr_kg.serve.pages.tables import Cell, PageTable
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

if TYPE_CHECKING:
    import networkx as nx

_FILES: Final = ("cx2", "graphml", "tsv")
"""Formats of files that the page leads to."""

_BEGINNINGS: Final[tuple[tuple[NamedKind, str, dict[str, str]], ...]] = (
    (NamedKind.GENE, "Genes drawn with {}", {}),
    (NamedKind.DISEASE, "Genes of the figures that name {}", {}),
    (NamedKind.CHEMICAL, "Figures that draw {}, by their genes", {"kind": "figures"}),
    (NamedKind.PATHWAY, "Figures of {} and their genes", {"kind": "bipartite"}),
)
"""Kind of the thing that an example is around, words for it, and parameters."""

_MEDIA_TYPES: Final[Mapping[str, str]] = {
    "graphml": "application/xml",
    "gexf": "application/xml",
    "cx2": JSON,
    "json": JSON,
    "tsv": downloads.TSV,
}


@dataclass(frozen=True, slots=True)
class ShownNetwork:
    """A network as the page shows it; `summary` is a line of what it is of."""

    graph: nx.Graph
    drawing: Any
    title: str
    summary: str
    kinds: tuple[str, ...]
    nodes: PageTable
    edges: PageTable
    files: tuple[tuple[str, str], ...]
    things: list[Cell]


def page(site: Site, asked: Asked) -> Reply:
    """The form; with a condition also the network, or why there is none."""
    choice = choice_of(asked)
    shown = problem = None
    if choice.names:
        try:
            choice, graph = not_empty(site, choice, _most_nodes())
            tell_apart(graph)
            shown = _shown(asked, choice, graph)
        except QueryError as error:
            problem = failures.refusal(error)
    return render(
        site, asked, "network.html",
        title=shown.title if shown else "Network",
        section="/network",
        status=problem.status if problem else 200,
        scripts=("network.js",) if shown else (),
        choice=choice,
        shown=shown,
        problem=problem,
        words_of=dict(LEVELS),
        kind_titles=_kind_titles(),
        examples=() if shown else _examples(site),
    )  # fmt: skip


def whole(site: Site, asked: Asked) -> Reply:
    """All nodes and edges as a file, in a format of `network`."""
    form = asked.path["form"]
    if form not in FORMATS:
        raise RequestError(404, f"there is no format {form[:20]!r}", ", ".join(FORMATS))
    choice, graph = not_empty(site, needed_choice(asked))
    from pfocr_kg.network import writers  # noqa: PLC0415 - networkx takes a while

    out = io.BytesIO()
    writers.write(graph, out, form)
    headers = downloads.attachment(site, choice.about, form)
    return Reply(_MEDIA_TYPES[form], out.getvalue(), headers=headers)


def part(site: Site, asked: Asked) -> Reply:
    """The rows of one of the page's tables, all of them, as CSV, TSV or JSON."""
    what, form = asked.path["part"], asked.get("format", "csv")
    if what not in ROWS or form not in downloads.ROWS:
        raise RequestError(404, "there are tables of nodes and edges, as csv, tsv and json")
    choice, graph = not_empty(site, needed_choice(asked), _most_nodes())
    rows = list(ROWS[what](graph))
    columns = list(rows[0]) if rows else []
    reply = downloads.reply(form, columns, rows, {})
    reply.headers |= downloads.attachment(site, f"{choice.about}-{what}", form)
    return reply


def _most_nodes() -> int:
    from pfocr_kg.serve.network_drawing import MOST_NODES  # noqa: PLC0415 - networkx takes a while

    return MOST_NODES


def _shown(asked: Asked, choice: Choice, graph: nx.Graph) -> ShownNetwork:
    from pfocr_kg.serve import network_drawing  # noqa: PLC0415 - networkx takes a while

    title = _heading(choice, graph)
    return ShownNetwork(
        graph,
        network_drawing.draw(graph, title, lambda name: page_of(name, graph.nodes[name]["kind"])),
        title,
        _summary(choice, graph),
        tuple(sorted({data["kind"] for _, data in graph.nodes(data=True)})),
        table_of(asked, choice, "nodes", graph),
        table_of(asked, choice, "edges", graph),
        tuple((form, address(f"/network.{form}", choice.pairs)) for form in _offered()),
        _things(graph),
    )


def _offered() -> tuple[str, ...]:
    """The files that a page offers: CX2 needs a library of the extra `network`."""
    return _FILES if find_spec("ndex2") else _FILES[1:]


def _heading(choice: Choice, graph: nx.Graph) -> str:
    """What the network is of, in the words of the graph."""
    names = [graph.graph.get(f"{name}_label", text) for name, text in choice.names.items()]
    title = _kind_titles()[choice.kind]
    return f"{', '.join(map(charts.shortened, names))}: {title[0].lower()}{title[1:]}"


def _things(graph: nx.Graph) -> list[Cell]:
    """Links to the pages of the things that the network is of."""
    keys = {name: "genes_of" if name == "figure" else name for name in NAMES}
    return [
        Cell(graph.graph[f"{key}_label"], page_of(graph.graph[key], name))
        for name, key in keys.items()
        if f"{key}_label" in graph.graph
    ]


def _summary(choice: Choice, graph: nx.Graph) -> str:
    """Which figures count, and from which weight on there are edges."""
    about = graph.graph
    of = about.get("subset", "figures")
    if "genes_of" in about:
        of += f" with two or more of the genes of {choice.names['figure']}"
    count = about["figure_count"]
    return f"Counted in {of}, {count:,} in all. An edge stands for {choice.least}."


def _examples(site: Site) -> list[tuple[str, str]]:
    """Networks to begin with: words, and their addresses."""
    most = front.most_drawn_things(site)
    return [
        (text.format(most[kind][0]), address("/network", {kind.value: most[kind][1], **more}))
        for kind, text, more in _BEGINNINGS
        if kind in most
    ]


def _kind_titles() -> dict[str, str]:
    return {name: kind.title.format(of="named by") for name, kind in KINDS.items()}


ADDRESSES: Final = (
    Address("/network", page, for_people=True),
    Address("/network/{part}", part, for_people=True),
    Address("/network.{form}", whole, for_people=True),
)
