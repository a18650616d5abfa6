"""Parts of networks, analyses and plots, against what the files and plain definitions say."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg.errors import FormatError, QueryError
from pfocr_kg.network import analysis, kinds, plot, plot_image, writers, xml_writers
from pfocr_kg.network.choices import ANALYSES, KINDS, PLOTS, NetworkLimits, plot_format
from pfocr_kg.network.layout import lay_out
from pfocr_kg.store.embedded import Embedded
from places import EXCERPT, ROOT, SAMPLE
from plain_reading import read_corpus

PSORIASIS = "DOID:8893"
BY_KEYWORDS = {"disease_from": "keywords"}
BLOCKED = "import sys\nraise ModuleNotFoundError('blocked', name=__name__)\n"


@pytest.fixture(scope="module")
def linked(linked_sample: Path) -> Iterator[pfocr_kg.Graph]:
    """The sample, linked to an excerpt of WikiPathways."""
    with pfocr_kg.open(linked_sample) as graph:
        yield graph


def together(drawn: dict[str, set[str]]) -> dict[frozenset[str], int]:
    """How many figures draw both genes."""
    counts: dict[frozenset[str], int] = {}
    for genes in drawn.values():
        for pair in combinations(sorted(genes), 2):
            counts[frozenset(pair)] = counts.get(frozenset(pair), 0) + 1
    return counts


def human(drawn: dict[str, set[str]], genes: set[str]) -> dict[frozenset[str], int]:
    return together({figure: of & genes for figure, of in drawn.items()})


def weights(graph: nx.Graph) -> dict[frozenset[str], int]:
    return {frozenset((a, b)): data["figures"] for a, b, data in graph.edges(data=True)}


# Figures that count


@pytest.fixture(scope="module")
def read(vocabularies: Path) -> tuple[dict[str, set[str]], dict[str, set[str]], set[str]]:
    """Genes and disease keywords of each figure of the sample, and which genes are human."""
    facts = read_corpus(SAMPLE, vocabularies)
    genes: dict[str, set[str]] = {}
    diseases: dict[str, set[str]] = {}
    for figid, gene, *_ in facts.gene_mentions:
        genes.setdefault(figid, set()).add(f"ncbigene:{gene}")
    for figid, disease in facts.disease_keywords:
        diseases.setdefault(figid, set()).add(disease.rpartition("/")[2].replace("_", ":"))
    of_humans = {f"ncbigene:{gene}" for _, gene, taxon in facts.genes if taxon == "9606"}
    return genes, diseases, of_humans


@pytest.mark.parametrize("asked", [PSORIASIS, "psoriasis", "PSORIASIS", "doid:8893"])
def test_only_figures_of_a_disease_count(
    sample_graph: pfocr_kg.Graph, read: Any, asked: str
) -> None:
    genes, diseases, humans = read
    some = {figid: genes[figid] for figid, of in diseases.items() if PSORIASIS in of}
    made = sample_graph.network(
        "genes", organism="human", min_weight=1, disease=asked, **BY_KEYWORDS
    )
    assert weights(made) == human(some, humans)
    assert len(made) > 5
    assert made.graph["disease"] == PSORIASIS
    assert made.graph["disease_label"].casefold() == "psoriasis"
    assert made.graph["disease_from"] == "keywords"


def test_a_label_wins_over_another_disease_s_other_name(built_sample: Path) -> None:
    with pfocr_kg.Graph(built_sample) as graph:
        other = "<http://purl.obolibrary.org/obo/DOID_14566>"
        called = "<http://www.w3.org/2004/02/skos/core#altLabel> 'cancer'"
        assert graph.query(f"ASK {{ {other} {called} }}"), "the sample has the case"
        made = graph.network("genes", min_weight=1, disease="Cancer")
    assert made.graph["disease"] == "DOID:162"


@pytest.mark.parametrize("kind", ["figures", "bipartite", "diseases"])
@pytest.mark.parametrize("level", ["any", "symbol"])
def test_other_kinds_keep_to_figures_of_a_disease(
    sample_graph: pfocr_kg.Graph, read: Any, kind: str, level: str
) -> None:
    _, diseases, _ = read
    some = {f"figure:{figid}.html" for figid, of in diseases.items() if "DOID:676" in of}
    made = sample_graph.network(kind, min_weight=1, disease="DOID:676", level=level, **BY_KEYWORDS)
    found = {name for name, data in made.nodes(data=True) if data["kind"] == "figure"}
    assert found <= some
    if kind == "diseases":
        together_with = {d for of in diseases.values() if "DOID:676" in of for d in of}
        assert {*made} <= together_with
        assert made
    elif level == "any":
        assert len(found) > 1


def test_batches_of_figures_change_nothing(
    sample_graph: pfocr_kg.Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sample_graph.network("bipartite", disease="DOID:676", level="symbol", **BY_KEYWORDS)
    monkeypatch.setattr("pfocr_kg.network.incidence._BATCH", 2)
    parted = sample_graph.network("bipartite", disease="DOID:676", level="symbol", **BY_KEYWORDS)
    assert nx.utils.graphs_equal(whole, parted)
    assert list(whole) == list(parted)


# Around a gene, and the genes of a figure


@pytest.mark.parametrize("asked", ["IRF3", "ncbigene:3661"])
def test_only_figures_that_draw_a_gene_count(
    sample_graph: pfocr_kg.Graph, read: Any, asked: str
) -> None:
    genes, _, humans = read
    some = {figid: of for figid, of in genes.items() if "ncbigene:3661" in of}
    made = sample_graph.network("genes", organism="human", gene=asked, min_weight=1)
    assert weights(made) == human(some, humans)
    assert (made.graph["gene"], made.graph["gene_label"]) == ("ncbigene:3661", "IRF3")


def test_only_figures_that_draw_a_chemical_count(
    sample_graph: pfocr_kg.Graph, read: Any, vocabularies: Path
) -> None:
    genes, *_ = read
    drawing: dict[str, set[str]] = {}
    for figid, chemical in read_corpus(SAMPLE, vocabularies).chemicals:
        drawing.setdefault(chemical, set()).add(figid)
    chemical = max(drawing, key=lambda iri: (len(drawing[iri] & genes.keys()), iri))
    made = sample_graph.network("bipartite", chemical=chemical, min_weight=1)
    figures = {name for name in made if name.startswith("figure:")}
    assert figures == {f"figure:{figid}.html" for figid in drawing[chemical] & genes.keys()}


def test_a_gene_is_drawn_as_the_level_says(sample_graph: pfocr_kg.Graph) -> None:
    drawn, by_symbol = (
        sample_graph.network("bipartite", level=level, min_weight=1) for level in ("any", "symbol")
    )
    genes = [name for name in by_symbol if name.startswith("ncbigene:")]
    gene = max(genes, key=lambda name: drawn.degree(name) - by_symbol.degree(name))
    for level, whole in (("any", drawn), ("symbol", by_symbol)):
        made = sample_graph.network("bipartite", gene=gene, level=level, min_weight=1)
        assert set(made[gene]) == set(whole[gene])
        assert {n for n in made if n.startswith("figure:")} == set(whole[gene])
    assert drawn.degree(gene) > by_symbol.degree(gene)


def test_only_the_genes_of_a_figure_count(sample_graph: pfocr_kg.Graph, read: Any) -> None:
    genes, _, humans = read
    figid = "PMC5620554__vaccines-05-00023-g002"
    made = sample_graph.network("genes", organism="human", genes_of=figid, min_weight=1)
    assert weights(made) == human(genes, humans & genes[figid])
    assert made.graph["genes_of_label"] == figid
    assert max(weights(made).values()) > 1
    with pytest.raises(QueryError, match="draws no gene of level symbol"):
        sample_graph.network("genes", genes_of="PMC2373977__21f1_L1TT", level="symbol")


def test_the_strongest_nodes_are_those_of_the_whole_network(built_sample: Path) -> None:
    with Embedded(built_sample) as store:
        whole = kinds.network(store, "genes", organism="human")
        part = kinds.network(store, "genes", organism="human", limits=NetworkLimits(nodes=10))
    sums = sorted((-total, name) for name, total in whole.degree(weight="figures"))
    least = -sums[9][0]
    assert {name for total, name in sums if -total > least} <= {*part}
    assert all(whole.degree(name, weight="figures") >= least for name in part)
    assert len(part) == 10
    assert dict(part.nodes) == {name: whole.nodes[name] for name in part}
    assert weights(part) == weights(whole.subgraph(part))
    count = {"node_count": len(whole), "edge_count": whole.number_of_edges()}
    assert part.graph == whole.graph | count


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", ["any", "symbol", "unambiguous"])
@pytest.mark.parametrize("asked", [{}, {"gene": "IRF3"}, {"organism": "mouse"}])
def test_saved_facts_and_the_graph_give_the_same(
    built_sample: Path, monkeypatch: pytest.MonkeyPatch, kind: str, level: str, asked: Any
) -> None:
    with Embedded(built_sample) as store:
        fast = kinds.network(store, kind, level=level, **asked)
        monkeypatch.setattr(Embedded, "facts", lambda *_: None)
        slow = kinds.network(store, kind, level=level, **asked)
    assert nx.utils.graphs_equal(fast, slow)
    assert list(fast) == list(slow)


@pytest.mark.parametrize("asked", ["WP4880", "wp4880", "wikipathways:WP4880"])
def test_only_figures_of_a_pathway_count(linked: pfocr_kg.Graph, read: Any, asked: str) -> None:
    # Which figures these are the table of links says, and the records.
    genes, _, humans = read
    out = io.BytesIO()
    linked.write_links(out, "tsv")
    lines = csv.DictReader(io.StringIO(out.getvalue().decode()), delimiter="\t")
    some = {row["figure"] for row in lines if row["pathway"] == "WP4880"}
    made = linked.network("genes", organism="human", pathway=asked)
    want = human({f: genes[f] for f in some if f in genes}, humans)
    assert weights(made) == {pair: n for pair, n in want.items() if n > 1}
    assert made.graph["pathway"] == "wikipathways:WP4880"
    names = EXCERPT.rglob("WP4880-datanodes.tsv")
    own = set(re.findall(r"ncbigene:\d+", "".join(p.read_text("utf-8") for p in names)))
    inside = {name for name, data in made.nodes(data=True) if data["in_pathway"]}
    assert inside == {*made} & own
    assert inside
    assert {*made} - inside


def test_disease_and_pathway_together(linked: pfocr_kg.Graph) -> None:
    asked = {"min_weight": 1, "organism": "human", **BY_KEYWORDS}
    both = linked.network("bipartite", disease="DOID:676", pathway="WP4880", **asked)
    apart = [
        {name for name in linked.network("bipartite", **{k: v}, **asked) if "figure" in name}
        for k, v in (("disease", "DOID:676"), ("pathway", "WP4880"))
    ]
    assert {name for name in both if "figure" in name} == apart[0] & apart[1]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"disease": "lycanthropy"}, "no disease of the graph is called 'lycanthropy'"),
        ({"disease": 'a"} UNION'}, "no disease of the graph is called"),
        ({"disease": "DOID:0"}, "no disease of the graph has the id"),
        ({"disease": "ncbigene:7124"}, "no disease of the graph has the id"),
        ({"disease_from": "hearsay"}, "unknown source of diseases 'hearsay'"),
        ({"level": "direct"}, "there is no level 'direct'. Levels are symbol, unambiguous, any"),
        ({"pathway": "WP0"}, "no pathway of the graph is called 'WP0'"),
        ({"pathway": "DOID:8893"}, "no pathway of the graph has the id"),
        ({"around": "XYZ1"}, "no gene of the graph is called 'XYZ1'"),
        ({"around": "TNF", "min_weight": 9}, "TNF, human gene 7124, is not in the network"),
        ({"around": "TNF", "radius": 0}, "--radius has to be 1 or more, not 0"),
    ],
)
def test_what_is_not_there(sample_graph: pfocr_kg.Graph, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(QueryError, match=said):
        sample_graph.network("genes", **asked)


def test_a_disease_of_keywords_alone_is_named_by_no_figure(
    sample_graph: pfocr_kg.Graph, vocabularies: Path
) -> None:
    facts = read_corpus(SAMPLE, vocabularies)
    by_keyword = Counter(iri for _, iri in facts.disease_keywords)
    only = min(by_keyword.keys() - {iri for _, iri in facts.diseases})
    asked = {"disease": only, "min_weight": 1}
    with pytest.raises(QueryError, match="there are no figures that name ") as refused:
        sample_graph.network("bipartite", **asked)
    assert refused.value.hint == f"--disease-from keywords finds {by_keyword[only]}"
    named = min({iri for _, iri in facts.diseases} - by_keyword.keys())
    with pytest.raises(QueryError, match="there are no figures with the keyword ") as refused:
        sample_graph.network("bipartite", disease=named, disease_from="keywords")
    assert refused.value.hint.startswith("--disease-from named finds")


@pytest.mark.parametrize(
    ("asked", "title", "line"),
    [
        ({}, "Diseases named by pathway figures, by shared genes", "at least 1 shared gene"),
        (
            {**BY_KEYWORDS, "level": "symbol"},
            "Diseases among the keywords of pathway figures, by shared genes",
            "genes read by their symbols",
        ),
        ({"disease": "DOID:162"}, "Diseases named by pathway figures", "figures that name cancer"),
        (
            {**BY_KEYWORDS, "disease": "DOID:162", "level": "unambiguous"},
            "Diseases among the keywords of",
            "figures with the keyword cancer (DOID:162)  ·  genes read by unambiguous words",
        ),
    ],
)
def test_plots_say_where_diseases_come_from(
    sample_graph: pfocr_kg.Graph, asked: dict[str, Any], title: str, line: str
) -> None:
    made = lay_out(sample_graph.network("diseases", min_weight=1, **asked), 8, 6)
    assert plot_image.title(made).startswith(title)
    assert line.casefold() in plot_image.subtitle(made).casefold()


# Around a node


@pytest.mark.parametrize("radius", [1, 2, 9])
def test_around(sample_graph: pfocr_kg.Graph, radius: int) -> None:
    whole = sample_graph.network("genes", organism="human", level="symbol")
    made = sample_graph.network(
        "genes", organism="human", level="symbol", around="irf3", radius=radius
    )
    want = nx.ego_graph(whole, "ncbigene:3661", radius=radius)
    assert {*made} == {*want}
    assert [name for name in whole if name in want] == list(made)
    assert weights(made) == weights(want)
    for name, data in made.nodes(data=True):
        assert data["distance"] == nx.shortest_path_length(whole, "ncbigene:3661", name)
    assert made.graph["around"] == "ncbigene:3661"


def test_around_a_name_of_genes_of_several_organisms(linked: pfocr_kg.Graph) -> None:
    notes: list[str] = []
    made = linked.network("genes", around="tnf", on_note=notes.append)
    assert made.graph["around"] == "ncbigene:7124"
    assert notes[0].startswith("tnf: TNF, human gene 7124")


# Analyses


def random_network(seed: int, nodes: int, share: float) -> nx.Graph:
    chance = random.Random(seed)
    graph = nx.Graph(kind="genes", min_weight=1, level="any")
    for number in range(nodes):
        graph.add_node(
            f"ncbigene:{number}", kind="gene", label=f"G{number}", organism="Homo sapiens"
        )
    for a, b in combinations(list(graph), 2):
        if chance.random() < share:
            graph.add_edge(a, b, figures=chance.randint(1, 9), papers=1, npmi=0.5)
    return graph


@given(st.integers(0, 10**6), st.integers(1, 12), st.floats(0, 1))
def test_numbers_are_by_definition(seed: int, nodes: int, share: float) -> None:
    graph = random_network(seed, nodes, share)
    hubs, cores = graph.copy(), graph.copy()
    analysis.add_attributes(hubs, "hubs")
    analysis.add_attributes(cores, "core")
    between = dict.fromkeys(graph, 0.0)
    for a, b in combinations(graph, 2):
        if nx.has_path(graph, a, b):
            paths = list(nx.all_shortest_paths(graph, a, b))
            for node in {*graph} - {a, b}:
                between[node] += sum(node in path for path in paths) / len(paths)
    pairs = (nodes - 1) * (nodes - 2) / 2
    for node in graph:
        edges = graph[node].values()
        assert hubs.nodes[node]["degree"] == cores.nodes[node]["degree"] == len(edges)
        assert hubs.nodes[node]["weight"] == sum(data["figures"] for data in edges)
        want = between[node] / pairs if pairs else 0
        assert hubs.nodes[node]["betweenness"] == pytest.approx(want, abs=1e-6)
        assert cores.nodes[node]["core"] == peeled(graph, node)


def peeled(graph: nx.Graph, node: str) -> int:
    """The greatest k for which the node stays when nodes of fewer edges are taken away."""
    k, left = 0, graph.copy()
    while True:
        while few := [name for name, degree in left.degree() if degree < k]:
            left.remove_nodes_from(few)
        if node not in left:
            return k - 1
        k += 1


def test_communities_are_the_groups_that_were_made() -> None:
    graph = random_network(1, 30, 0)
    groups = [range(14), range(14, 24), range(24, 30)]
    for group in groups:
        for a, b in combinations(group, 2):
            graph.add_edge(f"ncbigene:{a}", f"ncbigene:{b}", figures=5, papers=1, npmi=1.0)
    graph.add_edge("ncbigene:0", "ncbigene:14", figures=1, papers=1, npmi=0.1)
    graph.add_edge("ncbigene:15", "ncbigene:24", figures=1, papers=1, npmi=0.1)
    analysis.add_attributes(graph, "communities")
    for number, group in enumerate(groups, 1):
        assert {graph.nodes[f"ncbigene:{n}"]["community"] for n in group} == {number}
    rows = list(analysis.rows(graph, "communities", top=2))
    assert [row["community"] for row in rows] == [1, 1, 2, 2, 3, 3]
    assert [row["label"] for row in rows[:3]] == ["G0", "G1", "G14"]


def test_betweenness_of_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = random_network(3, 40, 0.2)
    exact = graph.copy()
    analysis.add_attributes(exact, "hubs")
    assert exact.graph["betweenness_nodes"] == 40
    monkeypatch.setattr(analysis, "_MOST_STEPS", 1)
    sampled = [graph.copy(), graph.copy()]
    for part in sampled:
        analysis.add_attributes(part, "hubs")
        assert part.graph["betweenness_nodes"] == 20
    got, again = (nx.get_node_attributes(part, "betweenness") for part in sampled)
    assert got == again
    want = nx.get_node_attributes(exact, "betweenness")
    assert got != want
    first = sorted(want, key=lambda name: -want[name])[:10]
    assert len({*first} & {*sorted(got, key=lambda name: -got[name])[:10]}) >= 5


@pytest.mark.parametrize("name", ANALYSES)
def test_analyses_of_nothing_and_of_one_node(name: str) -> None:
    for nodes in (0, 1):
        graph = random_network(1, nodes, 0)
        analysis.add_attributes(graph, name)
        assert len(list(analysis.rows(graph, name))) == nodes
    with pytest.raises(QueryError, match="unknown analysis 'luck'"):
        analysis.add_attributes(nx.Graph(kind="genes"), "luck")


@pytest.mark.slow
def test_tables_of_analyses(run_cli: Callable[..., Any], built_sample: Path) -> None:
    common = ("network", "genes", "--organism", "human", "--store", built_sample, "--analysis")
    done = run_cli(*common, "hubs", "-f", "tsv")
    rows = list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t"))
    with pfocr_kg.open(built_sample) as graph:
        whole = graph.network("genes", organism="human")
    assert {row["node"]: int(row["degree"]) for row in rows} == dict(whole.degree())
    degrees = [int(row["degree"]) for row in rows]
    assert degrees == sorted(degrees, reverse=True)
    shown = run_cli(*common, "hubs", "--top", 2).stdout.split("\n")
    assert shown[0].split() == ["node", "label", "degree", "weight", "betweenness"]
    assert [line.split()[0] for line in shown[2:4]] == [row["node"] for row in rows[:2]]
    seeds = {
        run_cli(*common, "communities", "-f", "json", env=env).stdout
        for env in ({}, {"PYTHONHASHSEED": "77"})
    }
    (text,) = seeds
    nodes = json.loads(text)["nodes"]
    assert min(node["community"] for node in nodes) == 1


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_marks_and_truth_values_in_files(linked: pfocr_kg.Graph, form: str) -> None:
    made = linked.network("genes", organism="human", pathway="WP4880")
    analysis.add_attributes(made, "hubs")
    out = io.BytesIO()
    writers.write(made, out, form)
    out.seek(0)
    back = {"graphml": nx.read_graphml, "gexf": nx.read_gexf}[form](out)
    assert {n: dict(d) for n, d in back.nodes(data=True)} == dict(made.nodes(data=True))


@pytest.mark.parametrize(("form", "writer"), [("gexf", nx.write_gexf)])
def test_edges_some_at_a_time_give_the_bytes_of_networkx(
    form: str, writer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = random_network(5, 30, 0.3)
    weighted = graph.copy()
    nx.set_edge_attributes(weighted, nx.get_edge_attributes(graph, "figures"), "weight")
    want = io.BytesIO()
    writer(weighted, want)
    expected = re.sub(rb' lastmodifieddate="[^"]*"', b"", want.getvalue())
    for size in (1, 7, 10_000):
        monkeypatch.setattr(xml_writers, "_BLOCK", size)
        got = io.BytesIO()
        writers.write(graph, got, form)
        assert got.getvalue() == expected


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_graphml_is_the_same_network_however_it_is_cut(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = random_network(5, 30, 0.3)
    monkeypatch.setattr(xml_writers, "_BLOCK", size)
    got = io.BytesIO()
    writers.write(graph, got, "graphml")
    got.seek(0)
    back = nx.read_graphml(got)
    assert dict(back.nodes(data=True)) == dict(graph.nodes(data=True))
    assert nx.utils.edges_equal(back.edges(data=True), graph.edges(data=True))
    assert list(back.edges) == list(graph.edges)


# Plots


def drawn(graph: nx.Graph, form: str) -> bytes:
    out = io.BytesIO()
    plot.draw(graph, out, form)
    return out.getvalue()


def odd_network() -> nx.Graph:
    graph = random_network(2, 14, 0.3)
    odd = [
        "IFN-\u03b3",
        "\u03b1$\u03b2$_x",
        "NF-κB",
        "a" * 90,
        "",
        " ",
        "<b>&amp;",
        "核因子",
        "\x01\t\n",
        "{}%s",
        "--",
    ]
    for name, label in zip(graph, odd, strict=False):
        graph.nodes[name]["label"] = label
    return graph


@pytest.mark.parametrize("nodes", [0, 1, 2, 30, 130, pytest.param(320, marks=pytest.mark.slow)])
def test_labels_do_not_overlap(nodes: int) -> None:
    figures = pytest.importorskip("matplotlib.figure")
    graph = odd_network() if nodes == 130 else random_network(nodes, nodes, min(1, 6 / (nodes + 1)))
    for name, data in graph.nodes(data=True):
        data["label"] = data["label"] * 4 if name.endswith("7") else data["label"]
    figure = figures.Figure(plot_image.INCHES, dpi=plot_image.DOTS)
    made = lay_out(graph, *plot_image.SIZE)
    plot_image._fill(figure, made)
    figure.draw_without_rendering()
    texts = [t for ax in figure.axes for t in ax.texts if (t.get_gid() or "").startswith("label-")]
    boxes = [text.get_window_extent() for text in texts if text.get_text().strip()]
    for one, other in combinations(boxes, 2):
        assert not one.overlaps(other)
    whole = figure.bbox
    assert all(0 <= b.x0 and b.x1 <= whole.x1 and 0 <= b.y0 and b.y1 <= whole.y1 for b in boxes)
    if nodes in (1, 2, 30):
        assert len(boxes) == nodes
    if nodes == 320:
        assert len(made.network) == 300
        assert len(boxes) > 100


def test_nodes_do_not_overlap() -> None:
    made = lay_out(random_network(4, 120, 0.1), *plot_image.SIZE)
    for (a, one), (b, other) in combinations(enumerate(made.positions), 2):
        assert ((one - other) ** 2).sum() ** 0.5 > (made.radii[a] + made.radii[b]) * 0.9


def test_what_hangs_together_does_so_in_the_plot() -> None:
    graph = random_network(6, 80, 0.9)
    made = lay_out(graph, *plot_image.SIZE)
    assert made.network.number_of_edges() == 1000
    assert nx.number_connected_components(made.network) == nx.number_connected_components(graph)
    weakest = min(data["figures"] for *_, data in made.network.edges(data=True))
    stronger = sum(data["figures"] > weakest for *_, data in graph.edges(data=True))
    assert stronger <= 1000
    assert "1,000 of" in plot_image.subtitle(made)


def test_a_long_subtitle_breaks_between_its_parts() -> None:
    parts = ["Homo sapiens", "figures with the keyword Crohn's disease (DOID:8778)", "x" * 70]
    first, second = plot_image.in_lines("  ·  ".join(parts)).split("\n")
    assert first.split("·")[1].replace("\N{NO-BREAK SPACE}", " ").strip() == parts[1]
    assert second == parts[2]


@pytest.mark.parametrize("form", PLOTS)
@pytest.mark.parametrize("make", [odd_network, lambda: random_network(1, 0, 0)])
def test_plots_are_the_same_bytes_and_can_be_read(form: str, make: Callable[[], nx.Graph]) -> None:
    pytest.importorskip("matplotlib")
    one, other = drawn(make(), form), drawn(make(), form)
    assert one == other
    if form == "png":
        image = pytest.importorskip("PIL.Image").open(io.BytesIO(one))
        assert image.size == (1920, 1200)
        assert image.info.keys() <= {"dpi"}
    elif form == "svg":
        assert ElementTree.fromstring(one).tag.endswith("svg")
        assert b"<dc:date>" not in one
    else:
        assert b"plotly" in one


class Fetches(HTMLParser):
    """What a page names to fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.named: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "link", "img", "iframe", "object", "embed", "source", "base"):
            self.named += [given[key] or "" for key in ("src", "href", "data") if key in given]
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"] or ""


