"""Each term of the vocabulary has an example, which stands in a graph of ours."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from rdflib import SKOS, Graph, Literal
from rdflib.term import Node

from pfocr_kg import iris
from places import CASES
from vocabulary import CLASSES, INDIVIDUALS, PFOCR, TERMS, conforming, load

Triple = tuple[Node, Node, Node]
PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in iris.PREFIXES.items())


@pytest.fixture(scope="module")
def graphs(linked_sample: Path, run_cli: Callable[..., object], tmp_path_factory) -> list[Graph]:
    """The linked sample, and graphs with what it lacks."""
    file = tmp_path_factory.mktemp("examples") / "sample.nt"
    done = run_cli("export", "--store", linked_sample, "--output", file, "--quiet")
    assert done.code == 0, done.stderr
    return [Graph().parse(file), cases(), conforming(), load("pfocr.ttl")]


@cache
def cases() -> Graph:
    graph, prefixes = Graph(), (CASES / "prefixes.ttl").read_text(encoding="utf-8")
    for file in CASES.glob("*/expected.ttl"):
        graph.parse(data=prefixes + file.read_text(encoding="utf-8"), format="turtle")
    return graph


def example(name: str) -> Triple:
    (text,) = load("pfocr.ttl").objects(PFOCR[name], SKOS.example)
    (triple,) = Graph().parse(data=PREFIXES + text, format="turtle")
    return triple


def is_in(triple: Triple, graph: Graph) -> bool:
    """Say whether a graph has a triple; the last digits of a computed number may differ."""
    subject, predicate, value = triple
    return any(
        value == other
        or (
            isinstance(value, Literal)
            and isinstance(value.value, float)
            and math.isclose(value.value, other.value, rel_tol=1e-9)
        )
        for other in graph.objects(subject, predicate)
    )


@pytest.mark.parametrize("name", sorted(TERMS))
def test_the_example_of_a_term_uses_it(name: str) -> None:
    place = 2 if name in CLASSES | INDIVIDUALS.keys() else 1
    assert example(name)[place] == PFOCR[name]


@pytest.mark.slow
def test_examples_occur(graphs: list[Graph]) -> None:
    for name in sorted(TERMS):
        assert any(is_in(example(name), graph) for graph in graphs), name


def test_examples_are_of_the_sample_where_it_has_the_term(graphs: list[Graph]) -> None:
    sample = graphs[0]
    used = set(sample.predicates()) | set(sample.objects())
    for name in sorted(TERMS):
        if PFOCR[name] in used:
            assert is_in(example(name), sample), name
