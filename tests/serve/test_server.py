"""The server as a process: it starts, answers and ends."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fork_server import Run
from http_server import Server, get, serving


def test_health_is_answered(server: Server, linked_sample: Path) -> None:
    answer = get(server / "health").json()
    assert answer["status"] == "ok"
    assert (linked_sample / "generations" / answer["build"]).is_dir()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_cleanly(linked_sample: Path, number: signal.Signals) -> None:
    with serving(linked_sample, "--workers", "1") as server:
        server.process.send_signal(number)
        time.sleep(0.05)
        server.process.send_signal(number)  # as `make` passes on what the terminal sends to both
        assert server.process.wait(20) == 0
        assert not any("Traceback" in line for line in server.log)


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io"])
def test_other_hosts_are_refused(server: Server, host: str) -> None:
    assert get(server / "health", headers={"host": host}).status_code == 400


@pytest.mark.slow
def test_running_query_does_not_keep_it_from_stopping(linked_sample: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"
    with serving(linked_sample, "--workers", "1") as server, ThreadPoolExecutor() as asking:
        client = asking.submit(get, server / "sparql", params={"query": query})
        time.sleep(1)
        server.process.terminate()
        answer = client.result()
        assert server.process.wait(20) == 0
        assert (answer.status_code, answer.text) == (503, "the server is stopping\n")
        assert not any("Traceback" in line for line in server.log)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--port", "1", "--host", "127.0.0.300"], "Choose another --host"),
        (["--allow-host", "http://kg.example.org"], "is not the name of a host"),
        (["--allow-service", "wikidata"], "begins no endpoint's IRI"),
        (["--pictures", "https://example.org/{pmcid}"], "is not the address of pictures"),
        (["--memory", "10"], "10 is not in the range x>=256"),
    ],
)
def test_option_without_effect_is_refused(
    run_cli: Run, linked_sample: Path, options: list[str], line: str
) -> None:
    done = run_cli("serve", "--store", linked_sample, *options)
    assert (done.code, done.stderr.count("\n"), line in done.stderr) == (2, 1, True)


def test_port_in_use_is_named(run_cli: Run, linked_sample: Path, server: Server) -> None:
    port = server.address.rpartition(":")[2]
    done = run_cli("serve", "--store", linked_sample, "--port", port)
    assert done.code == 2
    assert done.stderr == (
        f"pfocr-kg: 127.0.0.1:{port}: cannot be listened to: Address already in use. "
        "Choose another --port\n"
    )
