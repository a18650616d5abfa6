"""Break the code on purpose, one place at a time, and count how often the tests see it.

    make mutants PACKAGES="records rdf" SAMPLE=80 SEED=2

The first run takes as long as the quick tests under coverage: it finds out which test runs which
line, commands that a test starts included, and keeps that in `.mutants.json`. Remove the file
after changes.

mutmut says what a place can be broken into. Its own runner expects tests of one process; ours
start others, so each mutant is written into a copy of the repository, and the tests run there that
touch its statement, the quickest and nearest first, for about SECONDS. A constant or a field is
touched by what touches a line with its name. A survivor may still be seen by a slow test, or by
one that came after that time.

A worker collects all tests once, and forks for each mutant. There the functions of the broken file
get their new code. What Python runs only when it imports the file needs a new interpreter. A mutant
is too slow if a signal ended it; the tests see that one too.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import gc
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FunctionType
from typing import TYPE_CHECKING

from libcst import Module

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).resolve().parents[1]
CODE = "src/pfocr_kg"
MAP = ROOT / ".mutants.json"
PACKAGES = ("records", "rdf", "names", "link", "query")
TESTS = (*PACKAGES, "build", "cli", "compare", "test_library.py", "test_messages.py")
QUICK = ("-q", "-p", "no:cacheprovider", "-m", "not slow")
SECONDS = 60
"""Of tests for one mutant, as the map timed them, under coverage."""
LIMIT = 2 * SECONDS
"""Seconds of processor time, for one process, after which a mutant is too slow."""
FAR = 2
"""A test outside the package's folder counts as if it took so many times as long."""
MEMORY = Path("/dev/shm")
NO_CODE = 100
"""Exit code where a function cannot have the mutant's code."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
FORK = get_context("fork")


@dataclass(frozen=True)
class Mutant:
    """One broken place: the file, its first changed line and its whole text."""

    file: str
    line: int
    text: str

    @property
    def package(self) -> str:
        """The folder of its file."""
        return self.file.split("/")[2]

    def __str__(self) -> str:
        old = source(self.file).splitlines()
        new = self.text.splitlines()
        return "\n".join(difflib.unified_diff(old, new, self.file, lineterm="", n=1))


@dataclass(frozen=True)
class Known:
    """What the map says: seconds by test, and tests by file and line."""

    seconds: dict[str, float]
    lines: dict[str, dict[str, list[str]]]

    def touching(self, file: str, lines: Iterable[int]) -> set[str]:
        """The tests that run one of these lines, and "" if an import does."""
        tests = self.lines.get(file, {})
        return {test for line in lines for test in tests.get(str(line), ())}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Count which broken places the tests see.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", default=PACKAGES)
    parser.add_argument("--sample", type=int, default=40, help="mutants of each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if not MAP.exists():
        write_map()
    known = Known(**json.loads(MAP.read_text()))
    samples = [sample(package, options.sample, options.seed) for package in options.packages]
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, outcome in tried([*taken_in_turn(samples)], known, options.jobs):
        outcomes[mutant.package][outcome] += 1
        print(f"{outcome:9} {mutant.file}:{mutant.line}", flush=True)
        if outcome == "survived":
            print(mutant, flush=True)
    print(f"\n{'package':10} killed  too slow  survived  (seed {options.seed})")
    for package, each in outcomes.items():
        share = 1 - each["survived"] / each.total()
        counts = f"{each['killed']:6}  {each['too slow']:8}  {each['survived']:8}"
        print(f"{package:10} {counts}  {share:.0%} seen")


def write_map() -> None:
    """Run the quick tests under coverage, and note the lines of each."""
    import coverage
    import pytest

    os.chdir(ROOT)
    seconds: dict[str, float] = {}
    lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    with TemporaryDirectory() as folder:
        measured = coverage.Coverage(
            data_file=f"{folder}/data",
            branch=False,
            source=[f"{CODE}/{package}" for package in PACKAGES],
            source_pkgs=[],
        )

        class Noted:
            @pytest.hookimpl(wrapper=True)
            def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
                measured.switch_context(item.nodeid)
                started = time.perf_counter()
                try:
                    return (yield)
                finally:
                    seconds[item.nodeid] = time.perf_counter() - started
                    for path in set(Path(folder).iterdir()) - ours:
                        note_and_remove(path, item.nodeid)

        def note_and_remove(path: Path, test: str) -> None:
            """Note what a process that the test started has left."""
            data = coverage.CoverageData(str(path))
            data.read()
            for name in data.measured_files():
                for line in data.lines(name) or ():
                    lines[str(Path(name).relative_to(ROOT))][line].add(test)
            path.unlink()

        measured.start()
        ours = {Path(measured.get_data().data_filename())}
        pytest.main([*QUICK, *(f"tests/{name}" for name in TESTS)], plugins=[Noted()])
        measured.stop()
        data = measured.get_data()
        for name in data.measured_files():
            for line, tests in data.contexts_by_lineno(name).items():
                lines[str(Path(name).relative_to(ROOT))][line].update(tests)
    MAP.write_text(json.dumps({"seconds": seconds, "lines": lines}, default=sorted))


def sample(package: str, number: int, seed: int) -> list[Mutant]:
    """Return some of the mutants of a package, the same for the same code and seed."""
    from mutmut.mutation.file_mutation import create_mutations

    every = []
    for path in sorted((ROOT / CODE / package).rglob("*.py")):
        module, found, *_ = create_mutations(str(path), path.read_text())
        every += [(path, module, one) for one in found]
    print(f"{package}: {len(every)} mutants", flush=True)
    chosen = random.Random(seed).sample(every, min(number, len(every)))
    return [
        written(path, module.deep_replace(one.original_node, one.mutated_node))
        for path, module, one in chosen
    ]


def written(path: Path, mutated: Module) -> Mutant:
    """Return the mutant with the line that it changes first."""
    pairs = zip(path.read_text().splitlines(), mutated.code.splitlines(), strict=False)
    line = next((number for number, (old, new) in enumerate(pairs, start=1) if old != new), 0)
    return Mutant(str(path.relative_to(ROOT)), line, mutated.code)


def taken_in_turn(samples: list[list[Mutant]]) -> Iterator[Mutant]:
    """Give one mutant of each package, then the next, so that a run can be cut short."""
    for turn in zip_longest(*samples):
        yield from filter(None, turn)


def tried(mutants: list[Mutant], known: Known, jobs: int) -> Iterator[tuple[Mutant, str]]:
    """Give each mutant with "killed", "survived" or "too slow"."""
    receivers = []
    with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        for number in range(jobs):
            receiver, sender = FORK.Pipe(duplex=False)
            worker = Worker(Path(folder, str(number)), mutants[number::jobs], known, sender)
            FORK.Process(target=worker.run, daemon=True).start()
            sender.close()
            receivers.append(receiver)
        while receivers:
            for receiver in wait(receivers):
                try:
                    yield receiver.recv()
                except EOFError:
                    receivers.remove(receiver)


@dataclass
class Worker:
    """A process that tries mutants in its copy of the repository."""

    copy: Path
    mutants: list[Mutant]
    known: Known
    outcomes: Connection

    def run(self) -> None:
        """Copy what git knows, and collect the tests there; pytest calls `pytest_runtestloop`."""
        import pytest

        names = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
        for name in filter(None, names.stdout.split("\0")):
            (self.copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.copy / name)
        os.chdir(self.copy)
        os.environ["PYTHONPATH"] = sys.path[0] = str(self.copy / "src")
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        files = sorted({test.partition("::")[0] for test in self.known.seconds})
        pytest.main([*QUICK, "-x", f"--basetemp={self.copy}.tests", *files], plugins=[self])

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try the mutants instead of running the tests."""
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        for mutant in self.mutants:
            path = self.copy / mutant.file
            path.write_text(mutant.text)
            try:
                self.outcomes.send((mutant, self.outcome(mutant, session)))
            finally:
                shutil.copy2(ROOT / mutant.file, path)  # with its time, as the compiled file says
        return True

    def outcome(self, mutant: Mutant, session: pytest.Session) -> str:
        """Run its tests in a fork of this process, or in a new interpreter."""
        collected = {item.nodeid for item in session.items}
        tests = [test for test in tests_of(mutant, self.known) if test in collected]
        code = NO_CODE
        if not runs_at_import(mutant, self.known):
            code = ended(lambda: run_with(mutant, tests, session))
        if code == NO_CODE:
            Path("tests.txt").write_text("\n".join(tests))
            command = [sys.executable, "-m", "pytest", *QUICK, "-x", "@tests.txt"]
            code = ended(lambda: os.execv(sys.executable, command))
        if code < 0:
            return "too slow"
        return "survived" if code == 0 else "killed"


