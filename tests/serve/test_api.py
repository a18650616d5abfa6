"""The API for programs: its answers are those of the commands."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fork_server import Run
from pfocr_kg.serve.messages import Asked, Reply
from pfocr_kg.serve.routes import addresses
from pfocr_kg.serve.site import Site

Get = Callable[..., Reply]


def _body(reply: Reply) -> bytes:
    if isinstance(reply.body, bytes):
        return reply.body
    if callable(reply.body):
        file = io.BytesIO()
        reply.body(file)
        return file.getvalue()
    return b"".join(reply.body)


@pytest.fixture
def get(site: Site) -> Get:
    """Ask an address; in a path, {name} is replaced by the keyword."""

    def ask(path: str, *given: tuple[str, str], accept: str = "*/*", **names: str) -> Reply:
        handler = next(one.handler for one in addresses() if one.path == path)
        return handler(site, Asked(address=path, path=names, query=given, accept=accept))

    return ask


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("figures-of-gene", [("gene", "p53")]),
        ("most-drawn-genes", [("organism", "human"), ("level", "symbol")]),
        ("figures-with-genes", [("gene", "TNF"), ("gene", "IL6"), ("minimum", "1")]),
        ("figures-per-year", []),
    ],
)
def test_the_rows_of_a_query_are_those_of_the_command(
    get: Get, run_cli: Run, linked_sample: Path, name: str, given: list[tuple[str, str]]
) -> None:
    values = [
        option
        for pair in given
        for option in (["--level", pair[1]] if pair[0] == "level" else ["=".join(pair)])
    ]
    told = run_cli("query", name, *values, "-f", "csv", "--store", linked_sample)
    assert told.code == 0, told.stderr
    reply = get("/api/queries/{name}", *given, ("format", "csv"), name=name)
    assert _body(reply).decode() == told.stdout
    found = json.loads(_body(get("/api/queries/{name}", *given, name=name)))
    texts = [{k: "" if v is None else str(v) for k, v in row.items()} for row in found["rows"]]
    assert texts == [*csv.DictReader(io.StringIO(told.stdout, newline=""))]
    assert found["count"] == len(texts) > 0
    assert found["notes"] == told.stderr.splitlines()
