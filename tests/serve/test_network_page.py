"""Networks as pages and files, against what the command writes for the same choice."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import ndex2.cx2
import networkx as nx
import pytest

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError, UnknownNameError
from pfocr_kg.serve import failures, network_drawing, routes
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import network, network_choice
from pfocr_kg.serve.site import Site
from pfocr_kg.store import sparql

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title></svg><script>alert(1)</script>"\' onload="\x00\x1f&amp; '

# Parameters of the page, and the options of the command that mean the same.
CHOICES = [
    ({"gene": "IRF3", "level": "any"}, ["genes", "--gene", "IRF3"]),
    ({"gene": "3661"}, ["genes", "--gene", "IRF3", "--level", "symbol"]),
    (
        {"disease": "psoriasis", "kind": "bipartite", "minimum": "1", "level": "any"},
        ["bipartite", "--disease", "psoriasis", "--min-weight", "1"],
    ),
    (
        {"pathway": "WP4880", "organism": "human", "level": "any"},
        ["genes", "--pathway", "WP4880", "--organism", "human"],
    ),
    (
        {"figure": "PMC5620554__vaccines-05-00023-g002", "minimum": "1", "level": "any"},
        ["genes", "--genes-of", "PMC5620554__vaccines-05-00023-g002", "--min-weight", "1"],
    ),
    (
        {"search": "interferon", "kind": "figures", "level": "any"},
        ["figures", "--search", "interferon"],
    ),
    (
        {"organism": "human", "kind": "diseases"},
        ["diseases", "--organism", "human", "--level", "symbol"],
    ),
]


def asked(path: dict[str, str] | None = None, **parameters: str) -> Asked:
    return Asked(address="/network", path=path or {}, query=tuple(parameters.items()))


def text(reply: Reply) -> str:
    assert isinstance(reply.body, bytes)
    return reply.body.decode()


def body(reply: Reply) -> bytes:
    return reply.body if isinstance(reply.body, bytes) else b"".join(reply.body)  # type: ignore[arg-type]


def drawing(page: Reply) -> ElementTree.Element:
    found = text(page)
    start = found.index('<svg class="network-drawing"')
    return ElementTree.fromstring(found[start : found.index("</svg>", start) + len("</svg>")])


class Words(HTMLParser):
    """The words of a page, without those of its drawing."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def words(page: Reply) -> str:
    reader = Words()
    reader.feed(text(page))
    return " ".join(reader.words)


@pytest.fixture
def command(run_cli: Callable[..., Any], linked_sample: Path) -> Callable[[list[str], str], bytes]:
    """What the command writes for options, in a format."""

    def run(options: list[str], form: str) -> bytes:
        arguments = ("network", *options, "-q", "-f", form, "--store", linked_sample)
        stdout = run_cli(*arguments).stdout
        return stdout if isinstance(stdout, bytes) else stdout.encode()

    return run


@pytest.mark.slow
@pytest.mark.parametrize(("parameters", "options"), CHOICES)
def test_page_and_files_are_what_the_command_writes(
    site: Site, command: Any, parameters: dict[str, str], options: list[str]
) -> None:
    expected = command(options, "tsv")
    assert body(network.whole(site, asked({"form": "tsv"}, **parameters))) == expected
    rows = list(csv.DictReader(io.StringIO(expected.decode()), delimiter="\t"))
    nodes = {row[end] for row in rows for end in ("source", "target")}
    page = network.page(site, asked(**parameters))
    assert page.status == 200
    assert f"{len(nodes)} nodes" in words(page)
    assert f" {len(rows):,} edge" in words(page)
    drawn = drawing(page)
    assert len(list(drawn.iter(SVG + "a"))) == len(nodes)
    lines = [line for line in drawn.iter(SVG + "line") if "edge" in str(line.get("class"))]
    assert 0 < len(lines) <= min(len(rows), 5 * len(nodes))
    for form, read in (("csv", csv.DictReader), ("json", None)):
        for part, count in (("nodes", len(nodes)), ("edges", len(rows))):
            reply = network.part(site, asked({"part": part}, format=form, **parameters))
            content = body(reply).decode()
            found = read(io.StringIO(content)) if read else json.loads(content)["rows"]
            assert len(list(found)) == count


