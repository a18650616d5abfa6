"""Makes figures of pathways: words dropped, families by one word, real noise mixed in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.link_trial.tables import FAMILY, HUMAN, SYMBOL, SYNONYM, DrawnWord, Tables, by_word
from bench.link_trial.worlds import Known
from pfocr_kg.link.words import GeneMention
from pfocr_kg.model import Pathway


@dataclass(frozen=True)
class Spoiling:
    """How figures are made.

    Ranges of the share of words dropped and of noise words per word kept, and how often a
    family of which the pathway has most, or some, is drawn by one word. Noise is of two real
    figures; with `related`, of a pathway that shares genes with the right one.
    """

    drop: tuple[float, float] = (0.2, 0.7)
    noise: tuple[float, float] = (0.1, 0.6)
    family_most: float = 0.7
    family_some: float = 0.35
    related: bool = False


EASY = Spoiling()
HARD = Spoiling(drop=(0.45, 0.85), noise=(0.6, 1.6))
FAMILIES = Spoiling(family_most=1.0, family_some=0.8)
RELATED = Spoiling(related=True)
RELATED_HARD = replace(HARD, related=True)


class Maker:
    """Makes figures of pathways from what real figures look like."""

    def __init__(
        self,
        noise: Tables,
        families: Sequence[tuple[str, frozenset[str]]],
        pathways: Sequence[Pathway],
    ) -> None:
        real = [by_word(hits) for hits in noise.values()]
        self.real = [figure for figure in real if len(figure) >= 3]
        self.families = families
        self.others = [{gene.identifier for gene in p.genes} for p in pathways]

    def figures(
        self, pathways: Iterable[Pathway], repeats: int, seed: int, how: Spoiling
    ) -> list[Known]:
        """`repeats` figures of each pathway; one that keeps fewer than 3 genes is left out."""
        random = np.random.default_rng(seed)
        made = []
        for pathway in pathways:
            genes = {gene.identifier for gene in pathway.genes}
            for _ in range(repeats):
                figure = self.figure(genes, random, how)
                if len({hit.gene for hit in figure if hit.organism == HUMAN} & genes) >= 3:
                    made.append(Known(frozenset([pathway.wpid]), tuple(figure)))
        return made

    def figure(
        self, genes: set[str], random: np.random.Generator, how: Spoiling
    ) -> list[GeneMention]:
        """One figure; empty where all words were dropped."""
        drawn_words = self._words(genes, random, how)
        dropped = random.uniform(*how.drop)
        kept = [word for word in drawn_words if random.random() > dropped]
        if not kept:
            return []
        pool = self._noise(genes, random, how)
        count = random.binomial(max(1, 2 * len(kept)), random.uniform(*how.noise) / 2)
        kept += [pool[int(at)] for at in random.permutation(len(pool))[:count]]
        return [
            GeneMention(gene, taxon, word, lexicon)
            for (word, lexicon), of in kept
            for taxon, gene in of
        ]

    def _noise(
        self, genes: set[str], random: np.random.Generator, how: Spoiling
    ) -> list[DrawnWord]:
        near = self._near(genes) if how.related else np.zeros(1)
        if not near.any():
            return [*self._some(random), *self._some(random)]
        other = self.others[int(random.choice(len(near), p=near / near.sum()))] - genes
        return self._words(other, random, how)

    def _near(self, genes: set[str]) -> np.ndarray:
        """Cosine with every pathway; 0 for one with the same genes, which is no noise."""
        shared = (0 if o == genes else len(genes & o) / max(1, len(o)) ** 0.5 for o in self.others)
        return np.fromiter(shared, dtype=float)

    def _some(self, random: np.random.Generator) -> list[DrawnWord]:
        return self.real[int(random.integers(len(self.real)))]

    def _words(
        self, genes: set[str], random: np.random.Generator, how: Spoiling
    ) -> list[DrawnWord]:
        """The pathway's genes as words: families first, the rest one by one."""
        left, made = set(genes), []
        for at in random.permutation(len(self.families)):
            word, family = self.families[int(at)]
            share = len(family & genes) / len(family)
            if not family & left:
                continue
            most = share >= 0.5 and len(family & genes) > 1
            chance = how.family_some * (share if len(family) > 4 else 1)
            if random.random() < (how.family_most if most else chance):
                made.append(_word(word, FAMILY, family))
                left -= family
        for gene in sorted(left):
            lexicon = SYMBOL if random.random() < 0.57 else SYNONYM
            made.append(_word(gene, lexicon, frozenset([gene])))
        return made


def _word(word: str, lexicon: str, genes: frozenset[str]) -> DrawnWord:
    return (word, lexicon), frozenset((HUMAN, gene) for gene in genes)


class Organisms:
    """Reads made figures' words as genes of other organisms too, as often as real figures do.

    A profile is, of one real figure whose table mixes organisms, how many of the human words
    that are no families give a gene of each other organism. Genes correspond that pathways
    of the two organisms call by the same symbol, in any case of letters.
    """

    def __init__(
        self, tables: Tables, pathways: Iterable[Pathway], symbols: Mapping[str, str]
    ) -> None:
        self.profiles = [found for hits in tables.values() if (found := profile(hits))]
        self.symbols = symbols
        names: dict[tuple[str, str], Counter[str]] = {}
        for pathway in pathways:
            if pathway.organism is not None:
                taxon = pathway.organism.identifier.partition(":")[2]
                for gene, name, others in pathway.gene_names:
                    if others:
                        continue
                    names.setdefault((taxon, name.upper()), Counter())[gene] += 1
        self.genes = {key: found.most_common(1)[0][0] for key, found in names.items()}

    def mix(self, figures: Iterable[Known], seed: int, always: Sequence[str] = ()) -> list[Known]:
        """The figures with rows of other organisms: as a real one has them, or `always` these."""
        random = np.random.default_rng(seed)
        return [self._mixed(known, random, always) for known in figures]

    def _mixed(self, known: Known, random: np.random.Generator, always: Sequence[str]) -> Known:
        profile = self.profiles[int(random.integers(len(self.profiles)))]
        if always:
            profile = dict.fromkeys(always, 1.0)
        more = []
        for (word, lexicon), genes in by_word(known.hits):
            if lexicon == FAMILY and not always:
                continue
            for taxon, rate in profile.items():
                if random.random() < rate:
                    more += [
                        GeneMention(other, taxon, word, lexicon)
                        for organism, gene in sorted(genes)
                        if organism == HUMAN
                        and (other := self.genes.get((taxon, self.symbols.get(gene, ""))))
                    ]
        return replace(known, hits=known.hits + tuple(more))


def profile(hits: Iterable[GeneMention]) -> dict[str, float]:
    """Other organisms' shares of a real figure's human words; empty where it mixes none."""
    found: dict[str, set[str]] = {}
    for hit in hits:
        if hit.lexicon != FAMILY:
            found.setdefault(hit.organism, set()).add(hit.matched_term)
    human = found.pop(HUMAN, set())
    shares = {taxon: len(words & human) / len(human) for taxon, words in found.items() if human}
    return {taxon: share for taxon, share in sorted(shares.items()) if share}
