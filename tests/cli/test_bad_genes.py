"""Dictionaries of genes that a user gives: read in two forms, and refused in one line."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bad_input import FIGURE, FOLDER, NOISE, Kept, Special, is_one_line, lay, record, table, triples
from fork_server import Finished
from pfocr_kg.records.gene_dictionary import read_gene_dictionary

# Dictionaries of genes

HUMAN_BY_KEYWORD = (
    "organisms: Homo sapiens\nschema-jsonld:\n  '@context': https://schema.org/\n"
    "  keywords: [NEWSYM, OLDSYM, OTHER]\n"
)


HGNC_COLUMNS = (
    "hgnc_id symbol name locus_group locus_type status location location_sortable alias_symbol "
    "alias_name prev_symbol prev_name gene_group gene_group_id date_approved_reserved entrez_id"
).split()


GENE_INFO_COLUMNS = (
    "#tax_id GeneID Symbol LocusTag Synonyms dbXrefs chromosome map_location description "
    "type_of_gene Symbol_from_nomenclature_authority Full_name_from_nomenclature_authority "
    "Nomenclature_status Other_designations Modification_date Feature_type"
).split()


def hgnc(*genes: dict[str, str]) -> bytes:
    return table(HGNC_COLUMNS, *([g.get(c, "") for c in HGNC_COLUMNS] for g in genes))


def gene_info(*genes: dict[str, str]) -> bytes:
    return table(GENE_INFO_COLUMNS, *([g.get(c, "-") for c in GENE_INFO_COLUMNS] for g in genes))


NEW = {"symbol": "NEWSYM", "entrez_id": "990001", "prev_symbol": '"OLDSYM|TWICE"'}
OTHER = {"symbol": "OTHER", "entrez_id": "990002", "prev_symbol": "TWICE"}
COMPLETE_SET = hgnc(NEW, OTHER)


GENE_INFO = gene_info(
    {"#tax_id": "9606", "GeneID": "990001", "Symbol": "LOC1", GENE_INFO_COLUMNS[10]: "NEWSYM"},
    {"#tax_id": "9606", "GeneID": "990002", "Symbol": "OTHER"},
    {"#tax_id": "10090", "GeneID": "990003", "Symbol": "OLDSYM"},
)


@pytest.mark.parametrize(
    ("content", "drawn"),
    [
        pytest.param(COMPLETE_SET, {"990001", "990002"}, id="hgnc"),
        pytest.param(gzip.compress(COMPLETE_SET), {"990001", "990002"}, id="hgnc-gz"),
        pytest.param(COMPLETE_SET.replace(b"\n", b"\r\n"), {"990001", "990002"}, id="hgnc-crlf"),
        pytest.param(
            COMPLETE_SET.replace(b"\n", b"\n# a remark\n"), {"990001", "990002"}, id="hgnc-remarks"
        ),
        pytest.param(GENE_INFO, {"990001", "990002"}, id="gene_info"),
        pytest.param(gzip.compress(GENE_INFO), {"990001", "990002"}, id="gene_info-gz"),
    ],
)
def test_genes_of_the_user(
    content: bytes, drawn: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    page, genes, store = tmp_path / "r.md", tmp_path / "genes", tmp_path / "store"
    page.write_bytes(record(HUMAN_BY_KEYWORD))
    genes.write_bytes(content)
    done = run_cli("build", page, "--genes", genes, "--store", store, "--strict")
    assert done.code == 0, done.stderr
    base = f"<{FIGURE}> <https://w3id.org/pfocr/vocab#gene> <https://identifiers.org/ncbigene/"
    assert {t[len(base) :].split(">")[0] for t in triples(store) if t.startswith(base)} == drawn


GZ = gzip.compress(COMPLETE_SET)


BAD_GENES: dict[str, bytes | Special | None] = {
    "gone": None,
    "folder": FOLDER,
    "empty": b"",
    "noise": NOISE,
    "other columns": b"a\tb\n1\t2\n",
    "header only": hgnc(),
    "no ids": hgnc({"symbol": "TNF", "entrez_id": "TNF"}),
    "Latin-1": COMPLETE_SET.replace(b"OTHER", b"\xe9"),
    "UTF-16": COMPLETE_SET.decode().encode("utf-16"),
    "gz cut": GZ[:60],
    "gz cut early": GZ[:5],
    "gz with wrong checksum": GZ[:-6] + b"\0" + GZ[-5:],
    "gz with noise": GZ[:40] + NOISE[:20] + GZ[60:],
    "gz with a tail": GZ + b"junk",
}


@pytest.mark.parametrize("name", BAD_GENES, ids=lambda name: name.replace(" ", "-"))
def test_genes_that_cannot_be_read(
    name: str, neighbours: Path, kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    genes = tmp_path / "genes"
    if (content := BAD_GENES[name]) is not None:
        lay(tmp_path, {"genes": content})
    done = run_cli("build", neighbours, "--genes", genes, "--store", kept.path, "-q")
    assert done.code == 2
    assert is_one_line(done.stderr)
    assert str(genes) in done.stderr
    kept.check()


def test_genes_from_a_named_pipe(
    neighbours: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    os.mkfifo(tmp_path / "genes")
    store = tmp_path / "store"
    done = run_cli("build", neighbours, "--genes", tmp_path / "genes", "--store", store, timeout=5)
    assert done.code == 2


@pytest.mark.parametrize(
    ("symbol", "number"),
    [("OTHER", "٣٤"), ("OTHER", "0"), ("OTHER", "007"), ("OTHER\x01", "34")],
    ids=["arabic-digits", "zero", "leading-zeros", "control-character"],
)
def test_genes_with_ids_that_are_none(
    symbol: str, number: str, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """They must reach neither an IRI nor a label; the rest of the dictionary is good."""
    page, genes, store = tmp_path / "r.md", tmp_path / "genes", tmp_path / "store"
    page.write_bytes(
        record("organisms: Homo sapiens\nschema-jsonld:\n  keywords: [NEWSYM, OTHER]\n") + b"\n"
    )
    (tmp_path / "_data").mkdir()
    genes.write_bytes(hgnc(NEW, {"symbol": symbol, "entrez_id": number}))
    done = run_cli("build", page, "--genes", genes, "--store", store)
    if done.code == 2:
        assert is_one_line(done.stderr)
        return
    assert read_gene_dictionary(genes).by_symbol == {
        "NEWSYM": "990001",
        "OLDSYM": "990001",
        "TWICE": "990001",
    }
