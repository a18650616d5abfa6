"""Enrichment as a user runs it, against a plain counting; and both from Python."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import hypergeom

import pfocr_kg
from linked_stores import Run, built, unusable
from places import EXCERPT
from plain_levels import LEVELS, at_level
from plain_linking import GENES, read_pathways
from plain_reading import read_corpus

# ---------------------------------------------------------------------------------- enrichment

# Symbols in capitals and not, an id, a word that is not a gene, and a gene of no pathway here.
LIST = "# my genes\nIFNB1, STAT1\nncbigene:7189 tbk1\nnosuchgene TP73-AS1\n"
SYMBOLS = {"3456": "IFNB1", "6772": "STAT1", "7189": "TRAF6", "29110": "TBK1"}


def enriched(run: Run, store: Path, text: str, *arguments: object) -> list[dict[str, str]]:
    done = run("enrich", "-", *arguments, "--format", "tsv", "--store", store, stdin=text)
    assert done.code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t"))


def test_enrich_counts_as_scipy_does(linked: Path, run_cli: Run) -> None:
    rows = enriched(run_cli, linked, LIST)
    human = {w: p.genes for w, p in read_pathways(EXCERPT).items() if p.taxon == "9606"}
    universe = set().union(*human.values())
    mine = {"3456", "6772", "7189", "29110"}
    assert mine <= universe
    assert {row["term"] for row in rows} == {w for w, genes in human.items() if genes & mine}
    tested = []
    for row in rows:
        genes = human[row["term"]]
        assert (row["shared"], row["size"]) == (str(len(genes & mine)), str(len(genes)))
        assert row["genes"].split() == [SYMBOLS[gene] for gene in sorted(genes & mine, key=int)]
        p = hypergeom.sf(len(genes & mine) - 1, len(universe), len(genes), len(mine))
        assert math.isclose(float(row["p_value"]), p, rel_tol=1e-12)
        tested.append(p)
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control([*tested, *[1.0] * (len(human) - len(tested))])
    for row, value in zip(rows, adjusted, strict=False):
        assert math.isclose(float(row["adjusted_p_value"]), value, rel_tol=1e-12)
    assert tested == sorted(tested)


def test_enrich_names_what_it_does_not_know(linked: Path, run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "genes.txt"
    path.write_text("\ufeffIFNB1\r\nnosuchgene\r\nTP53\r\n", encoding="utf-8")
    done = run_cli("enrich", path, "--store", linked)
    assert done.code == 0
    assert "unknown: nosuchgene\n" in done.stderr
    assert "WP5116" in done.stdout
    silent = run_cli("enrich", path, "--store", linked, "--quiet")
    assert (silent.stdout, silent.stderr) == (done.stdout, "")


def test_enrich_knows_genes_that_the_graph_lacks(linked: Path, run_cli: Run) -> None:
    """A1BG (NCBI 1, HGNC:5) and NAT2 (NCBI 10), once called AAC2, are in no record and pathway."""
    names = ["ENSG00000121410", "HGNC:7646", "ENSG00000999999"]
    arguments = ("enrich", "-", "-f", "json", "--store", linked)
    found = json.loads(run_cli(*arguments, stdin="\n".join(["IFNB1", *names])).stdout)
    assert (found["outside"], found["unknown"]) == (names[:2], names[2:])
    found = json.loads(run_cli(*arguments, stdin="IFNB1 AAC2 HGNC:5").stdout)
    assert (found["outside"], found["unknown"]) == (["AAC2", "HGNC:5"], [])


def test_a_background_knows_genes_that_the_graph_lacks(
    linked: Path, run_cli: Run, tmp_path: Path
) -> None:
    path = tmp_path / "measured.txt"
    path.write_text("IFNB1\nHGNC:5\nENSG00000156006\nnosuchgene\n", encoding="utf-8")
    arguments = ("enrich", "-", "--background", path, "-f", "json", "--store", linked)
    found = json.loads(run_cli(*arguments, stdin="IFNB1").stdout)
    assert found["background"] == 3
    assert found["unknown_in_background"] == ["nosuchgene"]


def test_enrich_takes_old_symbols_and_ids(linked: Path, run_cli: Run) -> None:
    """RIGI was DDX58. Both are one gene, and so is its Ensembl id."""
    old = run_cli("enrich", "-", "-f", "csv", "--store", linked, stdin="DDX58")
    ids = "RIGI ENSG00000107201.14"
    new = run_cli("enrich", "-", "-f", "csv", "--store", linked, stdin=ids)
    assert "other names: DDX58: RIGI, human gene 23586\n" in old.stderr
    assert "one gene: RIGI = ENSG00000107201.14\n" in new.stderr
    assert "genes of the list: 1; in the universe: 1\n" in new.stderr
    assert old.stdout.replace("DDX58", "RIGI") == new.stdout


def test_copies_of_a_gene_are_not_other_meanings(
    put_pathway: Callable[..., Path], sample: Path, run_cli: Run, tmp_path: Path
) -> None:
    """CBS is gene 875; NCBI has a copy of it on an alternative assembly, of the same symbol."""
    database = put_pathway("WP1", ["875", "102724560", "7157"])
    built(run_cli, tmp_path / "store", sample, "--wikipathways", database)
    done = run_cli("enrich", "-", "-f", "json", "--store", tmp_path / "store", stdin="CBS")
    found = json.loads(done.stdout)
    assert (found["ambiguous"], found["counted"]) == ({}, 1)


TABLES = {
    "deseq2.csv": '"","baseMean","padj"\n"IFNB1",7189,NA\n"STAT1",120,0.1\n"TBK1",10,1e-5\n',
    "de.tsv": "gene\tlog2FC\tbaseMean\nIFNB1\t2\t7189\nSTAT1\t10\t3553\nTBK1\t3\t120\n",
    "excel.csv": "\ufeffid;Gene Symbol;p\r\n1;IFNB1;0,1\r\n2;STAT1;0,2\r\n3;TBK1;0,3\r\n",
    "list.txt": "IFNB1,596,1\nSTAT1\nTBK1",
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_as_its_column_alone(
    linked: Path, run_cli: Run, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(TABLES[name], encoding="utf-16" if name == "de.tsv" else "utf-8")
    done = run_cli("enrich", path, "-f", "tsv", "--store", linked)
    clean = run_cli("enrich", "-", "-f", "tsv", "--store", linked, stdin="IFNB1\nSTAT1\nTBK1\n")
    assert (done.code, done.stdout) == (0, clean.stdout)
    assert clean.stdout.count("\n") > 1


def test_columns_of_tables(linked: Path, run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text("probe\tsource\twhat\nIFNB1\t3456\ta\nSTAT1\t6772\tb\n", encoding="utf-8")
    unusable(
        run_cli("enrich", path, "--store", linked), "1 (probe), 2 (source), 3 (what)", "--column"
    )
    unusable(run_cli("enrich", path, "--column", "gene", "--store", linked), "1 (probe)")
    for column in ("Probe", "source", "2"):
        done = run_cli("enrich", path, "--column", column, "-f", "json", "--store", linked)
        assert json.loads(done.stdout)["rows"][0]["genes"] == ["IFNB1", "STAT1"]


def test_a_background(linked: Path, run_cli: Run, tmp_path: Path) -> None:
    """The universe is what background and pathways share; so are the genes of pathways."""
    human = {w: p.genes for w, p in read_pathways(EXCERPT).items() if p.taxon == "9606"}
    measured = {gene for gene in set().union(*human.values()) if int(gene) % 3} | {"53947"}
    path = tmp_path / "measured.csv"
    lines = [f"{gene},{n}" for n, gene in enumerate(sorted(measured))]
    path.write_text("\n".join(["Entrez,mean", *lines]), encoding="utf-8")
    arguments = ("enrich", "-", "--background", path, "-f", "json", "--store", linked)
    done = run_cli(*arguments, stdin="IFNB1 STAT1 TBK1 TRAF6 A4GALT")
    found = json.loads(done.stdout)
    universe = set().union(*human.values()) & measured
    mine = {"3456", "6772", "29110", "7189"}
    inside = mine & universe
    assert inside != mine
    for row in found["rows"]:
        genes = human[row["term"]] & universe
        assert (row["shared"], row["size"]) == (len(genes & inside), len(genes))
        p = hypergeom.sf(len(genes & inside) - 1, len(universe), len(genes), len(inside))
        assert math.isclose(row["p_value"], p, rel_tol=1e-12)
    assert {
        key: found[key] for key in ("genes", "counted", "universe", "background", "tested")
    } == {
        "genes": 5,
        "counted": len(inside),
        "universe": len(universe),
        "background": len(measured),
        "tested": sum(1 for genes in human.values() if genes & universe),
    }
    assert found["outside"] == ["A4GALT"]
    assert f"genes of the list: 5; in the universe: {len(inside)}\n" in done.stderr
    assert (
        f"universe: {len(universe)} genes of pathways that are among the {len(measured)} of"
        in done.stderr
    )
    assert f"corrected for {found['tested']} pathways" in done.stderr
    assert "not in the background: " in done.stderr
    unusable(run_cli(*arguments[:3], "/dev/null", "--store", linked, stdin="TNF"), "background")


def test_formats_say_the_same(linked: Path, run_cli: Run) -> None:
    tsv = enriched(run_cli, linked, LIST, "--limit", 2)
    as_csv = run_cli("enrich", "-", "--limit", 2, "-f", "csv", "--store", linked, stdin=LIST)
    as_json = run_cli("enrich", "-", "--limit", 2, "-f", "json", "--store", linked, stdin=LIST)
    assert list(csv.DictReader(io.StringIO(as_csv.stdout))) == tsv
    rows = json.loads(as_json.stdout)["rows"]
    joined = [{**row, "genes": " ".join(row["genes"])} for row in rows]
    assert [{k: str(v) for k, v in row.items()} for row in joined] == tsv
    assert len(tsv) == 2


def test_json_has_the_numbers_of_the_test(linked: Path, run_cli: Run) -> None:
    done = run_cli("enrich", "-", "-f", "json", "--store", linked, stdin=LIST + "DDX58 RIGI 596")
    found = json.loads(done.stdout)
    human = [p.genes for p in read_pathways(EXCERPT).values() if p.taxon == "9606"]
    assert (found["tested"], found["universe"]) == (len(human), len(set().union(*human)))
    del found["tested"], found["universe"], found["rows"]
    assert found == {
        "column": "",
        "genes": 6,
        "counted": 5,
        "background": None,
        "renamed": {
            "TP73-AS1": "GFOD3P, human gene 57212",
            "DDX58": "RIGI, human gene 23586",
        },
        "same_gene": [["DDX58", "RIGI"]],
        "ambiguous": {},
        "other_organism": {},
        "numbers": ["596"],
        "unknown": ["nosuchgene"],
        "unknown_in_background": [],
        "outside": ["TP73-AS1"],
        "not_in_background": [],
    }


@pytest.mark.parametrize("level", LEVELS)
def test_enrich_against_figures(
    linked: Path, run_cli: Run, sample: Path, vocabularies: Path, level: str
) -> None:
    rows = enriched(run_cli, linked, LIST, "--against", "figures", "--level", level)
    facts = read_corpus(sample, vocabularies)
    human = {gene for _, gene, taxon in facts.genes if taxon == "9606"}
    by_symbol = {mention[:2] for mention in at_level("symbol", facts, linked)}
    drawn: dict[str, set[str]] = {}
    for figid, gene, *_ in at_level(level, facts, linked):
        if gene in human:
            drawn.setdefault(figid, set()).add(gene)
    universe = set().union(*drawn.values())
    mine = {"3456", "6772", "7189", "29110"} & universe
    assert {row["term"] for row in rows} == {f for f, genes in drawn.items() if genes & mine}
    assert rows
    for row in rows:
        genes = drawn[row["term"]]
        symbols = {gene for gene in genes & mine if (row["term"], gene) in by_symbol}
        assert int(row["by_symbol"]) == len(symbols)
        p = hypergeom.sf(len(genes & mine) - 1, len(universe), len(genes), len(mine))
        assert math.isclose(float(row["p_value"]), p, rel_tol=1e-12)


@pytest.mark.parametrize("name", ["mouse", "Mus musculus", "10090", "NCBITaxon:10090"])
def test_organisms(linked: Path, run_cli: Run, vocabularies: Path, sample: Path, name: str) -> None:
    genes = sorted(g for _, g, taxon in read_corpus(sample, vocabularies).genes if taxon == "10090")
    arguments = ("--organism", name, "--against", "figures")
    rows = enriched(run_cli, linked, " ".join(genes), *arguments)
    assert [(row["shared"], row["size"]) for row in rows] == [(str(len(genes)),) * 2]


def test_yeast_of_the_species_and_of_the_strain(linked: Path, run_cli: Run) -> None:
    genes = " ".join(sorted(read_pathways(EXCERPT)["WP414"].genes)[:5])
    for name in ("4932", "559292"):
        [row] = enriched(run_cli, linked, genes, "--organism", name)
        assert (row["term"], row["shared"]) == ("WP414", "5")


def test_enrich_without_a_hit(linked: Path, run_cli: Run) -> None:
    """A4GALT is in no pathway of the excerpt: a header, and why there is no row."""
    header = "term title shared size p_value adjusted_p_value genes".split()
    for form, wanted in (
        ("csv", ",".join(header) + "\n"),
        ("tsv", "\t".join(header) + "\n"),
    ):
        done = run_cli("enrich", "-", "-f", form, "--store", linked, stdin="53947")
        assert (done.code, done.stdout) == (0, wanted)
        assert done.stderr.endswith("\nin none of the pathways: 53947\n0 rows\n")
    done = run_cli("enrich", "-", "-f", "json", "--store", linked, stdin="53947")
    assert json.loads(done.stdout)["rows"] == []


@pytest.mark.slow
def test_enrich_errors(linked: Path, built_sample: Path, run_cli: Run, tmp_path: Path) -> None:
    def enrich(text: str, *arguments: object, store: Path = linked) -> Any:
        return run_cli("enrich", "-", *arguments, "--store", store, stdin=text)

    unusable(enrich("IFNB1", "--organism", "unicorn"), "unicorn")
    unusable(enrich("nosuchgene"), "nosuchgene")
    unusable(enrich(""), "the list is empty")
    unusable(enrich("IFNB1", "--level", "direct"), "symbol", "unambiguous", "any")
    unusable(enrich("IFNB1", store=built_sample), "pfocr-kg link --wikipathways")
    unusable(enrich("IFNB1", "--level", "symbol"), "levels are of the genes that figures draw")
    unusable(run_cli("enrich", tmp_path / "absent.txt", "--store", linked), "absent.txt")
    (tmp_path / "genes.xlsx").write_bytes(b"PK\x03\x04\xff")
    unusable(run_cli("enrich", tmp_path / "genes.xlsx", "--store", linked), "not UTF-8", "CSV")


# ------------------------------------------------------------------------------------- library


def test_library(linked: Path, sample: Path, tmp_path: Path, run_cli: Run) -> None:
    store = tmp_path / "store"
    pfocr_kg.build(sample, store)
    pathways = pfocr_kg.WikiPathways([EXCERPT], pfocr_kg.LinkOptions(best=1))
    said = pfocr_kg.link(store, pathways).links
    assert said["pathways"] == 10
    assert said["options"]["best"] == 1
    with pfocr_kg.open(store) as graph:
        found = graph.enrich(LIST)
        assert found.genes.unknown == ("nosuchgene",)
        assert found.rows == graph.enrich(LIST.split("\n")[1:]).rows
        assert found.rows[0].term in read_pathways(EXCERPT)
        output = io.BytesIO()
        graph.write_links(output, "tsv")
        with pytest.raises(pfocr_kg.FormatError):
            graph.write_links(io.BytesIO(), "xlsx")
    assert output.getvalue().decode() == run_cli("link", "-f", "tsv", "--store", store).stdout
    by_overlap = Counter(
        row["figure"]
        for row in csv.DictReader(io.StringIO(output.getvalue().decode()), delimiter="\t")
        if GENES in row["evidence"]
    )
    assert set(by_overlap.values()) == {1}
