"""Gene sets: the same as the files of the records say, in gseapy's hands."""

from __future__ import annotations

import gzip
import io
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import gseapy
import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg import Graph
from pfocr_kg.errors import QueryError, StoreError
from pfocr_kg.export import gmt
from places import ROOT
from plain_levels import LEVELS, at_level
from plain_reading import Facts, human_genes

YEAST = {"559292": "4932"}  # a strain counts as its species

Sets = dict[str, set[str]]


def expected(facts: Facts, store: Path, taxon: str | None, least: int, level: str) -> Sets:
    of = {gene: YEAST.get(organism, organism) for _, gene, organism in facts.genes}
    sets: Sets = defaultdict(set)
    for figid, gene, *_ in at_level(level, facts, store):
        if taxon in (None, of[gene]):
            sets[figid].add(gene)
    return {figid: genes for figid, genes in sets.items() if len(genes) >= least}


def written(graph: Graph, path: Path, **choices: object) -> Sets:
    with path.open("wb") as file:
        said = graph.write_gmt(file, **choices)
    sets = {name: set(genes) for name, genes in gseapy.read_gmt(str(path)).items()}
    assert said == len(sets) == len(path.read_text(encoding="utf-8").splitlines())
    return sets


CHOICES = [
    ({}, None, 3, "any"),
    ({"organism": "human"}, "9606", 3, "any"),
    ({"organism": "human", "level": "symbol", "min_size": 1}, "9606", 1, "symbol"),
    ({"organism": "Mus musculus", "min_size": 5}, "10090", 5, "any"),
    ({"organism": "559292", "min_size": 1}, "4932", 1, "any"),
    ({"level": "symbol"}, None, 3, "symbol"),
    ({"level": "unambiguous", "min_size": 2}, None, 2, "unambiguous"),
]


@pytest.mark.parametrize(("choices", "taxon", "least", "level"), CHOICES)
def test_gseapy_reads_the_sets_of_the_files(
    sample_graph: Graph,
    sample_facts: Facts,
    built_sample: Path,
    tmp_path: Path,
    choices: dict[str, object],
    taxon: str | None,
    least: int,
    level: str,
) -> None:
    want = expected(sample_facts, built_sample, taxon, least, level)
    assert written(sample_graph, tmp_path / "a.gmt", **choices) == want
    assert want


@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
def test_gseapy_reads_the_covid_collection(
    built_covid: Path, covid_facts: Facts, tmp_path: Path, level: str
) -> None:
    want = expected(covid_facts, built_covid, "9606", 3, level)
    with pfocr_kg.open(built_covid) as graph:
        found = written(graph, tmp_path / "a.gmt", organism="9606", level=level)
    assert found == want
    assert len(want) > 100


def test_lines_have_name_description_and_genes_in_order(
    sample_graph: Graph, tmp_path: Path
) -> None:
    written(sample_graph, tmp_path / "a.gmt")
    lines = (tmp_path / "a.gmt").read_text(encoding="utf-8").splitlines()
    fields = [line.split("\t") for line in lines]
    assert [f[0] for f in fields] == sorted(f[0] for f in fields)
    for _, description, *genes in fields:
        assert description.endswith(")")
        assert [int(gene) for gene in genes] == sorted({int(gene) for gene in genes})
    said = {name: description for name, description, *_ in fields}
    # A figure with a title of its own; one without, which has its paper's.
    assert said["PMC3614012__nihms379615f2"].endswith("(Homo sapiens)")
    assert said["PMC10034247__11064_2023_3912_Fig1_HTML"] == (
        "Brain Leukocytes as the Potential Therapeutic Target for Post-COVID-19 Brain Fog."
        " (Mus musculus)"
    )


