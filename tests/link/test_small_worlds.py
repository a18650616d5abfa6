"""Links of small made-up worlds, by all rules at once, are those of the plain computation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pfocr_kg import iris
from pfocr_kg.link.evidence import link
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Entity, GeneName, Kind, Pathway, PathwayLink
from pfocr_kg.records.gene_dictionary import GeneDictionary, GeneRow
from plain_linking import Link, PlainLinking
from plain_linking import Pathway as PlainPathway
from plain_reading import Facts

# Human gene 9 is a copy of genes 1 and 2 on another assembly.
ROWS = [GeneRow(f"S{n}", f"{n}|9" if n < 3 else str(n), "", "", "") for n in range(1, 7)]
SYMBOLS = {str(n): {f"s{n}"} for n in range(1, 7)} | {"9": {"s1", "s2"}}
FIRST = {"9606": 1, "10090": 101, "10116": 201, "559292": 301}
"""Taxon -> its first gene; all have the next seven or eight numbers."""


def genes_of(taxon: str) -> st.SearchStrategy[str]:
    return st.integers(FIRST[taxon], FIRST[taxon] + 8).map(str)


@dataclass(frozen=True)
class Drawn:
    """A pathway: its genes, and what it calls some of them, with or without other genes."""

    taxon: str
    genes: frozenset[str]
    names: frozenset[tuple[str, str, bool]]
    sick: bool


@st.composite
def pathways(draw: st.DrawFn) -> Drawn:
    taxon = draw(st.sampled_from(["9606", "10090", "10116", "559292"]))
    some = genes_of(taxon)
    names = st.tuples(some, st.sampled_from(["S1", "s1", "S2", "S3", "S4"]), st.booleans())
    return Drawn(
        "4932" if taxon == "559292" else taxon,
        draw(st.frozensets(some, max_size=7)),
        draw(st.frozensets(names, max_size=6)),
        draw(st.booleans()),
    )


@st.composite
def mentions(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Taxon, gene, matched term and lexicon."""
    taxon = draw(st.sampled_from(["9606", "9606", "10090", "559292"]))
    terms = st.sampled_from(["A", "a", "A-1", "a 1", "B", "C", "D", "β", "δ"])
    return taxon, draw(genes_of(taxon)), draw(terms), draw(st.sampled_from("xy"))


FIGURES = st.tuples(
    st.sets(mentions(), max_size=10), st.booleans(), st.frozensets(st.integers(1, 9), max_size=1)
)
OPTIONS = st.builds(
    LinkOptions,
    min_shared=st.integers(1, 2),
    min_words=st.integers(1, 2),
    alpha=st.sampled_from([2.0, 0.4321]),
    best=st.integers(1, 3),
)
CANCER = iris.disease("162")


def entity(kind: Kind, iri: str, identifier: str, organism: str = "") -> Entity:
    return Entity(kind, iri, identifier, organism)


def pathway(wpid: str, of: Drawn) -> Pathway:
    return Pathway(
        wpid,
        organism=entity(Kind.ORGANISM, iris.organism(of.taxon), f"NCBITaxon:{of.taxon}"),
        genes=tuple(entity(Kind.GENE, iris.gene(g), g, of.taxon) for g in sorted(of.genes)),
        gene_names=tuple(GeneName(g, name, ("0",) * more) for g, name, more in sorted(of.names)),
        diseases=(entity(Kind.DISEASE, CANCER, "DOID:162"),) * of.sick,
    )


def plain_pathway(wpid: str, of: Drawn) -> PlainPathway:
    names = frozenset((gene, name.casefold()) for gene, name, more in of.names if not more)
    diseases = frozenset([CANCER] * of.sick)
    return PlainPathway(wpid, "", of.taxon, of.genes, names, diseases, frozenset())


def plain_link(of: PathwayLink) -> Link:
    evidence = frozenset(kind.value for kind in of.evidence)
    if of.overlap is None:
        return Link(evidence)
    genes, words, *numbers, wider, by_symbol = of.overlap
    assert genes
    ids, others = (frozenset(e.identifier for e in some) for some in (genes, wider))
    return Link(evidence, ids, words, *numbers, others, by_symbol)


@given(st.lists(pathways(), max_size=9), st.lists(FIGURES, min_size=1, max_size=5), OPTIONS)
def test_links_are_those_of_the_plain_computation(
    sets: list[Drawn], figures: list[Any], options: LinkOptions
) -> None:
    named = {f"WP{number}": of for number, of in enumerate(sets, 1)}
    drawn = [
        FigureFacts(
            f"f{at}",
            mentions=tuple(GeneMention(gene, taxon, *word) for taxon, gene, *word in sorted(said)),
            diseases=(CANCER,) * sick,
            wpids=tuple(f"WP{n}" for n in stated if f"WP{n}" in named),
        )
        for at, (said, sick, stated) in enumerate(figures)
    ]
    found: dict[tuple[str, str], Link] = {}
    for one in link(
        drawn,
        [pathway(wpid, of) for wpid, of in named.items()],
        options,
        dictionary=GeneDictionary(lambda: ROWS),
    ):
        found[one.figid, one.pathway.identifier] = plain_link(one)
    plain = PlainLinking(
        Facts(
            genes={(f.figid, m.gene, m.organism) for f in drawn for m in f.mentions},
            gene_mentions={
                (f.figid, m.gene, "", m.matched_term, m.lexicon) for f in drawn for m in f.mentions
            },
            diseases={(f.figid, iri) for f in drawn for iri in f.diseases},
        ),
        {wpid: plain_pathway(wpid, of) for wpid, of in named.items()},
        {},
        {},
        SYMBOLS,
        {(f.figid, wpid) for f in drawn for wpid in f.wpids},
        options.min_shared,
        options.min_words,
        options.alpha,
        options.best,
    )
    expected = {(f.figid, wpid): one for f in drawn for wpid, one in plain.links(f.figid).items()}
    assert found.keys() == expected.keys()
    for pair, one in expected.items():
        assert found[pair].is_as(one), (found[pair], one)
