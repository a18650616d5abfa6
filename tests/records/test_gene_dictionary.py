"""What is known of human genes: in the bundled dictionary, and in one of the user."""

from __future__ import annotations

from pathlib import Path

import pytest

from bad_input import table
from pfocr_kg.records.gene_dictionary import (
    GeneDictionary,
    GeneRow,
    bundled_genes,
    normal_form,
    read_gene_dictionary,
)

ROWS = (
    GeneRow("AAA1", "11|91|92", "7|12345678901", "OLD|BOTH", "A-1|a 1"),
    GeneRow("BBB1", "12|92", "8", "BOTH", "AAA-1|OLD-1"),
    GeneRow("BBB2", "12", "", "", ""),
    GeneRow("CCC1", "13|11", "", "BBB1", "\u03b2-c"),
)


def dictionary(*rows: GeneRow) -> GeneDictionary:
    return GeneDictionary(lambda: rows)


@pytest.mark.parametrize(
    ("symbol", "number"),
    [("TMPRSS2", "7113"), ("RUNX1", "861"), ("MCL1", "4170"), ("CBS", "875")],
)
def test_genes_with_several_ids_are_known(symbol: str, number: str) -> None:
    """Facts of HGNC and NCBI Gene: each has a copy on an alternative assembly."""
    genes = bundled_genes()
    gene = genes.find(symbol)
    assert gene is not None
    assert gene.identifier == number
    assert genes.approved_symbols(number) == (symbol,)


def test_a_copy_has_the_symbol_of_its_gene() -> None:
    """NCBI gene 124905021 is TMPRSS2 on an alternative assembly."""
    genes = bundled_genes()
    assert genes.approved_symbols("124905021") == ("TMPRSS2",)
    assert genes.ensembl_ids("7113") == ("ENSG00000184012",)
    assert genes.ensembl_ids("124905021") == ()


def test_symbols_of_ids() -> None:
    genes = dictionary(*ROWS)
    symbols = {number: genes.approved_symbols(number) for number in ("11", "12", "91", "92", "5")}
    assert symbols == {
        "11": ("AAA1",),  # it is also a copy of CCC1, but a gene of its own first
        "12": ("BBB1", "BBB2"),
        "91": ("AAA1",),
        "92": ("AAA1", "BBB1"),
        "5": (),
    }


def test_a_symbol_finds_the_gene_that_has_it_now() -> None:
    assert dictionary(*ROWS).by_symbol == {
        "AAA1": "11",
        "BBB1": "12",  # not 13, whose symbol it was
        "BBB2": "12",
        "CCC1": "13",
        "OLD": "11",
    }


def test_previous_symbols_and_ensembl_ids() -> None:
    genes = dictionary(*ROWS, GeneRow("DDD1", "14", "", "OLD\x01|FINE", ""))
    assert genes.previous_symbols("11") == ("OLD", "BOTH")
    assert genes.previous_symbols("14") == ("FINE",)
    assert genes.ensembl_ids("11") == ("ENSG00000000007", "ENSG12345678901")
    assert genes.ensembl_ids("12") == ("ENSG00000000008",)


@pytest.mark.parametrize(
    ("name", "number", "count"),
    [
        ("AAA1", "11", 2),  # and BBB1 by its alias AAA-1
        ("aaa-1", "12", 2),
        ("AAA1", "91", 2),  # a copy is its gene
        ("AAA1", "13", 3),  # a gene without that name counts too
        ("both", "11", 2),
        ("A1", "11", 1),  # twice among the aliases of one gene
        ("BBB2", "12", 1),
        ("BBB1", "12", 2),
        ("\u0392 C", "13", 1),
        ("unknown", "11", 1),
        ("-", "11", 1),
    ],
)
def test_genes_that_a_name_can_mean(name: str, number: str, count: int) -> None:
    assert dictionary(*ROWS).genes_named(name, number) == count


def test_names_are_compared_without_case_and_signs() -> None:
    assert normal_form(" TNF-\u03b1_(1)/x ") == normal_form("tnf\u03b11X") == "tnf\u03b11x"


HGNC = table(
    "symbol entrez_id prev_symbol alias_symbol ensembl_gene_id".split(),
    ["AAA1", "11", '"OLD|FORMER"', '"A-1|one"', "ENSG00000000007"],
    ["BBB1", "12", "", "OLD", "none"],
)
GENE_INFO = table(
    "#tax_id GeneID Symbol Synonyms dbXrefs Symbol_from_nomenclature_authority".split(),
    ["9606", "11", "AAA1", "OLD|FORMER", "HGNC:HGNC:1|Ensembl:ENSG00000000007|MIM:1", "-"],
    ["9606", "12", "BBB1", "OLD", "-", "-"],
    ["10090", "13", "Ccc1", "OLD", "Ensembl:ENSMUSG00000000007", "-"],
    ["9606", "14", "DDD1", "-", "Ensembl:ENSG7", "-"],
)


@pytest.mark.parametrize(
    ("content", "previous"), [(HGNC, ("OLD", "FORMER")), (GENE_INFO, ())], ids=["hgnc", "gene_info"]
)
def test_a_dictionary_of_the_user_gives_all_its_names(
    content: bytes, previous: tuple[str, ...], tmp_path: Path
) -> None:
    (tmp_path / "genes").write_bytes(content)
    genes = read_gene_dictionary(tmp_path / "genes")
    assert genes.has_aliases
    assert genes.previous_symbols("11") == previous
    assert genes.ensembl_ids("11") == ("ENSG00000000007",)
    assert genes.ensembl_ids("12") == genes.ensembl_ids("14") == ()
    assert genes.genes_named("old", "11") == 2
    assert genes.genes_named("former", "11") == 1


def test_without_alias_symbols_nobody_knows_what_a_name_can_mean(tmp_path: Path) -> None:
    columns = "symbol entrez_id prev_symbol".split()
    (tmp_path / "genes").write_bytes(table(columns, ["AAA1", "11", ""]))
    assert not read_gene_dictionary(tmp_path / "genes").has_aliases
