"""The bundled queries whose answers stores and surfaces are compared by."""

from __future__ import annotations

from typing import Final

from pfocr_kg.query import bundled

LOCAL: Final = {
    name: query for name, query in bundled.queries().items() if query.topic != "federated"
}
"""All but those that ask other people's servers."""
