"""Writes the networks of a release."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pfocr_kg.errors import QueryError
from pfocr_kg.model import Level
from pfocr_kg.network import kinds, writers
from pfocr_kg.network.choices import NetworkChoices
from pfocr_kg.rdf import compressed
from pfocr_kg.store.subset import Store

_NETWORKS: Final[Mapping[str, tuple[str, NetworkChoices]]] = {
    "genes-human": ("genes", {"organism": "human", "min_weight": 5, "level": Level.SYMBOL}),
    "diseases": ("diseases", {"organism": "human", "min_weight": 20, "level": Level.SYMBOL}),
}
"""Kind and choices of each network, which keep it small enough to look at."""


def write(store: Store, folder: Path) -> None:
    """Write networks of genes and diseases into `networks/` of the folder."""
    networks = folder / "networks"
    networks.mkdir()
    for name, (kind, choices) in _NETWORKS.items():
        try:
            network = kinds.network(store, kind, **choices)
        except QueryError:  # it has too many edges
            continue
        if network:
            with compressed.writing(networks / f"{name}.graphml.gz") as file:
                writers.write(network, file, "graphml")
