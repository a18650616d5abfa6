"""Replies that are kept, to be sent again without a worker."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import replace
from typing import Final

from pfocr_kg.serve.frames import Head
from pfocr_kg.serve.messages import Asked

_SIZE: Final = 64 << 20
LARGEST: Final = 1 << 20
"""Bytes of all replies that are kept, and of the body of one."""
_HEAD: Final = 1 << 10
"""Bytes of a head, roughly."""
_CHANGING: Final = ("NOW", "RAND", "UUID")
"""Functions that have another value each time."""


class Kept:
    """Heads and bodies of replies by their ETag; of too many, the ones asked for last."""

    def __init__(self) -> None:
        self._replies: OrderedDict[str, tuple[Head, bytes]] = OrderedDict()
        self._size = 0

    def get(self, tag: str) -> tuple[Head, bytes] | None:
        """The reply with this ETag, if it is kept."""
        if tag in self._replies:
            self._replies.move_to_end(tag)
        return self._replies.get(tag)

    def keep(self, tag: str, head: Head, body: bytes) -> None:
        """Keep a whole reply, unless it is large."""
        if len(body) > LARGEST or tag in self._replies:
            return
        self._replies[tag] = replace(head, length=len(body)), body
        self._size += _HEAD + len(body)
        while self._size > _SIZE:
            _, (_, oldest) = self._replies.popitem(last=False)
            self._size -= _HEAD + len(oldest)


def can_change(asked: Asked) -> bool:
    """Whether a query of this request may have another answer from the same graph."""
    texts = [value for _, value in (*asked.query, *asked.form)]
    text = "\n".join((*texts, asked.body.decode(errors="replace"))).upper()
    return any(name in text for name in _CHANGING)