def test_the_shown_nodes_are_the_strongest_and_files_have_all(
    site: Site, command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_drawing, "MOST_NODES", 5)
    symbol = ["--level", "symbol"]
    whole = nx.parse_graphml(command(["genes", "--gene", "IRF3", *symbol], "graphml").decode())
    page = network.page(site, asked(gene="IRF3"))
    assert f"5 of {len(whole)} nodes" in words(page)
    assert f"({whole.number_of_edges()} in all)" in words(page)
    assert len(list(drawing(page).iter(SVG + "a"))) == 5
    graphml = network.whole(site, asked({"form": "graphml"}, gene="IRF3"))
    assert {*nx.parse_graphml(body(graphml).decode())} == {*whole}
    reader = ndex2.cx2.RawCX2NetworkFactory().get_cx2network(
        json.loads(body(network.whole(site, asked({"form": "cx2"}, gene="IRF3"))))
    )
    assert {node["v"]["represents"] for node in reader.get_nodes().values()} == {*whole}
    assert len(reader.get_edges()) == whole.number_of_edges()


def test_of_edges_of_one_weight_all_are_drawn_or_one_of_each_other_node() -> None:
    """A chain of some of them would say what the figures do not."""
    graph = nx.Graph(kind="genes")
    for name in "abcdefghijklmnop":
        graph.add_node(name, kind="gene", label=name, figures=ord(name), community=1)
    alike, strong = combinations("abcdefghijklmnop", 2), combinations("abcd", 2)
    graph.add_edges_from(alike, figures=2)
    graph.add_edges_from(strong, figures=3)
    shown, least = network_drawing._strong(graph)
    assert least == 3
    wanted = {*combinations("abcd", 2)} | {(name, "p") for name in "efghijklmno"}
    assert {tuple(sorted(edge)) for edge in shown.edges} == wanted
    few = graph.subgraph("abcdefg")
    assert network_drawing._strong(few) == (few, 0)


