"""The dictionaries of `ontologies/`: what they hold, and that their script writes them."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from rdflib import DCTERMS, RDF, RDFS, SKOS, Graph, Literal

from pfocr_kg import iris
from pfocr_kg.records import organisms, values
from pfocr_kg.records.dictionaries import bundled_kingdoms, bundled_organisms
from places import ROOT
from vocabulary import CC0, OBO, ONTOLOGIES, PFOCR, load, violations

SCRIPT = ROOT / "tools" / "make_dictionaries.py"
TABLE = ROOT / "tools" / "organisms.tsv"
NAMES = ("organisms.ttl", "human-genes.tsv", "gene-families.tsv", "mesh-xrefs.tsv")
GENE_COLUMNS = (
    *("symbol", "hgnc_id", "ncbigene_ids", "ensembl_ids", "previous_symbols", "alias_symbols"),
)
KINGDOMS = {
    "animals": OBO.NCBITaxon_33208,
    "plants": OBO.NCBITaxon_33090,
    "fungi": OBO.NCBITaxon_4751,
    "bacteria": OBO.NCBITaxon_2,
    "archaea": OBO.NCBITaxon_2157,
    "viruses": OBO.NCBITaxon_10239,
}
MADE_UP = {
    "organisms.tsv": (
        "ncbitaxon\tname\tother_names\tkingdom\n99999902\tLatina secunda\ta name|L. 2\tplants\n"
        "99999901\tLatina prima\t\t\n9606\tHomo sapiens\thuman\tanimals\n"
    ),
    "human_genes.tsv": (
        "symbol\thgnc_id\tncbigene_ids\tensembl_ids\tprevious_symbols\talias_symbols\n"
        "ZZ1\tHGNC:2\t99000002|99000009\tENSG00000000070|ENSG12345678901\t\tZ-1\n"
        "AA1\tHGNC:1|HGNC:10\t99000001\t\tOLD1|OLD2\tA one|a1\n"
        "AA2\tHGNC:3\t99000001\tENSG00000000003\t\t\n"
    ),
    "famplex_members.tsv": (
        "family\tmember_namespace\tmember\trelation\nZZ\tHGNC\tZZ1\tisa\n"
        "AA_complex\tHGNC\tAA1\tpartof\nZZ\tHGNC\tAA2\tisa\n"
    ),
    "disease_terms.tsv": "name\tdoid\nZ disease\tDOID:0007\nÄ disease\tDOID:8\nNone\tAmyCo:1\n",
    "mesh_xrefs.tsv": (
        "mesh\tmesh_name\tother\tother_name\tmapping\n"
        "mesh:D9\tSugar\tCHEBI:9\tsucrose\tone to one\n"
        "mesh:D1\tSalt\tCHEBI:2\tSalt\tambiguous\n"
        "mesh:D1\tSalt\tCHEBI:1\tsalt\tambiguous\n"
        "mesh:D2\tDiseases, Z\tDOID:0009\tZ's disease, type 1\tone to one\n"
        "mesh:D3\tZ's Disease, Type 1\tDOID:10\tZ's disease of type 1\tone to one\n"
        "mesh:D4\tÄ disease\tDOID:9\tanother disease\tambiguous\n"
        "mesh:D5\tÄ disease\tCHEBI:5\tno disease\tone to one\n"
    ),
}

SAME_NAME = {
    ("Asthma", "DOID:2841"),
    ("Crohn Disease", "DOID:8778"),
    ("Graves Disease", "DOID:12361"),
    ("Leukemia, Promyelocytic, Acute", "DOID:0060318"),
    ("Melanoma", "DOID:1909"),
    ("Muscular Atrophy, Spinal", "DOID:12377"),
    ("alpha-Thalassemia", "DOID:1099"),
}
"""MeSH terms that the facts map to a subtype, and the DOID with their name."""
MADE_UP_SAME_NAME = {("Diseases, Z", "DOID:0007"), ("Z's Disease, Type 1", "DOID:0009")}


class Made(NamedTuple):
    """Tables of facts, and the dictionaries made of them."""

    facts: Path
    dictionaries: Path

    def rows(self, name: str) -> list[dict[str, str]]:
        with (self.facts / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))

    def graph(self, name: str) -> Graph:
        return Graph().parse(self.dictionaries / name)


@pytest.fixture(scope="module", params=["made up", pytest.param("bundled", marks=pytest.mark.slow)])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Dictionaries of a few facts, and those that are bundled, where their facts are."""
    folder = tmp_path_factory.mktemp("facts")
    if request.param == "bundled":
        for name in MADE_UP:
            (folder / name).symlink_to(request.getfixturevalue("pfocr_data") / name)
        (folder / "organisms.tsv").unlink()
        (folder / "organisms.tsv").symlink_to(TABLE)
        return Made(folder, ONTOLOGIES)
    for name, text in MADE_UP.items():
        (folder / name).write_text(text, encoding="utf-8")
    done = make_dictionaries(folder, folder / "made")
    assert (done.returncode, done.stderr) == (0, "")
    return Made(folder, folder / "made")


