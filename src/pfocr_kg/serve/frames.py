"""Requests and replies on their way through the pipe between server and worker.

    frame = length of the content (4 bytes, big-endian), kind (1 byte), content

Kinds: b"J" a pickled request, b"H" a pickled `Head`, b"D" a piece of the body,
b"E" the end, b"X" an error after the head.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import pickle
import struct
from dataclasses import dataclass, field
from typing import IO, Any, Final

from pfocr_kg.serve.messages import Reply

_START: Final = struct.Struct(">Ic")
_HELD: Final = 1 << 18
"""Bytes of a body that are held back: an error within them still gets its status."""
_PIECE: Final = 1 << 16
_SMALL: Final = 500
"""Bytes of a body that compression makes no smaller."""


@dataclass(slots=True)
class Head:
    """What comes before a body; `length` of the body in bytes, None if it is not known yet."""

    status: int
    media_type: str
    build: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None


async def read(pipe: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The kind and content of the next frame.

    Raises:
        asyncio.IncompleteReadError: the pipe was closed.

    """
    length, kind = _START.unpack(await pipe.readexactly(_START.size))
    return kind, await pipe.readexactly(length)


def read_head(content: bytes) -> Head:
    """The head in the content of a frame."""
    head: Head = pickle.loads(content)  # noqa: S301 - from our own worker
    return head


def packed(job: object) -> bytes:
    """A request, as `read_job` reads it."""
    content = pickle.dumps(job)
    return _START.pack(len(content), b"J") + content


def read_job(pipe: IO[bytes]) -> Any:
    """The next request; None if the pipe was closed."""
    start = pipe.read(_START.size)
    if len(start) < _START.size:
        return None
    content = pipe.read(_START.unpack(start)[0])
    return pickle.loads(content)  # noqa: S301 - from the process that started this one


class Writer(io.RawIOBase):
    """Writes one reply; it is a file for the body, which writes the head before the first piece."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self.build = ""
        self.is_started = False
        self._pipe = pipe
        self._head = Head(500, "")
        self._held = bytearray()

    def send(self, reply: Reply, *, with_gzip: bool, is_head: bool) -> None:
        """Write a whole reply."""
        self._head = Head(reply.status, reply.media_type, self.build, reply.headers)
        is_small = isinstance(reply.body, bytes) and len(reply.body) < _SMALL
        if with_gzip and not is_small:
            self._head.headers = {**reply.headers, "content-encoding": "gzip"}
        if is_head:
            self._begin(None)
        elif with_gzip and not is_small:
            with gzip.GzipFile("", "wb", 5, self, mtime=0) as packed:
                _write(reply, packed)
        else:
            _write(reply, self)
        if not self.is_started:
            self._begin(len(self._held))
        self._flush()
        self._frame(b"E", b"")

    def break_off(self) -> None:
        """Write that the body ends here, and is not all of it."""
        self._frame(b"X", b"")

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def write(self, data: Any, /) -> int:
        """Take a piece of the body."""
        self._held += data
        if not self.is_started and len(self._held) >= _HELD:
            self._begin(None)
        if self.is_started and len(self._held) >= _PIECE:
            self._flush()
        return memoryview(data).nbytes

    def _begin(self, length: int | None) -> None:
        self._head.length = length
        self.is_started = True
        self._frame(b"H", pickle.dumps(self._head))

    def _flush(self) -> None:
        if self._held:
            self._frame(b"D", bytes(self._held))
            self._held.clear()

    def _frame(self, kind: bytes, content: bytes) -> None:
        self._pipe.write(_START.pack(len(content), kind) + content)


def _write(reply: Reply, output: Any) -> None:
    if callable(reply.body):
        reply.body(output)
    elif isinstance(reply.body, bytes):
        output.write(reply.body)
    else:
        for piece in reply.body:
            output.write(piece)
