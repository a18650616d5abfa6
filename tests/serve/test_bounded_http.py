"""What one client sends cannot fill the memory of the server, or make others wait."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

import asynchronous
from http_server import Server, get
from pfocr_kg.serve import bounded_http

GET = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n"
POST = (
    b"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/sparql-query\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nASK{}\r\n"
)
MUCH = 1 << 23

WITHOUT_END = {
    "a header": (GET + b"X: ", b"a"),
    "headers": (GET, b"A: b\r\n"),
    "an address": (b"GET /", b"a"),
    "trailers": (POST + b"0\r\n", b"A: b\r\n"),
    "an extension of a chunk": (POST + b"5;", b"x"),
    "requests": (b"", GET + b"\r\n"),
}


def sent(server: Server, begin: bytes, part: bytes) -> tuple[bool, bytes]:
    """Whether all of 8 MiB was taken, and the answer."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 20) as client:
        try:
            client.sendall(begin + part * (MUCH // len(part)))
            client.shutdown(socket.SHUT_WR)
            taken = True
        except OSError:
            taken = False
        try:
            return taken, client.recv(1 << 16)
        except OSError:
            return taken, b""


@pytest.mark.parametrize("what", WITHOUT_END)
def test_what_has_no_end_is_cut(server: Server, what: str) -> None:
    taken, answer = sent(server, *WITHOUT_END[what])
    assert not taken
    assert answer[9:12] in {b"", b"431", b"400", b"200"}, answer
    assert get(server / "health").status_code == 200


def test_a_long_address_and_some_requests_at_once_are_answered(server: Server) -> None:
    host, _, port = server.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 20) as client:
        last = GET + b"Connection: close\r\n\r\n"
        long = GET.replace(b"/health", b"/health?" + b"a" * 60_000)
        client.sendall(long + b"\r\n" + (GET + b"\r\n") * 8 + last)
        answers = b"".join(iter(lambda: client.recv(1 << 16), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 10


@pytest.mark.parametrize("begin", [b"", GET, POST], ids=["nothing", "a head", "a body"])
def test_a_client_that_is_slow_is_cut(begin: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded_http, "SLOWEST", 0.2)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def ends() -> bytes:
        config = uvicorn.Config(app, lifespan="off")
        made = partial(bounded_http.BoundedHttp, config, ServerState(), {})
        server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(begin)
            try:
                return await asyncio.wait_for(reader.read(), 20)
            except ConnectionResetError:
                return b""
            finally:
                writer.close()

    assert asynchronous.run(ends()) == b""


HOST = b"Host: 127.0.0.1\r\n"


@pytest.mark.parametrize(
    ("version", "headers", "status"),
    [
        (b"1.1", HOST, b"200"),
        (b"1.0", HOST, b"200"),
        (b"1.1", b"", b"400"),
        (b"1.1", b"Host:\r\n", b"400"),
        (b"1.1", HOST * 2, b"400"),
        (b"1.1", HOST + b"hOST: example.org\r\n", b"400"),
        (b"1.0", HOST + b"Host: example.org\r\n", b"400"),
        (b"1.1", HOST + b"Host:\r\n", b"400"),
    ],
)
def test_a_request_names_one_host(
    server: Server, version: bytes, headers: bytes, status: bytes
) -> None:
    """RFC 9112, section 3.2."""
    host, _, port = server.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), 20) as client:
        client.sendall(b"GET /health HTTP/" + version + b"\r\n" + headers + b"\r\n")
        assert client.recv(1 << 16)[9:12] == status
