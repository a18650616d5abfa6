"""The W3C's tests of what we read, write and answer; failures.tsv has those that cannot pass.

Those of JSON-LD are for files that we read; the mapping compiles one context only, the bundled one,
which is tested beside PyLD. Those of the SPARQL Protocol are tests/serve/test_protocol.py, of
entailment and SERVICE none of ours.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pyoxigraph as ox
import pytest
import rdflib

from pfocr_kg.compare.sorted_lines import sorted_lines
from pfocr_kg.errors import FormatError, PfocrError
from pfocr_kg.export import sorting, turtle
from pfocr_kg.query import bundled, execution
from pfocr_kg.query.results import Answer, Rows, Triples
from pfocr_kg.rdf import formats, writing
from pfocr_kg.store.endpoint import Remote
from standards import w3c
from standards.w3c import Case

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("normal_literals")]

TESTS = "http://www.w3.org/2013"
SYNTAXES = {
    "ntriples": f"{TESTS}/N-TriplesTests/",
    "nquads": f"{TESTS}/N-QuadsTests/",
    "turtle": f"{TESTS}/TurtleTests/",
    "trig": f"{TESTS}/TriGTests/",
    "rdf-xml": f"{TESTS}/RDFXMLTests/",
}
"""What the IRIs of each suite are relative to."""
NOT_OURS = re.compile(r"entailment/|service/|Update|Protocol|ServiceDescription")
REFUSED = re.compile("holds the (blank node|named graph)")
BASES = {".ttl": "@base <%s> .\n", ".trig": "@base <%s> .\n"}


@pytest.fixture(scope="module")
def suites(missing: Callable[[str], None]) -> Path:
    folder = w3c.folder()
    if folder is None:
        missing("the W3C's tests are not there (PFOCR_W3C names their folder)")
    assert folder
    return folder


def failing(cases: list[Case], check: Callable[[Case], None]) -> dict[str, str]:
    """The tests that fail, each with the first line of its error."""
    found = {}
    for case in cases:
        try:
            check(case)
        except Exception as error:
            found[case.name] = f"{type(error).__name__}: {error}".splitlines()[0][:200]
    return found


def assert_known(found: dict[str, str], table: str, cases: list[Case]) -> None:
    """Assert that those fail that are known to, and no others."""
    names = {case.name for case in cases}
    known = w3c.known_failures(table)
    assert {n: e for n, e in found.items() if n not in known} == {}
    assert known.keys() & names - found.keys() == set(), "these pass now: take them out"


@pytest.mark.parametrize("name", SYNTAXES)
def test_reads_graphs(name: str, suites: Path, tmp_path: Path) -> None:
    cases = list(w3c.cases(suites / name / "manifest.ttl", SYNTAXES[name]))
    assert len(cases) > 60
    assert_known(failing(cases, partial(check_reading, tmp_path)), "reading", cases)


def check_reading(folder: Path, case: Case) -> None:
    """`diff` and `apply` read files so; graphs with blank nodes or names are refused."""
    path = folder / f"file{case.action.suffix}"
    path.write_bytes(with_base(case))
    found, said = rdflib.Graph(), ""
    try:
        with sorted_lines(path) as lines:
            found.parse(data=b"".join(lines), format="nt")
    except PfocrError as error:
        said = str(error)
    if "Negative" in case.kind:
        assert said
    elif said:
        assert REFUSED.search(said), said
    elif case.result:
        assert w3c.same_graph(found, w3c.graph_of(case.result, case.base))


def with_base(case: Case) -> bytes:
    """The content of a test's file, which says what its relative IRIs are relative to."""
    content = case.action.read_bytes()
    if case.action.suffix == ".rdf":
        attribute = rb'\g<0> xml:base="%s"' % case.base.encode()
        return re.sub(rb"<(?:\w+:)?RDF\b(?![^>]*xml:base)", attribute, content, count=1)
    head = BASES.get(case.action.suffix)
    return (head % case.base).encode() + content if head else content


@pytest.mark.parametrize("name", SYNTAXES)
def test_writes_what_it_read(name: str, suites: Path) -> None:
    every = w3c.cases(suites / name / "manifest.ttl", SYNTAXES[name])
    cases = [case for case in every if "Negative" not in case.kind]
    assert_known(failing(cases, check_writing), "writing", cases)


def check_writing(case: Case) -> None:
    """Each of our writers writes the graph, and both libraries read it back."""
    form = ox.RdfFormat.from_extension(case.action.suffix[1:])
    quads = list(ox.parse(case.action.read_bytes(), format=form, base_iri=case.base))
    triples = [quad.triple for quad in quads if quad.graph_name == ox.DefaultGraph()]
    if len(triples) != len(quads):
        output = io.BytesIO()
        writing.write_quads(sorted(quads, key=lambda quad: str(quad.graph_name)), output)
        assert canonical(ox.parse(output.getvalue(), format=ox.RdfFormat.TRIG)) == canonical(quads)
        return
    graph = sorting.by_subject(b"".join(f"{triple} .\n".encode() for triple in triples))
    texts = {"ntriples": turtle.ntriples(graph), "turtle": turtle.turtle(graph)}
    texts["turtle"] = writing.head(formats.RDF["turtle"]) + texts["turtle"]
    wanted, values = canonical(quads), "".join(triple.object.value for triple in triples)
    for name, text in texts.items():
        assert canonical(ox.parse(text, format=formats.RDF[name])) == wanted, name
    for name in formats.RDF:
        output = io.BytesIO()
        try:
            writing.write(sorted(triples, key=writing.sort_key), output, name)
        except FormatError:
            assert re.search(r"[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", values), name
            continue
        text = texts[f"written as {name}"] = output.getvalue()
        assert canonical(ox.parse(text, format=formats.RDF[name])) == wanted, name
    if case.result:
        expected = w3c.graph_of(case.result, case.base)
        for name, text in texts.items():
            if name in ("ntriples", "turtle"):
                read = rdflib.Graph().parse(data=text, format=w3c.READERS[ENDINGS[name]])
                assert w3c.same_graph(read, expected), name


