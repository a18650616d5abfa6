"""Maps records on a Dask cluster and writes their N-Triples in parts: `pfocr-kg map`.

The steps are those of a build, and so are the functions: find the records, map batches of them
with `worker.map_batch`, keep the first figure of each figid, write the entities last. Only where
the batches are mapped, and where the triples go, differs.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pfocr_kg.build import corpus, dask_cluster, filesystems, parts_folder, worker
from pfocr_kg.build.corpus import Corpus
from pfocr_kg.build.dask_cluster import VERSION
from pfocr_kg.build.draft import creator_triples, entities_of, entity_triples
from pfocr_kg.build.filesystems import RemoteTree
from pfocr_kg.build.parts_folder import PartsFolder, PartsWriter
from pfocr_kg.build.report import Progress, Report, first_of_figid
from pfocr_kg.build.worker import Batch, BatchResult
from pfocr_kg.errors import PfocrError, SourceError
from pfocr_kg.rdf import unfinished
from pfocr_kg.rdf.labels import NameCounts
from pfocr_kg.records.sources import RecordFolder
from pfocr_kg.store.manifest import StoredRecord, compress, decompress

PARTITION_SIZE: Final = 1000
"""Records in a part: some 15 MB of N-Triples."""


@dataclass(slots=True)
class PartsReport:
    """The report of writing parts; `as_dict` returns the content of report.json.

    `triples` counts the lines of all parts; the triples of a paper can be in several parts.
    `parts` hold the name, triples, bytes and sha256 of each part.
    """

    partition_size: int
    build: Report
    parts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def figures(self) -> int:
        """The number of figures."""
        return self.build.figures

    @property
    def triples(self) -> int:
        """The lines of all parts together."""
        return sum(part["triples"] for part in self.parts)

    @property
    def unknown_keys(self) -> Counter[str]:
        """In how many records each unknown key stands."""
        return self.build.unknown_keys

    @property
    def quarantined(self) -> list[dict[str, str]]:
        """The path and reason of each record, table or row that could not be read."""
        return [{key: entry[key] for key in ("path", "reason")} for entry in self.build.quarantined]

    def add(self, part: MappedPart, given: _Sources) -> None:
        """Add a part, and the errors of its records."""
        self.parts.append(part.description)
        self.build.figures += part.report.figures
        self.build.unknown_keys.update(part.report.unknown_keys)
        self.quarantine(part.report, given)

    def quarantine(self, report: Report, given: _Sources) -> None:
        """Add the quarantined entries of a report."""
        for entry in report.quarantined:
            self.build.quarantined.append({key: given.show(entry[key]) for key in entry})

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values; equal for equal records."""
        return {
            "made_by": parts_folder.MADE_BY,
            "version": VERSION,
            "sources": self.build.sources,
            "partition_size": self.partition_size,
            "figures": self.figures,
            "triples": self.triples,
            "quarantined": self.quarantined,
            "unknown_keys": dict(sorted(self.unknown_keys.items())),
            "parts": self.parts,
        }


@dataclass(frozen=True, slots=True)
class _Sources:
    """Sources as absolute local folders; `trees` maps folders to the remote sources they stand for.

    `shown` maps parts of a path to the texts that replace them in messages.
    """

    places: tuple[Path, ...]
    trees: dict[Path, RemoteTree]
    shown: dict[str, str]

    def tree(self, folder: RecordFolder) -> RemoteTree | None:
        """The remote tree that a folder belongs to, if any."""
        root = folder.place.root
        return next((t for at, t in self.trees.items() if root.is_relative_to(at)), None)

    def show(self, text: str) -> str:
        """A text in which paths are replaced by those that the user knows."""
        for name, shown in self.shown.items():
            text = text.replace(name, shown)
        return text


class RecordsByFigid(dict[str, StoredRecord]):
    """The first record of each figid, without its content."""

    def add(self, record: StoredRecord) -> bool:
        """Add a record unless another has its figid; returns whether it was added."""
        light = record.without_content()
        return self.setdefault(record.figid, light) is light

    def of_figid(self, figid: str) -> StoredRecord | None:
        """The record of a figid."""
        return self.get(figid)


