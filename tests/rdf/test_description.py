"""The description of a graph: its counts against those of rdflib, and what it says of sources."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import DCTERMS, PROV, RDF, VOID

import describing
import pfocr_kg
from pfocr_kg.rdf import dataset_facts, description, provenance
from pfocr_kg.rdf.linksets import TARGETS
from places import EXCERPT, ROOT

DATASET = rdflib.URIRef(dataset_facts.DATASET)
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")
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


@pytest.mark.parametrize("case", ["one-mesh-term-two-kinds", "two-figures-one-paper"])
def test_counts_hold_each_triple_once(
    case: str, tmp_path: Path, run_cli: Callable[..., object]
) -> None:
    run_cli("build", ROOT / "tests" / "cases" / case, "--store", tmp_path / "store", "--quiet")
    describing.assert_true(tmp_path / "store")


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


def git(folder: Path, *command: str) -> str:
    """Run git in a folder as a user of its own, whatever the machine's configuration."""
    alone = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": os.environ["PATH"],
    }
    user = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *user, "-C", folder, *command],
        env={**alone, "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
    )
    return done.stdout.decode().strip()


def commit(folder: Path) -> str:
    """Make an empty commit; gives its id."""
    git(folder, "commit", "--allow-empty", "-m", "x")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git repository without a commit."""
    folder = tmp_path / "pfocr"
    folder.mkdir()
    git(folder, "init", "-q")
    return folder


@pytest.mark.slow
def test_sources_are_those_that_were_read(checkout: Path, sample: Path, tmp_path: Path) -> None:
    """A checkout moves on; what was built of it does not."""
    store = tmp_path / "store"
    shutil.copytree(sample, checkout, dirs_exist_ok=True)

    def commits() -> list[str | None]:
        with pfocr_kg.open(store) as graph:
            said = description.stored(graph._store.query)
        return [source.commit for source in description.sources_of(said)]

    git(checkout, "config", "remote.origin.url", "https://[example.org:port")
    first = commit(checkout)
    pfocr_kg.build(checkout, store)
    second = commit(checkout)
    pfocr_kg.link(store, EXCERPT)
    assert commits() == [first]
    pfocr_kg.build(checkout, store, add=True)
    assert commits() == sorted([first, second])
    pfocr_kg.build(checkout, store)
    assert commits() == [second]


def test_names_of_folders_are_not_made_public() -> None:
    sources = [provenance.Source("mine"), provenance.Source("pfocr", "a" * 40)]
    both = description.describe(ox.Store().query, sources)
    assert description.public(both) == description.describe(ox.Store().query, sources[1:])


ADDRESS = "https://example.org/pfocr.git"


def test_commit_and_address_of_a_checkout(checkout: Path, tmp_path: Path) -> None:
    assert provenance.source(checkout) == provenance.Source("pfocr")
    git(checkout, "remote", "add", "origin", "https://me:secret@example.org/pfocr.git?token=secret")
    first = commit(checkout)
    assert provenance.source(checkout) == provenance.Source("pfocr", first, ADDRESS)
    git(checkout, "pack-refs", "--all")
    assert provenance.source(checkout).commit == first
    git(checkout, "checkout", "-q", "--detach")
    second = commit(checkout)
    assert provenance.source(checkout).commit == second
    git(checkout, "worktree", "add", "-q", tmp_path / "tree", first)
    assert provenance.source(tmp_path / "tree") == provenance.Source("tree", first, ADDRESS)
    assert provenance.source(checkout / "x.zip") == provenance.Source("x.zip")


def test_only_the_folder_itself_counts(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a repository around it, nor one that a variable of the environment names."""
    commit(checkout)
    inside, broken = checkout / "inside", checkout / "broken"
    inside.mkdir()
    (broken / ".git").mkdir(parents=True)
    monkeypatch.setenv("GIT_DIR", str(checkout / ".git"))
    assert provenance.source(inside) == provenance.Source("inside")
    assert provenance.source(broken) == provenance.Source("broken")


REMOTES = {
    "": None,
    " ": None,
    "https://": None,
    "https://[::1": None,
    "https://]example.org/x": None,
    "https://example.org:port/x": None,
    "https://example.org:99999/x": None,
    "https://example.org/a b": None,
    "https://exa mple.org/x": None,
    "https://me:se cret@example.org/{x}": None,
    "git@example.org:x.git": None,
    "ssh://git@example.org/x.git": None,
    "/mnt/me/x": None,
    "https://me:secret@[2001:db8::1]:8443/x": "https://[2001:db8::1]:8443/x",
    "https://me:sec@ret@Example.org/x#secret": "https://example.org/x",
    "http://secret@example.org": "http://example.org",
}


@pytest.mark.parametrize("remote", REMOTES)
def test_an_odd_remote_ends_no_build(remote: str, checkout: Path) -> None:
    """Its address is left out, or written without the user's name and password."""
    made = commit(checkout)
    git(checkout, "config", "remote.origin.url", remote)
    source = provenance.source(checkout)
    assert source == provenance.Source("pfocr", made, REMOTES[remote])
    triples = description.describe(ox.Store().query, [source])
    assert "secret" not in " ".join(map(str, triples))
    assert description.sources_of(triples) == [source]


@pytest.mark.parametrize("script", [None, "#!/bin/sh\nexec sleep 60\n"])
def test_a_checkout_has_a_name_where_git_does_not_answer(
    script: str | None, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not installed, or hangs."""
    commit(checkout)
    monkeypatch.setattr(provenance, "_MOST_SECONDS", 0.1)
    if script is not None:
        (tmp_path / "git").write_text(script)
        (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin" if script else str(tmp_path))
    assert provenance.source(checkout) == provenance.Source("pfocr")


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
