"""Networks: counted again from the files with `itertools`, and read back by networkx.

`plain_reading` reads the corpora without the package; nothing here counts with matrices.
"""

from __future__ import annotations

import csv
import gzip
import inspect
import io
import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, get_type_hints

import networkx as nx
import numpy as np
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

import pfocr_kg
from pfocr_kg.cli.export import export
from pfocr_kg.cli.network import network
from pfocr_kg.cli.release import release
from pfocr_kg.errors import FormatError, QueryError
from pfocr_kg.network import kinds, pairs, writers
from pfocr_kg.network.choices import FORMATS, KINDS, NetworkChoices, NetworkLimits, file_format
from pfocr_kg.query.figure_choice import FigureChoice, FigureConditions
from plain_levels import at_level
from plain_reading import read_corpus, read_front_matter

YEAST_STRAIN, YEAST = "559292", "4932"

Edges = dict[frozenset[str], dict[str, float]]


# The oracle


@dataclass
class Plain:
    """A corpus as the files have it: what each figure draws, its diseases, and its paper.

    `diseases` are those that figures name, or those of their keywords.
    """

    drawn: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    mentions: Counter[tuple[str, str]] = field(default_factory=Counter)
    diseases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    taxon: dict[str, str] = field(default_factory=dict)
    paper: dict[str, str] = field(default_factory=dict)


@cache
def plain(
    corpus: Path, store: Path, vocabularies: Path, taxon: str | None, level: str, diseases: str
) -> Plain:
    facts = read_corpus(corpus, vocabularies)
    found = Plain()
    every = {gene: YEAST if of == YEAST_STRAIN else of for _, gene, of in facts.genes}
    found.taxon = {gene: of for gene, of in every.items() if taxon in (None, of)}
    for figid, gene, *_ in at_level(level, facts, store):
        if gene in found.taxon:
            found.mentions[figid, gene] += 1
            found.drawn[figid].add(gene)
    of_figures = facts.diseases if diseases == "named" else facts.disease_keywords
    for figid, disease in of_figures:
        found.diseases[figid].add(disease)
    for path in (corpus / "_figures").glob("*.md"):
        record = read_front_matter(path)
        found.paper[record["figid"]] = record["pmcid"]
    return found


def figure_name(figid: str) -> str:
    return f"figure:{figid}.html"


def disease_name(iri: str) -> str:
    for prefix, base in (("DOID:", "/DOID_"), ("mesh:", "/mesh/")):
        if base in iri:
            return prefix + iri.partition(base)[2]
    raise AssertionError(iri)


def expected_genes(of: Plain, least: int) -> Edges:
    figures, papers = defaultdict(set), defaultdict(set)
    for figid, genes in of.drawn.items():
        for pair in combinations(sorted(genes), 2):
            figures[pair].add(figid)
            papers[pair].add(of.paper[figid])
    totals = Counter(t for genes in of.drawn.values() for t in {of.taxon[g] for g in genes})
    alone = Counter(gene for genes in of.drawn.values() for gene in genes)
    edges: Edges = {}
    for (a, b), both in figures.items():
        if of.taxon[a] == of.taxon[b] and len(both) >= least:
            n = totals[of.taxon[a]]
            p = len(both) / n
            pmi = math.log2(p / (alone[a] / n * (alone[b] / n)))
            value = 1.0 if p == 1 else pmi / -math.log2(p)
            edges[frozenset((f"ncbigene:{a}", f"ncbigene:{b}"))] = {
                "figures": len(both),
                "papers": len(papers[a, b]),
                "npmi": value,
            }
    return edges


def expected_overlap(genes_of: dict[str, set[str]], least: int) -> Edges:
    edges: Edges = {}
    for a, b in combinations(sorted(genes_of), 2):
        shared = genes_of[a] & genes_of[b]
        if len(shared) >= least:
            share = len(shared) / len(genes_of[a] | genes_of[b])
            edges[frozenset((a, b))] = {"genes": len(shared), "jaccard": share}
    return edges


