"""Writes the parts of a release, each by the module of its format."""

from __future__ import annotations

import json
from functools import reduce
from pathlib import Path
from typing import Any, Final

from pfocr_kg.export import gmt, kgx, nanopubs, parquet, sorted_rdf
from pfocr_kg.link import store_links
from pfocr_kg.model import Level
from pfocr_kg.rdf import compressed, description
from pfocr_kg.store import sparql
from pfocr_kg.store.embedded import Embedded
from pfocr_kg.store.subset import Store

_LINKED: Final = sparql.PROLOGUE + "ASK { ?link a pfocr:PathwayLink }"

_REPORT: Final = "build-report.json"
_REPORT_KEYS: Final = (*("figures", "triples", "classes", "quarantined", "unknown_keys", "links"),)
"""The entries of the build's report that are equal for equal sources: no times, no memory."""


def write_graph(store: Store, folder: Path) -> None:
    """Write the graph as N-Triples and as Turtle."""
    for name, form in (("graph.nt.gz", "ntriples"), ("graph.ttl.gz", "turtle")):
        with compressed.writing(folder / name) as file:
            sorted_rdf.write(store, file, form, folder)


def write_description(store: Store, folder: Path) -> None:
    """Write the description of the graph as a dataset."""
    with (folder / "description.ttl").open("wb") as file:
        description.write(description.public(store.description()), file)


def write_links(store: Store, folder: Path) -> None:
    """Write the links to pathways as a mapping set, if there are any."""
    if store.query(_LINKED):
        with compressed.writing(folder / "links.sssom.tsv") as file:
            store_links.write_links(store, file, "sssom")


def write_gene_sets(store: Store, folder: Path) -> None:
    """Write figures as gene sets: a folder for each level, with a file for each species."""
    for level in Level:
        place = folder / "gene-sets" / level
        place.mkdir(parents=True)
        gmt.write_by_organism(store, place, level)


def write_tables(store: Store, folder: Path) -> None:
    """Write the graph as Parquet tables."""
    parquet.write(store, folder / "tables")


def write_kgx(store: Store, folder: Path) -> None:
    """Write the graph as KGX tables."""
    kgx.write(store, folder / "kgx")


def write_nanopubs(store: Store, folder: Path) -> None:
    """Write nanopublications."""
    with compressed.writing(folder / "nanopubs.trig.gz") as file:
        nanopubs.write(store, file)


def write_report(store: Store, folder: Path) -> None:
    """Write the report of the build; an endpoint or a subset has none."""
    report = store.report if isinstance(store, Embedded) else {}
    if report:
        text = json.dumps(_public(report), indent=2, ensure_ascii=False) + "\n"
        (folder / _REPORT).write_text(text, encoding="utf-8")


def _public(report: dict[str, Any]) -> dict[str, Any]:
    """A report without times and memory, and without the folders that the sources are in."""
    public: dict[str, Any] = {key: report[key] for key in _REPORT_KEYS if key in report}
    folders = sorted((f"{source.rstrip('/')}/" for source in report.get("sources", ())), key=len)

    def without_folders(reason: str) -> str:
        return reduce(lambda text, of: text.replace(of, ""), reversed(folders), reason)

    public["quarantined"] = [
        {
            "path": "/".join(Path(entry["path"]).parts[-2:]),
            "reason": without_folders(entry["reason"]),
        }
        for entry in public.get("quarantined", ())
    ]
    return public
