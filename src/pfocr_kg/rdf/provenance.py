"""What can be said of a source without asking anyone: its name, and the commit of a checkout."""

from __future__ import annotations

import configparser
import json
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Source:
    """A source of a graph: its name, and for a git checkout its commit and address."""

    name: str
    commit: str | None = None
    address: str | None = None


def ordered(sources: Iterable[Source]) -> list[Source]:
    """Sources in a fixed order, each once."""
    return sorted(set(sources), key=lambda s: (s.name, s.commit or "", s.address or ""))


def dump(sources: Iterable[Source]) -> str:
    """A line that `load` reads."""
    return json.dumps([astuple(source) for source in ordered(sources)])


def load(line: str) -> list[Source]:
    """What `dump` was given; nothing of an empty line."""
    return [Source(*one) for one in json.loads(line or "[]")]


def source(place: str | Path) -> Source:
    """What is known of the source at a place, which may be a git checkout.

    Only files are read: no git is run and nothing is fetched. Another folder has a name only,
    since times of files tell when they were copied.
    """
    path = Path(place)
    name = path.name or path.resolve().name
    git = _git(path)
    return Source(name) if git is None else Source(name, _commit(git), _address(git))


def _git(folder: Path) -> Path | None:
    """The git folder of a checkout; of a worktree, a file names it."""
    git = folder / ".git"
    if git.is_file():
        named = _text(git).removeprefix("gitdir:").strip()
        git = folder / named
    return git if (git / "HEAD").is_file() else None


def _commit(git: Path) -> str | None:
    """The commit that is checked out (https://git-scm.com/docs/gitrepository-layout)."""
    head = _text(git / "HEAD").strip()
    if head.startswith("ref:"):
        name = head.removeprefix("ref:").strip()
        common = git / (_text(git / "commondir").strip() or ".")
        found = (_text(place / name).strip() for place in (git, common))
        head = next((text for text in found if text), "") or _packed(common, name)
    return head if _COMMIT.fullmatch(head) else None


def _packed(git: Path, name: str) -> str:
    for line in _text(git / "packed-refs").splitlines():
        commit, _, ref = line.partition(" ")
        if ref == name:
            return commit
    return ""


def _address(git: Path) -> str | None:
    """The address of the remote "origin", without the user's name and password."""
    common = git / (_text(git / "commondir").strip() or ".")
    config = configparser.RawConfigParser(strict=False)
    try:
        config.read_string(_text(common / "config"))
    except configparser.Error:
        return None
    given = config.get('remote "origin"', "url", fallback="")
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or parts.hostname is None:
        return None
    host = parts.hostname + (f":{parts.port}" if parts.port else "")
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
