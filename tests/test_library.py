"""The library: what it takes, what it gives, what it raises; and that it says nothing."""

from __future__ import annotations

import doctest
import gc
import importlib
import inspect
import io
import json
import pickle
import pkgutil
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas
import polars
import pytest
import rdflib

import pfocr_kg
import stored
from pfocr_kg import Graph
from places import ROOT
from remote import standin

ONE = "PMC3614012__nihms379615f2"
PFOCR = "https://w3id.org/pfocr/vocab#"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.fixture
def one(sample: Path) -> Path:
    return sample / "_figures" / f"{ONE}.md"


@pytest.fixture
def graph(built_sample: Path) -> Iterator[Graph]:
    with pfocr_kg.open(built_sample) as opened:
        yield opened


def ntriples(graph: Graph) -> bytes:
    out = io.BytesIO()
    graph.write(out, "ntriples")
    return out.getvalue()


@pytest.fixture(scope="session")
def of_sample(built_sample: Path) -> bytes:
    with pfocr_kg.open(built_sample) as opened:
        return ntriples(opened)


# Sources: the same corpus in other clothes


def as_zip(sample: Path, folder: Path, name: str, prefix: str) -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:
        for source in sorted(sample.rglob("*")):
            pack.write(source, prefix + source.relative_to(sample).as_posix())
    return path


def as_tar(sample: Path, folder: Path, name: str, prefix: str, mode: str) -> Path:
    path = folder / name
    with tarfile.open(path, mode) as pack:  # type: ignore[call-overload]
        for source in sorted(sample.rglob("*")):
            member = prefix + source.relative_to(sample).as_posix()
            pack.add(source, member, recursive=False)
    return path


def as_plain_folder(sample: Path, folder: Path) -> Path:
    """Records and tables side by side, and organism pages below."""
    path = folder / "plain"
    path.mkdir()
    for kind in ("_figures", "_data"):
        for source in (sample / kind).iterdir():
            shutil.copy(source, path)
    shutil.copytree(sample / "_organisms", path / "_organisms")
    return path


def as_folder_with_tables_below(sample: Path, folder: Path) -> Path:
    path = folder / "plain"
    shutil.copytree(sample / "_figures", path)
    shutil.copytree(sample / "_data", path / "_data")
    shutil.copytree(sample / "_organisms", path / "_organisms")
    return path


def as_link(sample: Path, folder: Path) -> Path:
    (folder / "link").symlink_to(sample, target_is_directory=True)
    return folder / "link"


def as_tree_with_more(sample: Path, folder: Path) -> Path:
    """A whole checkout, in which the records are somewhere."""
    path = folder / "checkout"
    shutil.copytree(sample, path / "database" / "content")
    (path / "README.md").write_text("# Not a record\n")
    (path / "docs").mkdir()
    (path / "docs" / "page.md").write_text("# Nor this\n")
    (path / ".git").mkdir()
    (path / ".git" / "description.md").write_text("nor this")
    return path


CLOTHES: dict[str, Callable[[Path, Path], Path | list[Path]]] = {
    "_figures": lambda s, _: s / "_figures",
    "zip": lambda s, f: as_zip(s, f, "x.zip", ""),
    "zip with a top folder": lambda s, f: as_zip(s, f, "x.zip", "pfocr-1.0/"),
    "zip with ./": lambda s, f: as_zip(s, f, "x.ZIP", "./"),
    "tar.gz": lambda s, f: as_tar(s, f, "x.tar.gz", "", "w:gz"),
    "tar.gz with a top folder": lambda s, f: as_tar(s, f, "x.tar.gz", "pfocr-1.0/", "w:gz"),
    "tar.gz with ./": lambda s, f: as_tar(s, f, "x.tgz", "./", "w:gz"),
    "tar.gz deep down": lambda s, f: as_tar(s, f, "x.tar.gz", "./a/b/c/", "w:gz"),
    "old tar format": lambda s, f: as_tar(s, f, "x.tar", "", "w"),
    "tar.xz": lambda s, f: as_tar(s, f, "x.tar.xz", "", "w:xz"),
    "plain folder": as_plain_folder,
    "folder with tables below": as_folder_with_tables_below,
    "link": as_link,
    "checkout": as_tree_with_more,
    "every record by itself": lambda s, _: sorted((s / "_figures").glob("*.md")),
    "twice": lambda s, _: [s, s],
    "twice in part": lambda s, _: [s / "_figures", s, s / "_figures" / f"{ONE}.md"],
    "and through a link": lambda s, f: [s, as_link(s, f)],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CLOTHES, ids=lambda name: name.replace(" ", "-"))
