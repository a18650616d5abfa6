"""Output folders that get all of their files, or none."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pfocr_kg.errors import PfocrError


@contextmanager
def all_or_nothing(folder: Path) -> Iterator[Path]:
    """A folder to write files to; when all are written, they are moved to `folder`.

    It is made where it is missing. Files of the same names are replaced, others stay; a
    failure leaves everything as it was.

    Raises:
        PfocrError: it cannot be written.

    """
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".pfocr-kg-", dir=folder))
        try:
            yield work
            for path in sorted(work.iterdir()):
                path.replace(folder / path.name)
        finally:
            shutil.rmtree(work, ignore_errors=True)
            if is_new and not any(folder.iterdir()):
                folder.rmdir()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PfocrError(f"{folder}: cannot be written: {error.strerror or error}") from None
