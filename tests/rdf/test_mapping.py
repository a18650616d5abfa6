"""The mapping: PyLD's reading of the context is the reference, the bulk path writes the same."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from pyld.jsonld import JsonLdError

import pfocr_kg
from generated import DOI, ENTITIES, FIGURES, SOME, TEXT
from mapped import IRI, Triples, assert_equal_paths, assert_valid_iris, parse
from pfocr_kg import iris
from pfocr_kg.build import worker
from pfocr_kg.errors import ContextError
from pfocr_kg.model import Entity, Figure, Labelled, Use
from pfocr_kg.rdf import context, document, ntriples, reference
from pfocr_kg.records import record, sources
from places import CASES

# -- real records ------------------------------------------------------------------------------


def figures(source: Path, workspace: Path, limit: int | None = None) -> Iterator[Figure]:
    """The records of a source as the build reads them."""
    shared_inputs = worker.SharedInputs()
    for group in sources.find_records(source, workspace):
        shared = shared_inputs.shared_of(group)
        for path in group.records[:limit]:
            yield record.read(path, group, shared).figure


def entities(found: Iterable[Figure]) -> Iterator[Labelled]:
    """Each entity that the figures name, with the forms they give it for its labels."""
    forms: dict[Entity, list[str]] = {}
    same: dict[Entity, tuple[str, ...]] = {}
    for figure in found:
        for entity, form, use in figure.names:
            if use is Use.SAME:
                same[entity] = (*same.get(entity, ()), form)
            else:
                forms.setdefault(entity, []).append(form or entity.identifier)
    for entity, (label, *others) in forms.items():
        symbol = label if entity.organism == iris.HUMAN else ""
        matches = same.get(entity, ())
        yield Labelled(entity, label, tuple(others), symbol, exact_matches=matches)


def check_corpus(source: Path, workspace: Path, limit: int | None = None) -> list[Triples]:
    """Hold both paths equal on all documents of a source; the triples of each figure."""
    found = list(figures(source, workspace, limit))
    checked = [assert_equal_paths(document.figure(figure)) for figure in found]
    named = [document.entity(labelled) for labelled in entities(found)]
    assert named
    for node in named:
        assert_valid_iris(assert_equal_paths(node))
    for triples in checked:
        assert_valid_iris(triples)
    return checked


def test_paths_agree_on_the_sample(sample: Path, tmp_path: Path) -> None:
    checked = check_corpus(sample, tmp_path)
    assert len(checked) == len(list((sample / "_figures").glob("*.md")))
    assert all(checked)


def test_paths_agree_on_the_cases(tmp_path: Path) -> None:
    assert all(check_corpus(CASES, tmp_path))


def test_paths_agree_under_rdflib(sample: Path, tmp_path: Path) -> None:
    """Another parser than the one that loads the store."""
    for figure in figures(sample, tmp_path, 5):
        node = document.figure(figure)
        by_bulk, by_reference = rdflib.Graph(), rdflib.Graph()
        by_bulk.parse(data=ntriples.to_ntriples(node).decode(), format="nt")
        by_reference.parse(data=reference.to_ntriples(node), format="nt")
        assert len(by_bulk) > 10
        assert set(by_bulk) == set(by_reference)


@pytest.mark.parametrize(
    ("corpus", "limit"),
    [("seed", None), ("pfocr-verbatim", None), ("pfocr-verbatim-old", None), ("pfocr-covid", 20)],
)
def test_paths_agree_on_real_records(
    corpus: str, limit: int | None, pfocr_data: Path, tmp_path: Path
) -> None:
    checked = check_corpus(pfocr_data / corpus, tmp_path, limit)
    on_disk = len(list((pfocr_data / corpus / "_figures").glob("*.md")))
    assert len(checked) == min(on_disk, limit or on_disk)


def test_paths_agree_on_the_creator() -> None:
    assert len(assert_equal_paths(document.creator())) == 2


# -- generated records -------------------------------------------------------------------------


@given(FIGURES)
def test_paths_agree_on_generated_figures(figure: Figure) -> None:
    assert_valid_iris(assert_equal_paths(document.figure(figure)))


@given(ENTITIES)
def test_paths_agree_on_generated_entities(labelled: Labelled) -> None:
    assert_valid_iris(assert_equal_paths(document.entity(labelled)))


@pytest.mark.slow
@settings(max_examples=500, derandomize=False)
@given(FIGURES)
def test_paths_agree_on_many_generated_figures(figure: Figure) -> None:
    assert_valid_iris(assert_equal_paths(document.figure(figure)))


@given(FIGURES)
def test_texts_come_back_from_the_graph(figure: Figure) -> None:
    """The two paths cannot lose the same text together."""
    triples = parse(ntriples.to_ntriples(document.figure(figure)), ox.RdfFormat.N_TRIPLES)
    texts = {t.object.value for t in triples if isinstance(t.object, ox.Literal)}
    own = {figure.figid, figure.title, figure.caption, *figure.keywords, *figure.paper.keywords}
    assert own - {""} <= texts


# -- IRIs --------------------------------------------------------------------------------------

BASES = {
    "figure": (iris.figure, "https://pfocr.wikipathways.org/figures/", ".html"),
    "hgnc_symbol": (iris.hgnc_symbol, "https://identifiers.org/hgnc.symbol/", ""),
}


def assert_valid(iri: str) -> None:
    assert IRI.fullmatch(iri), iri
    assert parse(f"<{iri}> <{iri}> <{iri}> .", ox.RdfFormat.N_TRIPLES)


@pytest.mark.parametrize("kind", BASES)
@given(text=SOME, other=SOME)
def test_iris_of_texts(kind: str, text: str, other: str) -> None:
    """Valid, undone by percent-decoding, and so different for different texts."""
    mint, base, end = BASES[kind]
    iri = mint(text)
    assert_valid(iri)
    assert iri.startswith(base)
    assert iri.endswith(end)
    assert unquote(iri[len(base) : len(iri) - len(end)]) == text
    assert (mint(other) == iri) == (other == text)


@given(DOI)
def test_iris_of_dois(doi: str) -> None:
    iri = iris.doi(doi)
    assert_valid(iri)
    assert unquote(iri.removeprefix("https://doi.org/")) == doi.lower()


@given(TEXT.filter(lambda text: not text.startswith("http")))
def test_iris_of_pages(figlink: str) -> None:
    iri = iris.pmc_page(figlink)
    assert_valid(iri)
    assert unquote(iri) == "https://www.ncbi.nlm.nih.gov/" + figlink.strip("/") + "/"


@example("http://a.org/", "100%")
@example("http://a.org/", "#a#b")
@given(st.sampled_from(["http://a.org/", "https://www.ncbi.nlm.nih.gov/pmc/"]), TEXT)
def test_iris_of_pages_that_are_whole_iris(base: str, rest: str) -> None:
    assert_valid(iris.pmc_page(base + rest))


@pytest.mark.parametrize("figlink", ["https://www.ncbi.nlm.nih.gov/100%", "http://x:y/#a#b"])
def test_one_broken_figlink_costs_no_neighbour(figlink: str, tmp_path: Path) -> None:
    for name, link in (("PMC1__a", "/pmc/F1/"), ("PMC2__b", figlink)):
        page = f"---\nfigid: {name}\npmcid: {name[:4]}\nfiglink: '{link}'\n---\n"
        (tmp_path / f"{name}.md").write_text(page)
    assert pfocr_kg.build(tmp_path, tmp_path / "store").figures >= 1


def test_only_what_must_be_is_encoded() -> None:
    assert iris.figure("PMC1__a.b-c_d~(1),2;'x'!$&*+=:@") == (
        "https://pfocr.wikipathways.org/figures/PMC1__a.b-c_d~(1),2;'x'!$&*+=:@.html"
    )
    assert iris.figure("é/図 %") == "https://pfocr.wikipathways.org/figures/é%2F図%20%25.html"


@given(st.lists(SOME, min_size=1, max_size=5), st.lists(SOME, min_size=1, max_size=5))
def test_iris_of_mentions(content: list[str], other: list[str]) -> None:
    figure = iris.figure("PMC1__f")
    iri = iris.mention(figure, *content)
    assert re.fullmatch(re.escape(figure) + "#mention-[0-9a-f]{12}", iri)
    assert (iris.mention(figure, *other) == iri) == (other == content)


# -- contexts ----------------------------------------------------------------------------------

PREFIXES = {
    "@version": 1.1,
    "id": "@id",
    "type": "@type",
    "x": "https://example.org/x#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TITLE = "x:title"

# What the bulk path does not write, so that it has to say so.
REFUSED: dict[str, Mapping[str, Any]] = {
    "unknown prefix": {"title": "unknown:title"},
    "unknown prefix of a datatype": {"title": {"@id": TITLE, "@type": "unknown:kind"}},
    "unknown prefix of an object": {"title": {"@id": "unknown:title", "@type": "@id"}},
    "no prefix": {"title": "title"},
    "container list": {"title": {"@id": TITLE, "@container": "@list"}},
    "container set": {"title": {"@id": TITLE, "@container": "@set"}},
    "container language": {"title": {"@id": TITLE, "@container": "@language"}},
    "container index": {"title": {"@id": TITLE, "@container": "@index"}},
    "type vocab": {"title": {"@id": TITLE, "@type": "@vocab"}},
    "type json": {"title": {"@id": TITLE, "@type": "@json"}},
    "type none": {"title": {"@id": TITLE, "@type": "@none"}},
    "language of a term": {"title": {"@id": TITLE, "@language": "en"}},
    "direction of a term": {"title": {"@id": TITLE, "@direction": "rtl"}},
    "reverse": {"title": {"@reverse": TITLE}},
    "nested context": {"title": {"@id": TITLE, "@context": {}}},
    "protected term": {"title": {"@id": TITLE, "@protected": True}},
    "prefix flag": {"title": {"@id": TITLE, "@prefix": True}},
    "nest": {"title": {"@id": TITLE, "@nest": "@nest"}},
    "no id": {"title": {"@type": "@id"}},
    "term taken back": {"title": None},
    "id taken back": {"title": {"@id": None}},
    "type is null": {"title": {"@id": TITLE, "@type": None}},
    "alias of graph": {"graph": "@graph"},
    "alias of list": {"title": "@list"},
    "another alias of id": {"title": "@id"},
    "another alias of type": {"kind": "@type"},
    "version": {"@version": 1.0},
    "vocab": {"@vocab": "https://example.org/v#"},
    "empty vocab": {"@vocab": ""},
    "base": {"@base": "https://example.org/base/"},
    "base without slash": {"@base": "https://example.org/base"},
    "language": {"@language": "en"},
    "direction": {"@direction": "rtl"},
    "import": {"@import": "https://example.org/context.jsonld"},
    "propagate": {"@propagate": False},
    "protected": {"@protected": True},
}


@pytest.mark.parametrize("name", REFUSED)
def test_context_that_says_more_is_refused(name: str) -> None:
    with pytest.raises(ContextError):
        context.compile_context({**PREFIXES, **REFUSED[name]})


COMPILED: dict[str, Mapping[str, Any]] = {
    "text": {"title": TITLE},
    "text by object": {"title": {"@id": TITLE}},
    "datatype": {"title": {"@id": TITLE, "@type": "x:kind"}},
    "string": {"title": {"@id": TITLE, "@type": "xsd:string"}},
    "IRI": {"title": {"@id": TITLE, "@type": "@id"}},
    "whole IRI": {"title": "https://example.org/y#title"},
    "prefix by prefix": {"y": "x:sub/", "title": "y:title"},
    "term used as prefix": {"y": "x:sub", "title": "y:title"},
}


@pytest.mark.parametrize("name", COMPILED)
def test_context_compiles_to_what_it_means(name: str) -> None:
    """Refused, or written as PyLD understands it; nothing between."""
    given_context = {**PREFIXES, **COMPILED[name]}
    value = "https://example.org/o"
    node = {"id": "https://example.org/s", "title": value}
    quads = pyld.to_rdf({"@context": given_context, **node}, {"format": "application/n-quads"})
    (triple,) = parse(quads, ox.RdfFormat.N_QUADS)
    try:
        term = context.compile_context(given_context).terms["title"]
    except ContextError:
        assert name in ("prefix by prefix", "term used as prefix")
        return
    assert term.predicate == triple.predicate.value
    if term.datatype is None:
        assert triple.object == ox.NamedNode(value)
    else:
        assert triple.object == ox.Literal(value, datatype=ox.NamedNode(term.datatype))


@pytest.mark.parametrize("path", [ntriples.to_ntriples, reference.to_ntriples])
def test_unknown_key_or_type(path: Callable[[document.Node], str | bytes]) -> None:
    """The bulk path refuses what the reference would leave out silently."""
    good = {"id": iris.CREATOR, "type": "Organization", "label": "x"}
    assert path(good)
    for bad in ({**good, "colour": "red"}, {**good, "type": "Colour"}):
        if path is ntriples.to_ntriples:
            with pytest.raises(ContextError):
                path(bad)
        else:
            assert "red" not in str(path(bad))


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


URLS = ["https://example.org/a", "https://schema.org/a", "file:///etc/passwd", "schema.jsonld"]


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("url", URLS)
def test_unknown_context_is_an_error(url: str) -> None:
    with pytest.raises(ContextError, match=re.escape(url)):
        reference.loader(url)
    if ":" not in url:
        return  # PyLD itself refuses it: there is no base
    with pytest.raises((ContextError, JsonLdError)):
        reference.block_to_ntriples({"@context": url, "@id": "https://example.org/", "name": "a"})


SCHEMA = ["https://schema.org/", "http://schema.org/", "https://schema.org", "http://schema.org"]


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("url", [*SCHEMA, iris.CONTEXT])
def test_bundled_contexts_need_no_network(url: str) -> None:
    assert "@context" in reference.loader(url)["document"]


# -- the records' own blocks -------------------------------------------------------------------


def blocks(folder: Path) -> Iterator[dict[str, Any]]:
    """Each record's `schema-jsonld`, read without the package."""
    for path in sorted((folder / "_figures").glob("*.md")):
        text = path.read_text(encoding="utf-8-sig").split("\n---", 1)[0]
        page = yaml.load(text, Loader=yaml.BaseLoader)
        if "schema-jsonld" in page:
            yield page["schema-jsonld"]