def genes_of_diseases(of: Plain) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """The genes and the figures of each disease."""
    genes, figures = defaultdict(set), defaultdict(set)
    for figid, drawn in of.drawn.items():
        for disease in of.diseases.get(figid, ()):
            genes[disease_name(disease)] |= drawn
            figures[disease_name(disease)].add(figid)
    return genes, figures


def expected(kind: str, of: Plain, least: int) -> Edges:
    match kind:
        case "genes":
            return expected_genes(of, least)
        case "figures":
            return expected_overlap({figure_name(f): g for f, g in of.drawn.items()}, least)
        case "diseases":
            genes, figures = genes_of_diseases(of)
            edges = expected_overlap(genes, least)
            for pair, data in edges.items():
                a, b = pair
                data["figures"] = len(figures[a] & figures[b])
            return edges
    degree = Counter(gene for genes in of.drawn.values() for gene in genes)
    return {
        frozenset((figure_name(figid), f"ncbigene:{gene}")): {"mentions": count}
        for (figid, gene), count in of.mentions.items()
        if degree[gene] >= least
    }


def edges_of(graph: nx.Graph) -> Edges:
    return {frozenset((a, b)): data for a, b, data in graph.edges(data=True)}


# Against the oracle


@pytest.fixture
def asked_corpus(corpus: str, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """The files of the corpus of that name, and its store."""
    if corpus == "sample":
        return request.getfixturevalue("sample"), request.getfixturevalue("built_sample")
    data: Path = request.getfixturevalue("pfocr_data")
    return data / "pfocr-covid", request.getfixturevalue("built_covid")


ASKED = [
    ("sample", None, 1, "any", "named"),
    ("sample", None, 2, "symbol", "keywords"),
    ("sample", "human", 1, "unambiguous", "keywords"),
    ("sample", "human", 2, "any", "keywords"),
    ("sample", "4932", 1, "any", "named"),
    pytest.param("covid", None, 2, "any", "keywords", marks=pytest.mark.slow),
    pytest.param("covid", "9606", 3, "symbol", "keywords", marks=pytest.mark.slow),
    pytest.param("covid", "9606", 2, "unambiguous", "named", marks=pytest.mark.slow),
]
TAXA = {"human": "9606", "4932": YEAST, None: None, "9606": "9606"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("corpus", "organism", "least", "level", "diseases"), ASKED)
def test_edges_are_those_of_the_files(
    asked_corpus: tuple[Path, Path],
    vocabularies: Path,
    kind: str,
    organism: str | None,
    least: int,
    level: str,
    diseases: str,
) -> None:
    files, store_folder = asked_corpus
    found = plain(files, store_folder, vocabularies, TAXA[organism], level, diseases)
    want = expected(kind, found, least)
    with pfocr_kg.open(store_folder) as store:
        graph = store.network(
            kind, organism=organism, min_weight=least, level=level, disease_from=diseases
        )
    got = edges_of(graph)
    assert got.keys() == want.keys()
    assert {*graph} == {end for pair in want for end in pair}, "nodes without an edge"
    for pair, data in want.items():
        assert got[pair].keys() == set(KINDS[kind].edge_attributes)
        for name, value in data.items():
            assert got[pair][name] == pytest.approx(value, abs=5.1e-7), (pair, name)
            assert type(got[pair][name]) is (float if name in ("npmi", "jaccard") else int)
    if organism != "4932":
        assert want, "an oracle of nothing"


@pytest.mark.parametrize(("corpus", "organism", "least", "level", "diseases"), ASKED)
def test_nodes_say_what_the_files_say(
    asked_corpus: tuple[Path, Path],
    vocabularies: Path,
    organism: str | None,
    least: int,
    level: str,
    diseases: str,
) -> None:
    files, store_folder = asked_corpus
    of = plain(files, store_folder, vocabularies, TAXA[organism], level, diseases)
    alone = Counter(gene for genes in of.drawn.values() for gene in genes)
    with pfocr_kg.open(store_folder) as store:
        choices = {"min_weight": least, "level": level, "disease_from": diseases}
        made = {kind: store.network(kind, organism=organism, **choices) for kind in KINDS}
        names = {
            row["gene"].rpartition("/")[2]: (row["label"], row["name"])
            for row in store.query(
                "PREFIX p: <https://w3id.org/pfocr/vocab#> "
                "PREFIX r: <http://www.w3.org/2000/01/rdf-schema#> "
                "SELECT * { ?gene p:organism ?o ; a p:Gene ; r:label ?label . ?o r:label ?name }"
            )
        }
    for name, data in (*made["genes"].nodes(data=True), *made["bipartite"].nodes(data=True)):
        if name.startswith("ncbigene:"):
            gene = name.removeprefix("ncbigene:")
            label, organism_name = names[gene]
            assert data == {
                "kind": "gene",
                "label": label,
                "organism": organism_name,
                "figures": alone[gene],
            }
    for name, data in made["figures"].nodes(data=True):
        assert name == figure_name(data["label"])
        assert data["kind"] == "figure"
        assert data["paper"] == of.paper[data["label"]].replace("PMC", "pmc:")
        drawn = of.drawn[data["label"]]
        assert data["genes"] == len(drawn)
        assert data["organism"] == "; ".join(sorted({names[gene][1] for gene in drawn}))
        assert type(data["title"]) is str
    genes, figures = genes_of_diseases(of)
    for name, data in made["diseases"].nodes(data=True):
        assert (data["kind"], data["genes"], data["figures"]) == (
            "disease",
            len(genes[name]),
            len(figures[name]),
        )
        assert data["label"]


def test_labels_and_titles(sample_graph: pfocr_kg.Graph) -> None:
    genes = sample_graph.network("genes")
    assert genes.nodes["ncbigene:7124"]["label"] == "TNF"
    assert genes.nodes["ncbigene:7124"]["organism"] == "Homo sapiens"
    diseases = sample_graph.network("diseases", disease_from="keywords")
    assert diseases.nodes["DOID:162"]["label"] == "Cancer"
    for data in sample_graph.network("bipartite").nodes.values():
        assert data["kind"] in ("figure", "gene")
    assert genes.graph == {"kind": "genes", "min_weight": 2, "level": "any"}
    assert diseases.graph["disease_from"] == "keywords"
    human = sample_graph.network("genes", organism="human", min_weight=3, level="symbol")
    assert human.graph["organism"] == "NCBITaxon:9606"


# Against small and random stores

P = "https://w3id.org/pfocr/vocab#"
A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def made_store(figures: dict[str, set[int]], papers: dict[str, str]) -> ox.Store:
    """Figures with human genes."""
    store = ox.Store()

    def add(s: str, p: str, o: str) -> None:
        store.add(ox.Quad(ox.NamedNode(s), ox.NamedNode(p), ox.NamedNode(o)))

    for figure, genes in figures.items():
        iri = f"https://pfocr.wikipathways.org/figures/{figure}.html"
        add(iri, A, P + "PathwayFigure")
        add(iri, "http://purl.org/dc/terms/isPartOf", f"https://europepmc.org/{papers[figure]}")
        for gene in genes:
            node = f"https://identifiers.org/ncbigene/{gene}"
            add(iri, P + "gene", node)
            add(node, A, P + "Gene")
            add(node, P + "organism", "http://purl.obolibrary.org/obo/NCBITaxon_9606")
    return store


@given(
    st.lists(
        st.tuples(st.sets(st.integers(1, 12), max_size=8), st.sampled_from("PQRS")), max_size=12
    ),
    st.integers(1, 3),
    st.sampled_from((1, 2, 5, 512)),
)
def test_random_figures(drawn: list[tuple[set[int], str]], least: int, block: int) -> None:
    figures = {f"f{n}": genes for n, (genes, _) in enumerate(drawn)}
    of = Plain(
        drawn={f: {str(g) for g in genes} for f, genes in figures.items() if genes},
        taxon={str(g): "9606" for g in range(1, 13)},
        paper={f"f{n}": paper for n, (_, paper) in enumerate(drawn)},
    )
    store = made_store(figures, of.paper)
    with pytest.MonkeyPatch.context() as patch:
        # Blocks of few rows, so that pairs lie in several of them.
        patch.setattr(pairs, "_BLOCK", block)
        for kind in ("genes", "figures"):
            graph = kinds.network(store, kind, min_weight=least)
            want, got = expected(kind, of, least), edges_of(graph)
            assert got.keys() == want.keys()
            for pair, data in want.items():
                assert got[pair] == {k: pytest.approx(v, abs=5.1e-7) for k, v in data.items()}
            numbers = [int(name.partition(":")[2]) for name in graph if kind == "genes"]
            assert numbers == sorted(numbers)


def test_npmi_at_its_ends() -> None:
    def value(shared: int, a: int, b: int, total: int) -> float:
        pair = pairs.Pairs(np.array([0]), np.array([1]), np.array([shared]))
        return float(pairs.npmi(pair, np.array([a, b]), total)[0])

    assert value(5, 5, 5, 5) == 1  # in every figure
    assert value(3, 3, 3, 100) == 1  # never apart
    assert value(4, 20, 20, 100) == 0  # as chance has it
    assert str(value(4, 20, 20, 100)) == "0.0"
    assert -1 < value(1, 50, 50, 100) < 0
    # Bouma's formula by hand: ln(0.2 / (0.4 * 0.3)) / -ln 0.2
    assert value(2, 4, 3, 10) == pytest.approx(0.317394, abs=1e-6)


def test_too_many_edges_are_an_error() -> None:
    store = made_store({"f": {1, 2, 3}, "g": {1, 2, 3}}, {"f": "P", "g": "Q"})
    assert kinds.network(store, "genes", limits=NetworkLimits(edges=3)).number_of_edges() == 3
    with pytest.raises(QueryError, match="more than 2 edges"):
        kinds.network(store, "genes", limits=NetworkLimits(edges=2))


def test_common_is_a_product_of_sparse_matrices() -> None:
    matrix = sparse.csr_matrix(np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]]))
    (block,) = pairs.common(matrix, 2)
    assert block.first.tolist() == [0, 1]
    assert block.second.tolist() == [1, 2]
    assert block.shared.tolist() == [2, 2]


