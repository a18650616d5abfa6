"""Oracles of queries about curation, links to pathways and metadata."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from plain_diseases import named_in
from plain_linking import (
    CURATED,
    DISEASE,
    GENES,
    PAPER,
    SPECIES,
    SYMBOL,
    TEXT,
    Link,
)
from plain_reading import (
    HUMAN,
    disease_iri,
    present,
    read_dictionaries,
    read_front_matter,
)

from .oracle import (
    OBO,
    TEXTS,
    Corpus,
    Oracles,
    Row,
    by_both,
    figure,
    gene,
    group,
    number,
    own,
    percent,
    ranked,
    true,
    trusted_first,
)

oracle = Oracles()

# ----------------------------------------------------------------------------------- curation


@oracle(
    "mentions-by-match",
    "mentions matchKind lexicon oneMeaning severalMeanings severalCandidates mostCandidates",
)
def _(c: Corpus) -> Iterable[Row]:
    said = defaultdict(list)
    for m in c.mentions:
        said[m.kind_iri, m.lexicon].append(m)
    for key in ranked({key: len(ms) for key, ms in said.items()}, lambda key: key[1]):
        meanings = [m.meanings for m in said[key]]
        sizes = [m.candidates for m in said[key]]
        several = sum(n > 1 for n in meanings), sum(n > 1 for n in sizes)
        yield len(sizes), *key, meanings.count(1), *several, max(sizes)


@oracle("ambiguous-mentions", "candidates meanings word matchedTerm lexicon figure gene matchKind")
def _(c: Corpus) -> Iterable[Row]:
    akt1 = c.named("AKT1")
    rows = [
        (-m.candidates, -m.meanings, m.word, m.match, m.lexicon, m.figure, m.gene, m.kind_iri)
        for m in c.mentions
        if m.gene in akt1 and max(m.candidates, m.meanings) >= 2
    ]
    return [(-candidates, -meanings, *row) for candidates, meanings, *row in sorted(rows)]


@oracle("words-with-most-genes", "genes figures word")
def _(c: Corpus) -> Iterable[Row]:
    said = group((m.word, m) for m in c.mentions if m.candidates >= 10)
    rows = [
        (-max(m.candidates for m in ms), -len({m.figure for m in ms}), word)
        for word, ms in said.items()
    ]
    return [(-genes, -figures, word) for genes, figures, word in sorted(rows)]


@oracle(
    "genes-seldom-read-by-symbol",
    "percentBySymbol figures gene bySymbol unambiguous symbol organismName",
)
def _(c: Corpus) -> Iterable[Row]:
    counts = {g: c.trusted(figures, g) for g, figures in c.figures.items() if len(figures) >= 5}
    rows = [(percent(n, total), -total, g, n, sure) for g, (n, sure, total) in counts.items()]
    for share, total, g, *numbers in sorted(rows):
        yield share, -total, g, *numbers, c.symbol[g], c.organism_name[g]


@oracle("figures-without-genes", "figure chemicals unexplainedKeywords year")
def _(c: Corpus) -> Iterable[Row]:
    keywords = group((figure(figid), k) for figid, k in c.facts.keywords)
    for f in sorted(set(c.records) - set(c.genes)):
        yield f, len(c.chemicals[f]), len(keywords[f]), c.text(f, "year")


@oracle("incomplete-records", "identifier missing")
def _(c: Corpus) -> Iterable[Row]:
    rows = {(c.text(f, "figid"), "figure title") for f in c.records if not c.text(f, "figtitle")}
    for key, missing in (("papertitle", "paper title"), ("year", "year"), ("doi", "DOI")):
        has = {c.text(f, "pmcid") for f in c.records if c.text(f, key)}
        rows |= {(pmcid, missing) for pmcid in c.facts.papers - has}
    return sorted(rows)


@oracle("unexplained-keywords", "figures keyword example")
def _(c: Corpus) -> Iterable[Row]:
    said = group((keyword, figure(figid)) for figid, keyword in c.facts.keywords)
    counts = {keyword: len(figures) for keyword, figures in said.items()}
    return [(counts[k], k, min(said[k])) for k in ranked(counts, own)]


@oracle("genes-with-several-labels", "organismName symbol otherSymbol gene")
def _(c: Corpus) -> Iterable[Row]:
    return sorted(
        (c.organism_name[g], c.symbol[g], other, g)
        for g in c.taxon
        for other in c.used_symbols.get(g, Counter()).keys() | c.official_symbols.get(g, set())
        if other != c.symbol[g]
    )


@oracle("symbols-of-several-genes", "organismName symbol gene")
def _(c: Corpus) -> Iterable[Row]:
    alike = group(((c.organism_name[g], symbol), g) for g, symbol in c.symbol.items())
    return sorted((*key, g) for key, gs in alike.items() if len(gs) > 1 for g in gs)


@oracle("entities-only-in-mesh", "figures label entity")
def _(c: Corpus) -> Iterable[Row]:
    names = c.chemical_name | c.disease_name
    pairs = c.facts.chemicals | c.facts.diseases
    counts = Counter(iri for _, iri in pairs if iri.startswith("http://id.nlm.nih.gov/mesh/"))
    return [(counts[x], names[x], x) for x in ranked(counts, lambda x: names[x], own)]


@oracle("organism-names-without-taxon", "figures organismName example")
def _(c: Corpus) -> Iterable[Row]:
    said = group((name, figure(figid)) for figid, name in c.facts.organism_names)
    counts = {name: len(figures) for name, figures in said.items()}
    return [(counts[name], name, min(said[name])) for name in ranked(counts, own)]


# ---------------------------------------------------------------------------- links to pathways

WORDS = {
    CURATED: "curated",
    GENES: "genes",
    PAPER: "paper",
    TEXT: "text",
    SYMBOL: "symbols",
    DISEASE: "disease",
}


def pathway_iri(wpid: str) -> str:
    return f"https://identifiers.org/wikipathways/{wpid}"


def by_rank(link: Link) -> tuple[Any, ...]:
    """Those of curators first, then by rank; those without a rank by the rank in the organism."""
    places = link.rank is None, link.rank or 0, not link.shared, link.rank_in_organism or 0
    return CURATED not in link.evidence, *places


def said(link: Link) -> str:
    return " ".join(word for kind, word in WORDS.items() if kind in link.evidence)


def shares(link: Link) -> Row:
    """The shared genes and words; "" where nothing is shared."""
    return (len(link.shared), link.words) if link.shared else ("", "")


def places(link: Link) -> Row:
    """The rank, the rank in the organism and the margin."""
    if not link.shared:
        return "", "", ""
    return "" if link.rank is None else link.rank, link.rank_in_organism, round(link.margin, 9)


def text(link: Link) -> Any:
    """The text score; "" without evidence by text."""
    return round(link.text, 9) if TEXT in link.evidence else ""


@oracle(
    "pathways-of-figure",
    "evidence sharedGenes sharedWords rank rankInOrganism margin textScore pathway pathwayTitle"
    " organismName widerPathways",
)
def _(c: Corpus) -> Iterable[Row]:
    mine = {w: x for (f, w), x in c.links.items() if "PMC3347317__" in f}
    for w in sorted(mine, key=lambda w: (*by_rank(mine[w]), pathway_iri(w))):
        names = c.pathway(w).title, c.pathway_organism(w), " ".join(sorted(mine[w].wider))
        numbers = *shares(mine[w]), *places(mine[w]), text(mine[w])
        yield said(mine[w]), *numbers, pathway_iri(w), *names


@oracle(
    "figures-of-pathway",
    "evidence sharedGenes sharedWords rank rankInOrganism margin textScore figure",
)
def _(c: Corpus) -> Iterable[Row]:
    mine = {f: x for (f, w), x in c.links.items() if w == "WP4880"}
    for f in sorted(mine, key=lambda f: (*by_rank(mine[f]), -mine[f].margin, f)):
        yield said(mine[f]), *shares(mine[f]), *places(mine[f]), text(mine[f]), f


@oracle("curated-links", "figure pathway sharedGenes sharedWords rank rankInOrganism margin")
def _(c: Corpus) -> Iterable[Row]:
    mine = {(f, w): x for (f, w), x in c.links.items() if CURATED in x.evidence}
    for f, w in sorted(
        mine, key=lambda pair: (*by_rank(mine[pair]), pair[0], pathway_iri(pair[1]))
    ):
        yield f, pathway_iri(w), *shares(mine[f, w]), *places(mine[f, w])


@oracle(
    "links-by-shared-paper",
    "pathway figure paper sharedGenes sharedWords rank rankInOrganism margin",
)
def _(c: Corpus) -> Iterable[Row]:
    mine = {(pathway_iri(w), f): x for (f, w), x in c.links.items() if PAPER in x.evidence}
    for iri, f in sorted(mine):
        yield iri, f, c.paper(f), *shares(mine[iri, f]), *places(mine[iri, f])


@oracle("links-by-evidence", "links evidence inFirstPlace")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(kind for x in c.links.values() for kind in x.evidence)
    first = Counter(
        kind
        for x in c.links.values()
        if x.rank_in_organism == 1 and not x.by_symbol
        for kind in x.evidence
    )
    for kind in ranked(counts, own):
        yield counts[kind], f"https://w3id.org/pfocr/vocab#{kind}", first[kind]


@oracle(
    "pathways-by-figures",
    "organismName figures curated byGenes byPaper byText bySymbols byDisease overlapping pathway",
)
def _(c: Corpus) -> Iterable[Row]:
    beside = {"WP422": 2, "WP5283": 1}  # test_queries.py puts these beside the linked sample
    counts = Counter(w for _, w in c.links) | Counter(beside)
    for w in ranked(counts, pathway_iri):
        kinds = Counter(k for (_, of), x in c.links.items() if of == w for k in x.evidence)
        kinds[CURATED] += beside.get(w, 0)
        overlapping = "" if w in beside else c.linking.overlapping(c.pathway(w))
        numbers = (kinds[k] for k in WORDS)
        organism = "" if w in beside else c.pathway_organism(w)
        yield organism, counts[w], *numbers, overlapping, pathway_iri(w)


@oracle(
    "genes-missing-from-pathway",
    "unambiguous bySymbol figures allFigures gene symbol words example",
)
def _(c: Corpus) -> Iterable[Row]:
    pathway = c.pathway("WP4880")
    figures = [f for f, x in c.supporting("WP4880").items() if x.rank and x.rank <= 3]
    draw = group(
        (g, f)
        for f in figures
        for g in c.genes[f]
        if c.taxon[g] == pathway.taxon and number(g) not in pathway.genes
    )
    often = []
    for g, fs in draw.items():
        by_symbol, unambiguous, drawing = c.trusted(fs, g)
        if drawing >= 2:
            counts = -unambiguous, -by_symbol, -drawing
            words = {m.word for m in c.mentions if m.gene == g and m.figure in fs}
            often.append((*counts, len(c.figures[g]), g, " | ".join(sorted(words)), min(fs)))
    for *counts, drawing, g, words, example in sorted(often)[:50]:
        yield *(-n for n in counts), drawing, g, c.symbol[g], words, example


@oracle(
    "figures-of-missing-gene",
    "rank sharedGenes figure figureTitle word matchedTerm lexicon matchKind meanings",
)
def _(c: Corpus) -> Iterable[Row]:
    missing = gene("7098")
    rows = [
        (
            *(x.rank, -len(x.shared), m.figure, c.text(m.figure, "figtitle")),
            *(m.word, m.match, m.lexicon, m.kind_iri, m.meanings),
        )
        for m in c.mentions
        if m.gene == missing
        for x in [c.supporting("WP4880").get(m.figure)]
        if x and x.rank and x.rank <= 3
    ]
    return [(rank, -n, *row) for rank, n, *row in sorted(rows)]


@oracle("diseases-of-pathway", "named byGenes diseaseName disease annotated")
def _(c: Corpus) -> Iterable[Row]:
    counts = c.diseases_of(c.supporting("WP3858"))
    for d in by_both(counts, lambda d: c.disease_name[d]):
        yield *counts[d], c.disease_name[d], d, true(d in c.pathway("WP3858").diseases)


@oracle("figures-without-pathway", "genes figure organism year")
def _(c: Corpus) -> Iterable[Row]:
    linked = {f for f, _ in c.links}
    rows = [
        (-n, f, f"{OBO}NCBITaxon_{taxon}", c.text(f, "year"))
        for f, genes in c.genes.items()
        if f not in linked
        for taxon, n in Counter(c.taxon[g] for g in genes).items()
        if n >= 10
    ]
    return [(-n, *row) for n, *row in sorted(rows)]


def sure_genes(c: Corpus) -> dict[str, set[str]]:
    """Figure -> its unambiguous genes, which are all human."""
    return group(c.unambiguous)


def of_own_texts(link: Link) -> bool:
    return bool(link.evidence & {CURATED, PAPER, TEXT})


def points(c: Corpus, f: str, genes: int) -> tuple[Decimal, Decimal]:
    """The score of a figure, and its points for so many genes."""
    score = Decimal(c.text(f, "automl_pathway") or c.text(f, "pathway_score") or "0.8")
    return score, genes * score + (Decimal(c.text(f, "year") or 2000) - 2000) / 5


def whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)


@oracle("candidates", "points figure genes shared reason year")
def _(c: Corpus) -> Iterable[Row]:
    rows = []
    for f, genes in sure_genes(c).items():
        mine = {w: x for (of, w), x in c.links.items() if of == f}
        both = {w: len(genes & set(map(gene, x.shared))) for w, x in mine.items() if x.rank}
        nearest = max(((n, -mine[w].rank, w) for w, n in both.items() if n), default=None)
        shared = nearest[0] if nearest else 0
        score, worth = points(c, f, len(genes) - shared)
        first = any(GENES in x.evidence and x.margin >= 8 for x in mine.values())
        if first or any(map(of_own_texts, mine.values())):
            continue
        if len(genes) >= 5 and shared * 3 < len(genes) and score >= Decimal("0.8"):
            near = (
                f"{shared} in {nearest[2]} (rank {-nearest[1]})" if nearest else "no pathway near"
            )
            reason = f"{len(genes)} genes, {near}"
            rows.append((-worth, f, len(genes), shared, reason, c.text(f, "year")))
    return [(whole(-worth), *row) for worth, *row in sorted(rows)]


@oracle("candidates-for-pathway", "points figure newGenes reason genes shared rank year")
def _(c: Corpus) -> Iterable[Row]:
    known = set(map(gene, c.pathway("WP4880").genes))
    rows = []
    for f, x in c.supporting("WP4880").items():
        genes = sure_genes(c)[f]
        new, shared = genes - known, len(genes & known)
        score, worth = points(c, f, len(new))
        near = of_own_texts(x) or (x.rank and x.rank <= 3 and 3 * shared >= len(genes))
        if near and new and score >= Decimal("0.8"):
            symbols = " ".join(sorted(c.symbol[g] for g in new))
            reason = f"adds {len(new)} genes, shares {shared}"
            numbers = len(genes), shared, x.rank or "", c.text(f, "year")
            rows.append((-worth, f, symbols, reason, *numbers))
    return [(whole(-worth), *row) for worth, *row in sorted(rows)]


@oracle("pathways-without-figures", "overlapping genes pathway")
def _(c: Corpus) -> Iterable[Row]:
    rows = [
        (bool(overlapping), -len(p.genes), pathway_iri(w), overlapping)
        for w, p in c.linking.pathways.items()
        if p.taxon == HUMAN and not c.supporting(w)
        for overlapping in [c.linking.overlapping(p)]
    ]
    return [(overlapping, -n, iri) for _, n, iri, overlapping in sorted(rows)]


@oracle(
    "genes-in-no-pathway",
    "bySymbol unambiguous figures gene symbol organismName",
)
def _(c: Corpus) -> Iterable[Row]:
    known = {g for p in c.linking.pathways.values() for g in p.genes}
    organisms = {p.taxon for p in c.linking.pathways.values()}
    often = {
        g: c.trusted(fs, g)
        for g, fs in c.figures.items()
        if len(fs) >= 2
        and number(g) not in known
        and SPECIES.get(c.taxon[g], c.taxon[g]) in organisms
    }
    for g in trusted_first(often, own)[:200]:
        yield *often[g], g, c.symbol[g], c.organism_name[g]


# ----------------------------------------------------------------------------------- metadata


@oracle("class-counts", "nodes class")
def _(c: Corpus) -> Iterable[Row]:
    known = read_dictionaries(c.vocabularies)
    disease_mentions = {
        (f, disease_iri(row, known), row["word"], row.get("match"), row.get("mesh"))
        for f, rows in c.tables("diseases")
        for row in rows
        if disease_iri(row, known)
    }
    in_texts = [d for f in c.records for k in TEXTS for d in named_in(c.text(f, k))]
    organisms = {taxon for _, taxon in c.facts.organisms} | set(c.taxon.values())
    vocabulary = "https://w3id.org/pfocr/vocab#"
    counts = {
        f"{vocabulary}PathwayFigure": len(c.records),
        f"{vocabulary}Gene": len(c.taxon),
        f"{vocabulary}Chemical": len({iri for _, iri in c.facts.chemicals}),
        f"{vocabulary}Disease": len({d for _, d in c.facts.diseases | c.facts.disease_keywords}),
        f"{vocabulary}Organism": len(organisms),
        f"{vocabulary}GeneMention": len(c.mentions),
        f"{vocabulary}ChemicalMention": len(c.chemical_words),
        f"{vocabulary}DiseaseMention": len(disease_mentions) + len(in_texts),
        "https://schema.org/ScholarlyArticle": len(c.facts.papers),
        "https://schema.org/Organization": 1,
    }
    return [(counts[name], name) for name in ranked(counts, own)]


@oracle("figures-per-year", "year figures papers")
def _(c: Corpus) -> Iterable[Row]:
    found = group((c.text(f, "year"), f) for f in c.records)
    for year in sorted(filter(None, found)):
        yield year, len(found[year]), len({c.paper(f) for f in found[year]})


@oracle("figures-per-organism", "byPaper byGenes figuresWithGenes organism organismName genes")
def _(c: Corpus) -> Iterable[Row]:
    about = Counter(taxon for taxa in c.paper_organisms.values() for taxon in taxa)
    fitting = Counter(taxon for taxa in c.gene_organisms.values() for taxon in taxa)
    genes = group((taxon, g) for g, taxon in c.taxon.items())
    names = {taxon: name for name, taxon in read_dictionaries(c.vocabularies).taxa.items()}
    names |= {c.taxon[g]: name for g, name in c.organism_name.items()}
    pages = [read_front_matter(p) for p in sorted((c.folder / "_organisms").glob("*.md"))]
    names |= {page["ncbi"]: page["latin"] for page in pages}
    drawing = {t: len({f for g in gs for f in c.figures[g]}) for t, gs in genes.items()}
    counts = {t: (about[t], fitting[t], drawing.get(t, 0)) for t in {*about, *fitting, *genes}}
    for t in sorted(counts, key=lambda t: (*(-n for n in counts[t]), names[t], t)):
        yield *counts[t], f"{OBO}NCBITaxon_{t}", names[t], len(genes[t])


@oracle("missing-fields", "figures field")
def _(c: Corpus) -> Iterable[Row]:
    keys = {
        "figure title": "figtitle",
        "caption": "caption",
        "figure number": "number",
        "paper title": "papertitle",
        "year": "year",
        "DOI": "doi",
        "journal": "journal_title",
        "keywords of the paper": "keywords",
    }
    counts = {field: sum(not c.text(f, k) for f in c.records) for field, k in keys.items()}
    networks = (c.folder / "_data" / "ndex_map.tsv").read_text(encoding="utf-8")
    mapped = {figure(line.split("\t")[0]) for line in networks.splitlines()}
    counts["NDEx network"] = sum(not c.text(f, "ndex") and f not in mapped for f in c.records)
    score = [c.text(f, "automl_pathway") or c.text(f, "pathway_score") for f in c.records]
    counts["pathway score"] = score.count("")
    counts["related pathway"] = sum(not present(r.get("wpid")) for r in c.records.values())
    has = {"gene": c.genes, "chemical": c.chemicals, "named disease": c.diseases}
    has |= {"organism of the paper": c.paper_organisms, "organism of the genes": c.gene_organisms}
    has["disease keyword"] = c.disease_keywords
    counts |= {field: sum(not found[f] for f in c.records) for field, found in has.items()}
    return [(counts[f], f) for f in ranked(counts, own) if counts[f]]