def table_lines(name: str, folder: Path) -> tuple[str, list[str], list[list[str]]]:
    """Return the comment, header and rows of a dictionary that is a table."""
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    header, *rows = [line.split("\t") for line in lines if not line.startswith("#")]
    assert lines[: len(comments)] == comments
    return " ".join(line.removeprefix("# ") for line in comments), header, rows


def test_a_name_of_an_organism_belongs_to_no_other() -> None:
    graph = load("organisms.ttl")
    names = Counter(
        str(name).casefold()
        for organism in graph.subjects(RDF.type, PFOCR.Organism)
        for predicate in (RDFS.label, SKOS.altLabel)
        for name in graph.objects(organism, predicate)
    )
    assert names["mouse"] == 1
    assert [name for name, count in names.items() if count > 1] == []


def test_the_organisms_are_those_of_the_facts(made: Made) -> None:
    graph = made.graph("organisms.ttl")
    rows = made.rows("organisms.tsv")
    for row in rows:
        organism = OBO[f"NCBITaxon_{row['ncbitaxon']}"]
        assert list(graph.objects(organism, RDFS.label)) == [Literal(row["name"])]
        identifier = Literal(f"NCBITaxon:{row['ncbitaxon']}")
        assert list(graph.objects(organism, DCTERMS.identifier)) == [identifier]
        others = {str(name) for name in graph.objects(organism, SKOS.altLabel)}
        assert others == {name for name in row["other_names"].split("|") if name}
        kingdoms = [KINGDOMS[row["kingdom"]]] if row["kingdom"] else []
        assert list(graph.objects(organism, RDFS.subClassOf)) == kingdoms


@pytest.mark.slow
def test_the_organisms_of_pfocr_and_wikipathways_are_bundled(pfocr_data: Path) -> None:
    graph = load("organisms.ttl")
    for row in Made(pfocr_data, ONTOLOGIES).rows("organisms.tsv"):
        organism = OBO[f"NCBITaxon_{row['ncbitaxon']}"]
        assert graph.value(organism, RDFS.label) == Literal(row["name"])
        assert not row["common"] or (organism, SKOS.altLabel, Literal(row["common"])) in graph
    of_pathways = {
        name
        for info in (pfocr_data / "wikipathways-database").glob("pathways/*/*-info.json")
        for name in json.loads(info.read_text(encoding="utf-8"))["organisms"]
    }
    names = (graph.objects(None, predicate) for predicate in (RDFS.label, SKOS.altLabel))
    assert of_pathways <= {str(name) for some in names for name in some}


@pytest.mark.parametrize(
    ("name", "kingdom"),
    [
        ("Canis lupus familiaris", "animals"),
        ("Caenorhabditis elegans", "animals"),
        ("Chlamydomonas reinhardtii", "plants"),
        ("Saccharomyces cerevisiae S288C", "fungi"),
        ("Mycobacterium tuberculosis H37Rv", "bacteria"),
        ("Synechocystis sp. PCC 6803", "bacteria"),
        ("Haloferax volcanii", "archaea"),
        ("Severe acute respiratory syndrome coronavirus 2", "viruses"),
        ("Plasmodium falciparum", None),
    ],
)
def test_the_kingdom_of_an_organism(name: str, kingdom: str | None) -> None:
    organism = bundled_organisms().find(name)
    assert organism is not None
    assert bundled_kingdoms().get(organism.iri) == (kingdom and str(KINGDOMS[kingdom]))


def test_organisms_have_known_kingdoms() -> None:
    graph = load("organisms.ttl")
    kingdoms = Counter(graph.objects(None, RDFS.subClassOf))
    assert set(kingdoms) == set(KINGDOMS.values())
    without = set(graph.subjects(RDF.type, PFOCR.Organism)) - set(graph.subjects(RDFS.subClassOf))
    assert {str(graph.value(organism, RDFS.label)) for organism in without} == {
        "Plasmodium falciparum"
    }


def test_strains_of_lexicons_are_bundled() -> None:
    labels = bundled_organisms().labels
    for taxon in ("39947", "83332", "224308", "511145", "559292"):
        assert iris.organism(taxon) in labels
        assert iris.organism(organisms.species(taxon)) in labels


@pytest.mark.parametrize(
    ("name", "taxon"),
    [("yeast", "4932"), ("Glycine max", "3847"), ("soybean", "3847"), ("Gibberella zeae", "5518")],
)
def test_an_organism_by_any_of_its_names(name: str, taxon: str) -> None:
    assert bundled_organisms().find(name) == values.taxon(taxon)
    assert organisms.taxon(name) == taxon


def test_the_organisms_conform_to_their_shape() -> None:
    assert violations(load("organisms.ttl")) == set()


