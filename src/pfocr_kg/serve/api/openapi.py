"""The description of the API by OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0)."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, Final

from pfocr_kg.query import bundled
from pfocr_kg.serve.api import catalog
from pfocr_kg.serve.api.catalog import Operation
from pfocr_kg.serve.api.parameters import FORMS, ApiParameter
from pfocr_kg.serve.api.schemas import SCHEMAS
from pfocr_kg.serve.messages import JSON

_ERRORS: Final = {
    "400": "A parameter is unknown, missing or wrong",
    "403": "More rows than the server gives, or a query that asks other servers",
    "404": "Nothing is called so",
    "406": "No format fits the Accept header",
    "413": "The request is too large",
    "415": "The request is no form",
    "503": "Too many requests at once",
    "504": "It took too long",
    "507": "It needed too much memory",
}
_TEXT: Final = {"type": "string"}
_OF_FORMS: Final = ("413", "415")


def document(base: str) -> dict[str, Any]:
    """The whole description, of a server with this address."""
    paths: dict[str, Any] = {}
    for operation in (*catalog.OPERATIONS, *map(catalog.of_query, bundled.queries())):
        for method in operation.methods:
            paths.setdefault(operation.path, {})[method.lower()] = _operation(operation, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "pfocr-kg",
            "version": version("pfocr-kg"),
            "summary": "Pathway figures, and the genes, chemicals and diseases in them",
            "description": "Without a limit, all rows are given; an answer is never cut.",
        },
        "servers": [{"url": base}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "responses": {status: _error(text) for status, text in _ERRORS.items()},
        },
    }


def _operation(operation: Operation, method: str) -> dict[str, Any]:
    is_form = method == "POST"
    parameters = operation.all_parameters
    name = f"query-{operation.name}" if operation.query else operation.name
    described: dict[str, Any] = {
        "operationId": f"{name}{'-form' if is_form else ''}".replace("-", "_"),
        "tags": [operation.topic or "graph"],
        "summary": operation.title,
        "description": operation.description,
        "parameters": [_parameter(one) for one in parameters if one.in_path or not is_form],
        "responses": _responses(operation, is_form=is_form),
    }
    if is_form:
        schema = _form([one for one in parameters if not one.in_path])
        content = {kind: {"schema": schema} for kind in FORMS}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _parameter(parameter: ApiParameter) -> dict[str, Any]:
    example = parameter.example
    if parameter.repeats and isinstance(example, str):
        example = (example,)
    return {
        "name": parameter.name,
        "in": "path" if parameter.in_path else "query",
        "required": parameter.is_needed or parameter.in_path,
        "description": parameter.description,
        "schema": _schema(parameter),
        **({"example": example} if parameter.example else {}),
    }


def _form(parameters: list[ApiParameter]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            one.name: {**_schema(one), "description": one.description} for one in parameters
        },
        "required": [one.name for one in parameters if one.is_needed],
        "additionalProperties": False,
    }


def _schema(parameter: ApiParameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.kind}
    if parameter.kind == "integer":
        schema |= {"minimum": parameter.lowest, "maximum": parameter.highest}
    if parameter.choices:
        schema["enum"] = [*parameter.choices]
    if parameter.pattern:
        schema["pattern"] = f"^{parameter.pattern}$"
    if parameter.default:
        is_number = parameter.kind == "integer"
        schema["default"] = int(parameter.default) if is_number else parameter.default
    if parameter.is_needed or parameter.in_path:
        schema["minLength"] = 1
    if not parameter.repeats:
        return schema
    least = {"minItems": 1} if parameter.is_needed else {}
    return {"type": "array", "items": schema, **least}


def _responses(operation: Operation, *, is_form: bool) -> dict[str, Any]:
    content: dict[str, Any] = {
        # JSON of other kinds is described by its own standard.
        (name := media_type.partition(";")[0]): {"schema": {} if name.endswith("json") else _TEXT}
        for media_type in operation.formats.values()
    }
    if JSON in content:
        content[JSON] = {"schema": {"$ref": f"#/components/schemas/{operation.schema}"}}
    errors = [status for status in _ERRORS if is_form or status not in _OF_FORMS]
    return {
        "200": {"description": operation.title, "content": content},
        **{status: {"$ref": f"#/components/responses/{status}"} for status in errors},
    }


def _error(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
