"""Runs the pipeline: source, mapping, store. Nothing else does."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pfocr_kg.build import batch, changes, filling, fingerprint, updating
from pfocr_kg.build.changes import Changes
from pfocr_kg.build.report import Progress, Report
from pfocr_kg.build.work import Counting, Work
from pfocr_kg.errors import NothingReadError, SourceError, StoreError
from pfocr_kg.link.rules import WikiPathways
from pfocr_kg.model import Entity
from pfocr_kg.rdf import description, provenance
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.rdf.labels import NameCounts, NamesError
from pfocr_kg.rdf.provenance import Source
from pfocr_kg.records.dictionaries import Dictionaries, with_organisms
from pfocr_kg.records.sources import RecordFolder, distinct_records, find_records
from pfocr_kg.records.values import taxon
from pfocr_kg.store import generations, manifest, saved_triples
from pfocr_kg.store.loader import Loader, packing, unpacking
from pfocr_kg.store.manifest import Manifest
from pfocr_kg.store.new_graph import Loading


def build(
    sources: Iterable[str | Path] | str | Path,
    store: str | Path,
    *,
    genes: str | Path | None = None,
    wikipathways: WikiPathways | str | Path | None = None,
    jobs: int = 1,
    add: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Build a store from PFOCR records.

    Afterwards the store holds exactly what the sources hold; with `add`, also what it held
    before. Records that have not changed since the last build are not read again. `sources`
    are records, folders or archives; `genes` a newer dictionary of human genes; `wikipathways`
    what to link the figures to, or just the place of WikiPathways; `jobs` the processes that
    read and map (a script that asks for more than one needs the usual
    `if __name__ == "__main__":`).

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
    request = None if wikipathways is None else WikiPathways.of(wikipathways)
    batch.forget()
    own_genes = None if genes is None else Path(genes)
    dictionaries = batch.load_dictionaries(None if genes is None else str(genes))
    report = Report([str(source) for source in named])
    with _building(generations.local(store), report, progress, dictionaries) as run:
        run.find(named, own_genes)
        run.figures(jobs, add=add)
        if request is not None:
            run.link(request)
        elif add:
            run.keep_links()
        else:
            run.drop_links()
        run.publish()
    return report


def link(
    store: str | Path,
    wikipathways: WikiPathways | str | Path,
    *,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Link the figures of a built store to pathways, in place of any links that it has.

    Raises:
        StoreError: there is no store, or it cannot be written.
        SourceError: a source of pathways cannot be used.

    """
    request = WikiPathways.of(wikipathways)
    folder = generations.local(store)
    with generations.reading(folder):
        report = Report.load(folder / generations.REPORT)
    with _building(folder, report, progress, batch.load_dictionaries(None)) as run:
        run.take_over()
        run.link(request)
        run.publish()
    return report


@contextmanager
def _building(
    folder: Path,
    report: Report,
    progress: Callable[[Progress], None],
    dictionaries: Dictionaries,
) -> Iterator[_Build]:
    with generations.building(folder) as work:
        run = _Build(folder, work, report, progress, dictionaries)
        try:
            yield run
        finally:
            run.close()


