"""Where a graph comes from: its sources, and the commit and address of each git checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import pyoxigraph as ox

from pfocr_kg.records.files import printable

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_MOST_SECONDS: Final = 10
"""Time limit for git, which reads two small files here."""


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a graph: its name, and for a git checkout its commit and address."""

    name: str
    commit: str | None = None
    address: str | None = None


def ordered(sources: Iterable[Source]) -> list[Source]:
    """Distinct sources in a fixed order."""
    return sorted(set(sources), key=lambda s: (s.name, s.commit or "", s.address or ""))


def dump(sources: Iterable[Source]) -> str:
    """A line that `load` reads."""
    return json.dumps([astuple(source) for source in ordered(sources)])


def load(line: str) -> list[Source]:
    """The sources in a line of `dump`; an empty list for an empty line."""
    return [Source(*one) for one in json.loads(line or "[]")]


def source(place: str | Path) -> Source:
    """The source at a place, which may be a git checkout.

    Asks git, if it is installed; nothing is fetched. Any other folder has only a name: times of
    files would tell when they were copied.
    """
    path = Path(place)
    name = printable(path.name or path.resolve().name)
    if not (path / ".git").exists():
        return Source(name)
    commit = _git(path, "rev-parse", "--verify", "HEAD")
    address = _git(path, "config", "--local", "--get", "remote.origin.url")
    return Source(name, commit if _COMMIT.fullmatch(commit) else None, _public_address(address))


def _git(checkout: Path, *command: str) -> str:
    """The answer of git about a checkout; empty if there is none."""
    # Variables such as GIT_DIR, which a git hook sets, would lead to another checkout.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and the words are ours)
            ("git", "--git-dir", checkout / ".git", *command),  # noqa: S607 (the user's git)
            env={**clean, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def _public_address(url: str) -> str | None:
    """A web address as an IRI, without user name and password; None for other addresses."""
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{parts.port}" if parts.port else ""
        return ox.NamedNode(urlunsplit((parts.scheme, host + port, parts.path, "", ""))).value
    except ValueError:  # of a port, a bracket, or characters that no IRI has
        return None
