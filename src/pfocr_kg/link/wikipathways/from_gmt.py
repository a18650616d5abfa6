"""Reads WikiPathways' gene sets in GMT: NCBI gene ids, one pathway per line.

The first field is `Name%WikiPathways_DATE%WP123%Homo sapiens`, as on
https://data.wikipathways.org/current/gmt/.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pfocr_kg.errors import RecordError
from pfocr_kg.link.wikipathways import identifiers
from pfocr_kg.link.wikipathways.identifiers import NameLookup
from pfocr_kg.model import Pathway

_ENDINGS: Final = (".gmt", ".gmt.gz", ".gmt.txt", ".gmt.txt.gz")
"""Browsers add `.txt` to a file of text."""


def fits(path: Path) -> bool:
    """Whether a path is a GMT file or a folder of them."""
    return bool(_files(path))


def _files(path: Path) -> list[Path]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in files if file.name.lower().endswith(_ENDINGS)]


def read(
    path: Path, lookup: NameLookup, report: Callable[[RecordError], None]
) -> Iterator[Pathway]:
    """Read the pathways in the order of the lines; broken lines are reported."""
    for file in _files(path):
        try:
            yield from _read_file(file, lookup, report)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            report(RecordError("is a broken .gz file", path=str(file)))


def _read_file(
    path: Path, lookup: NameLookup, report: Callable[[RecordError], None]
) -> Iterator[Pathway]:
    opener = gzip.open if path.name.lower().endswith(".gz") else open
    with opener(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield _pathway(line, lookup)
            except RecordError as error:
                report(RecordError(error.reason, path=str(path), line=number))


def _pathway(line: bytes, lookup: NameLookup) -> Pathway:
    try:
        name, *fields = line.decode("utf-8-sig").rstrip("\r\n").split("\t")
    except UnicodeDecodeError:
        raise RecordError("is not UTF-8 text") from None
    parts = name.rsplit("%", 3)
    wpid = identifiers.wpid(parts[2]) if len(parts) == 4 else None
    if wpid is None:
        raise RecordError("does not begin with Name%WikiPathways_DATE%WP123%Organism")
    for text in fields[1:]:
        if text.strip() and not identifiers.is_gene_id(text.strip()):
            raise RecordError(f"holds {text[:40]!r}, which is not an NCBI gene id")
    organism = lookup.organism(parts[3].strip())
    return Pathway(
        wpid[0],
        title=parts[0].strip(),
        organism=organism,
        organism_name=parts[3].strip(),
        genes=identifiers.genes(fields[1:], organism),
    )
