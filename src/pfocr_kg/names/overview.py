"""Counts what an index has: figures, papers, and how many things of each kind they have."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Connection
from typing import Final

from pfocr_kg.names.matches import NamedKind

_FIGURES: Final = "SELECT COUNT(*), COUNT(DISTINCT NULLIF(pmcid, '')) FROM figure"
_DRAWN: Final = "SELECT kind, COUNT(*) FROM thing WHERE figures > 0 GROUP BY kind"
_YEARS: Final = "SELECT year, COUNT(*) FROM figure WHERE year != '' GROUP BY year ORDER BY year"


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of figures, of their papers, and of the things that any figure has, by kind.

    Diseases that a figure need not name are counted, too: those that its genes are known for.
    `years` are the figures by the year of their paper, where it is known.
    """

    figures: int
    papers: int
    things: dict[NamedKind, int]
    years: dict[str, int]


def read(base: Connection) -> Overview:
    """The overview of an index."""
    figures, papers = base.execute(_FIGURES).fetchone()
    things = {NamedKind(kind): number for kind, number in base.execute(_DRAWN)}
    return Overview(figures, papers, things, dict(base.execute(_YEARS).fetchall()))
