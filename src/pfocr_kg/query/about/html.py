"""What is known of a thing as HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from pfocr_kg.names.matches import Match
from pfocr_kg.query.about import presentation
from pfocr_kg.query.html import table


def page(match: Match, facts: Mapping[str, Any]) -> str:
    """A fragment of HTML: a heading, a table of facts, and a table for each part."""
    own = table((), presentation.lines(facts))
    parts = "".join(
        _part(part, facts[part.key].count) for part in presentation.parts(match.kind, facts)
    )
    return f"<h3>{escape(match.description)}</h3>{own}{parts}"


def _part(part: presentation.ShownPart, count: int) -> str:
    more = f"<p><code>{escape(part.more)}</code></p>" if part.more else ""
    rows = table(part.headings, (row.values() for row in part.rows))
    return f"<h4>{escape(part.title)} ({count:,})</h4>{rows}{more}"
