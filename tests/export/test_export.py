"""Exports of any graph: equal to what the library writes, read by others, in small pieces too."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from random import Random

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg import iris
from pfocr_kg.errors import NothingReadError, StoreError
from pfocr_kg.export import sorted_rdf, sorting, subject_ranges, turtle
from pfocr_kg.rdf import context, writing
from pfocr_kg.store.embedded import Embedded
from places import EXCERPT

XSD = iris.PREFIXES["xsd"]
SPACES = sorted({*iris.PREFIXES.values(), "http://example.org/a#", "urn:x:"})
LOCALS = st.text("aZ09_.-~!$&'()*+,;=:@%#/?éπ中" + "\u00b7", max_size=8)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


def is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True


IRIS = st.tuples(st.sampled_from(SPACES), LOCALS).map("".join).filter(is_iri).map(ox.NamedNode)
NUMBERS = st.tuples(
    st.one_of(st.integers().map(str), st.decimals(-9, 9).map(str), st.floats().map(repr), TEXTS),
    st.sampled_from(["integer", "decimal", "double", "gYear", "date"]),
).map(lambda pair: ox.Literal(pair[0], datatype=ox.NamedNode(XSD + pair[1])))
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    NUMBERS,
    TEXTS.map(lambda text: ox.Literal(text, language="en-GB")),
    st.sampled_from(["true", "false"]).map(
        lambda t: ox.Literal(t, datatype=ox.NamedNode(XSD + "boolean"))
    ),
)
KNOWN = sorted({term.predicate for term in context.compiled().terms.values()})
PREDICATES = st.one_of(st.sampled_from(KNOWN).map(ox.NamedNode), IRIS)
SUBJECTS = st.one_of(IRIS, st.sampled_from(["b0", "b01"]).map(ox.BlankNode))
TRIPLES = st.lists(
    st.builds(ox.Triple, SUBJECTS, PREDICATES, st.one_of(LITERALS, SUBJECTS)), max_size=25
)


class Stored:
    """A store in memory, with what an export wants of one."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.store = ox.Store()
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def dump(self, path: Path) -> None:
        path.write_bytes(dumped(self))


class OnlyDumping:
    """A built store without what its build kept beside the graph, as after a patch."""

    def __init__(self, store: Embedded) -> None:
        self.dump = store.dump


def dumped(store: Stored) -> bytes:
    return store.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())


def stored(triples: list[ox.Triple]) -> Stored:
    return Stored(triples)


def lines_of(store: Stored) -> list[bytes]:
    """The store's N-Triples by its own dump, ordered as exports are."""
    kind = f" <{iris.PREFIXES['rdf']}type> ".encode()
    return sorted(
        dumped(store).splitlines(keepends=True), key=lambda line: line.replace(kind, b" <\1> ", 1)
    )


def by_library(store: Stored, form: str) -> bytes:
    text = b"".join(lines_of(store))
    if form in ("ntriples", "nquads"):
        return text
    out = io.BytesIO()
    triples = (quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES))
    writing.write(triples, out, form)
    return out.getvalue()


def exported(store: Stored | OnlyDumping, form: str) -> bytes:
    out = io.BytesIO()
    sorted_rdf.write(store, out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["turtle", "trig", "ntriples", "nquads"])
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(triples=TRIPLES.filter(lambda triples: not any(".>" in str(t) for t in triples)))
def test_equals_what_the_library_writes(form: str, triples: list[ox.Triple]) -> None:
    store = stored(triples)
    assert exported(store, form) == by_library(store, form)


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(triples=TRIPLES)
def test_others_read_the_turtle(triples: list[ox.Triple]) -> None:
    store = stored(triples)
    turtle = exported(store, "turtle")
    assert {q.triple for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE)} == {
        q.triple for q in ox.parse(b"".join(lines_of(store)), format=ox.RdfFormat.N_TRIPLES)
    }
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == len(
        rdflib.Graph().parse(data=b"".join(lines_of(store)), format="nt")
    )


