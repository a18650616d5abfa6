"""Libraries that only some users need: imported on use, and named where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pfocr_kg.errors import PfocrError


def need(module: str, extra: str, purpose: str) -> Any:
    """The module, which the extra of this package brings; `purpose` says what it is for.

    Raises:
        PfocrError: it, or something that it needs, is not installed; says how to.

    """
    try:
        return import_module(module)
    except ImportError as error:
        raise missing(error.name or module, extra, purpose) from None


def missing(module: str, extra: str, purpose: str) -> PfocrError:
    """The error that says what to install."""
    package = module.partition(".")[0]
    return PfocrError(
        f"{purpose} needs {package}", hint=f'Install it: pip install "pfocr-kg[{extra}]"'
    )
