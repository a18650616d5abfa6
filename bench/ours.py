"""The mapping alone, as this project does it: a folder of records to one N-Triples file.

python -m bench.ours FOLDER OUT.nt [--jobs 2]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from pfocr_kg.rdf import document, ntriples
from pfocr_kg.records import dictionaries, record, sources
from pfocr_kg.records.dictionaries import Dictionaries
from pfocr_kg.records.shared_files import Shared, read_shared

BATCH = 64
Part = tuple[sources.RecordFolder, tuple[Path, ...]]


def groups(folder: Path) -> list[sources.RecordFolder]:
    """The groups of records of a folder."""
    return sources.find_records(folder, folder)


@cache
def _dictionaries() -> Dictionaries:
    return Dictionaries(
        dictionaries.bundled_genes(),
        dictionaries.bundled_diseases(),
        dictionaries.bundled_organisms(),
    )


_shared: dict[sources.Place, Shared] = {}


def shared(own: sources.RecordFolder) -> Shared:
    """What the records of a group share, read once a process."""
    if own.place not in _shared:
        _shared[own.place] = read_shared(own, _dictionaries())
    return _shared[own.place]


def figure(path: Path, own: sources.RecordFolder) -> bytes:
    """Read and map one record."""
    return ntriples.to_ntriples(document.figure(record.read(path, own, shared(own)).figure))


def _part(part: Part) -> bytes:
    own, records = part
    return b"".join(figure(path, own) for path in records)


def _parts(folder: Path) -> Iterator[Part]:
    for own in groups(folder):
        bare = sources.RecordFolder(own.place, (), own.tables, own.organisms)
        for start in range(0, len(own.records), BATCH):
            yield bare, own.records[start : start + BATCH]


def main() -> None:
    """Map a folder."""
    parser = argparse.ArgumentParser(prog="python -m bench.ours", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with given.out.open("wb") as out, get_context("spawn").Pool(given.jobs) as pool:
        out.writelines(pool.imap(_part, _parts(given.folder)))


if __name__ == "__main__":
    main()
