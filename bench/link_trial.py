"""Which score puts the right pathway first: a trial of several on figures whose pathway is known.

    python bench/link_trial.py DATA [--seed 3] [--repeats 1] [--json FILE]

DATA holds `wikipathways-database`, `pfocr-covid` and `pfocr-verbatim`. Figures are made by
sampling and spoiling the gene sets of human pathways: some of a pathway's words are dropped,
families are drawn by one word (as the gene tables of real figures expand them), and words of
other real figures are mixed in. A few real figures are added whose title names a pathway's
subject. Each score ranks all human pathways for each figure. Printed are, for each score and
set, the share of figures whose pathway is first without a tie, and the mean reciprocal rank.

What the sets are, and what was chosen: decisions/0010-scoring-links.md.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import betaln
from scipy.stats import hypergeom

from pfocr_kg.link import wikipathways
from pfocr_kg.link.overlap import FigureGenes, PathwayGenes
from pfocr_kg.link.words import Hit, words
from pfocr_kg.model import Pathway

HUMAN = "9606"
FAMILY, SYMBOL, SYNONYM = "famplex_relations", "ncbigene_symbol", "ncbigene_synonym"

# Real figures and the pathway of the same subject, by their titles; the pathway was not
# drawn from the figure, so that no score can be expected to find it always.
TITLES = {
    "PMC5881172__CTI2-7-e1014-g001": "WP4925",
    "PMC5344902__fimmu-08-00259-g002": "WP585",
    "PMC4488716__viruses-07-02749-g001": "WP4861",
    "PMC5844972__fimmu-09-00422-g002": "WP4925",
    "PMC6027367__biomedicines-06-00058-g001": "WP4925",
    "PMC5328987__fimmu-08-00119-g001": "WP2113",
    "PMC5456285__diseases-04-00026-g004": "WP254",
    "PMC5456285__diseases-04-00026-g006": "WP4861",
    "PMC3187694__viruses-03-01549f1": "WP4923",
    "PMC6531879__mSphere.00047-19-f0004": "WP382",
    "PMC4808796__biomolecules-06-00002-g001": "WP2516",
    "PMC3397358__viruses-04-00980-g001": "WP254",
    "PMC4712384__cmi2014127f4": "WP4912",
    "PMC6213298__ijms-19-03110-g003": "WP481",
    "PMC5793760__cshperspect-TGF-022210_F4": "WP3874",
    "PMC6167446__fimmu-09-02201-g0001": "WP4876",
}

Floats = np.ndarray


@dataclass(frozen=True)
class Known:
    """A figure, as what was read off it, whose pathway is known."""

    wpid: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Spoiling:
    """How figures are made.

    Ranges of the share of words dropped and of noise words per word kept, and how often a
    family of which the pathway has most, or some, is drawn by one word.
    """

    drop: tuple[float, float] = (0.2, 0.7)
    noise: tuple[float, float] = (0.1, 0.6)
    family_most: float = 0.7
    family_some: float = 0.35


HARD = {"drop": (0.45, 0.85), "noise": (0.6, 1.6)}


class World:
    """All human pathways, as dense matrices: small enough, and plain to compute with."""

    def __init__(self, pathways: list[Pathway]) -> None:
        self.genes = PathwayGenes(pathways)
        self.column = {pathway.wpid: at for at, pathway in enumerate(pathways)}
        self.member = self.genes.matrix.toarray()
        self.size = self.genes.sizes.astype(float)
        self.universe = len(self.genes.numbers)
        self.in_pathways = self.member.sum(axis=1)
        self.in_figures = np.zeros(self.universe)

    def count_figures(self, tables: Mapping[str, list[Hit]]) -> None:
        """In how many real figures each gene is; half a figure is added for all."""
        for hits in tables.values():
            for gene in {hit.gene for hit in hits}:
                if (number := self.genes.numbers.get((HUMAN, gene))) is not None:
                    self.in_figures[number] += 1
        self.in_figures += 0.5


@dataclass(frozen=True)
class Drawn:
    """One figure's words with all pathways: rows are words, columns pathways."""

    genes: list[np.ndarray]
    lexicons: list[str]
    hits: Floats
    word_size: Floats
    shared: Floats


def drawn(world: World, known: Known) -> Drawn | None:
    """A figure's words in the universe; None where it has none."""
    lexicon = {(hit.gene): hit.lexicon for hit in known.hits}
    rows, lexicons = [], []
    for taxon, ids in words(known.hits):
        numbers = [world.genes.numbers.get((taxon, gene)) for gene in ids]
        if inside := [number for number in numbers if number is not None]:
            rows.append(np.array(inside))
            lexicons.append(lexicon[ids[0]])
    if not rows:
        return None
    hits = np.array([world.member[row].sum(axis=0) for row in rows])
    return Drawn(rows, lexicons, hits, np.array([len(r) for r in rows]), hits.sum(axis=0))