def ended(run: Callable[[], int]) -> int:
    """Return how a fork of this process ended that does this, negative after LIMIT."""
    process = os.fork()
    if process:
        return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    code = 1
    try:
        signal.alarm(10 * LIMIT)
        resource.setrlimit(resource.RLIMIT_CPU, (LIMIT, LIMIT))
        code = run()
    finally:
        os._exit(code)


def run_with(mutant: Mutant, tests: list[str], session: pytest.Session) -> int:
    """Run tests with the mutant's code in the functions that its file has made."""
    from _pytest.main import pytest_runtestloop

    old, new = (codes(compile(text, "", "exec")) for text in (source(mutant.file), mutant.text))
    path = str(Path.cwd() / mutant.file)
    functions = (one for one in gc.get_objects() if isinstance(one, FunctionType))
    ours = [function for function in functions if function.__code__.co_filename == path]
    if not ours or len(old) != len(new):
        return NO_CODE
    try:
        for function in ours:
            function.__code__ = new[old.index(function.__code__)]
    except ValueError:  # it has other variables of an outer function
        return NO_CODE
    wanted = {test: place for place, test in enumerate(tests)}
    session.items = sorted(
        (item for item in session.items if item.nodeid in wanted),
        key=lambda item: wanted[item.nodeid],
    )
    with suppress(session.Failed):
        pytest_runtestloop(session)
    return int(bool(session.testsfailed))