# Files


def read_cx2(file: io.BytesIO) -> nx.Graph:
    """A CX2 file as ndex2 reads it, with CURIEs for nodes as we have them."""
    cx2 = pytest.importorskip("ndex2.cx2")
    made = cx2.RawCX2NetworkFactory().get_cx2network(json.load(file))
    attributes = made.get_network_attributes()
    assert attributes.pop("name") == f"PFOCR {attributes['kind']}"
    graph = nx.Graph(**attributes)
    for number in sorted(made.get_nodes()):
        values = dict(made.get_node(number)["v"])
        graph.add_node(values.pop("represents"), label=values.pop("name"), **values)
    names = list(graph)
    for _, edge in sorted(made.get_edges().items()):
        graph.add_edge(names[edge["s"]], names[edge["t"]], **edge["v"])
    return graph


READERS: dict[str, Callable[[io.BytesIO], nx.Graph]] = {
    "cx2": read_cx2,
    "graphml": nx.read_graphml,
    "gexf": nx.read_gexf,
    "json": lambda file: nx.node_link_graph(json.load(file), edges="edges"),
}


def written(graph: nx.Graph, form: str) -> bytes:
    out = io.BytesIO()
    writers.write(graph, out, form)
    return out.getvalue()


@pytest.fixture(scope="module", params=KINDS)
def made(request: pytest.FixtureRequest, built_sample: Path) -> Iterator[nx.Graph]:
    with pfocr_kg.open(built_sample) as graph:
        yield graph.network(request.param)


