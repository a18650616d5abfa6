"""Libraries that only some users need: imported on use, and named where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from pfocr_kg.errors import PfocrError


def need(module: str, extra: str) -> Any:
    """The module, which the extra of this package brings.

    Raises:
        PfocrError: it is not installed; says how to.

    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != module.partition(".")[0]:
            raise
        raise PfocrError(
            f"{module.partition('.')[0]} is not installed",
            hint=f'It comes with: pip install "pfocr-kg[{extra}]"',
        ) from None
