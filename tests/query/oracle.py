"""What the bundled queries must answer on the sample, worked out from its files.

No SPARQL, no RDF and nothing of the package: `plain_reading` reads the records, and each oracle
is a plain computation over sets of tuples. An oracle names the columns of the answer that it
gives, and gives their rows in the order of the answer, values as CSV writes them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from places import ROOT
from plain_linking import (
    TAXA,
    Link,
    Pathway,
    PlainLinking,
    human_symbols,
    read_pathways,
)
from plain_meanings import KIND_NAMES, Meanings, read_meanings
from plain_reading import (
    HUMAN,
    Dictionaries,
    Facts,
    MeshTerm,
    chemical_iri,
    disease_iri,
    human_genes,
    present,
    read_corpus,
    read_dictionaries,
    read_front_matter,
    read_table,
    symbol,
)

FIGURES = "https://pfocr.wikipathways.org/figures/"
SEED = f"{FIGURES}PMC3614012__nihms379615f2.html"
SEED_PAPER = "https://europepmc.org/article/PMC/3614012"
OBO = "http://purl.obolibrary.org/obo/"
MESH = "http://id.nlm.nih.gov/mesh/"
CANCER, NOONAN = f"{OBO}DOID_162", f"{OBO}DOID_3490"
FATTY_ACID = "https://identifiers.org/chebi/CHEBI:35366"
TEXTS = {"figtitle": "title", "caption": "caption", "papertitle": "paperTitle"}
"""Key of a text that can name a disease -> what the graph calls the text."""

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
        approved, copies = defaultdict(set), defaultdict(set)
        for row in human_genes(self.vocabularies):
            own, *others = row["ncbigene_ids"].split("|")
            approved[gene(own)].add(row["symbol"])
            for other in others:
                copies[gene(other)].add(row["symbol"])
        found = {}
        for iri in self.taxon:
            used = self.used_symbols.get(iri, Counter())
            names = approved.get(iri) or copies.get(iri) or set(used)
            found[iri] = min(names, key=lambda name: (-used[name], name), default=number(iri))
        return found

    @cached_property
    def official_symbols(self) -> dict[str, set[str]]:
        """Gene -> its approved and previous symbols; a copy has those of the gene."""
        own, copies = defaultdict(set), defaultdict(set)
        for row in human_genes(self.vocabularies):
            symbols = {row["symbol"], *filter(None, row["previous_symbols"].split("|"))}
            number, *others = row["ncbigene_ids"].split("|")
            own[gene(number)] |= symbols
            for other in others:
                copies[gene(other)] |= symbols
        return copies | own

    @cached_property
    def used_symbols(self) -> dict[str, Counter[str]]:
        """Gene -> symbol -> number of records that call it so."""
        said = set()
        for iri, rows in self.tables("genes"):
            for row in rows:
                name = symbol(row)
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
        return [
            Mention(f, g, w, m, s, len(given[f, self.taxon[g], w, m]), self.meanings(g, m, s))
            for f, g, w, m, s in raw
        ]

    def meanings(self, iri: str, match: str, lexicon: str) -> int:
        """How many things a matched term can mean; 0 for genes of other organisms than human."""
        if self.taxon[iri] != HUMAN or not match:
            return 0
        return self.meanings_of_names.count(match, number(iri), lexicon)

    @cached_property
    def meanings_of_names(self) -> Meanings:
        return read_meanings(self.vocabularies)

    @cached_property
    def by_symbol(self) -> set[tuple[str, str]]:
        """(figure, gene) where a word of the figure is the gene's symbol."""
        return {(m.figure, m.gene) for m in self.mentions if m.kind == "symbol"}

    @cached_property
    def unambiguous(self) -> set[tuple[str, str]]:
        """(figure, gene) where a word of the figure can mean only this gene."""
        return {(m.figure, m.gene) for m in self.mentions if m.meanings == m.candidates == 1}

    def trusted(self, figures: Iterable[str], *genes: str) -> tuple[int, int, int]:
        """How many of some figures draw all of some genes: by symbol, without ambiguity, at all."""
        levels = (self.by_symbol, self.unambiguous, self.draws)
        return tuple(  # type: ignore[return-value]
            sum(all((f, g) in level for g in genes) for f in figures) for level in levels
        )

    @cached_property
    def diseases(self) -> dict[str, set[str]]:
        """Figure -> diseases that it names."""
        return group((figure(figid), iri) for figid, iri in self.facts.diseases)

    @cached_property
    def disease_keywords(self) -> dict[str, set[str]]:
        """Figure -> diseases among its keywords."""
        return group((figure(figid), iri) for figid, iri in self.facts.disease_keywords)

    @cached_property
    def paper_organisms(self) -> dict[str, set[str]]:
        """Figure -> taxa that its paper is about."""
        return group((figure(figid), taxon) for figid, taxon in self.facts.paper_organisms)

    @cached_property
    def gene_organisms(self) -> dict[str, set[str]]:
        """Figure -> taxa whose gene names fit."""
        return group((figure(figid), taxon) for figid, taxon in self.facts.gene_organisms)

    @cached_property
    def known_genes(self) -> dict[str, set[str]]:
        """Disease -> the genes that DISEASES gives it, of the bundled table."""
        return group(
            (OBO + doid.replace(":", "_"), gene(number))
            for doid, _, numbers in bundled_rows("diseases.tsv")
            for number in filter(None, numbers.split("|"))
        )

    def diseases_of(self, figures: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Disease -> how many of some figures name it, and how many have it as a keyword."""
        named = Counter(d for f in figures for d in self.diseases[f])
        keyed = Counter(d for f in figures for d in self.disease_keywords[f])
        return {d: (named[d], keyed[d]) for d in {*named, *keyed}}

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
            if (iri := chemical_iri(row, self.dictionaries))
        }

    @cached_property
    def dictionaries(self) -> Dictionaries:
        return read_dictionaries(self.vocabularies)

    @cached_property
    def chemical_name(self) -> dict[str, str]:
        """Chemical -> its name in MeSH, else the matched term, the name or the word.

        Systematic names come after names in MeSH, ChEBI or a table that are none.
        """
        chebi = "https://identifiers.org/chebi/"
        terms = {MESH + curie.removeprefix("mesh:"): t for curie, t in self.mesh.items()}
        terms |= {chebi + t.other: t for t in self.mesh.values() if t.other[:3] == "CHE"}
        said = [
            self._names_in_tables("chemicals", chemical_iri, key)
            for key in ("match", "name", "word")
        ]
        names = {}
        for _, iri in self.facts.chemicals:
            term = terms.get(iri)
            named = [term and term.name, *(of.get(iri) for of in said[:2])]
            other = term and term.other_name if iri.startswith(chebi) else ""
            common = [name for name in (*named, other) if name and not is_systematic(name)]
            names[iri] = next(filter(None, [*common, *named, said[2].get(iri)]))
        return names

    @cached_property
    def disease_name(self) -> dict[str, str]:
        """Disease -> its name in the vocabulary, the Disease Ontology or MeSH, else a form."""
        official = {MESH + curie.removeprefix("mesh:"): t.name for curie, t in self.mesh.items()}
        doids = {row[0]: row[1] for row in bundled_rows("disease-names.tsv")}
        doids |= {t.other: t.other_name for t in self.mesh.values() if t.other[:3] == "DOI"}
        doids |= {curie: name for name, curie in self.dictionaries.diseases.items()}
        official |= {OBO + curie.replace(":", "_"): name for curie, name in doids.items()}
        named = {iri for _, iri in self.facts.diseases | self.facts.disease_keywords}
        names: dict[str, str] = {}
        for key in ("word", "name", "match"):  # the last one that there is wins
            names |= self._names_in_tables("diseases", disease_iri, key)
        return names | {iri: official[iri] for iri in named if iri in official}

    @property
    def mesh(self) -> dict[str, MeshTerm]:
        return self.dictionaries.mesh

    def _names_in_tables(
        self, kind: str, iri_of: Callable[[dict[str, str], Dictionaries], str], key: str
    ) -> dict[str, str]:
        """Entity -> what most records have in a column."""
        return most_used(
            {
                (figure, iri, text)
                for figure, rows in self.tables(kind)
                for row in rows
                if (iri := iri_of(row, self.dictionaries))
                and (text := present(row.get(key)).strip())
            }
        )

    @cached_property
    def linking(self) -> PlainLinking:
        """The figures and the excerpt of WikiPathways beside the sample."""
        records = self.records.values()
        return PlainLinking(
            self.facts,
            read_pathways(self.folder.parent / "wikipathways"),
            {r["figid"]: r["pmcid"] for r in records},
            {r["figid"]: doi.lower() for r in records if (doi := present(r.get("doi")))},
            human_symbols(self.vocabularies),
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
        """Figure -> link to a pathway."""
        return {f: link for (f, w), link in self.links.items() if w == wpid}


@dataclass(frozen=True)
class Mention:
    figure: str
    gene: str
    word: str
    match: str
    lexicon: str
    candidates: int
    meanings: int

    @property
    def kind(self) -> str:
        return KIND_NAMES.get(self.lexicon, "")

    @property
    def kind_iri(self) -> str:
        kind = self.kind
        return f"https://w3id.org/pfocr/vocab#{kind.capitalize()}Match" if kind else ""


@dataclass(frozen=True)
class Oracle:
    """The columns it gives, and the function that gives their rows."""

    columns: tuple[str, ...]
    rows: Callable[[Corpus], Iterable[Row]]


Rows = Callable[[Corpus], Iterable[Row]]


class Oracles(dict[str, Oracle]):
    """Oracles by the name of their query."""

    def __call__(self, name: str, columns: str) -> Callable[[Rows], Rows]:
        """Register the plain computation of a query's answer; `columns` as in the query."""

        def register(rows: Rows) -> Rows:
            self[name] = Oracle(tuple(columns.split()), rows)
            return rows

        return register


def bundled_rows(name: str) -> list[list[str]]:
    """The rows of a bundled table, without its header."""
    lines = (ROOT / "ontologies" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def figure(figid: str) -> str:
    return f"{FIGURES}{figid}.html"


def gene(number: str) -> str:
    return f"https://identifiers.org/ncbigene/{number}"


def number(iri: str) -> str:
    return iri.rpartition("/")[2]


class Groups(dict[Any, set[Any]]):
    """Sets by key; what is not there has an empty one, and asking for it changes nothing."""

    def __missing__(self, _: object) -> set[Any]:
        return set()


def group(pairs: Iterable[tuple[Any, Any]]) -> Groups:
    found = Groups()
    for key, value in pairs:
        found.setdefault(key, set()).add(value)
    return found


def is_systematic(name: str) -> bool:
    """Whether two numbers before a comma, hyphen or closing bracket stand after no letter."""
    return len(re.findall(r"(?:^|[^A-Za-z0-9])[0-9]+[a-z]?'*(?=[-,)\]])", name)) > 1


def most_used(said: set[tuple[str, str, str]]) -> dict[str, str]:
    """(record, entity, form) -> entity -> the form in most records, ties by code point."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for _, iri, form in said:
        counts[iri][form] += 1
    return {iri: min(forms, key=lambda f: (-forms[f], f)) for iri, forms in counts.items()}


def ranked(counts: dict[Any, int], *keys: Callable[[Any], Any]) -> list[Any]:
    """Highest count first, then by keys."""
    return sorted(counts, key=lambda item: (-counts[item], *(key(item) for key in keys)))


def trusted_first(
    counts: Mapping[Any, tuple[int, int, int]], *keys: Callable[[Any], Any]
) -> list[Any]:
    """Those that most figures draw by symbol, or that most draw without ambiguity, first."""

    def order(item: Any) -> tuple[Any, ...]:
        by_symbol, unambiguous, figures = counts[item]
        trusted = max(by_symbol, unambiguous)
        return -trusted, -by_symbol, -unambiguous, -figures, *(key(item) for key in keys)

    return sorted(counts, key=order)


def by_both(counts: Mapping[str, tuple[int, int]], name: Callable[[str], str]) -> list[str]:
    """Diseases that most figures name first, then those of most keywords."""
    return sorted(counts, key=lambda d: (-counts[d][0], -counts[d][1], name(d), d))


def own(item: Any) -> Any:
    return item


def true(value: bool) -> str:
    return "true" if value else "false"


def percent(part: int, whole: int) -> int:
    """Rounded, halves up, as SPARQL's ROUND does."""
    return (200 * part + whole) // (2 * whole)