def test_page_offers_cx2_where_its_library_is(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert b"/network.cx2?" in body(network.page(site, asked(gene="TNF")))
    monkeypatch.setattr(network, "find_spec", lambda _: None)
    page = body(network.page(site, asked(gene="TNF")))
    assert b"/network.cx2?" not in page
    assert b"/network.graphml?" in page


def test_files_say_what_they_hold_and_when_the_graph_was_built(site: Site) -> None:
    reply = network.whole(site, asked({"form": "cx2"}, gene="IRF3"))
    name = f'attachment; filename="pfocr-network-genes-IRF3-{site.built}.cx2"'
    assert reply.headers["content-disposition"] == name
    reply = network.part(site, asked({"part": "edges"}, search="interferon\r\n"))
    name = f'attachment; filename="pfocr-network-genes-interferon-edges-{site.built}.csv"'
    assert reply.headers["content-disposition"] == name


@pytest.mark.parametrize(("parameters", "_"), CHOICES)
def test_each_node_leads_to_one_of_our_pages(
    site: Site, parameters: dict[str, str], _: list[str]
) -> None:
    folders = {address.path.split("/")[1] for address in routes.addresses()}
    for link in drawing(network.page(site, asked(**parameters))).iter(SVG + "a"):
        _, folder, name = str(link.get("href")).split("/")
        assert folder in ("genes", "figures", "diseases")
        assert name
    assert {"genes", "figures", "diseases"} <= folders | {"{folder}"}


def test_larger_circles_are_genes_of_more_figures(site: Site) -> None:
    page = network.page(site, asked(gene="IRF3"))
    titles = {}
    for link in drawing(page).iter(SVG + "a"):
        (circle,) = link.iter(SVG + "circle")
        titles[str(link.get("aria-label"))] = float(str(circle.get("r")))
    largest = max(titles, key=lambda title: titles[title])
    assert largest.startswith("IRF3, gene: ")
    counts = sorted((int(title.split()[-2]), radius) for title, radius in titles.items())
    assert [radius for _, radius in counts] == sorted(radius for _, radius in counts)
    assert counts[0][1] < counts[-1][1]


def test_the_gene_of_the_network_is_marked(site: Site) -> None:
    marked = [
        link.get("href")
        for link in drawing(network.page(site, asked(gene="IRF3"))).iter(SVG + "a")
        if any("centre" in str(part.get("class")) for part in link.iter(SVG + "g"))
    ]
    assert marked == ["/genes/3661"]


def test_genes_of_the_pathway_are_marked(site: Site) -> None:
    page = network.page(site, asked(pathway="WP4880", organism="human"))
    marked = {
        str(link.get("aria-label")).partition(",")[0]
        for link in drawing(page).iter(SVG + "a")
        if any("in-pathway" in str(part.get("class")) for part in link.iter(SVG + "g"))
    }
    wanted = {"format": "json", "pathway": "WP4880", "organism": "human"}
    rows = json.loads(body(network.part(site, asked({"part": "nodes"}, **wanted))))["rows"]
    assert marked == {row["label"] for row in rows if row["in_pathway"]}
    assert marked


@pytest.mark.parametrize(
    ("parameters", "status", "said"),
    [
        ({"gene": "XYZZY1"}, 404, "no gene of the graph is called 'XYZZY1'"),
        ({"disease": HOSTILE}, 404, "no disease of the graph is called"),
        (
            {"figure": "PMC2373977__21f1_L1TT", "level": "symbol"},
            400,
            "draws no gene of level",
        ),
        ({"organism": "unicorn"}, 400, "unknown organism 'unicorn'"),
    ],
)
def test_what_is_not_there(site: Site, parameters: dict[str, str], status: int, said: str) -> None:
    page = network.page(site, asked(**parameters))
    assert (page.status, said in words(page)) == (status, True)
    assert "<script>alert" not in text(page)
    with pytest.raises(PfocrError) as raised:
        network.whole(site, asked({"form": "tsv"}, **parameters))
    assert failures.refusal(raised.value).status == status


@pytest.mark.parametrize(
    "parameters",
    [{"kind": "cells"}, {"level": "most"}, *({"minimum": m} for m in ("0", "-1", "x", "1" * 5000))],
)
def test_wrong_parameters(site: Site, parameters: dict[str, str]) -> None:
    with pytest.raises(RequestError) as raised:
        network.page(site, asked(gene="IRF3", **parameters))
    assert raised.value.status == 400


def test_without_a_condition_there_is_a_form_and_no_network(site: Site) -> None:
    page = network.page(site, asked(kind="figures"))
    assert page.status == 200
    assert "network-drawing" not in text(page)
    with pytest.raises(RequestError, match="needs a condition"):
        network.whole(site, asked({"form": "cx2"}))


def test_too_many_figures_and_edges_are_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network_choice, "_MOST_EDGES", 3)
    with pytest.raises(PfocrError, match="more than 3 edges"):
        network.whole(site, asked({"form": "tsv"}, gene="IRF3"))
    monkeypatch.setattr(network_choice, "MOST_FIGURES", 3)
    page = network.page(site, asked(gene="IRF3"))
    assert page.status == 400
    assert "takes too long: 3 at most can be shown" in words(page)
    assert network.page(site, asked(organism="human")).status == 400


@pytest.mark.parametrize(
    ("parameters", "href", "said"),
    [
        ({"gene": "irf3"}, "/genes/3661", "IRF3: genes drawn together"),
        ({"disease": "DOID:8893"}, "/diseases/DOID_8893", "psoriasis: genes drawn together"),
        ({"pathway": "WP4880"}, "/pathways/WP4880", ": genes drawn together"),
        (
            {"figure": "PMC5620554__vaccines-05-00023-g002"},
            "/figures/PMC5620554__vaccines-05-00023-g002",
            "PMC5620554__vaccines-05-00023-g002: genes drawn together",
        ),
    ],
)
def test_the_page_leads_back_to_what_it_is_of(
    site: Site, parameters: dict[str, str], href: str, said: str
) -> None:
    page = network.page(site, asked(**parameters))
    before = text(page).partition('<svg class="network-drawing"')[0]
    assert f'<a href="{href}">' in before
    assert said in words(page)


@pytest.mark.slow
def test_a_network_without_a_least_weight_or_level_is_not_empty(site: Site, command: Any) -> None:
    """Whether the genes were read by their symbol, or only otherwise."""

    def nodes(*options: str) -> list[str]:
        edges = command(["genes", "--min-weight", "1", *options], "tsv").decode()
        rows = list(csv.DictReader(io.StringIO(edges), delimiter="\t"))
        return sorted({row[end] for row in rows for end in ("source", "target")})

    by_symbol = nodes("--level", "symbol")
    otherwise = [name for name in nodes() if name not in by_symbol]
    for name in (*by_symbol[:5], *otherwise[:5], otherwise[-1]):
        page = network.page(site, asked(gene=name.removeprefix("ncbigene:")))
        assert page.status == 200
        assert len(list(drawing(page).iter(SVG + "a"))) > 1
        assert ("A word for a family" in words(page)) is (name in otherwise)


