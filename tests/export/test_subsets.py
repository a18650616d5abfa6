"""Subsets: closed, and in each format those parts of the whole that are the chosen figures'."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg import Graph
from pfocr_kg.errors import QueryError
from places import SAMPLE
from plain_reading import Facts

Run = Callable[..., Any]
FIGURE = "https://pfocr.wikipathways.org/figures/{}.html"
VOCABULARY = "https://w3id.org/pfocr/vocab#"
CHOSEN = (
    "PMC12003952__research.0675.fig.001",
    "PMC3347317__viruses-04-00424-g002",
    "PMC3614012__nihms379615f2",
)
OF_THE_CORPUS = {
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2004/02/skos/core#altLabel",
}
"""Properties whose values depend on the other records of a corpus, too."""

OUTSIDE = {
    f"{VOCABULARY}associatedGene",
    f"{VOCABULARY}meshTerm",
    "http://www.w3.org/2004/02/skos/core#exactMatch",
}
"""Properties whose values need not be in a graph."""


@pytest.fixture
def subset(linked: Graph) -> Iterator[Graph]:
    with linked.subset(figures=CHOSEN) as made:
        yield made


def triples(graph: Graph, folder: Path) -> set[ox.Triple]:
    graph.export(folder / "graph.nt")
    return {quad.triple for quad in ox.parse(path=str(folder / "graph.nt"))}


def figids(graph: Graph) -> set[str]:
    ids = "?f a pfocr:PathwayFigure ; <http://purl.org/dc/terms/identifier> ?id"
    rows = graph.query(f"PREFIX pfocr: <{VOCABULARY}> SELECT ?id WHERE {{ {ids} }}")
    return {row["id"] for row in rows}


def test_it_is_what_a_build_of_its_records_alone_makes(sample_graph: Graph, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    for path in SAMPLE.rglob("*"):
        if path.is_file() and path.name.startswith((*CHOSEN, "wpid_map", "ndex_map")):
            copy = alone / path.relative_to(SAMPLE)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    shutil.copytree(SAMPLE / "_organisms", alone / "_organisms")
    pfocr_kg.build(alone, tmp_path / "store")
    with pfocr_kg.open(tmp_path / "store") as built:
        want = triples(built, tmp_path)
    with sample_graph.subset(figures=CHOSEN) as made:
        found = triples(made, tmp_path)
    of_records = [
        {t for t in these if t.predicate.value not in OF_THE_CORPUS} for these in (found, want)
    ]
    assert of_records[0] == of_records[1]
    labels = [
        sorted(str(t.subject) for t in these if t.predicate.value.endswith("#prefLabel"))
        for these in (found, want)
    ]
    assert labels[0] == labels[1]
    assert len(labels[0]) > 50


def test_nothing_dangles_and_shapes_hold(linked: Graph, subset: Graph, tmp_path: Path) -> None:
    whole, found = triples(linked, tmp_path), triples(subset, tmp_path)
    subjects = {t.subject for t in found}
    # Of every subject all that the whole says, except figures that were not chosen.
    missing = {t for t in whole if t.subject in subjects} - found
    assert {t.predicate.value for t in missing} <= {"http://www.w3.org/ns/prov#wasDerivedFrom"}
    assert found <= whole
    known = {t.subject for t in whole}
    dangling = {t for t in found if t.object in known - subjects}
    assert {t.predicate.value for t in dangling} <= OUTSIDE
    # And nothing else: all subjects are values, except figures, links and the set of links.
    named = {t.object for t in found} | {t.subject for t in found if "#link-WP" in str(t.subject)}
    roots = {ox.NamedNode(FIGURE.format(figid)) for figid in CHOSEN}
    links = ox.NamedNode("https://w3id.org/pfocr/links")
    assert subjects - named == {*roots, links} - named
    assert figids(subset) == {*CHOSEN}
    assert subset.validate()


def test_a_pathway_is_derived_from_chosen_figures_only(linked: Graph, tmp_path: Path) -> None:
    derived, link_of = (
        {(t.subject, t.object) for t in triples(linked, tmp_path) if t.predicate.value == name}
        for name in ("http://www.w3.org/ns/prov#wasDerivedFrom", f"{VOCABULARY}pathway")
    )
    pathway, origin = min((t for t in derived), key=str)
    linked_to = {str(link).strip("<>").partition("#")[0] for link, to in link_of if to == pathway}
    other = min(linked_to - {origin.value})
    for figure, kept in ((origin.value, True), (other, False)):
        with linked.subset(figures=[figure]) as made:
            found = triples(made, tmp_path)
        assert any(t.subject == pathway for t in found)
        assert any(t.object == origin and "wasDerived" in str(t.predicate) for t in found) is kept


def test_lists_take_any_name_and_say_which_lines_name_nothing(linked: Graph) -> None:
    notes: list[str] = []
    lines = [
        "# what I read",
        CHOSEN[0],
        "",
        f"{FIGURE.format(CHOSEN[1])}  # by its IRI",
        "nihms379615f2.jpg",
        "pmc12003952__f1",
        "nobody",
    ]
    with linked.subset(figures=lines, on_note=notes.append) as made:
        assert figids(made) == {*CHOSEN}
    assert [note.partition(":")[0] for note in notes] == ["line 7 of the list"]
    assert "'nobody'" in notes[0]


def test_organisms_and_diseases_are_those_of_the_figures(
    linked: Graph, sample_facts: Facts
) -> None:
    of_disease = {figid for figid, iri in sample_facts.diseases if iri.endswith("/DOID_162")}
    with linked.subset(disease="cancer") as made:
        assert figids(made) == of_disease
    by_keyword = {
        figid for figid, iri in sample_facts.disease_keywords if iri.endswith("/DOID_162")
    }
    with linked.subset(disease="DOID:162", disease_from="keywords") as made:
        assert figids(made) == by_keyword
    assert of_disease != by_keyword
    human = "?figure a pfocr:PathwayFigure ; pfocr:organism <http://purl.obolibrary.org/obo/NCBITaxon_9606>"
    rows = linked.query(f"PREFIX pfocr: <{VOCABULARY}> SELECT ?figure WHERE {{ {human} }}")
    count = len({row["figure"] for row in rows})
    with linked.subset(organism="human") as made:
        assert len(figids(made)) == count
    with linked.subset(organism="human", disease="cancer", figures=sorted(of_disease)[:2]) as made:
        assert figids(made) <= {*sorted(of_disease)[:2]}


def test_a_search_has_the_figures_with_the_words(linked: Graph) -> None:
    # Words that a caption or a title of the sample has, found by plain reading.
    texts = {
        path.stem: path.read_text("utf-8").casefold() for path in (SAMPLE / "_figures").iterdir()
    }
    with linked.subset(search="zika") as made:
        found = figids(made)
    assert found == {figid for figid, text in texts.items() if "zika" in text}
    assert 0 < len(found) < 5
    with pytest.raises(QueryError, match="there are no figures with the words 'lycanthropy'"):
        linked.subset(search="lycanthropy")


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ({}, "a subset needs a condition"),
        ({"figures": []}, "there are no figures of the list"),
        ({"disease": "psorasis"}, "Is one of these meant: psoriasis"),
        (
            {"disease": "psoriasis", "organism": "mouse"},
            "no figure meets all conditions. Figures: ",
        ),
        ({"organism": "wheat"}, "there are no figures of "),
        ({"organism": "nothing"}, "unknown organism 'nothing'"),
        ({"disease_from": "hearsay"}, "unknown source of diseases 'hearsay'"),
    ],
)
def test_an_empty_choice_is_an_error(linked: Graph, conditions: dict[str, Any], said: str) -> None:
    with pytest.raises(QueryError, match=said):
        linked.subset(**conditions)


def test_every_format_has_the_rows_of_the_chosen_figures(
    linked: Graph, subset: Graph, tmp_path: Path
) -> None:
    def gmt(graph: Graph) -> list[str]:
        graph.write_gmt(file := io.BytesIO(), min_size=1)
        return file.getvalue().decode().splitlines()

    assert gmt(subset) == [line for line in gmt(linked) if line.startswith(CHOSEN)]

    def links(graph: Graph) -> list[dict[str, str]]:
        graph.write_links(file := io.BytesIO(), "tsv")
        return list(csv.DictReader(io.StringIO(file.getvalue().decode()), delimiter="\t"))

    assert links(subset) == [row for row in links(linked) if row["figure"] in CHOSEN]
    assert links(subset)

    for graph, name in ((linked, "whole"), (subset, "part")):
        graph.write_parquet(tmp_path / name)
        graph.write_kgx(tmp_path / f"{name}-kgx")
    of_figures = pl.col("figid").is_in(CHOSEN)
    for table in ("figures", "drawn", "figure_diseases", "mentions", "links"):
        whole, part = (
            pl.read_parquet(tmp_path / name / f"{table}.parquet") for name in ("whole", "part")
        )
        assert part.equals(whole.filter(of_figures)), table
    genes = pl.read_parquet(tmp_path / "part" / "genes.parquet")["id"]
    drawn = pl.read_parquet(tmp_path / "part" / "drawn.parquet").filter(pl.col("kind") == "gene")
    of_pathways = pl.read_parquet(tmp_path / "part" / "pathways.parquet")["genes"].explode()
    assert {*genes} == {*drawn["entity"], *of_pathways}

    def lines(name: str, file: str) -> list[str]:
        return (tmp_path / f"{name}-kgx" / file).read_text("utf-8").splitlines()

    assert {*lines("part", "edges.tsv")} <= {*lines("whole", "edges.tsv")}
    assert {*lines("part", "nodes.tsv")} <= {*lines("whole", "nodes.tsv")}
    of_chosen = tuple(f"figure:{figid}.html--" for figid in CHOSEN)
    edges = (
        [e for e in lines(name, "edges.tsv") if e.startswith("figure:")]
        for name in ("part", "whole")
    )
    part_edges, whole_edges = edges
    assert part_edges == [edge for edge in whole_edges if edge.startswith(of_chosen)]


def test_nanopublications_keep_their_iris(linked: Graph, subset: Graph) -> None:
    pytest.importorskip("nanopub")

    def made(graph: Graph) -> set[str]:
        graph.write_nanopubs(file := io.BytesIO(), level="symbol")
        quads = ox.parse(file.getvalue(), format=ox.RdfFormat.TRIG)
        return {str(quad.graph_name) for quad in quads}

    assert made(subset) < made(linked)


@pytest.mark.slow
def test_the_command_writes_a_subset_and_its_description(
    run_cli: Run, linked_sample: Path, tmp_path: Path
) -> None:
    (tmp_path / "list.txt").write_text(f"{CHOSEN[0]}\nnobody\n", encoding="utf-8")
    common = ("export", "--figures", "list.txt", "--store", linked_sample, "-o")
    for name in ("a.ttl", "b.nt.gz", "c.jsonld"):
        done = run_cli(*common, name, cwd=tmp_path)
        assert (done.code, done.stdout) == (0, "")
        assert done.stderr.startswith("line 2 of the list: ")
        assert run_cli(*common, name, "-q", cwd=tmp_path).stderr == ""
    about = (tmp_path / "a.void.ttl").read_text("utf-8")
    quads = ox.parse(about, format=ox.RdfFormat.TURTLE)
    facts = {(str(q.subject), q.predicate.value.rpartition("#")[2], str(q.object)) for q in quads}
    (part,) = {o for s, p, o in facts if s == "<https://w3id.org/pfocr/dataset>"}
    size = len({*ox.parse(path=str(tmp_path / "a.ttl"))})
    number = f'"{size}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert (part, "triples", number) in facts
    assert any(s == part and "figures of the list" in o for s, _, o in facts)
    assert any(s == part[:-1] + "#distribution>" for s, _, _ in facts)
    # All else is about the part.
    assert all(s.startswith(part[:-1]) for s, p, _ in facts if p != "subset")


def test_gene_sets_of_an_organism_are_as_they_were(
    run_cli: Run, linked: Graph, linked_sample: Path
) -> None:
    linked.write_gmt(file := io.BytesIO(), organism="human")
    done = run_cli("export", "-f", "gmt", "--organism", "human", "--store", linked_sample)
    assert done.stdout == file.getvalue().decode()
    arguments = ("--disease", "psoriasis", "--organism", "human", "--store", linked_sample)
    done = run_cli("export", "-f", "gmt", *arguments)
    sets = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert sets == [CHOSEN[0]]
    assert done.stdout.splitlines()[0] in file.getvalue().decode().splitlines()


def test_a_release_says_that_it_is_a_subset(
    run_cli: Run, linked_sample: Path, tmp_path: Path
) -> None:
    pytest.importorskip("rocrate")
    folder = tmp_path / "release"
    arguments = ("--disease", "psoriasis", "--without", "nanopubs", "--store", linked_sample)
    done = run_cli("release", folder, *arguments)
    assert done.code == 0, done.stderr
    assert "psoriasis: psoriasis, disease DOID:8893\n" in done.stderr
    assert "no report of a build" in done.stderr
    assert not (folder / "build-report.json").exists()
    readme = (folder / "README.md").read_text("utf-8")
    assert "all figures that name psoriasis (DOID:8893), 1 in number" in readme
    assert "| `pfocr:PathwayFigure` | 1 |" in readme
    crate = json.loads((folder / "ro-crate-metadata.json").read_text("utf-8"))
    assert any("This is a subset" in str(e.get("description")) for e in crate["@graph"])
    assert "dataset/subset-" in (folder / "description.ttl").read_text("utf-8")


def test_its_folder_is_removed(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with linked.subset(figures=CHOSEN):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []
