"""A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL and Turtle."""

from importlib.metadata import version as _version

from pfocr_kg.build import build, link
from pfocr_kg.errors import (
    ContextError,
    DictionaryError,
    FormatError,
    NothingReadError,
    PfocrError,
    QueryError,
    RecordError,
    SourceError,
    StoreError,
)
from pfocr_kg.graph import Graph
from pfocr_kg.graph import open_graph as open  # noqa: A004 - the library's verb is `open`
from pfocr_kg.link.options import Options as LinkOptions
from pfocr_kg.link.options import Request as WikiPathways
from pfocr_kg.report import Progress, Report
from pfocr_kg.results import Answer, Row, Rows, Triples

__all__ = [
    "Answer",
    "ContextError",
    "DictionaryError",
    "FormatError",
    "Graph",
    "LinkOptions",
    "NothingReadError",
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
    "__version__",
    "build",
    "link",
    "open",
]

__version__ = _version("pfocr-kg")
