"""Names that pathways give to genes: which of them count."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pfocr_kg.link import gene_names
from pfocr_kg.link.wikipathways import read_all
from pfocr_kg.model import GeneName, Pathway
from pfocr_kg.records import values
from pfocr_kg.records.gene_dictionary import GeneDictionary, GeneRow, bundled_genes
from places import ROOT
from plain_reading import human_genes

ROWS = [GeneRow("AAA1", "1|101", "", "OLD1", "alias"), GeneRow("BBB2", "2", "", "", "")]
GENES = GeneDictionary(lambda: ROWS)

SLIPS = {
    *("66870", "192294", "112441463", "228357", "15375", "323832", "393344", "324790"),
    *("74451", "81869", "521383"),
}
"""Genes of other organisms than human whose only label, in August 2026, is another gene's name: two
mouse pathways call the ids of Serbp1 and Foxa1 "Serpine1" and "Hmgcr", for example."""


def pathway(number: int, *names: tuple[str, str] | tuple[str, str, str], taxon: str) -> Pathway:
    given = tuple(GeneName(gene, name, tuple("".join(o).split())) for gene, name, *o in names)
    return Pathway(f"WP{number}", organism=values.taxon(taxon), gene_names=given)


def found(
    taxon: str, *pathways: list[tuple[str, str] | tuple[str, str, str]]
) -> dict[str, set[str]]:
    made = [pathway(number, *names, taxon=taxon) for number, names in enumerate(pathways, 1)]
    return {gene: set(names) for gene, names in gene_names.of_pathways(made, GENES).items()}


MOUSE, HUMAN = "10090", "9606"


@pytest.mark.parametrize(
    ("taxon", "pathways", "names"),
    [
        pytest.param(MOUSE, [[("5", "X")], [("5", "Y")]], {"5": {"X", "Y"}}, id="all names"),
        pytest.param(HUMAN, [[("1", "X"), ("101", "X")]], {}, id="with approved symbol"),
        pytest.param(HUMAN, [[("3", "AAA1")]], {}, id="a symbol of another gene"),
        pytest.param(HUMAN, [[("3", "AAA1")], [("3", "AAA1")]], {}, id="by two pathways"),
        pytest.param(HUMAN, [[("3", "OLD1")]], {}, id="a previous symbol of another gene"),
        pytest.param(HUMAN, [[("3", "alias")]], {"3": {"alias"}}, id="an alias is many genes'"),
        pytest.param(MOUSE, [[("3", "AAA1")]], {"3": {"AAA1"}}, id="symbols are of human genes"),
        pytest.param(
            MOUSE, [[("5", "X")], [("5", "X")], [("6", "X")]], {"5": {"X"}}, id="one slip"
        ),
        pytest.param(
            MOUSE,
            [[("5", "X")], [("5", "X")], [("6", "X")], [("6", "Y")]],
            {"5": {"X"}, "6": {"Y"}},
            id="a slip and another name",
        ),
        pytest.param(
            MOUSE,
            [[("5", "X")], [("5", "X")], [("5", "X")], [("6", "X")], [("6", "X")]],
            {"5": {"X"}, "6": {"X"}},
            id="two pathways are no slip",
        ),
        pytest.param(
            MOUSE, [[("5", "X"), ("6", "X")]], {"5": {"X"}, "6": {"X"}}, id="nobody knows whose"
        ),
        pytest.param(
            MOUSE, [[("5", "F", "6"), ("6", "F", "5")]], {"5": {"F"}, "6": {"F"}}, id="a family"
        ),
        pytest.param(
            MOUSE,
            [[("5", "F", "6"), ("6", "F", "5"), ("5", "X")]],
            {"5": {"X"}, "6": {"F"}},
            id="a name of its own before a family's",
        ),
        pytest.param(
            MOUSE,
            [[("5", "X"), ("6", "X", "5"), ("6", "F", "7")]],
            {"5": {"X"}, "6": {"F"}},
            id="a family's before that of another gene of the node",
        ),
        pytest.param(HUMAN, [[("9", "AAA1", "1")]], {"9": {"AAA1"}}, id="a copy of a gene"),
        pytest.param(HUMAN, [[("9", "AAA1", "2")]], {}, id="no copy of the gene"),
    ],
)
def test_names(
    taxon: str,
    pathways: list[list[tuple[str, str] | tuple[str, str, str]]],
    names: dict[str, set[str]],
) -> None:
    assert found(taxon, *pathways) == names


def test_each_organism_has_its_own_names() -> None:
    made = [
        *(pathway(number, ("5", "X"), taxon="10116") for number in (1, 2)),
        pathway(3, ("6", "X"), taxon=MOUSE),
    ]
    assert gene_names.of_pathways(made, GENES) == {"5": {"X"}, "6": {"X"}}


@pytest.mark.slow
def test_only_slips_of_real_pathways_leave_a_gene_without_a_name(pfocr_data: Path) -> None:
    """Against a search of the tables for the labels of each gene."""
    source = pfocr_data / "wikipathways-database"
    labels: dict[str, set[str]] = {}
    for table in source.glob("pathways/*/*-datanodes.tsv"):
        text = table.read_text(encoding="utf-8")
        pattern = (
            r"^([^\t\n]*)\t(?:GeneProduct|Protein)\t.*\t(ncbigene:[^\t\n]*)(?:\t[^\t\n]*){10}$"
        )
        for label, cell in re.findall(pattern, text, re.M):
            for gene in re.findall("[0-9]+", cell):
                labels.setdefault(gene, set()).add(label.strip())
    approved = {
        number: row["symbol"]
        for row in human_genes(ROOT / "ontologies")
        for number in row["ncbigene_ids"].split("|")
    }
    names = gene_names.of_pathways(read_all([source]), bundled_genes())
    assert names.keys() & approved.keys() == set()
    assert labels.keys() - approved.keys() - names.keys() == SLIPS
    for gene, given in names.items():
        assert given <= labels[gene]
    assert approved["7113"] == "TMPRSS2"
    assert "TMPRSS2" in labels["7226"]
