"""Oracles of queries about figures, genes, diseases, chemicals and papers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from plain_reading import HUMAN

from .oracle import (
    CANCER,
    NOONAN,
    SEED,
    SEED_PAPER,
    Corpus,
    Oracles,
    Row,
    group,
    own,
    percent,
    ranked,
    true,
)

oracle = Oracles()

# ------------------------------------------------------------------------------------ figures


@oracle("figures-of-gene", "directMatch candidates figure gene")
def _(c: Corpus) -> Iterable[Row]:
    said = group(((m.figure, m.gene), m) for m in c.mentions if m.gene in c.named("TNF"))
    rows = [
        (not any(m.direct for m in ms), min(m.candidates for m in ms), *key)
        for key, ms in said.items()
    ]
    return [(true(not indirect), *row) for indirect, *row in sorted(rows)]


@oracle("direct-figures-of-gene", "figure word gene")
def _(c: Corpus) -> Iterable[Row]:
    tnf = c.named("TNF")
    return sorted({(m.figure, m.word, m.gene) for m in c.mentions if m.direct and m.gene in tnf})


@oracle("figures-with-genes", "genes figure")
def _(c: Corpus) -> Iterable[Row]:
    mine = c.named("EGFR", "IGF1", "AKT1", "MAPK1", "STAT1", "TNF", "IL6")
    counts = {f: len({c.symbol[g] for g in genes & mine}) for f, genes in c.genes.items()}
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


@oracle("figures-of-organism", "genes figure")
def _(c: Corpus) -> Iterable[Row]:
    human = Counter(f for f, g in c.draws if c.taxon[g] == HUMAN)
    return [(human[f], f) for f in ranked(human, own)]


@oracle("figures-by-text", "year figure")
def _(c: Corpus) -> Iterable[Row]:
    found = {
        f: c.text(f, "year")
        for f in c.records
        if any("signaling" in c.text(f, k).lower() for k in ("figtitle", "caption", "papertitle"))
    }
    return [(found[f], f) for f in sorted(found, key=lambda f: (-int(found[f] or 0), f))]


@oracle("mentions-of-figure", "word matchedTerm lexicon candidateCount entity label")
def _(c: Corpus) -> Iterable[Row]:
    rows = sorted(
        (m.word, m.match, m.lexicon, m.candidates, m.gene) for m in c.mentions if m.figure == SEED
    )
    return [(*row, c.symbol[row[-1]]) for row in rows]


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


@oracle("genes-of-figure", "organismName symbol gene mentions directMatch candidates")
def _(c: Corpus) -> Iterable[Row]:
    said = group((m.gene, m) for m in c.mentions if m.figure == SEED)
    for g in sorted(said, key=lambda g: (c.organism_name[g], c.symbol[g], g)):
        direct = any(m.direct for m in said[g])
        fewest = min(m.candidates for m in said[g])
        yield c.organism_name[g], c.symbol[g], g, len(said[g]), true(direct), fewest


@oracle("genes-drawn-with-gene", "figures otherSymbol other gene organismName")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(
        (other, mine)
        for mine in c.named("TNF")
        for f in c.figures[mine]
        for other in c.genes[f] - {mine}
    )
    for pair in ranked(counts, lambda p: c.symbol[p[0]], own):
        other, mine = pair
        if counts[pair] >= 2:
            yield counts[pair], c.symbol[other], other, mine, c.organism_name[other]


@oracle("gene-pairs-of-disease", "figures symbol otherSymbol gene other")
def _(c: Corpus) -> Iterable[Row]:
    drawn = [c.genes[f] for f, diseases in c.diseases.items() if NOONAN in diseases]
    counts = Counter((a, b) for genes in drawn for a in genes for b in genes if a < b)
    for a, b in ranked(counts, lambda p: (c.symbol[p[0]], c.symbol[p[1]]), own):
        if counts[a, b] >= 2:
            yield counts[a, b], c.symbol[a], c.symbol[b], a, b


@oracle("most-drawn-genes", "figures gene symbol")
def _(c: Corpus) -> Iterable[Row]:
    counts = {g: len(fs) for g, fs in c.figures.items() if c.taxon[g] == HUMAN}
    return [(counts[g], g, c.symbol[g]) for g in ranked(counts, own)[:100]]


@oracle("genes-over-years", "symbol year figures")
def _(c: Corpus) -> Iterable[Row]:
    mine = c.named("TNF", "IL6", "STAT1", "EGFR")
    drawn = {(c.symbol[g], c.text(f, "year"), f) for f, g in c.draws if g in mine}
    counts = Counter((symbol, year) for symbol, year, _ in drawn if year)
    return [(*key, counts[key]) for key in sorted(counts)]


@oracle("symbols-in-several-organisms", "organisms figures upperSymbol genes")
def _(c: Corpus) -> Iterable[Row]:
    alike = group((symbol.upper(), g) for g, symbol in c.symbol.items())
    rows = [
        (-len({c.taxon[g] for g in gs}), -sum(len(c.figures[g]) for g in gs), symbol, len(gs))
        for symbol, gs in alike.items()
    ]
    return [(-o, -f, s, n) for o, f, s, n in sorted(rows) if -o >= 2]


@oracle("words-of-gene", "figures word matchedTerm lexicon gene candidates")
def _(c: Corpus) -> Iterable[Row]:
    tnf = [m for m in c.mentions if m.gene in c.named("TNF")]
    said = group(((m.word, m.match, m.lexicon, m.gene), m) for m in tnf)
    counts = {key: len({m.figure for m in ms}) for key, ms in said.items()}
    return [
        (counts[key], *key, max(m.candidates for m in said[key])) for key in ranked(counts, own)
    ]


@oracle("genes-of-word", "figures organismName symbol matchedTerm lexicon gene")
def _(c: Corpus) -> Iterable[Row]:
    said = group(((m.gene, m.match, m.lexicon), m.figure) for m in c.mentions if m.word == "AKT")
    rows = [
        (-len(figures), c.organism_name[g], c.symbol[g], match, lexicon, g)
        for (g, match, lexicon), figures in said.items()
    ]
    return [(-row[0], *row[1:]) for row in sorted(rows)]


# ----------------------------------------------------------------------- diseases and chemicals


def by_year(c: Corpus, figures: Iterable[str]) -> list[str]:
    """Newest first, those without a year last."""
    return sorted(figures, key=lambda f: (-int(c.text(f, "year") or 0), f))


@oracle("figures-of-disease", "figure year diseaseName")
def _(c: Corpus) -> Iterable[Row]:
    found = [f for f, diseases in c.diseases.items() if CANCER in diseases]
    return [(f, c.text(f, "year"), "Cancer") for f in by_year(c, found)]


@oracle("genes-of-disease", "figures symbol gene organismName")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(g for f, g in c.draws if CANCER in c.diseases[f])
    order = ranked(counts, lambda g: c.symbol[g], own)
    return [(counts[g], c.symbol[g], g, c.organism_name[g]) for g in order]


@oracle("diseases-of-gene", "figures diseaseName disease gene")
def _(c: Corpus) -> Iterable[Row]:
    egfr = c.named("EGFR")
    counts = Counter((d, g) for f, g in c.draws if g in egfr for d in c.diseases[f])
    order = ranked(counts, lambda pair: c.disease_name[pair[0]], own)
    return [(counts[d, g], c.disease_name[d], d, g) for d, g in order]


@oracle("most-named-diseases", "figures diseaseName disease fromKeywords")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(d for _, d in c.facts.diseases)
    keywords = Counter(d for _, d in c.facts.disease_keywords)
    order = ranked(counts, lambda d: c.disease_name[d], own)
    return [(counts[d], c.disease_name[d], d, keywords[d]) for d in order]


@oracle("chemicals-of-gene", "figures chemicalName chemical gene")
def _(c: Corpus) -> Iterable[Row]:
    mapk1 = c.named("MAPK1")
    counts = Counter((x, g) for f, g in c.draws if g in mapk1 for x in c.chemicals[f])
    order = ranked(counts, lambda pair: c.chemical_name[pair[0]], own)
    return [(counts[x, g], c.chemical_name[x], x, g) for x, g in order]


@oracle("figures-of-chemical", "figure chemical word year")
def _(c: Corpus) -> Iterable[Row]:
    named = c.chemicals_named("fatty acid")
    found = group((f, (x, w)) for f, x, w in c.chemical_words if x in named)
    return [(f, x, w, c.text(f, "year")) for f in by_year(c, found) for x, w in sorted(found[f])]


@oracle("genes-of-chemical", "figures organismName symbol gene chemical")
def _(c: Corpus) -> Iterable[Row]:
    named = c.chemicals_named("fatty acid")
    counts = Counter((g, x) for f, g in c.draws for x in c.chemicals[f] & named)
    for g, x in ranked(counts, lambda p: (c.organism_name[p[0]], c.symbol[p[0]]), own):
        yield counts[g, x], c.organism_name[g], c.symbol[g], g, x


@oracle("most-drawn-chemicals", "figures chemical chemicalName")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(x for _, x in c.facts.chemicals)
    return [(counts[x], x, c.chemical_name[x]) for x in ranked(counts, own)[:100]]


# ------------------------------------------------------------------------------------- papers


@oracle("figures-of-paper", "figureNumber figure genes chemicals diseases")
def _(c: Corpus) -> Iterable[Row]:
    for f in sorted(c.records, key=lambda f: (c.text(f, "number"), f)):
        if c.paper(f) == SEED_PAPER:
            counts = (len(drawn[f]) for drawn in (c.genes, c.chemicals, c.diseases))
            yield c.text(f, "number"), f, *counts


@oracle("genes-of-paper", "figures organismName symbol gene")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(g for f, g in c.draws if c.paper(f) == SEED_PAPER)
    for g in ranked(counts, lambda g: (c.organism_name[g], c.symbol[g]), own):
        yield counts[g], c.organism_name[g], c.symbol[g], g


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
