"""Sources, rules and formats of linking, for the command line. No heavy imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pfocr_kg.errors import SourceError
from pfocr_kg.model import Level

LINK_FORMATS: Final = ("sssom", "tsv", "turtle")
"""Formats of links."""

ENRICHED_IN: Final = ("pathways", "figures")
"""The terms that a list of genes can be tested against."""


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """The rules for evidence.

    Gene overlap: at least `min_shared` genes, which at least `min_words` words of the figure gave;
    an adjusted p-value below `alpha`; and for each figure, its `best` pathways by score, of those
    with at least half of its best score. Only genes of the `level` count ("symbol",
    "unambiguous", "any").

    Raises:
        QueryError: the level is unknown.

    >>> pfocr_kg.LinkOptions(min_shared=5, level="symbol")
    LinkOptions(min_shared=5, min_words=2, alpha=0.01, best=10, level='symbol')
    """

    min_shared: int = 3
    min_words: int = 2
    alpha: float = 0.01
    best: int = 10
    level: str = Level.ANY

    def __post_init__(self) -> None:
        """Check the level."""
        Level(self.level)


@dataclass(frozen=True, slots=True)
class WikiPathways:
    """The sources of pathways to link to, and the rules.

    `sources` are WikiPathways in any form that `link.wikipathways.read` takes. `pmc_ids` is the
    path of PMC-ids.csv, if there is one.

    >>> pathways = pfocr_kg.WikiPathways(["tests/data/wikipathways"], pfocr_kg.LinkOptions(best=3))
    >>> pathways.options.best
    3
    """

    sources: Sequence[str | Path]
    options: LinkOptions = field(default_factory=LinkOptions)
    pmc_ids: Path | None = None

    @classmethod
    def from_source(cls, source: WikiPathways | str | Path) -> WikiPathways:
        """The sources and rules, checked; a path or URL stands for one source.

        Raises:
            SourceError: a file does not exist.

        >>> pfocr_kg.WikiPathways.from_source("tests/data/wikipathways").options.best
        10
        """
        pathways = source if isinstance(source, WikiPathways) else cls([source])
        pathways.check()
        return pathways

    def check(self) -> None:
        """Check that the files exist, before a long build needs them.

        Raises:
            SourceError: a file does not exist.

        >>> pfocr_kg.WikiPathways(["no-such.gmt"]).check()
        Traceback (most recent call last):
            ...
        pfocr_kg.errors.SourceError: no-such.gmt: there is no such file or folder
        """
        files = [source for source in self.sources if "://" not in str(source)]
        for file in (*files, *([] if self.pmc_ids is None else [self.pmc_ids])):
            if not Path(file).exists():
                raise SourceError(f"{file}: there is no such file or folder")
