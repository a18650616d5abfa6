"""Scores: every decimal is one that stores compute with."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg.errors import RecordError
from pfocr_kg.records import values

DECIMAL = ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")


def computed(text: str) -> str | None:
    """Twice a decimal, by Oxigraph; None if it cannot compute with it."""
    query = f'SELECT (xsd:string("{text}"^^xsd:decimal * 2) AS ?twice) {{}}'
    solutions = ox.Store().query("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> " + query)
    assert isinstance(solutions, ox.QuerySolutions)
    (row,) = solutions
    return None if row["twice"] is None else row["twice"].value


@given(st.floats(-1e11, 1e11))
def test_every_float_is_computed_with(number: float) -> None:
    """As R and Python write it, with an exponent or without; rounded to 18 places."""
    text = values.rounded(values.score(repr(number), "key"))
    assert abs(Decimal(text) - Decimal(repr(number))) <= Decimal("5e-19")
    twice = computed(text)
    assert twice is not None
    assert Decimal(twice) == 2 * Decimal(text)


@pytest.mark.parametrize(
    ("written", "score"),
    [
        ("0.950", "0.950"),
        ("1", "1"),
        ("1.2345678901234567e-05", "0.000012345678901235"),
        ("1.5E-1", "0.15"),
        ("0.123456789012345678", "0.123456789012345678"),
        ("0.1234567890123456785", "0.123456789012345678"),  # to the even digit
        ("0.1234567890123456789", "0.123456789012345679"),
        ("0.9000000000000000000", "0.9"),
        ("-1e-30", "-0"),
        ("0" * 30 + ".5", "0.5"),
        ("999999999999", "999999999999"),
        ("+01.50", "+01.50"),
        ("15E-1", "1.5"),
        ("1e5", "100000"),
        ("123456789012.1234567890123456789", "123456789012.123456789012345679"),
    ],
)
def test_score_is_written_as_it_stands_or_rounded(written: str, score: str) -> None:
    assert values.rounded(values.score(written, "key")) == score


@pytest.mark.parametrize("written", ["1000000000000", "1e12", "-1e400", "0e999", "1_0", "", "٣"])
def test_what_is_no_score(written: str) -> None:
    with pytest.raises(RecordError, match="is not a decimal number"):
        values.score(written, "key")


def test_sums_and_means_of_long_scores(tmp_path: Path) -> None:
    scores = ["1.2345678901234567e-05", "0.7", "0.9", "0.1234567890123456789"]
    for number, score in enumerate(scores, start=1):
        page = f"---\nfigid: PMC{number}__a\npmcid: PMC{number}\nautoml_pathway: {score}\n---\n"
        (tmp_path / f"{number}.md").write_text(page)
    report = pfocr_kg.build(tmp_path, tmp_path / "store")
    assert [entry["path"] for entry in report.quarantined] == [
        str(tmp_path / "1.md"),
        str(tmp_path / "4.md"),
    ]
    with pfocr_kg.open(tmp_path / "store") as graph:
        rows = graph.query(
            """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
            SELECT (AVG(?x) AS ?mean) (SUM(?x) AS ?sum) { ?figure pfocr:pathwayScore ?x }"""
        )
        (row,) = rows.records()
        found = graph.query("figures-by-score", highest="1").records()
        assert graph.validate()
    exact = sum(map(Decimal, scores))
    assert abs(Decimal(str(row["sum"])) - exact) < Decimal("1e-15")
    assert abs(Decimal(str(row["mean"])) - exact / 4) < Decimal("1e-15")
    assert len(found) == 4
