"""Keys of names that are spelled nearly like another."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

from pfocr_kg.store.sparql import batches

_ALPHABET: Final = string.ascii_lowercase + string.digits
_LONGEST: Final = 60
"""Longer texts are no misspelled names."""


def edited(key: str, known: Callable[[Sequence[str]], list[str]]) -> list[str]:
    """Keys in which one letter differs, or two change places; `known` gives those that exist."""
    if not key or len(key) > _LONGEST:
        return []
    edits = sorted(set(_edits(key)) - {key})
    return sorted(name for some in batches(edits) for name in known(some))


def alike(key: str, beginning: Callable[[str], list[str]]) -> list[str]:
    """At most five keys that begin with the same three letters and are alike in all.

    `beginning` gives some thousand keys that begin so.
    """
    if not 2 < len(key) <= _LONGEST:
        return []
    return [name for name in get_close_matches(key, beginning(key[:3]), 6, 0.7) if name != key][:5]


def _edits(key: str) -> Iterator[str]:
    """All keys from which one letter is left out, added, changed, or changed places."""
    for at in range(len(key) + 1):
        before, after = key[:at], key[at:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in _ALPHABET:
            yield before + letter + after
            yield before + letter + after[1:]
