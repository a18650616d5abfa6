"""Validation finds what pySHACL finds, in graphs that break every constraint of the shapes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, URIRef

from broken_graphs import BROKEN
from fork_server import Run
from pfocr_kg.errors import ShapeError
from pfocr_kg.query import validation
from pfocr_kg.query.shapes import compile_shapes
from pfocr_kg.store.embedded import Embedded
from sparql_service import serving
from vocabulary import CONFORMING, SHAPES, load

PREFIXES = "\n".join(x[1:].rstrip(" .") for x in CONFORMING.splitlines() if x.startswith("@prefix"))
NTRIPLES = ox.RdfFormat.N_TRIPLES
DEFAULT = ox.DefaultGraph()
VIOLATION = tuple[str, str, str, str]

NODES = ("<urn:x:y>, <urn:x:z>", "_:x", "figure:", "pmc:1", "pfocr:TextMatch", "wp:Pathway")
WRONG = (
    *("''", "'x y'", "'a | b'", "'x'@en", "'0.95'", "0", "1", "-1", "99", "0.0", "1.5", "-0.5"),
    *("2.5e0", "-1.5e0", "0.1234567890123456789012345", "123456789012345678901234567890"),
    *NODES,
)
"""Values that are wrong for most properties, each for its own reason."""

SUBCLASSES = """INSERT DATA {
    <urn:x:Sub> rdfs:subClassOf <urn:x:Middle> . <urn:x:Middle> rdfs:subClassOf pfocr:Gene .
    <urn:x:gene> a <urn:x:Sub> . figure: pfocr:gene <urn:x:gene> .
}"""


def own_constraints() -> set[tuple[URIRef, URIRef]]:
    """Each shape with each of its constraints, as the components in a report are called."""
    graph = load("shapes.ttl")
    shapes = {s for s in graph.subjects() if isinstance(s, URIRef) and s.startswith(SHAPES)}
    silent = {RDF.type, SH.targetClass, SH.path, SH.message, SH.property, SH.sparql}
    of_sparql = {SH.prefixes, SH.select}
    found = set()
    for shape in shapes:
        terms = set(graph.predicates(shape)) - silent - {SH.qualifiedValueShape}
        if terms & of_sparql:
            assert terms == of_sparql
            found.add((shape, SH.SPARQLConstraintComponent))
            continue
        for term in terms:
            name = term.removeprefix(str(SH))
            found.add((shape, SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]))
    return found


def places() -> Iterator[tuple[URIRef, URIRef]]:
    """Each class with each property that a shape has for it."""
    graph = load("shapes.ttl")
    for shape, target in graph.subject_objects(SH.targetClass):
        for part in graph.objects(shape, SH.property):
            path = graph.value(part, SH.path)
            if isinstance(path, URIRef):
                yield target, path


def changed(updates: Iterable[str]) -> ox.Store:
    """The conforming graph after some updates."""
    store = ox.Store()
    store.load(CONFORMING.encode(), format=ox.RdfFormat.TURTLE)
    for update in updates:
        store.update(f"{PREFIXES.replace('prefix', 'PREFIX')}\n{update}")
    return store


def seeds() -> Iterator[list[str]]:
    """Lists of updates, each of which makes another broken graph."""
    everywhere = sorted(set(places()))
    # pySHACL compares IRIs with numbers as texts, and ends with an error at a blank node.
    shapes = load("shapes.ttl")
    pairs = ((shapes.value(s, SH.path), o) for s, o in shapes.subject_objects(SH.lessThanOrEquals))
    compared = {path for pair in pairs for path in pair}
    for wrong in WRONG:
        fitting = (p for p in everywhere if wrong not in NODES or p[1] not in compared)
        yield [f"INSERT {{ ?x {p.n3()} {wrong} }} WHERE {{ ?x a {c.n3()} }}" for c, p in fitting]
    classes = sorted({target for target, _ in everywhere})
    yield [
        f"DELETE {{ ?x {p.n3()} ?y }} WHERE {{ ?x a {c.n3()} ; {p.n3()} ?y }}"
        for c, p in everywhere
    ]
    for node in ("_:n", "<urn:x:n>"):
        yield [f"INSERT DATA {{ {node} a {c.n3()} }}" for c in classes]
    yield [SUBCLASSES]
    yield ["INSERT { ?x a ?c } WHERE { VALUES ?c { pfocr:Gene pfocr:Disease } ?x a ?other }"]
    updates = [update for _, update, _ in BROKEN]
    step = 12
    yield from (updates[i::step] for i in range(step))


@pytest.fixture
def as_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Literals that rdflib leaves as they are written, as the store has them."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)


def path_text(report: Graph, path: object) -> str:
    if path is None or isinstance(path, URIRef):
        return str(path or "")
    ((kind, value),) = report.predicate_objects(path)
    if kind == SH.inversePath:
        return f"^<{value}>"
    assert kind == SH.alternativePath
    return f"({'|'.join(f'<{x}>' for x in report.items(value))})"


def text(term: object) -> str:
    """A term as Oxigraph writes it; of blank nodes, only that they are."""
    if term is None or isinstance(term, BNode):
        return "" if term is None else "_"
    is_double = isinstance(term, Literal) and term.datatype == XSD.double
    return str(term).removesuffix(".0") if is_double else str(term)


def message(report: Graph, result: BNode) -> str:
    """The message of the constraint; for one in SPARQL, the report has its shape's too."""
    messages = set(report.objects(result, SH.resultMessage))
    if (result, SH.sourceConstraint, None) in report:
        shape = report.value(result, SH.sourceShape)
        messages -= set(load("shapes.ttl").objects(shape, SH.message))
    (found,) = messages
    return str(found)