def test_the_gene_dictionary_is_sorted_and_complete() -> None:
    comment, header, rows = table_lines("human-genes.tsv", ONTOLOGIES)
    assert header == [*GENE_COLUMNS]
    symbols = [row[0] for row in rows]
    assert symbols == sorted(set(symbols))
    assert {len(row) for row in rows} == {6}
    assert all(number.isdigit() for row in rows for ids in row[1:3] for number in ids.split("|"))
    for source in ("(HGNC)", "NCBI Gene", "Ensembl", str(CC0), f"Rows: {len(rows)};"):
        assert source in comment
    shared = sum(count > 1 for count in Counter(row[2].split("|")[0] for row in rows).values())
    assert f"; {shared} NCBI gene ids" in comment


def test_the_gene_dictionary_holds_the_facts(made: Made) -> None:
    _, header, rows = table_lines("human-genes.tsv", made.dictionaries)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    for row in found:
        row["hgnc_id"] = "|".join(f"HGNC:{number}" for number in row["hgnc_id"].split("|"))
        ids = filter(None, row["ensembl_ids"].split("|"))
        row["ensembl_ids"] = "|".join(f"ENSG{int(number):011}" for number in ids)
    assert found == sorted(made.rows("human_genes.tsv"), key=lambda row: row["symbol"])


def test_the_families_are_those_of_the_facts(made: Made) -> None:
    comment, header, rows = table_lines("gene-families.tsv", made.dictionaries)
    assert header == ["name", "family"]
    names = [name for name, _ in rows]
    assert names == sorted(set(names))
    families = {row["family"] for row in made.rows("famplex_members.tsv")}
    assert {name for name, family in rows if name == family} == families
    others = [(name, family) for name, family in rows if name != family]
    assert {family for _, family in others} <= families
    for part in ("FamPlex", str(CC0), f"Rows: {len(rows)}; {len(others)} names"):
        assert part in comment


def test_the_mesh_terms_are_those_of_the_facts(made: Made) -> None:
    comment, header, rows = table_lines("mesh-xrefs.tsv", made.dictionaries)
    assert header == ["mesh", "mesh_name", "other", "other_name", "ambiguous"]
    assert rows == sorted(rows, key=lambda row: ("mesh:" + row[0], row[2]))
    found = {
        (f"mesh:{mesh}", name, other, other_name or name, "ambiguous" if cell else "one to one")
        for mesh, name, other, other_name, cell in rows
    }
    facts = {tuple(row.values()) for row in made.rows("mesh_xrefs.tsv")}
    assert {(other.split(":")[0], cell) for *_, other, _, cell in facts - found} == {
        ("DOID", "one to one")
    }
    corrected = {(name, other) for _, name, other, _, _ in found - facts}
    assert corrected == (SAME_NAME if made.dictionaries == ONTOLOGIES else MADE_UP_SAME_NAME)
    for source in ("Gilda", "BSD-2-Clause", f"Rows: {len(facts)}; {len(corrected)} have"):
        assert source in comment


def test_a_chebi_id_or_doid_has_one_mesh_term() -> None:
    _, _, rows = table_lines("mesh-xrefs.tsv", ONTOLOGIES)
    others = Counter(other for _, _, other, _, ambiguous in rows if not ambiguous)
    assert set(others.values()) == {1}


def make_dictionaries(
    folder: Path, output: Path, hash_seed: str = "0"
) -> subprocess.CompletedProcess[str]:
    files = {
        "--organisms": folder / "organisms.tsv",
        "--genes": folder / "human_genes.tsv",
        "--families": folder / "famplex_members.tsv",
        "--mesh": folder / "mesh_xrefs.tsv",
        "--diseases": folder / "disease_terms.tsv",
        "--output": output,
    }
    arguments = [str(part) for pair in files.items() for part in pair]
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("hash_seed", ["1", pytest.param("2", marks=pytest.mark.slow)])
def test_the_dictionaries_are_what_the_script_writes(
    made: Made, tmp_path: Path, hash_seed: str
) -> None:
    done = make_dictionaries(made.facts, tmp_path, hash_seed)
    assert (done.returncode, done.stderr) == (0, "")
    for name in NAMES:
        assert (tmp_path / name).read_bytes() == (made.dictionaries / name).read_bytes()


@pytest.mark.parametrize(
    ("organisms", "part"),
    [
        ("ncbitaxon\tname\n9606\tHomo sapiens\n", "organisms.tsv: no column kingdom, other_names"),
        (
            "ncbitaxon\tname\tother_names\tkingdom\n9606\tHomo sapiens\n",
            "organisms.tsv, line 2: not as many",
        ),
    ],
)
def test_the_script_names_a_table_that_it_cannot_use(
    tmp_path: Path, organisms: str, part: str
) -> None:
    (tmp_path / "organisms.tsv").write_text(organisms, encoding="utf-8")
    done = make_dictionaries(tmp_path, tmp_path / "out")
    assert done.returncode == 1
    assert part in done.stderr
    assert len(done.stderr.splitlines()) == 1
