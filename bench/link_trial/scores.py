"""The scores that are tried: each gives a value for every pathway that shares a gene."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from scipy.special import betaln, logsumexp
from scipy.stats import hypergeom

from bench.link_trial.tables import FAMILY, SYNONYM
from bench.link_trial.worlds import Drawn, Floats, World

Score = Callable[[World, Drawn], Floats]
SCORES: dict[str, Score] = {}


def score(name: str) -> Callable[[Score], Score]:
    """Register a score under a name."""

    def keep(function: Score) -> Score:
        SCORES[name] = function
        return function

    return keep


def tail(shared: Floats, universe: Floats, size: Floats, picked: Floats) -> Floats:
    """-ln of the hypergeometric upper tail; finite."""
    p = hypergeom.sf(np.asarray(shared) - 1, universe, size, picked)
    return -np.log(np.maximum(p, 1e-320))


@score("textbook p-value")
def textbook(_: World, d: Drawn) -> Floats:
    """Hypergeometric tail of the shared genes."""
    return tail(d.shared, d.universe, d.size, d.picked)


@score("Jaccard")
def jaccard(_: World, d: Drawn) -> Floats:
    """Shared genes by all genes of either."""
    return d.shared / (d.size + d.picked - d.shared)


@score("cosine")
def cosine(_: World, d: Drawn) -> Floats:
    """Shared genes by the geometric mean of the sizes."""
    return d.shared / np.sqrt(d.size * d.picked)


@score("cosine, genes weighed by IDF")
def cosine_idf(w: World, d: Drawn) -> Floats:
    """Cosine where genes of few pathways weigh more; the figure's norm is the same for all."""
    genes = w.genes
    weight = np.log(genes.tested[genes.gene_organism] / genes.memberships_of_gene) ** 2
    if w.idf_norms is None:
        w.idf_norms = np.maximum(np.sqrt(weight @ w.matrix), 1e-9)
    rows = np.concatenate(d.genes)
    inner = weight[rows] @ w.matrix[rows]
    return inner[d.columns] / w.idf_norms[d.columns]


@score("p-value, a word counts once")
def word_p(_: World, d: Drawn) -> Floats:
    """Words that hit the pathway instead of genes."""
    return tail((d.hits > 0).sum(axis=0), d.universe, d.size, d.word_count)


@score("p-value, a word counts by its share of genes")
def share_p(_: World, d: Drawn) -> Floats:
    """Words by the share of their genes that the pathway has, rounded down."""
    shares = np.floor((d.hits / d.word_size[:, None]).sum(axis=0) + 1e-9)
    return tail(shares, d.universe, d.size, d.word_count)


def collapsed(d: Drawn) -> tuple[Floats, Floats, Floats, Floats]:
    """Words shared, universe, pathway size and figure size where each word is one gene."""
    size = d.size - np.maximum(d.hits - 1, 0).sum(axis=0)
    universe = d.universe - (d.picked - d.word_count)
    return (d.hits > 0).sum(axis=0), universe, size, d.word_count


@score("p-value, each word one gene on both sides")
def collapsed_p(_: World, d: Drawn) -> Floats:
    """Hypergeometric tail of words, families collapsed in the pathway too."""
    return tail(*collapsed(d))


@score("Jaccard, each word one gene on both sides")
def collapsed_jaccard(_: World, d: Drawn) -> Floats:
    """Jaccard index of words, families collapsed in the pathway too."""
    shared, _, size, picked = collapsed(d)
    return shared / (size + picked - shared)


@score("naive Bayes: a pathway's gene is drawn in 3 of 10")
def naive_bayes(w: World, d: Drawn) -> Floats:
    """Log-odds of words, with a penalty for every gene that is not drawn."""
    shared, _, size, _ = collapsed(d)
    often = np.array([w.genes.memberships_of_gene[row].max() for row in d.genes])
    weight = np.log(w.genes.tested[d.organisms] / often)
    gain = ((d.hits > 0) * (np.log(0.3) + weight)[:, None]).sum(axis=0)
    return gain + (size - shared) * np.log(0.7)


@score("beta-binomial: drawn at an unknown rate")
def beta_binomial(_: World, d: Drawn) -> Floats:
    """Evidence for any rate of drawing against chance, words half by share of genes."""
    shared, universe, size, picked = collapsed(d)
    shared = (shared + (d.hits / d.word_size[:, None]).sum(axis=0)) / 2
    chance = picked / universe
    missed = size - shared
    noise = shared * np.log(chance) + missed * np.log1p(-chance)
    return betaln(shared + 1, missed + 1) - noise


@score("BM25")
def bm25(w: World, d: Drawn) -> Floats:
    """Okapi BM25 with k1 = 1.2, b = 0.75: words as terms, pathways as documents."""
    found = (d.hits > 0).sum(axis=1)
    idf = np.log1p((w.genes.tested[d.organisms] - found + 0.5) / (found + 0.5))
    share = d.hits / d.word_size[:, None]
    norm = 1.2 * (0.25 + 0.75 * d.size / w.mean_size)
    return (idf[:, None] * share * 2.2 / (share + norm)).sum(axis=0)


