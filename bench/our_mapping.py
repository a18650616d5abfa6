"""The mapping alone, as this project does it: a folder of records to one N-Triples file.

python -m bench.our_mapping FOLDER OUT.nt [--jobs 2]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from pfocr_kg.build import worker
from pfocr_kg.rdf import document, ntriples
from pfocr_kg.records import record, sources
from pfocr_kg.records.shared_files import Shared
from pfocr_kg.records.sources import RecordFolder

BATCH = 64


def record_folders(folder: Path) -> list[RecordFolder]:
    """The folders of records below a folder."""
    return sources.find_records(folder, folder)


def shared_files(folder: RecordFolder) -> Shared:
    """What the records of a folder have in common, read once in each process."""
    return worker.shared_inputs("bench", None).shared_of(folder)


def map_record(path: Path, folder: RecordFolder, shared: Shared) -> bytes:
    """Read and map one record."""
    return ntriples.to_ntriples(document.figure(record.read(path, folder, shared).figure))


def _map_batch(batch: RecordFolder) -> bytes:
    shared = shared_files(batch)
    return b"".join(map_record(path, batch, shared) for path in batch.records)


def _batches(folder: Path) -> Iterator[RecordFolder]:
    for found in record_folders(folder):
        for start in range(0, len(found.records), BATCH):
            yield replace(found, records=found.records[start : start + BATCH])


def main() -> None:
    """Map a folder."""
    parser = argparse.ArgumentParser(prog="python -m bench.our_mapping", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    with options.out.open("wb") as out, get_context("spawn").Pool(options.jobs) as pool:
        out.writelines(pool.imap(_map_batch, _batches(options.folder)))


if __name__ == "__main__":
    main()
