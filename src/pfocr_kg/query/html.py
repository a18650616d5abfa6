"""Tables in HTML, for notebooks."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape


def table(names: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A table, without a head if it has no names; texts are escaped, and None is an empty cell."""
    cells = "".join(f"<th>{escape(name)}</th>" for name in names)
    head = f"<thead><tr>{cells}</tr></thead>" if cells else ""
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    return f"<td>{'' if value is None else escape(str(value))}</td>"
