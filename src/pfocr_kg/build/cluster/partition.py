"""One partition: what a worker is told to map, what it writes, and what it tells of it."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from uuid import uuid4

from pfocr_kg.build import worker
from pfocr_kg.build.cluster.output import Output
from pfocr_kg.build.cluster.places import Desk, Found
from pfocr_kg.errors import PfocrError, RecordError
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.manifest import StoredRecord, decompress

VERSION: Final = version("pfocr-kg")


@dataclass(frozen=True, slots=True)
class Partition:
    """Records to map, in order.

    `run` is the same for all partitions of a run, and of no other. `taken` are figids that
    earlier partitions have, with the records they have them from.
    """

    number: int
    found: tuple[Found, ...]
    genes: str | None
    output: Output
    run: str
    version: str = VERSION
    taken: Mapping[str, str] = field(default_factory=dict)

    @property
    def records(self) -> int:
        """How many they are."""
        return sum(len(one.group.records) for one in self.found)


@dataclass(slots=True)
class Part:
    """A part that is written, under a name that is not its last; `triples` are its lines.

    `figids` are those of its figures, with the record of each; `quarantined` the place and
    reason of what could not be read.
    """

    number: int
    written: str
    figids: dict[str, str] = field(default_factory=dict)
    triples: int = 0
    size: int = 0
    sha256: str = ""
    names: NameCounts = field(default_factory=NameCounts)
    quarantined: list[tuple[str, str]] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)


def cut(
    found: Iterable[Found], size: int, genes: str | None, output: Output, run: str
) -> Iterator[Partition]:
    """Partitions of `size` records, the last of fewer; which is which depends on nothing else."""
    number, room, taken = 0, size, list[Found]()
    for one in found:
        own, start = one.group, 0
        while start < len(own.records):
            some = own.records[start : start + room]
            taken.append(replace(one, group=replace(own, records=some)))
            start, room = start + len(some), room - len(some)
            if not room:
                yield Partition(number, tuple(taken), genes, output, run)
                number, room, taken = number + 1, size, []
    if taken:
        yield Partition(number, tuple(taken), genes, output, run)


def write(partition: Partition) -> Part:
    """Map a partition's records and write its part; done again, it writes the same bytes.

    Raises:
        PfocrError: the worker has another version of this package, or cannot write the part.

    """
    if partition.version != VERSION:
        raise PfocrError(
            f"a worker has pfocr-kg {VERSION}, and this is {partition.version}",
            hint="Install the same version on all machines",
        )
    desk = _desk(partition.run)
    # A name of its own: two workers can be at it, where one of them was taken for lost.
    part = Part(partition.number, f"{partition.number}-{uuid4().hex}.nt")
    lines: set[bytes] = set()
    places = dict(partition.taken)
    for one in partition.found:
        with _here(one, desk) as group:
            batch = worker.Batch(partition.run, "", group, partition.genes)
            mapped = worker.map_batch(batch)
            part.quarantined += [_place_and_reason(error) for error in mapped.errors]
            for figure in mapped.figures:
                _take(figure, part, places, lines)
    part.triples = len(lines)
    content = b"".join(sorted(lines))
    part.size, part.sha256 = len(content), hashlib.sha256(content).hexdigest()
    partition.output.write(part.written, content)
    return part


@contextmanager
def _here(one: Found, desk: Desk) -> Iterator[RecordFolder]:
    if one.remote is None:
        yield one.group
    else:
        with desk.records(one) as group:
            yield group


def _take(figure: StoredRecord, part: Part, places: dict[str, str], lines: set[bytes]) -> None:
    """Add a figure, unless one of its figid is there."""
    shown = _shown(figure.shown)
    if figure.figid in places:
        reason = f"its figid {figure.figid} is also that of {places[figure.figid]}"
        part.quarantined.append((shown, reason))
        return
    places[figure.figid] = part.figids[figure.figid] = shown
    part.names.add(figure.entity_names())
    if figure.unknown:
        part.unknown_keys.update(json.loads(decompress(figure.unknown)))
    lines.update(figure.triples().splitlines(keepends=True))


def _place_and_reason(error: RecordError) -> tuple[str, str]:
    return _shown(error.place), error.reason


def _shown(place: str) -> str:
    """A file as it was named: relative ones are shown from the folder where the run began."""
    return place.removeprefix("./")


class _Kept(threading.local):
    """What a worker's thread keeps from one partition of a run to the next."""

    run: str = ""
    desk: Desk


_kept = _Kept()


def _desk(run: str) -> Desk:
    """The folder of this thread for the run's files.

    A folder a thread: another one would remove a table that both are reading. It goes with the
    worker's own folder, which Dask removes.
    """
    if _kept.run != run:
        _kept.desk = Desk(Path(mkdtemp(prefix="pfocr-kg-", dir=_folder_of_worker())))
        _kept.run = run
    return _kept.desk


def _folder_of_worker() -> str | None:
    from distributed import get_worker  # noqa: PLC0415 - an extra, imported on use

    try:
        return str(get_worker().local_directory)
    except ValueError:
        return None