def test_rapper_and_rdflib_read_awkward_names() -> None:
    figure = iris.PREFIXES["figure"]
    names = ["a.html#mention-0", ".a", "a.", "-a", "a/b", "a%20b", "a~'()", "é", "", "9_", "a.#b."]
    known = ox.NamedNode(iris.PREFIXES["pfocr"] + "gene")
    store = stored([ox.Triple(ox.NamedNode(figure + n), known, known) for n in names])
    command = ["rapper", "-q", "-i", "turtle", "-o", "ntriples", "-", "http://example.org/"]
    done = subprocess.run(command, input=exported(store, "turtle"), capture_output=True, check=True)
    read = {q.subject.value for q in ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES)}
    assert read == {figure + name for name in names}
    by_rdflib = rdflib.Graph().parse(data=exported(store, "turtle"), format="turtle")
    assert {str(subject) for subject in by_rdflib.subjects()} == read


@pytest.fixture
def store() -> Stored:
    word = ox.NamedNode(iris.PREFIXES["pfocr"] + "word")
    kind = ox.NamedNode(iris.PREFIXES["rdf"] + "type")
    subjects = [ox.NamedNode(f"{iris.PREFIXES['figure']}{n}.html") for n in range(3_000)]
    return stored(
        [ox.Triple(s, word, ox.Literal(f"{n} {'x' * 99}")) for s in subjects for n in range(3)]
        + [ox.Triple(s, kind, word) for s in subjects]
    )


