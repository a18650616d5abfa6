"""CITATION.cff says the same as pyproject.toml and the changelog."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from tools.release import citations

from packaged import PROJECT
from places import ROOT


def citation() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_citation_is_that_of_the_project() -> None:
    cited = citation()
    assert cited["title"] == PROJECT["name"]
    assert cited["version"] == PROJECT["version"]
    assert cited["abstract"] == PROJECT["description"]
    assert cited["license"] == PROJECT["license"]
    assert cited["keywords"] == PROJECT["keywords"]
    assert cited["authors"] == PROJECT["authors"]


def test_citation_has_a_date_when_the_changelog_has_one() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(rf"^## \[{re.escape(PROJECT['version'])}\] - (\S+)$", changelog, re.M)
    assert found
    dated = str(citation().get("date-released", "Unreleased"))
    assert dated == found[1]


def test_the_explorer_cites_the_same_paper() -> None:
    """Pages of `serve` show the first paper of CITATION.cff."""
    pages = ROOT / "src" / "pfocr_kg" / "serve" / "pages" / "templates" / "macros.html"
    text = pages.read_text(encoding="utf-8")
    paper = citation()["references"][0]
    authors = ", ".join(
        f"{who['family-names']} {''.join(name[0] for name in who['given-names'].split())}"
        for who in paper["authors"]
    )
    where = f"{paper['journal']} {paper['year']};{paper['volume']}:{paper['start']}"
    assert f"{authors}. {paper['title']}. {where}. https://doi.org/{paper['doi']}" in text


def test_files_made_from_it_are_up_to_date() -> None:
    assert citations.main(["--check"]) == 0, "python -m tools.release.citations"


def test_files_made_from_it_name_its_papers() -> None:
    papers = [paper["doi"] for paper in citation()["references"]]
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    named = [paper["@id"] for paper in meta["referencePublication"]]
    assert named == [f"https://doi.org/{doi}" for doi in papers]
    deposit = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert [paper["identifier"] for paper in deposit["related_identifiers"]] == papers
    assert meta["version"] == deposit["version"] == PROJECT["version"]
