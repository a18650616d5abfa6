"""One made-up figure: its record's text and its tables' texts, from a seed and a number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from bench import words

KINDS = ("genes", "chemicals", "diseases")
GENE_COLUMNS = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\tncbigene_symbol\tncbigene_id"
    "\tsource\tcount_direct\tcount_synonym\tcount_match\n"
)
CHEMICAL_COLUMNS = "word\tmesh\tmatch\tname\tchebi\n"
DISEASE_COLUMNS = "word\tmesh\tmatch\tname\tdoid\n"

MEDIAN_WORDS, SPREAD, MOST_WORDS = 3.2, 1.25, 120
"""Of the log-normal number of gene words a figure; a word gives a gene, or a whole family."""

ONE_PAPER = 2
"""Figures of one paper."""

Gene = tuple[str, str, str, str, str]
"""word, match, symbol, id, lexicon."""

Entity = TypeVar("Entity")


@dataclass(frozen=True)
class Made:
    """A figure's files as texts: `tables` by kind; `wpid` the pathway it was used for, or ""."""

    figid: str
    record: str
    tables: dict[str, str]
    wpid: str


def figure(seed: int, number: int, revision: int = 0) -> Made:
    """Figure `number` of the corpus of `seed`; another `revision` of it has other genes."""
    random = Random(f"{seed}/{number}/{revision}")
    paper = _paper(Random(f"{seed}/paper/{number // ONE_PAPER}"), number // ONE_PAPER)
    place = number % ONE_PAPER + 1
    pmcid = paper["pmcid"]
    figid = f"{pmcid}__{words.stem(number // ONE_PAPER)}-g{place:03d}"
    organisms = _organisms(random)
    genes = {organism: _genes(random, organism) for organism in organisms}
    rows = [row for organism, own in genes.items() for row in _rows(organism, own)]
    chemicals = _some(random, words.chemicals(), 0.12, 4)
    diseases = _some(random, words.diseases(), 0.15, 3)
    in_table = diseases if random.random() < 0.4 else []
    if random.random() < 0.1:  # the table has a row twice now and then
        rows += rows[:1]
    wpid = f"WP{random.randint(1, 5400)}" if random.random() < 0.01 else ""
    symbols = dict.fromkeys(gene[2] for own in genes.values() for gene in own)
    keywords = [*symbols, *(c[0] for c in chemicals), *(name for name, _ in diseases)]
    if random.random() < 0.05:
        keywords.append(random.choice((".na.character", words.name(random))))
    head = _front_matter(random, figid, place, paper, organisms, list(symbols), keywords, wpid)
    tables = _tables(random, rows, chemicals, in_table)
    return Made(figid, head, tables, wpid)


def _some(random: Random, known: list[Entity], chance: float, most: int) -> list[Entity]:
    """None, or a few different ones; those in front are the popular ones."""
    count = random.randint(1, most) if random.random() < chance else 0
    return list(dict.fromkeys(known[words.zipf(random, len(known))] for _ in range(count)))


def _organisms(random: Random) -> list[words.Organism]:
    known = words.organisms()
    first = random.choices(known, [o.weight for o in known])[0]
    if random.random() < 0.85:
        return [first]
    return list(dict.fromkeys((first, *random.choices(known, [o.weight for o in known], k=2))))


def _genes(random: Random, organism: words.Organism) -> list[Gene]:
    """What was read as genes of one organism: a heavy tail, few figures with very many."""
    count = min(int(random.lognormvariate(math.log(MEDIAN_WORDS), SPREAD)), MOST_WORDS)
    found: list[Gene] = []
    human = words.human_genes()
    for _ in range(count):
        dice = random.random()
        if dice < 0.13:
            family = words.families()[words.zipf(random, len(words.families()))]
            read = words.spoiled(random, family.name)
            members = family.members[: random.randint(2, 9)]
            found += [(read, family.name, s, i, "famplex_relations") for s, i in members]
            continue
        symbol, gene_id, previous = human[words.zipf(random, len(human))]
        if previous and dice < 0.45:
            match, lexicon = random.choice(previous), "ncbigene_synonym"
        else:
            match, lexicon = symbol, "ncbigene_symbol"
        found.append((words.spoiled(random, match), match.upper(), symbol, gene_id, lexicon))
    return [organism.own(gene) for gene in found]


def _rows(organism: words.Organism, genes: list[Gene]) -> list[str]:
    direct = sum(1 for gene in genes if gene[4] == "ncbigene_symbol")
    counts = f"{direct}\t{len(genes) - direct}\t{len({gene[1] for gene in genes})}\n"
    own = f"{organism.taxon}\t{organism.name}\t{organism.group}"
    return ["\t".join((own, *gene, counts)) for gene in genes]


def _tables(
    random: Random,
    genes: list[str],
    chemicals: list[words.Chemical],
    diseases: list[tuple[str, str]],
) -> dict[str, str]:
    tables = {}
    if genes:
        tables["genes"] = GENE_COLUMNS + "".join(genes)
    if chemicals:
        lines = ("\t".join((c[0], c[1], c[2], c[3], c[4])) + "\n" for c in chemicals)
        tables["chemicals"] = CHEMICAL_COLUMNS + "".join(lines)
    if diseases:
        tables["diseases"] = DISEASE_COLUMNS + "".join(
            f"{name}\tmesh:D{random.randint(1, 19_999):06d}\tNA\tNA\tNA\n"
            if random.random() < 0.4
            else f"{name}\tNA\t{name}\t{name}\t{doid}\n"
            for name, doid in diseases
        )
    return tables


def _paper(random: Random, number: int) -> dict[str, str]:
    """A paper's values; a fifth of the papers lack what older records lack."""
    year = random.randint(1998, 2025)
    journal = random.choice(words.journals())
    full = random.random() < 0.8
    missing = ".na.character"
    authors = f"{words.name(random)} {words.name(random)}, et al"
    return {
        "pmcid": f"PMC{20_000_000 + number}",
        "papertitle": words.sentence(random).rstrip(".") + ".",
        "reftext": f"{authors}. {journal.short}. {year};{year - 1990}({random.randint(1, 24)}).",
        "year": str(year) if random.random() < 0.97 else "",
        "doi": f"10.9999/{words.stem(number)}.{year}" if full else missing,
        "journal_title": journal.title if full else missing,
        "journal_nlm_ta": journal.short if full else missing,
        "publisher_name": journal.publisher if full else missing,
        "keywords": " | ".join(words.name(random) for _ in range(random.randint(3, 7)))
        if full and random.random() < 0.7
        else missing,
    }


def _front_matter(
    random: Random,
    figid: str,
    place: int,
    paper: dict[str, str],
    organisms: list[words.Organism],
    symbols: list[str],
    keywords: list[str],
    wpid: str,
) -> str:
    """The record's text, keys in the order of the newest release."""
    text = words.folded
    title = words.sentence(random).rstrip(".")
    caption = title + ". " + words.caption(random, symbols) if random.random() < 0.97 else "Figure"
    link = f"/pmc/articles/{paper['pmcid']}/figure/F{place}/"
    alias = f"{paper['pmcid']}__F{place}"
    said = [o.name for o in organisms] if random.random() < 0.9 else ["NA"]
    if random.random() < 0.04:
        said.append(random.choice(("herbal medicine", "Vertebrates", "NA")))
    ndex = words.uuid(random) if random.random() < 0.4 else "''"
    page = f"https://pfocr.wikipathways.org/figures/{figid}.html"
    lines = [
        f"---\nfigid: {figid}\n",
        f"figtitle: {text(title)}\norganisms:\n{_items(said, '')}",
        f"organisms_ner:\n{_items([o.name for o in organisms], '')}" if symbols else "",
        f"pmcid: {paper['pmcid']}\nfilename: {figid.partition('__')[2]}.jpg\n",
        f"figlink: {link}\nnumber: F{place}\ncaption: {text(caption)}\n",
        *(f"{key}: {_year(v) if key == 'year' else text(v)}\n" for key, v in _rest(paper)),
        f"automl_pathway: {random.betavariate(8, 1):.7f}\nfigid_alias: {alias}\n",
        f"figtype: Figure\nredirect_from: /figures/{alias}\nndex: {ndex}\nseo: CreativeWork\n",
        "schema-jsonld:\n  '@context': https://schema.org/\n",
        f"  '@id': {page}\n  '@type': Dataset\n  description: {text(caption, '    ')}\n",
        "  license: CC0\n  name: CreativeWork\n  creator:\n    '@type': Organization\n",
        "    name: WikiPathways\n",
        f"  keywords:\n{_items(keywords, '  ')}" if keywords else "  keywords: []\n",
        f"wpid: {wpid}\n" if wpid else "",
        "---\n",
    ]
    return "".join(lines)


def _rest(paper: dict[str, str]) -> Iterable[tuple[str, str]]:
    return ((key, value) for key, value in paper.items() if key != "pmcid")


def _year(year: str) -> str:
    return f"'{year}'"


def _items(values: list[str], indent: str) -> str:
    return "".join(f"{indent}- {words.scalar(value)}\n" for value in values)
