"""A copy of a store's graph that a patch changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from pfocr_kg.errors import StoreError
from pfocr_kg.store.new_graph import NewGraph


@dataclass(slots=True)
class PatchCounts:
    """How many triples a patch removed and added, and how many of its own did not fit.

    `absent` were to be removed and are not there, `present` were to be added and are there;
    `first` is the first of either, as N-Triples.
    """

    removed: int = 0
    added: int = 0
    absent: int = 0
    present: int = 0
    first: str = ""

    @property
    def misfits(self) -> int:
        """Triples that did not fit."""
        return self.absent + self.present


class PatchedGraph(NewGraph):
    """A graph in a work folder, begun as a copy of another, to which a patch is applied."""

    def apply(self, changes: Iterable[tuple[bool, ox.Quad]]) -> PatchCounts:
        """Add (True) and remove (False) triples one by one; what does not fit changes nothing.

        Raises:
            StoreError: the graph cannot be written.

        """
        counts = PatchCounts()
        for added, quad in changes:
            if (quad in self._store) == added:
                counts.first = counts.first or str(quad)
                counts.present += added
                counts.absent += not added
                continue
            try:
                (self._store.add if added else self._store.remove)(quad)
            except (OSError, RuntimeError) as error:
                raise StoreError(f"the graph cannot be written: {error}") from None
            counts.added += added
            counts.removed += not added
        return counts
