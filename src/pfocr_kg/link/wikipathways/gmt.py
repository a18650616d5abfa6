"""Reads WikiPathways' gene sets in GMT: NCBI gene ids, one pathway a line.

The form of the first field is `Name%WikiPathways_DATE%WP123%Homo sapiens`, as on
https://data.wikipathways.org/current/gmt/.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.link.wikipathways import naming
from pfocr_kg.link.wikipathways.naming import Naming
from pfocr_kg.model import Pathway

_ENDINGS: Final = (".gmt", ".gmt.gz")


def fits(path: Path) -> bool:
    """Whether a path is a GMT file or a folder of them."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.name.lower().endswith(_ENDINGS))
    return [path] if path.name.lower().endswith(_ENDINGS) else []


def read(path: Path, named: Naming, report: Callable[[RecordError], None]) -> Iterator[Pathway]:
    """Read the pathways in the order of the lines; a line that is broken is reported."""
    for file in _files(path):
        try:
            yield from _lines(file, named, report)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            report(RecordError("is a broken .gz file", path=str(file)))


def _lines(path: Path, named: Naming, report: Callable[[RecordError], None]) -> Iterator[Pathway]:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield _pathway(line, named)
            except RecordError as error:
                report(RecordError(error.reason, path=str(path), line=number))


def _pathway(line: bytes, named: Naming) -> Pathway:
    try:
        first, *fields = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        raise RecordError("is not UTF-8 text") from None
    parts = first.rsplit("%", 3)
    found = naming.wpid(parts[2]) if len(parts) == 4 else None
    if found is None:
        raise RecordError("does not begin with Name%WikiPathways_DATE%WP123%Organism")
    organism = named.organism(parts[3].strip())
    wrong = next((f for f in fields[1:] if f.strip() and not f.strip().isdecimal()), None)
    if wrong is not None:
        raise RecordError(f"holds {wrong[:40]!r}, which is no NCBI gene id")
    return Pathway(
        found[0],
        title=parts[0].strip(),
        organism=organism,
        organism_name=parts[3].strip(),
        genes=naming.genes(fields[1:], organism),
    )
