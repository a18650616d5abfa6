"""The triples of a generation as its build kept them beside the graph, as N-Triples.

To look a triple up in the graph takes longer than all else that an export does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pfocr_kg.errors import StoreError
from pfocr_kg.store import loader
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.manifest import Manifest

_TRIPLES: Final = "triples"


class KeptError(StoreError):
    """What was kept of the graph's triples is damaged."""

    def __init__(self, message: str = "what was kept of the graph's triples is damaged") -> None:
        super().__init__(message, hint="Build the store again from its sources, into a new folder")


class Kept:
    """What a generation's build kept; `close` it, or use it as a context manager.

    Together, each triple once, it is the graph: `len` says of how many triples.

    Raises:
        KeptError: it is damaged.

    """

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self._manifest = Manifest(generation.manifest)

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *_: object) -> None:
        self._manifest.close()

    def __len__(self) -> int:
        said = self._manifest.about(_TRIPLES)
        if not (said.isascii() and said.isdigit()):
            raise KeptError
        return int(said)

    def figids(self) -> list[str]:
        """All figures."""
        return self._manifest.figids()

    def figure(self, figid: str) -> bytes:
        """Triples of a figure and of its mentions, whose IRIs begin with the figure's."""
        return self._manifest.triples(figid)

    def pmcids(self) -> list[str]:
        """All papers."""
        return self._manifest.pmcids()

    def paper(self, pmcid: str) -> bytes:
        """Triples about a paper, some of them several times."""
        return b"".join(self._manifest.papers(pmcid))

    def shared_subjects(self) -> list[str]:
        """`<IRI>` of all entities, and of what else is no figure's own, by their bytes."""
        return self._manifest.shared_subjects()

    def shared(self, begin: str, end: str) -> Iterator[bytes]:
        """Triples about those from `begin` to before `end`."""
        return self._manifest.shared(begin, end)

    def links(self, file: Path) -> bool:
        """Write the triples that linking brought to a file, in any order; whether there are any."""
        if not self.generation.links.exists():
            return False
        with file.open("wb") as out:
            out.writelines(loader.unpacking(self.generation.links))
        return True


def note(manifest: Manifest, triples: int) -> None:
    """Note of how many triples a generation's graph is."""
    manifest.note(_TRIPLES, str(triples))
