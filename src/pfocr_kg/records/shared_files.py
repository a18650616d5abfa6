"""Reads the files that the records of a folder share: maps and organism pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from unicodedata import normalize

from pfocr_kg.errors import OnError, RecordError
from pfocr_kg.records import files, frontmatter, tables
from pfocr_kg.records.dictionaries import Dictionaries, OrganismPage, with_organisms
from pfocr_kg.records.sources import RecordFolder, markdown_files
from pfocr_kg.records.values import taxon_number, text_or_empty

PATHWAY_MAP: Final = "wpid_map.tsv"
NETWORK_MAP: Final = "ndex_map.tsv"

_MOST_IDS: Final = 1000
"""Ids that a map gives one figure; real ones give one."""

_Ids = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """Dictionaries with the organisms of pages added; pathway and network ids of figids.

    Figids and files' names are the same in any normal form of Unicode.
    `organism_pages` are those of the organisms added; `errors` are those of shared files, or of
    their lines, that could not be read.
    """

    dictionaries: Dictionaries
    _pathways: Mapping[str, _Ids]
    _networks: Mapping[str, _Ids]
    organism_pages: tuple[OrganismPage, ...]
    errors: tuple[RecordError, ...]
    _pages: str

    def pathways(self, figid: str) -> _Ids:
        """The pathways that the map gives a figure: each id with its place in the map."""
        return self._pathways.get(normalize("NFC", figid), ())

    def networks(self, figid: str) -> _Ids:
        """The networks that the map gives a figure: each id with its place in the map."""
        return self._networks.get(normalize("NFC", figid), ())

    def fingerprint(self, figid: str) -> str:
        """A text that changes with what shared files say to a figure's record; "" for nothing.

        It holds the entries of the maps for the figure, and a digest of all organism pages.
        """
        entries = [[text for text, _ in ids(figid)] for ids in (self.pathways, self.networks)]
        return json.dumps([*entries, self._pages]) if any(entries) or self._pages else ""


def read_shared(folder: RecordFolder, dictionaries: Dictionaries) -> Shared:
    """Read the shared files of a folder; all of them are optional."""
    errors: list[RecordError] = []
    pathways = _map(folder, PATHWAY_MAP, errors)
    networks = _map(folder, NETWORK_MAP, errors)
    pages = _organisms(folder, errors)
    organisms = with_organisms(dictionaries.organisms, pages)
    return Shared(
        replace(dictionaries, organisms=organisms),
        pathways,
        networks,
        tuple(pages),
        tuple(errors),
        hashlib.sha256(repr(sorted(set(pages))).encode()).hexdigest()[:16] if pages else "",
    )


def _map(folder: RecordFolder, name: str, errors: list[RecordError]) -> dict[str, _Ids]:
    """Figid, in normal form C, -> (id, place in the map) of each of its lines."""
    ids: dict[str, list[tuple[str, str]]] = {}
    full: set[str] = set()
    for tables_folder in folder.tables:
        path = tables_folder / name
        shown = folder.place.show(path)
        try:
            content = files.read(path, files.MAX_SHARED)
        except FileNotFoundError:
            continue
        except RecordError as error:
            errors.append(error.at(shown))
            continue
        for pair in tables.pairs(frontmatter.decode(content, "surrogateescape")):
            if isinstance(pair, RecordError):
                errors.append(pair.at(shown))
                continue
            number, figid, value = pair
            figid = normalize("NFC", figid)
            listed = ids.setdefault(figid, [])
            if len(listed) < _MOST_IDS:
                listed.append((value, f"{shown}:{number}"))
            elif figid not in full:
                full.add(figid)
                reason = f"gives a figure more than {_MOST_IDS:,} ids: the rest is left out"
                errors.append(RecordError(reason, path=shown, line=number))
    return {figid: tuple(listed) for figid, listed in ids.items()}


def _organisms(folder: RecordFolder, errors: list[RecordError]) -> list[OrganismPage]:
    """The tree's organism pages."""
    if folder.organisms is None:
        return []
    try:
        paths = markdown_files(folder.organisms)
    except OSError as error:
        errors.append(files.unreadable(error).at(folder.place.show(folder.organisms)))
        return []
    organisms = []
    for path in paths:
        faults: list[RecordError] = []
        try:
            organisms += _organism(path, faults.append)
        except RecordError as error:
            faults.append(error)
        errors += (fault.at(folder.place.show(path)) for fault in faults)
    return organisms


def _organism(path: Path, report: OnError) -> list[OrganismPage]:
    """The organism of a page; none if the page has no taxon."""
    page = frontmatter.parse(frontmatter.decode(files.read(path)), report)
    latin, common, ncbi = (
        text_or_empty(value) if isinstance(value := page.get(key), str) else ""
        for key in ("latin", "common", "ncbi")
    )
    if not latin:
        raise RecordError("is an organism page without latin name")
    return [(taxon_number(ncbi, "ncbi"), latin, common)] if ncbi else []
