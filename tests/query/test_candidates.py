"""What to curate next: on figures of every sort, written by hand, and by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled

from .conftest import Built
from .oracle import figure
from .test_link_queries import columns, rows
from .test_queries import as_csv, expected, in_oxigraph, in_rdflib

Run = Callable[..., Any]


def written(name: str) -> Built:
    triples = ox.parse(path=Path(__file__).with_name(name))
    return Built(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES))


@pytest.fixture(scope="module")
def graph() -> Built:
    return written("candidates.ttl")


@pytest.fixture(scope="module")
def missing() -> Built:
    return written("missing-genes.ttl")


def test_figures_without_a_pathway_near(graph: Built) -> None:
    """Points: 0.9 or 0.8 for each of 6 or 5 genes, and 10 years / 5."""
    found = rows(graph, "candidates")
    assert columns(found, "figure", "points", "genes", "shared", "year") == [
        ("alone", "7", "6", "0", "2010"),
        ("by-symbols", "7", "6", "0", "2010"),
        ("unscored", "7", "6", "0", "2010"),
        ("under-a-third", "7", "6", "1", "2010"),
        ("unsure", "6", "5", "1", "2010"),
        ("undated", "5", "6", "0", ""),
        ("old", "4", "6", "0", "1995"),
    ]
    assert columns(found[2:4], "pathwayScore", "reason") == [
        ("", "6 genes, no pathway near"),
        ("0.9", "6 genes, 1 in WP1 (rank 1)"),
    ]


def test_figures_that_add_to_a_pathway(graph: Built) -> None:
    """Points: 0.9 (of the first 0.8) for each gene, and 10 years / 5."""
    found = rows(graph, "candidates-for-pathway", pathway="wikipathways:WP1")
    assert columns(found, "figure", "points", "newGenes", "genes", "shared", "rank") == [
        ("third", "5", "G10 G5 G6 G7", "6", "2", "3"),
        ("curated", "4", "G5 G6", "6", "4", ""),
        ("text", "4", "G5 G6", "6", "4", ""),
        ("paper", "3", "G5", "5", "4", ""),
    ]
    assert found[0]["reason"] == "adds 4 genes, shares 2"


def test_missing_genes_come_with_their_words(missing: Built) -> None:
    """Those without ambiguity first; none of the plant, of other organisms or of lower ranks."""
    found = rows(missing, "genes-missing-from-pathway", pathway="wikipathways:WP1")
    counts = ("unambiguous", "bySymbol", "figures", "allFigures")
    assert columns(found, "symbol", *counts, "words", "example") == [
        ("G6", "1", "1", "2", "2", "6 | six", "a"),
        ("G5", "0", "2", "2", "7", "G5 | five", "a"),
    ]


def test_figures_of_a_missing_gene(missing: Built) -> None:
    given = {"pathway": "wikipathways:WP1", "gene": "ncbigene:5"}
    found = rows(missing, "figures-of-missing-gene", **given)
    assert columns(found, "figure", "word", "rank") == [
        ("a", "G5", "1"),
        ("a", "five", "1"),
        ("b", "G5", "3"),
    ]


def test_figures_without_a_pathway(missing: Built) -> None:
    """Links of other organisms count too, and a pathway of the record; doubtful genes are out."""
    one = ox.Literal(1)
    text = bundled.queries()["figures-without-pathway"].bind({"minimum": [one]})
    assert in_oxigraph(missing, text) == in_rdflib(missing, text)
    found = [(row[0].split("/")[-1], row[6][-5:]) for row in as_csv(in_oxigraph(missing, text))[1]]
    assert found == [("u", "_9606")]


def test_the_reason_stands_in_a_narrow_table(linked_sample: Path, run_cli: Run) -> None:
    for about, names in ((), "reason"), (("pathway=WP4880",), "reason newGenes"):
        done = run_cli(*("candidates", *about, "--store", linked_sample), env={"COLUMNS": "100"})
        head = done.stdout.splitlines()[0].split()
        assert head[: 2 + len(names.split())] == ["figure", "points", *names.split()]


def test_the_command_lists_the_rows_of_the_queries(linked_sample: Path, run_cli: Run) -> None:
    for about, query in (((), "candidates"), (("pathway=wp4880",), "candidates-for-pathway")):
        done = run_cli("candidates", *about, "--store", linked_sample, "--format", "csv")
        names, wanted = expected(query)
        shown = [line.split(",")[:2] for line in done.stdout.splitlines()]
        assert (done.code, shown) == (0, [row[:2] for row in [names, *wanted]])
    assert done.stderr.startswith("wp4880: Host-pathogen interaction of human coronaviruses")


def test_of_a_topic_figures_count_that_a_search_finds(linked_sample: Path, run_cli: Run) -> None:
    with pfocr_kg.open(linked_sample) as graph:
        found = {figure(str(hit.figure)) for hit in graph.search("immune", limit=None)}
        wanted = [row for row in graph.candidates() if row.figure in found]
        assert graph.candidates("immune") == wanted
    store = ("--store", linked_sample, "--format", "json", "--limit", 1)
    done = run_cli("candidates", "immune", *store, "--columns", "figure,points")
    assert json.loads(done.stdout) == [{"figure": wanted[0].figure, "points": wanted[0].points}]
    assert done.stderr.splitlines() == [
        f"immune: {len(found)} figures, {len(wanted)} of them worth a pathway",
        "there are more rows (--limit 1)",
    ]
    quiet = run_cli("candidates", "immune", *store, "--quiet")
    assert quiet.stderr == "there are more rows (--limit 1)\n"


@pytest.mark.parametrize(
    ("about", "code", "said"),
    [
        ("zzz", 1, "zzz: 0 figures\n0 rows\n"),
        ("WP4880", 1, "WP4880: 0 figures\nWP4880 is a pathway: ask for pathway=WP4880\n0 rows\n"),
        (
            *("cytokine", 1),
            "cytokine: 1 figure, 0 of them worth a pathway\n"
            "a candidate has five unambiguous genes, which only human genes can be, a pathway score"
            " of 0.8 and no pathway near\n0 rows\n",
        ),
        (
            *("pathway=WP414", 1),
            "WP414: Cell cycle and cell division, yeast pathway WP414\nonly human genes can be"
            " unambiguous, and wikipathways:WP414 is of Saccharomyces cerevisiae\n0 rows\n",
        ),
        ("path=WP4880", 2, "pfocr-kg: there is no parameter 'path'. Ask for pathway=NAME\n"),
        ("wnt pathway=WP4880", 2, "pfocr-kg: candidates are of a topic or for a pathway."),
        ("!!", 2, "pfocr-kg: '!!' has no letters and no numbers\n"),
        ("pathway=", 2, "pfocr-kg: no pathway of the graph is called ''."),
    ],
)
def test_where_there_are_none(
    about: str, code: int, said: str, linked_sample: Path, run_cli: Run
) -> None:
    done = run_cli("candidates", about, "--store", linked_sample)
    assert (done.code, done.stdout) == (code, "")
    assert done.stderr.startswith(said)


def test_a_graph_has_to_be_linked(built_sample: Path, run_cli: Run) -> None:
    done = run_cli("candidates", "--store", built_sample)
    assert (done.code, done.stdout) == (2, "")
    assert "not linked to pathways" in done.stderr
    with pfocr_kg.open(built_sample) as graph, pytest.raises(QueryError, match="of a topic or for"):
        graph.candidates("immune", pathway="WP4880")


def test_a_query_about_links_says_where_there_are_none(built_sample: Path, run_cli: Run) -> None:
    asked = ("query", "pathways-of-figure", "--store", built_sample)
    done = run_cli(*asked, "figure=PMC3347317__F2")
    assert done.stderr.endswith(
        "0 rows\nthe graph is not linked to pathways: pfocr-kg link --wikipathways PATH\n"
    )
    done = run_cli(*asked, "figure=PMC3347317")
    assert "`pfocr-kg query figures-of-paper paper=PMC3347317` lists its figures" in done.stderr
