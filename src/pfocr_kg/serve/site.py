"""What a handler answers from: the opened store of one build, and the settings."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from pfocr_kg.names import lookup
from pfocr_kg.serve.settings import Settings
from pfocr_kg.store.embedded import Embedded

T = TypeVar("T")
_MOST: Final = 300
"""Values that `Site.once` keeps: a list of some rows each, but for a few of the whole graph."""


class Site:
    """The store of one build, opened for reading in one worker.

    What `share` writes to a folder, other workers take from there. It is a private folder of this
    server: it has pickles.
    """

    def __init__(self, settings: Settings, folder: Path | None = None) -> None:
        self.settings = settings
        self.store = Embedded(settings.store)
        self._folder = folder
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
            self._once[key] = self._shared(key, make)
            if len(self._once) > _MOST:
                self._once.popitem(last=False)
        self._once.move_to_end(key)
        found: T = self._once[key]
        return found

    def share(self) -> None:
        """Write what `once` has made, for other workers."""
        for key, made in self._once.items():
            path = self._path(key)
            if path is None or path.exists():
                continue
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")
            part.write_bytes(pickle.dumps(made))
            part.replace(path)

    def _shared(self, key: str, make: Callable[[], T]) -> T:
        """What another worker has made and shared, or else what `make` returns."""
        path = self._path(key)
        if path is not None:
            with suppress(OSError), path.open("rb") as file:
                # Who cleans folders of temporary files may let another user make this one again.
                if os.fstat(file.fileno()).st_uid == os.geteuid():
                    found: T = pickle.load(file)  # noqa: S301 - our own
                    return found
        return make()

    def _path(self, key: str) -> Path | None:
        name = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()
        return self._folder / self.build / name if self._folder else None
