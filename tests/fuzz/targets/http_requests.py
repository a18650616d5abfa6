"""Whatever a request holds, it is answered: an error has a status and, for programs, one line.

No answer of an error shows a path of the machine or lines of a traceback. Requests are answered in
this process, by the server's own code, from a store of one figure.
"""

from __future__ import annotations

import asyncio
import atexit
import io
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pfocr_kg
from fuzz import scratch
from fuzz.pieces import END, Pieces
from pfocr_kg.serve import app, pool, routes
from pfocr_kg.serve.settings import Limits, Settings
from pfocr_kg.serve.worker import Job, Worker

RECORD = """---
figid: PMC1__f1
pmcid: PMC1
filename: f1.jpg
figlink: /pmc/articles/PMC1/figure/f1/
figtitle: Signals
year: 2020
---
"""
METHODS = (b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"\xff")
PATHS = [address.path.encode() for address in routes.addresses() if not address.is_internal]
NAMES = (
    *(b"host", b"accept", b"content-type", b"content-length", b"accept-encoding", b"origin"),
    *(b"if-none-match", b"accept-language", b"access-control-request-method", b"x-\xff", b"cookie"),
)
VALUES = (
    *(b"127.0.0.1", b"text/html", b"application/json", b"text/turtle;q=x", b"*/*;q=0", b"gzip"),
    *(b"application/x-www-form-urlencoded", b"application/sparql-query", b"text/csv, ,;q=1e9"),
    *(b"multipart/form-data; boundary=x", b"multipart/form-data", b"a/b; charset=undefined", b"*"),
)
LIMITS = Limits(seconds=20, request=5000, rows=50)


class OneProcess(pool.Pool):
    """Answers requests where they are asked."""

    async def __aenter__(self) -> OneProcess:
        self.worker = Worker(self.settings)
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    @asynccontextmanager
    async def answer(self, job: Job, *, is_query: bool) -> AsyncIterator[pool.WorkerAnswer]:
        written = io.BytesIO()
        self.worker.answer(job, written)
        output = asyncio.StreamReader()
        output.feed_data(written.getvalue())
        output.feed_eof()
        answer = pool.WorkerAnswer(SimpleNamespace(output=output), 20)
        await answer.read_head()
        yield answer


def served() -> tuple[asyncio.AbstractEventLoop, Any]:
    """The loop, and the application of a store of one figure."""
    folder = scratch.folder()
    (folder / "f1.md").write_text(RECORD, encoding="utf-8")
    pfocr_kg.build(folder / "f1.md", folder / "store")
    logging.getLogger("pfocr_kg").addHandler(logging.NullHandler())
    app.Pool = OneProcess
    application = app.create(Settings(folder / "store", limits=LIMITS))
    loop = asyncio.new_event_loop()
    started = loop.create_future()
    task = loop.create_task(run(application, started))
    loop.run_until_complete(started)
    atexit.register(lambda: (task.cancel(), loop.run_until_complete(asyncio.wait({task}))))
    return loop, application


async def run(application: Any, started: asyncio.Future[None]) -> None:
    """Let the application live, in one task from start to end."""
    async with application.router.lifespan_context(application):
        started.set_result(None)
        await asyncio.Event().wait()


def check(data: bytes) -> None:
    loop, application = SERVED
    scope, body = request(Pieces(data))
    head, content = loop.run_until_complete(answered(application, scope, body))
    if head is None:
        return
    shown = content.decode(errors="replace")
    assert head["status"] != 500, shown
    if head["status"] < 400:
        return
    kind = dict(head["headers"]).get(b"content-type", b"")
    assert str(scratch.folder()) not in shown
    assert "Traceback" not in shown
    assert str(Path(pfocr_kg.__file__).parent) not in shown
    if kind.startswith(b"application/json") and scope["method"] != "HEAD":
        json.loads(shown)
    elif not kind.startswith(b"text/html"):
        assert len(shown.splitlines()) <= 1, shown


def request(pieces: Pieces) -> tuple[dict[str, Any], list[bytes]]:
    """A request as a server gives it to an application, and the pieces of its body."""
    method = pieces.choice(METHODS).decode("latin-1")
    known = pieces.number(len(PATHS) + 1)
    path = PATHS[known - 1] if known else b"/" + pieces.raw()
    if b"{" in path:
        path = path[: path.index(b"{")] + pieces.raw()
    headers = [(b"host", b"127.0.0.1")] if pieces.number(8) else []
    for _ in range(pieces.number(5)):
        name, number = pieces.choice(NAMES), pieces.number(256)
        value = pieces.raw() if number == END else VALUES[number % len(VALUES)]
        headers.append((name, value.translate(None, b"\r\n\0")))
    query = pieces.raw()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 8000),
    }
    return scope, [pieces.raw() for _ in range(pieces.number(4))]


async def answered(
    application: Any, scope: dict[str, Any], body: list[bytes]
) -> tuple[dict[str, Any] | None, bytes]:
    """The head and body of the answer; no head if the client went away first."""
    left = [{"type": "http.request", "body": piece, "more_body": True} for piece in body]
    left.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        if left:
            return left.pop(0)
        await asyncio.Event().wait()
        raise AssertionError("nothing comes after the end")

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await application(scope, receive, send)
    heads = [message for message in sent if message["type"] == "http.response.start"]
    assert len(heads) == 1
    assert isinstance(heads[0]["status"], int)
    return heads[0], b"".join(message.get("body", b"") for message in sent)


SERVED = served()  # no input has to wait for it