def without_id(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "id"}


@pytest.mark.parametrize("form", READERS)
def test_networkx_reads_back_what_was_written(made: nx.Graph, form: str) -> None:
    before = {name: dict(data) for name, data in made.nodes(data=True)}
    back = READERS[form](io.BytesIO(written(made, form)))
    assert list(back) == list(made)
    for name, data in made.nodes(data=True):
        assert data == before[name], "the writer changed the network"
        assert back.nodes[name] == data
        assert {k: type(v) for k, v in back.nodes[name].items()} == {
            k: type(v) for k, v in data.items()
        }
    # GEXF numbers its edges.
    got = {pair: without_id(data) for pair, data in edges_of(back).items()}
    if form == "gexf":
        weights = {pair: data.pop("weight") for pair, data in got.items()}
        attribute = {"genes": "figures", "bipartite": "mentions"}.get(made.graph["kind"], "genes")
        assert weights == {pair: data[attribute] for pair, data in edges_of(made).items()}
    assert got == edges_of(made)
    assert [type(v) for d in got.values() for v in d.values()] == [
        type(v) for d in edges_of(made).values() for v in d.values()
    ]
    if form != "gexf":
        assert back.graph.items() >= made.graph.items()


def test_table_of_edges(made: nx.Graph) -> None:
    text = written(made, "tsv").decode()
    rows = list(csv.DictReader(io.StringIO(text), delimiter="\t"))
    assert [(row["source"], row["target"]) for row in rows] == list(made.edges)
    for row in rows:
        assert row["source_label"] == made.nodes[row["source"]]["label"]
        assert row["target_label"] == made.nodes[row["target"]]["label"]
        data = made.edges[row["source"], row["target"]]
        assert {name: float(row[name]) for name in data} == data
        assert [*row][4:] == [*data]


