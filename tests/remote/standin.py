"""A SPARQL server in the test's own process, that fails as it is told to."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

NT = ox.RdfFormat.N_TRIPLES
REALM = 'realm="test", nonce="n1", qop="auth", algorithm=MD5'


@dataclass
class Server:
    """A store at `/query`, `/update` and `/store`.

    `faults` are of the next requests: an HTTP status with headers, "cut" (the body ends in its
    middle), "lose" (the piece is accepted and thrown away), "drop" (the connection is closed),
    "stop" (as "drop", and every later one), or None. `paths` are those that there are;
    `max_rows` is what it gives at most, as Virtuoso does.
    """

    store: ox.Store = field(default_factory=ox.Store)
    url: str = ""
    faults: list[object] = field(default_factory=list)
    paths: tuple[str, ...] = ("/query", "/update", "/store")
    scheme: str = ""
    user: tuple[str, str] = ("", "")
    token: str = ""
    requests: list[tuple[str, str, str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    max_rows: int | None = None
    ask_as_row: bool = False
    media: dict[str, str] = field(default_factory=dict)

    @property
    def query(self) -> str:
        return f"{self.url}/query"

    def asked(self, path: str) -> int:
        return sum(urlsplit(target).path == path for _, target, _ in self.requests)


@contextmanager
def serving() -> Iterator[Server]:  # noqa: C901 the handler is its own
    """A server, empty, for as long as the context is open."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.handled()

        do_POST = do_DELETE = do_GET

        def handled(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target = urlsplit(self.path)
            authorization = self.headers.get("Authorization", "")
            server.requests.append((self.command, self.path, authorization))
            fault = server.faults.pop(0) if server.faults else None
            if fault in ("drop", "stop"):
                server.faults += ["stop"] if fault == "stop" else []
                self.close_connection = True
                self.connection.shutdown(2)
            elif isinstance(fault, tuple):
                self.answer(fault[0], b"<h1>Busy</h1>", {"Content-Type": "text/html", **fault[1]})
            elif not self.known(authorization):
                self.answer(401, b"", {"WWW-Authenticate": f"{server.scheme} {REALM}"})
            elif target.path not in server.paths:
                self.answer(404, b"nothing here", {})
            else:
                self.serve(target.path, parse_qs(target.query), body, fault)

        def known(self, authorization: str) -> bool:
            if server.token:
                return authorization == f"Bearer {server.token}"
            name, password = server.user
            if server.scheme == "Basic":
                given = base64.b64encode(f"{name}:{password}".encode()).decode()
                return authorization == f"Basic {given}"
            if server.scheme == "Digest":
                return authorization.startswith("Digest ") and self.digest(authorization)
            return True

        def digest(self, authorization: str) -> bool:
            """RFC 7616, section 3.4.1, written anew."""
            said = dict(re.findall(r'(\w+)="?([^",]+)"?', authorization))

            def md5(text: str) -> str:
                return hashlib.md5(text.encode()).hexdigest()

            one = md5(f"{server.user[0]}:test:{server.user[1]}")
            two = md5(f"{self.command}:{said['uri']}")
            parts = (one, said["nonce"], said["nc"], said["cnonce"], said["qop"], two)
            return said["response"] == md5(":".join(parts))

        def serve(self, path: str, given: dict[str, list[str]], body: bytes, fault: object) -> None:
            fields = parse_qs(body.decode()) if path in ("/query", "/update") else {}
            if path == "/query":
                self.ask(fields["query"][0], cut=fault == "cut")
                return
            if fault == "lose":
                pass
            elif path == "/update":
                server.store.update(fields["update"][0])
            else:
                named = given.get("graph")
                to = ox.NamedNode(named[0]) if named else ox.DefaultGraph()
                if self.command == "DELETE":
                    server.store.clear_graph(to)
                else:
                    server.store.load(body, format=NT, to_graph=to)
            self.answer(204, b"", {})

        def ask(self, text: str, *, cut: bool) -> None:
            try:
                found = server.store.query(text)
            except SyntaxError as error:
                self.answer(400, str(error).encode(), {"Content-Type": "text/plain"})
                return
            if isinstance(found, ox.QueryBoolean) and server.ask_as_row:
                found = server.store.query(f"SELECT ({int(bool(found))} AS ?__ASK_RETVAL) {{}}")
            graph = isinstance(found, ox.QueryTriples)
            form = NT if graph else ox.QueryResultsFormat.JSON
            media = server.media.get("graph" if graph else "rows", form.media_type)
            body, headers = found.serialize(format=form), {"Content-Type": media}
            if isinstance(found, ox.QuerySolutions) and server.max_rows is not None:
                said = json.loads(body)
                if len(said["results"]["bindings"]) >= server.max_rows:
                    headers["X-SPARQL-MaxRows"] = str(server.max_rows)
                    del said["results"]["bindings"][server.max_rows :]
                    body = json.dumps(said).encode()
            self.answer(200, body, {**headers, **server.headers}, cut=cut)

        def answer(
            self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = self.close_connection or cut

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_port}"
    thread = Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
