"""The description of a graph as a dataset: what is in it, where it comes from, its licence."""

from pfocr_kg.description.sources import Source, source
from pfocr_kg.description.triples import DATASET, beside, describe, subjects, write

__all__ = ["DATASET", "Source", "beside", "describe", "source", "subjects", "write"]
