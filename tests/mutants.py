"""Break the code on purpose, one place at a time, and count how often the tests see it.

    make mutants PACKAGES="records rdf" SAMPLE=80

The first run finds out which quick test of these packages runs which line, and keeps it in
`.mutants.json`; remove that file after changes.

mutmut says what a place can be broken into. Its own runner expects tests of one process; ours
start others, so each mutant is written into a copy of the repository, and those quick tests run
there that touch its line, the shortest first, for at most a minute. A line that no test touches in
its own process, such as a constant of a module, is tried with the tests of its package. So a
survivor may still be seen by a slow test, or one of another package. Survivors are printed as
differences.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from libcst import Module

ROOT = Path(__file__).resolve().parents[1]
CODE = "src/pfocr_kg"
MAP = ROOT / ".mutants.json"
PACKAGES = ("records", "rdf", "names", "link", "query")
SECONDS = 60
"""Of tests for one mutant, as the map timed them; the shortest come first."""


@dataclass(frozen=True)
class Mutant:
    """One broken place: the file, its first changed line and its whole text."""

    file: str
    line: int
    text: str


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Count which broken places the tests see.")
    parser.add_argument("packages", nargs="*", metavar="PACKAGE", default=PACKAGES)
    parser.add_argument("--sample", type=int, default=80, help="mutants of each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    if not MAP.exists():
        write_map()
    known = json.loads(MAP.read_text())
    for package in options.packages:
        chosen = sample(package, options.sample, options.seed)
        report(package, chosen, list(tried(chosen, known, options.jobs)))


def write_map() -> None:
    """Run the quick tests under coverage, each as a context of its own."""
    import coverage
    import pytest

    os.chdir(ROOT)
    measured = coverage.Coverage(
        data_file=None, source=[f"{CODE}/{package}" for package in PACKAGES]
    )
    seconds: dict[str, float] = {}

    class Contexts:
        @pytest.hookimpl(wrapper=True)
        def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
            measured.switch_context(item.nodeid)
            started = time.perf_counter()
            try:
                return (yield)
            finally:
                seconds[item.nodeid] = time.perf_counter() - started

    measured.start()
    pytest.main(
        [
            "-q",
            "-p",
            "no:cacheprovider",
            "-m",
            "not slow",
            *[f"tests/{package}" for package in PACKAGES],
        ],
        plugins=[Contexts()],
    )
    measured.stop()
    data = measured.get_data()
    lines = {
        str(Path(name).relative_to(ROOT)): data.contexts_by_lineno(name)
        for name in data.measured_files()
    }
    MAP.write_text(json.dumps({"seconds": seconds, "lines": lines}))


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


def tried(chosen: list[Mutant], known: dict, jobs: int) -> Iterator[str]:
    """Return for each mutant "killed", "survived" or "too slow", which is killed too."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(jobs) as pool:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            copies.put(copy_to(Path(folder, str(number))))

        def one(mutant: Mutant) -> str:
            copy = copies.get()
            try:
                outcome = outcome_of(mutant, tests_of(mutant, known), copy)
            finally:
                copies.put(copy)
            print(f"  {outcome:9} {mutant.file}:{mutant.line}", flush=True)
            return outcome

        yield from pool.map(one, chosen)


def copy_to(folder: Path) -> Path:
    """Copy what git knows of the repository."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
    )
    for name in filter(None, names.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def tests_of(mutant: Mutant, known: dict) -> list[str]:
    """Return the tests that touch its line, the shortest first, or those of its package."""
    seconds = known["seconds"]
    touching = [
        test for test in known["lines"].get(mutant.file, {}).get(str(mutant.line), []) if test
    ]
    package = mutant.file.split("/")[2]
    chosen = sorted(
        touching or [test for test in seconds if test.startswith(f"tests/{package}/")],
        key=lambda test: (not test.startswith(f"tests/{package}/"), seconds[test]),
    )
    total, kept = 0.0, []
    for test in chosen:
        total += seconds[test]
        if total > SECONDS and kept:
            break
        kept.append(test)
    return kept


def outcome_of(mutant: Mutant, tests: list[str], copy: Path) -> str:
    """Run the tests in a copy of the repository that has the mutant."""
    path = copy / mutant.file
    original = path.read_text()
    listed = copy / "tests.txt"
    listed.write_text("\n".join(tests))
    path.write_text(mutant.text)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", f"@{listed}"],
            check=False,
            cwd=copy,
            env=os.environ | {"PYTHONPATH": str(copy / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=20 * SECONDS,
        )
    except subprocess.TimeoutExpired:
        return "too slow"
    finally:
        path.write_text(original)
    return "survived" if ended.returncode == 0 else "killed"


def report(package: str, chosen: list[Mutant], outcomes: list[str]) -> None:
    """Print the survivors as differences, then the share that was killed."""
    survivors = [
        one for one, outcome in zip(chosen, outcomes, strict=True) if outcome == "survived"
    ]
    for one in survivors:
        old = (ROOT / one.file).read_text().splitlines()
        print(
            *difflib.unified_diff(old, one.text.splitlines(), one.file, lineterm="", n=1), sep="\n"
        )
    killed = len(chosen) - len(survivors)
    print(
        f"{package}: {killed} of {len(chosen)} killed, {killed / max(len(chosen), 1):.0%}",
        flush=True,
    )


if __name__ == "__main__":
    main()
