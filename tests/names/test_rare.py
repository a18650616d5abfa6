"""Rare questions: graphs without an index, conditions no figure meets, ids that pathways give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest

import pfocr_kg
from pfocr_kg import iris
from pfocr_kg.errors import QueryError, UnknownNameError
from pfocr_kg.model import Entity, Kind, Labelled
from pfocr_kg.names import entity_names, finding, lookup, resolving
from pfocr_kg.names.figure_text import FigureText
from pfocr_kg.names.index import NewIndex
from pfocr_kg.names.lookup import IndexedNames, Names
from pfocr_kg.names.matches import How, NamedKind
from pfocr_kg.records.dictionaries import Dictionaries, NameDictionary
from pfocr_kg.records.gene_dictionary import GeneDictionary
from pfocr_kg.store.embedded import Embedded

NOTHING = Dictionaries(GeneDictionary(list), NameDictionary({}, {}), NameDictionary({}, {}))


class OnlyAnswering:
    """A store as an endpoint is: it answers SPARQL, and has no index."""

    def __init__(self, store: Embedded) -> None:
        self.query = store.query


@pytest.fixture
def stored(linked_sample: Path) -> Iterator[Embedded]:
    with Embedded(linked_sample) as store:
        yield store


@pytest.fixture
def queried(stored: Embedded) -> Names:
    names = lookup.of_store(OnlyAnswering(stored))
    assert names.slow
    return names


def rows(store: Embedded, question: str) -> list[Any]:
    answer = store.query("PREFIX pfocr: <https://w3id.org/pfocr/vocab#>" + question)
    assert isinstance(answer, ox.QuerySolutions)
    return list(answer)


def test_symbols_find_the_genes_of_the_graph(stored: Embedded, queried: Names) -> None:
    find = queried.gene_finder("9606")
    human = iris.organism("9606")
    genes = rows(
        stored,
        f"""SELECT ?gene ?label {{ ?gene a pfocr:Gene ; pfocr:organism <{human}> ;
        <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }}""",
    )
    assert len(genes) > 100
    for gene in genes:
        for text in (gene["label"].value, gene["label"].value.lower(), gene["gene"].value):
            assert gene["gene"].value in [match.iri for match in find(text)], text
    assert find("no such gene") == []


def test_whole_titles_are_found_by_queries(stored: Embedded, queried: Names) -> None:
    titles = rows(
        stored,
        """SELECT ?figure ?title { ?figure a pfocr:PathwayFigure ;
        <http://purl.org/dc/terms/title> ?title }""",
    )
    for row in titles[:5]:
        figure, title = row["figure"].value, row["title"].value
        found = {m.iri: m.how for m in queried.matches(title.upper(), [NamedKind.FIGURE])}
        assert found[figure] is How.TITLE
        (by_iri,) = queried.matches(figure, [NamedKind.FIGURE])
        assert figure.endswith(f"/{by_iri.identifier}.html")
        assert figure in [m.iri for m in queried.parts(title, [NamedKind.FIGURE], -1)]
    assert queried.parts("-- ++", (), 5) == []
    assert queried.has_pubmed_ids()


def test_a_search_by_queries_says_that_it_is_slow(stored: Embedded) -> None:
    notes: list[str] = []
    found = finding.find(OnlyAnswering(stored), "TNF", [NamedKind.GENE], on_note=notes.append)
    assert found[0].label == "TNF"
    assert "slower" in notes[0]


def test_each_condition_that_no_figure_meets_has_its_number(linked_sample: Path) -> None:
    conditions: dict[str, dict[str, Any]] = {
        "signaling": {"words": "signaling"},
        "TNF, human gene 7124": {"gene": "TNF"},
        "since 2000": {"since": 2000},
        "until 2000": {"until": 2000},
        "without a pathway": {"no_pathway": True},
    }
    with pfocr_kg.open(linked_sample) as graph:
        journal = next(row["journal"] for row in graph.search("signaling") if row["journal"])
        conditions[journal] = {"journal": journal}
        notes: list[str] = []
        every = {key: value for one in conditions.values() for key, value in one.items()}
        assert not graph.search(on_note=notes.append, **every)
        for text, one in conditions.items():
            number = graph.search(**{"words": "", **one}).total
            line = f"{text}: {number} figure{'' if number == 1 else 's'}".lower()
            assert any(note.lower().startswith(line) for note in notes), (line, notes)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"words": "x", "sort": "beauty"}, "no order 'beauty'"),
        ({"words": " ".join(f"w{n}x" for n in range(65))}, "65 words are too many"),
    ],
)
def test_searches_that_cannot_be(linked_sample: Path, options: Any, said: str) -> None:
    with pfocr_kg.open(linked_sample) as graph, pytest.raises(QueryError, match=said):
        graph.search(**options)


def test_an_unknown_kind_is_said(linked_sample: Path) -> None:
    with pfocr_kg.open(linked_sample) as graph, pytest.raises(QueryError, match="no kind 'cell'"):
        graph.find("TNF", kind="cell")


@pytest.fixture
def made(tmp_path: Path) -> Iterator[IndexedNames]:
    """An index with two human genes of one symbol, and what pathways and PubMed give."""
    path = tmp_path / "names.sqlite"
    index = NewIndex(path)
    text = FigureText(*["a title"] * 5, facets="", alias="", file_name="", page="", pmcid="PMC1",
                      doi="", journal="", year="", score="", genes=1)  # fmt: skip
    index.add_figure("PMC1__f1", text)
    for number in ("7157", "999999999"):
        gene = Entity(Kind.GENE, iris.gene(number), number, organism="9606")
        one = Labelled(gene, "TP53", figures=1)
        index.add_thing(entity_names.thing(one), entity_names.names(one, NOTHING))
    index.complete()
    index.add_names(iris.gene("7157"), entity_names.uniprot(["P04637"]))
    index.set_pubmed({"123": "PMC1"})
    index.commit()
    index.close()
    names = IndexedNames(SimpleNamespace(generation=SimpleNamespace(index=path)))  # type: ignore[arg-type]
    yield names
    names.base.close()


def test_ids_that_pathways_and_pubmed_give(made: IndexedNames) -> None:
    for text in ("P04637", "uniprot:P04637"):
        assert [match.identifier for match in made.matches(text)] == ["7157"]
    assert [match.iri for match in made.matches("PMID: 123")] == [iris.paper("PMC1")]
    assert made.matches("PMID: 124") == []
    assert made.has_pubmed_ids()


def test_a_gene_comes_before_its_copies(made: IndexedNames) -> None:
    """HGNC's TP53 is 7157; a graph can have other human genes that are called so."""
    assert len(made.matches("TP53", [NamedKind.GENE])) == 2
    assert resolving.resolve(made, "TP53", [NamedKind.GENE]).match.identifier == "7157"


def test_bytes_that_are_no_characters_are_a_name_like_others(made: IndexedNames) -> None:
    assert [match.identifier for match in made.matches("TP53\udcff")] == ["7157", "999999999"]
    with pytest.raises(UnknownNameError, match="called"):
        resolving.resolve(made, "\udcff\udcfe", [NamedKind.GENE])
