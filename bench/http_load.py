"""Clients that ask a server over HTTP, one request after the other each, for some seconds.

    python -m bench.http_load < JOB.json

The job has `host`, `port`, `clients`, `seconds`, and `requests`: address and Accept header of
each, which the clients go through in turn. With `are_new`, each address gets a parameter of its
own, which servers ignore, so that no answer was given before. Prints JSON: `times` in seconds of
all requests that were answered with 200, `in_time` how many of them while clients still asked,
`failed` with the status (0: no whole answer) of others, and `seconds`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import count, cycle
from typing import Any


async def ask(
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter], host: str, path: str, accept: str
) -> int:
    """Send a GET request over an open connection, read the answer to its end; its status."""
    reader, writer = streams
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept: {accept}\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    length: int | None = None
    while (line := (await reader.readline()).strip().lower()) != b"":
        if line.startswith(b"content-length:"):
            length = int(line.partition(b":")[2])
    if length is not None:
        await reader.readexactly(length)
        return status
    while size := int(await reader.readline(), 16):
        await reader.readexactly(size + 2)
    await reader.readline()
    return status


async def load(job: dict[str, Any]) -> dict[str, Any]:
    """Run all clients."""
    requests, numbers = cycle(job["requests"]), count()
    times: list[float] = []
    failed: dict[int, int] = {}
    in_time = 0
    start = time.perf_counter()
    end = start + job["seconds"]

    async def client() -> None:
        nonlocal in_time
        streams = None
        while (before := time.perf_counter()) < end:
            path, accept = next(requests)
            if job["are_new"]:
                path += f"{'&' if '?' in path else '?'}number={next(numbers)}"
            try:
                streams = streams or await asyncio.open_connection(job["host"], job["port"])
                status = await ask(streams, f"{job['host']}:{job['port']}", path, accept)
            except (OSError, ValueError, IndexError, asyncio.IncompleteReadError):
                status, streams = 0, None
            if status == 200:
                times.append(time.perf_counter() - before)
                in_time += time.perf_counter() < end
            else:
                failed[status] = failed.get(status, 0) + 1

    await asyncio.gather(*(client() for _ in range(job["clients"])))
    return {"times": times, "failed": failed, "in_time": in_time, "seconds": job["seconds"]}


if __name__ == "__main__":
    json.dump(asyncio.run(load(json.load(sys.stdin))), sys.stdout)
