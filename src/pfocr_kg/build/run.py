"""Builds a store: finds, maps and loads records or their changes, links, and replaces the graph.

`build` and `link` are the only pipeline. Each step is a function that takes and returns values;
the store's folder changes in the last step only, in `save_and_make_current`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from itertools import chain, groupby
from pathlib import Path

from pfocr_kg.build import corpus, incremental, worker
from pfocr_kg.build.corpus import Corpus
from pfocr_kg.build.draft import Draft, closing_on_error, creator_triples
from pfocr_kg.build.incremental import FullBuildNeededError
from pfocr_kg.build.replacement import note_places
from pfocr_kg.build.report import (
    Progress,
    Report,
    Reporter,
    Written,
    first_of_figid,
    peak_memory,
)
from pfocr_kg.errors import SourceError, StoreError, checked
from pfocr_kg.link.rules import WikiPathways
from pfocr_kg.names import figure_text
from pfocr_kg.rdf import description, parallel, provenance
from pfocr_kg.rdf.counts import GraphCounts
from pfocr_kg.rdf.ntriples import TriplesWriter
from pfocr_kg.rdf.provenance import Source
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.store import generations, saved_triples
from pfocr_kg.store.generations import Generation
from pfocr_kg.store.loader import Loader, compressing, read_compressed
from pfocr_kg.store.new_graph import NewGraph


@checked
def build(
    sources: Iterable[str | Path] | str | Path,
    store: str | Path,
    *,
    genes: str | Path | None = None,
    wikipathways: WikiPathways | str | Path | None = None,
    jobs: int = 1,
    add: bool = False,
    reread: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Build a store from PFOCR records.

    The store then holds exactly what the sources hold; with `add`, also its earlier figures.
    Records that have not changed since the last build are not read again: those whose files have
    the same sizes and times or, with `reread`, the same bytes. `sources` are records, folders or
    archives; `genes` a newer dictionary of human genes; `wikipathways` the pathways to
    link to, or just the place of WikiPathways; `jobs` the processes that read and map (a script
    that asks for more than one needs the usual `if __name__ == "__main__":`).

    Raises:
        SourceError: a source cannot be used.
        NothingReadError: no record could be read.
        DictionaryError: `genes` cannot be read.
        StoreError: the store cannot be written.

    >>> report = pfocr_kg.build("tests/data/sample/_figures", "my-store")
    >>> report.figures, report.triples, report.quarantined
    (34, 15706, [])
    """
    places = _places(sources)
    request = None if wikipathways is None else WikiPathways.from_source(wikipathways)
    reporter = Reporter(Report([str(place) for place in places]), progress)
    folder = generations.local(store)
    with generations.building(folder) as work:
        previous = generations.current(folder)
        with reporter.stage("find"):
            found = corpus.find(places, None if genes is None else Path(genes), work, reread=reread)
        if previous is not None and add:
            reporter.report.add_earlier(previous.read_report())
            draft = incremental.add(previous, found, work / "added", jobs, reporter)
            made_of = [*_sources(draft), *found.sources]
        else:
            draft = _update_or_fill(previous, found, work, jobs, reporter)
            made_of = list(found.sources)
        with closing(draft):
            _count_records(draft, found, reporter.report)
            note_places(draft.manifest, places, add=add)
            if request is not None:
                counts = add_links(draft, request, found.dictionaries, reporter)
            elif previous is not None and add:
                counts = keep_links(draft, previous, reporter)
            else:
                counts = draft.counts()
                reporter.report.links_dropped = _links(previous)
            save_and_make_current(folder, draft, counts, made_of, reporter)
    return reporter.report


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
    request = WikiPathways.from_source(wikipathways)
    folder = generations.local(store)
    with generations.building(folder, existing=True) as work:
        previous = generations.current(folder)
        assert previous is not None
        reporter = Reporter(Report.before_links(previous.read_report()), progress)
        with closing(Draft.copy(previous, work / "linked")) as draft:
            reporter.report.figures = len(draft.manifest)
            counts = add_links(draft, request, worker.load_dictionaries(), reporter)
            save_and_make_current(folder, draft, counts, _sources(draft), reporter)
    return reporter.report


def _places(sources: Iterable[str | Path] | str | Path) -> list[Path]:
    sources = [sources] if isinstance(sources, str | Path) else list(sources)
    if not sources:
        raise SourceError("no source given", hint="Name a folder, record or archive")
    if any(str(source) == "" for source in sources):
        raise SourceError("a source has no name", hint="Is a variable of your shell empty?")
    return [Path(source) for source in sources]


def _update_or_fill(
    previous: Generation | None, found: Corpus, work: Path, jobs: int, reporter: Reporter
) -> Draft:
    """The last graph changed into that of the sources or, if not possible, a new graph."""
    if previous is not None:
        try:
            return incremental.update(previous, found, work / "updated", jobs, reporter)
        except FullBuildNeededError as error:
            reporter.report.full = error.reason
            reporter.report.quarantined.clear()
    return fill(found, work / "filled", jobs, reporter)


def fill(found: Corpus, folder: Path, jobs: int, reporter: Reporter) -> Draft:
    """A new graph with the figures of all records; loading runs beside mapping."""
    draft = Draft.empty(folder)
    with closing_on_error(draft):
        draft.names.add_unnamed(found.organisms)
        draft.manifest.set_note("fingerprint", found.fingerprint)
        with Loader(draft.graph) as loader:
            with reporter.stage("map"), parallel.collecting_garbage_rarely():
                figures, counts = _map(found, draft, loader, jobs, reporter)
                if not figures:
                    return draft  # nothing to load, which the caller reports
                draft.write_entities(draft.names.all_iris(), found.dictionaries, loader)
                draft.write_shared(*creator_triples(), loader)
            reporter.progress(
                Progress("load", found.records, found.records, figures, loader.triples)
            )
            with reporter.stage("load"):
                loader.finish()
                draft.graph.optimize()
                draft.index.complete()
        with reporter.stage("count"):
            draft.note_counts(_counts(draft, counts))
    return draft


