"""What is written in any format is the graph, and the same bytes each time."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from rdflib.query import Result

import pfocr_kg
from pfocr_kg.export import sorting
from places import CASES

ENDINGS = {
    "turtle": "ttl",
    "ntriples": "nt",
    "nquads": "nq",
    "trig": "trig",
    "jsonld": "jsonld",
    "rdfxml": "rdf",
}
OXIGRAPH = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
RDFLIB = {
    "turtle": "turtle",
    "ntriples": "nt",
    "nquads": "nquads",
    "trig": "trig",
    "jsonld": "json-ld",
    "rdfxml": "xml",
}
RAPPER = {"turtle": "turtle", "ntriples": "ntriples", "rdfxml": "rdfxml"}
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"

# Texts that a writer of one format or another may get wrong; in YAML's double quotes. Carriage
# returns have a test of their own.
TRAPS = [
    r"a\nb", r"a\tb", r"a .\nb .\n\nc", r"a\" .\n<x:a> <x:b> <x:c> .\n#",
    r"\"\"\"a\"\"\"", "'''a'''", r"a\\", r"\\u0041 \\n", "<a>&amp;&b;</a>", "]]>", "<!-- a -->",
    r"a\u2028b\u2029c\x85d\xa0e", r"a\ufeffb", r"e\u0301 \u202E abc", r"👩‍🔬 \U0001D49C 图 עברית",
    r"a\x7Fb", "{a: [b]}", "@prefix a: <b> .", "a,b;c|d", "=1+1", "%41", "_:b0", "a?b=$c",
]  # fmt: skip


@pytest.fixture(scope="session")
def traps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of all case folders, and of records whose texts are traps."""
    folder = tmp_path_factory.mktemp("traps")
    (folder / "_figures").mkdir()
    for number, text in enumerate(TRAPS, start=9001):
        page = f'---\nfigid: PMC{number}__t\npmcid: PMC{number}\ncaption: "{text}"\n---\n'
        (folder / "_figures" / f"{number}.md").write_text(page, encoding="utf-8")
    report = pfocr_kg.build([CASES, folder], folder / "store")
    assert report.figures == len(TRAPS) + len(list(CASES.glob("*/_figures/*.md")))
    return folder / "store"


@pytest.fixture(params=["sample", "traps"])
def graph(
    request: pytest.FixtureRequest, built_sample: Path, traps: Path
) -> Iterator[pfocr_kg.Graph]:
    with pfocr_kg.open(built_sample if request.param == "sample" else traps) as opened:
        yield opened


@pytest.fixture
def literals_as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep rdflib from rewriting the digits of numbers."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def written(graph: pfocr_kg.Graph, form: str) -> bytes:
    output = io.BytesIO()
    graph.write(output, form)
    return output.getvalue()


def stored(graph: pfocr_kg.Graph) -> set[ox.Triple]:
    """The triples of the store, asked of it rather than exported."""
    answer = graph.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert isinstance(answer, pfocr_kg.Triples)
    return set(answer)


def term(node: Any) -> ox.NamedNode | ox.Literal | None:
    """An rdflib term as pyoxigraph's; there are no blank nodes."""
    if node is None:
        return None
    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    assert isinstance(node, rdflib.Literal), repr(node)
    if node.datatype is None:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)))


# -- graphs ------------------------------------------------------------------------------------


def test_store_is_as_large_as_what_it_holds(graph: pfocr_kg.Graph) -> None:
    assert len(graph) == len(stored(graph)) > 500


@pytest.mark.parametrize("form", ENDINGS)
def test_oxigraph_reads_the_export(form: str, graph: pfocr_kg.Graph) -> None:
    quads = list(ox.parse(written(graph, form), format=OXIGRAPH[form]))
    assert {quad.graph_name for quad in quads} == {ox.DefaultGraph()}
    assert {quad.triple for quad in quads} == stored(graph)
    assert len(quads) == len(graph), "a triple is written twice"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("form", ENDINGS)
