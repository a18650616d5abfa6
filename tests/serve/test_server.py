"""The server as a process: it starts, answers and ends."""

from __future__ import annotations

import signal
from pathlib import Path

import httpx
import pytest

from http_server import Server, serving


def test_health_is_answered(server: Server, linked_sample: Path) -> None:
    answer = httpx.get(server / "health").json()
    assert answer["status"] == "ok"
    assert (linked_sample / "generations" / answer["build"]).is_dir()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_cleanly(linked_sample: Path, number: signal.Signals) -> None:
    with serving(linked_sample, "--workers", "1") as server:
        server.process.send_signal(number)
        assert server.process.wait(20) == 0


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_other_hosts_are_refused(server: Server, host: str) -> None:
    assert httpx.get(server / "health", headers={"host": host}).status_code == 400
