"""Runs the pipeline: source, mapping, store. Nothing else does."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from pfocr_kg import iris
from pfocr_kg.errors import NothingReadError, RecordError, SourceError, StoreError
from pfocr_kg.mapping import batch, bulk, document
from pfocr_kg.mapping.labels import Names
from pfocr_kg.source import files
from pfocr_kg.source.dictionaries import Dictionaries, with_organisms
from pfocr_kg.store import layout
from pfocr_kg.store.embedded import Loading


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `stage` is "map", "load" or "publish"; counts so far."""

    stage: str
    records: int
    of: int
    figures: int


@dataclass(slots=True)
class Report:
    """What a build did; `as_dict` is what build-report.json holds."""

    sources: list[str]
    figures: int = 0
    triples: int = 0
    classes: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)
    stages: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values; stages in seconds."""
        return {
            "sources": self.sources,
            "figures": self.figures,
            "triples": self.triples,
            "classes": dict(sorted(self.classes.items())),
            "quarantined": self.quarantined,
            "unknown_keys": dict(sorted(self.unknown_keys.items())),
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
        }

    def quarantine(self, error: RecordError) -> None:
        """Note a record, table or row that could not be read."""
        self.quarantined.append({"path": error.place, "reason": error.reason})

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; one entered again adds up."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start


def build(
    sources: Iterable[str | Path] | str | Path,
    store: str | Path,
    *,
    genes: str | Path | None = None,
    jobs: int = 1,
    add: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Build a store from PFOCR records.

    Afterwards the store holds exactly what the sources hold; with `add`, also what it held
    before. `sources` are records, folders or archives; `genes` a newer dictionary of human
    genes; `jobs` the processes that read and map (a script that asks for more than one needs
    the usual `if __name__ == "__main__":`).

    Raises:
        SourceError: a source cannot be used.
        NothingReadError: not one record could be read.
        DictionaryError: `genes` cannot be read.
        StoreError: the store cannot be written.

    """
    named = [Path(s) for s in ([sources] if isinstance(sources, str | Path) else sources)]
    if not named:
        raise SourceError("no source given", hint="Name a folder, record or archive")
    report = Report([str(source) for source in named])
    with layout.building(Path(store)) as work:
        try:
            _Build(Path(store), work, report, progress).run(
                named, None if genes is None else str(genes), jobs, add=add
            )
        except OSError as error:
            place = error.filename or store
            raise StoreError(f"{place}: cannot be written: {error.strerror or error}") from None
    return report


class _Build:
    """One build under way in its work folder."""

    def __init__(
        self, folder: Path, work: Path, report: Report, progress: Callable[[Progress], None]
    ) -> None:
        self.folder = folder
        self.work = work
        self.report = report
        self.progress = progress
        self.new = layout.Generation(work / "filled")
        self.new.path.mkdir()
        self.triples = work / "triples.nt"
        self.before: layout.Generation | None = None
        self.kept: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.names = Names()

    def run(self, sources: list[Path], genes: str | None, jobs: int, *, add: bool) -> None:
        """All stages in turn."""
        dictionaries = batch.load_dictionaries(genes)
        if add:
            self._keep(layout.current(self.folder))
        with self.report.stage("find"):
            groups = self._find(sources)
        with self.report.stage("map"):
            self._map(groups, genes, jobs)
            dictionaries = self._with_organisms(dictionaries, groups, genes)
            self._map_entities(dictionaries)
        with self.report.stage("load"):
            self._load()
        with self.report.stage("publish"):
            self._publish()

    def _keep(self, before: layout.Generation | None) -> None:
        """Begin with what the store holds."""
        self.before = before
        if before is None:
            return
        shutil.copyfile(before.records, self.new.records)
        for line in _lines(before.records):
            figid, digest, place = json.loads(line)
            self.kept[figid], self.places[figid] = digest, place

    def _find(self, sources: list[Path]) -> list[files.Group]:
        """The groups of all sources; a file that two sources name is read once."""
        groups: list[files.Group] = []
        for number, source in enumerate(sources):
            groups += files.find(source, self.work / f"unpacked-{number}")
        if len(sources) == 1:
            return groups
        seen: set[Path] = set()
        unique = []
        for group in groups:
            fresh = tuple(r for r in group.records if r.resolve() not in seen)
            seen.update(record.resolve() for record in fresh)
            unique.append(replace(group, records=fresh))
        return unique

    def _map(self, groups: list[files.Group], genes: str | None, jobs: int) -> None:
        """Read and map all records; write their triples to the work folder."""
        of, done = sum(len(group.records) for group in groups), 0
        with (
            self.triples.open("wb") as out,
            self.new.records.open("a", encoding="utf-8") as records,
        ):
            for mapped in batch.map_all(groups, genes, jobs):
                for error in mapped.errors:
                    self.report.quarantine(error)
                self.report.unknown_keys.update(mapped.unknown_keys)
                for figure in mapped.figures:
                    self._take(figure, out, records)
                done += mapped.records
                self.progress(Progress("map", done, of, len(self.places)))
        if not self.places:
            first = self.report.quarantined[0]
            raise NothingReadError(
                f"not one of {done} record(s) could be read; {first['path']}: {first['reason']}",
                hint="The store is left as it was",
            )

    def _take(self, figure: batch.MappedFigure, out: IO[bytes], records: IO[str]) -> None:
        """Add a figure, unless one of its figid is there."""
        figid, digest = figure.figid, figure.digest
        if self.kept.get(figid) == digest:
            return
        if figid in self.places:
            what = "; build without --add to replace it" if figid in self.kept else ""
            reason = f"its figid {figid} is also that of {self.places[figid]}{what}"
            self.report.quarantine(RecordError(reason, path=figure.shown))
            return
        self.places[figid] = figure.shown
        records.write(json.dumps([figid, digest, figure.shown], ensure_ascii=False) + "\n")
        out.write(figure.triples)
        self.names.add(figure.names)

    def _with_organisms(
        self, dictionaries: Dictionaries, groups: list[files.Group], genes: str | None
    ) -> Dictionaries:
        """Add the sources' own organisms; report what of their shared files is unreadable."""
        pages: list[tuple[str, str, str]] = []
        for group in groups:
            shared = batch.shared(group, genes)
            pages += shared.organism_pages
            for error in shared.errors:
                self.report.quarantine(error)
        return replace(dictionaries, organisms=with_organisms(dictionaries.organisms, pages))

    def _map_entities(self, dictionaries: Dictionaries) -> None:
        """Write the triples of the entities that new records name, labels and all."""
        self.touched = list(self.names.iris())
        if self.before is not None:
            self.names.merge(Names.load(_lines(self.before.names)))
        with self.triples.open("ab") as out:
            for labelled in self.names.only(self.touched).labelled(dictionaries):
                out.write(bulk.to_ntriples(document.entity(labelled)))
            out.write(bulk.to_ntriples(document.creator()))
        with self.new.names.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in self.names.dump())

    def _load(self) -> None:
        """Fill the new graph and count it."""
        done = len(self.places)
        self.progress(Progress("load", done, done, done))
        graph = Loading(self.new.graph, self.before)
        if self.before is not None:
            graph.forget(self.touched)
        graph.load(self.triples)
        self.report.figures = done
        self.report.triples = len(graph)
        self.report.classes = {iris.curie(iri): n for iri, n in graph.count_classes()}
        graph.close()

    def _publish(self) -> None:
        done = len(self.places)
        self.progress(Progress("publish", done, done, done))
        layout.publish(self.folder, self.new.path, self.report.as_dict())


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