def test_sources_in_other_clothes(
    name: str, sample: Path, of_sample: bytes, tmp_path: Path
) -> None:
    source = CLOTHES[name](sample, tmp_path)
    report = pfocr_kg.build(source, tmp_path / "store")  # type: ignore[arg-type]
    assert report.quarantined == []
    assert report.figures == 34
    with pfocr_kg.open(tmp_path / "store") as graph:
        assert ntriples(graph) == of_sample


def test_parts_make_the_whole(sample: Path, of_sample: bytes, tmp_path: Path) -> None:
    """A folder, an archive and single records, each with a part of the corpus."""
    records = sorted((sample / "_figures").glob("*.md"))
    tree = shutil.copytree(sample, tmp_path / "tree")
    packed = shutil.copytree(sample, tmp_path / "packed")
    for at, path in enumerate(records):
        if at % 3 != 0:
            (tree / "_figures" / path.name).unlink()
        if at % 3 != 1:
            (packed / "_figures" / path.name).unlink()
    sources = [as_zip(packed, tmp_path, "x.zip", ""), *records[2::3], tree]
    report = pfocr_kg.build(sources, tmp_path / "store")
    assert report.quarantined == []
    with pfocr_kg.open(tmp_path / "store") as graph:
        assert ntriples(graph) == of_sample


def test_one_record_finds_its_table_beside_it(sample: Path, tmp_path: Path) -> None:
    figid = "PMC100008__mb2411709009"
    pfocr_kg.build(str(sample / "_figures" / f"{figid}.md"), str(tmp_path / "store"))
    with pfocr_kg.open(str(tmp_path / "store")) as graph:
        rows = graph.query(f"SELECT ?m {{ ?m a <{PFOCR}GeneMention> }}").records()
    with (sample / "_data" / f"{figid}-genes.tsv").open() as table:
        distinct = {tuple(line.split("\t")[i] for i in (0, 2, 3, 5, 6)) for line in table}
    assert 0 < len(rows) <= len(distinct) - 1


# build


def test_report(sample: Path, tmp_path: Path) -> None:
    seen: list[pfocr_kg.Progress] = []
    (tmp_path / "bad.md").write_text("junk")
    report = pfocr_kg.build([sample, tmp_path / "bad.md"], tmp_path / "store", progress=seen.append)
    assert report.figures == 34
    assert report.triples == 15706
    assert report.classes["pfocr:PathwayFigure"] == 34
    assert [e["path"] for e in report.quarantined] == [f"{tmp_path / 'bad.md'}:1"]
    assert all(seconds >= 0 for seconds in report.stages.values())
    written = stored.report(tmp_path / "store")
    assert written == json.loads(json.dumps(report.as_dict()))
    assert {"figures", "triples", "classes", "quarantined", "unknown_keys", "stages"} <= set(
        written
    )
    stages = list(dict.fromkeys(progress.stage for progress in seen))
    assert stages == ["map", "load", "publish"]
    assert (seen[0].total, seen[-1].figures) == (35, 34)


