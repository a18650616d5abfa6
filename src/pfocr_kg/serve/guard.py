"""What every response has: headers that keep pages safe, and a line in the log."""

from __future__ import annotations

import logging
import time
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG: Final = logging.getLogger("pfocr_kg.serve.access")
PICTURES: Final = "content-security-policy-pictures"
"""Header of a reply that names the origin of the pictures in it; it is not sent."""

_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:{pictures}; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Guard:
    """Middleware that adds the headers and writes the log, one line for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.monotonic()
        sent = {"status": 0, "size": 0}

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent["status"] = message["status"]
                _add_headers(MutableHeaders(scope=message))
            sent["size"] += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        finally:
            milliseconds = (time.monotonic() - began) * 1000
            LOG.info("%s %d %d %.0f ms", _asked(scope), sent["status"], sent["size"], milliseconds)


def _add_headers(headers: MutableHeaders) -> None:
    origin = headers.get(PICTURES, "")
    if origin:
        del headers[PICTURES]
    headers["content-security-policy"] = _POLICY.format(pictures=f" {origin}" if origin else "")
    headers.update(_HEADERS)


def _asked(scope: Scope) -> str:
    """Client, method and address as it was sent, so percent-encoded and in one line."""
    client = scope["client"][0] if scope.get("client") else "-"
    query = scope["query_string"].decode("latin-1")
    path = scope.get("raw_path", b"").decode("latin-1")
    return ascii(f"{client} {scope['method']} {path}{'?' + query if query else ''}")[1:-1]
