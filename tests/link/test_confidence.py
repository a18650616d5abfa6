"""The confidence of a link by its margin: the shipped table, how it is read, and how it is made."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from bench.link_trial import calibration, judged
from bench.link_trial.calibration import Bin, Margin

from pfocr_kg.link import confidence, wikipathways
from places import ROOT

SHIPPED = ROOT / "ontologies" / "link-confidence.tsv"


def shipped() -> list[tuple[float, float]]:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "margin_from\tpairs\tright\tconfidence"
    rows = [line.split("\t") for line in lines[1:]]
    return [(float(row[0]), float(row[3])) for row in rows]


def test_a_margin_has_the_confidence_of_the_last_row_that_begins_before_it() -> None:
    rows = shipped()
    for (start, expected), (end, _) in zip(rows, [*rows[1:], (1000.0, 1.0)], strict=True):
        inside = [start, math.nextafter(end, -math.inf)]
        assert [confidence.of_margin(margin) for margin in inside] == [expected, expected]
    assert confidence.of_margin(math.inf) == rows[-1][1]


def test_it_is_never_certain_and_rises_with_the_margin() -> None:
    starts, shares = zip(*shipped(), strict=True)
    assert starts[0] == -math.inf
    assert list(starts) == sorted(set(starts))
    assert list(shares) == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


def test_no_margin_has_no_confidence() -> None:
    with pytest.raises(ValueError, match="NaN is no margin"):
        confidence.of_margin(math.nan)


def test_bins_of_margins_and_pooling() -> None:
    links = [Margin(-9, False), Margin(-8, True), Margin(0, True), Margin(0.9, False)]
    filled = {one.margin_from: one[1:] for one in calibration.bins(links) if one.pairs}
    assert filled == {-math.inf: (1, 0), -8.0: (1, 1), 0.0: (2, 1)}
    # 4 of 10 and 2 of 10, with one right and one wrong link added to each, fall: 6 of 20.
    counted = [Bin(-math.inf, 8, 3), Bin(0.0, 8, 1), Bin(1.0, 8, 7)]
    table = calibration.to_table(calibration.confidences(counted))
    assert table == (
        "margin_from\tpairs\tright\tconfidence\n-inf\t16\t4\t0.300\n1.0\t8\t7\t0.800\n"
    )


@pytest.mark.slow
def test_the_shipped_table_is_what_the_bench_measures(pfocr_data: Path) -> None:
    pathways = wikipathways.read_all([pfocr_data / "wikipathways-database"])
    figures = calibration.judged_facts(pfocr_data)
    assert {facts.figid for facts in figures} == judged.right().keys()
    counted = calibration.bins(calibration.margins(figures, pathways, judged.right()))
    table = calibration.to_table(calibration.confidences(counted))
    assert table == SHIPPED.read_text(encoding="utf-8"), (
        "run python -m bench.link_trial.calibration"
    )


def test_the_documentation_shows_the_shipped_table() -> None:
    rows = [line.split("\t") for line in SHIPPED.read_text(encoding="utf-8").splitlines()[1:]]
    page = (ROOT / "docs" / "guides" / "wikipathways.md").read_text(encoding="utf-8")
    section = page.partition("### How sure a link is")[2].partition("###")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if "| 0." in line]
    starts = [-math.inf if cells[0] == "below 0" else float(cells[0].split()[0]) for cells in lines]
    for cells, start, end in zip(lines, starts, [*starts[1:], math.inf], strict=True):
        inside = [row for row in rows if start <= float(row[0]) < end]
        assert int(cells[1]) == sum(int(row[2]) for row in inside)
        assert int(cells[3].replace(",", "")) == sum(int(row[1]) for row in inside)
        shown = {f"{float(row[3]) + 1e-9:.2f}" for row in (inside[0], inside[-1])}
        assert set(cells[4].split(" to ")) == shown
