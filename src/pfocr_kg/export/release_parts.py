"""The parts of a release, each written by the module that writes the format alone."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from functools import reduce
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from pfocr_kg.errors import FormatError
from pfocr_kg.export import gmt, kgx, nanopubs, parquet, sorted_rdf
from pfocr_kg.link import store_links
from pfocr_kg.rdf import compressed, description, provenance
from pfocr_kg.store import generations, sparql
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.endpoint import Remote
from pfocr_kg.store.generations import REPORT

Store = Embedded | Remote

_LINKED: Final = sparql.PROLOGUE + "ASK { ?link a pfocr:PathwayLink }"
_NEWEST: Final = "SELECT (MAX(?year) AS ?newest) WHERE { ?paper dcterms:issued ?year }"

_REPORT: Final = ("figures", "triples", "classes", "quarantined", "unknown_keys", "links")
"""What of the build's report says the same of the same sources: no seconds, no memory."""


def _graph(store: Store, folder: Path) -> None:
    for name, form in (("graph.nt.gz", "ntriples"), ("graph.ttl.gz", "turtle")):
        with compressed.writing(folder / name) as file:
            sorted_rdf.write(store, file, form, folder)


def _description(store: Store, folder: Path) -> None:
    with (folder / "description.ttl").open("wb") as file:
        if isinstance(store, Embedded):
            named = map(provenance.source, generations.report(store.folder).get("sources", ()))
            said = description.describe(store.query, named)
        else:  # what it states may have been true when it was pushed
            said = description.describe(store.query, anew=True)
        description.write(description.public(said), file)


def _links(store: Store, folder: Path) -> None:
    if store.query(_LINKED):
        with compressed.writing(folder / "links.sssom.tsv") as file:
            store_links.write_links(store, file, "sssom")


def _gene_sets(store: Store, folder: Path) -> None:
    for name, direct_only in (("all", False), ("direct", True)):
        place = folder / "gene-sets" / name
        place.mkdir(parents=True)
        gmt.write_by_organism(store, place, direct_only=direct_only)


def _tables(store: Store, folder: Path) -> None:
    parquet.write(store, folder / "tables")


def _kgx(store: Store, folder: Path) -> None:
    kgx.write(store, folder / "kgx")


def _nanopubs(store: Store, folder: Path) -> None:
    with compressed.writing(folder / "nanopubs.trig.gz") as file:
        nanopubs.write(store, file)


def _report(store: Store, folder: Path) -> None:
    if not isinstance(store, Embedded):  # an endpoint has none
        return
    said = generations.report(store.folder)
    if not said:
        return
    kept = {key: said[key] for key in _REPORT if key in said}
    # The folders that a source lies in are nobody else's business; reasons name files too.
    folders = sorted((f"{source.rstrip('/')}/" for source in said.get("sources", ())), key=len)
    kept["quarantined"] = [
        {
            "path": "/".join(Path(one["path"]).parts[-2:]),
            "reason": reduce(
                lambda text, of: text.replace(of, ""), reversed(folders), one["reason"]
            ),
        }
        for one in kept.get("quarantined", ())
    ]
    text = json.dumps(kept, indent=2, ensure_ascii=False) + "\n"
    (folder / REPORT).write_text(text, encoding="utf-8")


PARTS: Final[Mapping[str, Callable[[Store, Path], None]]] = {
    "graph": _graph,
    "description": _description,
    "links": _links,
    "gene-sets": _gene_sets,
    "tables": _tables,
    "kgx": _kgx,
    "nanopubs": _nanopubs,
    "report": _report,
}
"""What writes each part into the folder."""

NEEDED: Final[Mapping[str, str]] = {
    "tables": "pyarrow",
    "nanopubs": "nanopub",
    "a release": "rocrate.rocrate",
}
"""Libraries that not everybody has, by part: better missed now than after hours."""


def day(store: Store, given: str) -> str:
    """The day of publishing, or at least its year: given, of the environment, of the data.

    Raises:
        FormatError: it is given, and no day; or nothing says when.

    """
    if given:
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError:
            raise FormatError(f"{given!r} is no date", hint="As in 2026-03-31") from None
    # https://reproducible-builds.org/specs/source-date-epoch/
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdecimal():
        try:
            return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
        except (OSError, OverflowError, ValueError):
            raise FormatError(f"SOURCE_DATE_EPOCH is {epoch}, which is no time") from None
    for row in sparql.rows(store, _NEWEST):
        if isinstance(row["newest"], ox.Literal):
            return row["newest"].value
    raise FormatError("no paper has a year", hint="Give --date YYYY-MM-DD")
