"""Each fuzz target over its seeds, among them inputs that once found a fault; tests/fuzz/run.py."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from fuzz import run

RUNS = 400
"""Inputs that each target runs in the slow test."""


@pytest.mark.parametrize("name", run.names())
def test_seeds_break_no_law(name: str) -> None:
    check = run.load(name)
    seeds = sorted((run.FUZZ / "seeds" / name).iterdir())
    assert seeds
    for path in seeds:
        try:
            check(path.read_bytes())
        except Exception as error:
            error.add_note(f"seed: {path.relative_to(run.ROOT)}")
            raise


@pytest.mark.slow
@pytest.mark.parametrize("name", run.names())
def test_other_inputs_break_no_law(name: str) -> None:
    pytest.importorskip("atheris", reason="atheris has no wheel for this Python or system")
    command = [sys.executable, Path(run.__file__), name, "--runs", str(RUNS), "--seed", "1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{name}: {RUNS} runs\n"
