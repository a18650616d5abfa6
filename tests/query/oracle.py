"""What the bundled queries must answer on the sample, worked out from its files.

No SPARQL, no RDF and nothing of the package: `plain_reading` reads the records, and each oracle
is a plain computation over sets of tuples. An oracle names the columns of the answer that it
gives, and gives their rows in the order of the answer, values as CSV writes them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from plain_linking import (
    CURATED,
    DISEASE,
    GENES,
    PAPER,
    SPECIES,
    TAXA,
    Link,
    Pathway,
    PlainLinking,
    read_pathways,
)
from plain_reading import (
    HUMAN,
    Facts,
    chemical_iri,
    disease_iri,
    human_genes,
    keywords_of,
    present,
    read_corpus,
    read_dictionaries,
    read_front_matter,
    read_table,
)

FIGURES = "https://pfocr.wikipathways.org/figures/"
SEED = f"{FIGURES}PMC3614012__nihms379615f2.html"
SEED_PAPER = "https://europepmc.org/article/PMC/3614012"
OBO = "http://purl.obolibrary.org/obo/"
CANCER, NOONAN = f"{OBO}DOID_162", f"{OBO}DOID_3490"
DIRECT = {"ncbigene_symbol", "hgnc_symbol"}

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Corpus:
    """The sample's facts, by IRI."""

    folder: Path
    vocabularies: Path

    @cached_property
    def facts(self) -> Facts:
        return read_corpus(self.folder, self.vocabularies)

    @cached_property
    def records(self) -> dict[str, dict[str, Any]]:
        """Figure IRI -> front matter."""
        paths = sorted((self.folder / "_figures").glob("*.md"))
        return {figure(r["figid"]): r for r in map(read_front_matter, paths)}

    def tables(self, kind: str) -> Iterable[tuple[str, list[dict[str, str]]]]:
        """Figure IRI and the rows of its table, else the items of its inline list."""
        for iri, record in self.records.items():
            rows = read_table(self.folder / "_data" / f"{record['figid']}-{kind}.tsv")
            yield iri, rows or record.get(kind) or []

    def text(self, iri: str, key: str) -> str:
        return present(self.records[iri].get(key))

    def paper(self, iri: str) -> str:
        return "https://europepmc.org/article/PMC/" + self.records[iri]["pmcid"].removeprefix("PMC")

    @cached_property
    def taxon(self) -> dict[str, str]:
        """Gene IRI -> taxon id."""
        return {gene(number): taxon for _, number, taxon in self.facts.genes}

    @cached_property
    def organism_name(self) -> dict[str, str]:
        """Gene IRI -> Latin name of its organism."""
        names = {taxon: name for name, taxon in read_dictionaries(self.vocabularies).taxa.items()}
        for _, rows in self.tables("genes"):
            for row in rows:
                if "organism_id" in row:
                    names.setdefault(row["organism_id"], row["organism_name"])
        return {iri: names[taxon] for iri, taxon in self.taxon.items()}

    @cached_property
    def draws(self) -> set[tuple[str, str]]:
        """(figure, gene)"""
        return {(figure(figid), gene(number)) for figid, number, _ in self.facts.genes}

    @cached_property
    def genes(self) -> dict[str, set[str]]:
        """Figure -> genes."""
        return group(self.draws)

    @cached_property
    def figures(self) -> dict[str, set[str]]:
        """Gene -> figures."""
        return group((b, a) for a, b in self.draws)

    @cached_property
    def symbol(self) -> dict[str, str]:
        """Gene -> the symbol HGNC approves, else the one in most records, ties by code point."""
        approved = {
            gene(row["ncbigene_id"]): row["symbol"]
            for row in human_genes(self.vocabularies)
            if row["ncbigene_id"]
        }
        used = {
            iri: min(forms, key=lambda form: (-forms[form], form))
            for iri, forms in self.used_symbols.items()
        }
        return {iri: approved.get(iri) or used.get(iri) or number(iri) for iri in self.taxon}

    @cached_property
    def used_symbols(self) -> dict[str, Counter[str]]:
        """Gene -> symbol -> number of records that call it so."""
        said = set()
        for iri, rows in self.tables("genes"):
            for row in rows:
                name = present(row.get("ncbigene_symbol") or row.get("hgnc_symbol"))
                identifier = present(row.get("ncbigene_id") or row.get("entrez"))
                if name and identifier:
                    said.add((iri, gene(identifier), name))
        for figid, identifier, word, _, lexicon in self.facts.gene_mentions:
            if lexicon == "hgnc":
                said.add((figure(figid), gene(identifier), word))
        used: dict[str, Counter[str]] = defaultdict(Counter)
        for _, iri, name in said:
            used[iri][name] += 1
        return used

    def named(self, *symbols: str) -> set[str]:
        """Genes that have one of these symbols for a label."""
        return {iri for iri, symbol in self.symbol.items() if symbol in symbols}

    @cached_property
    def mentions(self) -> list[Mention]:
        raw = [
            (figure(figid), gene(number), *texts)
            for figid, number, *texts in self.facts.gene_mentions
        ]
        given = group(((f, self.taxon[g], w, m), g) for f, g, w, m, _ in raw)
        return [Mention(f, g, w, m, s, len(given[f, self.taxon[g], w, m])) for f, g, w, m, s in raw]

    @cached_property
    def diseases(self) -> dict[str, set[str]]:
        """Figure -> diseases."""
        return group((figure(figid), iri) for figid, iri in self.facts.diseases)

    @cached_property
    def chemicals(self) -> dict[str, set[str]]:
        """Figure -> chemicals."""
        return group((figure(figid), iri) for figid, iri in self.facts.chemicals)

    @cached_property
    def chemical_words(self) -> set[tuple[str, str, str]]:
        """(figure, chemical, word read)"""
        return {
            (figure, iri, row["word"])
            for figure, rows in self.tables("chemicals")
            for row in rows
            if (iri := chemical_iri(row))
        }

    @cached_property
    def chemical_name(self) -> dict[str, str]:
        """Chemical -> the form in most records."""
        said = {
            (figure, iri, next(t for t in map(present, texts) if t))
            for figure, rows in self.tables("chemicals")
            for row in rows
            if (iri := chemical_iri(row))
            for texts in [(row.get("name"), row.get("match"), row["word"].strip())]
        }
        return most_used(said)

    @cached_property
    def disease_name(self) -> dict[str, str]:
        """Disease -> the name of the vocabulary, else the form in most records.

        A record's forms are its table's and those of its keywords that say the same.
        """
        known = read_dictionaries(self.vocabularies).diseases
        official = {OBO + curie.replace(":", "_"): name for name, curie in known.items()}
        said = set()
        for figure, rows in self.tables("diseases"):
            keywords = keywords_of(self.records[figure])
            for row in rows:
                if iri := disease_iri(row, known):
                    texts = (row.get("name"), row.get("match"), row["word"].strip())
                    forms = [text for text in map(present, texts) if text]
                    said.add((figure, iri, forms[0]))
                    said.update((figure, iri, form) for form in forms if form in keywords)
        named = {iri for _, iri in self.facts.diseases}
        return most_used(said) | {iri: name for iri, name in official.items() if iri in named}

    @cached_property
    def linking(self) -> PlainLinking:
        """The figures and the excerpt of WikiPathways beside the sample."""
        records = self.records.values()
        return PlainLinking(
            self.facts,
            read_pathways(self.folder.parent / "wikipathways"),
            {r["figid"]: r["pmcid"] for r in records},
            {r["figid"]: doi.lower() for r in records if (doi := present(r.get("doi")))},
        )

    @cached_property
    def links(self) -> dict[tuple[str, str], Link]:
        """(figure, WP id) -> link."""
        return {
            (iri, wpid): link
            for iri, record in self.records.items()
            for wpid, link in self.linking.links(record["figid"]).items()
        }

    def pathway(self, wpid: str) -> Pathway:
        return self.linking.pathways[wpid]

    def pathway_organism(self, wpid: str) -> str:
        """The Latin name of a pathway's organism."""
        return {taxon: name for name, taxon in TAXA.items()}[self.pathway(wpid).taxon]

    def supporting(self, wpid: str) -> dict[str, Link]:
        """Figure -> link to a pathway by more than a disease."""
        return {
            f: link
            for (f, w), link in self.links.items()
            if w == wpid and link.evidence - {DISEASE}
        }


