"""Finds `ontologies/` and `queries/`: inside the installed package, or in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pfocr_kg.errors import PfocrError

_PACKAGE = Path(__file__).resolve().parent


@cache
def folder(name: str) -> Path:
    """Folder of shipped files: `ontologies` or `queries`.

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
