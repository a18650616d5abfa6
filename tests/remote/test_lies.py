"""Whatever an endpoint sends, a question ends soon, with an answer or one line of error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import pfocr_kg
from pfocr_kg.errors import StoreError
from pfocr_kg.store import connections, endpoint, http

from . import lies

ROWS = "SELECT ?n { ?s ?p ?n }"
GRAPH = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
YES = "ASK {}"

ANSWERED = {
    ROWS: {"no-number", "long-number", "negative-number", "unbound", "no-rows"},
    YES: {"yes", "no-rows", "pages-without-end", "other-column"},
    "length": set(),
    GRAPH: set(),
}
"""Lies that nobody can tell from an answer."""


@pytest.fixture
def liar(monkeypatch: pytest.MonkeyPatch) -> Iterator[lies.Liar]:
    """A liar, and small limits for what it sends."""
    monkeypatch.setattr(connections, "WAIT", 0.3)
    monkeypatch.setattr(http, "_TIMEOUT", (5, 0.3))
    monkeypatch.setattr(http, "_BACKOFF", 0.001)
    monkeypatch.setattr(http, "_LONGEST_WAIT", 0.002)
    monkeypatch.setattr(endpoint, "_LONGEST_ROW", 1 << 18)
    monkeypatch.setattr(endpoint, "_LONGEST_ANSWER", 1 << 19)
    monkeypatch.setattr(endpoint, "_LONGEST_GRAPH", 1 << 19)
    monkeypatch.setattr(endpoint, "_PAGES", 5)
    monkeypatch.setenv("PFOCR_KG_TOKEN", lies.SECRET)
    with lies.lying() as running:
        yield running


def asked(url: str, question: str) -> object:
    with pfocr_kg.open(url) as graph:
        if question == "length":
            return len(graph)
        answer = graph.query(question)
        return bool(answer) if question == YES else list(answer)


@pytest.mark.parametrize("name", lies.LIES)
def test_a_lie_is_one_line_of_error(name: str, liar: lies.Liar) -> None:
    liar.lie = lies.LIES[name]
    for question, answered in ANSWERED.items():
        if name in answered:
            asked(liar.url, question)
            continue
        with pytest.raises(StoreError) as caught:
            asked(liar.url, question)
        message = str(caught.value)
        assert message.startswith(f"{liar.url}: ")
        assert message.isprintable()
        assert len(message) < 500
        assert lies.SECRET not in message
    assert set(liar.given) <= {f"Bearer {lies.SECRET}"}
