"""A copy of a store's graph that a patch changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from pfocr_kg.errors import StoreError
from pfocr_kg.store.new_graph import Loading


@dataclass(slots=True)
class Taken:
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


class Patched(Loading):
    """A graph in a build's work folder, begun as a copy of another, that takes a patch."""

    def take(self, changes: Iterable[tuple[bool, ox.Quad]]) -> Taken:
        """Add (True) and remove (False) triples one by one; what does not fit changes nothing.

        Raises:
            StoreError: the graph cannot be written.

        """
        taken = Taken()
        for added, quad in changes:
            if (quad in self._store) == added:
                taken.first = taken.first or str(quad)
                taken.present += added
                taken.absent += not added
                continue
            try:
                (self._store.add if added else self._store.remove)(quad)
            except (OSError, RuntimeError) as error:
                raise StoreError(f"the graph cannot be written: {error}") from None
            taken.added += added
            taken.removed += not added
        return taken
