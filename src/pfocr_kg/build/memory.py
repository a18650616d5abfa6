"""How much memory a build takes, all its processes together."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

_SECONDS: Final = 0.2
"""Between two looks. Each costs some milliseconds, since it goes through the processes."""


@contextmanager
def watched() -> Iterator[Callable[[], int]]:
    """Watch memory while the context is open; what it gives tells the peak, in bytes.

    Counted is what this process and its children have in memory (resident set size); pages
    that several of them share count for each.
    """
    peak = now()
    over = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not over.wait(_SECONDS):
            peak = max(peak, now())

    thread = threading.Thread(target=watch, name="pfocr-kg-memory", daemon=True)
    thread.start()
    try:
        yield lambda: peak
    finally:
        peak = max(peak, now())
        over.set()
        thread.join()


def now() -> int:
    """Bytes that this process and its children have in memory."""
    # Imported on use: commands that do not build can spare the time.
    import psutil  # noqa: PLC0415

    total = 0
    own = psutil.Process()
    processes = [own]
    with suppress(psutil.Error):  # a figure of a report is not worth a build
        processes += own.children(recursive=True)
    for process in processes:
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total
