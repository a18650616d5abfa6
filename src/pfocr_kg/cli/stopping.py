"""Lets a person stop a question that the store is still working on."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pfocr_kg.rdf import compressed

INTERRUPTED: Final = 130
TERMINATED: Final = 143
_CODES: Final = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}

_GRACE: Final = 1.0
"""Seconds in which Python may end by itself, as it does between two rows."""


@contextmanager
def stoppable() -> Iterator[None]:
    """End the process by Ctrl-C or TERM even while a call into the store goes on.

    Python hears of a signal when such a call comes back, which can be hours later. Only for
    what reads a store: nothing is tidied up but files that are half written.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours, pythons = os.pipe()
    if hasattr(os, "set_blocking"):  # for pipes on every platform from Python 3.12
        os.set_blocking(pythons, False)
    before = signal.set_wakeup_fd(pythons, warn_on_full_buffer=False)
    over = threading.Event()
    watcher = threading.Thread(target=_watch, args=(ours, over), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        signal.set_wakeup_fd(before)
        os.close(pythons)
        watcher.join()
        os.close(ours)


def _watch(signals: int, over: threading.Event) -> None:
    while number := os.read(signals, 1):
        code = _CODES.get(signal.Signals(number[0]))
        if code is None:
            continue
        if over.wait(_GRACE):
            return
        compressed.remove_unfinished()
        if code == INTERRUPTED and sys.stderr is not None:
            os.write(sys.stderr.fileno(), b"pfocr-kg: interrupted\n")
        os._exit(code)
