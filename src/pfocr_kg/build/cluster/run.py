"""A run: sources in partitions, a part of N-Triples each, and one of the entities they share."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from pfocr_kg.build import worker
from pfocr_kg.build.cluster import cluster, places
from pfocr_kg.build.cluster.output import ENTITIES, MADE_BY, Output, described, part_name
from pfocr_kg.build.cluster.partition import VERSION, Part, Partition, cut
from pfocr_kg.errors import NothingReadError, PfocrError, SourceError
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.records.dictionaries import with_organisms

PARTITION_SIZE: Final = 1000
"""Records in a partition: about a second of work and 15 MB of N-Triples."""


@dataclass(slots=True)
class Report:
    """What a run wrote; `as_dict` is what report.json holds.

    `triples` are the lines of all parts: what two figures of one paper say of it stands in both
    of their parts. `parts` have name, triples, bytes and sha256.
    """

    sources: list[str]
    partition_size: int
    figures: int = 0
    triples: int = 0
    parts: list[dict[str, Any]] = field(default_factory=list)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values; the same records give the same."""
        return {
            "made_by": MADE_BY,
            "version": VERSION,
            "sources": self.sources,
            "partition_size": self.partition_size,
            "figures": self.figures,
            "triples": self.triples,
            "quarantined": self.quarantined,
            "unknown_keys": dict(sorted(self.unknown_keys.items())),
            "parts": self.parts,
        }


def write(
    sources: Sequence[str | Path],
    output: str | Path,
    *,
    genes: str | Path | None = None,
    scheduler: str | Any | None = None,
    jobs: int = 1,
    partition_size: int = PARTITION_SIZE,
    progress: Callable[[int, int, int], None] = lambda *_: None,
    notice: Callable[[str], None] = lambda _: None,
) -> Report:
    """Map the sources over Dask, and write sorted parts of N-Triples into a folder.

    All parts together hold the triples that a build of the same sources gives. Sources and
    `output` are paths, or URLs of anything that fsspec opens. `scheduler` is the address of a
    Dask scheduler, or a client of one; without it, `jobs` processes of this machine do the work.
    `progress` is called with records done, records in all, and figures; `notice` with what a
    person may want to know meanwhile.

    Raises:
        SourceError: a source cannot be used.
        NothingReadError: not one record could be read; the output is left as it was.
        DictionaryError: `genes` cannot be read.
        PfocrError: Dask is not installed, no scheduler answers, a worker failed for good, or
            the output cannot be written, or holds other files.

    """
    named = [str(source) for source in sources]
    if not named or "" in named:
        raise SourceError("a source has no name" if named else "no source given")
    cluster.needed()
    dictionary = None if genes is None else str(Path.cwd() / genes)
    run = _Run(named, Output.opened(str(output), uuid4().hex), dictionary, partition_size, progress)
    with tempfile.TemporaryDirectory(prefix="pfocr-kg-map-") as folder:
        found = run.find(Path(folder), here=scheduler is None)
        most = min(jobs, -(-run.of // partition_size))
        with cluster.connected(scheduler, most) as client:
            if not cluster.threads(client):
                notice("the scheduler has no workers yet; waiting for them")
            run.map(client, found)
    return run.report


class _Run:
    """One run under way: `find`, then `map`."""

    def __init__(
        self,
        sources: list[str],
        output: Output,
        genes: str | None,
        partition_size: int,
        progress: Callable[[int, int, int], None],
    ) -> None:
        self.report = Report(sources, partition_size)
        self.output = output
        self.genes = genes
        self.progress = progress
        self.shared = worker.SharedInputs(genes)
        self.dictionaries = self.shared.dictionaries
        self.of = 0
        self.done = 0
        self.names = NameCounts()
        self.places: dict[str, str] = {}
        self.written: list[tuple[str, str]] = []
        self.client: Any = None

    def find(self, workspace: Path, *, here: bool) -> list[places.Found]:
        """The groups of all sources, and what they share."""
        found: list[places.Found] = []
        for number, source in enumerate(self.report.sources):
            unpacked = workspace / f"unpacked-{number}"
            found += places.find(source, unpacked)
            if unpacked.exists() and not here:
                raise SourceError(
                    f"{source}: an archive is not read over a cluster",
                    hint="Unpack it where all workers can read it",
                )
        if len(self.report.sources) > 1:
            found = places.unique(found)
        self.of = sum(len(one.group.records) for one in found)
        self._read_shared(found, workspace / "shared")
        return found

    def _read_shared(self, found: list[places.Found], folder: Path) -> None:
        """Add the sources' own organisms; report what of their shared files is unreadable."""
        desk, pages = places.Desk(folder), list[tuple[str, str, str]]()
        for one in found:
            group = one.group if one.remote is None else desk.shared(one)
            shared = self.shared.of(group)
            pages += shared.organism_pages
            for error in shared.errors:
                self._quarantine(error.place.removeprefix("./"), error.reason)
        organisms = with_organisms(self.dictionaries.organisms, pages)
        self.dictionaries = replace(self.dictionaries, organisms=organisms)

    def map(self, client: Any, found: list[places.Found]) -> None:
        """Have all partitions mapped, write the entities, and put everything in place."""
        self.client = client
        new = self.output.begin()
        try:
            size, output = self.report.partition_size, self.output
            partitions = cut(found, size, self.genes, output, output.run)
            cluster.run(client, partitions, self._take)
            if not self.places:
                raise self._nothing_read()
            self._write_entities()
            self.report.figures = len(self.places)
            self.report.triples = sum(part["triples"] for part in self.report.parts)
            self.output.publish(self.written, self.report.as_dict())
        finally:
            self.output.end(new=new)

    def _take(self, partition: Partition, part: Part) -> None:
        """Add a part; where an earlier one has some of its figids, have it written anew."""
        taken = {figid: self.places[figid] for figid in part.figids if figid in self.places}
        if taken:
            again = replace(partition, taken=taken)
            part = cluster.result(cluster.submit(self.client, again, first=True))
        self.places.update(part.figids)
        self.names.merge(part.names)
        for place, reason in part.quarantined:
            self._quarantine(place, reason)
        self.report.unknown_keys.update(part.unknown_keys)
        name = part_name(part.number)
        self.written.append((part.written, name))
        self.report.parts.append(
            {"name": name, "triples": part.triples, "bytes": part.size, "sha256": part.sha256}
        )
        self.done += partition.records
        if self.places:  # else it may all come to nothing, and one line says so
            self.progress(self.done, self.of, len(self.places))

    def _write_entities(self) -> None:
        """Write what is said once of each entity that records name, labels and all."""
        self.names.settle(self.dictionaries)
        lines = set(ntriples.to_ntriples(document.creator()).splitlines(keepends=True))
        for labelled in self.names.only(self.names.iris()).labelled():
            lines.update(ntriples.to_ntriples(document.entity(labelled)).splitlines(keepends=True))
        content = b"".join(sorted(lines))
        self.output.write(ENTITIES, content)
        self.written.append((ENTITIES, ENTITIES))
        self.report.parts.append(described(ENTITIES, content))

    def _quarantine(self, place: str, reason: str) -> None:
        self.report.quarantined.append({"path": place, "reason": reason})

    def _nothing_read(self) -> PfocrError:
        first = self.report.quarantined[0]
        return NothingReadError(
            f"not one of {self.of} record(s) could be read; {first['path']}: {first['reason']}",
            hint="The output is left as it was",
        )
