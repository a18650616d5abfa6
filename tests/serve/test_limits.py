"""Requests end when they should, and never cost others anything."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

import httpx
import psutil
import pytest

import pfocr_kg
from http_server import Server, get, serving
from pfocr_kg.serve.kept import LARGEST

RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f FILTER(?b < ?d) }"
HOG = "SELECT * { ?a ?p ?b . ?c ?q ?d } ORDER BY ?a ?d ?b ?c"
ENDLESS = "SELECT * { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }"
QUICK = "ASK { ?s ?p ?o }"


def sparql(server: Server, query: str) -> str:
    return server / f"sparql?{urlencode({'query': query})}"


def place(server: Server) -> tuple[str, int]:
    host, _, port = server.address.removeprefix("http://").partition(":")
    return host, int(port)


def request(query: str) -> bytes:
    path = f"/sparql?{urlencode({'query': query})}"
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


def workers(server: Server) -> set[int]:
    """The processes that answer: those below the one that forks them."""
    found = set()
    for child in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it ends just now
            if child.ppid() != server.process.pid:
                found.add(child.pid)
    return found


def until(is_so: Callable[[], bool]) -> None:
    for _ in range(600):
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen in a minute")


@pytest.fixture(scope="module")
def strict(linked_sample: Path) -> Iterator[Server]:
    """A server with narrow limits."""
    limits = ("--timeout", "15", "--memory", "300", "--workers", "2")
    with serving(linked_sample, *limits) as server:
        yield server


@pytest.fixture
def patient(linked_sample: Path) -> Iterator[Server]:
    """A server with two workers, whose queries may run long."""
    with serving(linked_sample, "--workers", "2") as server:
        yield server


@pytest.mark.slow
def test_runaway_query_ends_at_its_limit_and_others_are_answered(strict: Server) -> None:
    answers: list[httpx.Response] = []
    running = threading.Thread(target=lambda: answers.append(get(sparql(strict, RUNAWAY))))
    all_workers = [psutil.Process(pid) for pid in workers(strict)]
    running.start()
    until(lambda: any(one.cpu_times().user > 0.5 for one in all_workers))
    asked = 0
    while running.is_alive():
        asked += 1  # a reply that was sent before needs no worker
        assert get(strict / "health").json()["status"] == "ok"
        assert get(strict / f"api/find?text=TNF+{asked}").status_code == 200
        assert get(strict / f"api/search?q=TNF+{asked}").status_code == 200
    assert asked > 1
    (answer,) = answers
    assert answer.status_code == 504
    assert answer.text == (
        "the request takes more than 15 seconds, the limit here. Ask for less, or with a LIMIT\n"
    )
    assert get(sparql(strict, QUICK)).status_code == 200


@pytest.mark.slow
def test_memory_hog_dies_alone(strict: Server) -> None:
    answer = get(sparql(strict, HOG))
    assert (answer.status_code, "more memory" in answer.text) == (507, True)
    assert get(sparql(strict, QUICK)).status_code == 200


@pytest.mark.slow
def test_query_ends_when_its_client_goes_away(patient: Server) -> None:
    before = workers(patient)
    with socket.create_connection(place(patient)) as client:
        client.sendall(request(RUNAWAY))
        until(lambda: any(psutil.Process(pid).cpu_percent(0.1) > 20 for pid in before))
        assert workers(patient) == before
    until(lambda: workers(patient) != before)
    assert get(sparql(patient, QUICK)).status_code == 200


@pytest.mark.slow
def test_client_that_reads_nothing_is_left(linked_sample: Path) -> None:
    with serving(linked_sample, "--timeout", "10", "--workers", "1") as server:
        before = workers(server)
        with socket.create_connection(place(server)) as client:
            client.sendall(request(ENDLESS))
            until(lambda: workers(server) != before)
            assert get(sparql(server, QUICK)).status_code == 200


@pytest.mark.slow
def test_answer_that_is_cut_says_so(linked_sample: Path) -> None:
    """By time here: the query gives rows until it is stopped."""
    with serving(linked_sample, "--timeout", "1", "--workers", "1") as server:
        for form in ("json", "csv", "tsv", "xml"):
            url = sparql(server, ENDLESS) + f"&format={form}"
            done = subprocess.run(["curl", "-sS", "-o", os.devnull, url], check=False)
            assert done.returncode == 18


@pytest.mark.slow
def test_unchanged_answer_costs_nothing(linked_sample: Path) -> None:
    """Not even a worker: the only one is busy."""
    with serving(linked_sample, "--workers", "1") as server:
        known = get(sparql(server, QUICK))
        with httpx.stream("GET", sparql(server, ENDLESS), timeout=60):
            headers = {"if-none-match": known.headers["etag"]}
            again = get(sparql(server, QUICK), headers=headers, timeout=20)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == known.headers["etag"]


@pytest.mark.slow
def test_reply_that_was_sent_costs_no_worker_again(linked_sample: Path) -> None:
    """The only one is busy. A large reply and one to POST are not kept."""
    large = "SELECT * { ?s ?p ?o . ?s ?q ?r }"
    with serving(linked_sample, "--workers", "1") as server:
        asked = [sparql(server, QUICK), server / "genes/7157", server / "api/find?text=p53"]
        before = [get(address) for address in asked]
        assert len(get(sparql(server, large)).content) > LARGEST
        with httpx.stream("GET", sparql(server, ENDLESS), timeout=60):
            again = [get(address, timeout=20) for address in asked]
            heads = [httpx.head(address, timeout=20) for address in asked]
            for late in ({"url": sparql(server, large)}, {"url": asked[0], "method": "POST"}):
                with pytest.raises(httpx.ReadTimeout):
                    httpx.request(**{"method": "GET", "timeout": 1, **late})
    for one, other, head in zip(before, again, heads, strict=True):
        assert one.content == other.content
        assert (head.status_code, head.content) == (200, b"")
        for name in ("etag", "content-type", "content-length", "cache-control", "vary"):
            assert one.headers[name] == other.headers[name] == head.headers[name]


@pytest.mark.parametrize("value", ["NOW()", "rand()", "UUID()", "STRUUID()"])
def test_answer_that_changes_has_no_tag(server: Server, value: str) -> None:
    url = sparql(server, f"SELECT ({value} AS ?v) {{}}")
    one, other = get(url), get(url)
    assert one.text != other.text
    assert "etag" not in one.headers


@pytest.mark.slow
def test_answer_of_other_endpoints_has_no_tag(linked_sample: Path) -> None:
    """Any query can ask them, if one is allowed; pages of things do not."""
    with serving(
        linked_sample, "--workers", "1", "--allow-service", "http://127.0.0.1:1"
    ) as server:
        assert "etag" not in get(sparql(server, QUICK)).headers
        assert "etag" in get(server / "genes/7157").headers


def test_tag_differs_by_query_form_and_encoding(server: Server) -> None:
    asked = [
        (QUICK, "*/*", "identity"),
        (QUICK, "*/*", "gzip"),
        (QUICK, "application/sparql-results+xml", "gzip"),
        ("ASK { ?s ?p 1 }", "*/*", "gzip"),
    ]
    tags = {
        get(sparql(server, q), headers={"accept": a, "accept-encoding": e}).headers["etag"]
        for q, a, e in asked
    }
    assert len(tags) == len(asked)


@pytest.mark.slow
def test_tag_differs_by_settings(server: Server, linked_sample: Path) -> None:
    with serving(linked_sample, "--workers", "2", "--no-pictures") as other:
        hosts = {"host": "localhost"}
        asked = [httpx.get(sparql(one, QUICK), headers=hosts) for one in (server, other)]
    assert len({answer.headers["etag"] for answer in asked}) == 2


def test_answer_is_compressed_for_who_reads_that(server: Server) -> None:
    query = "SELECT * { ?s ?p ?o } LIMIT 500"
    plain = get(sparql(server, query), headers={"accept-encoding": "identity"})
    packed = get(sparql(server, query), headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text


@pytest.mark.slow
def test_new_build_is_served_without_a_failed_request(
    tmp_path: Path, linked_sample: Path, sample: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(linked_sample, store)
    records = shutil.copytree(sample, tmp_path / "records")
    statuses: list[int] = []
    builds: set[str] = set()
    is_over = threading.Event()

    def ask(server: Server) -> None:
        with httpx.Client(timeout=60) as client:
            while not is_over.is_set():
                statuses.append(client.get(sparql(server, QUICK)).status_code)
                builds.add(client.get(server / "health").json()["build"])

    with serving(store, "--workers", "2") as server:
        tag = get(sparql(server, QUICK)).headers["etag"]
        with ThreadPoolExecutor(4) as asking:
            clients = [asking.submit(ask, server) for _ in range(4)]
            for record in sorted((records / "_figures").glob("*.md"))[:2]:
                record.unlink()
                pfocr_kg.build(records, store)
            is_over.set()
            for client in clients:
                client.result()
        assert get(sparql(server, QUICK)).headers["etag"] != tag
    assert set(statuses) == {200}
    assert len(builds) > 1


@pytest.mark.slow
def test_workers_end_with_a_killed_server(linked_sample: Path) -> None:
    """All of them, also while they compute."""
    with serving(linked_sample, "--workers", "4") as server:
        for _ in range(3):
            threading.Thread(target=lambda: _ignore(sparql(server, RUNAWAY)), daemon=True).start()
        left = [psutil.Process(pid) for pid in workers(server)]
        try:
            until(lambda: sum(one.cpu_times().user > 0.5 for one in left) == 3)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait()
            until(lambda: not any(one.is_running() for one in left))
        finally:
            for one in left:
                with suppress(psutil.NoSuchProcess):
                    one.kill()


def _ignore(url: str) -> None:
    try:
        get(url)
    except httpx.HTTPError:
        pass
