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
from functools import cached_property
from pathlib import Path

import numpy as np
import yaml
from scipy.stats import false_discovery_control, hypergeom

from plain_reading import Facts

SPECIES = {"559292": "4932", "511145": "562", "224308": "1423", "39947": "4530", "83332": "1773"}
TAXA = {
    "Homo sapiens": "9606",
    "Mus musculus": "10090",
    "Saccharomyces cerevisiae": "4932",
    "Bos taurus": "9913",
    "Drosophila melanogaster": "7227",
    "Rattus norvegicus": "10116",
    "Danio rerio": "7955",
    "Arabidopsis thaliana": "3702",
}
CURATED, GENES, PAPER, DISEASE = (
    f"{kind}Evidence" for kind in ("Curated", "GeneOverlap", "SharedPaper", "SharedDisease")
)
FIGURE_IN = re.compile(r"https://pfocr\.wikipathways\.org/figures/([\w.-]+)")


@dataclass
class Pathway:
    wpid: str
    title: str
    taxon: str
    genes: frozenset[str]
    diseases: frozenset[str]
    named: frozenset[str]
    papers: set[str] = field(default_factory=set)

    @property
    def number(self) -> int:
        return int(self.wpid[2:])


@dataclass(frozen=True)
class Link:
    evidence: frozenset[str]
    shared: frozenset[str]
    jaccard: float
    p: float
    adjusted: float
    score: float
    rank: int | None


def read_pathways(database: Path) -> dict[str, Pathway]:
    found = {}
    for info in sorted(database.glob("pathways/WP*/WP*-info.json")):
        facts = json.loads(info.read_text(encoding="utf-8"))
        wpid = facts["wpid"]
        doids = (i for i in facts.get("ontology-ids") or () if i.startswith("DOID:"))
        found[wpid] = Pathway(
            wpid,
            facts.get("title") or "",
            TAXA.get((facts.get("organisms") or [""])[0], ""),
            frozenset(_genes(info.with_name(f"{wpid}-datanodes.tsv"))),
            frozenset("http://purl.obolibrary.org/obo/" + i.replace(":", "_") for i in doids),
            frozenset(_named(facts.get("description") or "")),
            set(_references(info.with_name(f"{wpid}-refs.tsv"))),
        )
    for wpid, papers in _cited_in(database / "downstream" / "citedin_lookup.yml").items():
        if wpid in found:
            found[wpid].papers |= papers
    return found


def _genes(path: Path) -> Iterable[str]:
    header, *rows = path.read_text(encoding="utf-8").split("\n")
    columns = header.split("\t")
    at = columns.index("NCBI gene") - len(columns)
    for row in rows:
        cells = row.split("\t")
        if len(cells) >= -at:
            yield from re.findall(r"ncbigene:([1-9]\d*)\s*(?:;|$)", cells[at])


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
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        for wpid, papers in (document or {}).items():
            if isinstance(papers, list):
                found[wpid] = {paper["link"].strip() for paper in papers if paper.get("link")}
    return found


