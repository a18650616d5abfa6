"""A running server answers whatever its description allows, and refuses what it does not."""

from __future__ import annotations

import os
import subprocess
import sysconfig
from pathlib import Path

import pytest

from http_server import Server

SCHEMATHESIS = Path(sysconfig.get_path("scripts")) / "schemathesis"
QUERIES = (
    *("figures-of-gene", "figures-with-genes", "figures-by-score", "figures-by-text"),
    *("figures-of-organism", "subgraph-of-figure", "figures-per-year"),
)
"""Some for each kind of parameter."""


@pytest.mark.slow
def test_the_server_is_as_it_says(server: Server, tmp_path: Path) -> None:
    """No error of its own, and nothing but what is described; what is wrong is refused.

    A text that the description allows can still mean nothing, as a name without letters does: that
    is 400, too. A form can have one value where the description has a list.
    """
    config = """
        [checks.positive_data_acceptance]
        enabled = false
        [[operations]]
        include-method = "POST"
        [operations.checks.negative_data_rejection]
        enabled = false
        """
    (tmp_path / "schemathesis.toml").write_text(config)
    folders = [str(Path(__file__).parent), os.environ.get("PYTHONPATH")]
    path = os.pathsep.join(filter(None, folders))
    done = subprocess.run(
        [
            *(SCHEMATHESIS, "--config-file", tmp_path / "schemathesis.toml", "run"),
            *(server / "openapi.json", "--phases", "examples,coverage,fuzzing", "--seed", "1"),
            *("--max-examples", "10", "--max-time", "60", "--request-timeout", "60"),
            # With two workers, threads of Hypothesis change the depth of each other's recursion.
            *("--no-shrink", "--continue-on-failure", "--workers", "1"),
            *("--exclude-path-regex", rf"/api/queries/(?!({'|'.join(QUERIES)})$)"),
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": path},
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    tested = [line for line in done.stdout.splitlines() if line.strip().startswith("Tested:")]
    assert tested == ["  Tested: 15"]
