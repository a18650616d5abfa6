from __future__ import annotations

import pytest

from pfocr_kg.serve import kept
from pfocr_kg.serve.frames import Head
from pfocr_kg.serve.kept import Kept


def test_the_last_asked_for_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SIZE", 100)
    replies = Kept()
    for tag, size in (("a", 40), ("b", 40)):
        replies.keep(tag, Head(200, ""), b"x" * size)
    assert replies.get("a")
    replies.keep("c", Head(200, ""), b"x" * 40)
    assert {tag for tag in "abc" if replies.get(tag)} == {"a", "c"}


def test_a_reply_kept_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_SIZE", 100)
    replies = Kept()
    for tag in "abaa":
        replies.keep(tag, Head(200, ""), b"x" * 50)
    assert {tag for tag in "ab" if replies.get(tag)} == {"a", "b"}


def test_a_large_reply_is_not_kept() -> None:
    replies = Kept()
    replies.keep("a", Head(200, ""), b"x" * (kept.LARGEST + 1))
    assert replies.get("a") is None
