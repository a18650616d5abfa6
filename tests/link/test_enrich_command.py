"""Enrichment as a user runs it, against a plain counting; and both from Python."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import hypergeom

import pfocr_kg
from linked_stores import Run, unusable
from places import EXCERPT
from plain_levels import LEVELS, at_level
from plain_linking import GENES, read_pathways
from plain_reading import read_corpus

# ---------------------------------------------------------------------------------- enrichment

# Symbols in capitals and not, a number, a word that is not a gene, and a gene of no pathway here.
LIST = "# my genes\nIFNB1, STAT1\n7189 tbk1\nnosuchgene TP73-AS1\n"


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
        assert row["overlap"] == f"{len(genes & mine)}/{len(genes)}"
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
    assert "unknown: nosuchgene" in done.stderr
    assert "WP5116" in done.stdout


def test_formats_say_the_same(linked: Path, run_cli: Run) -> None:
    tsv = enriched(run_cli, linked, LIST, "--limit", 2)
    as_csv = run_cli("enrich", "-", "--limit", 2, "-f", "csv", "--store", linked, stdin=LIST)
    as_json = run_cli("enrich", "-", "--limit", 2, "-f", "json", "--store", linked, stdin=LIST)
    assert list(csv.DictReader(io.StringIO(as_csv.stdout))) == tsv
    assert [{k: str(v) for k, v in row.items()} for row in json.loads(as_json.stdout)] == tsv
    assert len(tsv) == 2


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
    assert [row["overlap"] for row in rows] == [f"{len(genes)}/{len(genes)}"]


def test_yeast_of_the_species_and_of_the_strain(linked: Path, run_cli: Run) -> None:
    genes = " ".join(sorted(read_pathways(EXCERPT)["WP414"].genes)[:5])
    for name in ("4932", "559292"):
        [row] = enriched(run_cli, linked, genes, "--organism", name)
        assert (row["term"], row["overlap"].split("/")[0]) == ("WP414", "5")


def test_enrich_without_a_hit(linked: Path, run_cli: Run) -> None:
    """A4GALT is in no pathway of the excerpt: a header, and why there is no row."""
    header = "term title overlap p_value adjusted_p_value genes".split()
    for form, wanted in (
        ("csv", ",".join(header) + "\n"),
        ("tsv", "\t".join(header) + "\n"),
        ("json", "[]\n"),
    ):
        done = run_cli("enrich", "-", "-f", form, "--store", linked, stdin="53947")
        assert (done.code, done.stdout) == (0, wanted)
        assert done.stderr == "in none of the pathways: 53947\n0 rows\n"


def test_enrich_errors(linked: Path, built_sample: Path, run_cli: Run, tmp_path: Path) -> None:
    def enrich(text: str, *arguments: object, store: Path = linked) -> Any:
        return run_cli("enrich", "-", *arguments, "--store", store, stdin=text)

    unusable(enrich("IFNB1", "--organism", "unicorn"), "unicorn")
    unusable(enrich("nosuchgene"), "nosuchgene")
    unusable(enrich(""), "no known gene")
    unusable(enrich("IFNB1", "--level", "direct"), "symbol", "unambiguous", "any")
    unusable(enrich("IFNB1", store=built_sample), "pfocr-kg link --wikipathways")
    unusable(enrich("IFNB1", "--level", "symbol"), "levels are of the genes that figures draw")
    unusable(run_cli("enrich", tmp_path / "absent.txt", "--store", linked), "absent.txt")


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
        assert found.unknown == ("nosuchgene",)
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
