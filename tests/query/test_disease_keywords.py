"""What stands behind the disease keywords of real figures."""

from __future__ import annotations

from pathlib import Path

import pfocr_kg
from plain_reading import read_corpus

FIGURES = "https://pfocr.wikipathways.org/figures/"


def test_every_keyword_of_the_covid_corpus_shares_a_gene_with_the_figure(
    built_covid: Path, pfocr_data: Path
) -> None:
    keywords = read_corpus(pfocr_data / "pfocr-covid", pfocr_data).disease_keywords
    figids = {figid for figid, _ in keywords}
    found = set()
    with pfocr_kg.open(built_covid) as graph:
        for figid in figids:
            figure = f"{FIGURES}{figid}.html"
            rows = graph.query("genes-behind-disease-keywords", figure=figure)
            found |= {(figid, str(row["disease"])) for row in rows}
    assert found == keywords
    assert len(found) == 252
