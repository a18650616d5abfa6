"""Connections to servers that may never end what they send.

`http.client` waits for each byte anew, reads headers and trailers for as long as they come, and
`urllib3` reads the whole body of an error before it tries again. Here, what a server sends has to
arrive at a least speed, and all of it but the body of an answer has a largest size.
"""

from __future__ import annotations

import http.client
import io
import time
from http import HTTPStatus
from socket import socket
from typing import TYPE_CHECKING, Any, Final

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

if TYPE_CHECKING:
    from typing_extensions import Buffer

WAIT: Final = 900.0
"""Seconds to wait for the next `_SOME` bytes of an answer: large counts take minutes."""
_SOME: Final = 1 << 16

_AROUND: Final = 1 << 18
"""Bytes of a head, or of what stands between the parts of a body."""
_ERROR: Final = 1 << 16
"""Bytes of the body of an error or a redirect."""

_ENCODINGS: Final = ("", "identity", "gzip", "x-gzip", "deflate")
"""Compressions that are asked for; they make 1,000 bytes of one at most, others a million."""


class _Arriving(io.RawIOBase):
    """What arrives at a socket, as long as it comes fast enough and is not `spare` bytes more."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self.spare = _AROUND
        self._raw = raw
        self._waited = 0.0
        self._read = 0

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Wait for some bytes.

        Raises:
            TimeoutError: they come too slowly.
            HTTPException: they are too many.

        """
        began = time.monotonic()
        size = self._raw.readinto(buffer) or 0
        self._waited += time.monotonic() - began
        self._read += size
        self.spare -= size
        if self._read >= _SOME:
            self._waited, self._read = 0.0, 0
        if self._waited > WAIT:
            raise TimeoutError
        if self.spare < 0:
            raise http.client.HTTPException("it sends more than an answer can have there")
        return size

    def close(self) -> None:
        """Close the socket's file."""
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self._arriving = _Arriving(self.fp.detach())
        self.fp = io.BufferedReader(self._arriving)

    def begin(self) -> None:
        """Read the head."""
        super().begin()
        encoding = self.headers.get("Content-Encoding", "").strip().lower()
        if encoding not in _ENCODINGS:
            raise http.client.HTTPException(f"it is compressed as {encoding[:40]!r}")
        self._left = _ERROR if self.status >= HTTPStatus.MULTIPLE_CHOICES else None

    def read(self, amt: int | None = None) -> bytes:
        """Some bytes of the body."""
        if self._left == 0:
            raise http.client.HTTPException("the body of an error does not end")
        if self._left is not None:
            amt = min(self._left, _ERROR if amt is None else amt)
        self._arriving.spare = _AROUND + _SOME + (amt or 0)
        piece = super().read(amt)
        if self._left is not None:
            self._left -= len(piece)
        return piece


class _Http(HTTPConnection):
    response_class = _Response


class _Https(HTTPSConnection):
    response_class = _Response


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


_POOLS: Final = {"http": _HttpPool, "https": _HttpsPool}


class Adapter(HTTPAdapter):
    """Sends requests of `requests` over such connections."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """Make the connections by way of a proxy."""
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class Session(requests.Session):
    """Sends requests, and reads nothing of their answers: no redirect is followed."""

    def __init__(self, adapter: Adapter) -> None:
        super().__init__()
        self.headers["Accept-Encoding"] = "gzip, deflate"
        for scheme in ("http://", "https://"):
            self.mount(scheme, adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: `requests` would read the whole body of a redirect to prepare the next request."""


def read(response: requests.Response, size: int) -> bytes:
    """The next bytes of an answer's body, unpacked; none at its end.

    Raises:
        urllib3.exceptions.HTTPError: it breaks off.

    """
    body: HTTPResponse = response.raw
    return body.read(size, decode_content=True)