def test_says_which_least_weight_and_level_it_took(site: Site, command: Any) -> None:
    by_symbol = ["genes", "--gene", "CRAT", "--level", "symbol"]
    assert command(by_symbol, "tsv").count(b"\n") == 1
    rows = command([*by_symbol, "--min-weight", "1"], "tsv")
    assert rows.count(b"\n") > 1
    page = words(network.page(site, asked(gene="CRAT")))
    read = "with genes read by their symbol."
    assert f"There is no edge of at least 2 figures with both, {read}" in page
    assert f"So these are edges of at least 1 figure with both, {read}" in page
    assert body(network.whole(site, asked({"form": "tsv"}, gene="CRAT"))) == rows
    for given in ({"minimum": "2", "level": "symbol"}, {"minimum": "2", "level": "unambiguous"}):
        assert "No edge is left" in words(network.page(site, asked(gene="CRAT", **given)))


def test_genes_of_one_symbol_are_told_apart_by_their_organism(site: Site) -> None:
    choice = {"search": "pathway", "minimum": "1"}
    wanted = asked({"part": "nodes"}, format="json", **choice)
    rows = json.loads(body(network.part(site, wanted)))["rows"]
    count = Counter(row["label"] for row in rows)
    page = network.page(site, asked(**choice))
    titles = [str(link.get("aria-label")) for link in drawing(page).iter(SVG + "a")]
    labels = {title.partition(", gene")[0] for title in titles}
    assert labels & {*count} == {label for label, times in count.items() if times == 1}
    assert len(labels) == len(rows) > len(count)
    assert {"Traf6 (fruit fly)", "Traf6 (rat)"} <= labels


@pytest.mark.slow
def test_a_gene_that_is_read_otherwise_alone_is_said_to_be(site: Site, command: Any) -> None:
    def nodes(level: str) -> set[str]:
        rows = command(["genes", "--min-weight", "1", "--level", level], "tsv").decode()
        edges = csv.DictReader(io.StringIO(rows), delimiter="\t")
        return {edge[end] for edge in edges for end in ("source", "target")}

    drawn = Counter(
        row["gene"].value
        for row in sparql.rows(site.store, "SELECT ?gene { ?figure pfocr:gene ?gene }")
    )
    gene = min(nodes("any") - nodes("unambiguous"))
    count = drawn[iris.expand(gene)]
    for level, read in (("symbol", "by its symbol"), ("unambiguous", "unambiguously")):
        parameters = {"gene": gene.partition(":")[2], "level": level}
        page = words(network.page(site, asked(**parameters)))
        assert f"({gene}) {read}" in page
        assert f"level any finds {count} that draw " in page
        links = text(network.page(site, asked(**parameters)))
        assert "level=any" in links.partition('role="alert"')[2]


def test_says_how_many_figures_count_whatever_their_number(site: Site) -> None:
    counts = {}
    for gene in ("IRF3", "CRAT"):
        said = re.search(
            r"Counted in figures that draw \w+ \(\S+\), (\d+) in all\.",
            words(network.page(site, asked(gene=gene))),
        )
        assert said
        counts[gene] = int(said[1])
    assert counts["IRF3"] > counts["CRAT"] > 0


def test_the_legend_has_only_what_is_drawn(site: Site) -> None:
    """Shapes are told apart where there are several, and no node is grey for its kind."""
    legends = [
        text(network.page(site, asked(gene="IRF3", kind=kind)))
        .partition('<ul class="legend">')[2]
        .partition("</ul>")[0]
        for kind in ("genes", "bipartite")
    ]
    assert ["\ngene</li>" in legend for legend in legends] == [False, True]
    assert [legend.count('class="node outline"') for legend in legends] == [0, 2]
    assert all('class="node "' not in legend for legend in legends)


def test_families_are_told_where_they_count(site: Site) -> None:
    said = "A word for a family, such as MAPK, is read as each of its genes"
    assert said not in words(network.page(site, asked(gene="IRF3")))
    assert said in words(network.page(site, asked(gene="IRF3", level="any")))