@dataclass(frozen=True)
class Mention:
    figure: str
    gene: str
    word: str
    match: str
    lexicon: str
    candidates: int

    @property
    def direct(self) -> bool:
        return self.lexicon in DIRECT


@dataclass(frozen=True)
class Oracle:
    """The columns it gives, and the function that gives their rows."""

    columns: tuple[str, ...]
    rows: Callable[[Corpus], Iterable[Row]]


ORACLES: dict[str, Oracle] = {}


def oracle(
    name: str, columns: str
) -> Callable[[Callable[[Corpus], Iterable[Row]]], Callable[[Corpus], Iterable[Row]]]:
    """Register the plain computation of a query's answer; `columns` as in the query."""

    def register(rows: Callable[[Corpus], Iterable[Row]]) -> Callable[[Corpus], Iterable[Row]]:
        ORACLES[name] = Oracle(tuple(columns.split()), rows)
        return rows

    return register


def figure(figid: str) -> str:
    return f"{FIGURES}{figid}.html"


def gene(number: str) -> str:
    return f"https://identifiers.org/ncbigene/{number}"


def number(iri: str) -> str:
    return iri.rpartition("/")[2]


def group(pairs: Iterable[tuple[Any, Any]]) -> dict[Any, set[Any]]:
    found = defaultdict(set)
    for key, value in pairs:
        found[key].add(value)
    return found


