"""What a worker is asked, and what it replies."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import IO, Final, NamedTuple

from pfocr_kg.errors import PfocrError

HTML: Final = "text/html; charset=utf-8"
PLAIN: Final = "text/plain; charset=utf-8"
JSON: Final = "application/json"

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One HTTP request, read and of allowed size.

    `path` are the values of the route's path parameters, `query` those of the address and `form`
    those of a form or of the files sent with it, both decoded, in order, names repeated. `base` is
    the address of this server, without a slash at the end.
    """

    method: str = "GET"
    address: str = "/"
    path: dict[str, str] = field(default_factory=dict)
    query: Pairs = ()
    form: Pairs = ()
    body: bytes = b""
    content_type: str = ""
    accept: str = ""
    base: str = "http://127.0.0.1:8000"

    def all(self, name: str) -> list[str]:
        """All values of a parameter, of the address before those of the form."""
        return [value for key, value in (*self.query, *self.form) if key == name]

    def get(self, name: str, default: str = "") -> str:
        """The first value of a parameter that is not empty."""
        return next((value for value in self.all(name) if value), default)


class Job(NamedTuple):
    """A request for a worker: `number` is that of its address in `routes.addresses`."""

    number: int
    asked: Asked
    with_gzip: bool = False


@dataclass(slots=True)
class Reply:
    """One HTTP response.

    A body that is an iterable of pieces, or a function that writes to a file, is sent as it comes.
    """

    media_type: str
    body: bytes | Iterable[bytes] | Callable[[IO[bytes]], object]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class RequestError(PfocrError):
    """A request that gets an error status: one line for people, and what they can do."""

    def __init__(
        self, status: int, message: str, hint: str = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.status = status
        self.headers = headers or {}