def test_measures_that_the_choice_of_figures_makes_are_in_the_files_only(site: Site) -> None:
    assert "npmi" not in words(network.page(site, asked(gene="IRF3")))
    assert b"npmi" in body(network.part(site, asked({"part": "edges"}, gene="IRF3")))


def test_no_edge_left(site: Site) -> None:
    page = network.page(site, asked(gene="IRF3", minimum="999"))
    assert page.status == 200
    assert "No edge is left" in words(page)


HASHES = """import hashlib, sys
from pathlib import Path
from pfocr_kg.serve.messages import Asked
from pfocr_kg.serve.pages import network
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
site = Site(Settings(Path(sys.argv[1])))
for kind in ("genes", "bipartite"):
    page = network.page(site, Asked(address="/network", query=(("gene", "IRF3"), ("kind", kind))))
    print(hashlib.sha256(page.body).hexdigest())
"""


@pytest.mark.slow
def test_the_same_address_gives_the_same_bytes_in_any_process(
    site: Site, linked_sample: Path
) -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", HASHES, str(linked_sample)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    here = [
        hashlib.sha256(body(network.page(site, asked(gene="IRF3", kind=kind)))).hexdigest()
        for kind in ("genes", "bipartite")
    ]
    assert outputs == {"\n".join([*here, ""]).encode()}


def test_hostile_labels_stay_texts() -> None:
    graph = nx.Graph(kind="genes")
    for at in range(12):
        graph.add_node(f"ncbigene:{at}", kind="gene", label=f"{HOSTILE}{at}", figures=at + 1)
        if at:
            graph.add_edge(f"ncbigene:{at}", "ncbigene:0", figures=at)
    made = network_drawing.draw(graph, HOSTILE, lambda name: f"/genes/{name}{HOSTILE}")
    root = ElementTree.fromstring(str(made.svg))
    tags = {part.tag.removeprefix(SVG) for part in root.iter()}
    assert tags == {"svg", "title", "desc", "g", "line", "a", "circle", "text"}
    attributes = {name for part in root.iter() for name in part.keys()}
    assert not attributes & {"onload", "style"}
    titles = [link.get("aria-label") for link in root.iter(SVG + "a")]
    assert f"{HOSTILE.translate({0: None, 31: None})}11, gene: 12 figures" in titles


@pytest.mark.parametrize("size", [1, 2, 3, 150])
def test_small_and_full_drawings(size: int) -> None:
    graph = nx.Graph(kind="figures")
    for at in range(size):
        graph.add_node(f"figure:{at}", kind="figure", label=f"F{at}", genes=1 + at % 7)
    for at in range(size):
        for other in range(at % 12):
            graph.add_edge(f"figure:{at}", f"figure:{other}", genes=1 + other)
    made = network_drawing.draw(graph, "a", lambda name: f"/figures/{name}")
    root = ElementTree.fromstring(str(made.svg))
    assert len(list(root.iter(SVG + "rect"))) == size
    width, height = map(float, str(root.get("viewBox")).split()[2:])
    for square in root.iter(SVG + "rect"):
        x, y, side = (float(str(square.get(name))) for name in ("x", "y", "width"))
        assert 0 <= x <= width - side
        assert 0 <= y <= height - side
    heavy = [edge for edge in graph.edges(data="genes") if edge[2] >= made.least]
    others = {*graph} - {name for edge in heavy for name in edge[:2]}
    assert made.least == 0 or len(heavy) <= 4 * size
    assert len(heavy) <= made.edges <= len(heavy) + len(others)


def test_unknown_forms_and_parts(site: Site) -> None:
    for handler, path in ((network.whole, {"form": "png"}), (network.part, {"part": "tables"})):
        with pytest.raises(RequestError) as raised:
            handler(site, asked(path, gene="IRF3"))
        assert raised.value.status == 404


def test_an_unknown_name_is_told_with_what_is_near(site: Site) -> None:
    with pytest.raises(UnknownNameError) as raised:
        network.whole(site, asked({"form": "tsv"}, gene="IRF33"))
    assert "IRF3" in raised.value.hint
    assert "IRF3, human gene 3661" in words(network.page(site, asked(gene="IRF33")))
