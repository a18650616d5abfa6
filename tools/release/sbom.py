"""Write a software bill of materials of pfocr-kg with its extras, as CycloneDX 1.6 JSON.

    python -m tools.release.sbom FILE

cyclonedx-py describes the environment that runs this. It has tools for tests too: what the lock of
the extras does not name is taken out. The same environment gives the same bytes.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
MAIN = "root-component"
"""What cyclonedx-py calls the project itself."""


def environment() -> dict[str, Any]:
    """The bill of everything that is installed."""
    command = [Path(sys.executable).with_name("cyclonedx-py"), "environment", sys.executable]
    command += ["--pyproject", ROOT / "pyproject.toml", "--spec-version", "1.6"]
    done = subprocess.run(
        [*command, "--output-reproducible"], capture_output=True, text=True, check=True
    )
    bill: dict[str, Any] = json.loads(done.stdout)
    return bill


def wanted() -> set[str]:
    """Names of the packages that pfocr-kg and its extras install here, as the lock has them."""
    lock = (ROOT / "requirements" / "extras.txt").read_text(encoding="utf-8")
    lines = re.findall(r"^([\w.-]+==.+?) \\$", lock, re.M)
    found = [Requirement(line) for line in lines]
    return {canonicalize_name(r.name) for r in found if not r.marker or r.marker.evaluate()}


def shipped(bill: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The bill with the packages of these names alone."""
    parts = [part for part in bill["components"] if canonicalize_name(part["name"]) in names]
    kept = {part["bom-ref"] for part in parts} | {MAIN}
    needs = [
        {**item, "dependsOn": [ref for ref in item.get("dependsOn", ()) if ref in kept]}
        for item in bill["dependencies"]
        if item["ref"] in kept
    ]
    return {**bill, "components": parts, "dependencies": needs}


def main(target: str) -> int:
    """Write the file, if it is valid and lacks nothing."""
    bill = shipped(environment(), wanted())
    if lacking := wanted() - {canonicalize_name(part["name"]) for part in bill["components"]}:
        print("not installed here:", *sorted(lacking), file=sys.stderr)
        return 1
    text = json.dumps(bill, indent=2) + "\n"
    if wrong := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        print(wrong, file=sys.stderr)
        return 1
    Path(target).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
