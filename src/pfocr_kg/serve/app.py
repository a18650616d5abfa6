"""The server that speaks HTTP: reads requests, has workers answer them, and sends the replies."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from pfocr_kg.errors import StoreError
from pfocr_kg.serve import failures, reading, routes
from pfocr_kg.serve.frames import Head
from pfocr_kg.serve.guard import Guard
from pfocr_kg.serve.kept import LARGEST, Kept, can_change
from pfocr_kg.serve.messages import Asked, Job, RequestError
from pfocr_kg.serve.pool import BrokenOffError, Pool, WorkerAnswer
from pfocr_kg.serve.settings import Settings
from pfocr_kg.store import generations

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

_VERSION: Final = version("pfocr-kg")
_SAME: Final = {"cache-control": "no-cache", "vary": "accept, accept-encoding"}
"""Headers of what stays the same until the next build: to be asked for again, with its ETag."""
_QUICK: Final = 0.5
"""Seconds in which a client that went away does not matter."""


def create(settings: Settings) -> Starlette:
    """The server as an ASGI application."""
    pool, kept = Pool(settings), Kept()
    tools = _tools(pool)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(pool)
            if tools:
                await stack.enter_async_context(tools.run())
            yield

    async def health(_: Request) -> Response:
        """Answered here, so that it is answered while all workers are busy."""
        return JSONResponse({"status": "ok", "build": _build(settings), "waiting": pool.waiting})

    return Starlette(
        routes=[
            Route("/health", health),
            *([Route("/mcp", tools.asgi_app, methods=["POST"])] if tools else []),
            *(
                Route(address.path, Endpoint(pool, number, address, kept), methods=address.methods)
                for number, address in enumerate(routes.addresses())
                if not address.is_internal
            ),
        ],
        middleware=[
            Middleware(Guard),
            Middleware(TrustedHostMiddleware, allowed_hosts=settings.hosts, www_redirect=False),
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["*"],
                expose_headers=["*"],
            ),
        ],
        exception_handlers={HTTPException: _http_error},
        lifespan=lifespan,
    )


def _tools(pool: Pool) -> StreamableHTTPSessionManager | None:
    """The tools for assistants, if the extra `mcp` is installed."""
    if find_spec("mcp") is None:
        return None
    from pfocr_kg.serve.mcp import server  # noqa: PLC0415 - needs the extra

    return server.http(pool)


def _build(settings: Settings) -> str:
    try:
        current = generations.current(settings.store)
    except StoreError:
        return ""
    return current.path.name if current else ""


async def _http_error(request: Request, error: Exception) -> Response:
    """There is no such address, or it does not take this method."""
    assert isinstance(error, HTTPException)
    lines = {404: "there is no such page", 405: f"it does not take {request.method}"}
    line = lines.get(error.status_code, error.detail)
    is_api = request.scope["path"].startswith("/api/") and error.status_code == 404
    hint = "/openapi.json describes the API" if is_api else ""
    refused = RequestError(error.status_code, line, hint, dict(error.headers or {}))
    reply = failures.reply(refused, _plain(request), for_people=True)
    return Response(reply.body, reply.status, reply.headers, reply.media_type)


def _plain(request: Request) -> Asked:
    """What an error needs to know of a request that was not read."""
    accept = ", ".join(request.headers.getlist("accept"))
    return Asked(request.method, request.scope["path"], accept=accept)


class Endpoint:
    """One address: an ASGI application that has a worker answer what is not kept."""

    def __init__(self, pool: Pool, number: int, address: routes.Address, kept: Kept) -> None:
        self.pool = pool
        self._kept = kept
        self.number = number
        self.address = address
        self._ours = repr((_VERSION, pool.settings))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless the client goes away: then the worker is stopped."""
        headers = Headers(scope=scope)
        try:
            asked = await reading.read(scope, receive, self.pool.settings.limits.request)
        except ClientDisconnect:
            return
        except RequestError as error:
            await self._send_error(error, _plain(Request(scope)), send)
            return
        is_started = False

        async def send_on(message: Message) -> None:
            nonlocal is_started
            is_started = True
            await send(message)

        client = _Client(receive)
        try:
            await self._answer(headers, asked, send_on)
        except asyncio.CancelledError:
            if not client.has_left and not is_started:
                stopping = RequestError(503, "the server is stopping")
                await self._send_error(stopping, asked, send)
        except (BrokenOffError, TimeoutError):
            pass  # A broken body has no end, so that the client sees that it is not all.
        finally:
            client.forget()

    async def _answer(self, headers: Headers, asked: Asked, send: Send) -> None:
        with_gzip = "gzip" in headers.get("accept-encoding", "")
        services = self.pool.settings.services
        lasts = not (self.address.is_query and (services or can_change(asked)))
        build = _build(self.pool.settings)
        tag = self._tag(asked, build, with_gzip=with_gzip) if lasts else ""
        if tag and asked.method in ("GET", "HEAD"):
            if tag in headers.get("if-none-match", ""):
                await _start(send, Head(304, "", headers={"etag": tag}))
                await _body(send)
                return
            if found := self._kept.get(tag):
                head, body = found
                await _start(send, head)
                await _body(send, b"" if asked.method == "HEAD" else body)
                return
        job = Job(self.number, asked, with_gzip)
        try:
            async with self.pool.answer(job, is_query=self.address.is_query) as answer:
                if answer.head.status != 200:
                    tag = ""
                elif tag:
                    if answer.head.build != build:
                        tag = self._tag(asked, answer.head.build, with_gzip=with_gzip)
                    answer.head.headers["etag"] = tag
                await self._send_on(answer, send, tag if asked.method == "GET" else "")
        except RequestError as error:
            await self._send_error(error, asked, send)

    async def _send_on(self, answer: WorkerAnswer, send: Send, tag: str) -> None:
        """Send what a worker answers as it comes; keep it if it has an ETag."""
        await _start(send, answer.head)
        body = bytearray()
        async for piece in answer.pieces():
            if tag and len(body) <= LARGEST:
                body += piece
            # A client that reads nothing would keep the worker.
            async with asyncio.timeout(self.pool.settings.limits.seconds):
                await _body(send, piece, more=True)
        await _body(send)
        if tag:
            self._kept.keep(tag, answer.head, bytes(body))

    def _tag(self, asked: Asked, build: str, *, with_gzip: bool) -> str:
        """A strong ETag: all that a reply depends on, so also this version and the settings."""
        parts = (asked.address, asked.query, asked.form, asked.body, asked.accept, asked.base)
        text = repr((self._ours, build, with_gzip, parts))
        digest = hashlib.sha256(text.encode(errors="replace"))
        return f'"{digest.hexdigest()[:32]}"'

    async def _send_error(self, error: RequestError, asked: Asked, send: Send) -> None:
        reply = failures.reply(error, asked, for_people=self.address.for_people)
        assert isinstance(reply.body, bytes)
        await _start(send, Head(reply.status, reply.media_type, "", reply.headers, len(reply.body)))
        await _body(send, b"" if asked.method == "HEAD" else reply.body)


class _Client:
    """Cancels the task that answers a client when the client goes away.

    Most answers are there before it is worth to look.
    """

    def __init__(self, receive: Receive) -> None:
        self.has_left = False
        self._receive = receive
        self._answering = asyncio.current_task()
        self._leaving: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(_QUICK, self._watch)

    def forget(self) -> None:
        """Watch no longer."""
        self._timer.cancel()
        if self._leaving:
            self._leaving.cancel()

    def _watch(self) -> None:
        self._leaving = asyncio.ensure_future(self._left())

    async def _left(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        assert self._answering
        self.has_left = True
        self._answering.cancel()


async def _start(send: Send, head: Head) -> None:
    headers = {**_SAME, **head.headers}
    if head.media_type:
        headers["content-type"] = head.media_type
    if head.length is not None:
        headers["content-length"] = str(head.length)
    raw = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": head.status, "headers": raw})


async def _body(send: Send, piece: bytes = b"", *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": piece, "more_body": more})
