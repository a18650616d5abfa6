"""The folder of an embedded store: generations of the graph, one of them current.

    DIR/pfocr-kg.json          format of the folder, name of the current generation
    DIR/generations/NAME/      graph/ (Oxigraph), names.jsonl, names.sqlite, manifest.sqlite,
                               report.json and lock; if figures are linked also links.nt.zst,
                               and unlinked/: the graph without links
    DIR/pfocr-kg-work-*/       a build that runs, or was killed
    DIR/pfocr-kg.lock          held by the build under way; says who it is. It is written
                               first: a folder without it is not ours to build in

A build fills a new generation and makes it current by replacing one small file, so that
readers keep what they opened and a build that dies changes nothing. Readers hold a shared
lock on their generation; a later build removes a generation without readers.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, Final

import portalocker

from pfocr_kg.errors import DamagedStoreError, StoreError

FORMAT: Final = 3
"""Version of the folder's layout; a newer pfocr-kg has a larger one."""

MARKER: Final = "pfocr-kg.json"
REPORT: Final = "report.json"

_GENERATIONS: Final = "generations"
_LOCK: Final = "pfocr-kg.lock"
_READERS: Final = "lock"
_WORK: Final = "pfocr-kg-work-"


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete graph on disk, with the files that the next build needs."""

    path: Path

    @property
    def graph(self) -> Path:
        """The Oxigraph folder."""
        return self.path / "graph"

    @property
    def unlinked(self) -> Path:
        """The Oxigraph folder of the graph without links, if its figures are linked."""
        return self.path / "unlinked"

    @property
    def links(self) -> Path:
        """The triples of links, as compressed N-Triples, if figures are linked."""
        return self.path / "links.nt.zst"

    @property
    def names(self) -> Path:
        """The counts of entities' names, as JSON lines."""
        return self.path / "names.jsonl"

    @property
    def index(self) -> Path:
        """The index of names and texts."""
        return self.path / "names.sqlite"

    @property
    def manifest(self) -> Path:
        """The manifest."""
        return self.path / "manifest.sqlite"

    @property
    def report(self) -> Path:
        """The report of the build that made it, as JSON."""
        return self.path / REPORT

    def read_report(self) -> dict[str, Any]:
        """The content of the report.

        Raises:
            DamagedStoreError: it is missing or damaged.

        """
        try:
            report = json.loads(self.report.read_bytes())
        except OSError as error:
            raise DamagedStoreError(f"{self.report}: cannot be read: {error.strerror}") from None
        except ValueError:
            report = None
        if not _is_report(report):
            raise DamagedStoreError(f"{self.report}: is damaged")
        found: dict[str, Any] = report
        return found

    @property
    def lock(self) -> Path:
        """File on which readers hold a shared lock."""
        return self.path / _READERS


def _is_report(found: Any) -> bool:
    """Whether JSON has those parts of a report that are read again."""
    match found:
        case {"sources": [*sources], "quarantined": [*entries]}:
            others = [found.get(key, {}) for key in ("links", "unknown_keys", "stages")]
            are_objects = all(isinstance(value, dict) for value in others)
            return are_objects and all(map(_is_text, sources)) and all(map(_is_entry, entries))
    return False


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(_is_text(entry.get(k)) for k in ("path", "reason"))


def current(folder: Path) -> Generation | None:
    """The generation that readers get; None if the folder is not a store (yet).

    Raises:
        StoreError: the store was made by a newer version, or its marker is broken.

    """
    try:
        text = (folder / MARKER).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read: {error.strerror}") from None
    return _marked(folder, text)


@lru_cache(maxsize=16)  # a server asks before each answer
def _marked(folder: Path, text: bytes) -> Generation:
    try:
        marker = json.loads(text)
        version = int(marker["format"])
        name = str(marker["generation"]) if version <= FORMAT else ""
    except (ValueError, KeyError, TypeError):
        raise StoreError(
            f"{folder / MARKER}: is broken", hint="Delete the store's folder and build it again"
        ) from None
    if version > FORMAT:
        raise StoreError(
            f"{folder}: was made by a newer pfocr-kg (store format {version}, this one knows "
            f"{FORMAT})",
            hint="Upgrade pfocr-kg, or build into another folder",
        )
    return Generation(folder / _GENERATIONS / name)


def is_address(store: str | Path) -> bool:
    """Whether a store is named by an endpoint's address, and not by a folder."""
    return "://" in str(store)


def local(store: str | Path) -> Path:
    """A store's folder, for an operation that an endpoint does not have.

    Raises:
        StoreError: it is an address.

    """
    if is_address(store):
        raise StoreError(
            f"{store}: is an address; this needs a store in a folder",
            hint="Build it in a folder, and load it there with: pfocr-kg push URL",
        )
    return Path(store)


