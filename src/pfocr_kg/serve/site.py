"""What a handler answers from: the opened store of one build, and the settings."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, Final, TypeVar

from pfocr_kg.names import lookup
from pfocr_kg.serve.settings import Settings
from pfocr_kg.store.embedded import Embedded

T = TypeVar("T")
_MOST: Final = 300
"""Values that `Site.once` keeps: a list of some rows each, but for a few of the whole graph."""


class Site:
    """The store of one build, opened for reading in one worker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Embedded(settings.store)
        self._once: OrderedDict[str, Any] = OrderedDict()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    @property
    def build(self) -> str:
        """The id of the build: its date and time, and a random part."""
        return self.store.generation.path.name

    @property
    def built(self) -> str:
        """The date of the build, as in 2026-11-26."""
        return datetime.strptime(self.build[:8], "%Y%m%d").date().isoformat()

    @cached_property
    def names(self) -> lookup.Names:
        """The names of the store."""
        return lookup.of_store(self.store)

    def once(self, key: str, make: Callable[[], T]) -> T:
        """What `make` returns, made once for this build in this worker.

        Of more than `_MOST` values, those that were not used for the longest time are made again.
        """
        if key not in self._once:
            self._once[key] = make()
            if len(self._once) > _MOST:
                self._once.popitem(last=False)
        self._once.move_to_end(key)
        found: T = self._once[key]
        return found
