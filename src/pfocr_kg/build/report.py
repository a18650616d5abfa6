"""What a build says while it runs, and what it did."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pfocr_kg import iris
from pfocr_kg.build.memory import watched
from pfocr_kg.errors import RecordError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `stage` is "compare", "map", "load", "link" or "publish".

    `records` of `of` have been looked at; `figures` and `triples` are those they gave.
    """

    stage: str
    records: int
    of: int
    figures: int
    triples: int = 0


@dataclass(slots=True)
class Report:
    """What a build did; `as_dict` is what build-report.json holds.

    `changes` counts the figures of an update, which changes the last build's graph; it is None
    after a full build, and `full` says why that was one where there was a graph to change.
    `links_dropped` are the links of the last graph, where this one was not linked.
    `stages` are seconds, `memory` the most bytes that all processes held in a stage.
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
        """The report as JSON-ready values; stages in seconds, memory in MiB."""
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
            "memory": {name: peak >> 20 for name, peak in self.memory.items()},
        }

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read the report of an earlier build, to add to it; empty where there is none."""
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls([])
        quarantined = said.get("quarantined", [])
        # Linking comes last; what it could not read is read again when figures are linked anew.
        of_links = said.get("links", {}).get("quarantined", 0)
        return cls(
            said.get("sources", []),
            quarantined=quarantined[: len(quarantined) - of_links],
            links=said.get("links"),
            unknown_keys=Counter(said.get("unknown_keys", {})),
            stages={k: v for k, v in said.get("stages", {}).items() if k != "link"},
        )

    def quarantine(self, error: RecordError) -> None:
        """Note a record, table or row that could not be read."""
        self.quarantined.append({"path": error.place, "reason": error.reason})

    def count(self, triples: int, classes: Mapping[str, int]) -> None:
        """Note what the graph holds; classes by their IRIs."""
        self.triples = triples
        self.classes = {iris.curie(iri): n for iri, n in classes.items() if n}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, and watch its memory; one entered again adds up."""
        start = time.perf_counter()
        try:
            with watched() as peak:
                yield
        finally:
            self.stages[name] = self.stages.get(name, 0.0) + time.perf_counter() - start
            self.memory[name] = max(self.memory.get(name, 0), peak())
