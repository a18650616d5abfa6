"""A SPARQL endpoint on the loopback that stands in for a public one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox


@dataclass
class Endpoint:
    """Its URL, the queries it was asked, and (HTTP status, body) to reply with to all of them."""

    url: str = ""
    asked: list[str] = field(default_factory=list)
    reply: tuple[int, bytes] | None = None


@contextmanager
def serving(turtle: str) -> Iterator[Endpoint]:
    """Serve a graph for as long as the context is open."""
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    endpoint = Endpoint()

    def select(query: str) -> bytes:
        return store.query(query).serialize(format=ox.QueryResultsFormat.JSON)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.headers["Content-Type"].startswith("application/x-www-form-urlencoded"):
                body = parse_qs(body)["query"][0]
            self.answer(body)

        def answer(self, query: str) -> None:
            endpoint.asked.append(query)
            status, body = endpoint.reply or (200, select(query))
            self.send_response(status)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    endpoint.url = f"http://127.0.0.1:{server.server_port}/sparql"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
