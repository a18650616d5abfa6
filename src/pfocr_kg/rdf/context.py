"""The bundled JSON-LD contexts, and the compiled form that `ntriples` uses."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pfocr_kg import iris, resources
from pfocr_kg.errors import ContextError

_FILES: Final = {
    iris.CONTEXT: "context.jsonld",
    "https://schema.org/": "schema.jsonld",
    "http://schema.org/": "schema.jsonld",
    "https://schema.org": "schema.jsonld",
    "http://schema.org": "schema.jsonld",
}
_STRING: Final = iris.PREFIXES["xsd"] + "string"
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_NOT_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")  # RFC 3987, section 2.2
_KEYWORDS: Final = {"@id": "id", "@type": "type"}


@dataclass(frozen=True, slots=True)
class ContextTerm:
    """How one key is written: its predicate, and the datatype of its texts.

    `datatype` is None where the texts are IRIs.
    """

    predicate: str
    datatype: str | None


@dataclass(frozen=True, slots=True)
class CompiledContext:
    """A context as tables: key -> term, and type -> class IRI."""

    terms: Mapping[str, ContextTerm]
    classes: Mapping[str, str]


@cache
def load(url: str) -> dict[str, Any]:
    """The bundled context document of `url`.

    Raises:
        ContextError: no context is bundled for it; nothing is ever fetched.

    """
    name = _FILES.get(url)
    if name is None:
        raise ContextError(
            f"unknown JSON-LD context {url}", hint="Bundled are " + ", ".join(sorted(_FILES))
        )
    loaded: dict[str, Any] = json.loads(resources.ontology(name).read_text(encoding="utf-8"))
    return loaded


@cache
def compiled() -> CompiledContext:
    """The context of this graph, compiled once."""
    return compile_context(load(iris.CONTEXT)["@context"])


def compile_context(context: Mapping[str, Any]) -> CompiledContext:
    """Compile a context of the same form as the bundled one.

    This form has prefixes, aliases of `@id` and `@type`, and terms that are an IRI or
    `{"@id", "@type"}` with a datatype or "@id".

    Raises:
        ContextError: the context has something that the bulk path does not support.

    """
    terms: dict[str, ContextTerm] = {}
    classes: dict[str, str] = {}
    for key, value in context.items():
        if key.startswith("@") or (isinstance(value, str) and value.startswith("@")):
            _check_keyword(key, value)
        elif key in _KEYWORDS.values() or not _NAME.fullmatch(key):
            raise ContextError(f"context key {key!r} cannot be a term")
        elif isinstance(value, str) and _is_prefix(value):
            continue
        elif isinstance(value, str):
            # JSON-LD has one kind of term; a document uses it as a class or as a property.
            classes[key] = _iri(value, context)
            terms[key] = ContextTerm(_iri(value, context), _STRING)
        else:
            terms[key] = _term(key, value, context)
    return CompiledContext(terms, classes)


def _is_prefix(value: str) -> bool:
    return "://" in value and value.endswith(("#", "/"))


def _check_keyword(key: str, value: Any) -> None:
    if key == "@version":
        known = value == 1.1
    else:
        known = isinstance(value, str) and _KEYWORDS.get(value) == key
    if not known:
        raise ContextError(
            f"context entry {key!r}: the bulk path supports '@version' 1.1, 'id' and 'type' only"
        )


def _term(key: str, value: Any, context: Mapping[str, Any]) -> ContextTerm:
    if not isinstance(value, dict) or not {"@id"} <= set(value) <= {"@id", "@type"}:
        raise ContextError(f"context term {key!r} holds more than '@id' and '@type'")
    kind = value.get("@type", _STRING)
    if not isinstance(value["@id"], str) or not isinstance(kind, str):
        raise ContextError(f"context term {key!r} has an '@id' or '@type' that is not a text")
    if kind == "@id":
        return ContextTerm(_iri(value["@id"], context), None)
    if kind.startswith("@"):
        raise ContextError(
            f"context term {key!r} has the type {kind}, which the bulk path does not support"
        )
    return ContextTerm(_iri(value["@id"], context), _iri(kind, context))


def _iri(compact: str, context: Mapping[str, Any]) -> str:
    """Expand a compact IRI; its prefix has to be a plain one, declared as a whole IRI."""
    prefix, colon, local = compact.partition(":")
    if _NOT_IRI.search(compact):
        raise ContextError(f"context uses {compact!r}, which no IRI can be")
    if local.startswith("//"):
        return compact
    base = context.get(prefix)
    if not colon or not isinstance(base, str) or not _is_prefix(base):
        raise ContextError(f"context uses {compact!r}, whose prefix is not declared as an IRI")
    return base + local