def test_rdflib_reads_the_export(form: str, graph: pfocr_kg.Graph) -> None:
    found = rdflib.Dataset() if form in ("trig", "nquads") else rdflib.Graph()
    found.parse(data=written(graph, form), format=RDFLIB[form])
    triples = found.triples((None, None, None))
    assert {ox.Triple(term(s), term(p), term(o)) for s, p, o in triples} == stored(graph)


@pytest.mark.parametrize("form", RAPPER)
def test_rapper_reads_the_export(
    form: str, graph: pfocr_kg.Graph, missing: Callable[[str], None], tmp_path: Path
) -> None:
    rapper = shutil.which("rapper")
    if rapper is None:
        missing("rapper is not installed (Debian: raptor2-utils)")
        return
    path = tmp_path / "graph"
    path.write_bytes(written(graph, form))
    done = subprocess.run(
        [rapper, "--input", RAPPER[form], "--output", "ntriples", path],
        capture_output=True,
        timeout=120,
        check=False,
    )
    messages = done.stderr.decode()
    assert done.returncode == 0, messages
    assert "Warning" not in messages
    assert f"returned {len(graph)} triples" in messages
    read = {quad.triple for quad in ox.parse(done.stdout, format=ox.RdfFormat.N_TRIPLES)}
    assert read == stored(graph)


@pytest.mark.parametrize("text", [r"a\rb", r"a\r\nb"])
def test_texts_with_carriage_returns_are_the_same_in_xml(text: str, tmp_path: Path) -> None:
    """XML 1.0, section 2.11: a reader makes a line feed of a CR that is not written &#13;."""
    page = f'---\nfigid: PMC1__a\npmcid: PMC1\ncaption: "{text}"\n---\n'
    (tmp_path / "a.md").write_text(page)
    pfocr_kg.build(tmp_path, tmp_path / "store")
    with pfocr_kg.open(tmp_path / "store") as graph:
        for form in ("rdfxml", "turtle"):
            graph.export(tmp_path / f"graph.{ENDINGS[form]}")
    by_xml = rdflib.Graph().parse(tmp_path / "graph.rdf", format="xml")
    by_turtle = rdflib.Graph().parse(tmp_path / "graph.ttl", format="turtle")
    assert set(by_xml) == set(by_turtle)


@pytest.mark.parametrize("form", ["ntriples", "nquads"])
def test_lines_are_sorted(form: str, graph: pfocr_kg.Graph) -> None:
    """A subject's lines stand together, what it is comes first, the rest is in order."""
    lines = written(graph, form).decode().removesuffix("\n").split("\n")
    assert len(lines) == len(set(lines)) == len(graph)
    subjects = []
    for subject, own in groupby((line.split(" ", 2) for line in lines), key=lambda line: line[0]):
        subjects.append(subject)
        rest = [tuple(line[1:]) for line in own]
        kinds = [predicate == TYPE for predicate, _ in rest]
        assert kinds[0]
        assert kinds == sorted(kinds, reverse=True)
        named = [line for line in rest if line[0] != TYPE]
        assert named == sorted(named, key=lambda line: tuple(part.encode() for part in line))
    assert subjects == sorted(set(subjects), key=str.encode)


def test_turtle_is_readable(sample_graph: pfocr_kg.Graph) -> None:
    """Prefixes first and in order, a block a subject, CURIEs instead of long IRIs."""
    head, *blocks = written(sample_graph, "turtle").decode().split("\n\n")
    prefixes = re.findall(r"^@prefix (\S+): <\S+> \.$", head, flags=re.MULTILINE)
    assert len(prefixes) == len(head.splitlines())
    assert prefixes == sorted(prefixes)
    assert len(blocks) == len({triple.subject for triple in stored(sample_graph)})
    assert all(" a " in block.partition("\n")[0] for block in blocks)
    assert "<http://purl.org/dc/terms/" not in "".join(blocks)
    assert "\tpfocr:gene ncbigene:" in "".join(blocks)


@pytest.mark.parametrize("form", ENDINGS)
def test_same_store_gives_the_same_bytes(form: str, graph: pfocr_kg.Graph) -> None:
    assert written(graph, form) == written(graph, form)


