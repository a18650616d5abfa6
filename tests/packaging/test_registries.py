"""Drafts for registries say what is so: patterns fit, IRIs are ours, commands exist."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pyoxigraph as ox
import pytest

from packaged import PROJECT
from pfocr_kg import Graph
from pfocr_kg.cli.app import app
from places import ROOT

REGISTRIES = ROOT / "packaging" / "registries"
ENTRIES = json.loads((REGISTRIES / "bioregistry.json").read_text(encoding="utf-8"))
VOCABULARY = ROOT / "ontologies" / "pfocr.ttl"
FIGIDS = [
    "PMC3347317__viruses-04-00424-g002",
    "PMC12003952__research.0675.fig.001",
    "PMC2653725__gr1",
]
OTHERS = ["PMC3347317", "viruses-04-00424-g002", "PMC1__a b", "pfocr:PMC1__a", "7157", "PMC1__"]


def iri(prefix: str, identifier: str) -> str:
    return str(ENTRIES[prefix]["uri_format"]).replace("$1", identifier)


def fits(prefix: str, identifier: str) -> bool:
    return re.fullmatch(ENTRIES[prefix]["pattern"], identifier) is not None


def test_pattern_of_figures_tells_them_from_others() -> None:
    assert [text for text in FIGIDS if not fits("pfocr", text)] == []
    assert [text for text in OTHERS if fits("pfocr", text)] == []


def test_entry_of_figures_fits_all_figures_of_the_sample(sample_graph: Graph) -> None:
    query = "SELECT ?figure ?id { ?figure a pfocr:PathwayFigure ; dcterms:identifier ?id }"
    figures = {row["id"]: row["figure"] for row in sample_graph.query(query)}
    assert len(figures) == 34
    assert [text for text in figures if not fits("pfocr", text)] == []
    assert {text: iri("pfocr", text) for text in figures} == figures
    assert ENTRIES["pfocr"]["example"] in figures


def test_pattern_of_figures_fits_all_real_records(pfocr_data: Path) -> None:
    names = {path.stem for path in pfocr_data.rglob("_figures/PMC*.md")}
    assert len(names) > 200
    assert [name for name in names if not fits("pfocr", name)] == []


def test_entry_of_the_vocabulary_fits_all_terms() -> None:
    graph = list(ox.parse(path=VOCABULARY, format=ox.RdfFormat.TURTLE))
    base = iri("pfocr.vocab", "")
    subjects = {quad.subject.value for quad in graph if isinstance(quad.subject, ox.NamedNode)}
    terms = {subject.removeprefix(base) for subject in subjects if subject.startswith(base)}
    assert len(terms) > 50
    assert [term for term in terms if not fits("pfocr.vocab", term)] == []
    assert ENTRIES["pfocr.vocab"]["example"] in terms
    versions = {q.object.value for q in graph if q.predicate.value.endswith("owl#versionInfo")}
    assert versions == {ENTRIES["pfocr.vocab"]["version"]}


@pytest.mark.parametrize("page", ["ndex.md", "wikipathways.md"])
def test_drafts_name_commands_pages_and_a_version_that_there_are(page: str) -> None:
    text = (REGISTRIES / page).read_text(encoding="utf-8")
    for command in re.findall(r"`pfocr-kg ([^`-][^`]*)`", text):
        name, *words = shlex.split(command)
        app.commands[name].make_context(name, words or ["genes"])
    for name in re.findall(r"w3id[.]org/pfocr/(docs/\S+)[.]html", text):
        assert (ROOT / f"{name}.md").is_file(), name
    assert set(re.findall(r"pfocr-kg (\d[\d.]+)\b", text)) <= {PROJECT["version"]}
