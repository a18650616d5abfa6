"""The page on how to cite says what CITATION.cff says."""

from __future__ import annotations

import yaml

from places import ROOT


def test_the_page_names_what_the_file_names() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    page = (ROOT / "docs" / "about" / "citing.md").read_text(encoding="utf-8")
    assert f"{cited['authors'][0]['name']}. *{cited['title']}" in page
    assert f"<{cited['url']}>" in page
    for paper in cited["references"]:
        numbers = f"*{paper['journal']}* {paper['year']}; {paper['volume']}: {paper['start']}."
        link = f"[doi:{paper['doi']}](https://doi.org/{paper['doi']})"
        assert f"{paper['title']}. {numbers} {link}" in page
        assert all(author["family-names"] in page for author in paper["authors"])