Score = Callable[[World, Drawn], Floats]
SCORES: dict[str, Score] = {}


def score(name: str) -> Callable[[Score], Score]:
    """Register a score under a name."""

    def keep(function: Score) -> Score:
        SCORES[name] = function
        return function

    return keep


def tail(shared: Floats, universe: float, size: Floats, picked: float) -> Floats:
    """-ln of the hypergeometric upper tail; finite."""
    p = hypergeom.sf(np.asarray(shared) - 1, universe, size, picked)
    return -np.log(np.maximum(p, 1e-320))


@score("textbook p-value")
def textbook(w: World, d: Drawn) -> Floats:
    """Hypergeometric tail of the shared genes."""
    return tail(d.shared, w.universe, w.size, d.word_size.sum())


@score("Jaccard")
def jaccard(w: World, d: Drawn) -> Floats:
    """Shared genes by all genes of either."""
    return d.shared / (w.size + d.word_size.sum() - d.shared)


@score("cosine")
def cosine(w: World, d: Drawn) -> Floats:
    """Shared genes by the geometric mean of the sizes; the figure's is the same for all."""
    return d.shared / np.sqrt(np.maximum(w.size, 1))


@score("cosine, genes weighed by IDF")
def cosine_idf(w: World, d: Drawn) -> Floats:
    """Cosine where genes of few pathways weigh more."""
    weight = np.log(len(w.size) / w.in_pathways) ** 2
    norm = np.sqrt(weight @ w.member)
    inner = sum((w.member[row] * weight[row, None]).sum(axis=0) for row in d.genes)
    return inner / np.maximum(norm, 1e-9)


@score("p-value, a word counts once")
def word_p(w: World, d: Drawn) -> Floats:
    """Words that hit the pathway instead of genes."""
    return tail((d.hits > 0).sum(axis=0), w.universe, w.size, len(d.genes))


@score("p-value, a word counts by its share of genes")
def share_p(w: World, d: Drawn) -> Floats:
    """Words by the share of their genes that the pathway has, rounded down."""
    shares = np.floor((d.hits / d.word_size[:, None]).sum(axis=0) + 1e-9)
    return tail(shares, w.universe, w.size, len(d.genes))


def collapsed(w: World, d: Drawn) -> tuple[Floats, float, Floats, int]:
    """Words shared, universe, pathway size and figure size where each word is one gene."""
    size = w.size - np.maximum(d.hits - 1, 0).sum(axis=0)
    universe = w.universe - (d.word_size - 1).sum()
    return (d.hits > 0).sum(axis=0), universe, size, len(d.genes)


@score("p-value, each word one gene on both sides")
def collapsed_p(w: World, d: Drawn) -> Floats:
    """Hypergeometric tail of words, families collapsed in the pathway too."""
    return tail(*collapsed(w, d))


@score("Jaccard, each word one gene on both sides")
def collapsed_jaccard(w: World, d: Drawn) -> Floats:
    """Jaccard index of words, families collapsed in the pathway too."""
    shared, _, size, picked = collapsed(w, d)
    return shared / (size + picked - shared)


@score("naive Bayes: a pathway's gene is drawn in 3 of 10")
def naive_bayes(w: World, d: Drawn) -> Floats:
    """Log-odds of words, with a penalty for every gene that is not drawn."""
    shared, _, size, _ = collapsed(w, d)
    weight = np.array([np.log(len(w.size) / w.in_pathways[row].max()) for row in d.genes])
    gain = ((d.hits > 0) * (np.log(0.3) + weight)[:, None]).sum(axis=0)
    return gain + (size - shared) * np.log(0.7)


@score("beta-binomial: drawn at an unknown rate")
def beta_binomial(w: World, d: Drawn) -> Floats:
    """Evidence for any rate of drawing against chance, words half by share of genes."""
    shared, universe, size, picked = collapsed(w, d)
    shared = (shared + (d.hits / d.word_size[:, None]).sum(axis=0)) / 2
    chance = picked / universe
    missed = size - shared
    noise = shared * np.log(chance) + missed * np.log1p(-chance)
    return betaln(shared + 1, missed + 1) - noise


@score("BM25")
def bm25(w: World, d: Drawn) -> Floats:
    """Okapi BM25 with k1 = 1.2, b = 0.75: words as terms, pathways as documents."""
    found = (d.hits > 0).sum(axis=1)
    idf = np.log1p((len(w.size) - found + 0.5) / (found + 0.5))
    share = d.hits / d.word_size[:, None]
    norm = 1.2 * (0.25 + 0.75 * w.size / w.size.mean())
    return (idf[:, None] * share * 2.2 / (share + norm)).sum(axis=0)


