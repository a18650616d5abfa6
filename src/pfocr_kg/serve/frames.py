"""Requests and replies on their way through the pipe between server and worker.

    frame = kind (1 byte), lengths of head and piece (4 bytes each, big-endian), head, piece

A request is one frame, with its `Job` as head. A reply is a frame with its `Head` and the first
piece of its body, and then frames with pieces alone. Both are written as tuples by `marshal`,
which takes a fifth of the time of objects in `pickle`.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import marshal
import struct
from dataclasses import dataclass, field
from operator import attrgetter
from typing import IO, Any, Final, NamedTuple

from pfocr_kg.serve.messages import Asked, Job, Reply

MORE: Final = b"M"
"""Kind of a frame after which others come."""
LAST: Final = b"L"
BROKEN: Final = b"X"
"""Kind of a last frame that says that the body is not complete."""

_START: Final = struct.Struct(">cII")
_HELD: Final = 1 << 18
"""Bytes of a body that are held back: an error within them still gets its status."""
_PIECE: Final = 1 << 16
_SMALL: Final = 500
"""Bytes of a body that compression makes no smaller."""
_ASKED: Final = attrgetter(*Asked.__slots__)


class Frame(NamedTuple):
    """One frame; `head` is empty in all but the first of a reply."""

    kind: bytes
    head: bytes
    piece: bytes


@dataclass(slots=True)
class Head:
    """What comes before a body; `length` of the body in bytes, None if it is not known yet."""

    status: int
    media_type: str
    build: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None

    def packed(self) -> bytes:
        """As `read_head` reads it."""
        return marshal.dumps(_HEAD(self))


_HEAD: Final = attrgetter(*Head.__slots__)


async def read(pipe: asyncio.StreamReader) -> Frame:
    """The next frame.

    Raises:
        asyncio.IncompleteReadError: the pipe was closed.

    """
    kind, length, size = _START.unpack(await pipe.readexactly(_START.size))
    content = await pipe.readexactly(length + size)
    return Frame(kind, content[:length], content[length:])


def read_head(content: bytes) -> Head:
    """The head in a frame."""
    return Head(*marshal.loads(content))  # noqa: S302 - from our own worker


def packed(job: Job) -> bytes:
    """A request, as `read_job` reads it."""
    content = marshal.dumps((job.number, _ASKED(job.asked), job.with_gzip))
    return _START.pack(LAST, len(content), 0) + content


def read_job(pipe: IO[bytes]) -> Job | None:
    """The next request; None if the pipe was closed."""
    start = pipe.read(_START.size)
    if len(start) < _START.size:
        return None
    content = pipe.read(_START.unpack(start)[1])
    number, asked, with_gzip = marshal.loads(content)  # noqa: S302 - from who started this one
    return Job(number, Asked(*asked), with_gzip)


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
            self._frame(LAST)
            return
        if with_gzip and not is_small:
            with gzip.GzipFile("", "wb", 5, self, mtime=0) as packed:
                _write(reply, packed)
        else:
            _write(reply, self)
        if not self.is_started:
            self._head.length = len(self._held)
        self._frame(LAST)

    def break_off(self) -> None:
        """Write that the body ends here, and is not all of it."""
        self._frame(BROKEN)

    def writable(self) -> bool:
        """Whether it can be written to."""
        return True

    def write(self, data: Any, /) -> int:
        """Take a piece of the body."""
        self._held += data
        if len(self._held) >= (_PIECE if self.is_started else _HELD):
            self._frame(MORE)
        return memoryview(data).nbytes

    def _frame(self, kind: bytes) -> None:
        head = b"" if self.is_started else self._head.packed()
        self.is_started = True
        start = _START.pack(kind, len(head), len(self._held))
        self._pipe.write(b"".join((start, head, self._held)))
        self._held.clear()


def _write(reply: Reply, output: Any) -> None:
    if callable(reply.body):
        reply.body(output)
    elif isinstance(reply.body, bytes):
        output.write(reply.body)
    else:
        for piece in reply.body:
            output.write(piece)
