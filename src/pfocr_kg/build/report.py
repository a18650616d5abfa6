"""The progress of a build, and its report."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from pfocr_kg import iris
from pfocr_kg.build.worker import BatchResult
from pfocr_kg.errors import NothingReadError, RecordError
from pfocr_kg.store.manifest import StoredRecord

_LAST_STAGES: Final = ("link", "publish")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `stage` is "compare", "map", "load", "link" or "publish".

    `records` of `total` have been read; `figures` and `triples` were made from them.

    >>> steps = []
    >>> _ = pfocr_kg.link("one-store", "tests/data/wikipathways", progress=steps.append)
    >>> [step.stage for step in steps]
    ['link', 'publish']
    """

    stage: str
    records: int
    total: int
    figures: int
    triples: int = 0


@dataclass(slots=True)
class Report:
    """The report of a build; `as_dict` returns the content of a generation's report.json.

    `quarantined` holds the path and reason of each record, table or row that could not be read,
    and its `source` as the user named it; a file of pathways has no source. `changes` counts the
    figures of an update and is None after a full build; `full` is the reason why a full build
    replaced an update. `links_dropped` counts the links of the last graph, if this one was not
    linked. `stages` are seconds, `memory` is in MiB (see `peak_memory`).

    >>> report.figures, report.links["pathways"], report.quarantined
    (1, 10, [])
    """

    sources: list[str]
    figures: int = 0
    triples: int = 0
    classes: dict[str, int] = field(default_factory=dict)
    quarantined: list[dict[str, str]] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)
    links: dict[str, Any] | None = None
    changes: dict[str, int] | None = None
    full: str = ""
    links_dropped: int = 0
    stages: dict[str, float] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON-ready values.

        >>> sorted(report.as_dict())
        ['classes', 'figures', 'links', 'memory', 'quarantined', ..., 'triples', 'unknown_keys']
        """
        return {
            "sources": self.sources,
            "figures": self.figures,
            "triples": self.triples,
            "classes": dict(sorted(self.classes.items())),
            "quarantined": self.quarantined,
            "unknown_keys": dict(sorted(self.unknown_keys.items())),
            **({} if self.links is None else {"links": self.links}),
            **({} if self.changes is None else {"changes": self.changes}),
            **({"full": self.full} if self.full else {}),
            **({"links_dropped": self.links_dropped} if self.links_dropped else {}),
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
            "memory": self.memory,
        }

    def add_earlier(self, earlier: Mapping[str, Any]) -> None:
        """Add the last build's entries about sources that are not read again."""
        entries = earlier["quarantined"]
        others = [entry for entry in entries if entry.get("source") not in self.sources]
        self.quarantined[:0] = others
        self.sources[:] = dict.fromkeys((*earlier["sources"], *self.sources))
        self.links = earlier.get("links")

    @classmethod
    def before_links(cls, earlier: Mapping[str, Any]) -> Report:
        """The report of the last build, without links and the stages that linking repeats."""
        return cls(
            earlier["sources"],
            quarantined=[entry for entry in earlier["quarantined"] if "source" in entry],
            unknown_keys=Counter(earlier.get("unknown_keys", {})),
            stages={k: v for k, v in earlier.get("stages", {}).items() if k not in _LAST_STAGES},
        )

    def quarantine(self, error: RecordError, source: str | None = None) -> None:
        """Add a record, table, row or file of pathways that could not be read."""
        entry = {"path": error.place, "reason": error.reason}
        self.quarantined.append(entry if source is None else {**entry, "source": source})

    def set_links(self, links: dict[str, Any], errors: Iterable[RecordError]) -> None:
        """Set the counts of links and the errors of files of pathways; earlier ones are removed."""
        self.links = links
        self.quarantined[:] = [entry for entry in self.quarantined if "source" in entry]
        for error in errors:
            self.quarantine(error)

    def nothing_read(self, records: int, hint: str) -> NothingReadError:
        """The error of a build that could read none of its records."""
        first = self.quarantined[0]
        return NothingReadError(
            f"not one of {records} record(s) could be read; {first['path']}: {first['reason']}",
            hint=hint,
        )

    def count(self, triples: int, classes: Mapping[str, int]) -> None:
        """Set the counts of triples and of classes, by their IRIs."""
        self.triples = triples
        self.classes = {iris.curie(iri): n for iri, n in classes.items() if n}


class FirstRecords(Protocol):
    """The first record of each figid."""

    def add(self, record: StoredRecord) -> bool:
        """Add a record unless another has its figid; returns whether it was added."""

    def of_figid(self, figid: str) -> StoredRecord | None:
        """The record of a figid."""


def first_of_figid(
    result: BatchResult, figids: FirstRecords, report: Report
) -> Iterator[StoredRecord]:
    """The figures of a result whose figids are new; the others are quarantined."""
    for figure in result.figures:
        if figids.add(figure):
            yield figure
        else:
            report.quarantine(
                duplicate_figid_error(figure, figids.of_figid(figure.figid)), result.source
            )
            result.names.remove(figure.entity_names())
            result.counts.count_lines(figure.triples().splitlines(keepends=True), -1)


def duplicate_figid_error(
    figure: StoredRecord, first: StoredRecord | None, hint: str = ""
) -> RecordError:
    """The error of a record with the figid of another record."""
    place = first.shown if first else "another record"
    return RecordError(f"its figid {figure.figid} is also that of {place}{hint}", path=figure.shown)


@dataclass(slots=True)
class Written:
    """The numbers of figures and triples that a build has made so far."""

    figures: int = 0
    triples: int = 0


@dataclass(frozen=True, slots=True)
class Reporter:
    """The report of a running build, and the function that receives its progress."""

    report: Report
    progress: Callable[[Progress], None] = lambda _: None

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of a stage to the report."""
        start, stages = time.perf_counter(), self.report.stages
        try:
            yield
        finally:
            stages[name] = stages.get(name, 0.0) + time.perf_counter() - start

    def follow(
        self, results: Iterable[BatchResult], records: int, written: Written
    ) -> Iterator[BatchResult]:
        """Yield the results, whose `records` are counted; report their errors and the progress.

        The caller keeps `written` up to date.
        """
        done = 0
        for result in results:
            for error in result.errors:
                self.report.quarantine(error, result.source)
            yield result
            done += result.records
            if written.figures:  # else the build may fail, with an error of one line
                self.progress(Progress("map", done, records, written.figures, written.triples))


def peak_memory() -> dict[str, int]:
    """The highest resident memory of this process and of its largest child, in MiB.

    Only children that have ended are counted; without any, `largest_child` is left out. Empty on
    Windows.
    """
    if sys.platform == "win32":
        return {}
    import resource  # noqa: PLC0415 (not on every platform)

    unit = 1 if sys.platform == "darwin" else 1024
    own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peaks = {"process": own_peak * unit >> 20, "largest_child": children * unit >> 20}
    return {name: peak for name, peak in peaks.items() if peak}