def test_a_page_fetches_nothing() -> None:
    pytest.importorskip("plotly")
    text = drawn(odd_network(), "html").decode()
    page = Fetches()
    page.feed(text)
    assert page.named == []
    assert page.policy.startswith("default-src 'none';")
    assert "http" not in page.policy
    data = text[text.rindex("Plotly.newPlot") :]
    assert "http" not in data
    assert "&amp;amp;" in data or "\\u0026amp;amp;" in data, "labels are texts, not HTML"


@pytest.mark.slow
def test_the_command_plots(run_cli: Callable[..., Any], built_sample: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    path = tmp_path / "tnf.svg"
    common = ("network", "genes", "--around", "TNF", "--store", built_sample, "--plot", path)
    done = run_cli(*common)
    assert (done.code, done.stdout) == (0, "")
    assert done.stderr.startswith("TNF: TNF, human gene 7124")
    with pfocr_kg.open(built_sample) as graph:
        assert path.read_bytes() == drawn(graph.network("genes", around="TNF"), "svg")
    done = run_cli(*common, "--format", "tsv")
    assert done.stdout.startswith("source\t")


def test_unknown_formats_of_plots() -> None:
    with pytest.raises(FormatError, match="names no format of plots"):
        plot_format(Path("a.pdf"))
    assert plot_format(Path("A.PNG")) == "png"
    with pytest.raises(FormatError, match="unknown format of plots 'pdf'"):
        plot.draw(nx.Graph(kind="genes"), io.BytesIO(), "pdf")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "arguments", "said"),
    [
        ("matplotlib", ("--plot", "a.png"), "a plot needs matplotlib"),
        ("plotly", ("--plot", "a.html"), "a plot needs plotly"),
        ("ndex2", ("-o", "a.cx2"), "CX2 needs ndex2"),
    ],
)
def test_what_is_missing_is_named(
    run_cli: Callable[..., Any],
    built_sample: Path,
    tmp_path: Path,
    library: str,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / f"{library}.py").write_text(BLOCKED)
    places = [str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])]
    env = {"PYTHONPATH": os.pathsep.join(places)}
    work = tmp_path / "work"
    work.mkdir()
    done = run_cli("network", "genes", "--store", built_sample, *arguments, env=env, cwd=work)
    assert done.code == 2
    assert done.stderr == f'pfocr-kg: {said}. In a checkout: pip install ".[network]"\n'
    assert list(work.iterdir()) == []
    if library == "matplotlib":
        done = run_cli("network", "genes", "--store", built_sample, "--analysis", "core", env=env)
        assert done.code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--top", "3"), "--top is for --analysis"),
        (("--analysis", "luck"), "'luck'"),
        (("--format", "table"), "format table needs --analysis"),
        (("--plot", "a.pdf"), "its ending names no format of plots"),
        (("--around", "TNF", "--radius", "0"), "--radius"),
        (("--disease", "lycanthropy"), "no disease of the graph"),
        (("--pathway", "WP0"), "no pathway of the graph"),
    ],
)
def test_errors_are_one_line(
    run_cli: Callable[..., Any], built_sample: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run_cli("network", "genes", *arguments, "--store", built_sample)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.slow
def test_the_picture_is_as_its_tool_draws_it() -> None:
    pytest.importorskip("matplotlib")
    tool = [sys.executable, str(ROOT / "tools" / "draw_network.py"), "--check"]
    assert subprocess.run(tool, check=False).returncode == 0, "run tools/draw_network.py"
