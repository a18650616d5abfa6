"""A process that runs commands in children, kills them at random moments, and tells what is left.

It imports the package once and never builds itself: a child of a process with Oxigraph's threads
would wait for threads that it does not have. `python killed.py FOLDER TIMES SEED` needs in FOLDER
the stores `old` and `linked`, the sources `records` and `pathways`, and `patch.ru`. It prints a
line of JSON for each kill.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import scipy.stats  # noqa: F401 (takes longer than a command here)

import pfocr_kg
from pfocr_kg.cli import main as command

PARTS = ("gene-sets", "kgx", "links", "nanopubs", "networks", "tables")
"""Parts that a release is written without, to be quick."""


class Commands:
    """The commands, each with all that it writes below `place`."""

    def __init__(self, given: Path, place: Path) -> None:
        self.given, self.place, self.store = given, place, place / "store"

    def begin(self, name: str) -> None:
        shutil.rmtree(self.place, ignore_errors=True)
        (self.place / "tmp").mkdir(parents=True)
        if name != "build":
            which = "linked" if name in ("export", "release") else "old"
            shutil.copytree(self.given / which, self.store)

    def run(self, name: str) -> None:
        store = f"--store={self.store}"
        records, out = str(self.given / "records"), self.place / "out"
        without = [word for part in PARTS for word in ("--without", part)]
        link = ["link", "--wikipathways", str(self.given / "pathways"), store]
        commands = {
            "build": ["build", records, store],
            "update": ["build", records, store, "-y"],
            "link": link,
            "apply": ["apply", str(self.given / "patch.ru"), store],
            "export": ["export", store, "-o", f"{out}.nt.gz"],
            "release": ["release", store, str(out), "--date", "2026-01-01", *without],
        }
        sys.argv = ["pfocr-kg", *commands[name]]
        command()

    def look(self) -> dict[str, str]:
        """What a reader sees: of the store, and of files and folders that are complete."""
        seen = {}
        if (self.store / "pfocr-kg.json").exists():
            lines = io.BytesIO()
            with pfocr_kg.open(self.store) as graph:
                graph.write(lines, "ntriples")
                found = json.dumps(sorted(map(str, graph.query("SELECT ?s WHERE {?s ?p ?o}"))))
            seen["store"] = digest(lines.getvalue() + found.encode())
        for path in sorted(self.place.glob("out*")):
            files = [path] if path.is_file() else sorted(path.rglob("*.nt*"))
            seen[path.name] = digest(b"".join(file.read_bytes() for file in files))
        return seen

    def others(self) -> list[str]:
        """What a finished command does not leave behind."""
        known = {"pfocr-kg.json", "pfocr-kg.lock", "generations"}
        inside = [path for path in self.store.glob("*") if path.name not in known]
        inside += sorted((self.store / "generations").glob("*"))[1:]
        lock = self.store / "pfocr-kg.lock"
        inside += [lock] if lock.exists() and lock.stat().st_size else []
        beside = [path for path in self.place.iterdir() if path.name not in ("store", "tmp")]
        beside = [path for path in beside if not path.name.startswith("out")]
        return sorted(path.name for path in (*inside, *beside, *(self.place / "tmp").iterdir()))


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def in_a_child(work: Callable[[], Any], kill_after: float | None = None) -> Any:
    """The answer of a child, its error as a text, or None if it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        try:
            answer = work()
        except SystemExit as error:
            answer = f"exit {error.code}" if error.code else "done"
        except BaseException as error:
            answer = f"{type(error).__name__}: {error}"
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as file:
        answer = file.read()
    os.waitpid(child, 0)
    return json.loads(answer) if answer else None


def main() -> None:
    given, times, seed = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    chance, commands = random.Random(seed), Commands(given, given / "place")
    os.environ["TMPDIR"] = str(commands.place / "tmp")
    for name in ("build", "update", "link", "apply", "export", "release"):
        commands.begin(name)
        before, begun = in_a_child(commands.look), time.monotonic()
        finished = in_a_child(partial(commands.run, name))
        lasted, after = time.monotonic() - begun, in_a_child(commands.look)
        print(json.dumps([name, "whole", finished, before != after, commands.others()]), flush=True)
        for _ in range(times):
            commands.begin(name)
            how = in_a_child(partial(commands.run, name), chance.uniform(0, lasted))
            seen = in_a_child(commands.look)
            state = "old" if seen == before else "new" if seen == after else "other"
            if name == "export" and all(one in after.items() for one in seen.items()):
                state = "new"  # the description, which is a file of its own, comes last
            again = None
            if not ((name == "apply" and state == "new") or (commands.place / "out").exists()):
                again = in_a_child(partial(commands.run, name))
            end = in_a_child(commands.look) == after
            left = commands.others()
            print(json.dumps([name, how, state, again, end, left]), flush=True)


if __name__ == "__main__":
    main()
