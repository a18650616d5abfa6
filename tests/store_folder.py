"""What the folder of a store holds."""

from __future__ import annotations

import io
import resource
from collections.abc import Callable
from pathlib import Path

import pfocr_kg

ONE = "PMC3614012__nihms379615f2"


def triples(store: Path) -> list[bytes]:
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    return out.getvalue().splitlines()


def generations(store: Path) -> list[str]:
    return sorted(p.name for p in (store / "generations").iterdir())


def strangers(store: Path) -> list[str]:
    """What a store's folder holds that a finished build does not leave there."""
    known = {"pfocr-kg.json", "pfocr-kg.lock", "generations"}
    return sorted({p.name for p in store.iterdir()} - known)


def limited(size: int) -> Callable[[], None]:
    """Files of a child process end at `size` bytes, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit
