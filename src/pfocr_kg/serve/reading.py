"""Reads an HTTP request into an `Asked`, up to a size."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote

from starlette.datastructures import URL, Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message, Receive, Scope

from pfocr_kg.serve.messages import Asked, Pairs, RequestError

_FORM: Final = "application/x-www-form-urlencoded"
_FILES: Final = "multipart/form-data"
_FIELDS: Final = 1000
_SMALL: Final = 1 << 16
"""Bytes of a form that is parsed in a few milliseconds."""
_ESCAPED: Final = {ord(c): quote(c) for c in "?#\\"}
"""What ends a path, or is read as a slash, where a decoded one is used as an address."""


async def read(scope: Scope, receive: Receive, limit: int) -> Asked:
    """The request, with the texts of a form and its files.

    Raises:
        RequestError: it is larger than `limit` bytes, or is not as its type says.
        ClientDisconnect: the client went away before it was sent.

    """
    headers = Headers(scope=scope)
    content_type = headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    form: Pairs = ()
    body = b""
    if "content-length" in headers or "transfer-encoding" in headers:
        request = Request(scope, _limited(receive, limit))
        if kind == _FILES:
            form = await _files(request, limit)
        else:
            body = await request.body()
            if kind == _FORM:
                # A large one takes seconds, while others are answered.
                form = _form(body) if len(body) < _SMALL else await asyncio.to_thread(_form, body)
    return Asked(
        method=scope["method"],
        address=scope["path"].translate(_ESCAPED),
        path={name: str(value) for name, value in scope["path_params"].items()},
        query=_query(scope["query_string"]),
        form=form,
        body=body,
        content_type=content_type,
        accept=", ".join(headers.getlist("accept")),
        base=_base(scope["scheme"], scope["server"], headers.get("host", "")),
    )


@lru_cache(maxsize=64)
def _base(scheme: str, server: tuple[str, int], host: str) -> str:
    """The address of this server, as a client knows it."""
    headers = [(b"host", host.encode("latin-1"))]
    url = URL(scope={"scheme": scheme, "server": server, "path": "", "headers": headers})
    return str(url)


def _limited(receive: Receive, limit: int) -> Receive:
    read = 0

    async def receive_some() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > limit:
            line = f"the request has more than {limit:,} bytes, the limit here"
            raise RequestError(413, line, headers={"connection": "close"})
        return message

    return receive_some


def _query(text: bytes) -> Pairs:
    try:
        return _pairs(text)
    except ValueError:
        raise RequestError(400, "what follows the ? of the address is not UTF-8") from None


def _form(body: bytes) -> Pairs:
    try:
        return _pairs(body)
    except ValueError:
        raise RequestError(400, f"the form is not {_FORM} in UTF-8") from None


def _pairs(text: bytes) -> Pairs:
    """The names and values of a form; a ValueError if it is not UTF-8, or has too many."""
    return tuple(
        parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS)
    )


async def _files(request: Request, limit: int) -> Pairs:
    try:
        async with request.form(max_part_size=limit) as form:
            return tuple(
                [
                    (name, value if isinstance(value, str) else _text(await value.read(), name))
                    for name, value in form.multi_items()
                ]
            )
    except HTTPException as error:
        raise RequestError(400, f"the form cannot be read: {error.detail}") from None


def _text(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RequestError(400, f"the file of {name!r} is not text in UTF-8") from None
