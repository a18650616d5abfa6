"""Counts the figures of a search by organism, year, journal and link to a pathway.

All figures that a search finds are counted, not the best of them only: the values of all figures
are read once (`read`), so that a count is one addition for each figure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Final

import numpy as np
import numpy.typing as npt

from pfocr_kg.model import Level
from pfocr_kg.names import folding, search
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.names.wanted import Wanted

_Rows = npt.NDArray[np.int64]

_VALUES: Final = """SELECT id, year, journal, EXISTS (SELECT 1 FROM linked
  WHERE linked.figid = figure.figid) FROM figure ORDER BY id"""
_ORGANISMS: Final = """SELECT iri, label, identifier, figures FROM thing
  WHERE kind = 'organism' ORDER BY label, iri"""


@dataclass(frozen=True, slots=True, eq=False)
class FacetValues:
    """What all figures of an index are counted by, an array with an element for each of its rows.

    `year_of` and `journal_of` are places in `years` and `journals`, whose first is "" for none.
    `organisms` come with the rows of their figures.
    """

    years: tuple[str, ...]
    year_of: _Rows
    journals: tuple[str, ...]
    journal_of: _Rows
    linked: npt.NDArray[np.bool_]
    organisms: tuple[tuple[Match, _Rows], ...]


@dataclass(frozen=True, slots=True)
class Facets:
    """How many figures of a search have each value; values that none has are left out.

    Organisms and journals with the most figures come first, years in their order. `levels` has the
    numbers of figures that have the wanted genes at each level; it is empty if none is wanted.
    """

    organisms: tuple[tuple[Match, int], ...]
    years: dict[str, int]
    journals: dict[str, int]
    with_pathway: int
    without_pathway: int
    levels: dict[Level, int]


def read(base: Connection) -> FacetValues:
    """The values of all figures of an index."""
    found = base.execute(_VALUES).fetchall()
    size = found[-1][0] + 1 if found else 0
    rows = np.fromiter((row for row, *_ in found), np.int64, len(found))
    years, year_of = _coded([year for _, year, _, _ in found])
    journals, journal_of = _coded(_spelled_alike([journal for _, _, journal, _ in found]))
    linked = np.zeros(size, np.bool_)
    linked[rows] = [is_linked for *_, is_linked in found]
    return FacetValues(
        years,
        _placed(year_of, rows, size),
        journals,
        _placed(journal_of, rows, size),
        linked,
        tuple(_organisms(base)),
    )


def count(base: Connection, values: FacetValues, wanted: Wanted) -> Facets:
    """The counts of all figures that have what is wanted; `values` are those of the index."""
    rows = np.fromiter(search.rows(base, wanted), np.int64)
    is_found = np.zeros(len(values.linked), np.bool_)
    is_found[rows] = True
    of_organisms = [(one, int(is_found[its].sum())) for one, its in values.organisms]
    with_pathway = int(values.linked[rows].sum())
    years = _counts(values.years, values.year_of[rows])
    journals = _counts(values.journals, values.journal_of[rows])
    return Facets(
        tuple(sorted(((m, n) for m, n in of_organisms if n), key=lambda one: -one[1])),
        dict(sorted(years.items())),
        dict(sorted(journals.items(), key=lambda one: (-one[1], one[0]))),
        with_pathway,
        len(rows) - with_pathway,
        _levels(base, wanted),
    )


def _organisms(base: Connection) -> list[tuple[Match, _Rows]]:
    found = []
    for iri, label, identifier, figures in base.execute(_ORGANISMS).fetchall():
        match = Match(iri, NamedKind.ORGANISM, label, identifier, figures=figures)
        rows = np.fromiter(search.rows(base, Wanted(entities=(match,))), np.int64)
        found.append((match, rows))
    return found


def _levels(base: Connection, wanted: Wanted) -> dict[Level, int]:
    if not any(entity.kind is NamedKind.GENE for entity in wanted.entities):
        return {}
    return {level: search.count(base, replace(wanted, level=level)) for level in Level}


def _spelled_alike(journals: Sequence[str]) -> list[str]:
    """Each journal in the spelling that most figures have; a search for one finds all of them."""
    most = Counter(journals)
    best: dict[str, str] = {}
    for name in sorted(most, key=lambda name: (-most[name], name)):
        best.setdefault(folding.folded(name) if name else "", name)
    spelled = {name: best[folding.folded(name) if name else ""] for name in most}
    return [spelled[name] for name in journals]


def _coded(texts: Sequence[str]) -> tuple[tuple[str, ...], _Rows]:
    """The different texts, "" first, and the place of each text among them."""
    different = ("", *sorted({*texts} - {""}))
    places = {text: place for place, text in enumerate(different)}
    return different, np.fromiter(map(places.__getitem__, texts), np.int64, len(texts))


def _placed(codes: _Rows, rows: _Rows, size: int) -> _Rows:
    placed = np.zeros(size, np.int64)
    placed[rows] = codes
    return placed


def _counts(texts: Sequence[str], codes: _Rows) -> dict[str, int]:
    counts = np.bincount(codes, minlength=len(texts))
    return {text: int(n) for text, n in zip(texts, counts, strict=True) if text and n}
