"""Runs `pfocr-kg serve` as a user would, on a free port."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import IO, Any

import httpx


@dataclass
class Server:
    """A running server: `address` without a slash at the end, `process`, `log` so far."""

    address: str
    process: Popen[str]
    log: list[str] = field(default_factory=list)

    def __truediv__(self, path: str) -> str:
        """The address of a path: `server / "health"`."""
        return f"{self.address}/{path}"


@contextmanager
def serving(store: Path, *options: str) -> Iterator[Server]:
    """A server of a store, until the end of the block."""
    command = [sys.executable, "-m", "pfocr_kg.cli", "serve", "--port", "0", "--store", str(store)]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    process = Popen(
        [*command, *options],
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment,
    )
    try:
        yield _started(process)
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            process.kill()
            process.wait()


def _started(process: Popen[str]) -> Server:
    assert process.stderr
    first = process.stderr.readline()
    found = re.fullmatch(r"serving at (http://\S+)/\n", first)
    assert found, first + process.stderr.read()
    server = Server(found[1], process)
    # Read on, so that the pipe does not fill.
    threading.Thread(target=_read, args=(process.stderr, server.log), daemon=True).start()
    return server


def _read(stream: IO[str], lines: list[str]) -> None:
    with stream:
        lines.extend(stream)


def get(address: str, timeout: float = 60, **options: Any) -> httpx.Response:
    """What httpx gets, which by itself waits for five seconds: too few beside other tests."""
    return httpx.get(address, timeout=timeout, **options)
