"""The words of titles, in one form for all ways to write them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Final

from pfocr_kg.names.folding import GREEK, cased, keys

_ABBREVIATIONS: Final = {
    "amp-activated protein kinase": "ampk",
    "citric acid cycle": "tca cycle",
    "endoplasmic reticulum": "er",
    "epidermal growth factor": "egf",
    "interferon": "ifn",
    "interleukin": "il",
    "krebs cycle": "tca cycle",
    "map kinase": "mapk",
    "mitogen-activated protein kinase": "mapk",
    "nuclear factor kappa b": "nfkb",
    "phosphoinositide 3-kinase": "pi3k",
    "target of rapamycin": "mtor",
    "toll-like receptor": "tlr",
    "transforming growth factor": "tgf",
    "tricarboxylic acid cycle": "tca cycle",
    "tumor necrosis factor": "tnf",
    "unfolded protein response": "upr",
}
"""Long names that titles and captions have as often as their abbreviations, in small letters."""

_DASH: Final = "-\u2010-\u2014\u2212"
_GREEK: Final = "|".join([*GREEK, *GREEK.values()])
_CELL: Final = rf"[ {_DASH}](?:cell|lymphocyte|protein)s?(?![^\W_])"
_NAME: Final = re.compile(
    rf"[a-z]{_CELL}"
    rf"|[^\W_]+(?:[{_DASH}][^\W_]+)*"
    rf"(?: (?:{_GREEK}|i{{1,3}}|[0-9]{{1,3}}|[b-z](?!{_CELL}))(?![^\W_])){{0,2}}"
)
"""A word with the short words that belong to it: "tgf-beta", "type ii", "vitamin d", "t cell"."""

_OWNER: Final = re.compile("['\u2019]s?\\b")
_PART: Final = re.compile(r"[^\W_]+")
_SPELLINGS: Final = (
    (re.compile("ae|oe"), "e"),
    (re.compile("our(?=s?$)"), "or"),
    (re.compile("is(?=(?:e|ed|es|ing|ation)$)"), "iz"),
    (re.compile("sulph"), "sulf"),
    (re.compile("otic$"), "osis"),
    (re.compile("(?:bio)?synthe(?:sis|tic)$"), "synthesis"),
)
"""British spellings -> American ones, and adjectives -> their nouns, in long words."""

_STOP: Final = frozenset(
    "a after an and are as at be between by during for from in into is it its of on or that the "
    "this through to under upon via which with".split()
)
_STEMMER: Final = """
CREATE VIRTUAL TABLE word USING fts5(text, tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE stem USING fts5vocab(word, instance);
"""


def names(text: str) -> list[str]:
    """The names of a text, as written but in small letters, each with the parts that belong to it.

    >>> names("TGF-beta and T-cell signalling in type II diabetes")
    ['tgf-beta', 'and', 't-cell', 'signalling', 'in', 'type ii', 'diabetes']
    """
    plain = _OWNER.sub("", cased(text))
    for word, short in _ABBREVIATIONS.items():
        plain = plain.replace(word, short)
    return _NAME.findall(plain)


def words(some: Iterable[str], *, parts: bool) -> Mapping[str, Sequence[str]]:
    r"""Name -> its words: folded, without endings; with `parts`, those of its parts too.

    >>> words(["tgf-\u03b2", "tumours", "of"], parts=False)
    {'tgf-\u03b2': ('tgfb',), 'tumours': ('tumor',), 'of': ()}
    >>> words(["type ii"], parts=True)
    {'type ii': ('typeii', 'type', 'ii')}
    """
    folded = {name: _folded(name, parts=parts) for name in some}
    stems = _stems({word for found in folded.values() for word in found})
    return {name: tuple(stems[word] for word in found) for name, found in folded.items()}


def _folded(name: str, *, parts: bool) -> tuple[str, ...]:
    pieces = _PART.findall(name)
    joined = _joined(pieces)
    found = [keys(word)[-1] for word in (*joined, *(pieces if parts else ()))]
    return tuple(dict.fromkeys(_american(word) for word in found if word not in _STOP))


def _joined(pieces: Iterable[str]) -> list[str]:
    """The pieces of a name, the short ones joined to those before them: "il" and "6" are "il6"."""
    result: list[str] = []
    for piece in pieces:
        if result and (len(keys(piece)[-1]) < 3 or len(keys(result[-1])[-1]) == 1):
            result[-1] += piece
        else:
            result.append(piece)
    return result


def _american(word: str) -> str:
    if len(word) > 5:
        for british, american in _SPELLINGS:
            word = british.sub(american, word)
    return word


def _stems(some: Iterable[str]) -> Mapping[str, str]:
    """Word -> its stem, by the same stemmer as the words of a search."""
    ordered = sorted(some)
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(_STEMMER)
        base.executemany("INSERT INTO word (rowid, text) VALUES (?, ?)", enumerate(ordered))
        rows = base.execute("SELECT doc, term FROM stem").fetchall()
    return dict(zip(ordered, ordered, strict=True)) | {ordered[at]: stem for at, stem in rows}
