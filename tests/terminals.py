"""Runs the command on a terminal of its own, as a person would."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from fork_server import COMMAND, SERVERS

COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|9[0-7]|38;)[0-9;]*m")
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def on_terminal(
    arguments: Sequence[object],
    *,
    width: int = 100,
    env: Mapping[str, str] | None = None,
    typed: bytes = b"",
    cwd: Path | None = None,
) -> tuple[int, str]:
    """Run with all streams on a terminal of so many columns; gives what it showed.

    `typed` comes from the keyboard. As `run_cli`, it takes a new interpreter only for variables
    that Python reads when it starts.
    """
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    own = {k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES", "NO_COLOR")}
    environment = {**own, "TERM": "xterm-256color", "PYTHONUTF8": "1", **(env or {})}
    command, folder = [*map(str, arguments)], cwd or Path.cwd()
    pieces: list[bytes] = []

    def read() -> None:
        with suppress(OSError):  # the other end is closed (Linux)
            while piece := os.read(master, 65536):
                pieces.append(piece)

    os.write(master, typed)
    reader = threading.Thread(target=read)
    reader.start()
    with open(slave, "r+b", buffering=0) as terminal:  # noqa: PTH123
        if any(name.startswith("PYTHON") for name in env or ()):
            streams = dict.fromkeys(("stdin", "stdout", "stderr"), terminal)
            code = subprocess.run(
                [COMMAND, *command], **streams, env=environment, cwd=folder, check=False
            ).returncode
        else:
            code = SERVERS.run(command, (terminal,) * 3, environment, folder, 60)
    reader.join(10)
    os.close(master)
    return code, b"".join(pieces).decode(errors="surrogateescape").replace("\r\n", "\n")