def most_used(said: set[tuple[str, str, str]]) -> dict[str, str]:
    """(record, entity, form) -> entity -> the form in most records, ties by code point."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for _, iri, form in said:
        counts[iri][form] += 1
    return {iri: min(forms, key=lambda f: (-forms[f], f)) for iri, forms in counts.items()}


def ranked(counts: dict[Any, int], *keys: Callable[[Any], Any]) -> list[Any]:
    """Highest count first, then by keys."""
    return sorted(counts, key=lambda item: (-counts[item], *(key(item) for key in keys)))


def own(item: Any) -> Any:
    return item


def true(value: bool) -> str:
    return "true" if value else "false"


def percent(part: int, whole: int) -> int:
    """Rounded, halves up, as SPARQL's ROUND does."""
    return (200 * part + whole) // (2 * whole)


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
    found = group((f, (x, w)) for f, x, w in c.chemical_words if c.chemical_name[x] == "fatty acid")
    return [(f, x, w, c.text(f, "year")) for f in by_year(c, found) for x, w in sorted(found[f])]


@oracle("genes-of-chemical", "figures organismName symbol gene chemical")
def _(c: Corpus) -> Iterable[Row]:
    named = {x for x, name in c.chemical_name.items() if name == "fatty acid"}
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


# ----------------------------------------------------------------------------------- curation


@oracle("mentions-by-lexicon", "mentions lexicon ambiguous mostCandidates")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(m.lexicon for m in c.mentions)
    for lexicon in ranked(counts, own):
        sizes = [m.candidates for m in c.mentions if m.lexicon == lexicon]
        yield counts[lexicon], lexicon, sum(size > 1 for size in sizes), max(sizes)


@oracle("ambiguous-mentions", "candidates word matchedTerm lexicon figure gene")
def _(c: Corpus) -> Iterable[Row]:
    akt1 = c.named("AKT1")
    rows = [
        (-m.candidates, m.word, m.match, m.lexicon, m.figure, m.gene)
        for m in c.mentions
        if m.gene in akt1 and m.candidates >= 2
    ]
    return [(-row[0], *row[1:]) for row in sorted(rows)]


@oracle("words-with-most-genes", "genes figures word")
def _(c: Corpus) -> Iterable[Row]:
    said = group((m.word, m) for m in c.mentions if m.candidates >= 10)
    rows = [
        (-max(m.candidates for m in ms), -len({m.figure for m in ms}), word)
        for word, ms in said.items()
    ]
    return [(-genes, -figures, word) for genes, figures, word in sorted(rows)]


@oracle("genes-seldom-read-directly", "percentDirect mentions gene directMentions symbol")
def _(c: Corpus) -> Iterable[Row]:
    said = Counter(m.gene for m in c.mentions)
    direct = Counter(m.gene for m in c.mentions if m.direct)
    rows = [(percent(direct[g], n), -n, g) for g, n in said.items() if n >= 5]
    return [(share, -n, g, direct[g], c.symbol[g]) for share, n, g in sorted(rows)]


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
        for g, forms in c.used_symbols.items()
        for other in forms
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

WORDS = {CURATED: "curated", GENES: "genes", PAPER: "paper", DISEASE: "disease"}


def pathway_iri(wpid: str) -> str:
    return f"https://identifiers.org/wikipathways/{wpid}"


def by_rank(link: Link) -> tuple[bool, bool, int]:
    return CURATED not in link.evidence, link.rank is None, link.rank or 0


def said(link: Link) -> str:
    return " ".join(word for kind, word in WORDS.items() if kind in link.evidence)


