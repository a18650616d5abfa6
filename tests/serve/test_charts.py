"""Charts: what a reader of their SVG sees, against the numbers that went in."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from pfocr_kg.serve import charts

NAMESPACE = "{http://www.w3.org/2000/svg}"
HOSTILE = '</title><script>alert(1)</script>" onload="alert(2)\x00\x1b&amp;'


def parsed(chart: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(chart))


def found(chart: Markup, tag: str, kind: str = "") -> list[ElementTree.Element]:
    every = parsed(chart).iter(NAMESPACE + tag)
    return [element for element in every if not kind or element.get("class") == kind]


def titles(chart: Markup) -> list[str]:
    return [str(element.text) for element in found(chart, "title")]


def heights(chart: Markup) -> list[float]:
    return [float(bar.get("height", "")) for bar in found(chart, "rect", "chart-bar")]


def test_each_year_from_first_to_last_has_a_bar_with_its_number() -> None:
    chart = charts.bars({"2019": 1200, "2017": 1}, title="Figures by year")
    assert titles(chart) == ["2017: 1 figure", "2018: 0 figures", "2019: 1,200 figures"]
    low, none, high = heights(chart)
    assert (none, low, high) == (0, 2, 146)


def test_bars_are_as_high_as_their_numbers() -> None:
    one, two, three = heights(charts.bars({"2001": 50, "2002": 100, "2003": 25}, title=""))
    assert (one / two, three / two) == pytest.approx((0.5, 0.25))


def test_bars_with_figures_are_links_and_others_are_not() -> None:
    chart = charts.bars({"2017": 3, "2019": 2}, title="", href=lambda year: f"/search?since={year}")
    links = [link.get("href") for link in found(chart, "a")]
    assert links == ["/search?since=2017", "/search?since=2019"]


def test_a_chart_of_links_is_no_image_whose_parts_are_hidden() -> None:
    roles = [
        found(charts.bars({"2017": 3}, title="", href=href), "svg")[0].get("role")
        for href in (None, str)
    ]
    assert roles == ["img", "group"]


def test_the_table_has_every_number_also_of_no_year() -> None:
    values = {"2017": 3, "2018": 0, "2019": 1200, "unknown": 7}
    rows = [
        ["".join(cell.itertext()) for cell in row]
        for row in parsed(charts.bars(values, title="")).iter("tr")
    ]
    assert rows == [["Year", "Figures"], ["2017", "3"], ["2019", "1,200"], ["unknown", "7"]]
    assert titles(charts.bars(values, title=""))[-1] == "2019: 1,200 figures"


def test_names_and_description_are_those_that_the_drawing_refers_to() -> None:
    chart = charts.bars({"2017": 3}, title="Figures by year", name="of-gene")
    ids = {element.get("id"): element.text for element in parsed(chart).iter()}
    names = str(found(chart, "svg")[0].get("aria-labelledby")).split()
    assert [ids[name] for name in names] == [
        "Figures by year",
        "2017 to 2017. The most are of 2017: 3 figures.",
    ]


@pytest.mark.parametrize(
    ("first", "last", "labels"),
    [
        (2017, 2017, ["2017"]),
        (2014, 2020, [str(year) for year in range(2014, 2021)]),
        (2013, 2020, ["2014", "2016", "2018", "2020"]),
        (1995, 2022, ["1995", "2000", "2005", "2010", "2015", "2020"]),
    ],
)
def test_few_years_have_labels(first: int, last: int, labels: list[str]) -> None:
    chart = charts.bars({str(first): 5, str(last): 5}, title="")
    texts = [str(text.text) for text in found(chart, "text", "chart-text")]
    assert [text for text in texts if len(text) == 4] == labels


@given(st.integers(1, 10**9))
def test_two_or_three_lines_tell_how_high_bars_are(most: int) -> None:
    lines = found(charts.bars({"2017": most}, title=""), "line", "chart-line")
    assert 1 <= len(lines) <= 3
    assert all(18 <= float(line.get("y1", "")) < 164 for line in lines)


@given(st.integers(1, 10**9))
def test_numbers_of_lines_are_left_of_all_bars(most: int) -> None:
    chart = charts.bars({"2017": most, "2018": 1}, title="")
    texts = [text for text in found(chart, "text") if text.text not in ("2017", "2018")]
    assert len(texts) == len(found(chart, "line", "chart-line"))
    assert {(text.get("x"), text.get("text-anchor")) for text in texts} == {("-6", "end")}


def test_years_far_apart_get_no_room_between_them() -> None:
    assert len(titles(charts.bars({"0001": 1, "2017": 1}, title=""))) == 2


@pytest.mark.parametrize("values", [{}, {"unknown": 3}, {"2017": 0}])
def test_a_chart_without_numbers_is_a_chart(values: dict[str, int]) -> None:
    assert not any(heights(charts.bars(values, title="")))


def test_ranked_bars_have_label_number_and_link() -> None:
    rows = [("TP53", 4000, "/genes/7157"), ("IL6", 1000, ""), ("TNF", 1, "/genes/7124")]
    chart = charts.ranked(rows, title="Most drawn genes")
    assert titles(chart) == ["TP53: 4,000 figures", "IL6: 1,000 figures", "TNF: 1 figure"]
    assert [link.get("href") for link in found(chart, "a")] == ["/genes/7157", "/genes/7124"]
    texts = [text.text for text in found(chart, "text")]
    assert texts == ["TP53", "4,000", "IL6", "1,000", "TNF", "1"]
    assert [bar.get("width") for bar in found(chart, "rect", "chart-tint")] == [
        *("100%", "25%", "0.03%")
    ]
    assert found(chart, "svg")[0].get("height") == "90"


def test_hostile_texts_stay_texts() -> None:
    bars = charts.bars({"2017": 1, HOSTILE: 1}, title=HOSTILE, href=str, unit=(HOSTILE, HOSTILE))
    ranked = charts.ranked([(HOSTILE, 1, HOSTILE)], title=HOSTILE)
    for chart in (bars, ranked):
        tags = {element.tag.removeprefix(NAMESPACE) for element in parsed(chart).iter()}
        attributes = {name for element in parsed(chart).iter() for name in element.keys()}
        assert "script" not in tags
        assert not attributes & {"onload", "style"}
    assert "".join(parsed(ranked)[0].itertext()) == HOSTILE.replace("\x00\x1b", "")


def test_the_same_numbers_give_the_same_bytes_in_any_order() -> None:
    values = {"2017": 1, "2016": 5, "unknown": 2, "2019": 3}
    turned = dict(reversed(values.items()))
    assert charts.bars(values, title="a") == charts.bars(turned, title="a")
