"""Marks the words of a search in texts, and cuts long texts down to the place of most of them.

SQLite's FTS5 does it, with the tokenizer of the index, so that those words are marked that made a
search find the text (https://www.sqlite.org/fts5.html#the_snippet_function).
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Final

from pfocr_kg.names.expressions import Term
from pfocr_kg.names.index import TOKENIZER

_BEGIN, _END = "\x02", "\x03"
_MARK: Final = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}?|([^{_BEGIN}{_END}]+)")
_WORDS: Final = 45
"""Words of an excerpt, of 64 that FTS5 can give."""
_TABLE: Final = f"CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='{TOKENIZER}')"
_QUESTION: Final = """SELECT rowid, %s FROM texts
  WHERE texts MATCH ? ORDER BY rowid"""
_WHOLE: Final = f"highlight(texts, 0, '{_BEGIN}', '{_END}')"
_PART: Final = f"snippet(texts, 0, '{_BEGIN}', '{_END}', '…', {_WORDS})"

Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it is marked."""


def marked(texts: Sequence[str], terms: Sequence[Term], *, short: bool = False) -> list[Pieces]:
    """The texts in pieces, the words of the terms marked; `short` gives an excerpt of each."""
    found = dict(_found(texts, terms, _PART if short else _WHOLE)) if terms else {}
    plain = (beginning(text) if short else text for text in texts)
    return [
        tuple(_pieces(found[at])) if at in found else ((text, False),)
        for at, text in enumerate(plain)
    ]


def beginning(text: str) -> str:
    """As many words of a text as an excerpt has."""
    words = text.split()
    return " ".join(words[:_WORDS]) + ("…" if len(words) > _WORDS else "")


def _found(texts: Sequence[str], terms: Sequence[Term], what: str) -> Iterator[tuple[int, str]]:
    ways = (" ".join(way) for term in terms for way in term.ways)
    any_of = " OR ".join(f'"{way}"' for way in ways)
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(_TABLE)
        base.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))
        yield from base.execute(_QUESTION % what, (any_of,))


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    for found in _MARK.finditer(text):
        yield (found[1], True) if found[1] is not None else (found[2], False)
