"""The shapes: each is broken by some graph, and by no conforming one."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pyoxigraph as ox
import pyshacl
import pytest
from pyshacl.errors import ReportableRuntimeError
from rdflib import RDF, SH, Graph, URIRef

from broken_graphs import BROKEN
from pfocr_kg.query import validation
from vocabulary import PFOCR, SHAPES, TERMS, changed, conforming, load, violations

# --- The shapes


def used_terms(graph: Graph) -> set[str]:
    terms = {term for triple in graph for term in triple if isinstance(term, URIRef)}
    queries = " ".join(graph.objects(predicate=SH.select))
    return {term.removeprefix(PFOCR) for term in terms if term.startswith(PFOCR)} | set(
        re.findall(r"pfocr:(\w+)", queries)
    )


def test_every_term_of_the_shapes_is_in_the_vocabulary() -> None:
    used = used_terms(load("shapes.ttl"))
    assert used <= TERMS
    assert TERMS - used == {"Mention", "Evidence", "MatchKind"}, "the shapes overlook a term"


@pytest.mark.slow
def test_the_shapes_are_valid_shacl() -> None:
    pyshacl.validate(Graph(), shacl_graph=load("shapes.ttl"), meta_shacl=True)
    broken = changed(load("shapes.ttl"), "INSERT DATA { shapes:Figure-paper sh:minCount 'one' }")
    with pytest.raises(ReportableRuntimeError):
        pyshacl.validate(Graph(), shacl_graph=broken, meta_shacl=True)


def shapes_with_constraints() -> set[str]:
    """Return the names of the shapes that say something themselves, not by their parts alone."""
    graph = load("shapes.ttl")
    plumbing = {RDF.type, SH.targetClass, SH.property, SH.sparql}
    names = set()
    for shape in set(graph.subjects()):
        if isinstance(shape, URIRef) and shape.startswith(SHAPES):
            if set(graph.predicates(shape)) - plumbing:
                names.add(shape.removeprefix(SHAPES))
    return names


@cache
def templates() -> dict[str, re.Pattern[str]]:
    """The messages of each shape, with any text for `{?value}`."""
    graph = load("shapes.ttl")
    return {
        name: re.compile(
            re.escape(str(graph.value(SHAPES[name], SH.message))).replace(r"\{\?value\}", "(?s:.*)")
        )
        for name in shapes_with_constraints()
    }


def test_every_shape_has_one_message_of_its_own() -> None:
    graph = load("shapes.ttl")
    messages = Counter()
    for name in shapes_with_constraints():
        (message,) = graph.objects(SHAPES[name], SH.message)
        messages[str(message)] += 1
        assert str(message).endswith(".")
    assert messages.most_common(1)[0][1] == 1


def test_the_conforming_graph_conforms() -> None:
    assert violations(conforming()) == set()


@pytest.mark.parametrize(
    ("shape", "update", "part"), BROKEN, ids=[f"{shape}: {part}" for shape, _, part in BROKEN]
)
def test_a_broken_graph_violates_the_shape_that_says_so(shape: str, update: str, part: str) -> None:
    """By the package's own validation, which tests/query compares with pySHACL on these graphs."""
    store = ox.Store()
    ntriples = changed(conforming(), update).serialize(format="nt", encoding="utf-8")
    store.load(ntriples, format=ox.RdfFormat.N_TRIPLES)
    said = {violation.message for violation in validation.check(store, lambda *_: None).violations}
    name, *others = shape.split()
    messages = templates()
    found = {
        (shape, m) for m in said for shape, wording in messages.items() if wording.fullmatch(m)
    }
    assert {violated for violated, _ in found} == {name, *others}
    assert said == {m for _, m in found}
    assert all(part in m for violated, m in found if violated == name)


def test_every_shape_is_broken_by_some_graph() -> None:
    assert {shape.split(maxsplit=1)[0] for shape, _, _ in BROKEN} == shapes_with_constraints()
