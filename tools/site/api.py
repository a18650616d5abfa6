"""The operations of the API, from the OpenAPI document that `serve` gives.

`{operation} PATH` describes one address, `{query-operations}` lists those of the bundled queries,
and `{statuses}` says what the statuses of errors mean.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sphinx.application import Sphinx
from tools.site.written import Written, code, plain, table

from pfocr_kg.serve.api import openapi

_TYPES: Final = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_OF_QUERIES: Final = "/api/queries/"
_OF_EACH: Final = ("level", "organism_of_names", "limit", "format")
"""Parameters that no query has of its own."""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document."""
    return openapi.document("http://127.0.0.1:8000")


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    """What a reference in the document leads to; anything else as it is."""
    for name in part["$ref"].split("/")[1:] if "$ref" in part else ():
        part = (document() if name == "components" else part)[name]
    return part


class Operation(Written):
    """What an address takes, and what it gives."""

    def markdown(self, *arguments: str) -> str:
        """Its description, parameters, answers and statuses."""
        methods = document()["paths"][arguments[0]]
        operation = methods["get"]
        statuses = sorted({status for method in methods.values() for status in method["responses"]})
        return f"""{code(" or ".join(methods).upper())}: {plain(operation["summary"])}. \
{plain(operation["description"])}

{table(("parameter", "means"), map(_parameter, operation["parameters"]))}
{_answers(operation["responses"]["200"]["content"])}

Statuses: {", ".join(map(code, statuses))}
"""


def _parameter(described: dict[str, Any]) -> tuple[str, str]:
    schema = described["schema"]
    items, is_list = schema.get("items", schema), "items" in schema
    facts = [
        "needed" if described["required"] else "",
        "in the path" if described["in"] == "path" else "",
        "may be repeated" if is_list and "repeat" not in described["description"] else "",
        f"one of {', '.join(map(code, items['enum']))}" if "enum" in items else "",
        f"{items['minimum']} or more" if items.get("minimum") else "",
        f"default: {code(items['default'])}" if "default" in items else "",
        f"example: {code(_text(described['example']))}" if "example" in described else "",
    ]
    facts = [fact for fact in facts if fact]
    name = f"{code(described['name'])} {_TYPES[items['type']]}"
    return name, "<br>".join(
        [plain(described["description"]), *(["; ".join(facts)] if facts else [])]
    )


def _text(example: Any) -> str:
    return example if isinstance(example, str) else ", ".join(map(str, example))


def _answers(content: dict[str, Any]) -> str:
    kinds = [kind for kind in content if kind != "application/json"]
    schema = resolved(content["application/json"]["schema"])
    keys = ", ".join(map(code, schema["properties"]))
    return (
        f"Gives JSON with the keys {keys}" + "".join(f"; or {code(kind)}" for kind in kinds) + "."
    )


class QueryOperations(Written):
    """The addresses of the bundled queries."""

    def markdown(self, *_: str) -> str:
        """Each with the parameters of its own, and a link to what it answers."""
        paths = document()["paths"].items()
        rows = [
            _query(path, methods["get"]) for path, methods in paths if path.startswith(_OF_QUERIES)
        ]
        return table(("address", "parameters"), rows)


def _query(path: str, operation: dict[str, Any]) -> tuple[str, str]:
    own = [p for p in operation["parameters"] if p["name"] not in _OF_EACH]
    names = [code(p["name"]) + (" (needed)" if p["required"] else "") for p in own]
    return f"[{code(path)}](queries.md#{path.removeprefix(_OF_QUERIES)})", ", ".join(names)


class Statuses(Written):
    """The statuses of errors."""

    def markdown(self, *_: str) -> str:
        """Each with what it means."""
        responses = document()["components"]["responses"]
        return table(
            ("status", "means"), [(code(s), plain(r["description"])) for s, r in responses.items()]
        )


def setup(app: Sphinx) -> dict[str, bool]:
    """Give the directives to Sphinx."""
    app.add_directive("operation", Operation)
    app.add_directive("query-operations", QueryOperations)
    app.add_directive("statuses", Statuses)
    return {"parallel_read_safe": True}
