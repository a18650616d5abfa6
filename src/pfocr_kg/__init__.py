"""A knowledge graph of published pathway figures: PFOCR records to RDF, SPARQL and Turtle."""

from typing import TYPE_CHECKING

from pfocr_kg.cli import early_interrupt  # noqa: F401 - first: it waits for Ctrl-C

# isort: split
from pfocr_kg.build.report import Progress, Report
from pfocr_kg.build.run import build
from pfocr_kg.compare.apply import Applied, apply
from pfocr_kg.compare.diff import diff
from pfocr_kg.compare.difference import Difference
from pfocr_kg.errors import (
    AmbiguousNameError,
    ContextError,
    DamagedStoreError,
    DictionaryError,
    FormatError,
    NothingChosenError,
    NothingReadError,
    PatchError,
    PfocrError,
    QueryError,
    RecordError,
    ShapeError,
    SourceError,
    StoreError,
    UnknownNameError,
)
from pfocr_kg.graph import Graph, link
from pfocr_kg.graph import open_graph as open  # noqa: A004 - the library's verb is `open`
from pfocr_kg.link.rules import LinkOptions, WikiPathways
from pfocr_kg.query.results import Answer, Records, Row, Rows, Triples

__all__ = [
    "AmbiguousNameError",
    "Answer",
    "Applied",
    "ContextError",
    "DamagedStoreError",
    "DictionaryError",
    "Difference",
    "FormatError",
    "Graph",
    "LinkOptions",
    "NothingChosenError",
    "NothingReadError",
    "PatchError",
    "PfocrError",
    "Progress",
    "QueryError",
    "RecordError",
    "Records",
    "Report",
    "Row",
    "Rows",
    "ShapeError",
    "SourceError",
    "StoreError",
    "Triples",
    "UnknownNameError",
    "WikiPathways",
    "__version__",
    "apply",
    "build",
    "diff",
    "link",
    "open",
]

if TYPE_CHECKING:
    __version__: str
else:

    def __getattr__(name: str) -> str:
        # Looked up on use: it takes a tenth of what a command takes to start.
        if name != "__version__":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib.metadata import version  # noqa: PLC0415

        return version("pfocr-kg")
