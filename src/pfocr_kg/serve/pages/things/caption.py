"""The caption of a figure, with the names of what it draws or names marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pfocr_kg.serve.pages.things.parts import href

_SHORTEST: Final = 4
"""Letters of a name of a chemical or disease that is found in any case."""

Row = Mapping[str, Any]


def pieces(text: str, parts: Mapping[str, Sequence[Row]]) -> list[tuple[str, str]]:
    """The text in pieces, each with the address of the thing that it names, or "".

    `parts` are the rows of "genes", "chemicals" and "diseases". Names are whole words; where
    several fit, the longest is marked, and where it means several things, the surest. Case counts
    for genes, whose symbols can be words of a sentence: SET, IMPACT.
    """
    exact = _names(parts["genes"], "gene", "symbol")
    folded = {
        name.casefold(): to
        for column in ("chemical", "disease")
        for name, to in _names(parts[f"{column}s"], column, f"{column}_name").items()
    }
    exact |= {name: to for name, to in folded.items() if len(name) < _SHORTEST}
    spoken = {name: to for name, to in folded.items() if len(name) >= _SHORTEST}
    return list(_split(text, exact, spoken))


def _names(rows: Iterable[Row], column: str, label: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in rows:
        words = (word[key] for word in row["words"] for key in ("word", "matched_term"))
        for name in (*words, row[label]):
            if name and len(name) > 1:
                found.setdefault(name, href(row[column], column))
    return found


def _split(
    text: str, exact: Mapping[str, str], folded: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    names = [re.escape(name) for name in exact] + [f"(?i:{re.escape(name)})" for name in folded]
    if not names:
        yield text, ""
        return
    longest_first = "|".join(sorted(names, key=len, reverse=True))
    end = 0
    for found in re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", text):
        yield text[end : found.start()], ""
        yield found[0], exact.get(found[0]) or folded.get(found[0].casefold(), "")
        end = found.end()
    yield text[end:], ""
