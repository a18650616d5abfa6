"""The description of a graph: its counts against those of rdflib, and what it says of sources."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, PROV, RDF, VOID

import describing
import pfocr_kg
from pfocr_kg.rdf import description, provenance
from pfocr_kg.rdf.linksets import TARGETS

DATASET = rdflib.URIRef(description.DATASET)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
PATHWAYS = Path(__file__).parent / "data" / "wikipathways"
SPDX = rdflib.Namespace("http://spdx.org/rdf/terms#")


@pytest.fixture(scope="module")
def folder(
    built_sample: Path, tmp_path_factory: pytest.TempPathFactory, run_cli: Callable[..., object]
) -> Path:
    out = tmp_path_factory.mktemp("described")
    run_cli("export", "--store", built_sample, "--output", out / "pfocr.nt")
    return out


@pytest.fixture(scope="module")
def data(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "pfocr.nt", format="nt")


@pytest.fixture(scope="module")
def said(folder: Path) -> rdflib.Graph:
    return rdflib.Graph().parse(folder / "pfocr.void.ttl", format="turtle")


def numbers(said: rdflib.Graph, part: rdflib.URIRef, what: rdflib.URIRef, n: rdflib.URIRef) -> dict:
    nodes = list(said.objects(DATASET, part))
    return {said.value(node, what): said.value(node, n).toPython() for node in nodes}


def test_counts_are_those_of_the_data(data: rdflib.Graph, said: rdflib.Graph) -> None:
    assert said.value(DATASET, VOID.triples).toPython() == len(data)
    classes = Counter(data.objects(None, RDF.type))
    assert numbers(said, VOID.classPartition, VOID["class"], VOID.entities) == classes
    assert said.value(DATASET, VOID.entities).toPython() == sum(classes.values())
    properties = Counter(data.predicates())
    assert numbers(said, VOID.propertyPartition, VOID.property, VOID.triples) == properties


def test_linksets_match_the_iris_in_use(data: rdflib.Graph, said: rdflib.Graph) -> None:
    found = {}
    for node in said.objects(DATASET, VOID.subset):
        assert said.value(node, VOID.subjectsTarget) == DATASET
        space = said.value(said.value(node, VOID.objectsTarget), VOID.uriSpace)
        predicate = said.value(node, VOID.linkPredicate)
        triples = [o for o in data.objects(None, predicate) if str(o).startswith(str(space))]
        assert said.value(node, VOID.triples).toPython() == len(triples)
        found[str(space), predicate] = len(triples)
    spaces = [target.space for target in TARGETS]
    plain = Counter(
        (space, p)
        for _, p, o in data
        if isinstance(o, rdflib.URIRef) and p != RDF.type
        for space in spaces
        if str(o).startswith(space)
    )
    assert found == plain, "a predicate that links is not among the linking ones"
    assert {"https://identifiers.org/ncbigene/", "http://purl.obolibrary.org/obo/DOID_"} <= {
        space for space, _ in found
    }


def test_patterns_match_all_members(data: rdflib.Graph, said: rdflib.Graph) -> None:
    patterns = dict(said.subject_objects(VOID.uriRegexPattern))
    assert len(patterns) >= 2
    for node, pattern in patterns.items():
        members = list(data.subjects(RDF.type, said.value(node, VOID["class"])))
        assert members
        assert all(re.search(pattern, member) for member in members)


def test_vocabularies_are_those_in_use(data: rdflib.Graph, said: rdflib.Graph) -> None:
    used = {*data.predicates(), *data.objects(None, RDF.type)}
    known = [str(space) for space in said.objects(DATASET, VOID.vocabulary)]
    assert all(any(term.startswith(space) for space in known) for term in used)
    assert all(any(term.startswith(space) for term in used) for space in known)


def test_distribution_is_the_file(folder: Path, said: rdflib.Graph) -> None:
    content = (folder / "pfocr.nt").read_bytes()
    node = said.value(DATASET, DCAT.distribution)
    assert said.value(node, DCTERMS.title).toPython() == "pfocr.nt"
    assert said.value(node, DCAT.byteSize).toPython() == len(content)
    assert str(said.value(node, DCAT.mediaType)).endswith("application/n-triples")
    digest = str(said.value(said.value(node, SPDX.checksum), SPDX.checksumValue))
    assert digest.lower() == hashlib.sha256(content).hexdigest()


def test_one_way_or_the_other(
    built_sample: Path, tmp_path: Path, run_cli: Callable[..., object]
) -> None:
    out = tmp_path / "x.ttl.gz"
    run_cli("export", "--store", built_sample, "-o", out, "--no-description")
    assert [path.name for path in tmp_path.iterdir()] == ["x.ttl.gz"]
    run_cli("export", "--store", built_sample, "-o", out, "--description", tmp_path / "about.ttl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["about.ttl", "x.ttl.gz"]
    first = (tmp_path / "about.ttl").read_bytes()
    run_cli("export", "--store", built_sample, "-o", out, "--description", tmp_path / "about.ttl")
    assert (tmp_path / "about.ttl").read_bytes() == first


def test_a_description_in_the_graph_is_not_counted(sample_graph: pfocr_kg.Graph) -> None:
    """Made anew, beside itself, it counts the same, and knows of the same sources."""
    store = ox.Store()
    triples = sample_graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    sources = [provenance.Source("pfocr", "0" * 40, "https://example.org/pfocr.git")]
    before = description.describe(store.query, sources)
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in before)
    assert description.describe(store.query) == before
    assert description.sources_of(before) == sources


def of_file(path: Path) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)}


def test_the_store_says_what_stands_beside_an_export(built_sample: Path, folder: Path) -> None:
    beside = of_file(folder / "pfocr.void.ttl")
    assert describing.stated(built_sample) < beside
    more = {str(triple.subject) for triple in beside - describing.stated(built_sample)}
    assert more == {f"<{DATASET}>", f"<{DATASET}#distribution>", f"<{DATASET}#checksum>"}


def test_the_graph_is_as_if_there_were_no_description(
    built_sample: Path, data: rdflib.Graph
) -> None:
    with pfocr_kg.open(built_sample) as graph:
        assert len(graph) == graph.stats()["triples"] == len(data)
        assert len(graph.rdflib.default_graph) == len(data)
        assert not graph.query(f"ASK {{ <{DATASET}> ?p ?o }}")
        rows = graph.query("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }").records()
        assert rows[0].n == len(describing.stated(built_sample)) > 100


def test_sources_are_those_that_were_read(sample: Path, tmp_path: Path) -> None:
    """A checkout moves on; what was built of it does not."""
    git, store = tmp_path / "pfocr" / ".git", tmp_path / "store"
    shutil.copytree(sample, git.parent)
    git.mkdir()

    def commits() -> list[str | None]:
        with pfocr_kg.open(store) as graph:
            said = description.stated(graph._store.query)
        return [source.commit for source in description.sources_of(said)]

    (git / "HEAD").write_text("a" * 40)
    pfocr_kg.build(git.parent, store)
    (git / "HEAD").write_text("b" * 40)
    pfocr_kg.link(store, PATHWAYS)
    assert commits() == ["a" * 40]
    pfocr_kg.build(git.parent, store, add=True)
    assert commits() == ["a" * 40, "b" * 40]
    pfocr_kg.build(git.parent, store)
    assert commits() == ["b" * 40]


def test_names_of_folders_are_not_made_public() -> None:
    sources = [provenance.Source("mine"), provenance.Source("pfocr", "a" * 40)]
    both = description.describe(ox.Store().query, sources)
    assert description.public(both) == description.describe(ox.Store().query, sources[1:])


def test_commit_and_address_of_a_checkout(tmp_path: Path) -> None:
    git = tmp_path / "pfocr" / ".git"
    (git / "refs/heads").mkdir(parents=True)
    assert provenance.source(git.parent) == provenance.Source("pfocr")
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "config").write_text(
        '[remote "origin"]\n\turl = https://me:secret@example.org/pfocr.git\n'
    )
    (git / "packed-refs").write_text(f"# pack-refs\n{'a' * 40} refs/heads/main\n")
    address = "https://example.org/pfocr.git"
    assert provenance.source(git.parent) == provenance.Source("pfocr", "a" * 40, address)
    (git / "refs/heads/main").write_text("b" * 40 + "\n")
    assert provenance.source(git.parent).commit == "b" * 40
    (git / "HEAD").write_text("c" * 40 + "\n")
    assert provenance.source(git.parent).commit == "c" * 40
    assert provenance.source(git.parent / "x.zip") == provenance.Source("x.zip")


def test_provenance(sample_graph: pfocr_kg.Graph, tmp_path: Path) -> None:
    store = ox.Store()
    source = provenance.Source("pfocr-database", "a" * 40, "https://example.org/pfocr.git")
    with (tmp_path / "x.ttl").open("wb") as file:
        description.write(description.describe(store.query, [source]), file)
    said = rdflib.Graph().parse(tmp_path / "x.ttl")
    node = said.value(DATASET, PROV.wasDerivedFrom)
    assert said.value(node, rdflib.SDO.version).toPython() == "a" * 40
    assert str(said.value(DATASET, DCTERMS.license)).startswith("https://creativecommons.org/")
    assert said.value(DATASET, PROV.wasGeneratedBy)
