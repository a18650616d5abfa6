"""The words of a search, and the FTS5 expression that finds them.

Words are sought in all the ways to write them: `IL-6`, `IL6` and `IL 6` are one name, and so are
the ways to write TNF-alpha, with the Greek letter or its name. "virus" and "viruses" are one, too,
though Porter's stemmer makes them two ("viru", "virus"). A text is indexed as it is written,
so the expression holds all ways. It is made of letters and numbers in quotation marks alone, so
that no text can change it (https://www.sqlite.org/fts5.html#full_text_query_syntax).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice, product
from typing import Final
from unicodedata import normalize

from pfocr_kg.errors import QueryError
from pfocr_kg.names.figure_text import SEARCHED
from pfocr_kg.names.folding import GREEK

_SPELLED: Final = {name: letter for letter, name in GREEK.items() if letter != "\u03c2"}
"""The name of each small Greek letter -> the letter, not sigma's final form."""
_INSIDE: Final = "|".join(name for name in _SPELLED if len(name) > 3 and name != "iota")
"""Names that are found inside a word, as in NFkappaB; "microbiota" has no iota."""

_QUOTES: Final = re.compile("[\u201c\u201d\u201e\u00ab\u00bb]")
_PHRASE: Final = re.compile(r'"([^"]*)"?|([^\s"]+)')
WORD: Final = re.compile(r"[^\W_]+")
_PART: Final = re.compile(
    rf"[\u03b1-\u03c9]|\d+|{_INSIDE}|(?:(?!{_INSIDE})[^\W\d_\u03b1-\u03c9])+", re.IGNORECASE
)
_GREEK: Final = re.compile(rf"[\u03b1-\u03c9]|{'|'.join(_SPELLED)}", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d{1,3}")

_NUMBERS: Final = tuple(
    (re.compile(rf"(\w*){ending}", re.IGNORECASE), others)
    for ending, others in (
        (r"(?<=\w\w[^\Wao])us", ("uses", "i")),  # virus, stimulus, not "previous"
        (r"(?<=\w\w[^\Wao])uses", ("us",)),
        (r"(?<=\w\w[^\W\d])i", ("us",)),
        (r"(?<=\w\w\w\w[sx])is", ("es",)),  # analysis, not "basis": "bases" is more often bases
        (r"(?<=\w\w\w\w[sx])es", ("is",)),
    )
)
"""Endings of words whose singular and plural have different stems -> those of the other number."""

_MOST_TERMS: Final = 64
_MOST_PARTS: Final = 5
_MOST_GREEK: Final = 2
_MOST_WAYS: Final = 64


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a search: `parts` are its letters and numbers as written.

    `ways` are the ways to write it, each a sequence of words, the way of the user first.
    """

    parts: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]


def terms(text: str) -> list[Term]:
    """The quoted phrases and other words of a text; none if it has no letters and numbers.

    Raises:
        QueryError: they are more than 64.

    >>> [term.ways for term in terms('IL-6 "liver cancer"')]
    [(('liver', 'cancer'),), (('IL', '6'), ('IL6',))]
    """
    found = list(dict.fromkeys(map(_term, _phrases(text))))
    if len(found) > _MOST_TERMS:
        raise QueryError(f"{len(found)} words are too many", hint=f"{_MOST_TERMS} can be sought")
    return found


def expression(found: Iterable[Term]) -> str:
    """The FTS5 expression of figures that have all terms in their texts.

    >>> expression(terms("IL6"))
    '{title caption paper_title keywords drawn} : (("IL6" OR "IL 6"))'
    """
    each = (" OR ".join(f'"{" ".join(way)}"' for way in term.ways) for term in found)
    return f"{{{' '.join(SEARCHED)}}} : ({' AND '.join(f'({ways})' for ways in each)})"


def spellings(part: str) -> tuple[str, ...]:
    """A part in small letters; a Greek letter and its name have two spellings."""
    small = part.lower()
    other = GREEK.get(small) or _SPELLED.get(small)
    return (small, other) if other else (small,)


def _phrases(text: str) -> Iterator[list[list[str]]]:
    """The names of each phrase, each name a list of words; then each name that is not quoted."""
    single: list[list[str]] = []
    for found in _PHRASE.finditer(_QUOTES.sub('"', normalize("NFKC", text))):
        if found[1] is None:
            single.append(WORD.findall(found[2]))
        elif names := list(_names(map(WORD.findall, found[1].split()))):
            yield names
    yield from ([name] for name in _names(single))


def _names(words: Iterable[list[str]]) -> Iterator[list[str]]:
    """The words, those that belong to the word before them together with it."""
    name: list[str] = []
    for word in filter(None, words):
        if name and _belongs(word, name[-1]):
            name += word
        else:
            if name:
                yield name
            name = word
    if name:
        yield name


def _belongs(word: list[str], before: str) -> bool:
    """Whether a word goes on with a name: IL 6, TNF alpha, NF kappa B."""
    if len(word) > 1:
        return False
    is_part = _GREEK.fullmatch(word[0]) or _NUMBER.fullmatch(word[0])
    return bool(is_part or (len(word[0]) == 1 and _GREEK.fullmatch(before)))


def _term(names: list[list[str]]) -> Term:
    ways = islice(product(*map(_ways, names)), _MOST_WAYS)
    parts = tuple(part for name in names for part in _parts(name))
    return Term(parts, tuple(dict.fromkeys(tuple(chain(*way)) for way in ways)))


def _parts(name: list[str]) -> list[str]:
    return [part for word in name for part in _PART.findall(word)]


def _ways(name: list[str]) -> list[tuple[str, ...]]:
    """All ways to write a name: its parts joined or apart, Greek letters spelled or not."""
    parts = _parts(name)
    each = [_written(part) for part in parts]
    greek = sum(len(spellings(part)) > 1 for part in parts)
    if not parts or len(parts) > _MOST_PARTS or greek > _MOST_GREEK:
        return [tuple(name)]
    ways = [tuple(name)]
    for spelled in product(*each):
        for joins in product(("", " "), repeat=len(parts) - 1):
            text = "".join(chain(*zip(spelled, (*joins, ""), strict=True)))
            ways.append(tuple(text.split()))
    return list(dict.fromkeys(ways))


def _written(part: str) -> tuple[str, ...]:
    """A part, with the spellings of a Greek letter, or with its other number."""
    numbers = (
        found[1] + o for end, others in _NUMBERS if (found := end.fullmatch(part)) for o in others
    )
    return (part, *spellings(part)[1:], *numbers)
