"""How mentions were matched, and how many things their matched terms can mean."""

from __future__ import annotations

import pytest

from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind, MatchKind
from pfocr_kg.records import mentions
from pfocr_kg.records.entities import Reading
from pfocr_kg.records.gene_dictionary import GeneDictionary, GeneRow, bundled_genes

S, Y, F, K = MatchKind.SYMBOL, MatchKind.SYNONYM, MatchKind.FAMILY, MatchKind.KEYWORD


def gene(number: str, organism: str = iris.HUMAN) -> Entity:
    return Entity(Kind.GENE, iris.gene(number), number, organism)


@pytest.mark.parametrize(
    ("lexicon", "kind"),
    [
        ("ncbigene_symbol", S),
        ("hgnc_symbol", S),
        ("ncbigene_synonym", Y),
        ("hgnc_alias_symbol", Y),
        ("HGNC_Prev_Symbol", Y),
        ("famplex_relations", F),
        ("bioentities_symbol", F),
        ("hgnc", K),
        ("lexicon", None),
        ("", None),
    ],
)
def test_the_lexicon_tells_how_a_word_was_matched(lexicon: str, kind: MatchKind | None) -> None:
    assert mentions.match_kind(lexicon) is kind


@pytest.mark.parametrize(
    ("term", "number", "kind", "count"),
    [
        ("TP53", "7157", S, 1),
        ("IFN", "3439", Y, 2),  # IFNA1, and a family
        ("GAS", "2520", Y, 3),  # GAST, PAGR1, GALNS
        ("RIP1", "11103", Y, 4),  # KRR1, RIPK1, RALBP1, UQCRFS1
        ("ADP", "23038", Y, 2),  # WDTC1, and a chemical
        ("PEP", "5047", Y, 4),  # PAEP, PREP, PTPN22, and a chemical
        ("akt", "207", F, 2),  # AKT1, and a family
        ("AKT", "207", Y, 2),
        ("AKT", "208", F, 3),  # and AKT2, which is not called so
        ("no name of FamPlex", "207", F, 2),
        ("no name", "207", Y, 1),
    ],
)
def test_what_a_term_can_mean(term: str, number: str, kind: MatchKind, count: int) -> None:
    assert mentions.meaning_count(gene(number), term, kind, bundled_genes()) == count


def test_what_nobody_can_tell() -> None:
    genes = bundled_genes()
    assert mentions.meaning_count(gene("22059", "10090"), "TP53", S, genes) == 0
    assert mentions.meaning_count(gene("7157"), "", S, genes) == 0
    rows = [GeneRow("TP53", "7157", "", "", "")]
    without = GeneDictionary(lambda: rows, has_aliases=False)
    assert mentions.meaning_count(gene("7157"), "TP53", S, without) == 0


def reading(number: str, term: str, lexicon: str, word: str = "w") -> Reading:
    return Reading(gene(number), word, term, lexicon, "", ())


def test_genes_by_level() -> None:
    found = mentions.of_readings(
        [
            reading("7157", "TP53", "ncbigene_symbol"),
            reading("207", "AKT", "famplex_relations"),
            reading("208", "AKT", "famplex_relations"),
            reading("208", "PKBB", "ncbigene_synonym"),
            # One meaning, but the word gave two genes.
            reading("6774", "STAT3", "ncbigene_symbol", "x"),
            reading("7124", "STAT3", "ncbigene_synonym", "x"),
            reading("2520", "GAS", "ncbigene_synonym"),
        ],
        bundled_genes(),
    )
    assert [one.meanings for one in found] == [1, 2, 3, 1, 1, 2, 3]
    assert mentions.genes_by_symbol(found) == (gene("7157"), gene("6774"))
    assert mentions.unambiguous_genes(found) == (gene("7157"), gene("208"))