def likelihood(
    lam: float = 0.5,
    beta: float = 0.0,
    *,
    figures: bool = False,
    weights: Mapping[str, float] | None = None,
    coverage: str = "lacking",
) -> Score:
    """Log-likelihood ratio of the words, drawn from the pathway or (`lam`) from all genes.

    `beta` weighs the coverage: ln(1 + genes lacking), or ln of the share of them found.
    `figures` takes the background from figures instead of pathways; `weights` are factors by
    lexicon.
    """

    def compute(w: World, d: Drawn) -> Floats:
        often = w.in_figures if figures else w.in_pathways
        total = np.zeros(len(w.size))
        for row, hits, lexicon in zip(d.genes, d.hits, d.lexicons, strict=True):
            ratio = hits / np.maximum(w.size, 1) / (often[row].sum() / often.sum())
            factor = 1.0 if weights is None else weights.get(lexicon, 1.0)
            total = total + factor * np.log1p((1 - lam) / lam * ratio)
        if coverage == "lacking":
            return total - beta * np.log1p(w.size - d.shared)
        return total + beta * np.log((d.shared + 1) / (w.size + 1))

    return compute


for _lam in (0.1, 0.3, 0.5, 0.7):
    SCORES[f"likelihood, lambda {_lam}"] = likelihood(_lam)
SCORES["likelihood, background from figures"] = likelihood(0.5, figures=True)
SCORES["likelihood, lexicons weighed 1, 0.7, 0.7"] = likelihood(
    0.5, weights={SYNONYM: 0.7, FAMILY: 0.7}
)
for _beta in (0.5, 1.0, 1.5, 2.0):
    SCORES[f"likelihood less {_beta} ln(1 + lacking)"] = likelihood(0.5, _beta)
SCORES["likelihood plus ln(share found)"] = likelihood(0.5, 1.0, coverage="share")
SCORES["likelihood less 1.0 ln(1 + lacking), lexicons"] = likelihood(
    0.5, 1.0, weights={SYNONYM: 0.7, FAMILY: 0.7}
)


def gene_tables(folders: Iterable[Path]) -> dict[str, list[Hit]]:
    """Human gene rows of real figures, by figid."""
    found = {}
    for folder in folders:
        for table in sorted(folder.rglob("*-genes.tsv")):
            lines = table.read_text(encoding="utf-8").split("\n")
            header = lines[0].split("\t")
            rows = (dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:])
            found[table.name.removesuffix("-genes.tsv")] = [
                Hit(row["ncbigene_id"], HUMAN, row["match"], row["source"])
                for row in rows
                if row.get("organism_id") == HUMAN
            ]
    return found


def by_word(hits: Iterable[Hit]) -> dict[tuple[str, str], frozenset[str]]:
    """(word, lexicon) -> genes."""
    found: dict[tuple[str, str], set[str]] = {}
    for hit in hits:
        found.setdefault((hit.word, hit.lexicon), set()).add(hit.gene)
    return {key: frozenset(genes) for key, genes in sorted(found.items())}


class Maker:
    """Makes figures of pathways from what real figures look like."""

    def __init__(self, tables: Mapping[str, list[Hit]]) -> None:
        self.real = [list(by_word(hits).items()) for hits in tables.values()]
        self.real = [figure for figure in self.real if len(figure) >= 3]
        families: dict[str, frozenset[str]] = {}
        for figure in self.real:
            for (word, lexicon), genes in figure:
                if lexicon == FAMILY and len(genes) > max(1, len(families.get(word, ()))):
                    families[word] = genes
        self.families = sorted(families.items())

    def figures(
        self, pathways: Iterable[Pathway], repeats: int, seed: int, how: Spoiling
    ) -> list[Known]:
        """`repeats` figures of each pathway; one that keeps fewer than 3 genes is left out."""
        random = np.random.default_rng(seed)
        made = []
        for pathway in pathways:
            genes = {gene.identifier for gene in pathway.genes}
            for _ in range(repeats):
                figure = self._figure(genes, random, how)
                if len({hit.gene for hit in figure} & genes) >= 3:
                    made.append(Known(pathway.wpid, tuple(figure)))
        return made

    def _figure(self, genes: set[str], random: np.random.Generator, how: Spoiling) -> list[Hit]:
        drawn_words = self._words(genes, random, how)
        dropped = random.uniform(*how.drop)
        kept = [word for word in drawn_words if random.random() > dropped]
        if not kept:
            return []
        pool = [*self._some(random), *self._some(random)]
        count = random.binomial(max(1, 2 * len(kept)), random.uniform(*how.noise) / 2)
        kept += [pool[int(at)] for at in random.permutation(len(pool))[:count]]
        return [Hit(gene, HUMAN, w, lexicon) for (w, lexicon), of in kept for gene in of]

    def _some(self, random: np.random.Generator) -> list[tuple[tuple[str, str], frozenset[str]]]:
        return self.real[int(random.integers(len(self.real)))]

    def _words(
        self, genes: set[str], random: np.random.Generator, how: Spoiling
    ) -> list[tuple[tuple[str, str], frozenset[str]]]:
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
                made.append(((word, FAMILY), family))
                left -= family
        for gene in sorted(left):
            lexicon = SYMBOL if random.random() < 0.57 else SYNONYM
            made.append(((gene, lexicon), frozenset([gene])))
        return made