def test_errors_of_build(one: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    junk = tmp_path / "junk.md"
    junk.write_text("junk")
    with pytest.raises(pfocr_kg.SourceError, match="no source"):
        pfocr_kg.build([], store)
    with pytest.raises(pfocr_kg.SourceError, match="nowhere"):
        pfocr_kg.build(tmp_path / "nowhere", store)
    with pytest.raises(pfocr_kg.SourceError, match="not one of 1"):
        pfocr_kg.build(junk, store)
    with pytest.raises(pfocr_kg.DictionaryError, match=r"junk\.md"):
        pfocr_kg.build(one, store, genes=junk)
    with pytest.raises(pfocr_kg.StoreError, match="is a file"):
        pfocr_kg.build(one, junk)
    for error in (pfocr_kg.SourceError, pfocr_kg.DictionaryError, pfocr_kg.StoreError):
        assert issubclass(error, pfocr_kg.PfocrError)
    assert not list(store.glob("work-*"))


def test_an_error_is_one_line_and_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(pfocr_kg.StoreError) as caught:
        pfocr_kg.open(tmp_path)
    assert "\n" not in str(caught.value)
    assert caught.value.hint
    assert str(caught.value) == f"{caught.value.message}. {caught.value.hint}"


# query


def test_what_can_be_asked(graph: Graph, tmp_path: Path) -> None:
    text = f"SELECT ?f WHERE {{ ?f a <{PFOCR}PathwayFigure> }}"
    (tmp_path / "my.rq").write_text(text)
    assert len(graph.query(text).records()) == 34
    assert len(graph.query(tmp_path / "my.rq").records()) == 34
    assert len(graph.query("class-counts").records()) > 5
    assert isinstance(graph.query("ASK{}"), pfocr_kg.Answer)
    assert bool(graph.query("ASK{}")) is True
    assert bool(graph.query("ASK { <a:a> <a:b> <a:c> }")) is False
    made = graph.query(f"CONSTRUCT WHERE {{ ?f a <{PFOCR}PathwayFigure> }}")
    assert isinstance(made, pfocr_kg.Triples)
    assert len(list(made)) == 34


def test_values_of_parameters(graph: Graph) -> None:
    def figures(**parameters: Any) -> list[Any]:
        return graph.query("figures-of-gene", **parameters).columns()["figure"]

    tnf, tp53 = figures(gene="TNF"), figures(gene="TP53")
    assert len(tnf) == 8
    assert tp53
    assert set(figures(gene=["TNF", "TP53"])) == set(tnf) | set(tp53)
    assert set(figures(gene=("tnf", "p53"))) == set(tnf) | set(tp53)
    assert figures(gene=7124) == figures(example=True) == tnf
    human = "http://purl.obolibrary.org/obo/NCBITaxon_9606"
    drawn = [
        graph.query("most-drawn-genes", organism=organism).records()
        for organism in (human, f"<{human}>", "NCBITaxon:9606", "ncbitaxon:9606")
    ]
    assert drawn[0]
    assert drawn.count(drawn[0]) == 4
    counted = [graph.query("symbols-in-several-organisms", minimum=n) for n in (3, "3")]
    assert counted[0].records() == counted[1].records()


HOSTILE = [
    '") } DELETE WHERE { ?s ?p ?o } #',
    '" } UNION { ?figure ?p ?gene',
    'TNF" "IL6',
    "TNF'",
    "\\",
    '\\"',
    "\\1",
    r"\g<1>",
    "TNF\n",
    "\r\n}",
    "\t",
    "\0",
    "}",
    "{",
    "?symbol",
    "<x>",
    "# TNF",
    "💥",
    "",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_texts_are_texts(value: str, graph: Graph, tmp_path: Path) -> None:
    """Bound as given: the query gives the very text back, and finds nothing by it."""
    (tmp_path / "echo.rq").write_text(
        '# param: text | string | x | Anything\nSELECT ?text WHERE {\n  VALUES ?text { "x" }\n}\n'
    )
    assert graph.query(tmp_path / "echo.rq", text=value).columns() == {"text": [value]}
    several = graph.query(tmp_path / "echo.rq", text=[value, "x"])
    assert several.columns() == {"text": [value, "x"]}
    assert graph.query("genes-of-word", word=value).records() == []
    assert len(graph) == 15706


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("no-such-query", {}),
        ("", {}),
        ("figures-of-gene", {"symbol": "TNF"}),
        ("figures-of-gene", {"gene": "no such gene"}),
        ("figures-of-gene", {"gene": []}),
        ("figures-of-gene", {}),
        ("symbols-in-several-organisms", {"minimum": "few"}),
        ("symbols-in-several-organisms", {"minimum": 2.5}),
        ("symbols-in-several-organisms", {"minimum": True}),
        ("symbols-in-several-organisms", {"minimum": [2, "few"]}),
        ("figures-by-score", {"lowest": "high"}),
        ("figures-by-score", {"lowest": float("nan")}),
        ("figures-by-score", {"lowest": "1e-3"}),
        ("most-drawn-genes", {"organism": "yeti"}),
        ("most-drawn-genes", {"organism": "http://x> } #"}),
        ("most-drawn-genes", {"organism": "http://x y"}),
        ("most-drawn-genes", {"organism": ""}),
        ("figures-of-gene", {"gene": "\ud800"}),
        ("ASK { ?s ?p ?o }", {"symbol": "TNF"}),
        ("SELECT nonsense", {}),
        ("DELETE WHERE { ?s ?p ?o }", {}),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", {}),
    ],
)
def test_what_cannot_be_asked(name: str, parameters: dict[str, Any], graph: Graph) -> None:
    with pytest.raises(pfocr_kg.QueryError) as caught:
        graph.query(name, **parameters)
    assert "\n" not in str(caught.value)
    assert len(graph) == 15706


