"""Libraries that not everyone has."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pfocr_kg.errors import FormatError
from pfocr_kg.network.options import NEEDS


def library(name: str, purpose: str) -> Any:
    """Import a library of the extra "network".

    Raises:
        FormatError: it is not installed; `purpose` says what it is for.

    """
    try:
        return import_module(name)
    except ImportError as error:
        missing = (error.name or name).partition(".")[0]
        raise FormatError(f"{purpose} needs {missing}", hint=f"Install it: {NEEDS}") from None
