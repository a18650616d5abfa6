"""What HTTP may not do: lead away from encryption, or make a program wait for ever."""

from __future__ import annotations

import io
import time
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import urllib3
from requests.adapters import HTTPAdapter

from pfocr_kg.errors import StoreError
from pfocr_kg.store.http import Http

from .standin import Server


def answering(
    request: requests.PreparedRequest, status: int, headers: dict[str, str]
) -> requests.Response:
    response = requests.Response()
    response.request, response.status_code, response.url = request, status, str(request.url)
    response.headers.update(headers)
    response.raw = urllib3.HTTPResponse(io.BytesIO(b""), preload_content=False)
    return response


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_never_leads_away_from_encryption(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def send(_: HTTPAdapter, request: requests.PreparedRequest, **__: Any) -> requests.Response:
        asked.append(str(request.url))
        moves = request.url == "https://secure.test/query"
        location = {"Location": "http://secure.test/query"}
        return answering(request, status if moves else 200, location if moves else {})

    monkeypatch.setattr(HTTPAdapter, "send", send)
    http = Http("https://secure.test/query")
    with pytest.raises(StoreError, match=r"redirects to http://secure[.]test without encryption"):
        http.send("POST", "https://secure.test/query", data={"query": "ASK {}"})
    assert asked == ["https://secure.test/query"]


@pytest.mark.parametrize("asked", ["86400", "Fri, 31 Dec 2199 23:59:59 GMT"])
def test_a_server_cannot_ask_for_a_longer_wait_than_a_minute(
    asked: str, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    clock = SimpleNamespace(sleep=slept.append, time=time.time)
    monkeypatch.setattr("urllib3.util.retry.time", clock)
    server.faults = [(503, {"Retry-After": asked}), (429, {"Retry-After": asked})]
    http = Http(server.query)
    assert http.send("POST", server.query, data={"query": "ASK {}"}).ok
    assert slept == [60, 60]
    http.close()
