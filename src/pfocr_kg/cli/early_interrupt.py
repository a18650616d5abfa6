"""Ends the command `pfocr-kg` on Ctrl-C while its modules are imported; nothing is open then.

Imported first of all. In a program that uses the library, Ctrl-C stays as it is.
"""

from __future__ import annotations

import os
import signal
import sys

from pfocr_kg.cli.exit_codes import INTERRUPTED


def _is_command() -> bool:
    """Whether this is the console script, or `python -m pfocr_kg.cli`; a worker is neither."""
    name = os.path.basename(sys.argv[0]) if sys.argv else ""  # noqa: PTH119 - importing takes time
    if name == "-m":  # until Python has found the module
        return "pfocr_kg.cli" in sys.orig_argv
    return name.removesuffix(".exe") == "pfocr-kg" and sys.argv[0] in sys.orig_argv


def _end(*_: object) -> None:
    if sys.stderr is not None:
        os.write(sys.stderr.fileno(), b"pfocr-kg: interrupted\n")
    os._exit(INTERRUPTED)


if _is_command() and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, _end)