@dataclass
class PlainLinking:
    """Links of a corpus, as read by `plain_reading`, to pathways; `dois` are by figid.

    `mentions` are the gene mentions that count, all if None.
    """

    facts: Facts
    pathways: dict[str, Pathway]
    pmcids: dict[str, str]
    dois: dict[str, str]
    stated: set[tuple[str, str]] = field(default_factory=set)
    min_shared: int = 3
    alpha: float = 0.01
    best: int = 10
    mentions: set[tuple[str, str, str, str, str]] | None = None

    @cached_property
    def drawn(self) -> dict[str, dict[str, set[str]]]:
        """figid -> species -> genes."""
        found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for figid, taxon, gene, *_ in self._hits:
            found[figid][taxon].add(gene)
        return found

    @cached_property
    def _hits(self) -> list[tuple[str, str, str, str, str]]:
        taxa = {(figid, gene): taxon for figid, gene, taxon in self.facts.genes}
        rows = []
        mentions = self.facts.gene_mentions if self.mentions is None else self.mentions
        for figid, gene, word, match, lexicon in mentions:
            taxon = taxa[figid, gene]
            rows.append((figid, SPECIES.get(taxon, taxon), gene, match or word, lexicon))
        return rows

    @cached_property
    def words(self) -> dict[tuple[str, str], list[set[str]]]:
        """(figid, species) -> parts of its genes: each under the word that draws fewest."""
        drawn: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = defaultdict(
            lambda: defaultdict(set)
        )
        for figid, taxon, gene, word, lexicon in self._hits:
            drawn[figid, taxon][word, lexicon].add(gene)
        parts: dict[tuple[str, str], list[set[str]]] = {}
        for key, said in drawn.items():
            left = set().union(*said.values())
            parts[key] = []
            for word in sorted(said, key=lambda word: (len(said[word]), word)):
                if fresh := said[word] & left:
                    parts[key].append(fresh)
                    left -= fresh
        return parts

    @cached_property
    def members(self) -> dict[str, Counter[str]]:
        """species -> gene -> number of its pathways."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for pathway in self.pathways.values():
            if pathway.taxon:
                found[pathway.taxon].update(pathway.genes)
        return found

    @cached_property
    def tested(self) -> dict[tuple[str, str], tuple[float, float]]:
        """(figid, wpid) -> p-value and adjusted p-value, of all pairs tested."""
        pairs, counts = [], []
        for figid, species in self.drawn.items():
            for taxon, genes in species.items():
                inside = genes & self.members[taxon].keys()
                if not inside:
                    continue
                for pathway in self.pathways.values():
                    if pathway.taxon == taxon and pathway.genes:
                        pairs.append((figid, pathway.wpid))
                        size = len(pathway.genes)
                        universe = len(self.members[taxon])
                        shared = len(inside & pathway.genes)
                        counts.append((shared - 1, universe, size, len(inside)))
        columns = np.array(counts).T
        p = hypergeom.sf(*columns)
        adjusted = false_discovery_control(p, method="bh")
        return dict(zip(pairs, zip(p.tolist(), adjusted.tolist(), strict=True), strict=True))

    def shared(self, figid: str, pathway: Pathway) -> set[str]:
        return self.drawn.get(figid, {}).get(pathway.taxon, set()) & pathway.genes

    def score(self, figid: str, pathway: Pathway) -> float:
        members = self.members[pathway.taxon]
        total = sum(members.values())
        lacking = pathway.genes - self.drawn[figid][pathway.taxon]
        hitting = [word for word in self.words[figid, pathway.taxon] if word & pathway.genes]
        size = len(lacking) + len(hitting)
        found = 0.0
        for word in hitting:
            background = sum(members[gene] for gene in word) / total
            found += math.log(1 + len(word & pathway.genes) / size / background)
        return round(found - math.log(1 + len(lacking)), 9)

    def passes(self, figid: str, pathway: Pathway) -> bool:
        """Whether the overlap of a pair that was tested is above the thresholds."""
        enough = len(self.shared(figid, pathway)) >= self.min_shared
        return enough and self.tested[figid, pathway.wpid][1] < self.alpha

    def overlapping(self, pathway: Pathway) -> int:
        """Figures whose overlap with a pathway passes, however many other pathways they have."""
        pairs = [figid for figid, wpid in self.tested if wpid == pathway.wpid]
        return sum(self.passes(figid, pathway) for figid in pairs)

    def links(self, figid: str) -> dict[str, Link]:
        """WP id -> link of a figure."""
        sharing = [p for p in self.pathways.values() if p.taxon and self.shared(figid, p)]
        scores = {p.wpid: self.score(figid, p) for p in sharing}
        good = [p for p in sharing if self.passes(figid, p)]
        good.sort(key=lambda p: (-scores[p.wpid], p.number))
        evidence: dict[str, set[str]] = defaultdict(set)
        for pathway in good[: self.best]:
            evidence[pathway.wpid].add(GENES)
        diseases = {iri for of, iri in self.facts.diseases if of == figid}
        papers = {self.pmcids.get(figid), self.dois.get(figid)}
        for pathway in self.pathways.values():
            if figid in pathway.named or (figid, pathway.wpid) in self.stated:
                evidence[pathway.wpid].add(CURATED)
            if papers & pathway.papers:
                evidence[pathway.wpid].add(PAPER)
            if diseases & pathway.diseases:
                evidence[pathway.wpid].add(DISEASE)
        return {wpid: self._link(figid, wpid, kinds, scores) for wpid, kinds in evidence.items()}

    def _link(self, figid: str, wpid: str, kinds: set[str], scores: dict[str, float]) -> Link:
        pathway = self.pathways[wpid]
        shared = self.shared(figid, pathway)
        if not shared:
            return Link(frozenset(kinds), frozenset(), 0, 1, 1, 0, None)
        p, adjusted = self.tested[figid, wpid]
        union = self.drawn[figid][pathway.taxon] | pathway.genes
        rank = 1 + sum(score > scores[wpid] for score in scores.values())
        jaccard = len(shared) / len(union)
        kinds_, shared_ = frozenset(kinds), frozenset(shared)
        return Link(kinds_, shared_, jaccard, p, adjusted, scores[wpid], rank)
