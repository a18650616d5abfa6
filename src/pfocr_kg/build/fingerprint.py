"""What a record's triples depend on beside the record: code, context, dictionaries."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from pfocr_kg import resources
from pfocr_kg.errors import DictionaryError

_CODE: Final = ("records", "rdf", "model.py", "iris.py", "build/batch.py", "link/facts.py")
"""What of the package decides on a record's triples, names and facts."""


def of(genes: Path | None, pages: Iterable[tuple[str, str, str]]) -> str:
    """Equal where the same records give the same triples.

    `genes` is the user's dictionary of genes, `pages` the organisms that the sources describe.

    Raises:
        DictionaryError: `genes` cannot be read.

    """
    digest = hashlib.sha256(_own().encode())
    if genes is not None:
        try:
            with genes.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
        except OSError as error:
            raise DictionaryError(f"{genes}: cannot be read: {error.strerror}") from None
    digest.update(repr(sorted(pages)).encode())
    return digest.hexdigest()


@cache
def _own() -> str:
    digest = hashlib.sha256()
    for path in _files():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    package = Path(__file__).parents[1]
    for name in _CODE:
        place = package / name
        yield from sorted(place.rglob("*.py")) if place.is_dir() else [place]
    yield from sorted(resources.folder("ontologies").iterdir())
