"""What a build says while it runs, and what it did."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pfocr_kg.errors import RecordError


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a build is: `stage` is "map", "load", "link" or "publish"; counts so far."""

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
    links: dict[str, Any] | None = None
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
            **({} if self.links is None else {"links": self.links}),
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
        }

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read the report of an earlier build, to add to it; empty where there is none."""
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return cls([])
        return cls(
            said.get("sources", []),
            quarantined=said.get("quarantined", []),
            unknown_keys=Counter(said.get("unknown_keys", {})),
            stages={k: v for k, v in said.get("stages", {}).items() if k != "link"},
        )

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
