"""Loads a graph into a remote store, in pieces, and counts what arrived.

A push that stopped goes on later where it was.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Final

import pyoxigraph as ox

from pfocr_kg import iris
from pfocr_kg.errors import PfocrError, StoreError
from pfocr_kg.export import sorted_rdf
from pfocr_kg.remote.sender import METHODS, Sender, Target
from pfocr_kg.store.endpoint import Remote

__all__ = ["METHODS", "Pushed", "Target", "count", "describe", "push", "state_file"]

_COUNT: Final = "SELECT (COUNT(*) AS ?n) WHERE { %s }"


@dataclass(frozen=True, slots=True)
class Pushed:
    """How it went: triples of the graph, those in the remote one at the end, and the way taken.

    `resumed` counts the triples that an earlier push had sent. Truthy where all arrived.
    """

    triples: int
    found: int
    method: str
    resumed: int = 0
    added: bool = False

    def __bool__(self) -> bool:
        return self.found >= self.triples if self.added else self.found == self.triples


@dataclass(frozen=True, slots=True)
class _State:
    """What a push that stopped leaves behind: what it pushed where, and how far it came."""

    digest: str
    url: str
    graph: str | None
    method: str
    triples: int
    done: int = 0


Progress = Callable[[int, int], None]
"""Told the triples sent, and those there are."""


def push(
    store: sorted_rdf.Dumpable,
    target: Target,
    *,
    state: Path,
    clear: bool = False,
    add: bool = False,
    described: Sequence[ox.Triple] = (),
    progress: Progress = lambda _done, _of: None,
) -> Pushed:
    """Load all triples of a store into a remote graph, and count what is there.

    The remote graph has to be empty, unless `clear` empties it first or `add` keeps what it
    has. `described` is the graph's description, which goes into a named graph of its own, in
    place of what that holds; where more than the graph is there in the end it would not be
    true, and none is left. `state` is a file that remembers how far a push came; the next push
    of the same graph to the same place goes on from there, and removes it at the end.

    Raises:
        StoreError: the remote store cannot be used so, or its graph is not empty.
        PfocrError: a file cannot be written.

    """
    try:
        with (
            Sender(target) as sender,
            Remote(target.url) as remote,
            tempfile.TemporaryDirectory(prefix=".pfocr-kg-push-", dir=state.parent) as work,
        ):
            lines = Path(work) / "graph.nt"
            with lines.open("wb") as file:
                sorted_rdf.write(store, file, "ntriples", Path(work))
            with lines.open("rb") as file:
                job = _Push(sender, remote, target, state, progress)
                return job.run(file, described, clear=clear, add=add)
    except OSError as error:
        raise PfocrError(f"{state.parent}: {error.strerror or error}") from None


def state_file(target: Target, folder: Path | None) -> Path:
    """Where a push of a store remembers how far it came, by default: beside its folder."""
    place = f"{target.url}\n{target.graph or ''}"
    name = hashlib.sha256(place.encode()).hexdigest()[:8]
    beside = Path("pfocr-kg") if folder is None else folder.resolve()
    return beside.with_name(f"{beside.name}.push-{name}.json")


class _Push:
    """One push on its way."""

    def __init__(
        self, sender: Sender, remote: Remote, target: Target, state: Path, progress: Progress
    ) -> None:
        self._sender = sender
        self._remote = remote
        self._target = target
        self._file = state
        self._progress = progress

    def run(
        self, lines: IO[bytes], described: Sequence[ox.Triple], *, clear: bool, add: bool
    ) -> Pushed:
        begun = self._begin(lines)
        there = count(self._remote, self._target.graph)
        if not begun.done and not add and there:
            if not clear:
                raise StoreError(
                    f"{self._name()} holds {there:,} triples",
                    hint="Give --replace to empty it first, or --add to keep them",
                )
            self._sender.clear(self._target.graph)
        method = self._send(lines, begun)
        found = count(self._remote, self._target.graph)
        if described:
            describe(self._sender, self._remote, described if found == begun.triples else ())
        self._file.unlink(missing_ok=True)
        return Pushed(begun.triples, found, method, begun.done, add)

    def _begin(self, lines: IO[bytes]) -> _State:
        """Where to begin: at 0, or where an earlier push of the same graph stopped."""
        digest, triples = _digest(lines)
        new = _State(digest, self._target.url, self._target.graph, "", triples)
        with suppress(OSError, ValueError, TypeError):
            old = _State(**json.loads(self._file.read_text(encoding="utf-8")))
            if replace(old, method="", done=0) == new and old.method in self._sender.methods:
                self._sender.keep(old.method)
                return old
        return new

    def _send(self, lines: IO[bytes], begun: _State) -> str:
        """Send what is not there yet, by the first way that the store has."""
        lines.seek(0)
        for _ in range(begun.done):
            lines.readline()
        done = begun.done
        self._progress(done, begun.triples)
        while piece := self._piece(lines):
            sent = self._sender.post(piece, self._target.graph)
            lines.seek(sum(map(len, piece[sent:])) * -1, 1)
            done += sent
            self._note(replace(begun, method=self._sender.method, done=done))
            self._progress(done, begun.triples)
        return self._sender.method

    def _note(self, state: _State) -> None:
        """Write down how far it is, whole or not at all."""
        new = self._file.with_name(self._file.name + ".new")
        new.write_text(json.dumps(asdict(state)), encoding="utf-8")
        new.replace(self._file)

    def _piece(self, lines: IO[bytes]) -> list[bytes]:
        found = (lines.readline() for _ in range(self._sender.most))
        return [line for line in found if line]

    def _name(self) -> str:
        graph = self._target.graph
        return f"{self._target.url}: " + (graph or "its default graph")


def describe(sender: Sender, remote: Remote, triples: Sequence[ox.Triple]) -> None:
    """Have these, and no others, in the remote graph of the description."""
    if count(remote, iris.DESCRIPTION):
        sender.clear(iris.DESCRIPTION)
    sender.post_all((f"{triple} .\n".encode() for triple in triples), iris.DESCRIPTION)


def count(remote: Remote, graph: str | None) -> int:
    """Triples of a remote graph: the default one, or the one named."""
    inner = "?s ?p ?o"
    if graph is not None:
        inner = f"GRAPH {ox.NamedNode(graph)} {{ {inner} }}"
    rows = remote.query(_COUNT % inner)
    assert isinstance(rows, ox.QuerySolutions)
    return int(next(iter(rows))["n"].value)


def _digest(lines: IO[bytes]) -> tuple[str, int]:
    """SHA-256 of all lines, and their number."""
    digest, triples = hashlib.sha256(), 0
    for line in lines:
        digest.update(line)
        triples += 1
    return digest.hexdigest(), triples
