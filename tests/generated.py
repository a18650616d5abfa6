"""Records as hypothesis makes them: whatever the readers let through."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pfocr_kg import iris
from pfocr_kg.model import (
    Entity,
    Evidence,
    Figure,
    Kind,
    Labelled,
    MatchKind,
    Mention,
    Overlap,
    Paper,
    Pathway,
    PathwayLink,
)

# What a record can hold: everything that XML can. Control characters are quarantined on reading.
CHARACTERS = st.characters(
    exclude_categories=("Cs",),
    exclude_characters=[chr(n) for n in range(32) if chr(n) not in "\t\n\r"] + ["\ufffe", "\uffff"],
)
TRAPS = st.sampled_from(
    [
        '"', "\\", '\\"', "\n", "\r\n", "\r", "\t", "\\u0041", "\\n", "\\", '" .\n<a> <b> <c> .',
        '"@en', '"^^<x>', "@type", "@id", "_:b0", "https://example.org/", "<>", "{}", "\x7f",
        "\x85", "\u2028", "\ufeff", "\u202eRTL", "עברית", "العربية", "e\u0301", "\u200d", "Ⅷ",
        "👩‍🔬", "\U0010ffff", "\ue000", "%", "%41", "#", "a b", "null", "true", "1.0",
    ]
)  # fmt: skip
TEXT = st.lists(st.one_of(st.text(CHARACTERS, min_size=1, max_size=8), TRAPS), max_size=3).map(
    "".join
)
SOME = TEXT.filter(bool)
TEXTS = st.lists(SOME, max_size=3, unique=True).map(tuple)
NUMBER = st.integers(1, 10**9).map(str)
DOI = st.text(CHARACTERS, min_size=1, max_size=12).map(lambda t: "10.1/" + "".join(t.split()))
SCORE = st.from_regex(r"\A[+-]?[0-9]{1,3}(\.[0-9]{1,9})?\Z")
YEAR = st.from_regex(r"\A[12][0-9]{3}\Z")
MESH = st.from_regex(r"\A[CD][0-9]{6}\Z")

TAXA = NUMBER.map(lambda n: Entity(Kind.ORGANISM, iris.organism(n), f"NCBITaxon:{n}"))
GENES = st.builds(
    lambda n, taxon: Entity(Kind.GENE, iris.gene(n), n, organism=taxon), NUMBER, NUMBER
)
CHEMICALS = st.one_of(
    NUMBER.map(lambda n: Entity(Kind.CHEMICAL, iris.chemical(n), f"CHEBI:{n}")),
    MESH.map(lambda m: Entity(Kind.CHEMICAL, iris.mesh(m), f"mesh:{m}")),
)
DISEASES = st.one_of(
    NUMBER.map(lambda n: Entity(Kind.DISEASE, iris.disease(n), f"DOID:{n}")),
    MESH.map(lambda m: Entity(Kind.DISEASE, iris.mesh(m), f"mesh:{m}")),
)
PATHWAYS = NUMBER.map(lambda n: Entity(Kind.PATHWAY, iris.pathway(f"WP{n}"), f"WP{n}"))
MESH_TERMS = st.just("") | MESH.map(iris.mesh)
NOTHING = st.just("")
MATCH_KINDS = st.none() | st.sampled_from(MatchKind)
PLACES = st.sampled_from(["", "title", "caption", "paperTitle"])
MENTIONS = st.one_of(
    st.builds(
        Mention,
        GENES,
        TEXT,
        TEXT,
        TEXT,
        candidates=st.integers(1, 10**6),
        mesh=NOTHING,
        match_kind=MATCH_KINDS,
        meanings=st.integers(0, 10**6),
        found_in=NOTHING,
    ),
    st.builds(
        Mention,
        CHEMICALS,
        TEXT,
        TEXT,
        TEXT,
        candidates=st.just(0),
        mesh=MESH_TERMS,
        match_kind=st.none(),
        meanings=st.just(0),
        found_in=NOTHING,
    ),
    st.builds(
        Mention,
        DISEASES,
        TEXT,
        TEXT,
        TEXT,
        candidates=st.just(0),
        mesh=MESH_TERMS,
        match_kind=MATCH_KINDS,
        meanings=st.just(0),
        found_in=PLACES,
    ),
)
PAPERS = st.builds(
    Paper,
    NUMBER.map(lambda n: f"PMC{n}"),
    TEXT,
    TEXT,
    st.just("") | YEAR,
    st.just("") | DOI,
    TEXT,
    TEXT,
    TEXT,
    TEXTS,
)


def some(items: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(items, max_size=3, unique=True).map(tuple)


FIGURES = st.builds(
    Figure,
    figid=SOME,
    paper=PAPERS,
    title=TEXT,
    caption=TEXT,
    number=TEXT,
    figtype=TEXT,
    alias=TEXT,
    filename=TEXT,
    figlink=TEXT.filter(lambda text: not text.startswith("http")),
    score=st.just("") | SCORE,
    ndex=st.just("") | st.uuids().map(str),
    cc0=st.booleans(),
    other_page=TEXT.filter(lambda text: not text.startswith("http")),
    organisms=some(TAXA),
    paper_organisms=some(TAXA),
    gene_organisms=some(TAXA),
    doubtful_organisms=some(TAXA),
    organism_names=TEXTS,
    genes=some(GENES),
    genes_by_symbol=some(GENES),
    unambiguous_genes=some(GENES),
    chemicals=some(CHEMICALS),
    diseases=some(DISEASES),
    disease_keywords=some(DISEASES),
    keywords=TEXTS,
    mentions=some(MENTIONS),
    pathways=some(PATHWAYS),
)
ENSEMBL = st.from_regex(r"\AENSG[0-9]{11}\Z")
ENTITIES = st.builds(
    Labelled,
    GENES | CHEMICALS | DISEASES | TAXA | PATHWAYS,
    SOME,
    TEXTS,
    st.just("") | SOME,
    ensembl=some(ENSEMBL),
    exact_matches=some(MESH.map(iris.mesh)),
    associated_genes=some(NUMBER.map(iris.gene)),
)

# Identifiers of pathways come from patterns of their readers; titles and figids are texts.
RECORDED_PATHWAYS = st.builds(
    Pathway,
    wpid=NUMBER.map(lambda n: f"WP{n}"),
    title=TEXT,
    organism=st.none() | TAXA,
    genes=some(GENES),
    diseases=some(DISEASES),
)
_SHARE, _SCORE, _PLACE = st.floats(0, 1), st.floats(-1e3, 1e3), st.integers(1, 10**6)
OVERLAPS = st.builds(
    Overlap,
    genes=st.lists(GENES, min_size=1, max_size=4, unique_by=lambda gene: gene.iri).map(tuple),
    words=_PLACE,
    jaccard=_SHARE,
    p_value=_SHARE | st.sampled_from([5e-324, 2.2250738585072014e-308]),
    adjusted_p_value=_SHARE,
    word_p_value=_SHARE,
    score=_SCORE,
    rank=st.none() | _PLACE,
    rank_in_organism=_PLACE,
    margin=_SCORE,
    wider=some(PATHWAYS),
    by_symbol=st.booleans(),
)
EVIDENCE = st.sets(st.sampled_from(list(Evidence)), min_size=1).map(
    lambda kinds: tuple(kind for kind in Evidence if kind in kinds)
)
LINKS = st.builds(PathwayLink, SOME, PATHWAYS, EVIDENCE, st.none() | OVERLAPS, text_score=_SHARE)
