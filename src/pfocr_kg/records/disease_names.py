"""Finds the names of diseases in the texts of a figure: its title, its caption, its paper's title.

The longest of names that overlap is taken. A name in the name of something else, such as a virus,
a gene or a toxin, is none. Abbreviations count where one of the three texts spells them out:
"Alzheimer's disease (AD)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from pfocr_kg.model import Entity, MatchKind, Mention
from pfocr_kg.records import disease_vocabulary
from pfocr_kg.records.disease_vocabulary import DiseaseTerm, Vocabulary, plain


class FoundName(NamedTuple):
    """A name of a disease in a text, from `start` to `end`."""

    start: int
    end: int
    disease: Entity
    name: str


# After the name of a disease: then it is part of the name of a virus, a toxin or a protein. An
# infection with the virus is the disease again.
_OTHER_THING: Final = re.compile(
    r"[\s-]+(?:syndrome[\s-]+|(?:type\s)?\w{1,2}[\s-]+){0,2}"
    r"(?:associated[\s-]+)?(?:\w*virus(?:es)?|viral|virions?|cov|toxins?|toxoids?|proteins?|antigens?|helicase)\b"
    r"(?![\s-](?:2[\s-])?(?:\([\w-]+\)\s)?infections?\b)",
    re.IGNORECASE,
)
_SPECIES: Final = re.compile(r"\b[A-Z]\. $")
"""Before an epithet: the abbreviated genus, as in "M. tuberculosis"."""

_SEARCHED: Final = 20_000
"""Characters of a text: the time grows with the square of its number of names."""

_JOINING: Final = " \n\t\xa0'\u2019-\u2010\u2011\u2012\u2013\u2014s"
"""What can stand between the words of a name; the "s" is that after an apostrophe."""
_IN_BRACKETS: Final = re.compile(r"\s?\(([A-Za-z][A-Za-z0-9-]{1,9}?)s?[);,:]")
_BEFORE: Final = re.compile(r"(?:^|[\s(;,.])([A-Za-z][A-Za-z0-9-]{1,9})(?:,|:| =|=| \() ?$")


def mentions(title: str, caption: str, paper_title: str) -> tuple[Mention, ...]:
    """The diseases that the texts name: for each text and disease its first name there."""
    vocabulary = disease_vocabulary.bundled_vocabulary()
    title, caption, paper_title = (text[:_SEARCHED] for text in (title, caption, paper_title))
    texts = (
        ("title", title, find(title, vocabulary)),
        ("caption", caption, find(caption, vocabulary)),
        ("paperTitle", paper_title, _find_again(paper_title)),
    )
    if not any(all_found for _, _, all_found in texts):
        return ()
    short = {
        abbreviation: (found.disease, found.name)
        for _, text, all_found in texts
        for found in all_found
        for abbreviation in _abbreviations(text, found)
    }
    return tuple(
        Mention(disease, text[start:end], name, "", match_kind=MatchKind.TEXT, found_in=place)
        for place, text, all_found in texts
        for start, end, disease, name in _first_of_each((*all_found, *_shortened(text, short)))
    )


def find(text: str, vocabulary: Vocabulary) -> tuple[FoundName, ...]:
    """The names of diseases in a text, in their order."""
    words = plain(text)
    tokens = words.split()
    # Most texts name no disease; this is all that they cost.
    if vocabulary.anchor_forms.isdisjoint(tokens):
        return ()
    names = []
    for first, last, term in _candidates(tokens, vocabulary):
        spans = _places(words, tokens, first, last)
        if _is_joined(text, spans, term):
            names.append((spans[0][0], spans[-1][1], term))
    return tuple(
        FoundName(start, end, term.disease, term.name)
        for start, end, term in _longest(names)
        if term.disease and not _is_other_thing(text, start, end)
    )


@lru_cache(maxsize=256)  # figures of one paper follow each other
def _find_again(text: str) -> tuple[FoundName, ...]:
    return find(text, disease_vocabulary.bundled_vocabulary())


def _candidates(
    tokens: list[str], vocabulary: Vocabulary
) -> Iterator[tuple[int, int, DiseaseTerm]]:
    """(first token, token after the last, term) of every name in the tokens."""
    forms, anchors, terms = vocabulary.forms, vocabulary.anchors, vocabulary.terms
    anchor_forms, end = vocabulary.anchor_forms, len(tokens)
    for at in [at for at, token in enumerate(tokens) if token in anchor_forms]:
        # Words that no name has are near, so that few of the names with this anchor can be here.
        left, right = at, at + 1
        while left > 0 and tokens[left - 1] in forms:
            left -= 1
        while right < end and tokens[right] in forms:
            right += 1
        known = [forms[token] for token in tokens[left:right]]
        for place, length in anchors[forms[tokens[at]]]:
            first = at - place - left
            if first >= 0 and first + length <= len(known):
                if term := terms.get(tuple(known[first : first + length])):
                    yield left + first, left + first + length, term


def _places(words: str, tokens: list[str], first: int, last: int) -> list[tuple[int, int]]:
    """(start, end) of these tokens of `words`."""
    at = len(words) - len(words.split(maxsplit=first)[-1])
    spans = []
    for token in tokens[first:last]:
        start = words.index(token, at)
        at = start + len(token)
        spans.append((start, at))
    return spans


def _is_joined(text: str, spans: list[tuple[int, int]], term: DiseaseTerm) -> bool:
    """Whether no mark separates the tokens at these places, and they have the case of the name."""
    gaps = (text[left[1] : right[0]] for left, right in pairwise(spans))
    if any(gap.strip(_JOINING) not in term.name for gap in gaps):
        return False
    # "aids" is a verb.
    return len(spans) > 1 or not term.name.isupper() or text[slice(*spans[0])].isupper()


def _longest(
    names: Iterable[tuple[int, int, DiseaseTerm]],
) -> Iterator[tuple[int, int, DiseaseTerm]]:
    """(start, end, term) of those that overlap no longer one, in their order."""
    kept: list[tuple[int, int, DiseaseTerm]] = []
    for start, end, term in sorted(names, key=lambda name: (name[0] - name[1], name[0])):
        if all(end <= other[0] or other[1] <= start for other in kept):
            kept.append((start, end, term))
    return iter(sorted(kept, key=lambda name: name[0]))


def _is_other_thing(text: str, start: int, end: int) -> bool:
    """Whether the name of the disease is part of another name."""
    if " " not in text[start:end] and _SPECIES.search(text, max(0, start - 4), start):
        return True
    return _OTHER_THING.match(text, end) is not None


def _abbreviations(text: str, found: FoundName) -> Iterator[str]:
    """Abbreviations that the text gives beside a name: "name (ABC)", "ABC, name", "ABC (name)"."""
    name = text[found.start : found.end]
    after = _IN_BRACKETS.match(text, found.end)
    before = _BEFORE.search(text[max(0, found.start - 16) : found.start])
    for match in filter(None, (after, before)):
        if _abbreviates(match[1], name):
            yield match[1]


def _abbreviates(short: str, name: str) -> bool:
    """Whether the letters of an abbreviation stand in a name, in their order.

    The first letter has to be that of the name, and two have to be capitals. After: Schwartz AS,
    Hearst MA. A simple algorithm for identifying abbreviation definitions in biomedical text. Pac
    Symp Biocomput. 2003:451-62.
    """
    letters = [letter for letter in short.lower() if letter.isalnum()]
    if sum(map(str.isupper, short)) < 2 or len(short) >= len(name):
        return False
    rest = iter(name.lower())
    return letters[0] == name[0].lower() and all(letter in rest for letter in letters)


def _shortened(text: str, short: dict[str, tuple[Entity, str]]) -> Iterator[FoundName]:
    """The abbreviations in a text."""
    for abbreviation, (disease, name) in short.items():
        pattern = rf"(?<![\w-]){re.escape(abbreviation)}s?(?!\w|-[A-Z0-9])"
        for match in re.finditer(pattern, text):
            yield FoundName(*match.span(), disease, name)


def _first_of_each(all_found: Iterable[FoundName]) -> Iterable[FoundName]:
    """The first of each disease."""
    first: dict[str, FoundName] = {}
    for found in all_found:
        first.setdefault(found.disease.iri, found)
    return first.values()
