"""Links of small made-up worlds, by all rules at once, are those of the plain computation."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest

from pfocr_kg import iris
from pfocr_kg.link import evidence
from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.link_report import LinkReport
from pfocr_kg.link.overlap import FigureGenes
from pfocr_kg.link.rules import LinkOptions
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Entity, GeneName, Kind, Pathway, PathwayLink
from pfocr_kg.records.gene_dictionary import GeneDictionary, GeneRow
from plain_linking import Link, PlainLinking
from plain_linking import Pathway as PlainPathway
from plain_reading import Facts

TAXA = ["9606", "10090", "10116", "559292"]
GENES = {taxon: [str(100 * at + n) for n in range(1, 10)] for at, taxon in enumerate(TAXA)}
# Human gene 9 is a copy of genes 1 and 2 on another assembly.
ROWS = [GeneRow(f"S{n}", f"{n}|9" if n < 3 else str(n), "", "", "") for n in range(1, 8)]
SYMBOLS = {str(n): {f"s{n}"} for n in range(1, 8)} | {"9": {"s1", "s2"}}
TITLES = ["", "", "", "Wnt", "Wnt and Notch", "Wnt, Notch, Hippo", "Leptin signaling"]
TEXTS = ["", "", "Wnt", "Wnt, Hippo", "Notch, Hippo", "signals of leptin"]
TERMS = ["A", "a", "A-1", "a 1", "B", "C", "D", "E", "β", "δ"]
CANCER = iris.disease("162")


@dataclass(frozen=True)
class Drawn:
    """A pathway: its genes, and what it calls some of them, with or without other genes."""

    taxon: str
    genes: frozenset[str]
    names: frozenset[tuple[str, str, bool]]
    sick: bool
    title: str


def drawn_pathway(random: Random) -> Drawn:
    taxon = random.choice(TAXA)
    genes = GENES[taxon]
    names = [(gene, f"{sign}{gene[-1]}", random.random() < 0.1) for gene in genes for sign in "sSs"]
    names += [(gene, random.choice(["S1", "s3", "s4"]), False) for gene in genes]
    return Drawn(
        "4932" if taxon == "559292" else taxon,
        frozenset(random.sample(genes, random.randrange(8))),
        frozenset(random.sample(names, 9)),
        random.random() < 0.3,
        random.choice(TITLES),
    )


def figure(figid: str, random: Random, wpids: list[str]) -> FigureFacts:
    """A figure of one or two organisms."""
    taxa = [random.choice(TAXA), random.choice(["9606", "559292"])][: random.randrange(3)]
    mentions = {
        GeneMention(random.choice(GENES[taxon]), taxon, random.choice(TERMS), random.choice("xy"))
        for taxon in taxa
        for _ in range(random.randrange(9))
    }
    return FigureFacts(
        figid,
        mentions=tuple(sorted(mentions)),
        diseases=(CANCER,) * (random.random() < 0.3),
        wpids=tuple(random.sample(wpids, random.random() < 0.2)),
        texts=(random.choice(TEXTS),),
        paper_titles=(random.choice(TEXTS),),
        paper_organisms=tuple(random.sample(TAXA, random.choice([0, 0, 1, 2]))),
        doubtful_organisms=tuple(random.sample(TAXA, random.random() < 0.2)),
    )


def link_options(random: Random) -> LinkOptions:
    return LinkOptions(
        min_shared=random.randint(1, 3),
        min_words=random.randint(1, 2),
        alpha=random.choice([2.0, 0.4321]),
        best=random.randint(1, 3),
    )


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
    kinds = frozenset(kind.value for kind in of.evidence)
    if of.overlap is None:
        return Link(kinds, text=of.text_score)
    genes, words, *numbers, wider, by_symbol = of.overlap
    assert genes
    ids, others = (frozenset(e.identifier for e in some) for some in (genes, wider))
    return Link(kinds, ids, words, *numbers, others, by_symbol, of.text_score)


def plain_linking(
    figures: list[FigureFacts], pathways: dict[str, PlainPathway], options: LinkOptions
) -> PlainLinking:
    mentions = [(f.figid, m) for f in figures for m in f.mentions]
    return PlainLinking(
        Facts(
            figures={f.figid for f in figures},
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


@pytest.mark.parametrize("seed", range(100))
def test_links_are_those_of_the_plain_computation(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(seed)
    if seed % 2:
        monkeypatch.setattr(evidence, "CHUNK", 2)
        monkeypatch.setattr(FigureGenes.chunks, "__defaults__", (2,))
    sets = {f"WP{number}": drawn_pathway(random) for number in range(1, random.randint(2, 30))}
    figures = [figure(f"f{at}", random, [*sets]) for at in range(5)]
    options = link_options(random)
    made = [pathway(wpid, of) for wpid, of in sets.items()]
    report, dictionary = LinkReport(), GeneDictionary(lambda: ROWS)
    found = {
        (one.figid, one.pathway.identifier): plain_link(one)
        for one in evidence.link(figures, made, options, dictionary=dictionary, report=report)
    }
    plain_pathways = {wpid: plain_pathway(wpid, of) for wpid, of in sets.items()}
    plain = plain_linking(figures, plain_pathways, options)
    expected = {
        (of.figid, wpid): one for of in figures for wpid, one in plain.links(of.figid).items()
    }
    assert report.overlapping == {
        wpid: n for wpid, of in plain_pathways.items() if (n := plain.overlapping(of))
    }
    assert found.keys() == expected.keys()
    for pair, one in expected.items():
        assert found[pair].is_as(one), (found[pair], one)
