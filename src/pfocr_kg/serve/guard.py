"""What every response has: headers that keep pages safe, and a line in the log."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterable
from typing import Final

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG: Final = logging.getLogger("pfocr_kg.serve.access")
_PICTURES: Final = b"content-security-policy-pictures"
"""Header of a reply that names the origin of the pictures in it; it is not sent."""

_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:%s; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

_NOT_ASCII: Final = re.compile(rb"[\x80-\xff]")

Header = tuple[bytes, bytes]


class Guard:
    """Middleware that adds the headers and writes the log, one line for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # An address has ASCII only; Starlette fails where it leads on with other bytes.
        if not scope["query_string"].isascii():
            scope["query_string"] = _NOT_ASCII.sub(_percent_encoded, scope["query_string"])
        began = time.monotonic()
        sent = {"status": 0, "size": 0}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent["status"] = message["status"]
                message["headers"] = _guarded(message["headers"])
            sent["size"] += len(message.get("body", b""))
            await send(message)

        names_host = _names_one_host(scope)
        app = self.app if names_host else PlainTextResponse("Invalid host header", status_code=400)
        try:
            await app(scope, receive, send_with_headers)
        finally:
            if LOG.isEnabledFor(logging.INFO):
                spent = (time.monotonic() - began) * 1000
                LOG.info("%s %d %d %.0f ms", _asked(scope), sent["status"], sent["size"], spent)


def _names_one_host(scope: Scope) -> bool:
    """Whether a request has one Host header with a name (RFC 9112, 3.2); HTTP/1.0 needs none."""
    hosts = [value.strip() for name, value in scope["headers"] if name == b"host"]
    return (len(hosts) == 1 and hosts != [b""]) or (not hosts and scope["http_version"] == "1.0")


def _percent_encoded(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % ord(byte[0])


def _guarded(headers: Iterable[Header]) -> list[Header]:
    """The headers of a reply with those that keep pages safe; none of them is there yet."""
    origin = b"".join(b" " + value for name, value in headers if name == _PICTURES)
    others = [header for header in headers if header[0] != _PICTURES]
    return [*others, (b"content-security-policy", _POLICY % origin), *_HEADERS]


def _asked(scope: Scope) -> str:
    """Client, method and address as it was sent, so percent-encoded and in one line."""
    client = scope["client"][0] if scope.get("client") else "-"
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", b"").decode("latin-1")
    return ascii(f"{client} {scope['method']} {path}{'?' + query if query else ''}")[1:-1]
