"""A query that is not refused makes Oxigraph ask no endpoint."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import cache

import pyoxigraph as ox

from fuzz.pieces import END, Pieces
from pfocr_kg.errors import PfocrError
from pfocr_kg.serve import services
from pfocr_kg.store import depth

GRAPH = """@prefix x: <http://x/> . x:b x:p <URL> ; x:q true ; x:n 1 ; x:h <http://x:8> ."""
PARTS = (
    *(
        "SELECT * { ",
        "ASK { ",
        "PREFIX x: <http://x/> ",
        "PREFIX e: <URL> ",
        "BASE <URL> ",
        "} ",
        "{ ",
    ),
    *("SERVICE", "service", " ", "SILENT", "<URL>", "e:x", "e:", "<>", "?u", "{ }", "{ ?s ?p ?o }"),
    *("'", '"', "'''", '"""', "''", '""', "#", "\n", "\r", "<", ">", "\\", "\\n", "\\'", "\\u0053"),
    *(
        "VALUES ?v { ",
        "FILTER(",
        ")",
        "=",
        "||true",
        "&&",
        "x:b x:p ?u . ",
        "x:b x:q true",
        "1",
        ".",
    ),
    *(
        "x:b x:n ",
        "x:a\\#b",
        "x:SERVICE",
        "OPTIONAL ",
        "UNION ",
        "LATERAL ",
        "BIND(",
        " AS ?w)",
        ";",
    ),
    *(
        "EXISTS ",
        "GRAPH ?g ",
        "a",
        "^",
        "/",
        "|",
        "(",
        "[",
        "]",
        "<<",
        ">>",
        "@en",
        "^^",
        "DESCRIBE ",
    ),
)


class Listener:
    """Counts who connects, and sends them away."""

    def __init__(self) -> None:
        self.asked = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            self.asked += 1
            connection.close()


@cache
def listener() -> Listener:
    return Listener()


@cache
def store() -> ox.Store:
    made = ox.Store()
    made.load(GRAPH.replace("URL", listener().url).encode(), format=ox.RdfFormat.TURTLE)
    return made


def check(data: bytes) -> None:
    text = composed(Pieces(data)).replace("URL", listener().url)
    try:
        depth.check(text)
        services.check(text)
    except PfocrError:
        return
    before = listener().asked
    with contextlib.suppress(SyntaxError, ValueError, OSError, RuntimeError):
        found = store().query(text)
        if not isinstance(found, ox.QueryBoolean):
            for _ in zip(range(100), found, strict=False):
                pass
    assert listener().asked == before, text


def composed(pieces: Pieces) -> str:
    """A text, or parts by their numbers with text between."""
    if pieces.number(2):
        return pieces.text()
    parts = []
    while pieces:
        number = pieces.number(256)
        parts.append(pieces.text() if number == END else PARTS[number % len(PARTS)])
    return "".join(parts)