ENDINGS = {"ntriples": ".nt", "turtle": ".ttl"}


def canonical(quads: Iterator[ox.Quad] | list[ox.Quad]) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def test_reads_jsonld(suites: Path) -> None:
    cases = list(w3c.jsonld_cases(suites.parents[2] / "jsonld" / "1.1"))
    assert len(cases) > 400
    assert_known(failing(cases, check_jsonld), "reading", cases)


def check_jsonld(case: Case) -> None:
    """Read as `diff` reads it, but relative to the address that the test has."""
    document, found, is_read = case.action.read_bytes(), [], True
    try:
        found = list(ox.parse(document, format=formats.RDF["jsonld"], base_iri=case.base))
    except SyntaxError:
        is_read = False
    assert is_read != ("Negative" in case.kind)
    if case.result and is_read:
        expected = ox.parse(case.result.read_bytes(), format=ox.RdfFormat.N_QUADS)
        assert canonical(found) == canonical(expected)


MANIFESTS = (
    *("dawg-data-r2/manifest-evaluation.ttl", "dawg-data-r2/manifest-syntax.ttl"),
    "sparql11/manifest-all.ttl",
)


@pytest.mark.parametrize("name", MANIFESTS)
def test_answers_queries(name: str, suites: Path) -> None:
    every = w3c.cases(suites / name)
    cases = [case for case in every if not NOT_OURS.search(f"{case.name} {case.kind}")]
    assert len(cases) > 100
    assert_known(failing(cases, check_query), "queries", cases)


class Held:
    """The data of a test, asked as a store is."""

    def __init__(self, case: Case) -> None:
        self.base = case.base
        self.store = ox.Store()
        for path in case.data:
            self.load(path, None)
        for iri, path in case.named:
            self.load(path, iri)
        text = case.action.read_text("utf-8")
        if not case.data and not case.named and "Syntax" not in case.kind:
            for name in set(re.findall(r"FROM\s+(?:NAMED\s+)?<([^>]+)>", text)):
                path = case.action.parent / name
                self.load(path, path.as_uri())

    def load(self, path: Path, graph: str | None) -> None:
        form = ox.RdfFormat.from_extension(path.suffix[1:])
        to = ox.NamedNode(graph) if graph else ox.DefaultGraph()
        self.store.load(path.read_bytes(), format=form, base_iri=path.as_uri(), to_graph=to)

    def query(self, text: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        return self.store.query(text, base_iri=self.base)


def check_query(case: Case) -> None:
    text, said = case.action.read_text("utf-8"), ""
    try:
        answer = execution.run(Held(case), bundled.resolve(text))
    except PfocrError as error:
        said = str(error)
    if "Syntax" in case.kind:  # what parses can still use a function that nobody has
        is_wrong = re.search("does not parse|is an update", said) is not None
        assert is_wrong == ("Negative" in case.kind), said
        return
    assert not said, said
    expected = w3c.expected(case.result)
    output = io.BytesIO()
    if isinstance(answer, Triples):
        writing.write(answer, output, "ntriples")
        found = rdflib.Graph().parse(data=output.getvalue(), format="nt")
        assert w3c.same_graph(found, expected), output.getvalue()
        return
    assert isinstance(answer, Rows | Answer)
    form = w3c.RESULTS.get(case.result.suffix, "json")
    answer.write(output, form)
    found = w3c.answer(output.getvalue(), form)
    if isinstance(expected, bool):
        assert found == expected
    else:
        assert w3c.same_rows(found, expected), output.getvalue()


def test_reads_answers_of_endpoints(suites: Path) -> None:
    paths = sorted(suites.rglob("*.sr[xj]"))
    assert len(paths) > 300
    with serving(suites) as address:
        cases = [Case(str(path.relative_to(suites)), "result", path) for path in paths]
        assert_known(failing(cases, partial(check_client, address)), "endpoints", cases)


MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the files of a folder as answers of a SPARQL endpoint."""

    class Handler(SimpleHTTPRequestHandler):
        extensions_map = MEDIA_TYPES

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def check_client(address: str, case: Case) -> None:
    expected = w3c.expected(case.action)
    is_ask = isinstance(expected, bool)
    with Remote(f"{address}/{case.name}") as endpoint:
        answer = endpoint.query("ASK {}" if is_ask else "SELECT * {}")
        if is_ask:
            assert bool(answer) == expected
            return
        found = w3c.answer(answer.serialize(format=ox.QueryResultsFormat.JSON), "json")
    assert w3c.same_rows(found, expected)
