"""Runs fuzz targets with atheris, which changes inputs so that they reach new code.

    python tests/fuzz/run.py writers --seconds 60      one target
    python tests/fuzz/run.py --runs 1000               each target, one after another
    python tests/fuzz/run.py writers --input FILE      one input, without atheris

An input that breaks a law is saved among the seeds of its target as `fault-…`, with a line that
says how to run it again; the exit code is then 1.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

FUZZ = Path(__file__).resolve().parent
ROOT = FUZZ.parent.parent
LONGEST = 1024
"""Bytes of an input."""
OF_ATHERIS = ("INFO: ", "WARNING: Failed to find function")

Check = Callable[[bytes], None]


def names() -> list[str]:
    return sorted(path.stem for path in (FUZZ / "targets").glob("[!_]*.py"))


def load(name: str) -> Check:
    """The function `check` of a target; its imports may be of `tests/` too."""
    if str(FUZZ.parent) not in sys.path:
        sys.path[:0] = [str(ROOT / "src"), str(FUZZ.parent)]
    return importlib.import_module(f"fuzz.targets.{name}").check


def fail(name: str, data: bytes) -> NoReturn:
    """Report the exception that is being handled, save its input, and end the process."""
    path = FUZZ / "seeds" / name / f"fault-{hashlib.sha256(data).hexdigest()[:8]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    traceback.print_exc()
    shown = path.relative_to(ROOT)
    print(f"{name}: {data[:300]!r}", file=sys.stderr)
    print(f"again: python tests/fuzz/run.py {name} --input {shown}", file=sys.stderr, flush=True)
    os._exit(1)


def fuzz(name: str, limits: list[str], corpus: str) -> NoReturn:
    """Run one target in this process, which ends with it."""
    import atheris

    with atheris.instrument_imports(include=["pfocr_kg"]):
        check = load(name)

    def run_one(data: bytes) -> None:
        try:
            check(data)
        except BaseException:  # whatever it is, a law is broken
            fail(name, data)

    seeds = FUZZ / "seeds" / name
    seeds.mkdir(parents=True, exist_ok=True)
    quiet = ["-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={seeds}/fault-"]
    slow = ["-timeout=60", "-report_slow_units=60"]
    bounds = [f"-max_len={LONGEST}", "-rss_limit_mb=2048", *slow]
    atheris.Setup([sys.argv[0], *limits, *quiet, *bounds, corpus, str(seeds)], run_one)
    atheris.Fuzz()
    raise AssertionError("atheris ends the process")


def run(name: str, options: list[str]) -> bool:
    """Run one target in a process of its own; say how many inputs it ran."""
    with tempfile.TemporaryDirectory(prefix="pfocr-kg-fuzz-") as corpus:
        command = [sys.executable, __file__, name, *options, "--corpus", corpus]
        done = subprocess.run(
            command, stderr=subprocess.PIPE, text=True, errors="replace", check=False
        )
    lines = [line for line in done.stderr.splitlines() if not line.startswith(OF_ATHERIS)]
    counts = [line.split()[-1] for line in lines if "number_of_executed_units" in line]
    if done.returncode:
        print(*lines, sep="\n", file=sys.stderr)
    print(f"{name}: {counts[0] + ' runs' if counts else 'failed'}", flush=True)
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description="Run fuzz targets.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="by default each target")
    parser.add_argument("--seconds", type=int, default=0, help="of each target")
    parser.add_argument("--runs", type=int, default=0, help="of each target")
    parser.add_argument("--seed", type=int, default=0, help="1 or more makes a run repeatable")
    parser.add_argument("--input", type=Path, help="run one input")
    parser.add_argument("--corpus", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(names()):
        parser.error(f"no target {', '.join(sorted(unknown))}; there are: {', '.join(names())}")
    if asked.input:
        load(asked.names[0])(asked.input.read_bytes())
        return 0
    if not asked.seconds and not asked.runs:
        parser.error("give --seconds or --runs")
    if asked.corpus:
        limits = [f"-max_total_time={asked.seconds}", f"-runs={asked.runs or -1}"]
        fuzz(asked.names[0], [*limits, f"-seed={asked.seed}"], asked.corpus)
    options = [f"--seconds={asked.seconds}", f"--runs={asked.runs}", f"--seed={asked.seed}"]
    passed = [run(name, options) for name in asked.names or names()]
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
