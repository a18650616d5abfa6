"""The bundled files, and optional libraries."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pfocr_kg.errors import PfocrError

_PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """Folder of bundled files: `ontologies` or `queries`.

    The wheel carries them in `_data`; an editable install does not see them there and finds
    them at the top of the checkout.

    Raises:
        PfocrError: the installation lacks them.

    """
    for place in (_PACKAGE / "_data" / name, _PACKAGE.parents[1] / name):
        if place.is_dir():
            return place
    raise PfocrError(f"this installation lacks its folder {name!r}", hint="Install pfocr-kg again")


def ontology(name: str) -> Path:
    """A file of `ontologies/`, such as `context.jsonld`."""
    return folder("ontologies") / name


def need(module: str, extra: str, purpose: str) -> Any:
    """Import a module of an optional dependency; `purpose` is its use, for the message.

    Raises:
        PfocrError: it, or a package that it needs, is not installed.

    """
    try:
        return import_module(module)
    except ImportError as error:
        raise missing(error.name or module, extra, purpose) from None


def missing(module: str, extra: str, purpose: str) -> PfocrError:
    """The error for a missing package."""
    package = module.partition(".")[0]
    return PfocrError(f"{purpose} needs {package}", hint=f'In a checkout: pip install ".[{extra}]"')
