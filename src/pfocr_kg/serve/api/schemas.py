"""What the API's JSON holds, in JSON Schema 2020-12, as OpenAPI 3.1 has it."""

from __future__ import annotations

from typing import Any, Final

from pfocr_kg.names.matches import NamedKind
from pfocr_kg.query.about import presentation

Schema = dict[str, Any]

_TEXT: Final[Schema] = {"type": "string"}
_COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
_TRUTH: Final[Schema] = {"type": "boolean"}
_NUMBER: Final[Schema] = {"type": "number"}
_TEXTS: Final[Schema] = {"type": "array", "items": _TEXT}


def _object(properties: Schema, **more: Any) -> Schema:
    """An object that has all these properties."""
    return {"type": "object", "properties": properties, "required": [*properties], **more}


def _of(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


_NOTES: Final[Schema] = {**_TEXTS, "description": "What names were taken for"}
_TABLE: Final[Schema] = {
    "columns": _TEXTS,
    "count": {**_COUNT, "description": "Number of the rows here"},
    "more": {**_TRUTH, "description": "Whether the limit left out rows"},
    "rows": _list(_of("Row")),
}
_PARTS: Final = tuple(dict.fromkeys(key for parts in presentation.LAYOUT.values() for key in parts))

SCHEMAS: Final[dict[str, Schema]] = {
    "Error": _object({"error": _TEXT, "hint": _TEXT}),
    "Row": _by_name({"type": ["string", "number", "boolean", "null"]}),
    "Queries": _object({"count": _COUNT, "queries": _list(_of("Query"))}),
    "Query": _object(
        {
            "name": _TEXT,
            "topic": _TEXT,
            "title": _TEXT,
            "description": _TEXT,
            "keywords": _TEXTS,
            "parameters": _list(_of("Parameter")),
            "levels": {**_TRUTH, "description": "Whether it takes a level"},
            "endpoints": {**_TEXTS, "description": "Other endpoints that it asks"},
            "address": _TEXT,
        }
    ),
    "Parameter": _object(
        {
            "name": _TEXT,
            "type": _TEXT,
            "description": _TEXT,
            "example": _TEXT,
            "needed": _TRUTH,
            "choices": _TEXTS,
        }
    ),
    "Answer": _object(
        {
            "query": _TEXT,
            "notes": _NOTES,
            "hints": {**_TEXTS, "description": "Why there are no rows"},
            **_TABLE,
        }
    ),
    "Found": _object({"text": _TEXT, "notes": _NOTES, **_TABLE}),
    "Hits": _object({"words": _TEXT, "notes": _NOTES, "total": _COUNT, **_TABLE}),
    "List": _object({"iri": _TEXT, "title": _TEXT, **_TABLE}),
    "Thing": {
        **_object(
            {
                "kind": {"enum": [kind.value for kind in NamedKind]},
                "iri": _TEXT,
                "identifier": _TEXT,
                "label": _TEXT,
                "linked": {**_TRUTH, "description": "Whether the graph has links to pathways"},
                "address": {**_TEXT, "description": "That of its page"},
            },
            description="Facts of its kind, and the lists of its kind",
        ),
    },
    "Part": _object(
        {
            "count": _COUNT,
            "rows": _list({"type": "object"}),
            "query": {
                "anyOf": [_object({"name": _TEXT, "parameters": _by_name(_TEXT)}), {"type": "null"}]
            },
        }
    ),
    "Enrichment": _object(
        {
            "column": _TEXT,
            **dict.fromkeys(("genes", "counted", "universe", "tested"), _COUNT),
            "background": {"type": ["integer", "null"]},
            "renamed": _by_name(_TEXT),
            "same_gene": _list(_TEXTS),
            "ambiguous": _by_name(_TEXTS),
            "other_organism": _by_name(_TEXT),
            **dict.fromkeys(("numbers", "unknown", "unknown_in_background"), _TEXTS),
            **dict.fromkeys(("outside", "not_in_background"), _TEXTS),
            **_TABLE,
            "rows": _list(_of("Enriched")),
        }
    ),
    "Enriched": _object(
        {
            **dict.fromkeys(("term", "title"), _TEXT),
            **dict.fromkeys(("shared", "size"), _COUNT),
            **dict.fromkeys(("p_value", "adjusted_p_value"), _NUMBER),
            "genes": _TEXTS,
        },
        description="Of figures, by_symbol counts the genes that are read by their symbol",
    ),
}
SCHEMAS["Thing"]["properties"] |= {"notes": _NOTES, **dict.fromkeys(_PARTS, _of("Part"))}
