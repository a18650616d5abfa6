"""The index of names holds what records and pathways say, however the graph came about."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from pathlib import Path

import pytest
import yaml

import indexed
import pfocr_kg
from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.names import lookup
from pfocr_kg.store.embedded import Embedded
from places import EXCERPT

HEADER = "organism_id\torganism_name\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\n"


@pytest.fixture
def corpus(sample: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample, tmp_path / "corpus"))


@pytest.fixture
def pmc_ids(tmp_path: Path) -> Path:
    path = tmp_path / "PMC-ids.csv"
    path.write_text("DOI,PMCID,PMID\n,PMC3614012,23456789\n,PMC1,1\n", encoding="utf-8")
    return path


def edited(corpus: Path) -> None:
    """Take figures away, and draw other genes in one."""
    for page in sorted((corpus / "_figures").glob("*.md"))[::5]:
        page.unlink()
    table = corpus / "_data" / "PMC3614012__nihms379615f2-genes.tsv"
    row = "9606\tHomo sapiens\tp53\tp53\tTP53\t7157\tncbigene_synonym\n"
    table.write_text(HEADER + row, encoding="utf-8")


@pytest.mark.slow
def test_updated_and_linked_is_built_and_linked(
    corpus: Path, pmc_ids: Path, tmp_path: Path
) -> None:
    pathways = pfocr_kg.WikiPathways((EXCERPT,), pmc_ids=pmc_ids)
    store, full = tmp_path / "store", tmp_path / "full"
    pfocr_kg.build(corpus, store, wikipathways=pathways)
    before = indexed.rows(store)
    only_in_pathways = [row for row in before if row.startswith("thing") and row.endswith(" 1)")]
    assert all(row.endswith(" 0, 1)") for row in only_in_pathways if "'pathway'" not in row)
    assert len(only_in_pathways) > 10
    pfocr_kg.link(store, pathways)
    assert indexed.rows(store) == before
    edited(corpus)
    pfocr_kg.build(corpus, store, wikipathways=pathways)
    pfocr_kg.build(corpus, full, wikipathways=pathways)
    assert indexed.rows(store) == indexed.rows(full) != before
    pfocr_kg.build(corpus, store)
    pfocr_kg.build(corpus, tmp_path / "unlinked")
    assert indexed.rows(store) == indexed.rows(tmp_path / "unlinked")


def test_added_figures_keep_what_pathways_gave(corpus: Path, pmc_ids: Path, tmp_path: Path) -> None:
    pages = sorted((corpus / "_figures").glob("*.md"))
    for page in pages[::2]:
        (tmp_path / "later" / "_figures").mkdir(parents=True, exist_ok=True)
        page.rename(tmp_path / "later" / "_figures" / page.name)
    shutil.copytree(corpus / "_data", tmp_path / "later" / "_data")
    store = tmp_path / "store"
    pathways = pfocr_kg.WikiPathways((EXCERPT,), pmc_ids=pmc_ids)
    pfocr_kg.build(corpus, store, wikipathways=pathways)
    linked = {row for row in indexed.rows(store) if row.startswith(("linked", "pubmed"))}
    pfocr_kg.build(tmp_path / "later", store, add=True)
    after = indexed.rows(store)
    assert linked <= {*after}
    pfocr_kg.link(store, pathways)
    kept, linked_again = (
        [row for row in rows if row.startswith(("name", "word", "part"))]
        for rows in (after, indexed.rows(store))
    )
    assert kept == linked_again


def test_figures_are_those_of_the_records(sample: Path, built_sample: Path) -> None:
    (place,) = built_sample.glob("generations/*/names.sqlite")
    found = {
        figid: rest
        for figid, *rest in sqlite3.connect(place).execute(
            "SELECT figid, title, paper_title, alias, file_name, pmcid, genes FROM figure"
        )
    }
    pages = [
        yaml.load(path.read_text("utf-8").split("---\n")[1], yaml.BaseLoader)
        for path in sorted((sample / "_figures").glob("*.md"))
    ]
    assert found.keys() == {page["figid"] for page in pages}
    for page in pages:
        title, paper_title, alias, file_name, pmcid, genes = found[page["figid"]]
        assert title == page.get("figtitle", "").strip()
        assert paper_title == page.get("papertitle", "").strip()
        assert alias == page.get("figid_alias", "")
        assert file_name == page.get("filename", "")
        assert pmcid == page["pmcid"]
        table = sample / "_data" / f"{page['figid']}-genes.tsv"
        if table.exists():
            with table.open(encoding="utf-8") as file:
                rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
                assert genes == len({row["ncbigene_id"] for row in rows if row["ncbigene_id"]})


@pytest.mark.parametrize("damage", [b"", b"no database" * 500])
def test_a_damaged_index_is_said(damage: bytes, built_sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(built_sample, store)
    (place,) = store.glob("generations/*/names.sqlite")
    place.write_bytes(damage)
    with Embedded(store) as opened, pytest.raises(DamagedStoreError, match=r"names\.sqlite"):
        lookup.of_store(opened).matches("TP53")
