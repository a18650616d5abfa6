"""Which files are a record's, and when their sizes and times say that it has not changed."""

from __future__ import annotations

import os
import time
import unicodedata
from pathlib import Path

import pytest

import pfocr_kg

SECOND = 1_000_000_000
RECORD = "---\nfigid: PMC1__F1\npmcid: PMC1\nfigtitle: {}\n---\n"


def write(record: Path, title: str, changed: int) -> None:
    record.write_text(RECORD.format(title), encoding="utf-8")
    os.utime(record, ns=(changed, changed))


def titles(store: Path) -> list[str]:
    with pfocr_kg.open(store) as graph:
        text = (
            "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?title { ?f dcterms:title ?title }"
        )
        return [row.title for row in graph.query(text).records()]


@pytest.mark.parametrize(
    ("age", "found"),
    [
        pytest.param(0, "new", id="just before it was read"),
        pytest.param(-60, "new", id="by a clock that is ahead"),
        pytest.param(10, "old", id="long before it was read"),
    ],
)
def test_a_change_that_leaves_size_and_time(age: int, found: str, tmp_path: Path) -> None:
    """It is seen where the time is too new to tell: some file systems have steps of two seconds."""
    record, store = tmp_path / "corpus" / "_figures" / "a.md", tmp_path / "store"
    record.parent.mkdir(parents=True)
    changed = time.time_ns() - age * SECOND
    write(record, "old", changed)
    pfocr_kg.build(tmp_path / "corpus", store)
    write(record, "new", changed)
    pfocr_kg.build(tmp_path / "corpus", store)
    assert titles(store) == [found]


GENES = "organism_id\torganism_name\tword\tmatch\tncbigene_symbol\tncbigene_id\tsource\n"
SPELLINGS = ["NFC", "NFD", "mixed"]


def spelled(form: str) -> str:
    """A figid with an e acute and an o diaeresis in a normal form of Unicode, or in both."""
    if form == "mixed":
        return "PMC1__\u00e9o\u0308"
    return unicodedata.normalize(form, "PMC1__\u00e9\u00f6")


def genes_and_pathways(store: Path) -> list[str]:
    with pfocr_kg.open(store) as graph:
        found = graph.query(
            """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
            SELECT ?x { ?figure pfocr:gene|pfocr:relatedPathway ?x } ORDER BY ?x"""
        )
        return [str(row.x).rpartition("/")[2] for row in found.records()]


@pytest.mark.parametrize("figid", SPELLINGS)
@pytest.mark.parametrize("file", ["NFC", "NFD"])
def test_files_of_another_normal_form(figid: str, file: str, tmp_path: Path) -> None:
    """Some systems change the normal form of a file's name."""
    corpus, store = tmp_path / "corpus", tmp_path / "store"
    data = corpus / "_data"
    data.mkdir(parents=True)
    (corpus / "_figures").mkdir()
    (corpus / "_figures" / "a.md").write_text(f"---\nfigid: {spelled(figid)}\npmcid: PMC1\n---\n")
    table = data / f"{spelled(file)}-genes.tsv"
    rows = [f"10090\tMus musculus\ta\ta\ta\t{number}\ts\n" for number in (7, 8)]
    table.write_text(GENES + rows[0], encoding="utf-8")
    (data / "wpid_map.tsv").write_text(f"{spelled(file)}\tWP5\n", encoding="utf-8")
    for path in (table, *corpus.glob("*/*")):
        os.utime(path, ns=(0, 0))
    pfocr_kg.build(corpus, store)
    assert genes_and_pathways(store) == ["7", "WP5"]
    assert pfocr_kg.build(corpus, store).changes["unchanged"] == 1
    table.write_text(GENES + "".join(rows), encoding="utf-8")
    pfocr_kg.build(corpus, store)
    assert genes_and_pathways(store) == ["7", "8", "WP5"]


def test_table_of_the_own_spelling_comes_first(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"---\nfigid: {spelled('NFD')}\npmcid: PMC1\n---\n")
    for form, number in (("NFC", 7), ("NFD", 8)):
        row = f"10090\tMus musculus\ta\ta\ta\t{number}\ts\n"
        (tmp_path / f"{spelled(form)}-genes.tsv").write_text(GENES + row, encoding="utf-8")
    pfocr_kg.build(tmp_path, tmp_path / "store")
    assert genes_and_pathways(tmp_path / "store") == ["8"]