class _Build:
    """One build under way in its work folder: `find` and `figures`, or `take_over`; then the rest.

    `before` is the generation that it begins with, or None.
    """

    def __init__(
        self,
        folder: Path,
        work: Path,
        report: Report,
        progress: Callable[[Progress], None],
        dictionaries: Dictionaries,
    ) -> None:
        self.folder = folder
        self.temporary = work
        self.report = report
        self.progress = progress
        self.dictionaries = dictionaries
        self.before = generations.current(folder)
        self.new = generations.Generation(work / "filled")
        self.work: Work | None = None
        self.groups: list[RecordFolder] = []
        self.described: list[Entity] = []
        self.genes: str | None = None
        self.fingerprint = ""
        self.read: list[Source] | None = None
        self.added = False
        self.linked: GraphCounts | None = None

    def find(self, places: list[Path], genes: Path | None) -> None:
        """Find the records, and what they share; a file that two sources name is read once."""
        self.genes = None if genes is None else str(genes)
        self.read = list(map(provenance.source, places))
        with self.report.stage("find"):
            for number, source in enumerate(places):
                self.groups += find_records(source, self.temporary / f"unpacked-{number}")
            if len(places) > 1:
                self.groups = list(distinct_records(self.groups))
            shared = [batch.shared(group, self.genes) for group in self.groups]
            pages = [page for one in shared for page in one.organism_pages]
            organisms = with_organisms(self.dictionaries.organisms, pages)
            self.dictionaries = replace(self.dictionaries, organisms=organisms)
            self.described = [taxon(number, "ncbi") for number, _, _ in pages]
            self.fingerprint = fingerprint.of(genes, pages)

    def figures(self, jobs: int, *, add: bool) -> None:
        """Fill a new graph with the figures of the records found."""
        if add and self.before is not None:
            self._add(self.before, jobs)
        elif not self._update(jobs):
            self._fill(jobs)
        for group in self.groups:
            for error in batch.shared(group, self.genes).errors:
                self.report.quarantine(error)
        self.report.figures = len(self._work.manifest)
        self.report.unknown_keys = self._work.manifest.unknown_keys()
        if not self.report.figures:
            first = self.report.quarantined[0]
            records = sum(len(group.records) for group in self.groups)
            raise NothingReadError(
                f"not one of {records} record(s) could be read; {first['path']}: {first['reason']}",
                hint="The store is left as it was",
            )

    def _fill(self, jobs: int) -> None:
        self.new.path.mkdir()
        work = self._begin(
            Loading(self.new.graph), Manifest(self.new.manifest, new=True), NameCounts(), jobs
        )
        work.names.know(self.described)
        work.manifest.note("fingerprint", self.fingerprint)
        filling.fill(work, self.groups, self.genes)

    def _update(self, jobs: int) -> bool:
        """Change the last build's graph into the new one, where that can be done."""
        if self.before is None:
            return False
        try:
            work = self._begin_with(self.before, jobs)
            known = work.manifest.about("fingerprint")
        except StoreError:
            self._give_up("the store knows nothing of its records, or what it knows is damaged")
            return False
        if known != self.fingerprint:
            self._give_up("the mapping, a dictionary or an organism has changed")
            return False
        found = self._compare(work)
        try:
            updating.update(work, found, self._counts(), self.temporary / "triples.nt")
        except updating.TooManyChangesError:
            self._give_up("much has changed")
        except NamesError as error:
            self._give_up(error.message)
        return self.work is not None

    def _compare(self, work: Work) -> Changes:
        records = sum(len(group.records) for group in self.groups)
        self.progress(Progress("compare", 0, records, 0))
        with self.report.stage("compare"):
            return changes.find(self.groups, work.manifest, self.genes)

    def _give_up(self, why: str) -> None:
        """Let go of an update that has come to nothing."""
        self.close()
        self.work = None
        shutil.rmtree(self.new.path, ignore_errors=True)
        self.report.full = why
        self.report.quarantined.clear()

    def _add(self, before: generations.Generation, jobs: int) -> None:
        earlier = Report.load(self.folder / generations.REPORT)
        self.added = True
        self.report.sources = list(dict.fromkeys((*earlier.sources, *self.report.sources)))
        self.report.links = earlier.links
        work = self._begin_with(before, jobs)
        if work.manifest.about("fingerprint") != self.fingerprint:
            work.manifest.note("fingerprint", "")  # no later build can tell what is what
        found = self._compare(work)
        work.names.know(self.described)
        counts, file = self._counts(), self.temporary / "triples.nt"
        updating.add(work, found, counts, file, self.described)

    def take_over(self) -> None:
        """Begin with all that the store holds."""
        if self.before is None:
            raise StoreError(f"{self.folder}: is no pfocr-kg store")
        self._begin_with(self.before, jobs=1)
        self.report.figures = len(self._work.manifest)

    def _begin_with(self, before: generations.Generation, jobs: int) -> Work:
        """Begin with a copy of the last build's graph, without links."""
        if not manifest.is_usable(before.manifest):
            raise StoreError(
                f"{self.folder}: knows nothing of its records: it was patched, or made by an "
                "older pfocr-kg",
                hint="Build it again from its sources, without --add",
            )
        self.new.path.mkdir()
        base = before.unlinked if before.unlinked.exists() else before.graph
        graph = Loading(self.new.graph, base)
        try:
            names = NameCounts.load(_lines(before.names))
            known = Manifest.copy(before.manifest, self.new.manifest)
        except (StoreError, ValueError, TypeError, KeyError, FileNotFoundError):
            graph.close()
            raise StoreError(
                f"{self.folder}: what it knows of its records is damaged",
                hint="Build it again from its sources, without --add",
            ) from None
        return self._begin(graph, known, names, jobs)

    def _begin(self, graph: Loading, known: Manifest, names: NameCounts, jobs: int) -> Work:
        self.work = Work(graph, known, names, self.dictionaries, self.report, self.progress, jobs)
        return self.work

    @property
    def _work(self) -> Work:
        assert self.work is not None, "`figures` or `take_over` comes first"
        return self.work

    def _counts(self) -> GraphCounts:
        """Counts of the graph without links, as the last build kept them; else counted."""
        counts = GraphCounts.load(self._work.manifest.about("counts"))
        return self._work.graph.counts() if counts is None else counts

    def link(self, request: WikiPathways) -> None:
        """Link the figures of the new graph to pathways."""
        # Imported on use: scipy.stats takes half a second, and most builds do without.
        from pfocr_kg.link import triples  # noqa: PLC0415

        self._say("link")
        work = self._work
        with self.report.stage("link"):
            work.graph.copy(self.new.unlinked)
            counts = self._counts()
            with Loader(work.graph) as loader, packing(self.new.links, loader) as out:
                linked = triples.write(
                    work.graph,
                    work.manifest.facts(),
                    request,
                    set(work.names.iris()),
                    self.dictionaries,
                    out,
                    Counting(out, work.graph, counts),
                )
            counts.update(linked.counts)
            self.linked = counts
        for error in linked.errors:
            self.report.quarantine(error)
        self.report.links = linked.as_dict()

    def keep_links(self) -> None:
        """Link the new graph as the last build's was, if it was."""
        if self.before is None or not self.before.links.exists():
            return
        work = self._work
        with self.report.stage("link"):
            work.graph.copy(self.new.unlinked)
            shutil.copyfile(self.before.links, self.new.links)
            with Loader(work.graph) as loader:
                for lines in unpacking(self.new.links):
                    loader.write(lines)

    def drop_links(self) -> None:
        """Note that the last graph was linked, and this one is not: links need pathways."""
        if self.before is not None and self.before.links.exists():
            earlier = Report.load(self.folder / generations.REPORT).links or {}
            self.report.links_dropped = int(earlier.get("links", 0))

    def publish(self) -> None:
        """Count the new graph and make it the store's."""
        self._say("publish")
        work = self._work
        with self.report.stage("publish"):
            if self.linked is not None:
                counts = self.linked
            else:
                counts = work.graph.counts() if self.new.links.exists() else self._counts()
            self.report.count(counts.triples, counts.classes)
            saved_triples.note(work.manifest, counts.triples)
            made_of = self._sources()
            work.manifest.note("sources", provenance.dump(made_of))
            work.graph.describe(description.of_counts(counts, made_of))
            with self.new.names.open("w", encoding="utf-8") as file:
                file.writelines(line + "\n" for line in work.names.dump())
            work.manifest.commit()
            work.graph.flush()
        self.close()
        generations.publish(self.folder, self.new.path, self.report.as_dict())

    def _sources(self) -> list[Source]:
        """What the graph is made from, as it was when it was read: a checkout moves on."""
        earlier = provenance.load(self._work.manifest.about("sources"))
        if self.read is None:  # linked, and nothing else
            return earlier or list(map(provenance.source, self.report.sources))
        return [*earlier, *self.read] if self.added else self.read

    def close(self) -> None:
        """Let go of the files."""
        if self.work is not None:
            self.work.graph.close()
            self.work.manifest.close()

    def _say(self, stage: str) -> None:
        done = self.report.figures
        self.progress(Progress(stage, done, done, done))


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
