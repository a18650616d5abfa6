"""Reads the W3C's tests of RDF and SPARQL: manifests and expected results, with rdflib.

They are in the source distribution of rdflib, below `test/data/suites/w3c`; PFOCR_W3C names that
folder. See https://w3c.github.io/rdf-tests/.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import warnings
from collections import Counter
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote, urlsplit

import rdflib
import rdflib.compare
from rdflib import RDF
from rdflib.query import Result

logging.getLogger("rdflib").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", module="rdflib")

MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
RS = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
READERS = {".ttl": "turtle", ".nt": "nt", ".rdf": "xml", ".nq": "nquads", ".trig": "trig"}
RESULTS = {".srx": "xml", ".srj": "json", ".csv": "csv", ".tsv": "tsv"}

Bindings = list[dict[str, object]]


def folder() -> Path | None:
    """The folder of the tests, if there is one."""
    named = os.environ.get("PFOCR_W3C", "")
    return Path(named) if named and Path(named).is_dir() else None


@dataclass(frozen=True)
class Case:
    """One test: `name` with its suite, `kind` as in the manifest, and its files."""

    name: str
    kind: str
    action: Path
    result: Path | None = None
    data: tuple[Path, ...] = ()
    named: tuple[tuple[str, Path], ...] = ()
    base: str = ""


def cases(manifest: Path, base: str = "") -> Iterator[Case]:
    """The tests of a manifest and of those that it includes, in their order.

    `base` is what its files are relative to; by default they have the addresses of files.
    """
    graph = rdflib.Graph().parse(manifest, format="turtle", publicID=manifest.as_uri())
    for head in graph.objects(None, MF.include):
        for included in graph.items(head):
            yield from cases(path_of(included))
    for head in graph.objects(None, MF.entries):
        for test in graph.items(head):
            if (test, RDF.type, None) in graph:
                yield case(graph, test, manifest, base)


def case(graph: rdflib.Graph, test: rdflib.term.Node, manifest: Path, base: str) -> Case:
    kind = str(graph.value(test, RDF.type)).rpartition("#")[2]
    action, result = graph.value(test, MF.action), graph.value(test, MF.result)
    name = f"{manifest.parent.name}/" + str(test).rpartition("#")[2]
    query = graph.value(action, QT.query) or graph.value(action, QT.request) or action
    data = tuple(map(path_of, graph.objects(action, QT.data)))
    named = tuple((str(iri), path_of(iri)) for iri in graph.objects(action, QT.graphData))
    expected = path_of(result) if isinstance(result, rdflib.URIRef) else None
    place = path_of(query) if str(query).startswith("file:") else manifest
    at = base + str(place.relative_to(manifest.parent)) if base else place.as_uri()
    return Case(name, kind, place, expected, data, named, at)


def jsonld_cases(folder: Path) -> Iterator[Case]:
    """The tests of JSON-LD's toRdf, but for those that want more than RDF holds."""
    manifest = json.loads((folder / "toRdf-manifest.jsonld").read_text("utf-8"))
    for test in manifest["sequence"]:
        options, expected = test.get("option", {}), test.get("expect")
        if "produceGeneralizedRdf" not in options:
            kind = test["@type"][0].removeprefix("jld:")
            result = folder / expected if expected and "Evaluation" in kind else None
            base = options.get("base") or manifest["baseIri"] + test["input"]
            yield Case(f"toRdf/{test['@id']}", kind, folder / test["input"], result, base=base)


def path_of(iri: object) -> Path:
    return Path(unquote(urlsplit(str(iri)).path))


def graph_of(path: Path, base: str) -> rdflib.Graph:
    return rdflib.Graph().parse(path, format=READERS[path.suffix], publicID=base)


def expected(path: Path) -> bool | rdflib.Graph | Bindings:
    """An expected result: rows, yes or no, or a graph."""
    if path.suffix in RESULTS:
        return answer(path.read_bytes(), RESULTS[path.suffix])
    graph = graph_of(path, path.as_uri())
    for yes_or_no in graph.objects(None, RS.boolean):
        return bool(yes_or_no.toPython())
    found = next(graph.subjects(RDF.type, RS.ResultSet), None)
    if found is None:
        return graph
    return [
        {
            str(graph.value(pair, RS.variable)): graph.value(pair, RS.value)
            for pair in graph.objects(row, RS.binding)
        }
        for row in graph.objects(found, RS.solution)
    ]


def answer(content: bytes, form: str) -> bool | Bindings:
    """Rows, or yes or no, as rdflib reads them from one of the results formats."""
    result = Result.parse(io.BytesIO(content), format=form)
    if result.type == "ASK":
        return bool(result.askAnswer)
    return [{str(k): v for k, v in row.items() if v is not None} for row in result.bindings]


def same_rows(some: Bindings, others: Bindings) -> bool:
    """Whether two tables have the same rows, in any order and with any names of blank nodes.

    A blank node has no name here but the rows and columns where it stands.
    """
    return rows_and_places(some) == rows_and_places(others)


def rows_and_places(rows: Bindings) -> tuple[Counter[Hashable], Counter[Hashable]]:
    plain_rows: Counter[Hashable] = Counter()
    places: dict[object, Counter[Hashable]] = {}
    for row in rows:
        key = frozenset((name, plain(value)) for name, value in row.items())
        plain_rows[key] += 1
        for name, value in row.items():
            if isinstance(value, rdflib.BNode):
                places.setdefault(value, Counter())[name, key] += 1
    return plain_rows, Counter(frozenset(place.items()) for place in places.values())


def plain(value: object) -> Hashable:
    """A term as what is compared: equal numbers are alike, and so are all blank nodes."""
    if isinstance(value, rdflib.BNode):
        return "blank node"
    if not isinstance(value, rdflib.Literal):
        return str(value)
    if value.language:
        return str(value), value.language.lower()
    number, datatype = value.toPython(), value.datatype or rdflib.XSD.string
    is_number = isinstance(number, int | float | Decimal)
    return (float(number) if is_number else str(value)), str(datatype)


def same_graph(some: rdflib.Graph, others: rdflib.Graph) -> bool:
    """Whether two graphs are isomorphic, where equal numbers are the same."""
    return rdflib.compare.isomorphic(*map(with_plain_values, (some, others)))


def with_plain_values(graph: rdflib.Graph) -> rdflib.Graph:
    made = rdflib.Graph()
    for subject, predicate, value in graph:
        is_literal = isinstance(value, rdflib.Literal)
        made.add((subject, predicate, rdflib.Literal(repr(plain(value))) if is_literal else value))
    return made


def known_failures(what: str) -> dict[str, str]:
    """Tests of what we do ("reading") that cannot pass, each with its reason, from failures.tsv."""
    with (Path(__file__).parent / "failures.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {row["test"]: row["reason"] for row in rows if row["what"] == what}