def of_pyshacl(store: ox.Store) -> tuple[Counter[VIOLATION], set[tuple[URIRef, URIRef]]]:
    """What pySHACL finds, and the constraints that it finds broken."""
    graph = Graph().parse(data=store.dump(format=NTRIPLES, from_graph=DEFAULT), format="nt")
    blank = {str(x) for x in graph.all_nodes() if isinstance(x, BNode)}
    _, report, _ = pyshacl.validate(graph, shacl_graph=load("shapes.ttl"))
    found: Counter[VIOLATION] = Counter()
    broken = set()
    for result in report.subjects(RDF.type, SH.ValidationResult):
        node, value = (text(report.value(result, p)) for p in (SH.focusNode, SH.value))
        path = path_text(report, report.value(result, SH.resultPath))
        found[node, path, value, without(blank, message(report, result))] += 1
        shape = report.value(result, SH.sourceConstraint) or report.value(result, SH.sourceShape)
        broken.add((shape, report.value(result, SH.sourceConstraintComponent)))
    return found, broken


def without(blank: set[str], shown: str) -> str:
    for label in blank:
        shown = shown.replace(label, "_")
    return shown


def of_ours(store: ox.Store) -> Counter[VIOLATION]:
    terms = (x for quad in store for x in (quad.subject, quad.object))
    blank = {x.value for x in terms if isinstance(x, ox.BlankNode)}
    shown = [(v.node, v.path, v.value, v.message) for v in checked(store).violations]
    assert shown == sorted(shown)
    return Counter(tuple(without(blank, x) for x in row) for row in shown)


def checked(store: ox.Store) -> validation.Conformance:
    return validation.check(store, lambda _done, _of: None)


def agree(store: ox.Store) -> set[tuple[URIRef, URIRef]]:
    """Check that both find the same, and something; the constraints that are broken."""
    expected, broken = of_pyshacl(store)
    found = of_ours(store)
    assert expected
    assert found - expected == Counter()
    assert expected - found == Counter()
    return broken


