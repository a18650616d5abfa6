"""An endpoint that lies: one server, and the table of its lies.

A lie is what it sends after it has read a request: pieces of bytes, or None for a reset connection.
"""

from __future__ import annotations

import gzip
import itertools
import json
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import zstandard

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
NT = "application/n-triples"
SECRET = "s3cret-token"

Lie = Callable[[], Iterator[bytes | None]]


def answer(
    body: bytes, media: str = JSON, status: str = "200 OK", extra: tuple[str, ...] = ()
) -> Lie:
    """One body with its head."""
    lines = (f"HTTP/1.1 {status}", f"Content-Type: {media}", f"Content-Length: {len(body)}")
    head = "\r\n".join((*lines, *extra, "Connection: close")).encode("latin-1")
    return lambda: iter([head + b"\r\n\r\n" + body])


def endless(head: str, piece: bytes, first: bytes = b"", pause: float = 0) -> Lie:
    """A head, and pieces without end."""

    def lie() -> Iterator[bytes]:
        yield f"HTTP/1.1 {head}".encode() + first
        while True:
            yield piece
            time.sleep(pause)

    return lie


def rows(*cells: str, names: str = '"n"') -> bytes:
    bindings = ",".join(f'{{"n":{cell}}}' if cell else "{}" for cell in cells)
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{bindings}]}}}}'.encode()


def literal(text: str, **more: str) -> str:
    return json.dumps({"type": "literal", "value": text, **more})


INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
ONE = literal("1", datatype=INTEGER)
FINE = rows(ONE)
ROWS_HEAD = f"200 OK\r\nContent-Type: {JSON}\r\n"
LONG_HEAD = f"HTTP/1.1 {ROWS_HEAD}Content-Length: 999\r\n\r\n".encode()
CHUNKS_HEAD = f"{ROWS_HEAD}Transfer-Encoding: chunked\r\n\r\n"
NT_HEAD = f"200 OK\r\nContent-Type: {NT}\r\n\r\n"
FOLLOW = b'{"head":{"vars":["n"]},"results":{"bindings":['
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]>"
)


def xml(inner: bytes, before: bytes = b"") -> Lie:
    name = (
        b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="n"/></head>'
    )
    body = before + name + b'<results><result><binding name="n">' + inner
    return answer(body + b"</binding></result></results></sparql>", XML)


def moved(to: str, status: str = "302 Found") -> Lie:
    return answer(b"", "text/plain", status, (f"Location: {to}",))


def packed(how: str, body: bytes) -> Lie:
    return answer(body, extra=(f"Content-Encoding: {how}",))


def reset() -> Iterator[bytes | None]:
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"
    yield None