EXPORT_ALL = """
import sys, pathlib, pfocr_kg
out = pathlib.Path(sys.argv[2])
pfocr_kg.build([sys.argv[1]], out / "store")
with pfocr_kg.open(out / "store") as graph:
    for ending in sys.argv[3:]:
        graph.export(out / f"graph.{ending}")
"""


@pytest.mark.slow
def test_same_bytes_under_any_hash_seed(
    sample: Path, sample_graph: pfocr_kg.Graph, tmp_path: Path
) -> None:
    """From building on: sets and dicts of a process with another seed come in another order."""
    subprocess.run(
        [sys.executable, "-c", EXPORT_ALL, sample, tmp_path, *ENDINGS.values()],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        check=True,
        timeout=120,
    )
    for form, ending in ENDINGS.items():
        assert (tmp_path / f"graph.{ending}").read_bytes() == written(sample_graph, form)


def test_command_writes_the_same_bytes(
    built_sample: Path, sample_graph: pfocr_kg.Graph, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    to_stdout = run_cli("export", "--store", built_sample)
    assert (to_stdout.code, to_stdout.stderr) == (0, "")
    assert to_stdout.stdout.encode() == written(sample_graph, "turtle")
    output = tmp_path / "graph.trig.gz"
    to_file = run_cli("export", "--store", built_sample, "--output", output)
    assert (to_file.code, to_file.stdout) == (0, "")
    assert gzip.decompress(output.read_bytes()) == written(sample_graph, "trig")


def unzstd(content: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(io.BytesIO(content)).read()


@pytest.mark.slow
@pytest.mark.parametrize("form", ENDINGS)
@pytest.mark.parametrize(("packing", "unpack"), [("gz", gzip.decompress), ("zst", unzstd)])
def test_packed_files(
    form: str,
    packing: str,
    unpack: Callable[[bytes], bytes],
    sample_graph: pfocr_kg.Graph,
    tmp_path: Path,
) -> None:
    """They hold the same bytes, and are the same themselves each time."""
    plain = tmp_path / f"graph.{ENDINGS[form]}"
    packed = [tmp_path / f"{name}.{ENDINGS[form]}.{packing}" for name in ("one", "two")]
    for path in (plain, *packed):
        sample_graph.export(path)
    assert plain.read_bytes() == written(sample_graph, form)
    assert unpack(packed[0].read_bytes()) == plain.read_bytes()
    assert packed[0].read_bytes() == packed[1].read_bytes()
    assert packed[0].stat().st_size < plain.stat().st_size / 4
    assert {path.name for path in tmp_path.iterdir()} == {p.name for p in (plain, *packed)}


@pytest.mark.parametrize("form", ["ntriples", "turtle", "jsonld"])
def test_sorting_on_disk_gives_the_same_bytes(
    form: str, traps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many buckets, put on disk, are what one in memory is."""
    with pfocr_kg.open(traps) as graph:
        in_memory = written(graph, form)
        monkeypatch.setattr(sorting, "_BUCKET", 2000)
        monkeypatch.setattr(sorting, "_BUFFER", 5000)
        graph.export(tmp_path / "graph", form)
    assert (tmp_path / "graph").read_bytes() == in_memory
    assert [path.name for path in tmp_path.iterdir()] == ["graph"]


# -- answers of queries ------------------------------------------------------------------------

QUERY = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX schema: <https://schema.org/>
SELECT ?figure ?caption ?score ?year ?word ?candidates WHERE {
  ?figure a pfocr:PathwayFigure ; dcterms:isPartOf ?paper .
  OPTIONAL { ?figure schema:caption ?caption }
  OPTIONAL { ?figure pfocr:pathwayScore ?score }
  OPTIONAL { ?paper dcterms:issued ?year }
  OPTIONAL { ?figure pfocr:mention ?mention . ?mention pfocr:word ?word
    OPTIONAL { ?mention pfocr:candidateCount ?candidates } }
} ORDER BY ?figure ?word ?candidates ?year LIMIT 200
"""
NAMES = ["figure", "caption", "score", "year", "word", "candidates"]
OXIGRAPH_RESULTS = {
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
}


def rows(graph: pfocr_kg.Graph) -> list[list[Any]]:
    """The rows of the query, with at least one of everything that is hard to write."""
    answer = graph.query(QUERY)
    assert isinstance(answer, pfocr_kg.Rows)
    found = list(answer.terms())
    assert len(found) > 30
    assert any(None in row for row in found)
    return found


def results(graph: pfocr_kg.Graph, form: str, text: str = QUERY) -> bytes:
    answer = graph.query(text)
    assert isinstance(answer, pfocr_kg.Rows | pfocr_kg.Answer)
    output = io.BytesIO()
    answer.write(output, form)
    return output.getvalue()


@pytest.mark.parametrize("form", OXIGRAPH_RESULTS)
def test_oxigraph_reads_the_rows(form: str, graph: pfocr_kg.Graph) -> None:
    read = ox.parse_query_results(results(graph, form), format=OXIGRAPH_RESULTS[form])
    assert isinstance(read, ox.QuerySolutions)
    assert [variable.value for variable in read.variables] == NAMES
    assert [list(row) for row in read] == rows(graph)


@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("form", ["json", "xml"])
def test_rdflib_reads_the_rows(form: str, graph: pfocr_kg.Graph) -> None:
    read = Result.parse(io.BytesIO(results(graph, form)), format=form)
    assert [str(variable) for variable in read.vars or []] == NAMES
    found = [[term(row[name]) for name in NAMES] for row in read]
    assert found == rows(graph)


def test_rows_as_csv(graph: pfocr_kg.Graph) -> None:
    """RFC 4180 as the SPARQL recommendation has it: terms are their texts alone."""
    text = results(graph, "csv").decode()
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read[0] == NAMES
    assert read[1:] == [["" if t is None else t.value for t in row] for row in rows(graph)]


def test_rdflib_reads_the_csv(sample_graph: pfocr_kg.Graph) -> None:
    """Its reader takes any separator of Unicode for a line end: none of these is in the sample."""
    read = Result.parse(io.BytesIO(results(sample_graph, "csv")), format="csv")
    assert [str(variable) for variable in read.vars or []] == NAMES
    found = [[None if row[n] is None else str(row[n]) for n in NAMES] for row in read]
    assert found == [[None if t is None else t.value for t in row] for row in rows(sample_graph)]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(("predicate", "yes"), [("mention", True), ("colour", False)])
def test_yes_and_no(form: str, predicate: str, yes: bool, graph: pfocr_kg.Graph) -> None:
    text = f"ASK {{ ?s <https://w3id.org/pfocr/vocab#{predicate}> ?o }}"
    content = results(graph, form, text)
    read = ox.parse_query_results(content, format=OXIGRAPH_RESULTS[form])
    assert isinstance(read, ox.QueryBoolean)
    assert bool(read) is yes
    assert Result.parse(io.BytesIO(content), format=form).askAnswer is yes


@pytest.mark.usefixtures("literals_as_written")
@pytest.mark.parametrize("form", ENDINGS)
def test_graphs_of_queries(form: str, graph: pfocr_kg.Graph) -> None:
    text = """CONSTRUCT { ?s ?p ?o . ?s ?p ?o } WHERE {
      ?s a <https://w3id.org/pfocr/vocab#PathwayFigure> ; ?p ?o }"""
    answer = graph.query(text)
    assert isinstance(answer, pfocr_kg.Triples)
    output = io.BytesIO()
    answer.write(output, form)
    read = [quad.triple for quad in ox.parse(output.getvalue(), format=OXIGRAPH[form])]
    again = graph.query(text)
    assert isinstance(again, pfocr_kg.Triples)
    assert set(read) == set(again)
    assert len(read) == len(set(read)) > 100


def test_rows_of_the_command(
    built_sample: Path, sample_graph: pfocr_kg.Graph, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    for form in ("tsv", "json"):
        done = run_cli("query", "-", "--store", built_sample, "--format", form, stdin=QUERY)
        assert done == (0, results(sample_graph, form).decode(), "")
    output = tmp_path / "rows.csv.gz"
    done = run_cli("query", "-", "--store", built_sample, "--output", output, stdin=QUERY)
    assert done == (0, "", "")
    assert gzip.decompress(output.read_bytes()) == results(sample_graph, "csv")
