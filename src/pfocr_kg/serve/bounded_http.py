"""A connection of a client, which cannot fill the memory of the server, or hold it for ever.

Neither httptools nor uvicorn bounds the head of a request, its trailers, how many requests a client
sends before it reads an answer, or how long it takes to send one.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle
from typing import Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

LONGEST_HEAD: Final = 128 << 10
"""Bytes of a request line with its headers, and of all that is neither head nor body."""
MOST_WAITING: Final = 32
"""Requests that a client can send before the answer to the first is complete."""
SLOWEST: Final = 60.0
"""Seconds that a client has to send a request, or to begin with the first."""


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's connection; one whose client sends too much, or too slowly, ends."""

    _unread = 0
    """Bytes received since the last head, part of a body or end of a request was complete."""
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for the first request."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._begin_deadline()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._end_deadline()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        """Wait for all of a request."""
        super().on_message_begin()
        self._begin_deadline()

    def _begin_deadline(self) -> None:
        self._end_deadline()
        self._deadline = self.loop.call_later(SLOWEST, self.transport.abort)

    def _end_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse what was received, and refuse what is too long."""
        self._unread += len(data)
        super().data_received(data)
        if self._unread > LONGEST_HEAD and not self.transport.is_closing():
            if self.cycle is None or self.cycle.response_complete:
                self.transport.write(
                    STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n"
                )
                self.transport.close()
            else:
                self.transport.abort()

    def on_headers_complete(self) -> None:
        """Begin an answer, or keep the request for later.

        Raises:
            ValueError: too many wait; the parser stops, and the client gets 400.

        """
        self._unread = 0
        super().on_headers_complete()
        if len(self.pipeline) > MOST_WAITING:
            raise ValueError("too many requests wait")

    def on_body(self, body: bytes) -> None:
        """Keep a part of a body."""
        self._unread = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """End a request."""
        self._unread = 0
        self._end_deadline()
        super().on_message_complete()
