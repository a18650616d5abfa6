"""All links of the sample as files, against files that were checked by reading.

That links are right is what other tests compute plainly; here it is the whole file.
"""

from __future__ import annotations

import io
from importlib.metadata import version
from pathlib import Path

import pytest

import pfocr_kg
from places import ROOT

HERE = ROOT / "tests" / "link"
LEFT_OUT = {"subject_label", "figure_title", "p_value", "word_p_value", "adjusted_p_value", "score"}
"""Titles of figures, and numbers that another version of SciPy may round in another way."""


def chosen(written: str) -> str:
    lines = written.replace(version("pfocr-kg"), "VERSION").splitlines()
    head = [line for line in lines if line.startswith("#")]
    names, *rows = (line.split("\t") for line in lines[len(head) :])
    at = [number for number, name in enumerate(names) if name not in LEFT_OUT]
    return "".join(f"{line}\n" for line in head) + "".join(
        "\t".join(row[number] for number in at) + "\n" for row in (names, *rows)
    )


@pytest.mark.parametrize(("form", "name"), [("sssom", "links.sssom.tsv"), ("tsv", "links.tsv")])
def test_written(form: str, name: str, linked_sample: Path) -> None:
    output = io.BytesIO()
    with pfocr_kg.open(linked_sample) as graph:
        graph.write_links(output, form)
    expected = (HERE / name).read_text(encoding="utf-8")
    assert chosen(output.getvalue().decode()) == expected
