"""The triples that a build saved beside the graph of a generation.

An export reads them much faster than the graph.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pfocr_kg.errors import DamagedStoreError
from pfocr_kg.store import loader
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.manifest import Manifest

NUMBER: Final = "triples"
"""The note of a manifest that holds the number of triples of the graph."""


class SavedTriples(Manifest):
    """The manifest and the links of a complete generation, which together hold all its triples.

    `close` it, or use it as a context manager.

    Raises:
        DamagedStoreError: it is damaged.

    """

    def __init__(self, generation: Generation) -> None:
        super().__init__(generation.manifest)
        self.generation = generation

    def count_triples(self) -> int:
        """The number of triples of the graph."""
        note = self.get_note(NUMBER)
        if not (note.isascii() and note.isdigit()):
            raise DamagedStoreError(
                f"{self.path}: does not hold the number of triples of the graph"
            )
        return int(note)

    def write_links(self, file: Path) -> bool:
        """Write the triples that linking added to a file, in any order; False if there are none."""
        if not self.generation.links.exists():
            return False
        with file.open("wb") as out:
            out.writelines(loader.read_compressed(self.generation.links))
        return True
