"""Loads a graph into a remote store, in pieces, and counts what arrived.

A push that was stopped can be continued later.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.export import sorted_rdf
from pfocr_kg.remote.destination import Destination
from pfocr_kg.remote.sender import Sender
from pfocr_kg.store.answers import understanding
from pfocr_kg.store.endpoint import Remote

_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { %s }"


@dataclass(frozen=True, slots=True)
class PushResult:
    """Triples of the graph and of the remote graph at the end, and the method of sending.

    `resumed` counts the triples that an earlier push had sent. True if all arrived.
    """

    triples: int
    found: int
    method: str
    resumed: int = 0
    added: bool = False

    def __bool__(self) -> bool:
        return self.found >= self.triples if self.added else self.found == self.triples


@dataclass(frozen=True, slots=True)
class _PushState:
    """The progress of a push: the graph and the triples sent; saved in a file if it stops."""

    digest: str
    url: str
    graph: str | None
    method: str
    triples: int
    done: int = 0

    def save(self, file: Path) -> None:
        """Write it to a file, completely or not at all."""
        new = file.with_name(file.name + ".new")
        new.write_text(json.dumps(asdict(self)), encoding="utf-8")
        new.replace(file)


SentProgress = Callable[[int, int], None]
"""Called with the number of triples sent and the number of all triples."""


def push(
    store: sorted_rdf.Dumpable,
    destination: Destination,
    *,
    state_file: Path,
    clear: bool = False,
    add: bool = False,
    description: Sequence[ox.Triple] = (),
    progress: SentProgress = lambda _done, _of: None,
) -> PushResult:
    """Load all triples of a store into a remote graph, and count the triples there.

    The remote graph must be empty, unless `clear` empties it first or `add` keeps what it
    has. The description of the graph replaces what is in the named graph of descriptions; it is
    left out where the remote graph holds more in the end, since it would not be true. How much
    was sent is in `state_file`; the next push of the same graph to the same place continues from
    there, and removes the file at the end.

    Raises:
        StoreError: the remote store cannot be used so, or its graph is not empty.
        PfocrError: a file cannot be written.

    """
    graph = destination.graph
    try:
        with (
            Sender(destination) as sender,
            Remote(destination.url) as remote,
            understanding(destination.url),
            tempfile.TemporaryFile(dir=state_file.parent) as lines,
        ):
            sorted_rdf.write(store, lines, "ntriples", state_file.parent)
            begin = _resume(_at_begin(lines, destination), state_file, sender)
            if not begin.done and not add:
                _make_empty(destination, sender, remote, clear=clear)
            _send(lines, begin, sender, state_file, progress)
            found = count(remote, graph)
            if description:
                describe(sender, remote, description if found == begin.triples else ())
            state_file.unlink(missing_ok=True)
            return PushResult(begin.triples, found, sender.method, begin.done, add)
    except OSError as error:
        raise PfocrError(f"{state_file.parent}: {error.strerror or error}") from None


def default_state_file(destination: Destination, folder: Path | None) -> Path:
    """The state file of a push: beside the store's folder, or in the working directory."""
    place = f"{destination.url}\n{destination.graph or ''}"
    name = hashlib.sha256(place.encode()).hexdigest()[:8]
    store = Path("pfocr-kg") if folder is None else folder.resolve()
    return store.with_name(f"{store.name}.push-{name}.json")


def _at_begin(lines: IO[bytes], destination: Destination) -> _PushState:
    """The state of a push of these lines before the first is sent."""
    lines.seek(0)
    digest, triples = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        triples += 1
    return _PushState(digest.hexdigest(), destination.url, destination.graph, "", triples)


def _resume(new: _PushState, state_file: Path, sender: Sender) -> _PushState:
    """The state of an earlier push of the same graph to the same place, by the same method."""
    with suppress(OSError, ValueError, TypeError):
        old = _PushState(**json.loads(state_file.read_text(encoding="utf-8")))
        if replace(old, method="", done=0) == new and sender.use_only(old.method):
            return old
    return new


def _make_empty(destination: Destination, sender: Sender, remote: Remote, *, clear: bool) -> None:
    there = count(remote, destination.graph)
    if there and not clear:
        name = destination.graph or "its default graph"
        raise StoreError(
            f"{destination.url}: {name} holds {there:,} triples",
            hint="Give --replace to empty it first, or --add to keep them",
        )
    if there:
        sender.clear(destination.graph)


def _send(
    lines: IO[bytes], begin: _PushState, sender: Sender, state_file: Path, progress: SentProgress
) -> None:
    """Send the lines that an earlier push has not sent."""
    lines.seek(0)
    for _ in islice(lines, begin.done):
        pass
    done = begin.done
    piece: list[bytes] = []
    progress(done, begin.triples)
    while piece := piece or list(islice(lines, sender.max_lines)):
        sent = sender.post(piece, begin.graph)
        piece = piece[sent:]
        done += sent
        replace(begin, method=sender.method, done=done).save(state_file)
        progress(done, begin.triples)


def describe(sender: Sender, remote: Remote, triples: Sequence[ox.Triple]) -> None:
    """Replace the remote description by these triples."""
    if count(remote, iris.DESCRIPTION):
        sender.clear(iris.DESCRIPTION)
    sender.post_all((f"{triple} .\n".encode() for triple in triples), iris.DESCRIPTION)


def count(remote: Remote, graph: str | None) -> int:
    """The number of triples of a remote graph: the default graph, or a named one."""
    inner = "?s ?p ?o"
    if graph is not None:
        inner = f"GRAPH {ox.NamedNode(graph)} {{ {inner} }}"
    return remote.count(_COUNT % inner)
