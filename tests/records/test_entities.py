"""Rows and items of each layout, and what is read from them; expected values by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pfocr_kg.build.worker import load_dictionaries
from pfocr_kg.errors import RecordError
from pfocr_kg.model import Name, Use
from pfocr_kg.records import entities

MESH = "http://id.nlm.nih.gov/mesh/"
ATP = {"entity": "CHEBI:15422", "mesh": MESH + "D000255"}
GENE, ITEM = entities.gene_row, entities.gene_item
CHEMICAL, DISEASE = entities.chemical_row, entities.disease_row


def table(word: str, mesh: str, match: str, name: str, **other: str) -> dict[str, str]:
    return {"word": word, "mesh": mesh, "match": match, "name": name, **other}


def old(word: str, identifier: str, **other: str) -> dict[str, str]:
    return {"word": word, "identifier": identifier, **other}


ROWS: list[tuple[Callable[..., entities.Reading], Any, dict[str, Any]]] = [
    (
        CHEMICAL,
        table(" atp ", "D000255", "ATP", " Adenosine ", chebi=""),
        ATP
        | {
            "word": " atp ",
            "match": "ATP",
            "form": "Adenosine",
            "terms": ("Adenosine", "ATP", "atp"),
        },
    ),
    (
        CHEMICAL,
        table("NA", "mesh:d000255", " m ", "n", chebi="15422"),
        ATP | {"match": "m", "form": "n", "terms": ("n", "m")},
    ),
    (CHEMICAL, table("x", "", "NA", "", chebi=""), {"word": "x", "terms": ("x",)}),
    (
        CHEMICAL,
        table("x", "D1", "x", "x", chebi="CHEBI:5"),
        {"entity": "CHEBI:5", "word": "x", "match": "x", "form": "x", "terms": ("x",)}
        | {"fault": "mesh 'D1' is not a valid MeSH id (as in mesh:D000255)"},
    ),
    (
        CHEMICAL,
        table("x", "D000255", "", "", chebi="y"),
        ATP
        | {"word": "x", "terms": ("x",)}
        | {"fault": "chebi 'y' is not a valid ChEBI id (as in chebi:15422)"},
    ),
    (
        CHEMICAL,
        table("x", "C000001", "", "", chebi=""),
        {"entity": "mesh:C000001", "word": "x", "terms": ("x",)},
    ),
    (
        CHEMICAL,
        old("x", "D000255", source="Mesh"),
        ATP | {"word": "x", "lexicon": "Mesh", "terms": ("x",)},
    ),
    (CHEMICAL, old("x", "mesh:D000255"), ATP | {"word": "x", "terms": ("x",)}),
    (
        CHEMICAL,
        old("x", "chebi:5", source="z"),
        {"entity": "CHEBI:5", "word": "x", "lexicon": "z", "terms": ("x",)},
    ),
    (CHEMICAL, old(" x ", "NA", source=""), {"word": " x ", "terms": ("x",)}),
    (
        CHEMICAL,
        old("x", "5", source="DOID"),
        {"fault": "chemical identifier '5' of source 'DOID' is neither MESH nor CHEBI"},
    ),
    (
        DISEASE,
        table("w", "", "Cancer", "no name of a disease", doid=""),
        {"entity": "DOID:162", "word": "w", "match": "Cancer", "lexicon": entities.DISEASE_NAMES}
        | {"form": "no name of a disease", "terms": ("no name of a disease", "Cancer", "w")},
    ),
    (
        DISEASE,
        table("w", "D007251", "m", "n", doid="doid:8469"),
        {"entity": "DOID:8469", "word": "w", "match": "m", "form": "n", "terms": ("n", "m", "w")}
        | {"mesh": MESH + "D007251"},
    ),
    (
        DISEASE,
        old("w", "8469", source="doid"),
        {"entity": "DOID:8469", "word": "w", "lexicon": "doid", "terms": ("w",)},
    ),
    (
        DISEASE,
        old("Cancer", ""),
        {"entity": "DOID:162", "word": "Cancer", "match": "Cancer"}
        | {"lexicon": entities.DISEASE_NAMES, "terms": ("Cancer",)},
    ),
    (
        DISEASE,
        old("w", "x:1"),
        {"fault": "disease identifier 'x:1' of source '' is neither MESH nor DOID"},
    ),
    (
        ITEM,
        {"word": "p53", "symbol": " P53 ", "source": "s", "hgnc_symbol": "TP53 ", "entrez": ""},
        {"entity": "7157", "word": "p53", "match": "P53", "lexicon": "s", "form": "TP53"}
        | {"terms": ("TP53",)},
    ),
    (
        ITEM,
        {"word": "na", "symbol": "NA", "hgnc_symbol": "na", "entrez": "entrez:1"},
        {"entity": "1", "word": "na", "match": "NA", "form": "na", "terms": ("na",)},
    ),
    (ITEM, {"word": "w", "hgnc_symbol": ""}, {"fault": "gene '' has no NCBI gene id"}),
    (
        GENE,
        ("9606", "Homo sapiens", " w ", " m ", "TP53", "", " s "),
        {"entity": "7157", "word": " w ", "match": "m", "lexicon": "s", "form": "TP53"}
        | {"terms": ("TP53",), "taxon_name": "Homo sapiens"},
    ),
    (
        GENE,
        (" 7227 ", "NA", "NA", "NA", "NA", "31", "NA"),
        {"entity": "31", "word": "NA", "match": "NA", "form": "NA", "terms": ("NA",)},
    ),
    (GENE, ("10090", "h", "w", "m", "TP53", "", "s"), {"fault": "gene 'TP53' has no NCBI gene id"}),
]


@pytest.mark.parametrize(("reader", "row", "expected"), ROWS)
def test_reading(
    reader: Callable[..., entities.Reading], row: Any, expected: dict[str, Any]
) -> None:
    try:
        found = {k: v for k, v in reader(row, load_dictionaries())._asdict().items() if v}
    except RecordError as error:
        found = {"fault": error}
    if "entity" in found:
        found["entity"] = found["entity"].identifier
    if "fault" in found:
        found["fault"] = str(found["fault"])
    assert found == expected


def test_names() -> None:
    dictionaries = load_dictionaries()
    readings = [reader(row, dictionaries) for reader, row, found in ROWS if "entity" in found]
    first = [ROWS[0], ROWS[12], ROWS[19], ROWS[20]]
    atp, flu, human, fly = (reader(row, dictionaries) for reader, row, _ in first)
    *names, other, taxon = entities.names([atp, flu, human, fly])
    assert names == [
        Name(atp.entity, "ATP", Use.MATCH),
        Name(atp.entity, "Adenosine"),
        Name(atp.entity, MESH + "D000255", Use.SAME),
        Name(atp.entity, "atp", Use.WORD),
        Name(flu.entity, "m", Use.MATCH),
        Name(flu.entity, "n"),
        Name(flu.entity, "w", Use.WORD),
        Name(human.entity, "TP53"),
        Name(fly.entity, "NA"),
    ]
    assert [(o.entity.identifier, o.form) for o in (other, taxon)] == [
        ("NCBITaxon:7227", ""),
        ("NCBITaxon:9606", "Homo sapiens"),
    ]
    ids = [entity.identifier for entity in entities.distinct(readings)]
    assert ids == [
        "CHEBI:15422",
        "CHEBI:5",
        "mesh:C000001",
        "DOID:162",
        "DOID:8469",
        "7157",
        "1",
        "31",
    ]
    texts = [reader(row, dictionaries).text for reader, row, _ in (ROWS[1], ROWS[9], ROWS[19])]
    assert texts == ["n", "x", "w"]