@oracle("pathways-of-figure", "evidence sharedGenes rank pathway pathwayTitle organismName")
def _(c: Corpus) -> Iterable[Row]:
    mine = {w: x for (f, w), x in c.links.items() if "PMC3347317__" in f}
    for w in sorted(mine, key=lambda w: (*by_rank(mine[w]), pathway_iri(w))):
        names = c.pathway(w).title, c.pathway_organism(w)
        yield said(mine[w]), len(mine[w].shared), mine[w].rank, pathway_iri(w), *names


@oracle("figures-of-pathway", "evidence sharedGenes rank figure")
def _(c: Corpus) -> Iterable[Row]:
    mine = {f: x for (f, w), x in c.links.items() if w == "WP4880"}
    for f in sorted(mine, key=lambda f: (*by_rank(mine[f]), mine[f].adjusted, f)):
        yield said(mine[f]), len(mine[f].shared), mine[f].rank, f


@oracle("curated-links", "rank figure pathway sharedGenes")
def _(c: Corpus) -> Iterable[Row]:
    rows = [
        (x.rank, f, pathway_iri(w), len(x.shared))
        for (f, w), x in c.links.items()
        if CURATED in x.evidence and x.rank
    ]
    return sorted(rows)


@oracle("links-by-shared-paper", "pathway figure paper rank")
def _(c: Corpus) -> Iterable[Row]:
    rows = [
        (pathway_iri(w), f, c.paper(f), x.rank or "")
        for (f, w), x in c.links.items()
        if PAPER in x.evidence
    ]
    return sorted(rows)


@oracle("links-by-evidence", "links evidence inFirstPlace")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(kind for x in c.links.values() for kind in x.evidence)
    first = Counter(kind for x in c.links.values() if x.rank == 1 for kind in x.evidence)
    for kind in ranked(counts, own):
        yield counts[kind], f"https://w3id.org/pfocr/vocab#{kind}", first[kind]


@oracle(
    "pathways-by-figures",
    "organismName figures curated byGenes byPaper byDisease overlapping pathway",
)
def _(c: Corpus) -> Iterable[Row]:
    beside = {"WP422": 2, "WP5283": 1}  # test_queries.py puts these beside the linked sample
    counts = {w: len(c.supporting(w)) for _, w in c.links} | beside
    for w in ranked({w: n for w, n in counts.items() if n}, pathway_iri):
        kinds = Counter(k for (_, of), x in c.links.items() if of == w for k in x.evidence)
        kinds[CURATED] += beside.get(w, 0)
        overlapping = "" if w in beside else c.linking.overlapping(c.pathway(w))
        numbers = (kinds[k] for k in (CURATED, GENES, PAPER, DISEASE))
        organism = "" if w in beside else c.pathway_organism(w)
        yield organism, counts[w], *numbers, overlapping, pathway_iri(w)


@oracle("genes-missing-from-pathway", "figures allFigures gene symbol example")
def _(c: Corpus) -> Iterable[Row]:
    pathway = c.pathway("WP4880")
    figures = [f for f, x in c.supporting("WP4880").items() if x.rank and x.rank <= 3]
    draw = group(
        (g, f)
        for f in figures
        for g in c.genes[f]
        if c.taxon[g] == pathway.taxon and number(g) not in pathway.genes
    )
    often = {g: len(fs) for g, fs in draw.items() if len(fs) >= 2}
    for g in ranked(often, lambda g: len(c.figures[g]), own):
        yield often[g], len(c.figures[g]), g, c.symbol[g], min(draw[g])


@oracle("figures-of-missing-gene", "rank sharedGenes figure figureTitle word matchedTerm lexicon")
def _(c: Corpus) -> Iterable[Row]:
    missing = gene("7098")
    rows = [
        (x.rank, -len(x.shared), m.figure, c.text(m.figure, "figtitle"), m.word, m.match, m.lexicon)
        for m in c.mentions
        if m.gene == missing
        for x in [c.supporting("WP4880").get(m.figure)]
        if x and x.rank and x.rank <= 3
    ]
    return [(rank, -n, *row) for rank, n, *row in sorted(rows)]


@oracle("diseases-of-pathway", "figures diseaseName disease annotated")
def _(c: Corpus) -> Iterable[Row]:
    counts = Counter(d for f in c.supporting("WP3858") for d in c.diseases[f])
    for d in ranked(counts, lambda d: c.disease_name[d], own):
        yield counts[d], c.disease_name[d], d, true(d in c.pathway("WP3858").diseases)


