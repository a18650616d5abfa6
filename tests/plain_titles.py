"""Which titles of pathways are in texts, word by word: decisions/0032 written out anew.

Of the package it takes the letters of Greek names alone (`folding.keys`, tested in tests/names).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from unicodedata import normalize

from pfocr_kg.names.folding import GREEK, keys
from plain_search import stem

DASHES = set("-\u2010\u2011\u2012\u2013\u2014\u2212")
CELLS = {"cell", "cells", "lymphocyte", "lymphocytes", "protein", "proteins"}
STOP = set(
    """a after an and are as at be between by during for from in into is it its of on or that the
    this through to under upon via which with""".split()
)
GENERAL = """acid action activation activity associated cancer cell cellular cycle development
    disease effect factor function gene general human induced infection integrated interaction
    involved kinase leading like mechanism mediated metabolic metabolism model network overview
    pathway process protein receptor regulation related response role signal signaling system
    transduction type"""
SHORT = {
    "AMP-activated protein kinase": "AMPK",
    "citric acid cycle": "TCA cycle",
    "Krebs cycle": "TCA cycle",
    "tricarboxylic acid cycle": "TCA cycle",
    "endoplasmic reticulum": "ER",
    "epidermal growth factor": "EGF",
    "interferon": "IFN",
    "interleukin": "IL",
    "MAP kinase": "MAPK",
    "mitogen-activated protein kinase": "MAPK",
    "nuclear factor kappa B": "NFKB",
    "phosphoinositide 3-kinase": "PI3K",
    "target of rapamycin": "mTOR",
    "toll-like receptor": "TLR",
    "transforming growth factor": "TGF",
    "tumor necrosis factor": "TNF",
    "unfolded protein response": "UPR",
}


def names(text: str) -> list[list[str]]:
    """The names of a text, each with its parts: ["tgf", "beta"], ["type", "ii"], ["t", "cell"]."""
    plain = " ".join(normalize("NFKC", text).casefold().split())
    plain = re.sub(r"['\u2019]s?\b", "", plain)
    for long, short in SHORT.items():
        plain = plain.replace(long.lower(), short.lower())
    tokens = re.findall(r"[^\W_]+|[\W_]+", plain)
    words = [(tokens[at], tokens[at + 1 : at + 2]) for at in _words(tokens)]
    found: list[list[str]] = []
    blanks, before = 0, ["."]
    for at, (word, after) in enumerate(words):
        follows = words[at + 1][0] if at + 1 < len(words) else ""
        glued, apart = bool(set(before[0]) & DASHES) and len(before[0]) == 1, before == [" "]
        goes_on = bool(found) and (glued or apart)
        cell = bool(found) and goes_on and word in CELLS and _is_letter(found[-1])
        if cell:
            found[-1].append(word)
            blanks = 9
        elif goes_on and glued and not blanks:
            found[-1].append(word)
        elif goes_on and apart and blanks < 2 and _belongs(word, after, follows):
            found[-1].append(word)
            blanks += 1
        else:
            found.append([word])
            blanks = 0
        before = after or ["."]
    return found


def _words(tokens: list[str]) -> Iterator[int]:
    return (at for at, token in enumerate(tokens) if token[0].isalnum())


def _is_letter(name: list[str]) -> bool:
    return len(name) == 1 and name[0] in set("abcdefghijklmnopqrstuvwxyz")


def _belongs(word: str, after: list[str], follows: str) -> bool:
    if word in {"i", "ii", "iii", *GREEK, *GREEK.values()}:
        return True
    if word.isascii() and word.isdecimal():
        return len(word) < 4
    before_cell = bool(after) and after[0] in {" ", *DASHES} and follows in CELLS
    return len(word) == 1 and "b" <= word <= "z" and not before_cell


@cache
def words(text: str, *, parts: bool) -> frozenset[str]:
    return frozenset(word for name in names(text) for word in _of_name(tuple(name), parts=parts))


@cache
def _of_name(name: tuple[str, ...], *, parts: bool) -> frozenset[str]:
    joined: list[str] = []
    for part in name:
        if joined and (len(keys(part)[-1]) <= 2 or len(keys(joined[-1])[-1]) == 1):
            joined.append(joined.pop() + part)
        else:
            joined.append(part)
    folded = {keys(word)[-1] for word in (*joined, *(name if parts else ()))}
    return frozenset(stem(american(word)) for word in folded - STOP)


def american(word: str) -> str:
    if len(word) < 6:
        return word
    word = word.replace("ae", "e").replace("oe", "e")
    word = re.sub("our(s?)$", r"or\1", word)
    word = re.sub("is(e|ed|es|ing|ation)$", r"iz\1", word)
    word = re.sub("otic$", "osis", word.replace("sulph", "sulf"))
    return re.sub("(bio)?synthe(sis|tic)$", "synthesis", word)


def own_texts(title: str, caption: str) -> list[str]:
    return [title, first_sentence(caption[:400])]


def first_sentence(text: str) -> str:
    """Up to a full stop before a capital letter or a bracket; not that of an initial."""
    for at in range(15, len(text)):
        before, after = re.findall(r"\w*$", text[:at])[0], text[at + 1 :]
        if text[at] == "." and len(before) != 1 and re.match(r"\s+[A-Z(\[]|\n?$(?!\n)", after):
            return text[: at + 1]
    return text


class Titles:
    """`titles` are those of pathways by any key, such as the WP number."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        bare = {key: re.sub(r" \([^)]*\)", "", title) for key, title in titles.items()}
        self.words = {key: words(title, parts=False) for key, title in bare.items()}
        self.general = words(GENERAL, parts=False)
        different = set(self.words.values())
        counts = Counter(word for title in different for word in title)
        self.rarity = {word: math.log(1 + len(different) / n) for word, n in counts.items()}

    def score(self, key: str, texts: Iterable[str]) -> float:
        """The best score of the texts that have the title; 0 if none has it."""
        return max((self._score(self.words[key], text) for text in texts), default=0)

    def _score(self, title: frozenset[str], text: str) -> float:
        shared = title & words(text, parts=True)
        if not shared:
            return 0
        special = sum(self.rarity[word] for word in title - self.general)
        covered = sum(self.rarity[word] for word in shared - self.general)
        enough = special and covered >= 0.75 * special - 1e-6
        return sum(self.rarity[word] for word in shared) if enough else 0
