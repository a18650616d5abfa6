"""Links and pathways are mapped as records are, and counted as their triples are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from generated import LINKS, RECORDED_PATHWAYS, TEXTS
from mapped import assert_equal_paths, assert_valid_iris, parse
from pfocr_kg import iris
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.model import Pathway, PathwayLink
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.counts import DocumentCounter, GraphCounts


@given(LINKS)
def test_paths_agree_on_generated_links(link: PathwayLink) -> None:
    assert_valid_iris(assert_equal_paths(document.link(link)))


@given(RECORDED_PATHWAYS, TEXTS, st.integers(0, 10**9))
def test_paths_agree_on_generated_pathways(
    pathway: Pathway, figids: tuple[str, ...], overlapping: int
) -> None:
    assert_valid_iris(assert_equal_paths(document.pathway(pathway, figids, overlapping)))


@given(st.builds(LinkOptions), st.integers(0, 10**9))
def test_paths_agree_on_the_rules(options: LinkOptions, pairs: int) -> None:
    assert_equal_paths(document.link_set(asdict(options), pairs))


def _place(link: PathwayLink) -> tuple[str, str]:
    return iris.figure(link.figid), link.pathway.iri


@given(st.lists(LINKS, max_size=6, unique_by=_place))
def test_a_tally_counts_what_is_written(links: list[PathwayLink]) -> None:
    tally, counted = DocumentCounter(), GraphCounts()
    triples = set()
    for link in links:
        node = document.link(link)
        tally.add(node)
        triples |= parse(ntriples.to_ntriples(node), ox.RdfFormat.N_TRIPLES)
    of_subject = defaultdict(list)
    for triple in triples:
        of_subject[triple.subject].append(triple)
    for own in of_subject.values():
        counted.count_subject(own, 1)
    assert +tally.counts().properties == counted.properties
    assert tally.counts() == counted
