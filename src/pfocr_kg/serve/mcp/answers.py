"""What the tools answer: a class for each, and how an answer is kept small.

`server` makes the JSON Schema of each from the types and metadata here. A field with a default is
left out of an answer where it has that value.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, TypeVar

from pfocr_kg import iris

T = TypeVar("T")
Cell = str | int | float | bool | None

LARGEST: Final = 36_000
"""Characters of an answer in JSON: under 25,000 tokens, since tables of ids, the worst case that
was measured (docs/guides/mcp.md), have 1.7 characters a token."""
ROOM: Final = LARGEST - 4_000
"""What rows can take of it."""
ROOM_OF_NOTES: Final = 2_500
_LONGEST: Final = 4_000
"""Characters of one text: most captions are shorter."""

_NOTES: Any = {"description": "What names were taken for, and hints. Tell the user what matters."}
_MORE: Any = {"description": "How many rows are left out, and how to get them."}
_LINK: Any = {"description": "Address of a page for people that shows the same."}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolAnswer:
    """The answer of a tool."""

    notes: list[str] | None = field(default=None, metadata=_NOTES)
    more: str = field(default="", metadata=_MORE)
    link: str = field(default="", metadata=_LINK)

    def as_dict(self) -> dict[str, Any]:
        """The answer, JSON-ready."""
        return {
            each.name: value if isinstance(value, str) else plain(value)
            for each in fields(self)
            if (value := getattr(self, each.name)) != each.default
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(ToolAnswer):
    """The answer of `search`."""

    figures: list[dict[str, Cell]] = field(
        metadata={
            "description": "figure (its figid), title, paper_title, year, journal, score (of being "
            "a pathway, 0 to 1), genes (how many it draws)"
        }
    )
    total: int = field(metadata={"description": "How many figures there are in all."})
    by_level: dict[str, int] | None = field(
        default=None,
        metadata={"description": "How many at each level, if genes are sought: how they were read"},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Things(ToolAnswer):
    """The answer of `find`."""

    things: list[dict[str, Cell]] = field(
        metadata={
            "description": "Best first: iri, kind, label, organism, matched (the name that fits), "
            "how (that name belongs to the thing: word is what was read off figures)"
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingAnswer(ToolAnswer):
    """The answer of `show`."""

    kind: str
    iri: str
    identifier: str
    label: str
    facts: dict[str, Any] = field(metadata={"description": "What is known, without lists."})
    lists: dict[str, dict[str, Any]] = field(
        metadata={
            "description": "Lists by name, each with title (what its rows mean), count (of all "
            "rows), rows (the first), all (arguments of run_query that get all)"
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Queries(ToolAnswer):
    """The answer of `list_queries`."""

    queries: list[dict[str, Any]] = field(
        metadata={
            "description": "name, title, topic, parameters (an example where a value is needed, "
            "else the default), levels (whether level changes the answer)"
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryAnswer(ToolAnswer):
    """The answer of `run_query` and `sparql`: rows, a truth value, or triples as Turtle."""

    columns: list[str] | None = None
    rows: list[list[Cell]] | None = field(
        default=None,
        metadata={"description": "Values in the order of the columns; IRIs as CURIEs."},
    )
    boolean: bool | None = field(default=None, metadata={"description": "Of ASK."})
    turtle: str = field(default="", metadata={"description": "Of CONSTRUCT and DESCRIBE."})


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaAnswer(ToolAnswer):
    """The answer of `schema`."""

    built: str = field(metadata={"description": "Date of the build."})
    triples: int
    classes: list[dict[str, Any]] = field(
        metadata={"description": "class, count (of its members), meaning, note"}
    )
    properties: list[dict[str, Any]] = field(
        metadata={"description": "property, triples, of and to (classes), meaning, note"}
    )
    prefixes: str = field(metadata={"description": "Prefixes that need no declaration."})
    rules: list[str] = field(metadata={"description": "What to know before writing a query."})
    examples: list[dict[str, str]]


def plain(value: Any) -> Any:
    """A value as it stands in an answer: IRIs as CURIEs, no text longer than can be read."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Iterable):
        return [plain(item) for item in value]
    return value


def _text(value: str) -> str:
    if len(value) <= _LONGEST:
        return iris.curie(value) if "://" in value else value
    return f"{value[:_LONGEST]}… ({len(value):,} characters)"


def size(value: Any) -> int:
    """Characters of a value in JSON."""
    return len(text(value))


def text(value: Any) -> str:
    """A value in JSON, without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def fitting(rows: Iterable[T], room: int = ROOM) -> list[T]:
    """The first rows, as many as an answer has room for."""
    kept, left = [], room
    for row in rows:
        left -= size(plain(row)) + 1
        if left < 0:
            break
        kept.append(row)
    return kept
