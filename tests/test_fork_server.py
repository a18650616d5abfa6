"""What `run_cli` gives is what the installed command gives."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., tuple[int, str, str]]
ENDLESS = """SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i
  FILTER (CONCAT(STR(?a), STR(?d), STR(?g)) = "nothing") }"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (["--version"], ""),
        (["bild"], ""),
        (["stats", "--store", "STORE"], ""),
        (["stats"], ""),  # the store that the environment names
        (["stats", "--store", "."], ""),
        (["query", "-", "--format", "csv"], "SELECT ('β' AS ?x) {}"),
        (["query", "figures-of-gene", "--param", "gene=tnf"], ""),
        (["export", "--output", "/nowhere/graph.ttl"], ""),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_runs_as_a_new_interpreter_does(
    arguments: list[str],
    stdin: str,
    built_sample: Path,
    tmp_path: Path,
    run_cli: Run,
    run_process: Run,
) -> None:
    given = [str(built_sample) if argument == "STORE" else argument for argument in arguments]
    known = {"PFOCR_KG_STORE": str(built_sample)}
    forked = run_cli(*given, stdin=stdin, env=known, cwd=tmp_path)
    assert forked == run_process(*given, stdin=stdin, env=known, cwd=tmp_path)
    assert forked[1] or forked[2]


def test_a_run_that_takes_too_long_is_killed(built_sample: Path, run_cli: Run) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        run_cli("query", "-", "--store", built_sample, stdin=ENDLESS, timeout=0.5)
