from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from asynchronous import run
from pfocr_kg.serve import app, kept
from pfocr_kg.serve.frames import Head
from pfocr_kg.serve.kept import Kept
from pfocr_kg.serve.messages import Reply
from pfocr_kg.serve.routes import Address
from pfocr_kg.serve.settings import Settings


def test_the_last_asked_for_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SIZE", 10_000)
    replies = Kept()
    for tag in "ab":
        replies.keep(tag, Head(200, ""), b"x" * 3_000)
    assert replies.get("a")
    replies.keep("c", Head(200, ""), b"x" * 3_000)
    assert {tag for tag in "abc" if replies.get(tag)} == {"a", "c"}


def test_a_reply_kept_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SIZE", 10_000)
    replies = Kept()
    for tag in "abaa":
        replies.keep(tag, Head(200, ""), b"x" * 3_000)
    assert {tag for tag in "ab" if replies.get(tag)} == {"a", "b"}


def test_heads_count_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SIZE", 100_000)
    replies = Kept()
    for number in range(1_000):
        replies.keep(str(number), Head(200, ""), b"")
    assert sum(replies.get(str(number)) is not None for number in range(1_000)) < 100


def test_the_length_of_a_kept_reply_is_known() -> None:
    replies = Kept()
    replies.keep("a", Head(200, ""), b"abc")
    found = replies.get("a")
    assert found
    assert found[0].length == len(b"abc")


def test_a_large_reply_is_not_kept() -> None:
    replies = Kept()
    replies.keep("a", Head(200, ""), b"x" * (kept.LARGEST + 1))
    assert replies.get("a") is None


def test_a_reply_of_a_build_that_replaced_another_is_not_kept_for_that() -> None:
    """The build can change after the server looked at it, and before the worker does."""
    builds = iter(["old", "old", "new"])
    asked = 0

    class Answer:
        def __init__(self) -> None:
            self.head = Head(200, "text/plain", "new")

        async def pieces(self) -> AsyncIterator[bytes]:
            yield b"of the new build"

    class OnePool:
        settings = Settings(Path())

        @asynccontextmanager
        async def answer(self, _: object, *, is_query: bool) -> AsyncIterator[Answer]:
            nonlocal asked
            asked += not is_query
            yield Answer()

    address = Address("/x", lambda site, asked: Reply("", b""))
    endpoint = app.Endpoint(OnePool(), 0, address, Kept())  # type: ignore[arg-type]

    async def ask() -> list[str]:
        transport = httpx.ASGITransport(Starlette(routes=[Route("/x", endpoint)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            return [(await client.get("/x")).headers["etag"] for _ in range(3)]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(app, "_build", lambda _: next(builds))
        tags = run(ask())
    assert len(set(tags)) == 1
    assert asked == len(["old", "old"]), "the third is kept"
