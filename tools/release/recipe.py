"""Run the test section of packaging/bioconda/meta.yaml in an environment that has the wheel.

    python -m tools.release.recipe BIN

BIN is the folder of the environment's programs. As conda does, it runs the imports and the commands
in an empty folder that holds the recipe's `source_files`. Ends at the first that fails.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2
import yaml

ROOT = Path(__file__).resolve().parents[2]


def recipe() -> dict[str, Any]:
    """The recipe, with its variables filled in."""
    template = (ROOT / "packaging" / "bioconda" / "meta.yaml").read_text(encoding="utf-8")
    text = jinja2.Template(template, undefined=jinja2.StrictUndefined).render(
        PYTHON="python", pin_subpackage=lambda name, max_pin: f"{name} {max_pin}"
    )
    filled: dict[str, Any] = yaml.safe_load(text)
    return filled


def main(programs: str) -> None:
    """Run the section."""
    test = recipe()["test"]
    imports = "; ".join(f"import {name}" for name in test["imports"])
    path = os.pathsep.join((str(Path(programs).resolve()), os.environ["PATH"]))
    environment = {key: text for key, text in os.environ.items() if key != "PYTHONPATH"}
    with tempfile.TemporaryDirectory() as folder:
        for name in test["source_files"]:
            shutil.copytree(ROOT / name, Path(folder) / name)
        for command in (f"python -c {shlex.quote(imports)}", *test["commands"]):
            print(f"$ {command}", flush=True)
            subprocess.run(
                ["bash", "-c", command], cwd=folder, env={**environment, "PATH": path}, check=True
            )


if __name__ == "__main__":
    main(sys.argv[1])
