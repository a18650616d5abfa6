"""Errors as replies: a page for people, JSON in the API, else one line of text."""

from __future__ import annotations

import json
import logging
import re
from typing import Final

from pfocr_kg.errors import PfocrError, StoreError, UnknownNameError
from pfocr_kg.serve.messages import JSON, PLAIN, Asked, Reply, RequestError

_LOG: Final = logging.getLogger(__name__)
MEMORY: Final = "the request needs more memory than one may have here"


_WORDS: Final = (
    (r"`pfocr-kg queries` lists them", "/queries lists them"),
    (r"`pfocr-kg find (.+?)` looks", r"/api/find?text=\1 looks"),
    (r"`pfocr-kg query (\S+) (\w+)=(.+?)` lists", r"/queries/\1?\2=\3 lists"),
    (r"--(gene) (.+) finds", r"\1=\2 finds"),
    (r"; --example asks about (.+)", r", such as \1"),
    (r"--(column|disease-from|level|limit|organism)\b", r"\1"),
)
"""What messages say of commands, and what of addresses and parameters."""


_IN_API: Final = (
    ("/queries lists", "/api/queries lists"),
    ("The box above", "/api/find?text=NAME"),
)
"""What hints say of pages, and of the API to programs."""


def reworded(line: str) -> str:
    """A message for somebody who has addresses and no commands."""
    for pattern, words in _WORDS:
        line = re.sub(pattern, words, line)
    return line


def refusal(error: Exception) -> RequestError:
    """Any error as one with a status, and a line that shows nothing of the machine."""
    match error:
        case RequestError():
            return error
        case UnknownNameError():
            return RequestError(404, reworded(error.message), reworded(error.hint))
        case StoreError():
            _LOG.error("%s", error)  # it has the place of the store
            return RequestError(503, "the store cannot be opened now", headers={"retry-after": "5"})
        case PfocrError():
            return RequestError(400, reworded(error.message), reworded(error.hint))
        case MemoryError():
            return RequestError(507, MEMORY)
    _LOG.error("a request failed", exc_info=error)
    return RequestError(500, "the server failed at this request")


def reply(error: RequestError, asked: Asked, *, for_people: bool) -> Reply:
    """The reply that tells of an error."""
    if for_people and "text/html" in asked.accept:
        from pfocr_kg.serve.pages import html  # noqa: PLC0415 - its templates take a while

        page = html.error_page(None, asked, error.status, error.message, error.hint)
        page.headers |= error.headers
        return page
    hint = error.hint
    for of_page, of_api in _IN_API:
        hint = hint.replace(of_page, of_api)
    if asked.address.startswith("/api/"):
        content = {"error": error.message, "hint": hint}
        return Reply(JSON, json.dumps(content).encode() + b"\n", error.status, error.headers)
    line = " ".join(str(PfocrError(error.message, hint=hint)).split()) + "\n"
    return Reply(PLAIN, line.encode(errors="replace"), error.status, error.headers)