def _map(
    found: Corpus, draft: Draft, loader: Loader, jobs: int, reporter: Reporter
) -> tuple[int, GraphCounts]:
    """Map all records and load their figures, one for each figid.

    Returns the number of figures and the counts of their triples, see `BatchResult.counts`.
    """
    written, counts = Written(), GraphCounts()
    results = worker.map_batches(found.batches(), found.records, jobs)
    for result in reporter.follow(results, found.records, written):
        for figure in first_of_figid(result, draft.manifest, reporter.report):
            loader.write(figure.triples())
            draft.index.add_figure(figure.figid, figure_text.from_line(figure.text_line()))
            written.figures += 1
        draft.names.merge(result.names)
        counts.update(result.counts)
        written.triples = loader.triples
    return written.figures, counts


def _counts(draft: Draft, of_figures: GraphCounts) -> GraphCounts:
    """The counts of a new graph, from those of its figures with their papers.

    To ask the graph for them would read all of it.
    """
    for pmcid in draft.manifest.pmcids_of_several_figures():
        first: set[bytes] = set()
        for triples in draft.manifest.paper_triples(pmcid):
            lines = set(triples.splitlines(keepends=True))
            of_figures.count_lines(lines & first, -1)
            first |= lines
    draft.count_shared(of_figures)
    return of_figures


def _count_records(draft: Draft, found: Corpus, report: Report) -> None:
    """Report what was read.

    Raises:
        NothingReadError: no record could be read.

    """
    found.quarantine_shared(report)
    report.figures = len(draft.manifest)
    report.unknown_keys = draft.manifest.unknown_keys()
    if not report.figures:
        raise report.nothing_read(found.records, "The store is left as it was")


class _NewTriples:
    """Counts triples that are new in a graph, and passes all on to a writer."""

    def __init__(self, out: TriplesWriter, graph: NewGraph, counts: GraphCounts) -> None:
        self._out, self._graph, self._counts = out, graph, counts

    def write(self, triples: bytes) -> int:
        """Take all triples about an IRI; returns their number of bytes."""
        self._graph.count_new(triples.splitlines(keepends=True), self._counts)
        return self._out.write(triples)


def add_links(
    draft: Draft, request: WikiPathways, dictionaries: Dictionaries, reporter: Reporter
) -> GraphCounts:
    """Link the figures of a graph without links to pathways; returns the counts with links."""
    # Imported on use: scipy.stats takes half a second, and most builds do not need it.
    from pfocr_kg.link import linked_names, triples  # noqa: PLC0415

    _tell("link", reporter)
    with reporter.stage("link"):
        draft.graph.copy(draft.generation.unlinked)
        counts = draft.counts()
        with (
            Loader(draft.graph) as loader,
            compressing(draft.generation.links, loader) as out,
        ):
            linked = triples.write(
                draft.graph,
                draft.manifest.facts(),
                request,
                set(draft.names.counted_iris()),
                dictionaries,
                out,
                _NewTriples(out, draft.graph, counts),
            )
        counts.update(linked.report.counts)
        linked_names.write(draft.index, linked, request.pmc_ids, dictionaries)
    reporter.report.set_links(linked.report.as_dict(), linked.report.errors)
    return counts


def keep_links(draft: Draft, previous: Generation, reporter: Reporter) -> GraphCounts:
    """Add the links of the last graph, if it had any; returns the counts with links."""
    if not previous.links.exists():
        return draft.counts()
    with reporter.stage("link"):
        counts = draft.counts()
        draft.graph.copy(draft.generation.unlinked)
        shutil.copyfile(previous.links, draft.generation.links)
        draft.index.keep_linked(previous.index)
        with Loader(draft.graph) as loader:
            out = _NewTriples(loader, draft.graph, counts)
            for triples in _by_subject(read_compressed(draft.generation.links)):
                out.write(triples)
    return counts


def _by_subject(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of blocks of whole lines, all of one subject together."""
    lines = chain.from_iterable(block.splitlines(keepends=True) for block in blocks)
    for _, group in groupby(lines, key=lambda line: line[: line.index(b" ")]):
        yield b"".join(group)


def _links(previous: Generation | None) -> int:
    """The number of links of the last graph; 0 if its report cannot be read."""
    if previous is None or not previous.links.exists():
        return 0
    try:
        return int(previous.read_report().get("links", {}).get("links", 0))
    except StoreError:
        return 0


def _sources(draft: Draft) -> list[Source]:
    """The sources of a copied graph, as stored at its build: a checkout can change since."""
    return provenance.load(draft.manifest.get_note("sources"))


def save_and_make_current(
    folder: Path, draft: Draft, counts: GraphCounts, sources: list[Source], reporter: Reporter
) -> None:
    """Write the description and all files of a draft, and make it the current generation."""
    _tell("publish", reporter)
    report = reporter.report
    with reporter.stage("publish"):
        report.count(counts.triples, counts.classes)
        draft.manifest.set_note(saved_triples.NUMBER, str(counts.triples))
        draft.manifest.set_note("sources", provenance.dump(sources))
        draft.graph.describe(description.from_counts(counts, sources, draft.graph.query))
        draft.save()
        draft.close()
    report.memory = peak_memory()
    generations.make_current(folder, draft.generation.path, report.as_dict())


def _tell(stage: str, reporter: Reporter) -> None:
    figures = reporter.report.figures
    reporter.progress(Progress(stage, figures, figures, figures))
