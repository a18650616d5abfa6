"""Finds pathways that share a paper with a figure, by DOI, PubMed id or PMC id."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Final

from pfocr_kg.errors import DictionaryError
from pfocr_kg.model import Pathway

_COLUMNS: Final = ("DOI", "PMCID", "PMID")


class PaperIndex:
    """Pathways by the papers that they cite or that cite them; a pathway is its position.

    `pmc_ids` is PubMed Central's list of ids (PMC-ids.csv, may be .gz, from
    https://ftp.ncbi.nlm.nih.gov/pub/pmc/): figures have their paper's PMC id, pathways mostly
    PubMed ids. It is read as a stream, and only papers of pathways are held. Without it,
    `unused_pubmed_ids` counts the PubMed ids of pathways, which then find no figure.

    Raises:
        DictionaryError: `pmc_ids` cannot be read, or is another file.

    """

    def __init__(self, pathways: Sequence[Pathway], pmc_ids: Path | None = None) -> None:
        self._by_doi: dict[str, set[int]] = {}
        self._by_pmcid: dict[str, set[int]] = {}
        by_pubmed: dict[str, set[int]] = {}
        for at, pathway in enumerate(pathways):
            _add(self._by_doi, (*pathway.dois, *pathway.citing_dois), at)
            _add(self._by_pmcid, (*pathway.pmcids, *pathway.citing_pmcids), at)
            _add(by_pubmed, pathway.pubmed, at)
        self.unused_pubmed_ids = len(by_pubmed) if pmc_ids is None else 0
        for doi, pmcid, pubmed in () if pmc_ids is None else read(pmc_ids):
            found = by_pubmed.get(pubmed, set()) | self._by_doi.get(doi.lower(), set())
            if found and pmcid:
                self._by_pmcid.setdefault(pmcid, set()).update(found)

    def find(self, pmcid: str, dois: Iterable[str]) -> set[int]:
        """The pathways that share a paper with a figure of this paper; DOIs in lower case."""
        found = set(self._by_pmcid.get(pmcid, ()))
        return found.union(*(self._by_doi.get(doi, ()) for doi in dois))


def _add(index: dict[str, set[int]], ids: Iterable[str], at: int) -> None:
    for identifier in ids:
        index.setdefault(identifier, set()).add(at)


def read(path: Path) -> Iterator[tuple[str, str, str]]:
    """(DOI, PMC id, PubMed id) of each complete line of PMC-ids.csv.

    Raises:
        DictionaryError: it cannot be read, or is another file.

    """
    try:
        with _open(path) as file:
            # Millions of lines: csv.DictReader takes three times as long.
            rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
            header = next(rows, [])
            if not set(_COLUMNS) <= set(header):
                raise DictionaryError(
                    f"{path}: lacks the columns {', '.join(_COLUMNS)}",
                    hint="It takes PMC-ids.csv of PubMed Central, as it is or gzipped",
                )
            doi, pmcid, pubmed = map(header.index, _COLUMNS)
            last = max(doi, pmcid, pubmed)
            for row in rows:
                if len(row) > last:
                    yield row[doi].strip(), row[pmcid].strip(), row[pubmed].strip()
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise DictionaryError(f"{path}: cannot be read: {reason}") from None
    except (UnicodeDecodeError, csv.Error):
        raise DictionaryError(f"{path}: is not CSV in UTF-8") from None


def _open(path: Path) -> IO[bytes]:
    file = path.open("rb")
    if file.peek(2)[:2] == b"\x1f\x8b":
        return gzip.open(file)  # type: ignore[return-value]
    return file