def ratios(w: World, d: Drawn, often: Floats) -> Floats:
    """How many times more often the pathway draws each word than the background does."""
    return d.hits / d.size / d.background(often, w)[:, None]


def likelihood(
    lam: float = 0.5,
    beta: float = 0.0,
    *,
    background: str = "memberships_of_gene",
    weights: Mapping[str, float] | None = None,
    coverage: str = "lacking",
) -> Score:
    """Log-likelihood ratio of the words, drawn from the pathway or (`lam`) from all genes.

    `beta` weighs the coverage: ln(1 + genes lacking), or ln of the share of them found.
    `background` names where words are counted: in pathways, in the figures that noise is taken
    from, or in other figures; `weights` are factors by lexicon.
    """

    def compute(w: World, d: Drawn) -> Floats:
        often = getattr(w.genes if background == "memberships_of_gene" else w, background)
        factors = np.array([1.0 if weights is None else weights.get(x, 1.0) for x in d.lexicons])
        total = factors @ np.log1p((1 - lam) / lam * ratios(w, d, often))
        if coverage == "lacking":
            return total - beta * np.log1p(d.size - d.shared)
        return total + beta * np.log((d.shared + 1) / (d.size + 1))

    return compute


def in_words(
    beta: float = 1.0, *, background: str = "memberships_of_gene", family: float = 1.0
) -> Score:
    """The likelihood where a word's genes count as one in the pathway's size too.

    `family` is a factor of words that gave several genes.
    """

    def compute(w: World, d: Drawn) -> Floats:
        often = getattr(w.genes if background == "memberships_of_gene" else w, background)
        _, _, size, _ = collapsed(d)
        likely = np.where(d.given > 1, family, 1.0)[:, None] * d.hits
        found = np.log1p(likely / size / d.background(often, w)[:, None]).sum(axis=0)
        return found - beta * np.log1p(d.size - d.shared)

    return compute


def pathways_alike(w: World) -> Floats:
    """How often genes are drawn if every pathway is as likely, however large."""
    return w.matrix @ (1 / np.maximum(w.genes.sizes, 1))


@score("likelihood in words, pathways alike, less 1.0 ln(1 + lacking)")
def in_words_alike(w: World, d: Drawn) -> Floats:
    """The background is the mean of the pathways instead of their sum."""
    _, _, size, _ = collapsed(d)
    background = d.background(pathways_alike(w), w)[:, None]
    return np.log1p(d.hits / size / background).sum(axis=0) - np.log1p(d.size - d.shared)


@score("likelihood of any lambda, less 1.0 ln(1 + lacking)")
def any_lambda(w: World, d: Drawn) -> Floats:
    """The same with an unknown share of noise: the mean of the likelihoods over nine lambdas."""
    found = ratios(w, d, w.genes.memberships_of_gene)
    shares = np.arange(0.1, 0.95, 0.1)
    each = [np.log(lam + (1 - lam) * found).sum(axis=0) for lam in shares]
    # Words of other organisms say nothing of the pathway: they are noise whatever lambda is.
    unsaid = (~d.same).sum(axis=0)
    each = [e - unsaid * np.log(lam) for e, lam in zip(each, shares, strict=True)]
    return logsumexp(each, axis=0) - np.log1p(d.size - d.shared)


for _lam in (0.1, 0.3, 0.5, 0.7):
    SCORES[f"likelihood, lambda {_lam}"] = likelihood(_lam)
SCORES["likelihood, background from the noise's own figures"] = likelihood(background="in_figures")
SCORES["likelihood, background from other figures"] = likelihood(background="in_others")
SCORES["likelihood, lexicons weighed 1, 0.7, 0.7"] = likelihood(weights={SYNONYM: 0.7, FAMILY: 0.7})
for _beta in (0.5, 1.0, 1.5, 2.0):
    SCORES[f"likelihood less {_beta} ln(1 + lacking)"] = likelihood(0.5, _beta)
SCORES["likelihood plus ln(share found)"] = likelihood(0.5, 1.0, coverage="share")
SCORES["likelihood less 1.0 ln(1 + lacking), lexicons weighed"] = likelihood(
    0.5, 1.0, weights={SYNONYM: 0.7, FAMILY: 0.7}
)
SCORES["likelihood less 1.0 ln(1 + lacking), background from other figures"] = likelihood(
    0.5, 1.0, background="in_others"
)
for _beta in (0.0, 1.0, 1.5, 2.0):
    SCORES[f"likelihood in words less {_beta} ln(1 + lacking)"] = in_words(_beta)
SCORES["likelihood in words less 1.0 ln(1 + lacking), background from other figures"] = in_words(
    background="in_others"
)
SCORES["likelihood in words less 1.0 ln(1 + lacking), families by 3/4"] = in_words(family=0.75)