@dataclass(frozen=True, slots=True)
class Partition:
    """The records of a part in batches, each with the remote tree of its files, if any.

    `taken` are records of earlier parts with the figid of a record in this one.
    """

    number: int
    batches: tuple[tuple[Batch, RemoteTree | None], ...]
    taken: RecordsByFigid = field(default_factory=RecordsByFigid)
    version: str = VERSION

    @property
    def records(self) -> int:
        """The number of records."""
        return sum(len(batch.folder.records) for batch, _ in self.batches)


@dataclass(slots=True)
class MappedPart:
    """A mapped partition: sorted lines of N-Triples, compressed, and their description.

    `figids` are those of its figures, `names` counts the names of their entities, and `report`
    holds the errors.
    """

    content: bytes
    description: dict[str, Any]
    figids: RecordsByFigid
    names: NameCounts
    report: Report


def write_parts(
    sources: Sequence[str | Path],
    output: str | Path,
    *,
    genes: str | Path | None = None,
    scheduler: str | Any | None = None,
    jobs: int = 1,
    partition_size: int = PARTITION_SIZE,
    progress: Callable[[Progress], None] = lambda _: None,
    notice: Callable[[str], None] = lambda _: None,
) -> PartsReport:
    """Map the sources over Dask, and write sorted parts of N-Triples into a folder.

    All parts together hold the triples that a build of the same sources gives. Sources and
    `output` are paths, or URLs of anything that fsspec opens. `scheduler` is the address of a
    Dask scheduler, or a client of one; without it, `jobs` processes of this machine do the work.
    `notice` is called with what a person may want to know meanwhile.

    Raises:
        SourceError: a source cannot be used.
        NothingReadError: not one record could be read; the output is left as it was.
        DictionaryError: `genes` cannot be read.
        PfocrError: Dask is not installed, no scheduler answers, records were lost with several
            workers, or the output cannot be written, or holds other files.

    """
    named = [str(source) for source in sources]
    if not named or "" in named:
        raise SourceError("a source has no name" if named else "no source given")
    dask_cluster.check_installed()
    folder = PartsFolder.open(str(output))
    report = PartsReport(partition_size, Report(named))
    with unfinished.folder("pfocr-kg-map-") as temporary:
        given = _sources(named, temporary, with_archives=scheduler is None)
        dictionary = None if genes is None else Path.cwd() / genes
        try:
            found = corpus.find(given.places, dictionary, temporary)
        except SourceError as error:
            raise SourceError(given.show(error.message), hint=error.hint) from None
        jobs = min(jobs, -(-found.records // partition_size))
        with dask_cluster.connected(scheduler, jobs) as client, folder.writing() as writer:
            if not dask_cluster.threads(client):
                notice("the scheduler has no workers yet; waiting for them")
            _write(client, found, given, report, writer, progress)
    return report


def _sources(named: Sequence[str], workspace: Path, *, with_archives: bool) -> _Sources:
    places, trees, shown = [], {}, {}
    for number, name in enumerate(named):
        filesystem, path = filesystems.open_filesystem(name)
        if filesystems.is_local(filesystem):
            place = Path(path)
            if place.is_file() and place.suffix != ".md" and not with_archives:
                raise SourceError(
                    f"{name}: an archive is not read over a cluster",
                    hint="Unpack it where all workers can read it",
                )
            if not Path(name).is_absolute():
                shown[f"{Path.cwd()}/"] = ""
        else:
            root = workspace / f"remote-{number}"
            root.mkdir()
            tree, place = filesystems.lay_out(name, filesystem, path, root)
            trees[root] = tree
            shown[str(root)] = tree.shown
        places.append(place)
    return _Sources(tuple(places), trees, shown)


def _write(
    client: Any,
    found: Corpus,
    given: _Sources,
    report: PartsReport,
    writer: PartsWriter,
    progress: Callable[[Progress], None],
) -> None:
    """Map all partitions, write their parts in order, and the entities last."""
    figids, names, done = RecordsByFigid(), NameCounts(), 0
    names.add_unnamed(found.organisms)
    # Closed at once if anything fails: later, the client's connection is gone.
    with closing(_mapped(client, list(_partitions(found, given, report)), figids)) as parts:
        for records, part in parts:
            figids.update(part.figids)
            names.merge(part.names)
            report.add(part, given)
            writer.write(part.description["name"], decompress(part.content))
            done += records
            if figids:  # else the run may fail, with an error of one line
                progress(Progress("map", done, found.records, len(figids), report.triples))
    shared = Report([])
    found.quarantine_shared(shared)
    report.quarantine(shared, given)
    if not figids:
        raise report.build.nothing_read(found.records, "The output is unchanged")
    named = entities_of(names, found.dictionaries, names.all_iris())
    triples = [creator_triples()[1], *(entity_triples(of_iri) for _, of_iri in named)]
    lines = {line for of_one in triples for line in of_one.splitlines(keepends=True)}
    content, description = _part(parts_folder.ENTITIES, lines)
    report.parts.append(description)
    writer.write(parts_folder.ENTITIES, content)
    writer.put_in_place([one["name"] for one in report.parts], report.as_dict())


def _mapped(
    client: Any, partitions: list[Partition], figids: RecordsByFigid
) -> Generator[tuple[int, MappedPart]]:
    """The part of each partition in order, and its number of records.

    `figids` are those of earlier parts, which the caller keeps up to date. A partition that has
    one of them is mapped again without that figure, in this process.
    """
    with closing(dask_cluster.map_in_order(client, map_partition, partitions)) as parts:
        for partition, part in zip(partitions, parts, strict=True):
            same = {figid: figids[figid] for figid in part.figids if figid in figids}
            taken = replace(partition, taken=RecordsByFigid(same))
            yield partition.records, map_partition(taken) if same else part


def _partitions(found: Corpus, given: _Sources, report: PartsReport) -> Iterator[Partition]:
    """Partitions of all records in order, all of one size except the last."""
    batches: list[tuple[Batch, RemoteTree | None]] = []
    size = report.partition_size
    number, room = 0, size
    for source, folder in found.folders:
        tree, records = given.tree(folder), folder.records
        while records:
            some, records = records[:room], records[room:]
            part = replace(folder, records=some)
            batches.append((Batch(found.build, source, part, found.genes), tree))
            room -= len(some)
            if not room:
                yield Partition(number, tuple(batches))
                number, room, batches = number + 1, size, []
    if batches:
        yield Partition(number, tuple(batches))


def map_partition(partition: Partition) -> MappedPart:
    """Map the records of a partition on a worker; remote files are copied there first.

    Raises:
        PfocrError: the worker has another version of this package, or a file cannot be copied.

    """
    if partition.version != VERSION:
        raise PfocrError(
            f"a worker has pfocr-kg {VERSION}, and this is {partition.version}",
            hint="Install the same version on all machines",
        )
    report, names, lines = Report([]), NameCounts(), set[bytes]()
    figids = RecordsByFigid(partition.taken)
    for batch, tree in partition.batches:
        result = _map_batch(batch, tree)
        for error in result.errors:
            report.quarantine(error, batch.source)
        for figure in first_of_figid(result, figids, report):
            lines.update(figure.triples().splitlines(keepends=True))
            report.unknown_keys.update(figure.unknown_keys())
            report.figures += 1
        names.merge(result.names)
    content, description = _part(f"part-{partition.number:05}.nt", lines)
    own = RecordsByFigid({figid: figids[figid] for figid in figids.keys() - partition.taken.keys()})
    return MappedPart(compress(content), description, own, names, report)


def _map_batch(batch: Batch, tree: RemoteTree | None) -> BatchResult:
    if tree is None:
        return worker.map_batch(batch)
    with tree.copied(batch.folder, batch.build) as folder:
        return worker.map_batch(replace(batch, folder=folder))


def _part(name: str, lines: set[bytes]) -> tuple[bytes, dict[str, Any]]:
    """The sorted lines, compressed, and their entry of the report."""
    content = b"".join(sorted(lines))
    return content, {
        "name": name,
        "triples": len(lines),
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
