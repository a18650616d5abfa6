"""Tells what a build would replace, before it does."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pfocr_kg.errors import StoreError
from pfocr_kg.store import generations, manifest
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.manifest import Manifest

_NOTE: Final = "places"


@dataclass(frozen=True, slots=True)
class Replacement:
    """The figures of a store, and the sources and patches that they are from."""

    figures: int
    sources: tuple[str, ...]


def replaced(sources: Iterable[str | Path], store: str | Path) -> Replacement | None:
    """What a build of these sources, without `add`, would replace; None if nothing is lost.

    That is so if the sources hold all places that the store was built from, however their paths
    are written, or if there is no store, or one that cannot be read. Without one of the sources,
    the build fails.
    """
    sources = list(sources)
    if not all(map(os.path.exists, sources)):
        return None
    try:
        previous = generations.current(generations.local(store))
        if previous is None:
            return None
        report, earlier = previous.read_report(), _places(previous)
    except StoreError:
        return None
    patches = [str(entry["patch"]) for entry in report.get("patches", ())]
    new = {Path(place) for place in absolute(sources)}
    known = earlier or absolute(report["sources"])
    if not patches and all(new & {Path(place), *Path(place).parents} for place in known):
        return None
    return Replacement(int(report.get("figures", 0)), (*(earlier or report["sources"]), *patches))


def absolute(sources: Iterable[str | Path]) -> list[str]:
    """The absolute paths of sources, without links."""
    return [os.path.realpath(source) for source in sources]


def note_places(about: Manifest, sources: Iterable[str | Path], *, add: bool) -> None:
    """Write into a manifest which places its graph is built from; `add` keeps those in it."""
    earlier = json.loads(about.get_note(_NOTE) or "[]") if add else []
    about.set_note(_NOTE, json.dumps(list(dict.fromkeys([*earlier, *absolute(sources)]))))


def _places(previous: Generation) -> list[str]:
    """The places that a graph was built from; none after a patch."""
    if not manifest.is_usable(previous.manifest):
        return []
    with Manifest(previous.manifest) as about:
        return list(json.loads(about.get_note(_NOTE) or "[]"))
