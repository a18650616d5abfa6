"""Searches find the figures that a plain scan of the records finds, however words are written."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pfocr_kg
from fork_server import Run
from pfocr_kg.errors import PfocrError, QueryError
from pfocr_kg.names import expressions
from plain_search import read_texts, search
from sparql_service import serving

with (Path(__file__).parent / "searches.tsv").open(encoding="utf-8", newline="") as file:
    _ROWS = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
SEARCHES = {row["words"]: row["parts"] for row in _ROWS}
"""The words of a search -> what a text must have: all parts, each in one of some forms."""


def found(graph: pfocr_kg.Graph, words: str, **options: Any) -> set[str]:
    rows = graph.search(words, limit=None, **options)
    figures = [row["figure"] for row in rows]
    assert len(set(figures)) == len(figures) == rows.total
    return set(figures)


def differing(graph: pfocr_kg.Graph, corpus: dict[str, str]) -> list[str]:
    return [
        f"{words}: {sorted(ours ^ plain)}"
        for words, question in SEARCHES.items()
        if (ours := found(graph, words)) != (plain := search(corpus, question))
    ]


def test_searches_of_the_sample(built_sample: Path, sample: Path, vocabularies: Path) -> None:
    corpus = read_texts(sample, vocabularies)
    with pfocr_kg.open(built_sample) as graph:
        assert differing(graph, corpus) == []
    assert sum(bool(search(corpus, question)) for question in SEARCHES.values()) > 15


@pytest.mark.slow
def test_searches_of_the_covid_collection(built_covid: Path, pfocr_data: Path) -> None:
    corpus = read_texts(pfocr_data / "pfocr-covid", pfocr_data)
    with pfocr_kg.open(built_covid) as graph:
        assert differing(graph, corpus) == []


@pytest.mark.slow
def test_an_endpoint_finds_the_same(built_sample: Path) -> None:
    out = io.BytesIO()
    with pfocr_kg.open(built_sample) as graph:
        graph.write(out, "ntriples")
        options: list[dict[str, Any]] = [
            {"gene": "TNF"},
            {"gene": ["TNF", "IL6"], "level": "symbol"},
            {"disease": "cancer", "since": 2015},
            {"organism": "human", "until": 2017, "words": "signaling"},
            {"journal": "VIRUSES"},
            {"chemical": "acetyl-CoA"},
            {"no_pathway": True},
        ]
        here = [found(graph, words) for words in SEARCHES]
        here += [found(graph, **{"words": "", **one}) for one in options]
        with serving(out.getvalue().decode()) as endpoint, pfocr_kg.open(endpoint.url) as there:
            assert [found(there, words) for words in SEARCHES] == here[: len(SEARCHES)]
            assert [found(there, **{"words": "", **one}) for one in options] == here[
                len(SEARCHES) :
            ]
            notes: list[str] = []
            there.search("cancer", on_note=notes.append)
            assert "slower" in notes[0]


WORDS = st.one_of(
    st.text(), st.text("\"*()^-+:{}[]\\'ANDORTnear \u03b1\u0130\u00df\x00"), st.text("a6 ")
)


@given(WORDS)
def test_no_text_changes_an_expression(text: str) -> None:
    words = r'"[^\W_]+(?: [^\W_]+)*"'
    term = rf"\({words}(?: OR {words})*\)"
    columns = re.escape("{title caption paper_title keywords drawn}")
    terms = expressions.terms(text[:100])
    if terms:
        expression = expressions.expression(terms)
        assert re.fullmatch(rf"{columns} : \({term}(?: AND {term})*\)", expression)


@pytest.mark.slow
@given(WORDS)
def test_any_text_can_be_found_and_searched(linked_sample: Path, text: str) -> None:
    """All that can go wrong is that a name is unknown, ambiguous or empty."""
    with pfocr_kg.open(linked_sample) as graph:
        asking: tuple[Callable[[], object], ...] = (
            lambda: graph.find(text),
            lambda: graph.find(text, kind=("disease", "paper"), organism=text),
            lambda: graph.search(text),
            lambda: graph.search(text, gene=text),
            lambda: graph.search(disease=text),
            lambda: graph.search(chemical=text),
            lambda: graph.search(organism=[text]),
            lambda: graph.search(journal=text),
        )
        for ask in asking:
            error = failure(ask)
            assert error is None or isinstance(error, QueryError), repr(error)


def failure(ask: Callable[[], object]) -> PfocrError | None:
    try:
        ask()
    except PfocrError as error:
        return error
    return None


def test_order_and_conditions(built_sample: Path) -> None:
    with pfocr_kg.open(built_sample) as graph:
        years = [row["year"] for row in graph.search("signaling", sort="year", limit=None)]
        assert years == sorted(years, key=lambda year: -(year or 0))
        scores = [row["score"] for row in graph.search("signaling", sort="score", limit=None)]
        assert scores == sorted(scores, reverse=True)
        everything = graph.search(since=1, limit=None)
        some = graph.search(since=2016, until=2018, limit=None)
        assert list(some) == [row for row in everything if 2016 <= row["year"] <= 2018]
        keys = [(-row["year"], row["figure"]) for row in everything]
        assert keys == sorted(keys)


RECORD = """---
figid: {figid}
pmcid: PMC{number}
filename: x.jpg
figlink: /pmc/articles/PMC{number}/figure/F1/
figtitle: {figtitle}
caption: {caption}
papertitle: {papertitle}
keywords: {keywords}
year: '2020'
---
"""


def test_a_word_in_a_title_counts_most(tmp_path: Path) -> None:
    columns = ("caption", "keywords", "papertitle", "figtitle")
    for number, column in enumerate(columns, start=1):
        texts = {name: f"{name} about cells" for name in columns}
        texts[column] += " and necrosis"
        record = RECORD.format(figid=f"PMC{number}__x", number=number, **texts)
        path = tmp_path / "_figures" / f"PMC{number}__x.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(record, encoding="utf-8")
    pfocr_kg.build(tmp_path, tmp_path / "store")
    with pfocr_kg.open(tmp_path / "store") as graph:
        ordered = [row["figure"] for row in graph.search("necrosis")]
        assert ordered == ["PMC4__x", "PMC3__x", "PMC2__x", "PMC1__x"]
        assert [row["figure"] for row in graph.search("cells")] == sorted(ordered)
        assert [row["figure"] for row in graph.search("cells", limit=2)] == sorted(ordered)[:2]


def test_rows_go_into_frames_and_notebooks(built_sample: Path) -> None:
    with pfocr_kg.open(built_sample) as graph:
        for rows in (graph.search("signaling"), graph.find("tnf")):
            frame = pandas.DataFrame(rows)
            assert list(frame.columns) == list(rows[0])
            assert polars.DataFrame(rows).shape == frame.shape == (len(rows), len(rows[0]))
            assert rows._repr_html_().count("<tr>") == len(rows) + 1
        answer = graph.query("SELECT ('<b>&' AS ?text) ?n { VALUES ?n { 1 2 } }")
        shown = answer._repr_html_()
        assert "&lt;b&gt;&amp;" in shown
        assert shown.count("<tr>") == 3
        assert "more rows" not in shown
        assert [row["n"] for row in answer] == [1, 2]
        assert "more rows" in graph.query("SELECT * { ?s ?p ?o }")._repr_html_()


@pytest.mark.slow
def test_commands(run_cli: Run, built_sample: Path) -> None:
    def ask(*arguments: str, code: int = 0) -> tuple[str, str]:
        done = run_cli(*arguments, "--store", built_sample)
        assert done.code == code, done.stderr
        return done.stdout, done.stderr

    out, err = ask("find", "p53", "-f", "tsv")
    assert out.splitlines()[0] == "iri\tlabel\tkind\torganism\tmatched\thow"
    assert out.splitlines()[1].startswith("https://identifiers.org/ncbigene/7157\tTP53\tgene\t")
    drawn = r"TNF is .*, too: --gene 'TNF' finds [0-9]+ figures that draw it"
    assert re.search(drawn, ask("search", "TNF", "--limit", "1")[1])
    assert "TNFSF2 is TNF, human gene 7124, too" in ask("search", "TNFSF2", code=1)[1]
    assert not re.search(drawn, ask("search", "TNF", "--since", "2090", code=1)[1])
    out, err = ask("search", "signaling", "-f", "tsv", "--limit", "1")
    assert out.splitlines()[0] == "figure\ttitle\tpaper_title\tyear\tjournal\tscore\tgenes"
    assert re.search(r"1 of [0-9]+ figures; --limit shows more", err)
    out, err = ask("search", "--gene", "tnf", "--limit", "1", "-f", "json")
    assert "tnf: TNF, human gene 7124" in err
    assert json.loads(out)[0]["figure"].startswith("PMC")
    assert not ask("search", "--gene", "tnf", "-q")[1]
    for form in ("table", "tsv", "csv", "json"):
        assert "TNF, human gene 7124" in ask("find", "tnff", "-f", form, code=1)[1]
        assert "nosuchword: 0 figures" in ask("search", "nosuchword", "-f", form, code=1)[1]
        assert "is TNF" not in ask("search", "--gene", "tnff", "-f", form, code=2)[0]
    assert ask("find", "tnff", "-q", "-f", "tsv", code=1)[1] == "0 rows\n"
    assert "Is one of these meant" in ask("search", "--journal", "virus", code=2)[1]
    for identifier in ("PMC1", "WP1", "DOID:1"):
        out, err = ask("find", identifier, "-f", "tsv", code=1)
        assert len(out.splitlines()) == 1
        assert f"of the graph has the id '{identifier}'" in err
    for wrong in (["find", ""], ["find", "+-"], ["search"], ["search", "--", "-?!"]):
        ask(*wrong, code=2)
    ask("search", "x", "--sort", "colour", code=2)
    ask("find", "x", "--kind", "protein", code=2)
    out, err = ask("search", "TNFalpha", "-f", "csv", "--columns", "year,figure")
    assert out.startswith("year,figure\n")


QUESTIONS = {
    "gene": "?f pfocr:gene <https://identifiers.org/ncbigene/7124>",
    "symbol": "?f pfocr:geneBySymbol <https://identifiers.org/ncbigene/7124>",
    "unambiguous": "?f pfocr:unambiguousGene <https://identifiers.org/ncbigene/7124>",
    "disease": "?f pfocr:disease <http://purl.obolibrary.org/obo/DOID_162>",
    "chemical": "?f pfocr:chemical <https://identifiers.org/chebi/CHEBI:15351>",
    "organism": "?f pfocr:organism <http://purl.obolibrary.org/obo/NCBITaxon_10090>",
    "two": """?f pfocr:gene <https://identifiers.org/ncbigene/7124> ,
        <https://identifiers.org/ncbigene/3569>""",
    "no pathway": """?f a pfocr:PathwayFigure FILTER NOT EXISTS { ?link pfocr:figure ?f }""",
    "journal": """?f dcterms:isPartOf/<http://prismstandard.org/namespaces/basic/2.0/publicationName>
        ?name FILTER(LCASE(?name) = "viruses")""",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "gene": {"gene": "TNF"},
    "symbol": {"gene": "TNF", "level": "symbol"},
    "unambiguous": {"gene": "TNF", "level": "unambiguous"},
    "disease": {"disease": "cancer"},
    "chemical": {"chemical": "acetyl-CoA"},
    "organism": {"organism": "mouse"},
    "two": {"gene": ["tnf", "il-6"]},
    "no pathway": {"no_pathway": True},
    "journal": {"journal": " viruses"},
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_options_mean_what_the_graph_says(linked_sample: Path, name: str) -> None:
    question = f"""PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
        PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT DISTINCT ?id
        WHERE {{ {QUESTIONS[name]} . ?f a pfocr:PathwayFigure ; dcterms:identifier ?id }}"""
    with pfocr_kg.open(linked_sample) as graph:
        wanted = {str(row["id"]) for row in graph.query(question)}
        assert wanted
        assert found(graph, "", **OPTIONS[name]) == wanted