@oracle("figures-without-pathway", "genes figure organism year")
def _(c: Corpus) -> Iterable[Row]:
    rows = []
    for f, genes in c.genes.items():
        mine = [(w, x) for (of, w), x in c.links.items() if of == f]
        if any(x.evidence & {CURATED, PAPER} for _, x in mine):
            continue
        has = {c.pathway(w).taxon for w, x in mine if GENES in x.evidence}
        for taxon, n in Counter(c.taxon[g] for g in genes).items():
            if n >= 10 and SPECIES.get(taxon, taxon) not in has:
                rows.append((-n, f, f"{OBO}NCBITaxon_{taxon}", c.text(f, "year")))
    return [(-n, *row) for n, *row in sorted(rows)]


@oracle("pathways-without-figures", "overlapping genes pathway")
def _(c: Corpus) -> Iterable[Row]:
    rows = [
        (bool(overlapping), -len(p.genes), pathway_iri(w), overlapping)
        for w, p in c.linking.pathways.items()
        if p.taxon == HUMAN and not c.supporting(w)
        for overlapping in [c.linking.overlapping(p)]
    ]
    return [(overlapping, -n, iri) for _, n, iri, overlapping in sorted(rows)]


@oracle("genes-in-no-pathway", "figures gene symbol organismName")
def _(c: Corpus) -> Iterable[Row]:
    known = {g for p in c.linking.pathways.values() for g in p.genes}
    organisms = {p.taxon for p in c.linking.pathways.values()}
    often = {
        g: len(fs)
        for g, fs in c.figures.items()
        if len(fs) >= 2
        and number(g) not in known
        and SPECIES.get(c.taxon[g], c.taxon[g]) in organisms
    }
    return [(often[g], g, c.symbol[g], c.organism_name[g]) for g in ranked(often, own)]


# ----------------------------------------------------------------------------------- metadata


@oracle("class-counts", "nodes class")
def _(c: Corpus) -> Iterable[Row]:
    known = read_dictionaries(c.vocabularies).diseases
    disease_mentions = {
        (f, disease_iri(row, known), row["word"], row.get("match"), row.get("mesh"))
        for f, rows in c.tables("diseases")
        for row in rows
        if disease_iri(row, known)
    }
    organisms = {taxon for _, taxon in c.facts.organisms} | set(c.taxon.values())
    vocabulary = "https://w3id.org/pfocr/vocab#"
    counts = {
        f"{vocabulary}PathwayFigure": len(c.records),
        f"{vocabulary}Gene": len(c.taxon),
        f"{vocabulary}Chemical": len({iri for _, iri in c.facts.chemicals}),
        f"{vocabulary}Disease": len({iri for _, iri in c.facts.diseases}),
        f"{vocabulary}Organism": len(organisms),
        f"{vocabulary}GeneMention": len(c.mentions),
        f"{vocabulary}ChemicalMention": len(c.chemical_words),
        f"{vocabulary}DiseaseMention": len(disease_mentions),
        "https://schema.org/ScholarlyArticle": len(c.facts.papers),
        "https://schema.org/Organization": 1,
    }
    return [(counts[name], name) for name in ranked(counts, own)]


@oracle("figures-per-year", "year figures papers")
def _(c: Corpus) -> Iterable[Row]:
    found = group((c.text(f, "year"), f) for f in c.records)
    for year in sorted(filter(None, found)):
        yield year, len(found[year]), len({c.paper(f) for f in found[year]})


@oracle("figures-per-organism", "figures organism figuresWithGenes genes")
def _(c: Corpus) -> Iterable[Row]:
    named = Counter(taxon for _, taxon in c.facts.organisms)
    genes = group((taxon, g) for g, taxon in c.taxon.items())
    names = {taxon: name for name, taxon in read_dictionaries(c.vocabularies).taxa.items()}
    names |= {c.taxon[g]: name for g, name in c.organism_name.items()}
    pages = [read_front_matter(p) for p in sorted((c.folder / "_organisms").glob("*.md"))]
    names |= {page["ncbi"]: page["latin"] for page in pages}
    taxa = {*named, *genes}
    for taxon in sorted(taxa, key=lambda t: (-named[t], names[t], t)):
        drawn = {f for g in genes[taxon] for f in c.figures[g]}
        yield named[taxon], f"{OBO}NCBITaxon_{taxon}", len(drawn), len(genes[taxon])


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
    has = {"gene": c.genes, "chemical": c.chemicals, "disease": c.diseases}
    has["organism"] = group((figure(figid), taxon) for figid, taxon in c.facts.organisms)
    counts |= {field: sum(not found[f] for f in c.records) for field, found in has.items()}
    return [(counts[f], f) for f in ranked(counts, own) if counts[f]]
