"""Pathways made of numbers of genes."""

from __future__ import annotations

from collections.abc import Iterable

from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind, Pathway


def pathway(number: int, genes: Iterable[int] = (), taxon: str = "9606") -> Pathway:
    organism = Entity(Kind.ORGANISM, iris.organism(taxon), f"NCBITaxon:{taxon}")
    made = tuple(Entity(Kind.GENE, iris.gene(str(g)), str(g), taxon) for g in sorted(genes))
    return Pathway(f"WP{number}", f"Pathway {number}", organism, genes=made)