@pytest.mark.usefixtures("no_network")
def test_own_blocks_expand_to_their_keywords(sample: Path) -> None:
    schema = "https://schema.org/"
    seen = 0
    for block in blocks(sample):
        triples = parse(reference.block_to_ntriples(block), ox.RdfFormat.N_QUADS)
        subject = ox.NamedNode(block["@id"])
        said: dict[str, set[str]] = {}
        for triple in triples:
            if triple.subject == subject:
                said.setdefault(triple.predicate.value, set()).add(triple.object.value)
        listed = block.get("keywords", [])
        listed = listed if isinstance(listed, list) else [listed]
        assert said.get(schema + "keywords", set()) == set(listed)
        assert said[schema + "license"] == {iris.CC0}
        assert said["http://www.w3.org/1999/02/22-rdf-syntax-ns#type"] == {schema + "Dataset"}
        seen += bool(listed)
    assert seen > 20


# -- the mapping backwards ---------------------------------------------------------------------


@pytest.mark.usefixtures("no_network")
def test_jsonld_export_means_the_store(sample_graph: pfocr_kg.Graph, tmp_path: Path) -> None:
    """PyLD's reading of the export gives the store's triples back, no more and no less."""
    for ending in ("nt", "jsonld"):
        sample_graph.export(tmp_path / f"graph.{ending}")
    stored = parse((tmp_path / "graph.nt").read_bytes(), ox.RdfFormat.N_TRIPLES)
    exported = json.loads((tmp_path / "graph.jsonld").read_bytes())
    quads = pyld.to_rdf(exported, {"format": "application/n-quads"})
    assert parse(quads, ox.RdfFormat.N_QUADS) == stored
    assert len(stored) == len(sample_graph)


def test_jsonld_export_has_the_keys_of_records(
    sample: Path, sample_graph: pfocr_kg.Graph, tmp_path: Path
) -> None:
    """Where one predicate has several keys, a figure, a paper and a gene have each their own."""
    sample_graph.export(tmp_path / "graph.jsonld")
    exported = json.loads((tmp_path / "graph.jsonld").read_bytes())["@graph"]
    nodes = {node["id"]: node for node in exported}
    for figure in figures(sample, tmp_path):
        node = document.figure(figure)
        assert set(nodes[node["id"]]) == set(node)
        assert nodes[node["id"]]["figid"] == figure.figid
        paper = nodes[node["paper"]["id"]]
        assert set(node["paper"]) <= set(paper)
        assert paper["pmcid"] == figure.paper.pmcid
        for gene in figure.genes:
            assert nodes[gene.iri]["identifier"] == gene.identifier
            assert nodes[gene.iri]["type"] == "Gene"
