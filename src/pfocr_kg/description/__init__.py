"""The description of a graph as a dataset: what is in it, where it comes from, its licence."""

from pfocr_kg.description.sources import Source, source
from pfocr_kg.description.triples import (
    DATASET,
    beside,
    describe,
    of_counts,
    public,
    sources_of,
    stated,
    write,
)

__all__ = [
    "DATASET",
    "Source",
    "beside",
    "describe",
    "of_counts",
    "public",
    "source",
    "sources_of",
    "stated",
    "write",
]