@pytest.mark.parametrize("path", ["nowhere.rq", "."])
def test_query_files_that_cannot_be_read(path: str, graph: Graph, tmp_path: Path) -> None:
    with pytest.raises(pfocr_kg.QueryError):
        graph.query(tmp_path / path)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [("figures-of-gene", {"gene": None}), (None, {}), (3, {})],
)
def test_what_is_of_the_wrong_type(name: Any, parameters: dict[str, Any], graph: Graph) -> None:
    with pytest.raises(pfocr_kg.QueryError):
        graph.query(name, **parameters)


@pytest.mark.parametrize("value", ["٣", "1_0"])
def test_whole_numbers_are_those_of_sparql(value: str, graph: Graph) -> None:
    with pytest.raises(pfocr_kg.QueryError):
        graph.query("symbols-in-several-organisms", minimum=value)


def test_failure_while_rows_are_read(graph: Graph) -> None:
    rows = graph.query("SELECT ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(pfocr_kg.QueryError):
        list(rows)


# Rows

TYPES = f"""SELECT ?iri ?text ?whole ?decimal ?double ?yes ?year ?tagged ?date ?none {{
  VALUES (?iri ?text ?whole ?decimal ?double ?yes ?year ?tagged ?date ?none) {{
    (<a:b> "x" 3 0.50 1e3 true "2012"^^<{XSD}gYear> "ja"@de "2012-01-31"^^<{XSD}date> UNDEF)
    (<a:c> "y" 4 1.5 INF false "2013"^^<{XSD}gYear> "si"@es "2012-02-01"^^<{XSD}date> UNDEF)
  }}
}}""".replace("INF", f'"INF"^^<{XSD}double>')


def test_values_are_those_of_python(graph: Graph) -> None:
    first, second = graph.query(TYPES).records()
    assert first == {
        "iri": "a:b",
        "text": "x",
        "whole": 3,
        "decimal": 0.5,
        "double": 1000.0,
        "yes": True,
        "year": 2012,
        "tagged": "ja",
        "date": "2012-01-31",
        "none": None,
    }
    assert [type(v) for v in first.values()].count(int) == 2
    assert type(first["yes"]) is bool
    assert second["double"] == float("inf")
    assert first.text == "x"
    with pytest.raises(AttributeError, match="iri"):
        _ = first.other
    assert not hasattr(first, "other")
    assert pickle.loads(pickle.dumps(first)) == first


def test_errors_come_whole_from_another_process() -> None:
    from pfocr_kg.errors import DamagedStoreError, RecordError
    from pfocr_kg.store.http import EndpointError

    for error in (
        RecordError("is odd", path="a.md", line=3, key="year", value="MM"),
        EndpointError("no", 503, hint="Wait"),
        DamagedStoreError("1 of 2 triples"),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is type(error)
        assert str(again) == str(error)
        assert (again.args, vars(again)) == (error.args, vars(error))


def test_iterated_once(graph: Graph) -> None:
    rows = graph.query("class-counts")
    names = rows.variables
    assert [list(row) for row in rows] == [names] * len(graph.query("class-counts").records())
    assert rows.variables == names


def test_pandas_and_polars(graph: Graph) -> None:
    for frame in (
        pandas.DataFrame(graph.query(TYPES).columns()),
        pandas.DataFrame(graph.query(TYPES).records()),
        polars.DataFrame(graph.query(TYPES).columns()),
        polars.DataFrame(graph.query(TYPES).records()),
    ):
        assert list(frame.columns) == graph.query(TYPES).variables
        assert list(frame["whole"]) == [3, 4]
        assert list(frame["year"]) == [2012, 2013]
        assert list(frame["yes"]) == [True, False]
        assert list(frame["decimal"]) == [0.5, 1.5]
        assert list(frame["text"]) == ["x", "y"]
    found = pandas.DataFrame(graph.query("figures-of-gene", gene="TNF").columns())
    assert len(found) == 8
    assert pandas.api.types.is_integer_dtype(found["year"])
    # Nothing found is a table without rows, not without columns.
    unread = graph.query("figures-of-gene", gene="PPARD", level="symbol")
    nothing = pandas.DataFrame(unread.columns())
    assert (len(nothing), list(nothing.columns)) == (0, list(found.columns))


# Examples in docstrings


def public() -> Iterator[object]:
    """What pages on the library show: the names that it exports, and what these have."""
    for name in pfocr_kg.__all__:
        thing = getattr(pfocr_kg, name)
        if name != "__version__":
            yield thing
        if isinstance(thing, type):
            parts = {n: p for n, p in vars(thing).items() if not n.startswith("_")}
            if thing is pfocr_kg.Report:  # builds fill it by the others
                parts = {"as_dict": thing.as_dict}
            yield from (p for p in parts.values() if callable(p) or isinstance(p, property))
            yield from (p.__func__ for p in parts.values() if isinstance(p, classmethod))


def test_each_public_name_has_an_example() -> None:
    assert [thing for thing in public() if ">>> " not in (inspect.getdoc(thing) or "")] == []


def doctests(names: dict[str, Any]) -> Iterator[doctest.DocTest]:
    """Those of all modules; doctest alone would leave out functions with a decorator."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    for found in pkgutil.walk_packages(pfocr_kg.__path__, "pfocr_kg."):
        if not found.name.endswith("__main__"):
            module = importlib.import_module(found.name)
            yield from finder.find(module, extraglobs=names)
    for thing in map(pfocr_kg.__dict__.get, pfocr_kg.__all__):
        if thing is not None:
            name = f"{thing.__module__}.{thing.__qualname__}"
            yield from finder.find(thing, name, module=False, globs=dict(names))


def test_doctests(
    linked_sample: Path, one: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder with a store of the sample and stores of one figure, one of them not linked."""
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "data").symlink_to(ROOT / "tests" / "data")
    (tmp_path / "sample-store").symlink_to(linked_sample)
    monkeypatch.chdir(tmp_path)
    pfocr_kg.build(one, "old-store")
    shutil.copytree("old-store", "one-store")
    report = pfocr_kg.link("one-store", "tests/data/wikipathways")
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    with pfocr_kg.open("sample-store") as graph, standin.serving() as server:
        names = {"pfocr_kg": pfocr_kg, "graph": graph, "report": report, "endpoint": server.query}
        tests = {test.name: test for test in doctests(names)}
        for test in tests.values():
            runner.run(test)
    assert runner.summarize(verbose=False).failed == 0
    assert sum(bool(test.examples) for test in tests.values()) > 60


# rdflib


def typed(term: rdflib.term.Node) -> rdflib.term.Node:
    """A plain literal with the datatype that RDF 1.1 gives it."""
    if isinstance(term, rdflib.Literal) and term.datatype is None and term.language is None:
        return rdflib.Literal(str(term), datatype=rdflib.XSD.string)
    return term


def test_rdflib_view(graph: Graph, of_sample: bytes) -> None:
    view = graph.rdflib
    assert isinstance(view, rdflib.Dataset)
    asked = f"SELECT ?f {{ ?f a <{PFOCR}PathwayFigure> }}"
    assert len(list(view.query(asked))) == 34
    assert bool(view.query("ASK { ?s ?p ?o }"))
    read = rdflib.Graph().parse(data=of_sample, format="nt")
    seen = set(view.triples((None, None, None)))
    assert {tuple(term.n3() for term in triple) for triple in seen} == {
        tuple(term.n3() for term in (s, p, typed(o))) for s, p, o in read
    }
    figure = rdflib.URIRef(f"https://pfocr.wikipathways.org/figures/{ONE}.html")
    assert (figure, rdflib.RDF.type, rdflib.URIRef(f"{PFOCR}PathwayFigure")) in view
    built = view.query(f"CONSTRUCT WHERE {{ ?f a <{PFOCR}PathwayFigure> }}")
    assert built.graph is not None
    assert len(built.graph) == 34


@pytest.mark.xfail(strict=True, reason="texts come with the datatype xsd:string")
def test_rdflib_view_gives_plain_literals(graph: Graph) -> None:
    """To rdflib, `Literal("TNF")` and `Literal("TNF", datatype=XSD.string)` differ."""
    gene = rdflib.URIRef("https://identifiers.org/ncbigene/7124")
    assert graph.rdflib.value(gene, rdflib.RDFS.label) == rdflib.Literal("TNF")


def test_rdflib_view_cannot_change_the_graph(graph: Graph) -> None:
    term = rdflib.URIRef("a:a")
    with pytest.raises(RuntimeError):
        graph.rdflib.add((term, term, term))
    assert len(graph) == 15706


# Opening


@pytest.mark.filterwarnings("error::ResourceWarning")
def test_opened_and_closed(built_sample: Path) -> None:
    with pfocr_kg.open(built_sample) as graph:
        assert len(graph) == 15706
    graph.close()
    graph = pfocr_kg.open(str(built_sample))
    graph.close()
    del graph
    gc.collect()


def test_two_readers(built_sample: Path) -> None:
    with pfocr_kg.open(built_sample) as first, pfocr_kg.open(built_sample) as second:
        assert ntriples(first) == ntriples(second)


def test_closed_when_its_body_fails(built_sample: Path, one: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(built_sample, tmp_path / "store"))
    with pytest.raises(ZeroDivisionError), pfocr_kg.open(store):
        _ = 1 / 0
    pfocr_kg.build(one, store)
    assert len(list((store / "generations").iterdir())) == 1


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_opening_what_is_no_store(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(pfocr_kg.StoreError):
        pfocr_kg.open(tmp_path / name)


def test_export(graph: Graph, of_sample: bytes, tmp_path: Path) -> None:
    graph.export(tmp_path / "x.nt")
    assert (tmp_path / "x.nt").read_bytes() == of_sample
    with pytest.raises(pfocr_kg.FormatError):
        graph.export(tmp_path / "x.docx")
    with pytest.raises(pfocr_kg.FormatError):
        graph.export(tmp_path / "x.nt", "csv")
    with pytest.raises(pfocr_kg.PfocrError, match="nowhere"):
        graph.export(tmp_path / "nowhere" / "x.nt")
    assert [p.name for p in tmp_path.iterdir()] == ["x.nt"]


# The library returns and raises; it does not print.

SILENT = """
import io, sys, warnings
import pfocr_kg
source, bad, store = sys.argv[1:]
pfocr_kg.build([source, bad], store)
with pfocr_kg.open(store) as graph:
    graph.query("figures-of-gene", gene="EGFR").records()
    graph.query("subgraph-of-figure", example=True).write(io.BytesIO(), "turtle")
    graph.stats()
    list(graph.rdflib.quads())
    graph.write(io.BytesIO(), "rdfxml")
    try:
        graph.query("nothing")
    except pfocr_kg.QueryError:
        pass
    assert graph.validate()
"""


@pytest.mark.slow
def test_library_prints_nothing(one: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_text("junk")
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "default",
            "-c",
            SILENT,
            str(one),
            str(tmp_path / "bad.md"),
            str(tmp_path / "store"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    own = [line for line in done.stderr.splitlines() if "pfocr" in line.lower()]
    assert (done.returncode, done.stdout, own) == (0, "", [])
