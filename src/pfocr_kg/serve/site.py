"""What a handler answers from: the opened store of one build, and the settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar

from pfocr_kg.names import lookup
from pfocr_kg.serve.settings import Settings
from pfocr_kg.store.embedded import Embedded

T = TypeVar("T")


class Site:
    """The store of one build, opened for reading in one worker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Embedded(settings.store)
        self._once: dict[str, Any] = {}

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
        """What `make` returns, made once for this build in this worker."""
        if key not in self._once:
            self._once[key] = make()
        found: T = self._once[key]
        return found
