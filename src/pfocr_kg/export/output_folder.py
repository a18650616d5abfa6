"""Output folders that receive all of their files, or none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pfocr_kg.errors import PfocrError
from pfocr_kg.rdf import unfinished


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder to write files to; when all are written, they are moved to `folder`.

    `folder` is made if it is missing. Files of the same names are replaced, others stay; a failure
    changes nothing.

    Raises:
        PfocrError: it cannot be written.

    """
    place = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    try:
        with unfinished.folder(".pfocr-kg-", place) as work:
            yield work
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(work.iterdir()):
                path.replace(folder / path.name)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PfocrError(f"{folder}: cannot be written: {error.strerror or error}") from None
