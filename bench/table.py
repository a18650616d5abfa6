"""What is measured, as a table and as JSON."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.errors import Unavailable
from bench.process import psutil

LIBRARIES = ("pfocr-kg", "pyoxigraph", "oxigraph", "rdflib", "PyLD", "PyYAML", "scipy", "psutil")
_VERDICTS = {True: "met", False: "NOT met", None: "-"}


@dataclass(frozen=True)
class Result:
    """One line of the table.

    `met` is None where there is no target or nothing was measured; `details` go to the JSON.
    """

    row: str
    what: str
    target: str
    measured: str
    met: bool | None = None
    details: dict[str, Any] = field(default_factory=dict)


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most of some measurements."""
    return {
        "median": round(statistics.median(values), 4),
        "least": round(min(values), 4),
        "most": round(max(values), 4),
    }


def paired(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """Median of the ratios of measurements that were made one after the other."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def show(results: Sequence[Result], title: str) -> None:
    """Print the table, to standard output; wide enough for its longest line where it is piped."""
    table = Table(title=title, title_justify="left")
    for column in ("row", "what", "target", "measured", ""):
        table.add_column(column, overflow="fold")
    for result in results:
        verdict = _VERDICTS[result.met]
        table.add_row(result.row, result.what, result.target, result.measured, verdict)
    piped = None if sys.stdout.isatty() else 170
    Console(width=piped, highlight=False).print(table)


def as_json(results: Sequence[Result], figures: int, seed: int, seconds: float) -> dict[str, Any]:
    """All that was measured, with where and when."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "figures": figures,
        "seed": seed,
        "seconds": round(seconds, 1),
        "machine": machine(),
        "rows": [asdict(result) for result in results],
    }


def machine() -> dict[str, Any]:
    """Cores, memory in bytes, system, Python and versions of libraries."""
    try:
        memory = psutil().virtual_memory().total
    except Unavailable:
        memory = None
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "memory": memory,
        "load": [round(load, 2) for load in os.getloadavg()] if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
