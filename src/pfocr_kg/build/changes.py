"""What of the sources has changed since the build that a manifest is of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pfocr_kg.build import batch
from pfocr_kg.build.batch import Batch, Known
from pfocr_kg.records.record_files import FolderListing, stamps_digest
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.manifest import Looks, Manifest

_AT_ONCE: Final = 500
"""Records that the manifest is asked for at once; SQLite takes 999 values in any version."""


@dataclass(slots=True)
class Changes:
    """The records to look at, a batch at a time, and those that are gone.

    `order` is the place of every record, by key; `gone` are the keys of records that the
    manifest has and the sources have not; `unchanged` counts the rest.
    """

    batches: list[Batch] = field(default_factory=list)
    order: dict[str, int] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    unchanged: int = 0

    @property
    def records(self) -> int:
        """How many records are to be looked at."""
        return sum(len(one.group.records) for one in self.batches)


def find(groups: Iterable[RecordFolder], manifest: Manifest, genes: str | None) -> Changes:
    """Compare the files of all records with what the manifest says of them."""
    changes, listing = Changes(), FolderListing()
    for own in groups:
        to_look_at = _of_group(own, manifest, genes, listing, changes)
        changes.batches += _batches(own, list(to_look_at), genes)
    changes.gone = [key for key in manifest.record_keys() if key not in changes.order]
    return changes


def _of_group(
    own: RecordFolder,
    manifest: Manifest,
    genes: str | None,
    listing: FolderListing,
    changes: Changes,
) -> Iterator[tuple[Path, Known | None]]:
    shared = batch.shared(own, genes)
    for start in range(0, len(own.records), _AT_ONCE):
        keys = {own.key(path): path for path in own.records[start : start + _AT_ONCE]}
        looks = manifest.looks(list(keys))
        for key, path in keys.items():
            changes.order[key] = len(changes.order)
            row = looks.get(key)
            if row is None or not row.clean or row.maps != shared.of(row.figid):
                yield path, None
            elif _same(path, own, row, listing):
                changes.unchanged += 1
            else:
                yield path, Known(row.figid, row.content)


def _same(path: Path, own: RecordFolder, row: Looks, listing: FolderListing) -> bool:
    if not row.signature:
        return False
    return row.signature == stamps_digest(listing.stamps(path, own, row.figid))


def _batches(
    own: RecordFolder, found: Sequence[tuple[Path, Known | None]], genes: str | None
) -> Iterator[Batch]:
    for start in range(0, len(found), batch.SIZE):
        part = found[start : start + batch.SIZE]
        records = tuple(path for path, _ in part)
        yield Batch(replace(own, records=records), genes, tuple(known for _, known in part))
