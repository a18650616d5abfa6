"""Nanopublications, checked one by one by the nanopub package, and counted in the files."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from nanopub import Nanopub
from nanopub.utils import MalformedNanopubError

import pfocr_kg
from pfocr_kg import Graph
from pfocr_kg.errors import PfocrError
from plain_levels import LEVELS, at_level
from plain_reading import Facts

PFOCR = "https://w3id.org/pfocr/vocab#"
FIGURE = "https://pfocr.wikipathways.org/figures/"
NP = "http://www.nanopub.org/nschema#"
KINDS = {"SymbolMatch", "SynonymMatch", "FamilyMatch", "KeywordMatch"}

Quads = list[ox.Quad]


@pytest.fixture(scope="module")
def written(linked_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nanopubs") / "all.trig"
    with pfocr_kg.open(linked_sample) as graph, path.open("wb") as file:
        said = graph.write_nanopubs(file)
    assert said == len(list(each(path)))
    return path


def each(path: Path) -> Iterator[tuple[str, Quads]]:
    """The nanopublications of a file, each with its IRI."""
    quads: dict[str, Quads] = defaultdict(list)
    for quad in ox.parse(path=str(path), format=ox.RdfFormat.TRIG):
        quads[quad.graph_name.value.partition("#")[0]].append(quad)
    yield from quads.items()


def asserted(quads: Quads) -> list[tuple[str, str, str]]:
    return [
        (q.subject.value, q.predicate.value.removeprefix(PFOCR), q.object.value)
        for q in quads
        if q.graph_name.value.endswith("#assertion")
    ]


def drawn(quads: Quads) -> tuple[str, str] | None:
    """The figid and gene of a nanopublication about a gene; None for one about a link."""
    for figure, predicate, gene in asserted(quads):
        if predicate == "gene":
            return figure.removeprefix(FIGURE).removesuffix(".html"), gene.rpartition("/")[2]
    return None


def as_rdflib(quads: Quads) -> rdflib.ConjunctiveGraph:
    graph = rdflib.ConjunctiveGraph()
    graph.parse(data=ox.serialize(quads, format=ox.RdfFormat.TRIG), format="trig")
    return graph


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nanopub_package_finds_some_of_each_well_formed(written: Path) -> None:
    every = list(each(written))
    links = [iri for iri, quads in every if drawn(quads) is None]
    assert len(links) > 10
    for iri, quads in [*every[::150], *(one for one in every if one[0] in links[:4])]:
        nanopub = Nanopub(rdf=as_rdflib(quads))
        assert nanopub.is_valid
        assert nanopub.has_valid_trusty
        assert nanopub.source_uri == iri
        assert nanopub.signed_with_public_key is None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nanopub_package_finds_every_ninth_well_formed(written: Path) -> None:
    for iri, quads in list(each(written))[::9]:
        nanopub = Nanopub(rdf=as_rdflib(quads))
        assert nanopub.is_valid
        assert nanopub.has_valid_trusty
        assert nanopub.source_uri == iri


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_nanopub_package_notices_a_change(written: Path) -> None:
    _, quads = next(each(written))
    changed = [
        ox.Quad(q.subject, q.predicate, ox.NamedNode("https://example.org/"), q.graph_name)
        if q.graph_name.value.endswith("#assertion")
        else q
        for q in quads
    ]
    with pytest.raises(MalformedNanopubError):
        _ = Nanopub(rdf=as_rdflib(changed)).has_valid_trusty


def test_they_assert_what_the_files_and_the_links_say(
    written: Path, sample_facts: Facts, linked: Graph
) -> None:
    genes, links = set(), set()
    for _, quads in each(written):
        if pair := drawn(quads):
            genes.add(pair)
        else:
            values = {predicate: value for _, predicate, value in asserted(quads)}
            links.add((values["figure"], values["pathway"]))
    assert genes == {(figid, gene) for figid, gene, _ in sample_facts.genes}
    rows = linked.rdflib.query(
        f"SELECT ?f ?p WHERE {{ ?l <{PFOCR}figure> ?f ; <{PFOCR}pathway> ?p }}"
    )
    assert links == {(str(figure), str(pathway)) for figure, pathway in rows}


def test_provenance_has_the_words_that_were_read(written: Path, sample_facts: Facts) -> None:
    said = set()
    for _, quads in each(written):
        if pair := drawn(quads):
            values: dict[str, dict[str, str]] = defaultdict(dict)
            for q in quads:
                if q.graph_name.value.endswith("#provenance") and q.subject.value.startswith(
                    FIGURE
                ):
                    name = q.predicate.value.removeprefix(PFOCR)
                    values[q.subject.value][name] = q.object.value
            for mention in values.values():
                texts = (mention.get(name, "") for name in ("word", "matchedTerm", "lexicon"))
                said.add((*pair, *texts))
    assert said == sample_facts.gene_mentions


def test_assertions_have_the_kinds_of_match_and_the_levels(
    written: Path, sample_facts: Facts, linked_sample: Path
) -> None:
    names = {"symbol": "geneBySymbol", "unambiguous": "unambiguousGene", "any": "gene"}
    found: dict[str, set[tuple[str, str]]] = {level: set() for level in LEVELS}
    for _, quads in each(written):
        if pair := drawn(quads):
            predicates = [predicate for _, predicate, _ in asserted(quads)]
            for level, name in names.items():
                found[level].update([pair] if name in predicates else [])
            kinds = {o.removeprefix(PFOCR) for _, p, o in asserted(quads) if p == "matchKind"}
            assert kinds
            assert kinds <= KINDS
            assert ("SymbolMatch" in kinds) == ("geneBySymbol" in predicates)
    for level in LEVELS:
        assert found[level] == {m[:2] for m in at_level(level, sample_facts, linked_sample)}


@pytest.mark.slow
def test_command_writes_those_of_a_level_and_the_same_bytes_again(
    run_cli: Callable[..., object],
    linked_sample: Path,
    sample_facts: Facts,
    written: Path,
    tmp_path: Path,
) -> None:
    common = ("export", "--store", linked_sample, "--format", "nanopubs")
    assert run_cli(*common, "-o", tmp_path / "again.trig").code == 0
    assert (tmp_path / "again.trig").read_bytes() == written.read_bytes()
    done = run_cli(*common, "--level", "symbol", "--output", tmp_path / "symbol.trig")
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    wanted = {m[:2] for m in at_level("symbol", sample_facts, linked_sample)}
    found = [pair for _, quads in each(tmp_path / "symbol.trig") if (pair := drawn(quads))]
    assert sorted(found) == sorted(wanted)


def test_without_the_package_the_extra_is_named(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nanopub", None)
    with (tmp_path / "x").open("wb") as file, pytest.raises(PfocrError, match=r'"\.\[formats\]"'):
        linked.write_nanopubs(file)
