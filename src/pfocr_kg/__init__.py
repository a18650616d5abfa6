"""A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL and Turtle."""

from importlib.metadata import version as _version

from pfocr_kg.build import build, link
from pfocr_kg.comparison import Difference
from pfocr_kg.diff import diff
from pfocr_kg.errors import (
    ContextError,
    DictionaryError,
    FormatError,
    NothingReadError,
    PatchError,
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
from pfocr_kg.patching import Applied, apply
from pfocr_kg.report import Progress, Report
from pfocr_kg.results import Answer, Row, Rows, Triples

__all__ = [
    "Answer",
    "Applied",
    "ContextError",
    "DictionaryError",
    "Difference",
    "FormatError",
    "Graph",
    "LinkOptions",
    "NothingReadError",
    "PatchError",
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
    "apply",
    "build",
    "diff",
    "link",
    "open",
]

__version__ = _version("pfocr-kg")
