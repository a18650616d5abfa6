"""Writes the networks that belong to a release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pfocr_kg.errors import QueryError
from pfocr_kg.network import kinds, writers
from pfocr_kg.rdf import compressed
from pfocr_kg.store.sparql import Answering

_NETWORKS: Final[Mapping[str, Mapping[str, object]]] = {
    "genes-human": {"kind": "genes", "organism": "human", "min_weight": 5, "direct_only": True},
    "diseases": {"kind": "diseases", "organism": "human", "min_weight": 20, "direct_only": True},
}
"""Networks that stay small enough to look at."""


def write(store: Answering, folder: Path) -> None:
    """Write networks of genes and diseases into `networks/` of the folder."""
    place = folder / "networks"
    place.mkdir()
    for name, choices in _NETWORKS.items():
        try:
            made = kinds.network(store, **choices)  # type: ignore[arg-type]
        except QueryError:  # it has too many edges
            continue
        if made:
            with compressed.writing(place / f"{name}.graphml.gz") as file:
                writers.write(made, file, "graphml")
