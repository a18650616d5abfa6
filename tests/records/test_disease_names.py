"""Names of diseases in texts: how they may be written, and what only looks like one."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pfocr_kg.model import Kind, MatchKind
from pfocr_kg.records import disease_names
from places import ROOT
from plain_reading import present, read_front_matter

JUDGED = ROOT / "tests" / "data" / "named-diseases.tsv"


def found(text: str) -> list[tuple[str, str]]:
    """(word, DOID) of the diseases named in a text."""
    return [(m.word, m.entity.identifier) for m in disease_names.mentions("", text, "")]


@pytest.mark.parametrize(
    ("text", "word", "doid"),
    [
        ("in Alzheimer's disease", "Alzheimer's disease", "DOID:10652"),
        ("in Alzheimer disease", "Alzheimer disease", "DOID:10652"),
        ("in Alzheimer’s disease", "Alzheimer’s disease", "DOID:10652"),  # noqa: RUF001
        ("in Alzheimers disease", "Alzheimers disease", "DOID:10652"),
        ("of Graves' disease.", "Graves' disease", "DOID:12361"),
        ("BREAST CANCERS", "BREAST CANCERS", "DOID:1612"),
        ("of neuropathies", "neuropathies", "DOID:870"),
        ("two psychoses", "psychoses", "DOID:2468"),
        ("non Hodgkin lymphoma", "non Hodgkin lymphoma", "DOID:0060060"),
        ("nonalcoholic fatty liver disease", "nonalcoholic fatty liver disease", "DOID:0080208"),
        ("non–alcoholic steatohepatitis", "non–alcoholic steatohepatitis", "DOID:0080547"),  # noqa: RUF001
        ("acute myeloid leukaemia", "acute myeloid leukaemia", "DOID:9119"),
        ("sickle-cell anaemia", "sickle-cell anaemia", "DOID:10923"),
        ("oesophageal cancer", "oesophageal cancer", "DOID:5041"),
        (
            "haemophagocytic lymphohistiocytosis",
            "haemophagocytic lymphohistiocytosis",
            "DOID:0050120",
        ),
        ("β-thalassemia", "β-thalassemia", "DOID:12241"),
        ("Sjögren’s syndrome", "Sjögren’s syndrome", "DOID:12894"),  # noqa: RUF001
        ("type II diabetes", "type II diabetes", "DOID:9352"),
        ("diabetes mellitus type 2", "diabetes mellitus type 2", "DOID:9352"),
        ("a neurodegenerative disorder", "neurodegenerative disorder", "DOID:1289"),
        ("renal cell cancer", "renal cell cancer", "DOID:4450"),
        ("bacterial infections", "bacterial infections", "DOID:104"),
        ("hepatitis B virus infection", "hepatitis B", "DOID:2043"),
        ("hepatitis C virus (HCV) infection", "hepatitis C", "DOID:1883"),
        ("P. falciparum malaria", "falciparum malaria", "DOID:14067"),
        ("AIDS aids nobody", "AIDS", "DOID:635"),
        ("asthma/COPD", "asthma", "DOID:2841"),
    ],
)
def test_a_name_is_found_as_it_is_written(text: str, word: str, doid: str) -> None:
    assert found(text) == [(word, doid)]


@pytest.mark.parametrize(
    "text",
    [
        "the hepatitis C virus",
        "influenza A virus",
        "Avian Influenza Viruses",
        "severe acute respiratory syndrome coronavirus 2",
        "Kaposi's sarcoma-associated herpesvirus",
        "infected by measles virus",
        "cholera toxin",
        "breast cancer 1",
        "rapidly accelerated fibrosarcoma",
        "melanoma differentiation-associated protein 5",
        "retinoblastoma protein",
        "M. tuberculosis",
        "it aids and abets",
        "the disease is a syndrome",
        "lung. Cancerous",
        "breast, lung (cancerogenic)",
        "",
    ],
)
def test_what_only_looks_like_a_name_is_none(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "doid"),
    [
        ("anaemia", "DOID:2355"),
        ("ischaemic colitis", "DOID:0060181"),
        ("pulmonary oedema", "DOID:11396"),
        ("oesophageal cancer", "DOID:5041"),
        ("haemophilia", "DOID:12134"),
        ("haematologic cancer", "DOID:2531"),
        ("coeliac disease", "DOID:10608"),
        ("gonorrhoea", "DOID:7551"),
        ("foetal alcohol syndrome", "DOID:0050665"),
        ("gynaecomastia", "DOID:12698"),
        ("amoebiasis", "DOID:9181"),
        ("endemic goitre", "DOID:13198"),
        ("REM sleep behaviour disorder", "DOID:9091"),
    ],
)
def test_british_spelling(text: str, doid: str) -> None:
    assert found(text) == [(text, doid)]


def test_the_longest_name_wins_and_others_are_found_beside_it() -> None:
    text = "Cancer, non-small cell lung cancer and cancer"
    assert found(text) == [("Cancer", "DOID:162"), ("non-small cell lung cancer", "DOID:3908")]


def test_a_name_does_not_go_on_behind_a_mark() -> None:
    assert found("of the lung. Cancer cells") == [("Cancer", "DOID:162")]


def test_an_abbreviation_counts_where_a_text_spells_it_out() -> None:
    title, caption, paper = "AD and PD", "Parkinson's disease (PD), PD-1", "AD, Alzheimer disease"
    mentions = disease_names.mentions(title, caption, paper)
    assert [(m.found_in, m.word, m.entity.identifier) for m in mentions] == [
        ("title", "PD", "DOID:14330"),
        ("title", "AD", "DOID:10652"),
        ("caption", "Parkinson's disease", "DOID:14330"),
        ("paperTitle", "Alzheimer disease", "DOID:10652"),
    ]
    assert disease_names.mentions("AD and PD", "", "") == ()
    (mention,) = disease_names.mentions("PD-1 and anti-PD", caption, "")
    assert mention.found_in == "caption"


@pytest.mark.parametrize(
    "text",
    [
        "asthma (see text) and text",
        "asthma (NEMO) of NEMO",  # no letters of the name
        "prostate cancer (RC) and RC",  # all letters, but not the first
        "asthma (AXX) and AXX",  # the first only
        "melanoma (Ma) Ma",  # one capital
        "prostate cancer (mCRPC) and mCRPC",  # of a longer name, which is not known
    ],
)
def test_what_stands_in_brackets_is_no_abbreviation_if_the_letters_differ(text: str) -> None:
    assert len({doid for _, doid in found(text)}) == 1
    abbreviations = disease_names.mentions(text.rsplit(maxsplit=1)[-1], text, "")
    assert {mention.found_in for mention in abbreviations} == {"caption"}


def test_a_mention_says_where_and_how() -> None:
    (mention,) = disease_names.mentions("", "", "On  ASTHMA")
    assert mention.entity.kind is Kind.DISEASE
    assert mention.entity.iri == "http://purl.obolibrary.org/obo/DOID_2841"
    assert (mention.word, mention.match, mention.lexicon) == ("ASTHMA", "asthma", "")
    assert (mention.match_kind, mention.found_in) == (MatchKind.TEXT, "paperTitle")


def test_places_are_those_of_the_text_in_spite_of_long_lower_case() -> None:
    assert found("İİ ŉ ß ﬁ of asthma") == [("asthma", "DOID:2841")]


@pytest.fixture(scope="module")
def judged(pfocr_data: Path) -> list[tuple[set[str], set[str]]]:
    """(DOIDs that a reader found, DOIDs found here) of each judged figure."""
    paths = {path.stem: path for path in sorted(pfocr_data.glob("*/_figures/*.md"), reverse=True)}
    with JUDGED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    pairs = []
    for row in rows:
        record = read_front_matter(paths[row["figid"]])
        texts = (present(record.get(key)) for key in ("figtitle", "caption", "papertitle"))
        here = {mention.entity.identifier for mention in disease_names.mentions(*texts)}
        pairs.append((set(filter(None, row["doids"].split("|"))), here))
    return pairs


def test_precision_and_recall_are_at_least_what_was_measured(
    judged: list[tuple[set[str], set[str]]],
) -> None:
    """`docs/reference/records.md` has these numbers, and says how they came about."""
    right = sum(len(read & here) for read, here in judged)
    wrong = sum(len(here - read) for read, here in judged)
    missed = sum(len(read - here) for read, here in judged)
    assert len(judged) == 160
    assert right + missed == 91
    assert wrong <= 2
    assert missed <= 13


def test_a_text_is_searched_up_to_its_limit() -> None:
    """A million characters of names would take half an hour."""
    last = "y" * 19_993 + " asthma"
    assert [found.word for found in disease_names.mentions("", last, "")] == ["asthma"]
    assert not disease_names.mentions("", f"y{last}", "")
    (found,) = disease_names.mentions("", "asthma " * 140_000, "")
    assert found.word == "asthma"
