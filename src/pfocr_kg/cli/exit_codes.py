"""Exit codes of the command line; 0 means success."""

from typing import Final

WRONG: Final = 1
"""The command found something wrong."""

UNUSABLE: Final = 2
"""The command was used wrongly, or failed."""

INTERRUPTED: Final = 130
"""Stopped by Ctrl-C: 128 plus the number of the signal, as in shells."""

TERMINATED: Final = 143
"""Stopped by TERM."""
