"""What to link to, and by what rules. Imports nothing heavy: the command line reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pfocr_kg.errors import SourceError


@dataclass(frozen=True, slots=True)
class Options:
    """What counts as evidence.

    Gene overlap: at least `min_shared` genes, an adjusted p-value below `alpha`, and of those
    the `best` by score of each figure; with `direct_only`, genes drawn by their own symbol
    only. A shared disease links a figure and a pathway that share at least `disease_genes`
    genes, or that other evidence links.
    """

    min_shared: int = 3
    alpha: float = 0.01
    best: int = 10
    direct_only: bool = False
    disease_genes: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What to link to, and by what rules.

    `sources` are WikiPathways in any form that `link.wikipathways.read` takes; `pmc_ids` is
    PMC-ids.csv, where there is one.
    """

    sources: Sequence[str | Path]
    options: Options = field(default_factory=Options)
    pmc_ids: Path | None = None

    @classmethod
    def of(cls, wikipathways: Request | str | Path) -> Request:
        """A checked request, from one or from just the place of WikiPathways.

        Raises:
            SourceError: a file is not there.

        """
        request = wikipathways if isinstance(wikipathways, Request) else cls([wikipathways])
        request.check()
        return request

    def check(self) -> None:
        """See that the files are there, before a long build comes to them.

        Raises:
            SourceError: one is not.

        """
        files = [source for source in self.sources if "://" not in str(source)]
        for file in (*files, *([] if self.pmc_ids is None else [self.pmc_ids])):
            if not Path(file).exists():
                raise SourceError(f"{file}: there is no such file or folder")