@pytest.mark.parametrize("form", FORMATS)
def test_texts_that_formats_cannot_hold(form: str) -> None:
    graph = nx.Graph(kind="bipartite", disease_label="\x02")
    odd = 'a\x01\uffff\t"<&\nb\rc é 🧬'
    graph.add_node("figure:a", kind="figure", label=odd)
    graph.add_node("ncbigene:1", kind="gene", label="B")
    graph.add_edge("figure:a", "ncbigene:1", mentions=1)
    raw = written(graph, form)
    assert graph.nodes["figure:a"]["label"] == odd
    if form == "tsv":
        (row,) = csv.DictReader(io.StringIO(raw.decode(), newline=""), delimiter="\t")
        assert row["source_label"] == odd
        return
    label = READERS[form](io.BytesIO(raw)).nodes["figure:a"]["label"]
    kept = (
        odd
        if form in ("json", "cx2")
        else odd.replace("\x01", "\ufffd").replace("\uffff", "\ufffd")
    )
    # A line end or a tab in an attribute, which GEXF's labels are, may be read as a space.
    assert label.split() == kept.split()
    assert form == "gexf" or label == kept


def test_no_file_says_when_it_was_written(built_sample: Path) -> None:
    with pfocr_kg.open(built_sample) as graph:
        text = written(graph.network("genes"), "gexf").decode()
    assert "lastmodified" not in text
    assert "<creator>" in text


def test_unknown_formats() -> None:
    with pytest.raises(FormatError, match="unknown format 'dot'"):
        writers.write(nx.Graph(kind="genes"), io.BytesIO(), "dot")
    with pytest.raises(FormatError, match="names no format of networks"):
        file_format(None, Path("network.csv"))
    assert file_format(None, Path("a.graphml.gz")) == "graphml"
    assert file_format("json", Path("a.b")) == "json"
    assert file_format(None, Path("-")) == file_format(None, None) == "tsv"


def test_wrong_questions(sample_graph: pfocr_kg.Graph) -> None:
    with pytest.raises(QueryError, match="unknown kind of network 'cells'"):
        sample_graph.network("cells")
    with pytest.raises(QueryError, match="unknown organism 'unicorn'"):
        sample_graph.network("genes", organism="unicorn")
    with pytest.raises(QueryError, match="--min-weight has to be 1 or more, not 0"):
        sample_graph.network("genes", min_weight=0)


# The command