def trial(world: World, figures: list[Known]) -> dict[str, tuple[float, float]]:
    """Score -> (share of figures whose pathway is first alone, mean reciprocal rank)."""
    places: dict[str, list[tuple[int, bool]]] = {}
    for known in figures:
        d = drawn(world, known)
        right = world.column[known.wpid]
        if d is None or not d.shared[right]:
            continue
        for name, function in SCORES.items():
            values = np.where(d.shared > 0, np.round(function(world, d), 9), -np.inf)
            better, same = (values > values[right]).sum(), (values == values[right]).sum()
            places.setdefault(name, []).append((int(better) + 1, same > 1))
        place = package_place(world, known, right)
        places.setdefault(CHOSEN, []).append(place)
    return {
        name: (
            float(np.mean([place == 1 and not tie for place, tie in found])),
            float(np.mean([1 / place for place, _ in found])),
        )
        for name, found in places.items()
    } | {"figures": (float(len(places[CHOSEN])), 0.0)}


CHOSEN = "the package's score"


def package_place(world: World, known: Known, right: int) -> tuple[int, bool]:
    """Place of the right pathway by the package's own score, and whether it is shared."""
    figure = FigureGenes(world.genes)
    figure.add(words(known.hits))
    (chunk,) = figure.chunks()
    all_places = chunk.places(chunk.scores())
    place = all_places[chunk.columns == right][0]
    return int(place), bool((all_places == place).sum() > 1)


def sets(
    pathways: list[Pathway], maker: Maker, repeats: int, seed: int, tables: Mapping[str, list[Hit]]
) -> dict[str, list[Known]]:
    """The sets of figures, by name."""
    big = [p for p in pathways if len(p.genes) >= 4]
    random = np.random.default_rng(seed)

    def some(found: list[Pathway], count: int) -> list[Pathway]:
        chosen = random.permutation(len(found))[:count]
        return [found[int(at)] for at in sorted(chosen)]

    named = [p for p in pathways if p.figids]
    recent = [p for p in big if int(p.wpid[2:]) >= 5000 and len(p.genes) <= 120]
    mixed = some(recent, 200) + some(big, 300)
    small = some([p for p in big if len(p.genes) <= 8], 100)
    easy, hard = Spoiling(), Spoiling(**HARD)
    return {
        "named": maker.figures(named, 30 * repeats, seed + 1, easy),
        "named, hard": maker.figures(named, 30 * repeats, seed + 2, hard),
        "named, families": maker.figures(
            named, 30 * repeats, seed + 3, Spoiling(family_most=1.0, family_some=0.8)
        ),
        "all": maker.figures(mixed, repeats, seed + 4, easy),
        "all, hard": maker.figures(mixed, repeats, seed + 5, hard),
        "small": maker.figures(
            small, 3 * repeats, seed + 6, Spoiling(drop=(0.0, 0.4), noise=(0.6, 2.0))
        ),
        "titles": [Known(wpid, tuple(tables[f])) for f, wpid in TITLES.items() if f in tables],
    }


def show(results: Mapping[str, Mapping[str, tuple[float, float]]]) -> None:
    """Print a Markdown table: first alone / mean reciprocal rank; best mean of firsts first."""
    counts = {name: int(found["figures"][0]) for name, found in results.items()}
    print("| score |", " | ".join(f"{name} ({counts[name]})" for name in results), "|")
    print("|---|" + "---|" * len(results))
    made = [name for name in results if name != "titles"]

    def mean(name: str) -> float:
        return float(np.mean([results[s][name][0] for s in made]))

    for name in sorted([*SCORES, CHOSEN], key=mean, reverse=True):
        cells = (f"{found[name][0]:.3f} / {found[name][1]:.3f}" for found in results.values())
        print("|", name, "|", " | ".join(cells), "|")


def main() -> None:
    """Read, make, rank, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    pathways = [
        p
        for p in wikipathways.read_all([given.data / "wikipathways-database"])
        if p.organism is not None and p.organism.identifier == f"NCBITaxon:{HUMAN}"
    ]
    tables = gene_tables(given.data / name for name in ("pfocr-covid", "pfocr-verbatim"))
    world = World(pathways)
    world.count_figures(tables)
    made = sets(pathways, Maker(tables), given.repeats, given.seed, tables)
    results = {name: trial(world, figures) for name, figures in made.items()}
    show(results)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
