"""The caption of a figure, with the names of what it draws or names marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pfocr_kg.serve.pages.things.parts import href

_SHORTEST: Final = 4
"""Letters of a name of a chemical or disease that is found in any case."""

Row = Mapping[str, Any]


class Mark(NamedTuple):
    """The address of the thing that a name means, and why that is not sure, or ""."""

    href: str = ""
    doubt: str = ""


def pieces(text: str, parts: Mapping[str, Sequence[Row]]) -> list[tuple[str, Mark]]:
    """The text in pieces, each with the mark of the name that it is, or an empty one.

    `parts` are the rows of "genes", "chemicals" and "diseases". Names are whole words; where
    several fit, the longest is marked, and where it means several things, the surest. Case counts
    for genes, whose symbols can be words of a sentence: SET, IMPACT.
    """
    exact = _names(parts["genes"], "gene", "symbol")
    folded = {
        name.casefold(): mark
        for column in ("chemical", "disease")
        for name, mark in _names(parts[f"{column}s"], column, f"{column}_name").items()
    }
    exact |= {name: mark for name, mark in folded.items() if len(name) < _SHORTEST}
    spoken = {name: mark for name, mark in folded.items() if len(name) >= _SHORTEST}
    return list(_split(text, exact, spoken))


def _names(rows: Iterable[Row], column: str, label: str) -> dict[str, Mark]:
    found: dict[str, Mark] = {}
    for row in rows:
        to = href(row[column], column)
        for word in row["words"]:
            for name in filter(None, (word["word"], word["matched_term"])):
                found.setdefault(name, Mark(to, _doubt(word, row[label] or "")))
        if row[label]:
            found.setdefault(row[label], Mark(to))
    return {name: mark for name, mark in found.items() if len(name) > 1}


def _doubt(word: Row, label: str) -> str:
    """Why a word may not mean the thing that it was taken for; "" if it can mean nothing else."""
    if word["match_kind"] == "family":
        return f"a family, taken for {label} and others"
    if (word["meanings"] or 1) > 1:
        return f"taken for {label}, one of {word['meanings']} meanings"
    return ""


def _split(
    text: str, exact: Mapping[str, Mark], folded: Mapping[str, Mark]
) -> Iterator[tuple[str, Mark]]:
    names = [re.escape(name) for name in exact] + [f"(?i:{re.escape(name)})" for name in folded]
    if not names:
        yield text, Mark()
        return
    longest_first = "|".join(sorted(names, key=len, reverse=True))
    end = 0
    for found in re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", text):
        yield text[end : found.start()], Mark()
        yield found[0], exact.get(found[0]) or folded[found[0].casefold()]
        end = found.end()
    yield text[end:], Mark()