def test_choices_are_the_same_everywhere() -> None:
    parameters = {*inspect.signature(kinds.network).parameters}
    parameters -= {"store", "kind", "on_note", "limits"}
    conditions = {*FigureConditions.__annotations__}
    assert parameters - {"conditions"} | conditions == {*get_type_hints(NetworkChoices)}
    names = {option.name for option in network.params}
    assert {*get_type_hints(NetworkChoices)} <= names
    assert conditions == {field.name for field in fields(FigureChoice)}
    assert conditions <= {option.name for option in (*export.params, *release.params)}


# Each kind in one format, one kind in each; the rest takes its time.
KINDS_AND_FORMATS = [
    pytest.param(
        kind, form, marks=pytest.mark.slow if kind != "genes" and form != "graphml" else []
    )
    for kind, form in itertools.product(KINDS, FORMATS)
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "form"), KINDS_AND_FORMATS)
def test_same_bytes_from_run_to_run(
    run_cli: Callable[..., Any], built_sample: Path, kind: str, form: str
) -> None:
    """This process has another hash seed, which is random."""
    fixed = {"PYTHONHASHSEED": "77"}
    done = run_cli("network", kind, "-f", form, "--store", built_sample, env=fixed)
    with pfocr_kg.open(built_sample) as graph:
        assert done.stdout == written(graph.network(kind), form).decode()


def test_files_of_the_command(
    run_cli: Callable[..., Any], built_sample: Path, tmp_path: Path
) -> None:
    path = tmp_path / "genes.graphml.gz"
    done = run_cli(
        "network", "genes", "--organism", "human", "--min-weight", "3", "--level", "symbol",
        "--output", path, "--store", built_sample,
    )  # fmt: skip
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    back = nx.read_graphml(io.BytesIO(gzip.decompress(path.read_bytes())))
    with pfocr_kg.open(built_sample) as graph:
        made = graph.network("genes", organism="human", min_weight=3, level="symbol")
    assert edges_of(back) == edges_of(made)
    assert made


def read_empty(raw: bytes, kind: str, form: str) -> None:
    if form == "tsv":
        assert raw.decode().rstrip("\n").split("\t")[4:] == list(KINDS[kind].edge_attributes)
        assert raw.count(b"\n") == 1
    else:
        back = READERS[form](io.BytesIO(raw))
        assert len(back) == back.number_of_edges() == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("asked", [{"min_weight": 9999}, {"organism": "10117"}])
def test_an_empty_network_is_a_valid_file(
    sample_graph: pfocr_kg.Graph, kind: str, asked: dict[str, Any]
) -> None:
    graph = sample_graph.network(kind, **asked)
    for form in FORMATS:
        read_empty(written(graph, form), kind, form)


@pytest.mark.parametrize(("kind", "form"), list(zip([*KINDS] * 2, FORMATS, strict=False)))
def test_the_command_says_that_a_network_is_empty(
    run_cli: Callable[..., Any], built_sample: Path, kind: str, form: str
) -> None:
    done = run_cli("network", kind, "--min-weight", 9999, "-f", form, "--store", built_sample)
    assert done.code == 0
    assert done.stderr.startswith("note: the network is empty")
    assert done.stderr.count("\n") == 1
    read_empty(done.stdout.encode(), kind, form)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("cells",), "'cells'"),
        ((), "bipartite"),
        (("genes", "--organism", "unicorn"), "unknown organism 'unicorn'"),
        (("genes", "--min-weight", "0"), "--min-weight"),
        (("genes", "--format", "dot"), "'dot'"),
        (("genes", "-o", "network.xlsx"), "its ending names no format of networks"),
        (("genes", "-o", "no/such/folder.tsv"), "cannot be written"),
        (("genes", "--store", "nowhere"), "is not a pfocr-kg store"),
    ],
)
def test_errors_are_one_line(
    run_cli: Callable[..., Any],
    built_sample: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    done = run_cli("network", *arguments, env={"PFOCR_KG_STORE": str(built_sample)}, cwd=tmp_path)
    assert done.code == 2
    assert done.stdout == ""
    assert said in done.stderr
    assert done.stderr.startswith("pfocr-kg: ")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
