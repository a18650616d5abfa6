"""What a name can mean: an entity, paper or figure, and how the name belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Never

from pfocr_kg import iris
from pfocr_kg.errors import QueryError, quoted
from pfocr_kg.model import Kind
from pfocr_kg.records.dictionaries import bundled_organisms


class NamedKind(StrEnum):
    """The kinds of things that have names.

    Raises:
        QueryError: the text names no kind.

    """

    GENE = "gene"
    DISEASE = "disease"
    CHEMICAL = "chemical"
    ORGANISM = "organism"
    PATHWAY = "pathway"
    PAPER = "paper"
    FIGURE = "figure"

    @classmethod
    def _missing_(cls, value: object) -> Never:
        raise QueryError(
            f"there is no kind {quoted(str(value))}", hint="Kinds are " + ", ".join(cls)
        )


KIND_OF: Final = {kind: NamedKind(kind.value.lower()) for kind in Kind}
"""The kind of an entity of the model -> its kind here."""


class How(StrEnum):
    """How a name belongs to a thing, best first.

    LABEL is an approved symbol, a label or the title of a pathway; ALIAS any other name that a
    dictionary or a record gives; WORD what was read off figures; TITLE the whole title of a figure
    or paper; PART some words of a name or title.
    """

    IDENTIFIER = "identifier"
    LABEL = "label"
    PREVIOUS = "previous symbol"
    ALIAS = "alias"
    WORD = "word"
    TITLE = "title"
    PART = "part of a name"


ORDER: Final = {how: place for place, how in enumerate(How)}


_SHOWN: Final = 5
"""Meanings that a message lists at most."""


@dataclass(frozen=True, slots=True)
class Match:
    """One thing that a text can mean.

    `identifier` is its id as people write it ("7157", "DOID:162", "WP254", a PMCID or a figid);
    `taxon` the NCBI taxon number of a gene's or pathway's organism, or "". `matched` is the name
    of the thing that fits, `figures` how many figures have it. `fold` says how the name fits: 0 in
    any case, 1 without signs and accents, 2 with Latin letters for Greek ones.
    """

    iri: str
    kind: NamedKind
    label: str
    identifier: str
    taxon: str = ""
    matched: str = ""
    how: How = How.IDENTIFIER
    figures: int = 0
    fold: int = 0

    @property
    def organism(self) -> str:
        """The Latin name of the organism, or ""."""
        return latin_name(self.taxon) if self.taxon else ""

    @property
    def description(self) -> str:
        """The thing in words, as in "STAT3, human gene 6774"."""
        of = f"{common_name(self.taxon)} " if self.taxon else ""
        return f"{self.label or self.identifier}, {of}{self.kind} {self.identifier}"


def latin_name(taxon: str) -> str:
    """The name of an organism, else the CURIE of its taxon."""
    return bundled_organisms().labels.get(iris.organism(taxon), f"NCBITaxon:{taxon}")


@cache
def common_name(taxon: str) -> str:
    """The common name of an organism, else its name."""
    names = bundled_organisms().others.get(iris.organism(taxon), ())
    plain = [name for name in names if "." not in name and name.islower()]
    return min(plain, key=lambda name: (len(name), name), default=latin_name(taxon))


def listed(matches: Sequence[Match], last: str = "; ") -> str:
    """The first few things in words."""
    shown = [match.description for match in matches[:_SHOWN]]
    more = len(matches) - len(shown)
    return last.join(shown) + (f" and {more} more" if more > 0 else "")