@pytest.mark.slow
@pytest.mark.usefixtures("as_written")
def test_it_finds_what_pyshacl_finds_for_every_constraint() -> None:
    broken = set()
    for updates in seeds():
        broken |= agree(changed(updates))
    assert own_constraints() - broken == set(), "constraints that no graph here breaks"


@pytest.mark.slow
@pytest.mark.usefixtures("as_written")
def test_it_finds_what_pyshacl_finds_in_a_linked_store(linked_sample: Path) -> None:
    with Embedded(linked_sample) as embedded:
        store = ox.Store()
        embedded.dump(linked_sample.parent / "graph.nt")
    store.bulk_load(path=str(linked_sample.parent / "graph.nt"), format=NTRIPLES)
    assert checked(store)
    quads = sorted(store, key=str)
    for number, quad in enumerate(quads[::40]):
        # Every second one loses its object, the other ones have one more.
        if number % 2:
            store.remove(quad)
        wrong = (ox.Literal(""), ox.NamedNode("urn:x:y"), ox.Literal(-1))[number % 3]
        if not quad.predicate.value.lower().endswith("pvalue"):
            store.add(ox.Quad(quad.subject, quad.predicate, wrong))
    agree(store)


@pytest.mark.parametrize(
    "wrong", ["true", "'x'^^xsd:decimal", "'2012'^^xsd:gYear", "'x'^^<urn:x:y>"]
)
def test_what_is_no_number_is_out_of_bounds(wrong: str) -> None:
    """As SHACL says: a bound holds only if the comparison gives true. pySHACL lets these pass."""
    store = changed([f"INSERT DATA {{ figure: pfocr:pathwayScore {wrong} }}"])
    found = [v for v in checked(store).violations if "from 0 to 1" in v.message and v.value]
    assert len(found) == 3, "datatype, lower and upper bound"


def test_a_conforming_graph_conforms() -> None:
    assert checked(changed([]))


def test_an_instance_of_a_subclass_is_one_of_the_class() -> None:
    store = changed(["INSERT DATA { <urn:x:C> rdfs:subClassOf schema:Organization }"])
    store.update(
        "DELETE { ?x a ?c } INSERT { ?x a <urn:x:C> } "
        "WHERE { ?x a ?c FILTER(?c = <https://schema.org/Organization>) }"
    )
    assert checked(store)


