"""Which names are read from the texts that people paste: lists, and tables of many programs."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_kg.errors import QueryError
from pfocr_kg.link.gene_columns import read_column

LISTS = {
    "one per line": ("TNF\nIL6\nSTAT1\n", "TNF IL6 STAT1"),
    "commas": ("TNF,IL6, STAT1", "TNF IL6 STAT1"),
    "semicolons and bars": ("TNF;IL6|STAT1", "TNF IL6 STAT1"),
    "tabs in one line": ("TNF\tIL6\tSTAT1", "TNF IL6 STAT1"),
    "quotation marks": ("'TNF','IL6'\n\"STAT1\"", "TNF IL6 STAT1"),
    "comments, mark, Windows": ("\ufeff# mine\r\nTNF # best\r\n\r\nIL6\r\n", "TNF IL6"),
    "several per line": ("IFNB1, STAT1\nTNF\nIL6, TBK1, IRF3", "IFNB1 STAT1 TNF IL6 TBK1 IRF3"),
    "a header": ("Gene Symbol\nTNF\nIL6", "TNF IL6"),
    "numbers": ("7157\n4193", "7157 4193"),
    "numbers below any header": ("my id\n7157\n4193", "my id 7157 4193"),
    "numbers in columns": ("7157,4193\n1026,596", "7157 4193 1026 596"),
    "numbers in the one line": ("IL6,596,1", "IL6 596 1"),
    "probes": ("IL6 /// IL6ST", "IL6 IL6ST"),
    "empty": ("", ""),
    "comments only": ("# TNF", ""),
}


@pytest.mark.parametrize(("text", "names"), LISTS.values(), ids=LISTS)
def test_lists(text: str, names: str) -> None:
    assert " ".join(read_column(text).cells) == names


def test_blanks_are_left_to_the_names() -> None:
    """Only names can tell a name with a blank from two names."""
    assert read_column("TNF alpha\nIL6  STAT1").cells == ("TNF alpha", "IL6  STAT1")


TABLES = {
    "DESeq2 by write.csv": '"","baseMean","padj"\n"TNF",7040,NA\n"IL6",3553,1e-5\n',
    "DESeq2 by write.table": '"baseMean" "padj"\n"TNF" 7040 0.01\n"IL6" 3553 0.01\n',
    "R's console": "    baseMean  padj\nTNF     7040  0.01\nIL6     3553 <2e-16\n",
    "row names and symbols": '"","padj","symbol"\n"ENSG01",1,"TNF"\n"ENSG02",2,"IL6"\n',
    "row names and words": '"","what","p"\n"TNF","a",1\n"IL6","b",2\n',
    "row names without numbers": "\twhat\nTNF\ta\nIL6\tb\n",
    "numbered rows": '"","x","hits"\n"1","TNF",2\n"2","IL6",3\n',
    "tabs": "gene\tlog2FC\tbaseMean\nTNF\t2\t7040\nIL6\t10\t3553\n",
    "Excel in Germany": "\ufeffGene Symbol;logFC;what\r\nTNF;1,5;a, b\r\nIL6;2,5;\r\n",
    "Excel's sep": "sep=;\nSYMBOL;logFC\nTNF;1\nIL6;2\n",
    "GEO2R": '"ID"\t"P.Value"\t"Gene.symbol"\n"1"\t"0.1"\t"TNF///IL6"\n"2"\t"0.2"\t""\n',
    "symbols before ids": "gene_id,gene_name,p\nENSG01,TNF,1\nENSG02,IL6,2\n",
    "BioMart": "Gene stable ID\tdescription\nTNF\ttumor necrosis factor\nIL6\tinterleukin 6\n",
    "a header after a #": "# made today\n#probe\tgene\nx\tTNF\ny\tIL6\n",
    "comments": "# made today\ngene,p\nTNF,1\n# more\nIL6,2\n",
    "no header": "TNF\t2\t7040\nIL6\t10\t3553\n",
    "no header, commas": "TNF,596,1\nIL6,7,2\n",
    "missing names": "symbol\tp\nTNF\t1\nNA\t2\n---\t2\nIL6\t3\n\t4\n",
    "a name of one cell less": "padj\nTNF\t1\nIL6\t2\n",
    "rows of other lengths": "gene\tp\nTNF\nTNF\t1\nIL6\t2\nIL6\t2\t3\n",
    "a mark that is not closed": 'gene\twhat\nTNF\t"5 prime\nIL6\tb\n',
    "several names in a cell": "x;Gene names;p\n1;TNF|IL6;1\n2;IL6;3\n",
}


@pytest.mark.parametrize("text", TABLES.values(), ids=TABLES)
def test_tables(text: str) -> None:
    assert list(dict.fromkeys(read_column(text).cells)) == ["TNF", "IL6"]


@pytest.mark.parametrize(
    "header",
    [
        *("symbol", "SYMBOL", "Gene Symbol", "gene_symbol", "Gene.symbol", "hgnc_symbol", "Genes"),
        *("Hugo_Symbol", "external_gene_name", "gene_name", "GeneName", "gene_short_name", "gene"),
        *(
            "Entrez",
            "entrez_id",
            "ENTREZID",
            "NCBI gene ID",
            "GeneID",
            "ENSEMBL",
            "ensembl_gene_id",
            "HGNC",
        ),
    ],
)
def test_names_of_columns(header: str) -> None:
    found = read_column(f"what,{header},p\nx,TNF,1\ny,IL6,2\n")
    assert (found.cells, found.column) == (("TNF", "IL6"), header)


ASKED = "sym,Entrez,FC\nTNF,7124,1\nIL6,3569,2"


@pytest.mark.parametrize(
    ("column", "cells"),
    [("sym", "TNF IL6"), ("SYM", "TNF IL6"), ("entrez", "7124 3569"), ("2", "7124 3569")],
)
def test_asked_columns(column: str, cells: str) -> None:
    assert " ".join(read_column(ASKED, column).cells) == cells


@pytest.mark.parametrize("text", [ASKED, "TNF\nIL6", "x\ty\tz\nTNF\tup\ta\n"])
def test_columns_that_are_not_there(text: str) -> None:
    with pytest.raises(QueryError, match="has no column 'nope'"):
        read_column(text, "nope")


def test_a_background_need_not_have_the_column() -> None:
    assert read_column("TNF\nIL6", "nope", optional=True).cells == ("TNF", "IL6")
    assert read_column("symbol,p\nTNF,1", "nope", optional=True).cells == ("TNF",)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("TNF\tup\nIL6\tdown", r"1 \(TNF\), 2 \(up\)"),
        ("x,y\n1,2\n3,4", r"1 \(x\), 2 \(y\)"),
        ("probe,what,p\na,b,1\nc,d,2", r"1 \(probe\), 2 \(what\), 3 \(p\)"),
    ],
)
def test_tables_without_a_clear_column(text: str, columns: str) -> None:
    with pytest.raises(QueryError, match=columns) as error:
        read_column(text)
    assert "--column" in error.value.hint


@given(st.text(alphabet=string.printable + "é\u2028\ufeff"), st.sampled_from(["", "1", "gene"]))
def test_any_text_is_read_or_refused(text: str, column: str) -> None:
    try:
        found = read_column(text, column)
    except QueryError:
        return
    assert all(cell and cell == cell.strip() for cell in found.cells)
