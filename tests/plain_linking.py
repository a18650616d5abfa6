"""What linking must find, counted plainly: csv, sets and scipy, nothing of the package.

It follows decisions/0010: the score is written out anew from its formula.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import yaml
from scipy.stats import false_discovery_control, hypergeom

from plain_meanings import normal
from plain_reading import HUMAN, Facts, bundled_taxa, human_genes
from plain_titles import Titles, own_texts

SPECIES = {"559292": "4932", "511145": "562", "224308": "1423", "39947": "4530", "83332": "1773"}
TAXA = bundled_taxa()
OTHER_NAMES = {"Canis familiaris": "9615", "Gibberella zeae": "5518"}
GENE_NODES = {"GeneProduct", "Protein", "Rna"}
CURATED, GENES, PAPER, TEXT, SYMBOL, DISEASE = (
    f"{kind}Evidence"
    for kind in (
        *("Curated", "GeneOverlap", "SharedPaper"),
        *("SharedText", "SharedSymbol", "SharedDisease"),
    )
)
FIGURE_IN = re.compile(r"https://pfocr\.wikipathways\.org/figures/([\w.-]+)")


@dataclass
class Pathway:
    """`names` are (gene, label in lower case) of the nodes that stand for one gene."""

    wpid: str
    title: str
    taxon: str
    genes: frozenset[str]
    names: frozenset[tuple[str, str]]
    diseases: frozenset[str]
    named: frozenset[str]
    papers: set[str] = field(default_factory=set)

    @property
    def number(self) -> int:
        return int(self.wpid[2:])


@dataclass(frozen=True)
class Link:
    """The numbers are those of a pair that shares nothing unless `shared` has a gene."""

    evidence: frozenset[str]
    shared: frozenset[str] = frozenset()
    words: int = 0
    jaccard: float = 0.0
    p: float = 1.0
    adjusted: float = 1.0
    word_p: float = 1.0
    score: float = 0.0
    rank: int | None = None
    rank_in_organism: int | None = None
    margin: float = 0.0
    wider: frozenset[str] = frozenset()
    by_symbol: bool = False
    text: float = 0.0

    def is_as(self, other: Link) -> bool:
        """Whether both say the same; numbers of different computations differ by rounding."""
        ours, theirs = vars(self), vars(other)
        sums = ("score", "margin", "text")
        numbers = {"jaccard": 1e-12, "p": 1e-9, "adjusted": 1e-9, "word_p": 1e-9}
        return (
            all(math.isclose(ours[n], theirs[n], rel_tol=most) for n, most in numbers.items())
            and all(math.isclose(ours[n], theirs[n], abs_tol=4e-9) for n in sums)
            and all(ours[n] == theirs[n] for n in ours.keys() - {*numbers, *sums})
        )


def read_pathways(database: Path) -> dict[str, Pathway]:
    found = {}
    for info in sorted(database.glob("pathways/WP*/WP*-info.json")):
        facts = json.loads(info.read_text(encoding="utf-8"))
        wpid = facts["wpid"]
        nodes = list(_nodes(info.with_name(f"{wpid}-datanodes.tsv")))
        doids = (i for i in facts.get("ontology-ids") or () if i.startswith("DOID:"))
        found[wpid] = Pathway(
            wpid,
            facts.get("title") or "",
            (TAXA | OTHER_NAMES).get((facts.get("organisms") or [""])[0], ""),
            frozenset(gene for genes, _ in nodes for gene in genes),
            frozenset((gene, label) for genes, label in nodes if label for gene in genes),
            frozenset("http://purl.obolibrary.org/obo/" + i.replace(":", "_") for i in doids),
            frozenset(_named(facts.get("description") or "")),
            set(_references(info.with_name(f"{wpid}-refs.tsv"))),
        )
    for wpid, papers in _cited_in(database / "downstream" / "citedin_lookup.yml").items():
        if wpid in found:
            found[wpid].papers |= papers
    return found


def _nodes(path: Path) -> Iterable[tuple[set[str], str]]:
    """The genes of each node, and what it calls the one gene that it stands for, or "".

    Of several genes, it stands for the one in the column of its own identifier.
    """
    header, *rows = path.read_text(encoding="utf-8").split("\n")
    columns = header.split("\t")
    at = columns.index("NCBI gene") - len(columns)
    for row in rows:
        cells = row.split("\t")
        if len(cells) >= -at:
            genes = set(re.findall(r"ncbigene:([1-9]\d*)\s*(?:;|$)", cells[at]))
            label = cells[0].strip().casefold() if cells[1].strip() in GENE_NODES else ""
            own = genes & {cells[2].strip().removeprefix("ncbigene:")}
            yield genes, label if len(genes) == 1 else ""
            yield own, label


def _named(description: str) -> Iterable[str]:
    for name in FIGURE_IN.findall(description):
        yield name.rstrip(".").removesuffix(".html")


def _references(path: Path) -> Iterable[str]:
    if path.exists():
        for line in path.read_text(encoding="utf-8").split("\n")[1:]:
            identifier, _, database = line.partition("\t")
            if database.strip().lower() == "doi":
                yield identifier.strip().lower()


def _cited_in(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader):
        for wpid, papers in (document or {}).items():
            if isinstance(papers, list):
                found[wpid] = {paper["link"].strip() for paper in papers if paper.get("link")}
    return found


@cache
def human_symbols(vocabularies: Path) -> dict[str, set[str]]:
    """NCBI gene id -> approved symbols in lower case; a copy of genes has theirs."""
    own, copies = defaultdict(set), defaultdict(set)
    for row in human_genes(vocabularies):
        number, *others = row["ncbigene_ids"].split("|")
        own[number].add(row["symbol"].casefold())
        for other in others:
            copies[other].add(row["symbol"].casefold())
    return copies | own


Words = list[set[str]]
"""Genes of a figure, of one organism, by the word that they belong to."""


@dataclass
class PlainLinking:
    """Links of a corpus, as read by `plain_reading`, to pathways; `dois` are by figid.

    `symbols` are those of human genes. `mentions` are the gene mentions that count, all if None.
    """

    facts: Facts
    pathways: dict[str, Pathway]
    pmcids: dict[str, str]
    dois: dict[str, str]
    symbols: dict[str, set[str]]
    stated: set[tuple[str, str]] = field(default_factory=set)
    min_shared: int = 3
    min_words: int = 2
    alpha: float = 0.01
    best: int = 10
    mentions: set[tuple[str, str, str, str, str]] | None = None

    @cached_property
    def _drawn(self) -> dict[str, dict[tuple[str, str], set[str]]]:
        """figid -> (species, normal form of the matched term) -> genes."""
        taxa = {(figid, gene): taxon for figid, gene, taxon in self.facts.genes}
        found: dict[str, dict[tuple[str, str], set[str]]] = defaultdict(lambda: defaultdict(set))
        mentions = self.facts.gene_mentions if self.mentions is None else self.mentions
        for figid, gene, word, match, _ in mentions:
            taxon = taxa[figid, gene]
            if (figid, taxon) in self.facts.doubtful_organisms:
                continue
            found[figid][SPECIES.get(taxon, taxon), normal(match or word)].add(gene)
        return found

    @cached_property
    def words(self) -> dict[str, dict[str, Words]]:
        """figid -> species -> words, by the figure's own genes and by their symbols."""
        found = {figid: self._words(drawn) for figid, drawn in self._drawn.items()}
        for figid, others in self.words_by_symbol.items():
            found[figid] |= others
        return found

    def _words(self, drawn: dict[tuple[str, str], set[str]]) -> dict[str, Words]:
        parts: dict[str, Words] = defaultdict(list)
        for (taxon, _), genes in self._divided(drawn):
            parts[taxon].append(genes)
        return dict(parts)

    def _divided(
        self, drawn: dict[tuple[str, str], set[str]]
    ) -> list[tuple[tuple[str, str], set[str]]]:
        """Each gene under the word that draws fewest."""
        taken: dict[str, set[str]] = defaultdict(set)
        parts = []
        for word in sorted(drawn, key=lambda word: (len(drawn[word]), word)):
            if fresh := drawn[word] - taken[word[0]]:
                parts.append((word, fresh))
                taken[word[0]] |= fresh
        return parts

    @cached_property
    def words_by_symbol(self) -> dict[str, dict[str, Words]]:
        """figid -> species of which the figure has no gene -> words as genes of it.

        Where the record says which organisms its paper is about, only these.
        """
        found = {}
        for figid, drawn in self._drawn.items():
            parts = self._divided(drawn)
            has = {taxon for (taxon, _), _ in parts}
            mine: dict[str, Words] = {}
            about = {SPECIES.get(t, t) for of, t in self.facts.paper_organisms if of == figid}
            for taxon in self.members.keys() & (about or self.members.keys()) - has:
                left = set(self.members[taxon])
                words = []
                for (own, _), genes in parts:
                    symbols = {s for gene in genes for s in self._symbols_of(own, gene)}
                    fresh = {g for s in symbols for g in self._having[taxon].get(s, ())} & left
                    words += [fresh] if fresh else []
                    left -= fresh
                if words:
                    mine[taxon] = words
            found[figid] = mine
        return found

    def _symbols_of(self, taxon: str, gene: str) -> set[str]:
        return (
            self.symbols.get(gene, set()) if taxon == HUMAN else self._names[taxon].get(gene, set())
        )

    @cached_property
    def _names(self) -> dict[str, dict[str, set[str]]]:
        """species -> gene -> the label that most pathways give to it alone; the first by alphabet.

        Of human genes there are none.
        """
        uses: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        for pathway in self.pathways.values():
            for gene, label in pathway.names:
                uses[pathway.taxon][gene][label] += 1
        return defaultdict(
            dict,
            {
                taxon: {
                    gene: {min(label for label, n in labels.items() if n == max(labels.values()))}
                    for gene, labels in of.items()
                }
                for taxon, of in uses.items()
            },
        )

    @cached_property
    def _having(self) -> dict[str, dict[str, set[str]]]:
        """species -> symbol -> genes in its pathways."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for taxon, genes in self.members.items():
            for gene in genes:
                for symbol in self._symbols_of(taxon, gene):
                    found[taxon][symbol].add(gene)
        return found

    @cached_property
    def members(self) -> dict[str, Counter[str]]:
        """species -> gene -> number of its pathways."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for pathway in self.pathways.values():
            if pathway.taxon:
                found[pathway.taxon].update(pathway.genes)
        return found

    @cached_property
    def _in_organism(self) -> dict[str, list[Pathway]]:
        """species -> its pathways with genes."""
        found: dict[str, list[Pathway]] = defaultdict(list)
        for pathway in self.pathways.values():
            if pathway.taxon and pathway.genes:
                found[pathway.taxon].append(pathway)
        return found

    def by_symbol(self, figid: str, taxon: str) -> bool:
        return taxon in self.words_by_symbol.get(figid, {})

    @cached_property
    def drawn(self) -> dict[str, dict[str, set[str]]]:
        """figid -> species -> genes, by the figure's own genes and by their symbols."""
        return {
            figid: {taxon: set().union(*words) for taxon, words in of.items()}
            for figid, of in self.words.items()
        }

    @cached_property
    def tested(self) -> dict[tuple[str, str], tuple[float, float]]:
        """(figid, wpid) -> p-value and adjusted p-value, of all pairs tested."""
        return self._tests(by_symbol=False) | self._tests(by_symbol=True)

    def _tests(self, *, by_symbol: bool) -> dict[tuple[str, str], tuple[float, float]]:
        pairs, counts = [], []
        for figid, species in self.drawn.items():
            for taxon, genes in species.items():
                inside = genes & self.members[taxon].keys()
                if not inside or self.by_symbol(figid, taxon) != by_symbol:
                    continue
                for pathway in self._in_organism[taxon]:
                    pairs.append((figid, pathway.wpid))
                    size = len(pathway.genes)
                    universe = len(self.members[taxon])
                    shared = len(inside & pathway.genes)
                    counts.append((shared - 1, universe, size, len(inside)))
        if not pairs:
            return {}
        cases, places = np.unique(counts, axis=0, return_inverse=True)
        p = hypergeom.sf(*cases.T)[places]
        adjusted = false_discovery_control(p, method="bh")
        return dict(zip(pairs, zip(p.tolist(), adjusted.tolist(), strict=True), strict=True))

    @cached_property
    def _titles(self) -> Titles:
        return Titles({pathway.wpid: pathway.title for pathway in self.pathways.values()})

    @cached_property
    def _texts(self) -> dict[str, tuple[list[str], list[str]]]:
        """figid -> the texts of the figure, and the title of its paper."""
        texts = {(figid, key): text for figid, key, text in self.facts.texts}
        return {
            figid: (
                own_texts(texts[figid, "figtitle"], texts[figid, "caption"]),
                [texts[figid, "papertitle"]],
            )
            for figid in self.facts.figures
        }

    @cached_property
    def _taxa(self) -> dict[str, set[str]]:
        """figid -> species of its genes and its paper."""
        found: dict[str, set[str]] = defaultdict(set)
        genes = {(figid, taxon) for figid, _, taxon in self.facts.genes}
        for figid, taxon in (genes - self.facts.doubtful_organisms) | self.facts.paper_organisms:
            found[figid].add(SPECIES.get(taxon, taxon))
        return found

    def text(self, figid: str, pathway: Pathway, *, own: bool = False) -> float:
        """The score of a pathway's title in the texts of a figure, or in its `own` alone."""
        if pathway.taxon not in self._taxa.get(figid, {HUMAN}):
            return 0.0
        texts, papers = self._texts[figid]
        return self._titles.score(pathway.wpid, texts if own else texts + papers)

    def _may_link_by_text(self, figid: str, pathway: Pathway) -> bool:
        """Whether they share a gene, or the figure draws too few genes of the organism."""
        members = self.members[pathway.taxon].keys()
        drawn = self.drawn.get(figid, {}).get(pathway.taxon, set()) & members
        return bool(self.shared(figid, pathway)) or len(drawn) < self.min_shared

    def shared(self, figid: str, pathway: Pathway) -> set[str]:
        return self.drawn.get(figid, {}).get(pathway.taxon, set()) & pathway.genes

    def _hitting(self, figid: str, pathway: Pathway) -> Words:
        """The words that gave the shared genes."""
        words = self.words.get(figid, {}).get(pathway.taxon, ())
        return [word for word in words if word & pathway.genes]

    def score(self, figid: str, pathway: Pathway) -> float:
        members = self.members[pathway.taxon]
        total = self._memberships[pathway.taxon]
        lacking = pathway.genes - self.drawn[figid][pathway.taxon]
        hitting = self._hitting(figid, pathway)
        size = len(lacking) + len(hitting)
        found = 0.0
        for word in hitting:
            background = sum(members[gene] for gene in word) / total
            sure = 0.75 if len(word) > 1 else 1
            found += math.log(1 + sure * len(word & pathway.genes) / size / background)
        by_genes = round(found - math.log(1 + len(lacking)), 9)
        return round(by_genes + self.text(figid, pathway), 9)

    @cached_property
    def _memberships(self) -> dict[str, int]:
        return {taxon: sum(members.values()) for taxon, members in self.members.items()}

    def word_p(self, figid: str, pathway: Pathway) -> float:
        """The p-value where each word draws one gene, from a universe with one gene for it."""
        members = self.members[pathway.taxon].keys()
        words = [word & members for word in self.words[figid][pathway.taxon] if word & members]
        drawn, hitting = len(set().union(*words)), len(self._hitting(figid, pathway))
        size = len(pathway.genes) - len(self.shared(figid, pathway)) + hitting
        return float(hypergeom.sf(hitting - 1, len(members) - drawn + len(words), size, len(words)))

    def passes(self, figid: str, pathway: Pathway) -> bool:
        """Whether the overlap of a pair that was tested is above the thresholds."""
        enough = len(self.shared(figid, pathway)) >= self.min_shared
        several = len(self._hitting(figid, pathway)) >= self.min_words
        return enough and several and self.tested[figid, pathway.wpid][1] < self.alpha

    def overlapping(self, pathway: Pathway) -> int:
        """Figures whose overlap with a pathway passes, however many other pathways they have."""
        pairs = [figid for figid, wpid in self.tested if wpid == pathway.wpid]
        return sum(
            self.passes(figid, pathway)
            for figid in pairs
            if not self.by_symbol(figid, pathway.taxon)
        )

    def links(self, figid: str) -> dict[str, Link]:
        """WP id -> link of a figure."""
        sharing = [p for p in self.pathways.values() if p.taxon and self.shared(figid, p)]
        scores = {p.wpid: self.score(figid, p) for p in sharing}
        evidence: dict[str, set[str]] = defaultdict(set)
        for pathway in self._by_genes(figid, sharing, scores):
            evidence[pathway.wpid].add(GENES)
        for pathway in self._by_symbols(figid, sharing, scores):
            evidence[pathway.wpid].add(SYMBOL)
        papers = {self.pmcids.get(figid), self.dois.get(figid)}
        for pathway in self.pathways.values():
            if figid in pathway.named or (figid, pathway.wpid) in self.stated:
                evidence[pathway.wpid].add(CURATED)
            if papers & pathway.papers:
                evidence[pathway.wpid].add(PAPER)
            text = self.text(figid, pathway, own=True) and self._may_link_by_text(figid, pathway)
            if text or (pathway.wpid in evidence and self.text(figid, pathway)):
                evidence[pathway.wpid].add(TEXT)
        diseases = {iri for of, iri in self.facts.diseases if of == figid}
        for wpid, kinds in evidence.items():
            if diseases & self.pathways[wpid].diseases:
                kinds.add(DISEASE)
        return {wpid: self._link(figid, wpid, kinds, scores) for wpid, kinds in evidence.items()}

    def _by_genes(
        self, figid: str, sharing: list[Pathway], scores: dict[str, float]
    ) -> list[Pathway]:
        own = [p for p in sharing if not self.by_symbol(figid, p.taxon)]
        top = max((scores[p.wpid] for p in own), default=0.0)
        good = [p for p in own if self.passes(figid, p) and scores[p.wpid] >= top - abs(top) / 2]
        return sorted(good, key=lambda p: (-scores[p.wpid], p.number))[: self.best]

    def _by_symbols(
        self, figid: str, sharing: list[Pathway], scores: dict[str, float]
    ) -> list[Pathway]:
        top = max(scores.values(), default=0.0)
        return [
            p
            for p in sharing
            if self.by_symbol(figid, p.taxon)
            and self.passes(figid, p)
            and scores[p.wpid] >= top - abs(top) / 2
            and scores[p.wpid] == max(scores[q.wpid] for q in sharing if q.taxon == p.taxon)
        ]

    def _link(self, figid: str, wpid: str, kinds: set[str], scores: dict[str, float]) -> Link:
        pathway = self.pathways[wpid]
        shared, text = self.shared(figid, pathway), self.text(figid, pathway)
        if not shared:
            return Link(frozenset(kinds), text=text)
        by_symbol = self.by_symbol(figid, pathway.taxon)
        in_organism = {w: s for w, s in scores.items() if self.pathways[w].taxon == pathway.taxon}
        own = {w: s for w, s in scores.items() if not self.by_symbol(figid, self.pathways[w].taxon)}
        others = [
            score
            for w, score in in_organism.items()
            if (self.pathways[w].genes, score) != (pathway.genes, scores[wpid])
        ]
        return Link(
            frozenset(kinds),
            frozenset(shared),
            len(self._hitting(figid, pathway)),
            len(shared) / len(self.drawn[figid][pathway.taxon] | pathway.genes),
            *self.tested[figid, wpid],
            self.word_p(figid, pathway),
            scores[wpid],
            None if by_symbol else self._place(scores[wpid], own),
            self._place(scores[wpid], in_organism),
            scores[wpid] - max(others, default=0.0),
            frozenset(
                other.wpid
                for other in self._in_organism[pathway.taxon]
                if other.genes > pathway.genes and self.shared(figid, other) == shared
            ),
            by_symbol,
            text,
        )

    def _place(self, score: float, scores: dict[str, float]) -> int:
        """One more than the number of better ones; those with the same genes and score are one."""
        better = ((self.pathways[w], other) for w, other in scores.items() if other > score)
        return 1 + len({(pathway.taxon, pathway.genes, other) for pathway, other in better})
