"""Shows the progress of a command: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from pfocr_kg.build.report import Progress
from pfocr_kg.cli.terminal import Screen

SECONDS_BETWEEN_LINES: Final = 10

_STAGES: Final = {
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

_BAR: Final[dict[str, Any]] = {
    "transient": True,
    # Text that is written while there is a bar would be read as styled.
    "redirect_stdout": False,
    "redirect_stderr": False,
}


@contextmanager
def of_build(*, quiet: bool) -> Iterator[Callable[[Progress], None]]:
    """A function that shows the progress of a build."""
    console = Screen(stderr=True)
    if quiet:
        yield lambda _: None
    elif console.is_terminal:
        with Bar(*_COLUMNS, console=console, **_BAR) as bar:
            task = bar.add_task("looking for records", total=None, counts="")

            def update(now: Progress) -> None:
                text, counts = _STAGES[now.stage], _counts(now, bar.tasks[0].elapsed)
                bar.update(
                    task, description=text, completed=now.records, total=now.total, counts=counts
                )

            yield update
    else:
        yield _Lines(console)


def of_push(*, quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    """A function that shows how many of all triples are sent."""
    return _counted("sending triples", quiet=quiet)


def of_validation(*, quiet: bool) -> AbstractContextManager[Callable[[int, int], None]]:
    """A function that shows how many of all constraints are checked."""
    return _counted("checking constraints", quiet=quiet)


@contextmanager
def _counted(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A function that shows how much of something is done."""
    console = Screen(stderr=True)
    if quiet:
        yield lambda _done, _of: None
    elif console.is_terminal:
        with Bar(console=console, **_BAR) as bar:
            task = bar.add_task(what, total=None)
            yield lambda done, of: bar.update(task, completed=done, total=of)
    else:
        timer = _Timer()

        def line(done: int, of: int) -> None:
            if timer.is_due():
                console.print(f"{what}: {done:,} of {of:,}", soft_wrap=True)

        yield line


class _Timer:
    """Decides when to print the next line."""

    def __init__(self) -> None:
        self.last = -float(SECONDS_BETWEEN_LINES)

    def is_due(self, *, at_once: bool = False) -> bool:
        """Whether to print now: `at_once`, or if the last line was long enough ago."""
        due = at_once or time.monotonic() - self.last >= SECONDS_BETWEEN_LINES
        if due:
            self.last = time.monotonic()
        return due


class _Lines:
    """Prints a line when a stage begins, and then from time to time."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.timer = _Timer()
        self.stage = ""
        self.since = 0.0

    def __call__(self, now: Progress) -> None:
        """Print a line, if it is time."""
        begins = now.stage != self.stage
        if not self.timer.is_due(at_once=begins):
            return
        records = f"{now.total:,} {'record' if now.total == 1 else 'records'}"
        if begins:
            self.stage, self.since = now.stage, time.monotonic()
            done = counts = ""
        else:
            done = f"{now.records:,} of "
            counts = _counts(now, time.monotonic() - self.since)
        text = f"{_STAGES[now.stage]}: {done}{records}{'; ' if counts else ''}{counts}"
        self.console.print(text, soft_wrap=True)


def _counts(now: Progress, seconds: float | None) -> str:
    """Figures and triples so far, and triples per second."""
    if not now.triples:
        return ""
    rate = f", {now.triples / seconds:,.0f}/s" if seconds else ""
    figures = f"{now.figures:,} {'figure' if now.figures == 1 else 'figures'}"
    return f"{figures}, {now.triples:,} triples{rate}"
