"""A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL and Turtle."""

from pfocr_kg.build import build, link
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
from pfocr_kg.link.evidence import Options as LinkOptions
from pfocr_kg.linking import Request as WikiPathways
from pfocr_kg.report import Progress, Report
from pfocr_kg.results import Answer, Row, Rows, Triples

__all__ = [
    "Answer",
    "ContextError",
    "DictionaryError",
    "FormatError",
    "Graph",
    "LinkOptions",
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
    "WikiPathways",
    "build",
    "link",
    "open",
]