def codes(code: CodeType) -> list[CodeType]:
    """Return the code of all functions in a code, in the order of the file."""
    inner = (each for each in code.co_consts if isinstance(each, CodeType))
    return [code, *(one for each in inner for one in codes(each))]


def tests_of(mutant: Mutant, known: Known) -> list[str]:
    """Return the tests that touch its statement, or those of its package, for SECONDS.

    The quick and the near ones come first. All cases of a test function together wait as long as
    a single test that takes their time, so that one with many cases leaves time for others.
    """
    near = f"tests/{mutant.package}/"
    every = touching(mutant, known) or {test for test in known.seconds if test.startswith(near)}
    waits: Counter[str] = Counter()
    places = {}
    for test in sorted(every, key=lambda test: (known.seconds[test], test)):
        function = test.partition("[")[0]
        waits[function] += known.seconds[test] * (1 if test.startswith(near) else FAR)
        places[test] = waits[function]
    first, *more = sorted(every, key=lambda test: (places[test], test))
    chosen, total = [first], known.seconds[first]
    for test in more:
        total += known.seconds[test]
        if total > SECONDS:
            break
        chosen.append(test)
    return chosen


def touching(mutant: Mutant, known: Known) -> set[str]:
    """Return the tests that run the innermost statement at its line.

    That of a module or a class has run before; there it is the lines with the name it gives.
    """
    statement = innermost(mutant)
    tests = known.touching(mutant.file, lines_of(statement))
    targets = getattr(statement, "targets", [getattr(statement, "target", None)])
    names = {one.id for one in targets if isinstance(one, ast.Name)}
    if names and "" in tests:
        word = re.compile(rf"\b({'|'.join(names)})\b")
        for file in known.lines:
            lines = enumerate(source(file).splitlines(), start=1)
            tests |= known.touching(file, [number for number, text in lines if word.search(text)])
    return tests - {""}


def runs_at_import(mutant: Mutant, known: Known) -> bool:
    """Whether an import runs its statement, or a function of its that has other values then."""
    statement = innermost(mutant)
    return isinstance(statement, DEFINITIONS) or "" in known.touching(
        mutant.file, lines_of(statement)
    )


def innermost(mutant: Mutant) -> ast.stmt:
    """Return the innermost statement at the mutant's line."""
    tree = ast.parse(source(mutant.file))
    around = (node for node in ast.walk(tree) if isinstance(node, ast.stmt))  # outer ones first
    return [one for one in around if mutant.line in lines_of(one)][-1]


def lines_of(statement: ast.stmt) -> range:
    """Return the lines of a statement, with its decorators."""
    decorators = getattr(statement, "decorator_list", [])
    first = min(one.lineno for one in (statement, *decorators))
    return range(first, (statement.end_lineno or first) + 1)


@cache
def source(file: str) -> str:
    """Return the text of a file of the repository."""
    return (ROOT / file).read_text()


if __name__ == "__main__":
    main()
