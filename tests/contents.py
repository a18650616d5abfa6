"""What stores hold and reports say, to be compared."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyoxigraph as ox

import indexed
import pfocr_kg


def triples(store: Path) -> list[bytes]:
    """The lines of an export, which are those of the graph itself."""
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    lines = out.getvalue().splitlines()
    assert sorted(lines) == in_graph(store)
    return lines


def content(store: Path) -> list[bytes]:
    """The lines of an export, and what the index of names holds."""
    return [*triples(store), *(row.encode() for row in indexed.rows(store))]


def in_graph(store: Path) -> list[bytes]:
    """The lines of the graph itself, sorted."""
    (place,) = store.glob("generations/*/graph")
    lines = ox.Store.read_only(str(place)).dump(
        format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()
    )
    return sorted((lines or b"").splitlines())


def said(report: pfocr_kg.Report) -> dict[str, Any]:
    """What an update and a full build have to say alike."""
    report = report.as_dict()
    for name in ("stages", "memory", "changes", "full", "sources", "links_dropped"):
        report.pop(name, None)
    report["quarantined"] = sorted(map(tuple, (q.values() for q in report["quarantined"])))
    return report
