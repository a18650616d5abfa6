"""Links of small made-up worlds, by all rules at once, are those of the plain computation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

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


TITLES = ["", "", "Wnt", "Wnt and Notch", "Wnt, Notch, Hippo", "Leptin signaling"]
TEXTS = st.lists(
    st.sampled_from(["Wnt", "Wnt, Hippo", "Notch, Hippo", "signals of leptin"]), max_size=1
)


def genes_of(taxon: str) -> st.SearchStrategy[str]:
    return st.integers(FIRST[taxon], FIRST[taxon] + 8).map(str)


@dataclass(frozen=True)
class Drawn:
    """A pathway: its genes, and what it calls some of them, with or without other genes."""

    taxon: str
    genes: frozenset[str]
    names: frozenset[tuple[str, str, bool]]
    sick: bool
    title: str


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
        draw(st.sampled_from(TITLES)),
    )


@st.composite
def mentions(draw: st.DrawFn) -> tuple[str, str, str, str]:
    """Taxon, gene, matched term and lexicon."""
    taxon = draw(st.sampled_from(["9606", "9606", "10090", "559292"]))
    terms = st.sampled_from(["A", "a", "A-1", "a 1", "B", "C", "D", "β", "δ"])
    return taxon, draw(genes_of(taxon)), draw(terms), draw(st.sampled_from("xy"))


@dataclass(frozen=True)
class Figure:
    """What a figure draws, the pathways that its record states, and its texts."""

    mentions: set[tuple[str, str, str, str]]
    sick: bool
    stated: frozenset[int]
    texts: list[str]
    paper_titles: list[str]
    paper_organisms: frozenset[str]
    doubtful: frozenset[str]


FIGURES = st.builds(
    Figure,
    st.sets(mentions(), max_size=10),
    st.booleans(),
    st.frozensets(st.integers(1, 9), max_size=1),
    TEXTS,
    TEXTS,
    st.frozensets(st.sampled_from(["10116", "559292"]), max_size=1),
    st.sampled_from([frozenset(), frozenset(), frozenset({"9606"}), frozenset({"559292"})]),
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
        of.title,
        organism=entity(Kind.ORGANISM, iris.organism(of.taxon), f"NCBITaxon:{of.taxon}"),
        genes=tuple(entity(Kind.GENE, iris.gene(g), g, of.taxon) for g in sorted(of.genes)),
        gene_names=tuple(GeneName(g, name, ("0",) * more) for g, name, more in sorted(of.names)),
        diseases=(entity(Kind.DISEASE, CANCER, "DOID:162"),) * of.sick,
    )


def plain_pathway(wpid: str, of: Drawn) -> PlainPathway:
    names = frozenset((gene, name.casefold()) for gene, name, more in of.names if not more)
    diseases = frozenset([CANCER] * of.sick)
    return PlainPathway(wpid, of.title, of.taxon, of.genes, names, diseases, frozenset())


def plain_link(of: PathwayLink) -> Link:
    evidence = frozenset(kind.value for kind in of.evidence)
    if of.overlap is None:
        return Link(evidence, text=of.text_score)
    genes, words, *numbers, wider, by_symbol = of.overlap
    assert genes
    ids, others = (frozenset(e.identifier for e in some) for some in (genes, wider))
    return Link(evidence, ids, words, *numbers, others, by_symbol, of.text_score)


def facts(figid: str, of: Figure, wpids: Collection[str]) -> FigureFacts:
    return FigureFacts(
        figid,
        mentions=tuple(GeneMention(g, taxon, *word) for taxon, g, *word in sorted(of.mentions)),
        diseases=(CANCER,) * of.sick,
        wpids=tuple(wpid for n in of.stated if (wpid := f"WP{n}") in wpids),
        texts=tuple(of.texts),
        paper_titles=tuple(of.paper_titles),
        paper_organisms=tuple(of.paper_organisms),
        doubtful_organisms=tuple(of.doubtful),
    )


def plain_linking(
    figures: list[FigureFacts], pathways: dict[str, PlainPathway], options: LinkOptions
) -> PlainLinking:
    mentions = [(f.figid, m) for f in figures for m in f.mentions]
    return PlainLinking(
        Facts(
            genes={(figid, m.gene, m.organism) for figid, m in mentions},
            gene_mentions={(f, m.gene, "", m.matched_term, m.lexicon) for f, m in mentions},
            diseases={(f.figid, iri) for f in figures for iri in f.diseases},
            paper_organisms={(f.figid, taxon) for f in figures for taxon in f.paper_organisms},
            doubtful_organisms={(f.figid, t) for f in figures for t in f.doubtful_organisms},
            texts={
                (f.figid, key, "".join(texts))
                for f in figures
                for key, texts in (
                    ("figtitle", f.texts),
                    ("caption", ()),
                    ("papertitle", f.paper_titles),
                )
            },
        ),
        pathways,
        {},
        {},
        SYMBOLS,
        {(f.figid, wpid) for f in figures for wpid in f.wpids},
        options.min_shared,
        options.min_words,
        options.alpha,
        options.best,
    )


@given(st.lists(pathways(), max_size=9), st.lists(FIGURES, min_size=1, max_size=5), OPTIONS)
def test_links_are_those_of_the_plain_computation(
    sets: list[Drawn], figures: list[Figure], options: LinkOptions
) -> None:
    named = {f"WP{number}": of for number, of in enumerate(sets, 1)}
    drawn = [facts(f"f{at}", of, named) for at, of in enumerate(figures)]
    made = [pathway(wpid, of) for wpid, of in named.items()]
    found = {
        (one.figid, one.pathway.identifier): plain_link(one)
        for one in link(drawn, made, options, dictionary=GeneDictionary(lambda: ROWS))
    }
    plain_pathways = {wpid: plain_pathway(wpid, of) for wpid, of in named.items()}
    plain = plain_linking(drawn, plain_pathways, options)
    expected = {(f.figid, wpid): one for f in drawn for wpid, one in plain.links(f.figid).items()}
    assert found.keys() == expected.keys()
    for pair, one in expected.items():
        assert found[pair].is_as(one), (found[pair], one)
