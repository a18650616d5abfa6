"""A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL and Turtle."""

from pfocr_kg.build import Progress, Report, build
from pfocr_kg.errors import (
    ContextError,
    DictionaryError,
    FormatError,
    PfocrError,
    QueryError,
    RecordError,
    SourceError,
    StoreError,
)
from pfocr_kg.graph import Graph
from pfocr_kg.graph import open_graph as open  # noqa: A004 - the library's verb is `open`
from pfocr_kg.results import Answer, Row, Rows, Triples

__all__ = [
    "Answer",
    "ContextError",
    "DictionaryError",
    "FormatError",
    "Graph",
    "PfocrError",
    "Progress",
    "QueryError",
    "RecordError",
    "Report",
    "Row",
    "Rows",
    "SourceError",
    "StoreError",
    "Triples",
    "build",
    "open",
]
