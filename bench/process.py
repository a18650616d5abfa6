"""Runs commands and measures them: wall time, processor time, memory of the whole tree."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bench.errors import BenchError, Unavailable

SECONDS_BETWEEN_SAMPLES = 0.2
OURS = (sys.executable, "-m", "pfocr_kg.cli")
"""The command that is measured: this checkout's, in this interpreter."""


@dataclass(frozen=True)
class Run:
    """One run of a command.

    `wall` and `cpu` are seconds, of all processes of its tree together; `peak` is the most
    memory that they held at once, in bytes, 0 where it was not sampled.
    """

    wall: float
    cpu: float
    peak: int
    output: str


def run(command: Sequence[str | Path], *, memory: bool = False) -> Run:
    """Run a command to its end.

    Raises:
        BenchError: it failed; the message is the last line that it printed.
        Unavailable: its memory is asked for, and psutil is not installed.

    """
    if memory:
        psutil()
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = _start(command, output)
        sampler = _Sampler(child.pid) if memory else None
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            _stop(child)
            raise
        finally:
            if sampler:
                sampler.stop()
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    if child.returncode:
        lines = text.strip().splitlines() or ["it printed nothing"]
        raise BenchError(f"{_short(command)} ended with {child.returncode}: {lines[-1]}")
    return Run(wall, usage.ru_utime + usage.ru_stime, sampler.peak if sampler else 0, text)


def _start(command: Sequence[str | Path], output: Any) -> subprocess.Popen[bytes]:
    try:
        # In a new session, so that all its processes can be stopped together.
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise BenchError(f"{_short(command)} cannot be run: {error.strerror}") from None


def _stop(child: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(10)
            return


def _short(command: Sequence[str | Path]) -> str:
    parts = [Path(str(part)).name if "/" in str(part) else str(part) for part in command]
    return " ".join(parts[:6])


class _Sampler:
    """Samples how much memory a tree of processes holds, in a thread."""

    def __init__(self, pid: int) -> None:
        self.peak = 0
        self._pid = pid
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(SECONDS_BETWEEN_SAMPLES):
            self.peak = max(self.peak, tree_memory(self._pid))


def tree_memory(pid: int) -> int:
    """Bytes that a process and its descendants hold now: PSS if the system has it, else RSS."""
    library = psutil()
    total = 0
    with contextlib.suppress(library.Error):
        root = library.Process(pid)
        for process in (root, *root.children(recursive=True)):
            # A process may end after it was listed.
            with contextlib.suppress(library.Error):
                total += _memory(process)
    return total


def _memory(process: Any) -> int:
    if memory_kind() == "PSS":
        return int(process.memory_full_info().pss)
    return int(process.memory_info().rss)


@cache
def memory_kind() -> str:
    """The kind of memory: PSS divides shared memory among processes, RSS counts it in each."""
    with contextlib.suppress(psutil().Error):
        return "PSS" if hasattr(psutil().Process().memory_full_info(), "pss") else "RSS"
    return "RSS"


@cache
def psutil() -> Any:
    """The library psutil.

    Raises:
        Unavailable: it is not installed.

    """
    try:
        import psutil  # noqa: PLC0415
    except ImportError:
        raise Unavailable("needs psutil: pip install --group bench") from None
    return psutil
