"""Networks: who is drawn with whom in chosen figures, as a drawing, tables and files."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from pfocr_kg import iris
from pfocr_kg.errors import NothingChosenError, QueryError
from pfocr_kg.model import Level
from pfocr_kg.names.matches import NamedKind
from pfocr_kg.network.choices import FORMATS, KINDS, NetworkLimits
from pfocr_kg.serve import addresses, charts, downloads, failures
from pfocr_kg.serve.messages import JSON, Asked, Reply, RequestError
from pfocr_kg.serve.pages import front, tables
from pfocr_kg.serve.pages.html import address, render
from pfocr_kg.serve.pages.tables import Cell, Column, Table
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.site import Site

if TYPE_CHECKING:
    import networkx as nx

_CONDITIONS: Final = ("gene", "disease", "chemical", "pathway", "organism", "search")
"""Parameters that are conditions of `network`; `figure` is its `genes_of`."""

_NAMES: Final = (*_CONDITIONS, "figure")
_USUAL: Final = {"kind": "genes", "level": Level.SYMBOL.value, "minimum": "2"}
"""At level any, a word for a family is drawn as all its genes, which then are drawn together."""

_ELSE: Final[tuple[dict[str, str], ...]] = (
    {},
    {"minimum": "1"},
    {"level": Level.ANY.value},
    {"level": Level.ANY.value, "minimum": "1"},
)
"""What is tried in turn, of what the request leaves open, until there are edges."""

MOST_FIGURES: Final = 20_000
_MOST_EDGES: Final = 300_000
"""Figures that a network is made of here at most, and edges of a file."""

_ROWS_SHOWN: Final = 20
_LEVELS: Final = {
    "symbol": "by their symbol",
    "unambiguous": "without ambiguity",
    "any": "from any word",
}
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


@dataclass(frozen=True)
class Choice:
    """What a network is asked for, as the parameters of the request have it.

    `is_open` are the parameters that the request does not have.
    """

    kind: str
    level: str
    minimum: int
    names: Mapping[str, str]
    is_open: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The parameters that are not as usual."""
        chosen = {"kind": self.kind, "level": self.level, "minimum": str(self.minimum)}
        return [*self.names.items(), *((k, v) for k, v in chosen.items() if v != _USUAL[k])]

    @property
    def least(self) -> str:
        """What an edge stands for at least, in words."""
        one, several = KINDS[self.kind].weight_units
        unit = one if self.minimum == 1 else several
        return f"at least {self.minimum:,} {unit}, with genes read {_LEVELS[self.level]}"

    @property
    def choices(self) -> Iterator[Choice]:
        """The choice itself, then those that change what is open."""
        for changes in _ELSE:
            if changes.keys() <= self.is_open:
                minimum = int(changes.get("minimum", self.minimum))
                level = changes.get("level", self.level)
                yield replace(self, level=level, minimum=minimum, notes=[])

    @cached_property
    def about(self) -> str:
        """What the network is of, for names of files."""
        return "-".join(["network", self.kind, *self.names.values()])[:80]

    def network(self, site: Site, most_nodes: int | None = None) -> nx.Graph:
        """The network, or its strongest nodes; what names were taken for goes to the notes."""
        from pfocr_kg.network import kinds  # noqa: PLC0415 - networkx takes a while

        limits = NetworkLimits(MOST_FIGURES, nodes=most_nodes)
        if most_nodes is None:
            limits = replace(limits, edges=_MOST_EDGES)
        conditions: Any = {name: of for name, of in self.names.items() if name in _CONDITIONS}
        return kinds.network(
            site.store,
            self.kind,
            min_weight=self.minimum,
            level=self.level,
            genes_of=self.names.get("figure"),
            on_note=self.notes.append,
            limits=limits,
            **conditions,
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A network as the page shows it; `summary` is a line of what it is of."""

    graph: nx.Graph
    drawing: Any
    title: str
    summary: str
    kinds: tuple[str, ...]
    nodes: Table
    edges: Table
    files: tuple[tuple[str, str], ...]
    things: list[Cell]


def page(site: Site, asked: Asked) -> Reply:
    """The form; with a condition also the network, or why there is none."""
    choice = _choice(asked)
    shown = problem = None
    if choice.names:
        try:
            choice, graph = _found(site, choice, _most_nodes())
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
        words_of=dict(_LEVELS),
        kind_titles=_kind_titles(),
        examples=() if shown else _examples(site),
    )  # fmt: skip


def whole(site: Site, asked: Asked) -> Reply:
    """All nodes and edges as a file, in a format of `network`."""
    form = asked.path["form"]
    if form not in FORMATS:
        raise RequestError(404, f"there is no format {form[:20]!r}", ", ".join(FORMATS))
    choice, graph = _found(site, _chosen(asked))
    from pfocr_kg.network import writers  # noqa: PLC0415 - networkx takes a while

    out = io.BytesIO()
    writers.write(graph, out, form)
    headers = downloads.attachment(site, choice.about, form)
    return Reply(_MEDIA_TYPES[form], out.getvalue(), headers=headers)


def part(site: Site, asked: Asked) -> Reply:
    """The rows of one of the page's tables, all of them, as CSV, TSV or JSON."""
    what, form = asked.path["part"], asked.get("format", "csv")
    if what not in _ROWS or form not in downloads.ROWS:
        raise RequestError(404, "there are tables of nodes and edges, as csv, tsv and json")
    choice, graph = _found(site, _chosen(asked), _most_nodes())
    rows = list(_ROWS[what](graph))
    columns = list(rows[0]) if rows else []
    reply = downloads.reply(form, columns, rows, {})
    reply.headers |= downloads.attachment(site, f"{choice.about}-{what}", form)
    return reply


def _most_nodes() -> int:
    from pfocr_kg.serve.network_drawing import MOST_NODES  # noqa: PLC0415 - networkx takes a while

    return MOST_NODES


def _found(site: Site, choice: Choice, most_nodes: int | None = None) -> tuple[Choice, nx.Graph]:
    """The first choice whose network has edges, else the first of all; and its network."""
    first: tuple[Choice, nx.Graph] | NothingChosenError | None = None
    for tried in choice.choices:
        try:
            graph = tried.network(site, most_nodes)
        except NothingChosenError as error:
            first = first or error
            continue
        if graph:
            if tried.pairs != choice.pairs:
                tried.notes.append(f"No edge has {choice.least}. So there is {tried.least}.")
            return tried, graph
        first = first or (tried, graph)
    assert first is not None
    if isinstance(first, NothingChosenError):
        raise first
    return first


def _choice(asked: Asked) -> Choice:
    kind, level, least = (asked.get(name) or usual for name, usual in _USUAL.items())
    if kind not in KINDS:
        raise RequestError(400, f"there is no kind of network {kind[:60]!r}", ", ".join(KINDS))
    if level not in [*Level]:
        raise RequestError(400, f"there is no level {level[:60]!r}", ", ".join(Level))
    if not (least.isascii() and least.isdigit() and len(least) < 10 and int(least)):
        raise RequestError(400, f"minimum has to be a number from 1 on, not {least[:60]!r}")
    names = {name: asked.get(name).strip() for name in _NAMES}
    given = {name: text for name, text in names.items() if text}
    is_open = frozenset(name for name in _USUAL if not asked.get(name))
    return Choice(kind, level, int(least), given, is_open)


def _chosen(asked: Asked) -> Choice:
    choice = _choice(asked)
    if not choice.names:
        raise RequestError(400, "a network needs a condition", "One of " + ", ".join(_NAMES))
    return choice


def _shown(asked: Asked, choice: Choice, graph: nx.Graph) -> Shown:
    from pfocr_kg.serve import network_drawing  # noqa: PLC0415 - networkx takes a while

    title = _heading(choice, graph)
    return Shown(
        graph,
        network_drawing.draw(graph, title, lambda name: _href(name, graph.nodes[name]["kind"])),
        title,
        _summary(choice, graph),
        tuple(sorted({data["kind"] for _, data in graph.nodes(data=True)})),
        _table(asked, choice, "nodes", graph),
        _table(asked, choice, "edges", graph),
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
    keys = {name: "genes_of" if name == "figure" else name for name in _NAMES}
    return [
        Cell(graph.graph[f"{key}_label"], _href(graph.graph[key], name))
        for name, key in keys.items()
        if f"{key}_label" in graph.graph
    ]


def _summary(choice: Choice, graph: nx.Graph) -> str:
    """Which figures count, and from which weight on there are edges."""
    about = graph.graph
    count = charts.counted(about["figure_count"], "figure")
    of = about.get("subset", "figures").removeprefix("figures")
    if "genes_of" in about:
        of += f" with two or more of the genes of {choice.names['figure']}"
    return f"Counted in {count}{of}. An edge stands for {choice.least}."


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


def _href(name: str, kind: str) -> str:
    return addresses.page(iris.expand(name), NamedKind(kind))


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


_ROWS: Final = {"nodes": _node_rows, "edges": _edge_rows}


def _table(asked: Asked, choice: Choice, what: str, graph: nx.Graph) -> Table:
    rows = list(_ROWS[what](graph))
    if what == "nodes":
        kinds = {row["kind"] for row in rows}
        columns = [Column("label", "Name"), *([Column("kind", "Kind")] if len(kinds) > 1 else [])]
        hidden = {"node", "label", "kind", "paper"}
        caption = "Nodes"
    else:
        columns = [Column("source_label", "One"), Column("target_label", "Other")]
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


def _column(key: str) -> Column:
    heading, note = _HEADINGS[key]
    is_number = key not in ("in_pathway", "organism", "title")
    return Column(key, heading, is_number=is_number, note=note)


def _cells(row: dict[str, Any], graph: nx.Graph, choice: Choice) -> dict[str, Any]:
    """A row whose names, and figures of two genes, are links."""
    cells = dict(row)
    for name, label in (("node", "label"), ("source", "source_label"), ("target", "target_label")):
        if name in row:
            href = _href(row[name], graph.nodes[row[name]]["kind"])
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


ADDRESSES: Final = (
    Address("/network", page, for_people=True),
    Address("/network/{part}", part, for_people=True),
    Address("/network.{form}", whole, for_people=True),
)
