"""Tables are read back as they were written, by Python's reader and pandas."""

from __future__ import annotations

import csv
import io

import pandas
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pfocr_kg.query import delimited

CELLS = st.lists(st.text(st.characters(codec="utf-8"), max_size=6), min_size=2, max_size=3)


@pytest.mark.parametrize("delimiter", [",", "\t"])
@given(rows=st.lists(CELLS, max_size=3))
@example(rows=[["a\rb", "c\r\n"], ["\r", "\n"], ['"', ",\t"], ["\x85", "\u2028"]])
def test_any_text_is_one_cell(delimiter: str, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    writer = delimited.writer(text, delimiter)
    writer.writerow(["x", "y", "z"])
    writer.writerows(rows)
    text.seek(0)
    assert list(csv.reader(text, delimiter=delimiter)) == [["x", "y", "z"], *rows]
    assert not text.getvalue().endswith("\r\n")


def test_pandas_reads_carriage_returns() -> None:
    text = io.StringIO(newline="")
    delimited.writer(text, "\t").writerows([["x", "y"], ["a\rb", "c"], ["d", "e\r"]])
    text.seek(0)
    frame = pandas.read_csv(text, sep="\t", lineterminator="\n")
    assert frame.to_numpy().tolist() == [["a\rb", "c"], ["d", "e\r"]]
