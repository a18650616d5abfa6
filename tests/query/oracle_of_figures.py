"""Oracles of queries about figures, genes, diseases, chemicals and papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from plain_diseases import named_in
from plain_reading import HUMAN, disease_iri

from .oracle import (
    CANCER,
    FATTY_ACID,
    SEED,
    SEED_PAPER,
    TEXTS,
    Corpus,
    Mention,
    Oracles,
    Row,
    by_both,
    group,
    own,
    percent,
    ranked,
    true,
    trusted_first,
)

oracle = Oracles()

SUREST = ("symbol", "synonym", "family", "keyword")


def surest_first(mentions: Iterable[Mention]) -> tuple[Any, ...]:
    """The order of genes by their mentions: kinds of match, fewest meanings, fewest candidates."""
    kinds, meanings, candidates = evidence(mentions)
    missing = tuple(kind not in kinds.split() for kind in SUREST[:3])
    return *missing, meanings == "", meanings, candidates


def evidence(mentions: Iterable[Mention]) -> tuple[str, int | str, int]:
    """The kinds of match of some mentions, the fewest meanings and the fewest candidates."""
    found = list(mentions)
    kinds = " ".join(kind for kind in SUREST if any(m.kind == kind for m in found))
    return kinds, min(m.meanings for m in found) or "", min(m.candidates for m in found)


# ------------------------------------------------------------------------------------ figures


@oracle("figures-of-gene", "matchKinds meanings candidates figure gene")
def _(c: Corpus) -> Iterable[Row]:
    said = group(((m.figure, m.gene), m) for m in c.mentions if m.gene in c.named("TNF"))
    for key in sorted(said, key=lambda key: (surest_first(said[key]), key)):
        yield *evidence(said[key]), *key


@oracle("figures-with-genes", "genes figure")
def _(c: Corpus) -> Iterable[Row]:
    mine = c.named("EGFR", "IGF1", "AKT1", "MAPK1", "STAT1", "TNF", "IL6")
    counts = {f: len(genes & mine) for f, genes in c.genes.items()}
    return [(counts[f], f) for f in ranked(counts, own) if counts[f] >= 3]


@oracle("similar-figures", "sharedGenes genes percentShared similar")
def _(c: Corpus) -> Iterable[Row]:
    seed = c.genes[SEED]
    rows = [
        (-len(seed & genes), -percent(len(seed & genes), len(seed | genes)), iri, len(genes))
        for iri, genes in c.genes.items()
        if iri != SEED and len(seed & genes) >= 3
    ]
    return [(-shared, size, -same, iri) for shared, same, iri, size in sorted(rows)]


@oracle("figures-by-score", "score figure")
def _(c: Corpus) -> Iterable[Row]:
    scores = {f: c.text(f, "automl_pathway") or c.text(f, "pathway_score") for f in c.records}
    low = {f: s for f, s in scores.items() if s and 0 <= float(s) <= 0.8}
    return [(low[f], f) for f in sorted(low, key=lambda f: (float(low[f]), f))]


@oracle("figures-of-organism", "symbolGenes genes figure organismBy")
def _(c: Corpus) -> Iterable[Row]:
    human = {g for g, taxon in c.taxon.items() if taxon == HUMAN}
    by = {
        f: "paper" if HUMAN in c.paper_organisms[f] else "genes"
        for f in c.records
        if HUMAN in (c.paper_organisms[f] or c.gene_organisms[f])
    }
    rows = [
        (
            -len({g for g in c.genes[f] & human if (f, g) in c.by_symbol}),
            -len(c.genes[f] & human),
            f,
        )
        for f in by
    ]
    return [(-symbol, -genes, f, by[f]) for symbol, genes, f in sorted(rows)[:100]]


@oracle("figures-by-text", "year figure")
def _(c: Corpus) -> Iterable[Row]:
    found = {
        f: c.text(f, "year")
        for f in c.records
        if any("signaling" in c.text(f, k).lower() for k in ("figtitle", "caption", "papertitle"))
    }
    return [(found[f], f) for f in sorted(found, key=lambda f: (-int(found[f] or 0), f))]


@oracle("mentions-of-figure", "word matchedTerm lexicon entity matchKind meanings candidates label")
def _(c: Corpus) -> Iterable[Row]:
    """The genes, after the word of the paper's title, which is "IGF System in Cancer"."""
    text_match = "https://w3id.org/pfocr/vocab#TextMatch"
    yield "Cancer", "cancer", "", CANCER, text_match, "", "", "Cancer"
    rows = sorted(
        (m.word, m.match, m.lexicon, m.gene, m.kind_iri, m.meanings, m.candidates)
        for m in c.mentions
        if m.figure == SEED
    )
    yield from ((*row, c.symbol[row[3]]) for row in rows)


