"""Runs the command on a terminal of its own, as a person would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from fork_server import COMMAND, Servers

COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|9[0-7]|38;)[0-9;]*m")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(
    arguments: Sequence[str],
    *,
    width: int = 100,
    env: dict[str, str] | None = None,
    stdin: bytes | None = None,
    typed: bytes = b"",
) -> tuple[int, str]:
    """Run with both outputs on a terminal of so many columns; gives what it showed.

    `stdin` comes from a pipe, `typed` from the keyboard.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    own = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    process = subprocess.Popen(
        [COMMAND, *arguments],
        stdin=subprocess.PIPE if stdin is not None else slave,
        stdout=slave,
        stderr=slave,
        env={**own, "TERM": "xterm-256color", "PYTHONUTF8": "1", **(env or {})},
        start_new_session=True,
    )
    os.close(slave)
    os.write(master, typed)
    if process.stdin is not None:
        process.stdin.write(stdin or b"")
        process.stdin.close()
    shown = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([master], [], [], 0.1)[0]:
            try:
                got = os.read(master, 65536)
            except OSError:  # the other end is closed (Linux)
                break
            if not got:
                break
            shown += got
    os.close(master)
    return process.wait(10), shown.decode().replace("\r\n", "\n")


def drawn(
    servers: Servers,
    arguments: Sequence[object],
    folder: Path,
    *,
    width: int = 100,
    env: dict[str, str] | None = None,
) -> tuple[int, str]:
    """As `on_terminal`, in a process that is spared the imports."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    own = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    environment = {**own, "TERM": "xterm-256color", "PYTHONUTF8": "1", **(env or {})}
    pieces: list[bytes] = []

    def read() -> None:
        with suppress(OSError):  # the other end is closed (Linux)
            while piece := os.read(master, 65536):
                pieces.append(piece)

    reader = threading.Thread(target=read)
    reader.start()
    with open(slave, "r+b", buffering=0) as terminal:  # noqa: PTH123
        code = servers.run([*map(str, arguments)], (terminal,) * 3, environment, folder, 60)
    reader.join(10)
    os.close(master)
    return code, b"".join(pieces).decode(errors="surrogateescape").replace("\r\n", "\n")
