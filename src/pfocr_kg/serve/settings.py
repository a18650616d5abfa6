"""What the person who starts the server decides."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pfocr_kg.errors import PfocrError

PICTURES: Final = "https://europepmc.org/articles/{pmcid}/bin/{filename}"
"""Where the pictures of figures are, unless told otherwise."""

MEMORY: Final = 256
"""MiB that a worker needs at least."""
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request can cost, and how many run at once.

    `seconds` of a worker's time, `memory` in MiB for one worker, `rows` of one answer, `request`
    bytes of one request; `workers` processes, and so many requests `waiting` for one.
    """

    seconds: float = 60
    memory: int = 2048
    rows: int = 1_000_000
    request: int = 4_000_000
    workers: int = 8
    waiting: int = 100


_HOST: Final = re.compile(r"[\w.-]+|\[[0-9A-Fa-f:.]+\]")
_SERVICE: Final = re.compile(r"https?://[^\s<>\"{}|^`\\]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """The store to serve, and how.

    `hosts` are the names that requests can give as their host: no other site can then lead the
    browser of a user here. `pictures` is the template of a picture's address with {pmcid} and
    {filename}, "" for none. SERVICE can ask endpoints whose IRI begins with one of `services`.
    """

    store: Path
    hosts: tuple[str, ...] = LOOPBACK
    pictures: str = PICTURES
    services: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise PfocrError if a value can have no effect."""
        for host in self.hosts:
            if not _HOST.fullmatch(host):
                raise PfocrError(f"{host!r} is not the name of a host", hint="As in kg.example.org")
        for service in self.services:
            if not _SERVICE.fullmatch(service):
                raise PfocrError(f"{service!r} begins no endpoint's IRI", hint="As in https://…/")
        if self.pictures and not all(
            part in self.pictures for part in ("://", "{pmcid}", "{filename}")
        ):
            raise PfocrError(
                f"{self.pictures!r} is not the address of pictures", hint=f"As in {PICTURES}"
            )