@oracle("identifiers-of-figure", "scheme identifier")
def _(_: Corpus) -> Iterable[Row]:
    """By hand, from the seed record."""
    return [
        (
            "NDEx network",
            "https://www.ndexbio.org/viewer/networks/62905106-deea-11ea-99da-0ac135e8bacf",
        ),
        ("PFOCR alias", "PMC3614012__F2"),
        ("PFOCR figure", "PMC3614012__nihms379615f2"),
        ("PMCID", "PMC3614012"),
        ("PubMed Central page", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC3614012/figure/F2/"),
        ("file name", "nihms379615f2.jpg"),
        ("paper", SEED_PAPER),
    ]


# -------------------------------------------------------------------------------------- genes


@oracle("genes-of-figure", "matchKinds meanings candidates organismName symbol gene mentions")
def _(c: Corpus) -> Iterable[Row]:
    said = group((m.gene, m) for m in c.mentions if m.figure == SEED)

    def order(g: str) -> tuple[Any, ...]:
        return surest_first(said[g]), c.organism_name[g], c.symbol[g], g

    for g in sorted(said, key=order):
        yield *evidence(said[g]), c.organism_name[g], c.symbol[g], g, len(said[g])


@oracle(
    "genes-drawn-with-gene",
    "bySymbol unambiguous figures otherSymbol other gene organismName",
)
def _(c: Corpus) -> Iterable[Row]:
    pairs = {
        (other, mine)
        for mine in c.named("TNF")
        for f in c.figures[mine]
        for other in c.genes[f] - {mine}
    }
    counts = {pair: c.trusted(c.records, *pair) for pair in pairs}
    for pair in trusted_first(counts, lambda p: c.symbol[p[0]], own):
        other, mine = pair
        if counts[pair][-1] >= 2:
            yield *counts[pair], c.symbol[other], other, mine, c.organism_name[other]


@oracle(
    "gene-pairs-of-disease",
    "bySymbol unambiguous figures symbol otherSymbol gene other",
)
def _(c: Corpus) -> Iterable[Row]:
    naming = [f for f, diseases in c.diseases.items() if CANCER in diseases]
    pairs = {(a, b) for f in naming for a in c.genes[f] for b in c.genes[f] if a < b}
    counts = {pair: c.trusted(naming, *pair) for pair in pairs}
    for a, b in trusted_first(counts, lambda p: (c.symbol[p[0]], c.symbol[p[1]]), own):
        if counts[a, b][-1] >= 2:
            yield *counts[a, b], c.symbol[a], c.symbol[b], a, b


@oracle(
    "most-drawn-genes",
    "bySymbol unambiguous figures gene symbol synonymFigures familyFigures",
)
def _(c: Corpus) -> Iterable[Row]:
    human = [g for g in c.figures if c.taxon[g] == HUMAN]
    counts = {g: c.trusted(c.figures[g], g) for g in human}
    kinds = group(((m.gene, m.kind), m.figure) for m in c.mentions)
    for g in trusted_first(counts, own)[:100]:
        yield *counts[g], g, c.symbol[g], len(kinds[g, "synonym"]), len(kinds[g, "family"])


@oracle("genes-over-years", "gene symbol year bySymbol unambiguous figures")
def _(c: Corpus) -> Iterable[Row]:
    for symbol in ("EGFR", "IL6", "STAT1", "TNF"):
        (mine,) = c.named(symbol)
        years = group((c.text(f, "year"), f) for f in c.figures[mine])
        for year in sorted(filter(None, years)):
            yield mine, symbol, year, *c.trusted(years[year], mine)


@oracle("symbols-in-several-organisms", "organisms figures upperSymbol genes")
def _(c: Corpus) -> Iterable[Row]:
    alike = group((symbol.upper(), g) for g, symbol in c.symbol.items())
    rows = [
        (-len({c.taxon[g] for g in gs}), -sum(len(c.figures[g]) for g in gs), symbol, len(gs))
        for symbol, gs in alike.items()
    ]
    return [(-o, -f, s, n) for o, f, s, n in sorted(rows) if -o >= 2]


@oracle("words-of-gene", "figures word matchedTerm matchKind gene meanings candidates")
def _(c: Corpus) -> Iterable[Row]:
    tnf = [m for m in c.mentions if m.gene in c.named("TNF")]
    said = group(((m.word, m.match, m.kind_iri, m.gene), m) for m in tnf)
    counts = {key: len({m.figure for m in ms}) for key, ms in said.items()}
    for key in ranked(counts, own):
        example = min(said[key], key=lambda m: -m.candidates)
        yield counts[key], *key, example.meanings, example.candidates


@oracle("genes-of-word", "figures organismName symbol matchedTerm matchKind gene meanings")
def _(c: Corpus) -> Iterable[Row]:
    akt = [m for m in c.mentions if m.word == "AKT"]
    said = group(((m.gene, m.match, m.kind_iri, m.meanings), m.figure) for m in akt)
    rows = [
        (-len(figures), c.organism_name[g], c.symbol[g], match, kind, g, meanings or "")
        for (g, match, kind, meanings), figures in said.items()
    ]
    return [(-row[0], *row[1:]) for row in sorted(rows)]


# ----------------------------------------------------------------------- diseases and chemicals


def by_year(c: Corpus, figures: Iterable[str]) -> list[str]:
    """Newest first, those without a year last."""
    return sorted(figures, key=lambda f: (-int(c.text(f, "year") or 0), f))


@oracle("figures-of-disease", "figure year diseaseName foundIn")
def _(c: Corpus) -> Iterable[Row]:
    places = group(
        (f, "table")
        for f, rows in c.tables("diseases")
        for row in rows
        if disease_iri(row, c.dictionaries) == CANCER
    )
    for f in c.records:
        for key, place in TEXTS.items():
            if "DOID:162" in named_in(c.text(f, key)):
                places.setdefault(f, set()).add(place)
    for f in by_year(c, places):
        found = [place for place in ("table", *TEXTS.values()) if place in places[f]]
        yield f, c.text(f, "year"), "Cancer", " ".join(found)


@oracle("figures-by-disease-keyword", "figure year diseaseName knownGenes named")
def _(c: Corpus) -> Iterable[Row]:
    found = [f for f, diseases in c.disease_keywords.items() if CANCER in diseases]
    for f in by_year(c, found):
        known = len(c.genes[f] & c.known_genes[CANCER])
        yield f, c.text(f, "year"), "Cancer", known, true(CANCER in c.diseases[f])


@oracle(
    "genes-of-disease",
    "bySymbol unambiguous figures symbol gene organismName known",
)
def _(c: Corpus) -> Iterable[Row]:
    naming = [f for f, diseases in c.diseases.items() if CANCER in diseases]
    counts = {g: c.trusted(naming, g) for f in naming for g in c.genes[f]}
    for g in trusted_first(counts, lambda g: c.symbol[g], own):
        known = true(g in c.known_genes[CANCER])
        yield *counts[g], c.symbol[g], g, c.organism_name[g], known


@oracle("diseases-of-gene", "named byGenes diseaseName disease gene known")
def _(c: Corpus) -> Iterable[Row]:
    (egfr,) = c.named("EGFR")
    counts = c.diseases_of(c.figures[egfr])
    for d in by_both(counts, lambda d: c.disease_name[d]):
        yield *counts[d], c.disease_name[d], d, egfr, true(egfr in c.known_genes[d])


@oracle("genes-behind-disease-keywords", "diseaseName disease symbol gene")
def _(c: Corpus) -> Iterable[Row]:
    shared = {(d, g) for d in c.disease_keywords[SEED] for g in c.known_genes[d] & c.genes[SEED]}
    for d, g in sorted(shared, key=lambda pair: (c.disease_name[pair[0]], c.symbol[pair[1]])):
        yield c.disease_name[d], d, c.symbol[g], g


@oracle("most-named-diseases", "named byGenes diseaseName disease")
def _(c: Corpus) -> Iterable[Row]:
    counts = c.diseases_of(c.records)
    for d in by_both(counts, lambda d: c.disease_name[d]):
        yield *counts[d], c.disease_name[d], d


@oracle("chemicals-of-gene", "figures chemicalName chemical gene")
def _(c: Corpus) -> Iterable[Row]:
    mapk1 = c.named("MAPK1")
    counts = Counter((x, g) for f, g in c.draws if g in mapk1 for x in c.chemicals[f])
    order = ranked(counts, lambda pair: c.chemical_name[pair[0]], own)
    return [(counts[x, g], c.chemical_name[x], x, g) for x, g in order]


@oracle("figures-of-chemical", "figure words year")
def _(c: Corpus) -> Iterable[Row]:
    words = group((f, word) for f, chemical, word in c.chemical_words if chemical == FATTY_ACID)
    for f in by_year(c, words):
        yield f, ", ".join(sorted(words[f])), c.text(f, "year")


@oracle(
    "genes-of-chemical",
    "bySymbol unambiguous figures organismName symbol gene",
)
def _(c: Corpus) -> Iterable[Row]:
    drawing = {f for f, chemicals in c.chemicals.items() if FATTY_ACID in chemicals}
    counts = {g: c.trusted(drawing, g) for f in drawing for g in c.genes[f]}
    for g in trusted_first(counts, lambda g: (c.organism_name[g], c.symbol[g]), own):
        yield *counts[g], c.organism_name[g], c.symbol[g], g


@oracle("most-drawn-chemicals", "figures chemical chemicalName")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(x for _, x in c.facts.chemicals)
    return [(counts[x], x, c.chemical_name[x]) for x in ranked(counts, own)[:100]]


# ------------------------------------------------------------------------------------- papers


@oracle(
    "figures-of-paper",
    "figureNumber figure genes chemicals namedDiseases diseaseKeywords",
)
def _(c: Corpus) -> Iterable[Row]:
    for f in sorted(c.records, key=lambda f: (c.text(f, "number"), f)):
        if c.paper(f) == SEED_PAPER:
            kinds = (c.genes, c.chemicals, c.diseases, c.disease_keywords)
            yield c.text(f, "number"), f, *(len(found[f]) for found in kinds)


@oracle("genes-of-paper", "bySymbol unambiguous figures organismName symbol gene")
def _(c: Corpus) -> Iterable[Row]:
    mine = [f for f in c.records if c.paper(f) == SEED_PAPER]
    counts = {g: c.trusted(mine, g) for f in mine for g in c.genes[f]}
    for g in trusted_first(counts, lambda g: (c.organism_name[g], c.symbol[g]), own):
        yield *counts[g], c.organism_name[g], c.symbol[g], g


@oracle("papers-of-gene", "paper year figures paperTitle citation doi")
def _(c: Corpus) -> Iterable[Row]:
    papers = group((c.paper(f), f) for f, g in c.draws if g in c.named("TNF"))
    years = {p: min(c.text(f, "year") for f in fs) for p, fs in papers.items()}
    for p in sorted(papers, key=lambda p: (-int(years[p] or 0), p)):
        texts = (min(c.text(f, k) for f in papers[p]) for k in ("papertitle", "reftext", "doi"))
        yield p, years[p], len(papers[p]), *texts


@oracle("papers-per-journal-and-year", "journal year papers figures")
def _(c: Corpus) -> Iterable[Row]:
    found = group(((c.text(f, "journal_title"), c.text(f, "year")), f) for f in c.records)
    for key in sorted(found):
        if all(key):
            yield *key, len({c.paper(f) for f in found[key]}), len(found[key])
