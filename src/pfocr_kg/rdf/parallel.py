"""A `map` that works in several processes and returns the results in order."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from pfocr_kg.errors import PfocrError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Item = TypeVar("Item")
Made = TypeVar("Made")

_AHEAD: Final = 4
"""Items per process that are in work or done: a limit on memory."""

_RARE_COLLECTIONS: Final = (50_000, 20, 100)
"""Thresholds of Python's garbage collector for code that makes many small objects and hardly any
cycles: a build then takes a few per cent less time."""


def map_in_order(
    function: Callable[[Item], Made], items: Iterable[Item], processes: int
) -> Iterator[Made]:
    """`map` in this number of processes; in this process if there are fewer than two.

    A program that starts processes needs the usual `if __name__ == "__main__":`.

    Raises:
        PfocrError: one of them was killed.

    """
    if processes < 2:
        yield from map(function, items)
        return
    # Imported on use: every command would wait for it.
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor  # noqa: PLC0415
    from multiprocessing import get_context  # noqa: PLC0415

    with ProcessPoolExecutor(processes, get_context("spawn"), _begin_worker) as pool:
        try:
            yield from _results(pool, function, iter(items), ahead=_AHEAD * processes)
        except BrokenProcessPool:
            raise PfocrError(
                "a worker process was killed", hint="Is memory short? Try a smaller --jobs"
            ) from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _results(
    pool: ProcessPoolExecutor,
    function: Callable[[Item], Made],
    items: Iterator[Item],
    ahead: int,
) -> Iterator[Made]:
    waiting: deque[Future[Made]] = deque()
    for item in items:
        with _uninterrupted():  # it may start a process
            waiting.append(pool.submit(function, item))
        if len(waiting) > ahead:
            yield _result(waiting.popleft())
    while waiting:
        yield _result(waiting.popleft())


def _result(future: Future[Made]) -> Made:
    try:
        return future.result()
    except RuntimeError as error:
        # Ctrl-C while a lock is released: the error of the lock hides it.
        if isinstance(error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from None
        raise


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Delay Ctrl-C for this process, and block it for processes that are started meanwhile.

    A worker that is interrupted while it starts, or whose parent is, ends in a traceback.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        with interrupts_blocked():
            yield
    finally:
        signal.signal(signal.SIGINT, handler)
        if came and callable(handler):
            handler(signal.SIGINT, None)


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Keep Ctrl-C from the processes and threads that start in the context, where possible."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker  # noqa: PLC0415 (not on every platform)

    resource_tracker.ensure_running()  # else it starts in between, and unblocks Ctrl-C
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def collecting_garbage_rarely() -> Iterator[None]:
    """Let Python look for garbage in cycles less often."""
    before = gc.get_threshold()
    gc.set_threshold(*_RARE_COLLECTIONS)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin_worker() -> None:
    gc.set_threshold(*_RARE_COLLECTIONS)
    # Ctrl-C goes to the whole process group; the parent decides how the build ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Stop this process when its parent is gone, however that ended."""
    from multiprocessing import parent_process  # noqa: PLC0415

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
