"""Writes a release: a whole graph in one folder, in all formats, described, with checksums."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from pfocr_kg.errors import FormatError, PfocrError
from pfocr_kg.export import release_metadata
from pfocr_kg.export.registry import RELEASE_PARTS
from pfocr_kg.rdf import unfinished
from pfocr_kg.resources import need
from pfocr_kg.store import sparql
from pfocr_kg.store.subset import Store

_NEWEST: Final = "SELECT (MAX(?year) AS ?newest) WHERE { ?paper dcterms:issued ?year }"


def release(
    store: Store,
    folder: Path,
    write_networks: Callable[[Store, Path], None],
    *,
    without: Collection[str] = (),
    day: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write a release; returns its files, sorted.

    `write_networks` writes the networks into a folder; this package may not import
    `network`. the parts in `without` are left out; `day` is the day of publishing as YYYY-MM-DD, by
    default that of SOURCE_DATE_EPOCH, else the newest year of a paper. `progress` is called
    with the name of each part when it begins. The folder gets its name when it is complete. The
    same graph, day and versions of the libraries give the same bytes.

    Raises:
        FormatError: a part is unknown, or the day is not a date.
        PfocrError: the folder exists and is not empty, it cannot be written, or an extra is
            missing.

    """
    if unknown := set(without) - set(RELEASE_PARTS):
        hint = "Parts are " + ", ".join(RELEASE_PARTS)
        raise FormatError(f"unknown part {min(unknown)!r}", hint=hint)
    published = _published(store, day)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PfocrError(f"{folder}: is there already", hint="Name a new folder, or remove it")
    parts = [part for part in RELEASE_PARTS.values() if part.name not in without]
    # Checked first: the parts take hours.
    need("rocrate.rocrate", "formats", "a release")
    for part in parts:
        if part.library:
            need(part.library, "formats", part.name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{folder.name}.part-"
        with unfinished.folder(prefix, folder.parent) as work:
            for part in parts:
                progress(part.name)
                (part.write if part.writer else write_networks)(store, work)
            release_metadata.write(store, work, published)
            work.chmod(0o755)
            work.replace(folder)
    except OSError as error:
        raise PfocrError(f"{folder}: cannot be written: {error.strerror or error}") from None
    return release_metadata.files(folder)


def _published(store: Store, day: str) -> str:
    """The day or year of publishing: as given, else from the environment, else from the data.

    Raises:
        FormatError: the given day is not a date, or there is no date anywhere.

    """
    if day:
        try:
            return date.fromisoformat(day).isoformat()
        except ValueError:
            raise FormatError(f"{day!r} is not a date", hint="As in 2026-03-31") from None
    # https://reproducible-builds.org/specs/source-date-epoch/
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdecimal():
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
        except (OSError, OverflowError, ValueError):
            raise FormatError(
                f"SOURCE_DATE_EPOCH is {epoch}, which is not a valid time in seconds"
            ) from None
    for row in sparql.rows(store, _NEWEST):
        if isinstance(row["newest"], ox.Literal):
            return row["newest"].value
    raise FormatError("no paper has a year", hint="Give --date YYYY-MM-DD")
