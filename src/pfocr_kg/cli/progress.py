"""Shows how far a build is: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from pfocr_kg.build.report import Progress

SECONDS_BETWEEN_LINES: Final = 10

_SAID: Final = {
    "compare": "looking for changes",
    "map": "reading and mapping",
    "load": "loading the graph",
    "link": "linking figures to pathways",
    "publish": "putting it in place",
}


_COLUMNS: Final = (
    *(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()),
    *(TextColumn("{task.fields[counts]}"), TimeRemainingColumn()),
)


def _counts(now: Progress, seconds: float | None) -> str:
    """Figures and triples so far, and triples a second."""
    if not now.triples:
        return ""
    rate = f", {now.triples / seconds:,.0f}/s" if seconds else ""
    return f"{now.figures:,} figures, {now.triples:,} triples{rate}"


@contextmanager
def shown(console: Console, *, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A function that shows how far a build is."""
    if quiet:
        yield lambda _: None
    elif console.is_terminal:
        with Bar(*_COLUMNS, console=console, transient=True) as bar:
            task = bar.add_task("looking for records", total=None, counts="")

            def update(now: Progress) -> None:
                said, counts = _SAID[now.stage], _counts(now, bar.tasks[0].elapsed)
                bar.update(
                    task, description=said, completed=now.records, total=now.of, counts=counts
                )

            yield update
    else:
        yield _Lines(console)


class _Lines:
    """A line when a stage begins, and now and then while it goes on."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.stage = ""
        self.at = self.since = 0.0

    def __call__(self, now: Progress) -> None:
        """Say it, if it is time."""
        if now.stage == self.stage and time.monotonic() < self.at + SECONDS_BETWEEN_LINES:
            return
        begins = now.stage != self.stage
        self.stage, self.at = now.stage, time.monotonic()
        if begins:
            self.since = self.at
        done = "" if begins else f"{now.records:,} of "
        records = "record" if now.of == 1 else "records"
        counts = "" if begins or not now.triples else f"; {_counts(now, self.seconds())}"
        said = f"{_SAID[now.stage]}: {done}{now.of:,} {records}{counts}"
        self.console.print(said, soft_wrap=True)

    def seconds(self) -> float:
        """Since the stage began."""
        return time.monotonic() - self.since
