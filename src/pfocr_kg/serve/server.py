"""Runs the server on a port until a signal ends it."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

import uvicorn

from pfocr_kg.errors import PfocrError
from pfocr_kg.serve import app
from pfocr_kg.serve.bounded_http import BoundedHttp
from pfocr_kg.serve.settings import Settings
from pfocr_kg.store.embedded import Embedded

_GRACE: Final = 5
"""Seconds that requests have to end after a signal."""
_BACKLOG: Final = 1024
"""Connections that wait to be accepted."""


def run(settings: Settings, host: str, port: int, on_start: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `on_start` gets the server's address. Port 0 is a free one.

    Raises:
        StoreError: there is no store, or it cannot be opened.
        PfocrError: the port cannot be used.

    """
    Embedded(settings.store).close()
    with _listening(host, port) as listener:
        config = uvicorn.Config(
            app.create(settings),
            http=BoundedHttp,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE,
        )
        number = listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        server = _Server(config, lambda: on_start(f"http://{shown}:{number}/"))
        server.run([listener])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small packets at once only where the protocol is named.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        is_host = isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL
        other = "--host" if is_host else "--port"
        reason = f"{host}:{port}: cannot be listened to: {error.strerror}"
        raise PfocrError(reason, hint=f"Choose another {other}") from None
    return listener


class _Server(uvicorn.Server):
    """Uvicorn's server; a signal ends it and is not raised again."""

    def __init__(self, config: uvicorn.Config, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_start = on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell of it."""
        await super().startup(sockets)
        if self.started:
            self._on_start()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Have the loop handle signals; a second one, such as `make` passes on, changes nothing."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, setattr, self, "should_exit", True)
        yield
