"""Runs the command without waiting for its imports: servers import them once, and fork.

Each run is a process of its own, with its own arguments, environment, folder and standard streams,
and it ends as the command ends. What it does not show is how Python starts: tests of the locale,
of the entry point, of imports and of `PYTHON...` variables need a new interpreter. PYTHONHASHSEED
does not: there is a server for each value.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO, NamedTuple, NoReturn

COMMAND = str(Path(sysconfig.get_path("scripts")) / "pfocr-kg")


UNMEASURED = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE_")}
"""For a run that cannot write what coverage notes, as where the disk is full."""


class Finished(NamedTuple):
    """How a run of the command ended; both outputs decoded as UTF-8, line ends as written."""

    code: int
    stdout: str
    stderr: str


Run = Callable[..., Finished]


LATE_IMPORTS = (
    ({"map"}, ("distributed", "fsspec")),
    ({"validate"}, ("rdflib.plugins.sparql",)),
    (
        {"link", "enrich", "network", "release", "--wikipathways"},
        ("networkx", "requests", "scipy.sparse", "scipy.special", "scipy.stats"),
    ),
)
"""Words of a command line, and what the command then imports while it runs."""


Stream = IO[bytes] | int
"""A file, or the number of one that is open."""
Streams = tuple[Stream, Stream, Stream]


class Process:
    """A run of the command: what `subprocess.Popen` has of the same name does the same."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._answer = connection.makefile("rb")
        self.pid = int(self._answer.readline())
        self.returncode: int | None = None

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *error: object) -> None:
        if self.poll() is None:
            self.send_signal(signal.SIGKILL)
        self._answer.close()
        self._connection.close()

    def wait(self, timeout: float) -> int:
        """Its exit code; after `timeout` seconds it is killed, and TimeoutExpired is raised."""
        if self.returncode is None:
            self._connection.settimeout(timeout)
            try:
                self.returncode = int(self._answer.readline())
            except TimeoutError:
                self.send_signal(signal.SIGKILL)
                raise subprocess.TimeoutExpired([str(self.pid)], timeout) from None
        return self.returncode

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            return self.wait(10)
        return self.returncode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)


class Servers:
    """Servers that have imported the command; some have imported more for some commands.

    One begins with the first run that it is for. All end when the context is left.
    """

    def __init__(self) -> None:
        self.servers = ExitStack()
        self.places: dict[tuple[str, tuple[str, ...]], str] = {}

    def __enter__(self) -> Servers:
        self.servers.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.servers.close()

    def run(
        self,
        arguments: Sequence[str],
        streams: Streams,
        environment: Mapping[str, str],
        folder: Path,
        timeout: float,
    ) -> int:
        """Run the command; gives its exit code, negative where a signal ended it.

        `streams` are its standard input, output and error. After `timeout` seconds it is
        killed, and TimeoutExpired is raised.
        """
        with self.begin(arguments, streams, environment, folder) as process:
            return process.wait(timeout)

    def begin(
        self,
        arguments: Sequence[str],
        streams: Streams,
        environment: Mapping[str, str],
        folder: Path,
    ) -> Process:
        """Begin a run of the command."""
        request = [list(arguments), dict(environment), str(folder)]
        connection = socket.socket(socket.AF_UNIX)
        seed = environment.get("PYTHONHASHSEED", "random")
        connection.connect(self.place_for(arguments, seed))
        numbers = [stream if isinstance(stream, int) else stream.fileno() for stream in streams]
        socket.send_fds(connection, [b"\0"], numbers)
        connection.sendall(json.dumps(request).encode())
        connection.shutdown(socket.SHUT_WR)
        return Process(connection)

    def place_for(self, arguments: Sequence[str], seed: str) -> str:
        """The socket of the server for such a command under such a hash seed."""
        fitting = (imports for words, imports in LATE_IMPORTS if words & set(arguments))
        modules = next(fitting, ())
        if (seed, modules) not in self.places:
            self.places[seed, modules] = self.servers.enter_context(serving(modules, seed))
        return self.places[seed, modules]


SERVERS = Servers()
"""Those of this process; a fixture ends them."""


@contextmanager
def serving(modules: Sequence[str], seed: str) -> Iterator[str]:
    """A server that has imported these modules too, in this context; gives its socket."""
    with tempfile.TemporaryDirectory() as folder:
        place = str(Path(folder) / "socket")
        # It ends when its standard input is closed, also if this process is killed.
        with subprocess.Popen(
            [sys.executable, __file__, place, *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1", "PYTHONHASHSEED": seed},
        ) as server:
            assert server.stdout is not None
            assert server.stdout.readline() == b"ready\n"
            yield place


def serve(place: str) -> None:
    """Take requests until standard input is closed; returns in the process of each run."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen()
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # the pipe says it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the tests
    print("ready", flush=True)
    runs: dict[int, socket.socket] = {}
    while True:
        ready = select.select([ended, listener, sys.stdin], [], [])[0]
        if sys.stdin in ready:
            os._exit(0)
        if ended in ready:
            os.read(ended, 4096)
            tell_ended(runs)
        if listener in ready:
            connection, _ = listener.accept()
            if start(connection, runs):
                for mine in (listener, *runs.values()):
                    mine.close()
                signal.set_wakeup_fd(-1)
                os.close(ended)
                os.close(wake)
                return


def tell_ended(runs: dict[int, socket.socket]) -> None:
    """Send the exit codes of the runs that have ended."""
    for process in [*runs]:
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            with runs.pop(process) as connection, suppress(BrokenPipeError):
                connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def start(connection: socket.socket, runs: dict[int, socket.socket]) -> bool:
    """Read a request and fork; true in the new process, which has what was requested."""
    _, streams, *_ = socket.recv_fds(connection, 1, 3)
    arguments, environment, folder = json.load(connection.makefile("rb"))
    process = os.fork()
    if process:
        for stream in streams:
            os.close(stream)
        runs[process] = connection
        connection.sendall(b"%d\n" % process)
        return False
    connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [COMMAND, *arguments]
    return True


def run(command: Callable[[], None]) -> NoReturn:
    """Run the command and end as Python ends, without taking its objects apart.

    That would copy the whole memory of the server, which takes ten times as long as a short run.
    """
    code: object = 0
    try:
        command()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
        code = 1
    if not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None and not stream.closed:
                stream.flush()
        except OSError:
            code = 120  # as Python does
    os._exit(code)


def read_dictionaries() -> None:
    """Read what a build looks up, which takes a new process as long as half of the imports."""
    dictionaries = load_dictionaries()
    gene = dictionaries.genes.find("TP53")
    mentions.meaning_count(gene, "TP53", None, dictionaries.genes)
    for entity in (gene, values.disease("DOID:162"), values.mesh("D000255", Kind.CHEMICAL)):
        dictionaries.labels(entity)
        dictionaries.other_labels(entity)
        dictionaries.associated_genes(entity)
    bundled_vocabulary()


if __name__ == "__main__":
    from pfocr_kg.build.worker import load_dictionaries
    from pfocr_kg.cli import main
    from pfocr_kg.model import Kind
    from pfocr_kg.records import mentions, values
    from pfocr_kg.records.disease_vocabulary import bundled_vocabulary

    for name in sys.argv[2:]:
        with suppress(ImportError):  # an extra may be missing
            import_module(name)
    read_dictionaries()
    gc.collect()
    gc.freeze()
    serve(sys.argv[1])
    run(main)
