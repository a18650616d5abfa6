from __future__ import annotations

import pytest

from pfocr_kg.serve import kept
from pfocr_kg.serve.frames import Head
from pfocr_kg.serve.kept import Kept


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