def test_symbols_are_those_of_the_dictionary(
    sample_graph: Graph, sample_facts: Facts, built_sample: Path, tmp_path: Path
) -> None:
    symbols = {
        number: row["symbol"]
        for row in human_genes(ROOT / "ontologies")
        for number in row["ncbigene_ids"].split("|")[:1]
    }
    ids = expected(sample_facts, built_sample, "9606", 3, "any")
    found = written(sample_graph, tmp_path / "a.gmt", organism="human", symbols=True)
    assert found.keys() == ids.keys()
    for figid, genes in ids.items():
        known = {symbols[gene] for gene in genes if gene in symbols}
        assert known <= found[figid]
        # NCBI withdrew a few ids; such a gene is called as the record has it.
        assert len(found[figid]) - len(known) == len(genes - symbols.keys())
    for line in (tmp_path / "a.gmt").read_text(encoding="utf-8").splitlines():
        _, _, *listed = line.split("\t")
        assert listed == sorted(set(listed))


def test_gseapy_finds_a_figure_by_its_own_genes(
    sample_graph: Graph, sample_facts: Facts, tmp_path: Path
) -> None:
    sets = written(sample_graph, tmp_path / "a.gmt", organism="human")
    figid = "PMC3347317__viruses-04-00424-g002"
    found = gseapy.enrich(
        gene_list=sorted(sets[figid]),
        gene_sets=str(tmp_path / "a.gmt"),
        background=len(set().union(*sets.values())),
        outdir=None,
    ).results
    best = found.sort_values("P-value").iloc[0]
    assert best["Term"] == figid
    assert best["Overlap"] == f"{len(sets[figid])}/{len(sets[figid])}"


@pytest.mark.parametrize("symbols", [(), ("--symbols",)])
def test_command_writes_the_same_bytes_again(
    run_cli: Callable[..., object],
    built_sample: Path,
    sample_graph: Graph,
    tmp_path: Path,
    symbols: tuple[str, ...],
) -> None:
    with (tmp_path / "library.gmt").open("wb") as file:
        sample_graph.write_gmt(file, organism="human", min_size=4, symbols=bool(symbols))
    by_ending = tmp_path / "figures.gmt.gz"
    common = ("--store", built_sample, "--organism", "human", "--min-size", 4, *symbols)
    done = run_cli("export", *common, "--output", by_ending)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    shown = run_cli("export", *common, "--format", "gmt")
    text = (tmp_path / "library.gmt").read_text(encoding="utf-8")
    assert gzip.decompress(by_ending.read_bytes()).decode() == text == shown.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "gmt", "--organism", "unicorn"), "unknown organism"),
        (("--format", "gmt", "--min-size", "0"), "--min-size"),
        (("--format", "turtle", "--min-size", "3"), "--min-size does not go with turtle"),
        (("--output", "x.nt", "--level", "any"), "--level does not go with ntriples"),
    ],
)
def test_what_does_not_go_is_said_in_a_line(
    run_cli: Callable[..., object], built_sample: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run_cli("export", "--store", built_sample, *arguments)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_command_says_that_there_are_no_sets(
    run_cli: Callable[..., object], built_sample: Path, tmp_path: Path
) -> None:
    out = tmp_path / "none.gmt"
    done = run_cli("export", "--store", built_sample, "--min-size", "5000", "--output", out)
    assert (done.code, done.stdout, out.read_bytes()) == (0, "", b"")
    assert "no figure has so many" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_library_refuses_a_size_below_one(sample_graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="--min-size has to be 1 or more"):
        written(sample_graph, tmp_path / "a.gmt", min_size=0)


def test_an_id_that_is_no_number_is_named_with_its_figure() -> None:
    graph = ox.Store()
    graph.load(
        b"""
        @prefix pfocr: <https://w3id.org/pfocr/vocab#> .
        @prefix dcterms: <http://purl.org/dc/terms/> .
        <urn:f> a pfocr:PathwayFigure ; dcterms:identifier "PMC1__f" ; pfocr:gene <urn:a>, <urn:b> .
        <urn:a> a pfocr:Gene ; dcterms:identifier "5" ; pfocr:organism <urn:o> .
        <urn:b> a pfocr:Gene ; dcterms:identifier "ENSG1" ; pfocr:organism <urn:o> .
        <urn:o> a pfocr:Organism .
        """,
        ox.RdfFormat.TURTLE,
    )
    with pytest.raises(StoreError, match=r"^PMC1__f draws a gene with the id 'ENSG1', which is"):
        gmt.write(graph, io.BytesIO(), min_size=1)
