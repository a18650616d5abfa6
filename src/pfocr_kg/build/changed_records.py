"""Finds the records of the sources that may have changed since the last build, by its manifest.

A record is unchanged if `corpus.fingerprint` (code, context, dictionaries, names of organisms) and
what its folder's shared files say to it are the same, and so are the paths, sizes and times of its
files (`_is_unchanged`) or at least their bytes (`worker._unchanged`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pfocr_kg.build.corpus import Corpus
from pfocr_kg.build.worker import Batch, KnownRecord
from pfocr_kg.records.record_files import FolderListing, stamps_digest
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.manifest import Manifest, RecordState

_QUERY_SIZE: Final = 500
"""Records per query of the manifest; every version of SQLite takes 999 values."""


@dataclass(slots=True)
class Differences:
    """What differs between the sources and the last build.

    `batches` are the records to read. `places` maps the key of every record of the sources to its
    position among them and its source. `gone` are the keys of records that only the manifest
    holds; `unchanged` counts the records that need not be read.
    """

    batches: list[Batch] = field(default_factory=list)
    places: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def records(self) -> int:
        """The number of records to read."""
        return sum(len(batch.folder.records) for batch in self.batches)


def compare(corpus: Corpus, manifest: Manifest) -> Differences:
    """Compare the files of all records with the manifest of the last build."""
    differences, listing = Differences(), FolderListing()
    for source, folder in corpus.folders:
        shared = corpus.shared.shared_of(folder)
        changed: list[tuple[Path, KnownRecord | None]] = []
        for key, path, state in _states(folder, manifest):
            differences.places[key] = len(differences.places), source
            if (
                state is None
                or not state.clean
                or state.shared_files != shared.fingerprint(state.figid)
            ):
                changed.append((path, None))
            elif not corpus.reread and _is_unchanged(path, folder, state, listing):
                differences.unchanged += 1
            else:
                changed.append((path, KnownRecord(state.figid, state.digest)))
        differences.batches += corpus.batches_of(source, folder, changed)
    differences.gone = [key for key in manifest.keys() if key not in differences.places]
    return differences


def _states(
    folder: RecordFolder, manifest: Manifest
) -> Iterator[tuple[str, Path, RecordState | None]]:
    """The key, path and last state of each record of a folder."""
    for start in range(0, len(folder.records), _QUERY_SIZE):
        paths = folder.records[start : start + _QUERY_SIZE]
        keys = [folder.key(path) for path in paths]
        states = manifest.states(keys)
        yield from ((key, path, states.get(key)) for key, path in zip(keys, paths, strict=True))


def _is_unchanged(
    path: Path, folder: RecordFolder, state: RecordState, listing: FolderListing
) -> bool:
    if not state.stamps_digest:
        return False
    return state.stamps_digest == stamps_digest(listing.stamps(path, folder, state.figid))