@pytest.mark.parametrize(
    ("unknown", "message"),
    [
        (
            "shapes:Figure-title sh:maxLength 9",
            "shapes:Figure-title: not supported here: sh:maxLength",
        ),
        (
            "shapes:Figure-title sh:severity sh:Warning",
            "shapes:Figure-title: not supported here: sh:severity",
        ),
        (
            "shapes:Figure-title sh:deactivated true",
            "shapes:Figure-title: not supported here: sh:deactivated",
        ),
        ("shapes:Figure-title sh:flags 'i'", "shapes:Figure-title: not supported here: sh:flags"),
        ("shapes:Figure-title sh:datatype xsd:date", "xsd:date: not supported as sh:datatype"),
        ("shapes:Figure-title sh:nodeKind sh:Literal", "sh:Literal: not supported as sh:nodeKind"),
        (
            "shapes:Figure-title sh:message 'Another message.'",
            "shapes:Figure-title: needs one sh:message, has 2",
        ),
        (
            "shapes:Figure-title sh:property shapes:Figure-alias",
            "shapes:Figure-title: not supported here: sh:property",
        ),
        (
            "shapes:Figure-title sh:targetClass pfocr:Gene",
            "shapes:Figure-title: not supported here: sh:targetClass",
        ),
        ("shapes:Figure-title sh:in ( 1 )", "1: only texts and IRIs are supported in sh:in"),
        (
            "shapes:Figure-title sh:minCount 'one'",
            "shapes:Figure-title: sh:minCount is no whole number: one",
        ),
        (
            "shapes:Figure-title sh:qualifiedValueShape [ sh:nodeKind sh:IRI ]",
            "shapes:Figure-title: not supported here: sh:qualifiedValueShape",
        ),
        (
            "shapes:Figure-title sh:qualifiedMinCount 1",
            "shapes:Figure-title: needs one sh:qualifiedValueShape, has 0",
        ),
        ("shapes:Figure-mention sh:not [ sh:closed true ]", "_: not supported here: sh:closed"),
        (
            "shapes:Figure-mention sh:not [ sh:path pfocr:mention ; sh:equals pfocr:gene ]",
            "_: not supported here: sh:equals",
        ),
        (
            "shapes:Figure-unlisted sh:ask 'ASK {}'",
            "shapes:Figure-unlisted: not supported here: sh:ask",
        ),
        ("shapes:Figure sh:closed true", "shapes:Figure: not supported here: sh:closed"),
        ("shapes:Figure sh:minCount 1", "shapes:Figure: not supported here: sh:minCount"),
        ("shapes:Figure sh:targetNode pfocr:x", "sh:target: not supported here: sh:targetNode"),
        (
            "shapes:Figure sh:property [ sh:path ( pfocr:gene rdfs:label ) ; sh:message 'x' ]",
            "_: not supported here: rdf:first, rdf:rest",
        ),
        (
            "shapes:New sh:targetSubjectsOf pfocr:gene",
            "sh:target: not supported here: sh:targetSubjectsOf",
        ),
    ],
)
def test_unknown_terms_are_errors(unknown: str, message: str) -> None:
    prefixes = f"{PREFIXES}\nprefix sh: <{SH}>\nprefix shapes: <{SHAPES}>"
    shapes = Graph() + load("shapes.ttl")
    shapes.parse(data=f"{prefixes}\n{unknown} .", format="turtle")
    with pytest.raises(ShapeError) as error:
        compile_shapes(shapes)
    said = (
        str(error.value)
        .replace(SHAPES, "shapes:")
        .replace(str(SH), "sh:")
        .replace(str(RDF), "rdf:")
        .replace(str(XSD), "xsd:")
    )
    assert re.sub(r"^n[0-9a-f]{32}b[0-9]+:", "_:", said) == message


def test_xone_allows_one_shape_and_no_more() -> None:
    """The alternatives of the bundled shapes exclude each other."""
    shapes = f"""{PREFIXES}
        prefix sh: <{SH}>
        <urn:x:shape> sh:targetClass pfocr:Gene ; sh:message "One of both." ;
            sh:xone ( [ sh:pattern "a" ] [ sh:pattern "b" ] ) ."""
    (check,) = compile_shapes(Graph().parse(data=shapes, format="turtle"))
    store = ox.Store()
    for name in ("a", "b", "ab", "c"):
        gene = ox.NamedNode("https://w3id.org/pfocr/vocab#Gene")
        store.add(ox.Quad(ox.NamedNode(f"urn:x:{name}"), ox.NamedNode(str(RDF.type)), gene))
    assert {row["value"].value for row in store.query(check.query)} == {"urn:x:ab", "urn:x:c"}


def test_it_says_how_far_it_is() -> None:
    told: list[tuple[int, int]] = []
    validation.check(changed([]), lambda done, of: told.append((done, of)))
    total = told[0][1]
    assert told == [(number, total) for number in range(total + 1)]


@pytest.mark.slow
def test_the_command_lists_violations_of_an_endpoint(run_cli: Run) -> None:
    broken = CONFORMING.replace("dcterms:isPartOf pmc:1 ;", "pfocr:pathwayScore 2.5 ;")
    with serving(broken) as endpoint:
        done = run_cli("validate", "--store", endpoint.url)
        quiet = run_cli("validate", "--quiet", "--store", endpoint.url)
    assert (done.code, quiet.code) == (1, 1)
    assert done.stdout == quiet.stdout
    for part in ("pfocr:pathwayScore", "2.5", "^dcterms:isPartOf", "pmc:1"):
        assert part in done.stdout
    assert done.stderr.startswith("checking constraints: 0 of ")
    assert quiet.stderr == ""
