"""Ctrl-C ends a command at once, also while a call into the store does not come back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

BUSY = """
import ctypes, os, sys
from pfocr_kg.cli import main
from pfocr_kg.store.embedded import Embedded

def endless(*_):
    os.write(2, b"busy\\n")
    threads, mutex = ctypes.CDLL(None), ctypes.create_string_buffer(256)
    threads.pthread_mutex_init(mutex, None)
    threads.pthread_mutex_lock(mutex)
    threads.pthread_mutex_lock(mutex)

for name in sys.argv.pop(1).split(","):
    assert hasattr(Embedded, name)
    setattr(Embedded, name, endless)
main()
"""
"""The command with methods of the store that never come back from native code.

Its first argument names them. They wait for a lock of their own, which takes no processor.
"""

COMMANDS = {
    "stats": ("query", ["stats"]),
    "enrich": ("query", ["enrich", "genes.txt", "--output", "rows.csv"]),
    "network": ("query", ["network", "genes", "--output", "genes.graphml"]),
    "validate": ("query", ["validate"]),
    "export": ("saved_triples", ["export", "--output", "graph.ttl"]),
    "export compressed": ("saved_triples", ["export", "--output", "graph.nt.gz"]),
    "export gmt": ("query", ["export", "--output", "sets.gmt"]),
    "export kgx": ("query", ["export", "--format", "kgx", "--output", "kgx"]),
    "export parquet": ("query", ["export", "--format", "parquet", "--output", "tables"]),
    "release": ("saved_triples", ["release", "release", "--date", "2026-03-31"]),
    "link": ("query", ["link", "--output", "links.tsv"]),
    "diff": ("saved_triples", ["diff", "STORE", "STORE", "--output", "patch.ru"]),
}


@pytest.fixture(scope="module")
def stopped(
    built_sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[int, bytes, list[str]]]:
    """How each command ended on Ctrl-C: exit code, standard error, and files that are left.

    All run at once: each waits for a second after the signal.
    """
    running = {}
    for name, (methods, arguments) in COMMANDS.items():
        folder = tmp_path_factory.mktemp("stopped")
        (folder / "genes.txt").write_text("TP53 TNF")
        (folder / "tmp").mkdir()
        store = [] if "STORE" in arguments else ["--store", str(built_sample)]
        given = [str(built_sample) if one == "STORE" else one for one in arguments]
        process = subprocess.Popen(
            [sys.executable, "-c", BUSY, methods, *given, *store],
            cwd=folder,
            env={**os.environ, "TMPDIR": str(folder / "tmp")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running[name] = process, folder
    ended = {}
    try:
        for process, _ in running.values():
            assert process.stderr is not None
            seen = b""
            while not seen.endswith(b"busy\n"):
                line = process.stderr.readline()
                assert line, seen
                seen += line
        time.sleep(0.3)
        for process, _ in running.values():  # each is in native code now
            process.send_signal(signal.SIGINT)
        for name, (process, folder) in running.items():
            out, err = process.communicate(timeout=60)
            files = sorted(path.name for path in folder.rglob("*"))
            ended[name] = process.returncode, (out + err).strip(), files
    finally:
        for process, _ in running.values():
            process.kill()
    return ended


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS, ids=lambda name: name.replace(" ", "-"))
def test_interrupted_while_the_store_works(
    name: str, stopped: dict[str, tuple[int, bytes, list[str]]]
) -> None:
    assert stopped[name] == (130, b"pfocr-kg: interrupted", ["genes.txt", "tmp"])


@pytest.mark.parametrize("command", [["-m", "pfocr_kg.cli"], ["pfocr-kg"]], ids=lambda c: c[0])
@pytest.mark.parametrize("module", ["pfocr_kg.errors", "pyoxigraph", "pfocr_kg.cli.app", "rich"])
def test_interrupted_while_modules_are_imported(
    command: list[str], module: str, tmp_path: Path
) -> None:
    """Ctrl-C comes when the import of a module begins; `site` imports `sitecustomize` first."""
    (tmp_path / "sitecustomize.py").write_text(
        "import os, signal, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        f"        if name == {module!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Finder())\n"
    )
    script = "from pfocr_kg.cli import main\nif __name__ == '__main__':\n    main()\n"
    (tmp_path / "pfocr-kg").write_text(script)  # as the installer writes it
    found = [str(tmp_path), *filter(None, sys.path)]
    done = subprocess.run(
        [sys.executable, *command, "queries"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(found)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr, done.stdout) == (130, b"pfocr-kg: interrupted\n", b"")
