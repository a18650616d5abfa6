"""KGX tables: counted in the files, checked against the Biolink Model by KGX's own validator."""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import pfocr_kg
from pfocr_kg import Graph
from pfocr_kg.export.kgx import curie
from plain_levels import LEVELS, at_level
from plain_meanings import KIND_NAMES
from plain_reading import Facts

PFOCR = "https://w3id.org/pfocr/vocab#"

Table = list[dict[str, str]]


def read(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def folder(linked_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("kgx")
    with pfocr_kg.open(linked_sample) as graph:
        said = graph.write_kgx(made)
    assert said == {name: len(read(made / f"{name}.tsv")) for name in ("nodes", "edges")}
    return made


def test_nodes_are_those_of_the_store(folder: Path, linked: Graph) -> None:
    nodes = read(folder / "nodes.tsv")
    assert len({node["id"] for node in nodes}) == len(nodes)
    found = Counter(node["category"] for node in nodes)
    rows = linked.rdflib.query("SELECT ?c (COUNT(?x) AS ?n) WHERE { ?x a ?c } GROUP BY ?c")
    by_class = {str(c).rpartition("/")[2].rpartition("#")[2]: int(n) for c, n in rows}
    assert found == {
        "biolink:Publication": by_class["PathwayFigure"],
        "biolink:JournalArticle": by_class["ScholarlyArticle"],
        "biolink:Gene": by_class["Gene"],
        "biolink:ChemicalEntity": by_class["Chemical"],
        "biolink:Disease": by_class["Disease"],
        "biolink:OrganismTaxon": by_class["Organism"],
        "biolink:Pathway": by_class["Pathway"],
    }


def test_nodes_have_the_ids_of_other_datasets(folder: Path) -> None:
    xrefs = {node["id"]: node["xref"] for node in read(folder / "nodes.tsv")}
    assert xrefs["CHEBI:22984"] == "MESH:D002118"
    assert xrefs["CHEBI:197439"] == "", "the row gives no MeSH id"
    assert xrefs["NCBIGene:1956"] == "ENSEMBL:ENSG00000146648"
    assert xrefs["PMCID:PMC10034247"].startswith("doi:10.")


def test_edges_lead_from_node_to_node(folder: Path) -> None:
    ids = {node["id"] for node in read(folder / "nodes.tsv")}
    edges = read(folder / "edges.tsv")
    assert len({edge["id"] for edge in edges}) == len(edges)
    assert {end for edge in edges for end in (edge["subject"], edge["object"])} <= ids


def test_mentions_and_their_evidence_are_those_of_the_files(
    folder: Path, sample_facts: Facts
) -> None:
    edges = [e for e in read(folder / "edges.tsv") if e["predicate"] == "biolink:mentions"]
    genes = {e["subject"]: e for e in edges if e["object"].startswith("NCBIGene:")}
    pairs = {(e["subject"], e["object"]) for e in edges}
    assert pairs == {
        *((f"figure:{f}.html", f"NCBIGene:{gene}") for f, gene, _ in sample_facts.genes),
        *((f"figure:{f}.html", curie(iri)) for f, iri in sample_facts.chemicals),
        *((f"figure:{f}.html", curie(iri)) for f, iri in sample_facts.diseases),
    }
    assert genes
    mentions = Counter((f, gene) for f, gene, *_ in sample_facts.gene_mentions)
    kinds = {(f, gene, KIND_NAMES[lexicon]) for f, gene, *_, lexicon in sample_facts.gene_mentions}
    words = {(f, gene, word) for f, gene, word, *_ in sample_facts.gene_mentions}
    from_image = {m[:2] for m in sample_facts.gene_mentions if m[4] != "hgnc"}
    keywords_only = {m[:2] for m in sample_facts.gene_mentions} - from_image
    assert keywords_only
    for edge in edges:
        if edge["object"].startswith("NCBIGene:"):
            figid = edge["subject"].removeprefix("figure:").removesuffix(".html")
            pair = figid, edge["object"].partition(":")[2]
            assert int(edge["evidence_count"]) == mentions[pair]
            assert len(edge["has_evidence"].split("|")) == mentions[pair]
            assert edge["match_kind"].split("|") == sorted(k for *of, k in kinds if (*of,) == pair)
            read_by = "automated_agent" if pair in keywords_only else "image_processing_agent"
            assert edge["agent_type"] == read_by
            said = {w.replace("|", "¦") for f, gene, w in words if (f, gene) == pair}
            assert set(edge["supporting_text"].split("|")) == {" ".join(w.split()) for w in said}


@pytest.mark.parametrize("level", LEVELS)
def test_figures_mention_the_genes_of_a_level(
    linked: Graph, linked_sample: Path, sample_facts: Facts, tmp_path: Path, level: str
) -> None:
    linked.write_kgx(tmp_path, level=level)
    check_level(tmp_path, sample_facts, linked_sample, level)


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_figures_of_the_covid_collection_mention_the_genes_of_a_level(
    built_covid: Path, covid_facts: Facts, tmp_path: Path, level: str
) -> None:
    with pfocr_kg.open(built_covid) as graph:
        graph.write_kgx(tmp_path, level=level)
    check_level(tmp_path, covid_facts, built_covid, level)


def figid(edge: dict[str, str]) -> str:
    return edge["subject"].removeprefix("figure:").removesuffix(".html")


def check_level(folder: Path, facts: Facts, store: Path, level: str) -> None:
    edges = [e for e in read(folder / "edges.tsv") if e["object"].startswith("NCBIGene:")]
    genes = {
        (figid(e), e["object"].removeprefix("NCBIGene:")): e
        for e in edges
        if e["predicate"] == "biolink:mentions"
    }
    assert genes.keys() == {mention[:2] for mention in at_level(level, facts, store)}
    mentions = Counter(mention[:2] for mention in facts.gene_mentions)
    for pair, edge in genes.items():
        assert int(edge["evidence_count"]) == mentions[pair]
        if level == "unambiguous":
            assert (edge["meaning_count"], edge["candidate_count"]) == ("1", "1")
        if level == "symbol":
            assert "symbol" in edge["match_kind"].split("|")


def test_diseases_of_keywords_are_associated_and_never_mentioned(
    folder: Path, sample_facts: Facts
) -> None:
    edges = [e for e in read(folder / "edges.tsv") if e["predicate"] == "biolink:associated_with"]
    pairs = {(e["subject"], e["object"]) for e in edges}
    assert pairs == {(f"figure:{f}.html", curie(iri)) for f, iri in sample_facts.disease_keywords}
    assert pairs
    for edge in edges:
        assert edge["knowledge_level"] == "statistical_association"
        assert edge["agent_type"] == "data_analysis_pipeline"
        assert edge["supporting_data_source"] == "infores:diseases"
        assert edge["publications"].startswith("PMCID:")
        assert edge["has_evidence"] == ""


def test_diseases_of_texts_say_where_they_were_found(
    folder: Path, sample_facts: Facts, linked: Graph
) -> None:
    edges = read(folder / "edges.tsv")
    named = {curie(iri) for _, iri in sample_facts.diseases}
    found = [e for e in edges if e["predicate"] == "biolink:mentions" and e["match_kind"] == "text"]
    rows = linked.rdflib.query(
        f"SELECT ?m {{ ?m a <{PFOCR}DiseaseMention> MINUS {{ ?m <{PFOCR}matchKind> ?kind }} }}"
    )
    of_tables = {str(mention) for (mention,) in rows}
    assert {e["object"] for e in found} <= named
    assert len(found) > 5
    for edge in found:
        assert set(edge["found_in"].split("|")) <= {"title", "caption", "paperTitle"}
        evidence = set(edge["has_evidence"].split("|"))
        read_by = "image_processing_agent" if evidence & of_tables else "text_mining_agent"
        assert edge["agent_type"] == read_by
        assert edge["knowledge_level"] == "not_provided"
        assert edge["supporting_text"]
    others = [e for e in edges if e["found_in"] and "text" not in e["match_kind"].split("|")]
    assert others == []


def test_genes_of_diseases_are_those_of_the_store(folder: Path, linked: Graph) -> None:
    edges = read(folder / "edges.tsv")
    found = {
        (e["object"], e["subject"])
        for e in edges
        if e["predicate"] == "biolink:gene_associated_with_condition"
    }
    rows = linked.rdflib.query(
        f"SELECT ?d ?g {{ ?d <{PFOCR}associatedGene> ?g . ?g a <{PFOCR}Gene> }}"
    )
    assert found == {(curie(str(disease)), curie(str(gene))) for disease, gene in rows}
    assert found


def test_edges_of_pathways_are_those_of_the_store(folder: Path, linked: Graph) -> None:
    edges = read(folder / "edges.tsv")
    links = {e["has_evidence"]: e for e in edges if e["link_evidence"]}
    rows = linked.rdflib.query(
        f"SELECT ?l (COUNT(?e) AS ?n) WHERE {{ ?l <{PFOCR}evidence> ?e }} GROUP BY ?l"
    )
    want = {str(link): int(n) for link, n in rows}
    assert len(want) > 10
    for link, number in want.items():
        assert len(links[link]["link_evidence"].split("|")) == number
        curated = "CuratedEvidence" in links[link]["link_evidence"]
        assert (links[link]["agent_type"] == "manual_agent") == curated
    participants = sum(e["predicate"] == "biolink:has_participant" for e in edges)
    ((drawn,),) = linked.rdflib.query(
        f"SELECT (COUNT(*) AS ?n) WHERE {{ ?p <{PFOCR}pathwayGene> ?g }}"
    )
    assert participants == int(drawn)


@pytest.mark.parametrize(
    ("iri", "want"),
    [
        ("https://identifiers.org/ncbigene/7124", "NCBIGene:7124"),
        ("http://id.nlm.nih.gov/mesh/D011488", "MESH:D011488"),
        ("https://identifiers.org/chebi/CHEBI:15422", "CHEBI:15422"),
        ("http://purl.obolibrary.org/obo/DOID_162", "DOID:162"),
        ("https://europepmc.org/article/PMC/3614012", "PMCID:PMC3614012"),
        ("https://identifiers.org/wikipathways/WP5283", "WIKIPATHWAYS:WP5283"),
        ("https://pfocr.wikipathways.org/figures/PMC1__a.b.html", "figure:PMC1__a.b.html"),
        (
            "https://pfocr.wikipathways.org/figures/PMC1__(a):b.html",
            "figure:PMC1__%28a%29%3Ab.html",
        ),
    ],
)
def test_curies_have_the_prefixes_of_the_biolink_model(iri: str, want: str) -> None:
    assert curie(iri) == want


def test_command_writes_the_same_bytes_again(
    run_cli: Callable[..., object], linked_sample: Path, folder: Path, tmp_path: Path
) -> None:
    done = run_cli("export", "--store", linked_sample, "--format", "kgx", "-o", tmp_path / "new")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    for name in ("nodes.tsv", "edges.tsv"):
        assert (tmp_path / "new" / name).read_bytes() == (folder / name).read_bytes()


def validated(python: str, nodes: Path, edges: Path) -> dict[str, object]:
    script = str(Path(__file__).parent / "run_kgx.py")
    done = subprocess.run(
        [python, script, str(nodes), str(edges)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
def test_kgx_finds_no_error(
    python_with: Callable[[str], str], folder: Path, tmp_path: Path
) -> None:
    kgx_python = python_with("kgx")
    found = validated(kgx_python, folder / "nodes.tsv", folder / "edges.tsv")
    want = {name: len(read(folder / f"{name}.tsv")) for name in ("nodes", "edges")}
    assert found == {**want, "errors": {}}
    wrong = (folder / "edges.tsv").read_text(encoding="utf-8")
    wrong = wrong.replace("biolink:mentions", "biolink:shouts_at")
    (tmp_path / "edges.tsv").write_text(wrong, encoding="utf-8")
    found = validated(kgx_python, folder / "nodes.tsv", tmp_path / "edges.tsv")
    assert "shouts_at" in json.dumps(found["errors"])
