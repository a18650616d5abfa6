"""Takes an input of a fuzz target apart into numbers, choices and texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

END = 0xFF
"""Ends a text; no byte of UTF-8 has this value."""


class Pieces:
    """What is left of an input; when nothing is, numbers are 0 and texts empty."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def number(self, below: int) -> int:
        """A number from 0, of one byte."""
        self._at += 1
        return (self._data[self._at - 1] if self._at <= len(self._data) else 0) % below

    def choice(self, values: Sequence[T]) -> T:
        return values[self.number(len(values))]

    def raw(self) -> bytes:
        """The bytes before the next END."""
        end = self._data.find(END, self._at)
        end = len(self._data) if end < 0 else end
        found, self._at = self._data[self._at : end], end + 1
        return found

    def text(self, errors: str = "replace") -> str:
        """The same as UTF-8; `errors` as of `bytes.decode`."""
        return self.raw().decode(errors=errors)

    def rest(self) -> bytes:
        """All bytes that are left."""
        found, self._at = self._data[self._at :], len(self._data)
        return found
