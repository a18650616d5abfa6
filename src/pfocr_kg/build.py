"""Runs the pipeline: source, mapping, store. Nothing else does."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pfocr_kg import batch, iris
from pfocr_kg.errors import NothingReadError, RecordError, SourceError, StoreError
from pfocr_kg.link.options import Request
from pfocr_kg.mapping import bulk, document
from pfocr_kg.mapping.labels import Names
from pfocr_kg.report import Progress, Report
from pfocr_kg.source import files
from pfocr_kg.source.dictionaries import Dictionaries, with_organisms
from pfocr_kg.source.values import taxon
from pfocr_kg.store import layout
from pfocr_kg.store.embedded import Loading


def build(
    sources: Iterable[str | Path] | str | Path,
    store: str | Path,
    *,
    genes: str | Path | None = None,
    wikipathways: Request | None = None,
    jobs: int = 1,
    add: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Build a store from PFOCR records.

    Afterwards the store holds exactly what the sources hold; with `add`, also what it held
    before. `sources` are records, folders or archives; `genes` a newer dictionary of human
    genes; `wikipathways` what to link the figures to; `jobs` the processes that read and map
    (a script that asks for more than one needs the usual `if __name__ == "__main__":`).

    Raises:
        SourceError: a source cannot be used.
        NothingReadError: not one record could be read.
        DictionaryError: `genes` cannot be read.
        StoreError: the store cannot be written.

    """
    sources = [sources] if isinstance(sources, str | Path) else list(sources)
    named = [Path(source) for source in sources]
    if not named:
        raise SourceError("no source given", hint="Name a folder, record or archive")
    if any(str(source) == "" for source in sources):
        raise SourceError("a source has no name", hint="Is a variable of your shell empty?")
    batch.forget()
    dictionaries = batch.load_dictionaries(None if genes is None else str(genes))
    report = Report([str(source) for source in named])
    with _building(Path(store), report, progress, dictionaries) as run:
        run.read(named, None if genes is None else str(genes), jobs, add=add)
        run.load()
        if wikipathways is not None:
            run.link(wikipathways)
        run.publish()
    return report


