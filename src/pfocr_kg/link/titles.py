"""Finds pathways whose title is in a text of a figure.

Words count by how rare they are among titles of pathways, in any order and spelling. See
decisions/0032-text-of-links.md.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pfocr_kg.link.facts import FigureFacts
from pfocr_kg.link.pathway_genes import Floats, Ints, rows_of_ones, species_of, to_ints
from pfocr_kg.link.places import changes
from pfocr_kg.link.title_words import names, words
from pfocr_kg.model import Pathway
from pfocr_kg.records.organisms import species

_HUMAN: Final = "9606"

_COVERED: Final = 0.75
"""The share of a title, by the rarity of its words, that a text has to have."""

_GENERAL: Final = (
    "acid action activation activity associated cancer cell cellular cycle development disease "
    "effect factor function gene general human induced infection integrated interaction involved "
    "kinase leading like mechanism mediated metabolic metabolism model network overview pathway "
    "process protein receptor regulation related response role signal signaling system "
    "transduction type"
)
"""Words of titles that alone say nothing about the subject of a pathway."""

_IN_PARENTHESES: Final = re.compile(r" \([^)]*\)")
_MOST_NAMES: Final = 100_000
"""Different names whose words are remembered."""


class TextMatches(NamedTuple):
    """Pairs of a figure (its row) and a pathway (its column) whose title a text has.

    They are ordered by row and column. `scores` are sums of the rarities, in nats, of the words of
    the title that the text has. `own` is whether a text of the figure itself has the title, and
    not only the title of its paper.
    """

    rows: Ints
    columns: Ints
    scores: Floats
    own: npt.NDArray[np.bool_]


class TitleIndex:
    """Finds pathways by their titles; a pathway is its position in `pathways`.

    The rarity of a word is ln(1 + number of titles / titles with the word). A text has a title
    if it has three quarters of the title's rarities, without general words such as "pathway",
    which count for scores only. So a title of general words alone is never found.
    """

    def __init__(self, pathways: Sequence[Pathway]) -> None:
        titles = _titles(pathways)
        distinct = set(titles)
        counts = Counter(word for title in distinct for word in title)
        self._numbers = {word: number for number, word in enumerate(sorted(counts))}
        rarity = np.log1p([len(distinct) / counts[word] for word in self._numbers])
        (general,) = _only_words([_GENERAL])
        special = np.array([word not in general for word in self._numbers], dtype=np.float64)
        present = _ones([[self._numbers[w] for w in title] for title in titles], len(counts))
        self._rarities = (present * rarity).tocsr()
        self._special = (present * (rarity * special)).tocsr().T.tocsr()
        total = np.asarray(self._special.sum(axis=0))
        # Less than the rounding error of a sum, so that a text with all words has enough.
        self._needed = np.where(total > 0, _COVERED * total * (1 - 1e-9), np.inf)
        self._known: dict[str, Sequence[int]] = {}
        taxa = list(map(species_of, pathways))
        self._organisms = {taxon: number for number, taxon in enumerate(dict.fromkeys(taxa))}
        self._organism_of = to_ints([self._organisms[taxon] for taxon in taxa])

    def matches(self, figures: Sequence[FigureFacts]) -> TextMatches:
        """The pairs of some thousand figures; pathways are of the organisms of the figure."""
        texts = [
            (row, text, own)
            for row, facts in enumerate(figures)
            for some, own in ((facts.texts, True), (facts.paper_titles, False))
            for text in some
        ]
        has = _ones(self._words([text for _, text, _ in texts]), len(self._numbers))
        found = (has @ self._special).tocoo()
        enough = found.data >= self._needed[found.col]
        lines, columns = to_ints(found.row)[enough], to_ints(found.col)[enough]
        rows = to_ints([row for row, _, _ in texts])[lines]
        of_organism = self._of_organisms(figures)[rows, self._organism_of[columns]]
        lines, columns, rows = lines[of_organism], columns[of_organism], rows[of_organism]
        scores = np.asarray(has[lines].multiply(self._rarities[columns]).sum(axis=1)).ravel()
        own = np.array([own for _, _, own in texts], dtype=np.bool_)[lines]
        return _best(rows, columns, scores, own)

    def _of_organisms(self, figures: Sequence[FigureFacts]) -> npt.NDArray[np.bool_]:
        """Whether a figure (row) has an organism (column)."""
        result = np.zeros((len(figures), len(self._organisms)), dtype=np.bool_)
        for row, facts in enumerate(figures):
            taxa = {mention.organism for mention in facts.trusted} | {*facts.paper_organisms}
            for taxon in {species(taxon) for taxon in taxa} or {_HUMAN}:
                if taxon in self._organisms:
                    result[row, self._organisms[taxon]] = True
        return result

    def _words(self, texts: Iterable[str]) -> list[set[int]]:
        """The numbers of the words of titles that each text has."""
        of_texts = [names(text) for text in texts]
        if len(self._known) > _MOST_NAMES:
            self._known.clear()
        new = {name for some in of_texts for name in some if name not in self._known}
        for name, found in words(new, parts=True).items():
            self._known[name] = [self._numbers[w] for w in found if w in self._numbers]
        return [{number for name in some for number in self._known[name]} for some in of_texts]


def _titles(pathways: Iterable[Pathway]) -> list[frozenset[str]]:
    """The words of each title, without what is in parentheses: mostly abbreviations."""
    return _only_words(_IN_PARENTHESES.sub("", pathway.title) for pathway in pathways)


def _only_words(texts: Iterable[str]) -> list[frozenset[str]]:
    of_texts = list(map(names, texts))
    known = words({name for some in of_texts for name in some}, parts=False)
    return [frozenset(word for name in some for word in known[name]) for some in of_texts]


def _ones(columns: Sequence[Iterable[int]], width: int) -> Any:
    """A sparse matrix of ones in these columns of each row."""
    ordered = [sorted(some) for some in columns]
    indices = to_ints([number for some in ordered for number in some])
    return rows_of_ones(indices, np.cumsum([0, *map(len, ordered)]), width)


def _best(rows: Ints, columns: Ints, scores: Floats, own: npt.NDArray[np.bool_]) -> TextMatches:
    """One match for each pair: the best score of several texts."""
    order = np.lexsort((columns, rows))
    rows, columns, scores, own = rows[order], columns[order], scores[order], own[order]
    starts = np.flatnonzero(changes(rows) | changes(columns))
    if not len(starts):
        return TextMatches(rows, columns, scores, own)
    return TextMatches(
        rows[starts],
        columns[starts],
        np.maximum.reduceat(scores, starts),
        np.logical_or.reduceat(own, starts),
    )
