"""A whole graph in one folder, in all formats, described, with checksums."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final

from pfocr_kg.errors import FormatError, PfocrError
from pfocr_kg.export import release_parts
from pfocr_kg.export.release_metadata import finish
from pfocr_kg.export.release_parts import Store
from pfocr_kg.resources import need

PARTS: Final = (*release_parts.PARTS, "networks")
"""Names of the parts of a release, in the order of writing."""


def release(
    store: Store,
    folder: Path,
    networks: Callable[[Store, Path], None],
    *,
    without: Collection[str] = (),
    date: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> list[str]:
    """Write a release; returns its files, sorted.

    `networks` writes the networks into a folder; it is handed in, since `network` is no package
    that this one may import. `without` are parts to leave out; `date` is the day of publishing
    as YYYY-MM-DD, by default what SOURCE_DATE_EPOCH says, else the newest year of a paper.
    `progress` is told the name of each part when it begins. The folder takes its name when it is
    complete. The same graph, date and versions of the libraries give the same bytes.

    Raises:
        FormatError: there is no such part, or the date is none.
        PfocrError: the folder is there and not empty, it cannot be written, or an extra is
            missing.

    """
    if unknown := set(without) - set(PARTS):
        raise FormatError(f"no part {min(unknown)!r}", hint="Parts are " + ", ".join(PARTS))
    published = release_parts.day(store, date)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise PfocrError(f"{folder}: is there already", hint="Name a new folder, or remove it")
    for part, module in release_parts.NEEDED.items():
        if part not in without:
            need(module, "formats", part)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.part-", dir=folder.parent))
    except OSError as error:
        raise PfocrError(f"{folder}: cannot be written: {error.strerror or error}") from None
    try:
        for name, write in {**release_parts.PARTS, "networks": networks}.items():
            if name not in without:
                progress(name)
                write(store, work)
        finish(store, work, published)
        work.chmod(0o755)
        work.replace(folder)
    except OSError as error:
        raise PfocrError(f"{folder}: cannot be written: {error.strerror or error}") from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
