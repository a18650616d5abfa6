"""Forms of a name under which it is found: in any case, without signs, with Greek letters spelled.

Greek letters have the Latin ones of HGNC's table of conversions
(https://www.genenames.org/about/guidelines/), so that IFNG is found
under "IFN-gamma", however the letter is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from unicodedata import combining, name, normalize

GREEK: Final = {
    letter: name(letter).split()[-1].lower().replace("lamda", "lambda")
    for letter in map(chr, range(0x3B1, 0x3CA))
}
"""Each small Greek letter -> its name."""

_LATIN: Final = {spelled: spelled[0] for spelled in GREEK.values()} | {
    "eta": "h",
    "theta": "q",
    "phi": "f",
    "psi": "y",
    "omega": "w",
}
_LETTERS: Final = {letter: _LATIN[spelled] for letter, spelled in GREEK.items()}
_LETTER: Final = re.compile("[\u03b1-\u03c9]")
_LONG: Final = sorted((n for n in _LATIN if len(n) > 3 and n != "iota"), key=len, reverse=True)
_SHORT: Final = sorted(_LATIN.keys() - set(_LONG), key=len, reverse=True)
_SPELLED: Final = re.compile(
    rf"(?:{'|'.join(_LONG)}|(?<![^\W\d_])(?:{'|'.join(_SHORT)}))(?=[a-z]?(?![^\W\d_]))"
)
"""The name of a Greek letter at the end of a word, or before its last letter, as in kappaB.

A short one is a word of its own: "microbiota" has no iota.
"""
_OWNER: Final = re.compile("['\u2019]s\\b")

_SIGNS: Final = re.compile(r"[\W_]+")


def readable(text: str) -> str:
    r"""A text in one line with single blanks, and a sign for each byte that is no character.

    Python takes such bytes of a command line for halves of surrogate pairs, which no file can hold.

    >>> readable("liver\n cancer \udcff")
    'liver cancer ?'
    """
    return " ".join(text.encode(errors="replace").decode().split())


def cased(text: str) -> str:
    """A name in one case and Unicode form, with single blanks.

    >>> cased("  Interleukin  6 ")
    'interleukin 6'
    """
    return " ".join(normalize("NFKC", text).casefold().split())


def folded(text: str) -> str:
    r"""A name without signs, blanks and accents, and with its Greek letters spelled.

    A name of signs only keeps them.

    >>> folded("TNF-\u03b1"), folded("Il 6"), folded("+")
    ('tnfalpha', 'il6', '+')
    """
    plain = cased(text)
    return _without_signs(_spelled(plain, GREEK)) or plain


def keys(text: str) -> tuple[str, ...]:
    r"""The keys under which a name is stored and looked up, one or two.

    The second has Latin letters in place of Greek ones, and no possessive s.

    >>> keys("IFN\u03b3"), keys("NF-kappaB"), keys("Kaposi's sarcoma"), keys("p53")
    (('ifngamma', 'ifng'), ('nfkappab', 'nfkb'), ('kaposissarcoma', 'kaposisarcoma'), ('p53',))
    """
    plain = cased(text)
    first = _without_signs(_spelled(plain, GREEK)) or plain
    latin = _OWNER.sub("", _spelled(plain, _LETTERS))
    second = _without_signs(_SPELLED.sub(lambda found: _LATIN[found[0]], latin))
    return (first, second) if second and second != first else (first,)


def _spelled(plain: str, letters: Mapping[str, str]) -> str:
    """A name without accents, and with other letters for the Greek ones."""
    if plain.isascii():
        return plain
    bare = "".join(c for c in normalize("NFKD", plain) if not combining(c))
    return _LETTER.sub(lambda found: letters[found[0]], bare.casefold())


def _without_signs(plain: str) -> str:
    return plain if plain.isalnum() else _SIGNS.sub("", plain)
