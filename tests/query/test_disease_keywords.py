"""What stands behind the disease keywords of real figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pfocr_kg
from pfocr_kg.query import bundled
from plain_reading import read_corpus

QUERY = "genes-behind-disease-keywords"
FIGURES = "https://pfocr.wikipathways.org/figures/"


@pytest.mark.slow
def test_every_keyword_of_the_covid_corpus_shares_a_gene_with_the_figure(
    built_covid: Path, pfocr_data: Path
) -> None:
    keywords = read_corpus(pfocr_data / "pfocr-covid", pfocr_data).disease_keywords
    # The query of each figure, asked of all figures at once.
    text, changed = re.subn(
        r"VALUES \?figure .*", "?figure a pfocr:PathwayFigure .", bundled.find(QUERY).text
    )
    asked = text[text.index("PREFIX") :].replace("SELECT ", "SELECT ?figure ")
    assert changed == 1
    with pfocr_kg.open(built_covid) as graph:
        found = {
            (row["figure"].removeprefix(FIGURES).removesuffix(".html"), str(row["disease"]))
            for row in graph.query(asked)
        }
    assert found == keywords
    assert len(found) == 252