def link(
    store: str | Path,
    wikipathways: Request,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Link the figures of a built store to pathways, in place of any links that it has.

    Raises:
        StoreError: there is no store, or it cannot be written.
        SourceError: a source of pathways cannot be used.

    """
    folder = Path(store)
    with layout.reading(folder):
        report = Report.load(folder / layout.REPORT)
    with _building(folder, report, progress, batch.load_dictionaries(None)) as run:
        run.take_over()
        run.link(wikipathways)
        run.publish()
    return report


@contextmanager
def _building(
    folder: Path,
    report: Report,
    progress: Callable[[Progress], None],
    dictionaries: Dictionaries,
) -> Iterator[_Build]:
    with layout.building(folder) as work:
        try:
            yield _Build(folder, work, report, progress, dictionaries)
        except OSError as error:
            place = error.filename or folder
            raise StoreError(f"{place}: cannot be written: {error.strerror or error}") from None


@dataclass(frozen=True, slots=True)
class _Files:
    """What the figures of a new graph are written to."""

    triples: IO[bytes]
    records: IO[str]
    facts: IO[str]


class _Build:
    """One build under way in its work folder: `read` and `load`, or `take_over`; then the rest."""

    def __init__(
        self,
        folder: Path,
        work: Path,
        report: Report,
        progress: Callable[[Progress], None],
        dictionaries: Dictionaries,
    ) -> None:
        self.folder = folder
        self.work = work
        self.report = report
        self.progress = progress
        self.dictionaries = dictionaries
        self.new = layout.Generation(work / "filled")
        self.new.path.mkdir()
        self.triples = work / "triples.nt"
        self.before: layout.Generation | None = None
        self.kept: dict[str, str] = {}
        self.places: dict[str, str] = {}
        self.names = Names()
        self.names_before = Names()
        self.touched: list[str] = []
        self.graph: Loading

    def read(self, sources: list[Path], genes: str | None, jobs: int, *, add: bool) -> None:
        """Read and map the sources, beginning with what the store holds if it is to be kept."""
        if add:
            self._keep(layout.current(self.folder))
        with self.report.stage("find"):
            groups = self._find(sources)
        with self.report.stage("map"):
            self._map(groups, genes, jobs)
            self._add_organisms(groups, genes)
            self._map_entities()

    def take_over(self) -> None:
        """Begin with all that the store holds, and its records' names."""
        before = layout.current(self.folder)
        if before is None:
            raise StoreError(f"{self.folder}: is no pfocr-kg store")
        self._keep(before)
        shutil.copyfile(before.names, self.new.names)
        self.names = self.names_before
        self.graph = Loading(self.new.graph, before)

    def _keep(self, before: layout.Generation | None) -> None:
        """Begin with what the store holds."""
        self.before = before
        if before is None:
            return
        earlier = Report.load(self.folder / layout.REPORT).sources
        self.report.sources = list(dict.fromkeys((*earlier, *self.report.sources)))
        try:
            for line in _lines(before.records):
                figid, digest, place = json.loads(line)
                self.kept[figid], self.places[figid] = digest, place
            self.names_before = Names.load(_lines(before.names))
        except (ValueError, TypeError, OSError):
            raise StoreError(
                f"{self.folder}: what it knows of its records is damaged",
                hint="Build it again from its sources, without --add",
            ) from None
        shutil.copyfile(before.records, self.new.records)
        shutil.copyfile(before.facts, self.new.facts)

    def _find(self, sources: list[Path]) -> list[files.Group]:
        """The groups of all sources; a file that two sources name is read once."""
        groups: list[files.Group] = []
        for number, source in enumerate(sources):
            groups += files.find(source, self.work / f"unpacked-{number}")
        if len(sources) == 1:
            return groups
        seen: set[str] = set()
        unique = []
        for group in groups:
            # os.path.realpath, since Path.resolve gives up on a link to itself.
            fresh = tuple(r for r in group.records if os.path.realpath(r) not in seen)
            seen.update(os.path.realpath(record) for record in fresh)
            unique.append(replace(group, records=fresh))
        return unique

    def _map(self, groups: list[files.Group], genes: str | None, jobs: int) -> None:
        """Read and map all records; write their triples to the work folder."""
        of, done = sum(len(group.records) for group in groups), 0
        with (
            self.triples.open("wb") as out,
            self.new.records.open("a", encoding="utf-8") as records,
            self.new.facts.open("a", encoding="utf-8") as facts,
        ):
            to = _Files(out, records, facts)
            for mapped in batch.map_all(groups, genes, jobs):
                for error in mapped.errors:
                    self.report.quarantine(error)
                self.report.unknown_keys.update(mapped.unknown_keys)
                for figure in mapped.figures:
                    self._take(figure, to)
                done += mapped.records
                if self.places:  # else it may all come to nothing, and one line says so
                    self.progress(Progress("map", done, of, len(self.places)))
        if not self.places:
            first = self.report.quarantined[0]
            raise NothingReadError(
                f"not one of {done} record(s) could be read; {first['path']}: {first['reason']}",
                hint="The store is left as it was",
            )

    def _take(self, figure: batch.MappedFigure, to: _Files) -> None:
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
        to.records.write(json.dumps([figid, digest, figure.shown], ensure_ascii=False) + "\n")
        to.facts.write(figure.facts + "\n")
        to.triples.write(figure.triples)
        self.names.add(figure.names)

    def _add_organisms(self, groups: list[files.Group], genes: str | None) -> None:
        """Add the sources' own organisms; report what of their shared files is unreadable."""
        pages: list[tuple[str, str, str]] = []
        for group in groups:
            shared = batch.shared(group, genes)
            pages += shared.organism_pages
            for error in shared.errors:
                self.report.quarantine(error)
        organisms = with_organisms(self.dictionaries.organisms, pages)
        self.dictionaries = replace(self.dictionaries, organisms=organisms)
        # A later build that adds to this one has the records, and not the pages.
        self.names.know(taxon(number, "ncbi") for number, _, _ in pages)

    def _map_entities(self) -> None:
        """Write the triples of the entities that new records name, labels and all."""
        heard_of = self.names.known()
        if self.before is not None:
            self.names.merge(self.names_before)
        self.touched = [iri for iri in self.names.iris() if iri in heard_of]
        with self.triples.open("ab") as out:
            self.names.settle(self.dictionaries)
            for labelled in self.names.only(self.touched).labelled():
                out.write(bulk.to_ntriples(document.entity(labelled)))
            out.write(bulk.to_ntriples(document.creator()))
        with self.new.names.open("w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in self.names.dump())

    def load(self) -> None:
        """Fill the new graph."""
        self._say("load")
        with self.report.stage("load"):
            self.graph = Loading(self.new.graph, self.before)
            if self.before is not None:
                self.graph.forget(self.touched)
            self.graph.load(self.triples)

    def link(self, request: Request) -> None:
        """Link the figures of the new graph, in place of any links that it has."""
        # Imported on use: scipy.stats takes half a second, and most builds do without.
        from pfocr_kg import linking  # noqa: PLC0415

        self._say("link")
        with self.report.stage("link"):
            with self.triples.open("wb") as out:
                if self.before is not None:
                    linking.forget(self.graph, self.names, out)
                linked = linking.write(
                    self.graph, self.new.facts, request, self.names, self.dictionaries, out
                )
            self.graph.load(self.triples)
        for error in linked.errors:
            self.report.quarantine(error)
        self.report.links = linked.as_dict()

    def publish(self) -> None:
        """Count the new graph and make it the store's."""
        self._say("publish")
        self.report.figures = len(self.places)
        self.report.triples = len(self.graph)
        self.report.classes = {iris.curie(iri): n for iri, n in self.graph.count_classes()}
        self.graph.close()
        layout.publish(self.folder, self.new.path, self.report.as_dict())

    def _say(self, stage: str) -> None:
        done = len(self.places)
        self.progress(Progress(stage, done, done, done))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
