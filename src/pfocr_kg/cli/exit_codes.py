"""Exit codes of the command line; 0 means that all went well."""

from typing import Final

WRONG: Final = 1
"""Something wrong was found."""

UNUSABLE: Final = 2
"""The command cannot be used so."""

INTERRUPTED: Final = 130
"""Stopped by Ctrl-C: 128 and the number of the signal, as shells have it."""

TERMINATED: Final = 143
"""Stopped by TERM."""