LIES: dict[str, Lie] = {
    # Not HTTP
    "nothing": lambda: iter([b""]),
    "garbage": lambda: iter([bytes(range(256)) * 40]),
    "no-status": lambda: iter([b"HTTP/1.1 abc\r\n\r\n"]),
    "reset": reset,
    "cut-head": lambda: iter([b"HTTP/1.1 200 OK\r\nContent-Ty"]),
    "endless-head": endless("200 OK\r\n", b"X-More: yes\r\n"),
    "endless-header": endless("200 OK\r\nX-Long: ", b"x" * 4096),
    "endless-continue": lambda: itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 500),
    "slow-head": endless("200 OK\r\n", b"x", pause=0.05),
    # Not an answer
    "html": answer(b"<html><body>Welcome</body></html>", "text/html"),
    "empty": answer(b""),
    "no-type": answer(FINE, ""),
    "undefined-charset": answer(b"no", "text/plain; charset=undefined", "500 Oh"),
    "undefined-charset-of-rows": answer(FINE[:-3], f"{JSON}; charset=undefined"),
    "csv": answer(b"n\n1\n", "text/csv"),
    "tsv": answer(b"?n\n1\n", "text/tab-separated-values"),
    "no-json": answer(b"{]"),
    "other-json": answer(b'{"rows": [1]}'),
    "json-list": answer(b"[" * 100_000),
    "cut": answer(FINE[:-4]),
    "cut-length": lambda: iter(
        [f"HTTP/1.1 {ROWS_HEAD}Content-Length: 999\r\n\r\n".encode() + FINE]
    ),
    "cut-chunk": lambda: iter([f"HTTP/1.1 {CHUNKS_HEAD}FFF\r\n".encode() + FINE]),
    "bad-chunk": lambda: iter([f"HTTP/1.1 {CHUNKS_HEAD}zz\r\n".encode() + FINE]),
    "endless-chunk-size": endless(CHUNKS_HEAD, b"0" * 4096),
    "endless-trailer": endless(
        CHUNKS_HEAD,
        b"X-More: yes\r\n" * 100,
        b"%x\r\n%b\r\n0\r\n" % (len(FINE) - 2, FINE[:-2]),
    ),
    # Terms and rows
    "relative-iri": answer(rows('{"type":"uri","value":"../etc"}')),
    "bad-blank-node": answer(rows('{"type":"bnode","value":"a b>"}')),
    "bad-language": answer(rows(literal("1", **{"xml:lang": "no language"}))),
    "no-kind": answer(rows('{"value":"1"}')),
    "no-value": answer(rows('{"type":"literal"}')),
    "lone-surrogate": answer(rows('{"type":"literal","value":"\\ud800"}')),
    "not-utf-8": answer(FINE.replace(b'"1"', b'"\xff"')),
    "no-number": answer(rows(literal("many", datatype=INTEGER))),
    "long-number": answer(rows(literal("9" * 5000, datatype=INTEGER))),
    "negative-number": answer(rows(literal("-1", datatype=INTEGER))),
    "unbound": answer(rows("")),
    "no-rows": answer(rows()),
    "no-column": answer(rows("", names="")),
    "other-column": answer(FINE.replace(b'"n"', b'"m"')),
    "yes": answer(b'{"head":{},"boolean":true}'),
    "no-xml": answer(b"<sparql", XML),
    "xml-bomb": xml(b"<literal>&j;</literal>", BOMB),
    "external-entity": xml(
        b"<literal>&x;</literal>", b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "endless-rows": endless(f"{ROWS_HEAD}\r\n", (ONE.join(['{"n":', "},"]) * 500).encode(), FOLLOW),
    "endless-cell": endless(f"{ROWS_HEAD}\r\n", b"x" * 65536, FOLLOW + b'{"n":{"value":"'),
    "endless-xml": endless(f"200 OK\r\nContent-Type: {XML}\r\n\r\n", b"<a>" * 9999),
    "slow-rows": endless(f"{ROWS_HEAD}\r\n", b" ", FOLLOW, 0.05),
    "slow-chunks": endless(CHUNKS_HEAD, b"1\r\n \r\n", pause=0.05),
    # Graphs
    "no-triples": answer(b"<a> <b> .", NT),
    "relative-triples": answer(b"<a> <b> <c> .", "text/turtle"),
    "deep-turtle": answer(b"<urn:a:a> <urn:a:b> " + b"[ <urn:a:b> " * 50_000, "text/turtle"),
    "deep-list": answer(b"<urn:a:a> <urn:a:b> " + b"(" * 100_000, "text/turtle"),
    "deep-json-ld": answer(b'{"urn:a:b":' * 100_000, "application/ld+json"),
    "deep-rdf-xml": answer(b"<a>" * 100_000, "application/rdf+xml"),
    "rdf-xml-bomb": answer(BOMB + b"<s>&j;</s>", "application/rdf+xml"),
    "context-elsewhere": answer(b'{"@context": "http://127.0.0.1:1/x"}', "application/ld+json"),
    "endless-triple": endless(
        f"200 OK\r\nContent-Type: {NT}\r\n\r\n", b"x" * 65536, b'<a:b> <a:b> "'
    ),
    # Compression
    "not-gzip": packed("gzip", FINE),
    "cut-gzip": packed("gzip", gzip.compress(FINE)[:40]),
    "gzip-bomb": packed("gzip", gzip.compress(FOLLOW + b" " * (1 << 24), 9)),
    "deflate-bomb": packed("deflate", zlib.compress(FOLLOW + b" " * (1 << 24), 9)),
    "zstd-bomb": packed("zstd", zstandard.compress(FOLLOW + b" " * (1 << 24))),
    "gzip-twice": packed("gzip, gzip", gzip.compress(gzip.compress(FINE))),
    "unknown-compression": packed("br\x1b[31m", FINE),
    # Errors
    "busy": answer(b"busy", "text/plain", "503 Busy", ("Retry-After: 999999999",)),
    "too-many": answer(b"wait", "text/plain", "429 Wait", ("Retry-After: " + "9" * 5000,)),
    "retry-after-garbage": answer(b"wait", "text/plain", "429 Wait", ("Retry-After: \x1b[2J",)),
    "retry-after-never": answer(
        b"", "text/plain", "503 No", ("Retry-After: Fri, 31 Dec 999999 23:59:59 GMT",)
    ),
    "endless-busy": endless("503 Busy\r\n\r\n", b"x" * 65536),
    "endless-error": endless("500 Oh\r\nContent-Type: text/html\r\n\r\n", b"<style><" * 9999),
    "bomb-of-an-error": answer(
        gzip.compress(b" " * (1 << 24)), "text/plain", "500 Oh", ("Content-Encoding: gzip",)
    ),
    **{
        f"escapes-{status[:3]}": answer(
            f"\x1b[2J\x9b31m\x07\u202e{SECRET}\r\nnew".encode(), "text/plain\x1b[5m", status
        )
        for status in ("401 \x1b[1m", "403 No", "404 No\x1b]0;t\x07", "500 No")
    },
    "digest": answer(b"", "text/plain", "401 No", ("WWW-Authenticate: Digest",)),
    "digest-garbage": answer(
        b"", "text/plain", "401 No", ('WWW-Authenticate: Digest realm="\xff',)
    ),
    "digest-bomb": endless('401 No\r\nWWW-Authenticate: Digest realm="a"\r\n\r\n', b"x" * 65536),
    # Redirects
    "to-another-host": moved("http://localhost.invalid/query"),
    "to-another-port": moved("http://127.0.0.1:1/query"),
    "to-a-file": moved("file:///etc/passwd"),
    "to-nowhere": moved("http://[::1"),
    "to-no-host": moved("http:///x"),
    "to-a-password": moved("http://me:s3cret-token@127.0.0.1/"),
    "to-a-long-host": moved(f"http://{'a' * 300}.test/"),
    "to-itself": moved("/query"),
    "to-escapes": moved("http://\x1b[31m.test/"),
    "to-itself-for-ever": lambda: iter(
        [b"HTTP/1.1 307 Again\r\nLocation: /query\r\nContent-Length: 99999999\r\n\r\n"]
    ),
    "see-other": moved("/other", "303 See Other"),
    "choices": answer(b"", "text/plain", "300 Multiple Choices"),
    "not-modified": answer(b"", JSON, "304 Not Modified"),
    "no-content": answer(b"", JSON, "204 No Content"),
    "status-999": answer(FINE, JSON, "999 \xff"),
    # Pages
    "pages-without-end": answer(FINE, extra=("X-SPARQL-MaxRows: 1",)),
    "pages-of-999-digits": answer(FINE[:-3], extra=("X-SPARQL-MaxRows: " + "9" * 999,)),
    "out-of-time": answer(FINE, extra=("X-SQL-State: S1TAT",)),
}


@dataclass
class Liar:
    """The server: `url`, the lie that it tells, and the Authorization of each request."""

    url: str = ""
    lie: Lie = LIES["nothing"]
    given: list[str] = field(default_factory=list)


@contextmanager
def lying() -> Iterator[Liar]:
    """A liar, for as long as the context is open."""
    liar = Liar()
    listening = socket.create_server(("127.0.0.1", 0))
    liar.url = f"http://127.0.0.1:{listening.getsockname()[1]}/query"

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=_talk, args=(liar, connection), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield liar
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


def _talk(liar: Liar, connection: socket.socket) -> None:
    # Each connection is of one request.
    with connection, suppress(OSError):
        request = connection.makefile("rb")
        length = 0
        for line in iter(request.readline, b"\r\n"):
            if not line:
                return
            name, _, value = line.decode("latin-1").partition(":")
            length = int(value) if name.lower() == "content-length" else length
            if name.lower() == "authorization":
                liar.given.append(value.strip())
        request.read(length)
        for piece in liar.lie():
            if piece is None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            connection.sendall(piece)
