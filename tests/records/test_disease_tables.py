"""The tables of diseases in `ontologies/`: what they hold, and that their script writes them."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from pfocr_kg.records.dictionaries import bundled_diseases
from places import ROOT
from vocabulary import ONTOLOGIES

SCRIPT = ROOT / "tools" / "make_disease_tables.py"
FACTS = {
    "disease_terms.tsv": "name\tdoid\nZ disease\tDOID:0007\nÄ disease\tDOID:8\nNone\tAmyCo:1\n",
    "disease_genes.tsv": (
        "symbol\tdoid\nAA1\tDOID:8\nOLD\tDOID:8\nALIAS\tDOID:8\nBOTH\tDOID:8\nENSP1\tDOID:8\n"
        "AA1\tAmyCo:1\n"
    ),
    "human_genes.tsv": (
        "symbol\tncbigene_ids\tprevious_symbols\talias_symbols\n"
        "AA1\t21|9\t\tBOTH\nBB1\t3\tOLD\tALIAS|BOTH|AA1\n"
    ),
}


def rows(path: Path) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    table = [line for line in lines if not line.startswith("#")]
    return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def ontology(folder: Path, more: str = "") -> Path:
    """The Disease Ontology, as far as the bundled table has it, in OBO format."""
    known = rows(ONTOLOGIES / "disease-names.tsv")
    terms = [(row["doid"], row["name"]) for row in known]
    terms += [("DOID:4", "disease"), ("DOID:225", "syndrome")]
    stanzas = "".join(f"\n[Term]\nid: {doid}\nname: {name}\n" for doid, name in terms)
    path = folder / "doid.obo"
    path.write_text(
        f"format-version: 1.2\ndata-version: doid/releases/2021-11-17/doid.obo\n{stanzas}{more}",
        encoding="utf-8",
    )
    return path


def make(facts: Path, obo: Path, output: Path) -> subprocess.CompletedProcess[str]:
    files = {
        "--diseases": facts / "disease_terms.tsv",
        "--disease-genes": facts / "disease_genes.tsv",
        "--genes": facts / "human_genes.tsv",
        "--ontology": obo,
        "--output": output,
    }
    arguments = [str(part) for pair in files.items() for part in pair]
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    for name, text in FACTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_bundled_tables_are_what_the_script_writes(pfocr_data: Path, tmp_path: Path) -> None:
    done = make(pfocr_data, ontology(tmp_path), tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    for name in ("diseases.tsv", "disease-names.tsv"):
        assert (tmp_path / name).read_bytes() == (ONTOLOGIES / name).read_bytes()


def test_symbols_become_ids_of_approved_names_first(facts: Path) -> None:
    assert make(facts, ontology(facts), facts).stderr == ""
    assert [tuple(row.values()) for row in rows(facts / "diseases.tsv")] == [
        ("DOID:0007", "Z disease", ""),
        ("DOID:8", "Ä disease", "3|21"),
    ]
    said = (facts / "diseases.tsv").read_text(encoding="utf-8")
    assert "1 names with an AmyCo id" in said
    assert "2 have none and are left out:\n# BOTH ENSP1\n" in said


def test_obsolete_terms_and_other_ids_are_left_out(facts: Path) -> None:
    more = (
        "\n[Term]\nid: DOID:99999991\nname: old disease\nis_obsolete: true\n"
        "\n[Term]\nid: DOID:99999992\nname: obsolete other disease\n"
        "\n[Term]\nid: CHEBI:1\nname: water\n\n[Typedef]\nid: DOID:99999993\nname: has\n"
    )
    assert make(facts, ontology(facts, more), facts).stderr == ""
    made = (facts / "disease-names.tsv").read_bytes()
    assert made == (ONTOLOGIES / "disease-names.tsv").read_bytes()


def test_another_name_that_the_ontology_gives_away_is_refused(facts: Path) -> None:
    done = make(facts, ontology(facts, "\n[Term]\nid: DOID:1\nname: Autism\n"), facts)
    assert done.returncode == 1
    assert "'autism' is a name of its own" in done.stderr


def test_every_name_belongs_to_one_disease() -> None:
    table = rows(ONTOLOGIES / "disease-names.tsv")
    names = [row["name"] for row in table]
    names += [name for row in table for name in filter(None, row["other_names"].split("|"))]
    assert len(set(map(str.casefold, names))) == len(names)


def test_diseases_and_names_agree() -> None:
    """So that a disease has one name in both tables, whatever the case of its letters."""
    names = {row["doid"]: row["name"] for row in rows(ONTOLOGIES / "disease-names.tsv")}
    differing = {
        row["name"]
        for row in rows(ONTOLOGIES / "diseases.tsv")
        if row["name"].casefold() != names.get(row["doid"], "").casefold()
    }
    assert differing == {"DOID:12252"}  # which the Disease Ontology has given up


def test_no_disease_is_called_by_its_id() -> None:
    labels = bundled_diseases().labels
    assert len(labels) == len(rows(ONTOLOGIES / "disease-names.tsv"))
    assert not [label for label in labels.values() if label.startswith("DOID:")]


def test_the_tables_say_whose_they_are() -> None:
    diseases = (ONTOLOGIES / "diseases.tsv").read_text(encoding="utf-8")
    assert "Jensen Lab" in diseases
    assert "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/" in diseases
    assert "16 have none and are left out" in diseases
    names = (ONTOLOGIES / "disease-names.tsv").read_text(encoding="utf-8")
    assert "Disease Ontology" in names
    assert "CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/" in names