def acquire(folder: Path) -> tuple[IO[str], Generation]:
    """Lock the current generation for reading; closing the file unlocks it.

    Raises:
        StoreError: there is no store, or it cannot be opened.

    """
    for _ in range(100):
        generation = current(folder)
        if generation is None:
            raise StoreError(
                f"{folder}: is not a pfocr-kg store",
                hint="Build one with: pfocr-kg build SOURCE --store " + str(folder),
            )
        try:
            lock = generation.lock.open(encoding="utf-8")
            _lock(lock, portalocker.LockFlags.SHARED)
        except FileNotFoundError:
            if current(folder) == generation:
                break
            continue  # a build replaced and removed it between the two steps
        except OSError as error:
            raise StoreError(f"{folder}: cannot be read: {error.strerror}") from None
        if generation.graph.is_dir():
            return lock, generation
        lock.close()
    raise StoreError(
        f"{folder}: its current graph is missing", hint="Build the store again from its sources"
    )


@contextmanager
def building(folder: Path, *, existing: bool = False) -> Iterator[Path]:
    """Lock the folder for a build and yield a work folder, which is removed at the end.

    With `existing`, the folder must already be a store.

    Raises:
        StoreError: the folder holds something else, cannot be written, is a store of a newer
            version, or another build is under way.

    """
    if existing:
        acquire(folder)[0].close()
    _refuse_other(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / _LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from None
    with lock:
        _lock_or_refuse(folder, lock)
        try:
            with _working(folder) as work:
                yield work
        except OSError as error:
            place = error.filename or folder
            raise StoreError(f"{place}: cannot be written: {error.strerror or error}") from None
        finally:
            lock.truncate(0)
            if not (folder / MARKER).exists():
                _remove_unbuilt(folder)


@contextmanager
def _working(folder: Path) -> Iterator[Path]:
    for left in folder.glob(_WORK + "*"):
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=_WORK, dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _remove_unbuilt(folder: Path) -> None:
    """Remove what a failed first build has made, if nobody else did."""
    with suppress(OSError):
        (folder / _GENERATIONS).rmdir()
    with suppress(OSError):
        if [path.name for path in folder.iterdir()] == [_LOCK]:
            (folder / _LOCK).unlink()
            folder.rmdir()


def _refuse_other(folder: Path) -> None:
    if current(folder) is not None or not folder.exists():
        return
    if not folder.is_dir():
        raise StoreError(f"{folder}: is a file, not a store's folder")
    if (folder / _LOCK).is_file():
        return  # the first build of it did not come to its end
    try:
        other = [path.name for path in folder.iterdir()]
    except OSError as error:
        raise StoreError(f"{folder}: cannot be read: {error.strerror}") from None
    if other:
        raise StoreError(
            f"{folder}: is not a pfocr-kg store, and holds other files ({sorted(other)[0]})",
            hint="Name a new or empty folder with --store",
        )


def _lock(file: IO[str], flags: portalocker.LockFlags) -> None:
    """Lock a file.

    Raises:
        portalocker.AlreadyLocked: another process holds the lock.
        StoreError: it cannot be locked at all.

    """
    try:
        portalocker.lock(file, flags)
    except portalocker.AlreadyLocked:
        raise
    except portalocker.LockException as error:
        file.close()
        cause = error.__cause__ or error
        reason = getattr(cause, "strerror", None) or str(cause)
        raise StoreError(
            f"{file.name}: cannot be locked: {reason}",
            hint="Some network file systems have no locks: use a disk of this machine",
        ) from None


def _lock_or_refuse(folder: Path, lock: IO[str]) -> None:
    try:
        _lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
    except portalocker.AlreadyLocked:
        lock.seek(0)
        holder = lock.read().strip() or "another process"
        raise StoreError(
            f"{folder}: is being built by {holder}", hint="Wait for it, or stop it"
        ) from None
    lock.truncate(0)
    started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    lock.write(f"process {os.getpid()} since {started}")
    lock.flush()


def make_current(folder: Path, filled: Path, report: dict[str, Any]) -> None:
    """Make the filled work folder the current generation, and remove what it replaces.

    `filled` holds the files of a `Generation` except its report. The graph becomes current when
    the new marker is renamed over the old one.
    """
    new = Generation(filled)
    _write_json(new.report, report)
    new.lock.touch()
    for path in filled.iterdir():
        if path.is_file():
            _sync(path)
    generations = folder / _GENERATIONS
    generations.mkdir(exist_ok=True)
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    filled.rename(generations / name)
    _replace(folder / MARKER, {"format": FORMAT, "generation": name})
    for old in generations.iterdir():
        if old.name != name:
            _remove_unread(Generation(old))


def _sync(path: Path) -> None:
    """Write a file to the disk, before another file refers to it."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _replace(path: Path, content: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    _write_json(new, content)
    _sync(new)
    new.replace(path)


def _write_json(path: Path, content: dict[str, Any]) -> None:
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8")


def _remove_unread(generation: Generation) -> None:
    flags = portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING
    with suppress(FileNotFoundError, portalocker.LockException):
        with generation.lock.open("a") as lock:
            portalocker.lock(lock, flags)
            shutil.rmtree(generation.path, ignore_errors=True)
        return
    if not generation.lock.exists():  # a build died before it was complete
        shutil.rmtree(generation.path, ignore_errors=True)
