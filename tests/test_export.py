"""Exports of any graph: equal to what the library writes, read by others, in small pieces too."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pfocr_kg import export, graphs, iris
from pfocr_kg.errors import StoreError
from pfocr_kg.export import groups, scan, terms
from pfocr_kg.store.embedded import Embedded

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
PREDICATES = st.one_of(st.sampled_from(sorted(scan.codes())).map(ox.NamedNode), IRIS)
SUBJECTS = st.one_of(IRIS, st.sampled_from(["b0", "b01"]).map(ox.BlankNode))
TRIPLES = st.lists(
    st.builds(ox.Triple, SUBJECTS, PREDICATES, st.one_of(LITERALS, SUBJECTS)), max_size=25
)


class Stored:
    """A store in memory, with what an export wants of one."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self.store = ox.Store()
        self.store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)

    def scan(self, text: str, place: str) -> None:
        self.store.query(text).serialize(place, format=ox.QueryResultsFormat.TSV)

    def query(self, text: str) -> object:
        return self.store.query(text)

    def __len__(self) -> int:
        return len(self.store)

    def dump(self, path: Path) -> None:
        path.write_bytes(dumped(self))


class OnlyDumping:
    """A store that can write its triples and nothing else, as an endpoint's."""

    def __init__(self, store: Stored | Embedded) -> None:
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
    graphs.write(triples, out, form)
    return out.getvalue()


def exported(store: Stored | OnlyDumping, form: str) -> bytes:
    out = io.BytesIO()
    export.write(store, out, form)
    return out.getvalue()


@pytest.mark.parametrize("form", ["turtle", "trig", "ntriples", "nquads"])
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(triples=TRIPLES.filter(lambda triples: not any(".>" in str(t) for t in triples)))
def test_equals_what_the_library_writes(form: str, triples: list[ox.Triple]) -> None:
    store = stored(triples)
    assert exported(store, form) == by_library(store, form)
    assert exported(OnlyDumping(store), form) == by_library(store, form)


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
    monkeypatch.setattr(groups, "_BUCKET", 20_000)
    monkeypatch.setattr(groups, "_BUFFER", 100_000)
    assert exported(store, "turtle") == whole == by_library(store, "turtle")
    assert exported(OnlyDumping(store), "turtle") == whole


def test_without_pipes(store: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = exported(store, "turtle")
    monkeypatch.setattr(scan, "_PIPES", Path("/no such folder"))
    assert exported(store, "turtle") == whole


def test_a_built_store_is_scanned(built_sample: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with Embedded(built_sample) as store:
        assert isinstance(store, scan.Scanning)
        whole = io.BytesIO()
        export.write(store, whole, "turtle")
        assert whole.getvalue() == exported(OnlyDumping(store), "turtle")
    assert capfd.readouterr().err == ""


def test_says_where_triples_are_missing(store: Stored, monkeypatch: pytest.MonkeyPatch) -> None:
    queries = scan._queries
    monkeypatch.setattr(scan, "_queries", lambda half: queries(half)[:1])
    with pytest.raises(StoreError, match="of 12000 triples"):
        exported(store, "turtle")


def test_fast_names_are_the_library_s() -> None:
    """Each prefix with a plain name is written here as the library writes it."""
    for space in iris.PREFIXES.values():
        for name in ("a1", "a.b-c", "0_", "a#b"):
            if is_iri(space + name):
                iri = f"<{space}{name}>".encode()
                assert terms._short(iri) == terms._by_library(iri)
