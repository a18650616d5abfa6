"""What a worker writes to its pipe, read without the code that writes it."""

from __future__ import annotations

import gzip
import marshal
import signal
import socket
import struct
import threading
from multiprocessing import Pipe
from pathlib import Path
from typing import IO, Any

import pytest

from pfocr_kg.serve import frames, routes, worker
from pfocr_kg.serve.messages import Asked, Job
from pfocr_kg.serve.settings import Settings


def reply(pipe: IO[bytes]) -> tuple[bytes, tuple[Any, ...], bytes]:
    """The kind of the last frame, the head and the body of one reply."""
    heads, body, kind = b"", b"", b"M"
    while kind == b"M":
        kind, head, piece = struct.unpack(">cII", pipe.read(9))
        heads += pipe.read(head)
        body += pipe.read(piece)
    return kind, marshal.loads(heads), body


def number(path: str) -> int:
    return next(n for n, a in enumerate(routes.addresses()) if a.path == path)


def test_a_worker_answers_until_its_pipe_is_closed(
    linked_sample: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)  # a thread may not
    for name in ("_end_with", "_limit_memory"):
        monkeypatch.setattr(worker, name, lambda _: None)
    ours, theirs = socket.socketpair()
    server, _ = Pipe()
    arguments = (theirs, server, Settings(linked_sample), None)
    thread = threading.Thread(target=worker.main, args=arguments, daemon=True)
    thread.start()
    ours.settimeout(60)  # a worker that failed answers nothing
    jobs, replies = ours.makefile("wb"), ours.makefile("rb")

    def ask(asked: Asked, *, with_gzip: bool = False) -> tuple[bytes, tuple[Any, ...], bytes]:
        jobs.write(frames.packed(Job(number("/sparql"), asked, with_gzip)))
        jobs.flush()
        return reply(replies)

    all_triples = (("query", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"),)
    kind, head, body = ask(Asked(address="/sparql", query=all_triples))
    assert (kind, head[0], body.count(b"\n") > 100) == (b"L", 200, True)
    kind, packed_head, packed = ask(Asked(address="/sparql", query=all_triples), with_gzip=True)
    assert (kind, packed_head[3]["content-encoding"]) == (b"L", "gzip")
    assert sorted(gzip.decompress(packed).splitlines()) == sorted(body.splitlines())
    kind, head, none = ask(Asked("HEAD", "/sparql", query=all_triples))
    assert (kind, head[0], none) == (b"L", 200, b"")
    for text in ("SELECT", "{" * 100_000):
        kind, head, message = ask(Asked(address="/sparql", query=(("query", text),)))
        assert (kind, head[0], b"Traceback" in message) == (b"L", 400, False)
    jobs.close()
    ours.shutdown(socket.SHUT_WR)
    thread.join(10)
    assert not thread.is_alive()
    replies.close()
    ours.close()
