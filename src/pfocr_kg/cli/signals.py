"""Ends a command soon after Ctrl-C or TERM, also while the store runs a query."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

from pfocr_kg.cli.exit_codes import INTERRUPTED, TERMINATED
from pfocr_kg.cli.terminal import Screen
from pfocr_kg.rdf import unfinished

_CODES: Final = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED}

_GRACE: Final = 1.0
"""Seconds in which Python can end by itself, as it does between two rows."""


def end_on_signals() -> None:
    """Make Ctrl-C and TERM raise an exception, so that a build removes unfinished files."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def stoppable() -> Iterator[None]:
    """End the process on Ctrl-C or TERM even while a call into native code goes on.

    Python handles a signal when such a call returns, which can be hours later. So signals also
    wake a thread, through a pipe. It gives Python a second, then removes temporary files and
    ends the process. Only for commands that read a store: a half-written store stays.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reading, writing = os.pipe()
    if hasattr(os, "set_blocking"):  # for pipes on every platform from Python 3.12
        os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(reading, ended), daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        signal.set_wakeup_fd(before)
        os.close(writing)
        watcher.join()
        os.close(reading)


def _watch(signals: int, ended: threading.Event) -> None:
    while number := os.read(signals, 1):
        code = _CODES.get(signal.Signals(number[0]))
        if code is None:
            continue
        if ended.wait(_GRACE):
            return
        _end_now(code)


def _end_now(code: int) -> NoReturn:
    """End the process when its main thread cannot.

    `tempfile` has functions registered with `atexit` that remove its folders.
    """
    for worker in multiprocessing.active_children():  # atexit would wait for them
        worker.kill()
    unfinished.remove_all()
    atexit._run_exitfuncs()
    Screen(stderr=True).show_cursor()  # a progress bar has hidden it
    if code == INTERRUPTED and sys.stderr is not None:
        os.write(sys.stderr.fileno(), b"pfocr-kg: interrupted\n")
    os._exit(code)