def test_many_buckets_and_a_spill_give_the_same(
    store: Stored, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = exported(store, "turtle")
    monkeypatch.setattr(sorting, "_BUCKET", 20_000)
    monkeypatch.setattr(sorting, "_BUFFER", 100_000)
    assert exported(store, "turtle") == whole == by_library(store, "turtle")


@pytest.mark.slow
def test_what_a_build_kept_is_the_graph(built_sample: Path, tmp_path: Path) -> None:
    """Also of links, in more than one process, and in any number of pieces."""
    store = tmp_path / "store"
    shutil.copytree(built_sample, store)
    pfocr_kg.link(store, EXCERPT)
    for place in (built_sample, store):
        with Embedded(place) as graph:
            assert graph.saved_triples() is not None
            for form in ("turtle", "ntriples", "jsonld"):
                assert exported(graph, form) == exported(OnlyDumping(graph), form)


@pytest.mark.slow
def test_pieces_and_processes_give_the_same(
    built_sample: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(built_sample, store)
    pfocr_kg.link(store, EXCERPT)
    with Embedded(store) as graph:
        whole = exported(graph, "turtle")
        monkeypatch.setattr(subject_ranges, "_FIGURES", 1)
        monkeypatch.setattr(subject_ranges, "_OTHERS", 2)
        assert exported(graph, "turtle") == whole
        monkeypatch.setattr(sorted_rdf, "_WORTH_A_PROCESS", 10)
        out = io.BytesIO()
        sorted_rdf.write(graph, out, "turtle", jobs=2)
        assert out.getvalue() == whole


FIGIDS = st.text("a.!-#/", min_size=1, max_size=3).map(
    lambda text: f"x{text}".replace("/", ".html")
)


@settings(deadline=None, max_examples=5)
@example(figids=["x", "x.html!", "x.html-a", "y"], caption="\t\x7f")
@given(figids=st.lists(FIGIDS, min_size=1, max_size=8, unique=True), caption=TEXTS)
def test_any_figids_and_texts(
    tmp_path_factory: pytest.TempPathFactory, figids: list[str], caption: str
) -> None:
    """A figid can go on where another one ends, and texts can hold control characters."""
    work = tmp_path_factory.mktemp("figids")
    for number, figid in enumerate(figids):
        page = {"figid": figid, "pmcid": "PMC1", "caption": caption, "automl_pathway": "0.950"}
        page["diseases"] = [{"word": w, "identifier": "D005227", "source": "MESH"} for w in "ab"]
        (work / f"{number}.md").write_text(f"---\n{json.dumps(page)}\n---\n")
    try:
        pfocr_kg.build(work, work / "store")
    except NothingReadError:
        return  # characters that no RDF format can hold
    with pytest.MonkeyPatch.context() as patch, Embedded(work / "store") as graph:
        patch.setattr(subject_ranges, "_FIGURES", 1)
        assert exported(graph, "turtle") == exported(OnlyDumping(graph), "turtle")
        assert exported(graph, "ntriples") == exported(OnlyDumping(graph), "ntriples")


@given(
    st.floats().map(repr),
    st.decimals(allow_nan=False, allow_infinity=False, places=4).map(lambda d: f"{d:f}"),
)
def test_numbers_are_those_of_the_store(double: str, decimal: str) -> None:
    lines = (
        f'<urn:s> <urn:a> "{double}"^^<{XSD}double> .\n'
        f'<urn:s> <urn:b> "{decimal}"^^<{XSD}decimal> .\n'
        f'<urn:s> <urn:c> "\\"1\\"^^<{XSD}double> ." .\n'
    ).encode()
    store = ox.Store()
    store.load(lines, ox.RdfFormat.N_TRIPLES)
    dump = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
    assert sorted(subject_ranges.canonical(lines).splitlines()) == sorted(dump.splitlines())


def seconds_to_sort(lines: list[bytes]) -> float:
    text = b"".join(lines)
    begin = time.process_time()
    assert [len(one.properties) for one in sorting.by_subject(text)] == [4_000, 4_000]
    return time.process_time() - begin


def test_lines_of_two_subjects_may_take_turns() -> None:
    """As those of a figure and of its mentions do: each byte is still copied a few times only."""
    some = [b"<urn:p> <urn:%d%s> .\n" % (number, b"x" * 1_000) for number in range(4_000)]
    apart = [b"<urn:a> " + line for line in some] + [b"<urn:b> " + line for line in some]
    in_turn = [line for pair in zip(apart[:4_000], apart[4_000:], strict=True) for line in pair]
    quick, slow = (min(seconds_to_sort(x) for _ in range(3)) for x in (apart, in_turn))
    assert slow < 20 * quick


def test_says_where_triples_are_missing(built_sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(built_sample, store)
    (manifest,) = store.glob("generations/*/manifest.sqlite")
    with sqlite3.connect(manifest) as base:
        base.execute("DELETE FROM shared WHERE subject LIKE '%NCBITaxon_9606>'")
    with Embedded(store) as graph, pytest.raises(StoreError, match=r"of \d+ triples were saved"):
        exported(graph, "turtle")


def test_fast_names_are_the_library_s() -> None:
    """Each prefix with a plain name is written here as the library writes it."""
    for space in iris.PREFIXES.values():
        for name in ("a1", "a.b-c", "0_", "a#b"):
            if is_iri(space + name):
                iri = f"<{space}{name}>".encode()
                assert turtle._short(iri) == turtle._by_library(iri)


@pytest.mark.slow
def test_damage_is_never_exported(built_sample: Path, tmp_path: Path) -> None:
    """A byte that a bad disk changes gives an error, or the same export; nothing else."""
    with Embedded(built_sample) as graph:
        whole = exported(graph, "ntriples")
    (manifest,) = built_sample.glob("generations/*/manifest.sqlite")
    content = manifest.read_bytes()
    store = tmp_path / "store"
    shutil.copytree(built_sample, store)
    (copy,) = store.glob("generations/*/manifest.sqlite")
    random = Random(5)
    outcomes = []
    for _ in range(60):
        spoilt = bytearray(content)
        for at in random.sample(range(4096, len(content)), random.choice((1, 20, 400))):
            spoilt[at] = random.randrange(256)
        copy.write_bytes(spoilt)
        try:
            with Embedded(store) as graph:
                assert exported(graph, "ntriples") == whole
            outcomes.append("same")
        except StoreError:
            outcomes.append("refused")
    assert {"same", "refused"} == set(outcomes)
