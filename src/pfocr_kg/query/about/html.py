"""What is known of a thing as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from pfocr_kg.names.matches import Match
from pfocr_kg.query.about import layout


def page(match: Match, facts: Mapping[str, Any]) -> str:
    """A fragment of HTML: a heading, a table of facts, and a table for each part."""
    own = _table((), [{"": name, " ": value} for name, value in layout.lines(facts)])
    parts = "".join(_part(part, facts[part.key].count) for part in layout.parts(match.kind, facts))
    return f"<h3>{escape(match.description)}</h3>{own}{parts}"


def _part(part: layout.Shown, count: int) -> str:
    more = f"<p><code>{escape(part.more)}</code></p>" if part.more else ""
    return f"<h4>{escape(part.title)} ({count:,})</h4>{_table(part.headings, part.rows)}{more}"


def _table(headings: tuple[str, ...], rows: Any) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in headings)
    body = "".join(
        f"<tr>{''.join(f'<td>{_cell(value)}</td>' for value in row.values())}</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>" if head else f"<table>{body}</table>"


def _cell(value: Any) -> str:
    return "" if value is None else escape(str(value))
