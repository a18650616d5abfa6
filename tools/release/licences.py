"""Write docs/about/dependencies.md: the licences of all that pfocr-kg and its extras install.

    python -m tools.release.licences [--check]

pip-licenses reads them in the environment that runs this, for the packages of
requirements/extras.txt. The exit code is 1 if a licence is not among those that are compatible with
Apache-2.0, or, with --check, if the page is out of date. The page is of Python 3.11, the oldest
that is supported: on others, which install other packages, it is neither written nor compared.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "about" / "dependencies.md"
LOCK = ROOT / "requirements" / "extras.txt"

OLDEST: Final = (3, 11)

COMPATIBLE: Final = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0"),
        *("MIT-CMU", "PSF-2.0", "Unlicense", "W3C-20150513", "Zlib"),
        # As classifiers and free texts of packages call them
        *("Apache License, Version 2.0", "Apache Software License", "BSD", "BSD License"),
        *("ISC License (ISCL)", "MIT License", "Python Software Foundation License"),
        "W3C License",
    }
)
"""Licences without conditions on the programs that use a package."""

ACCEPTED: Final = {
    ("certifi", "Mozilla Public License 2.0 (MPL 2.0)"): "its conditions are for its own files",
    ("frozendict", "LGPL-3.0-only"): "imported by PyLD, and anyone can replace it",
}
"""Licences with conditions that leave a program free, for the packages that have them."""

INTRODUCTION = """\
# Packages that it installs

<!-- Written by tools/release/licences.py. -->

`pip` installs these packages beside pfocr-kg with all extras, on Linux with Python 3.11; some of
them on newer versions only. The program pip-licenses reads the licence that each states, and
continuous integration fails if one is not known to be compatible with Apache-2.0. The versions are
in `requirements/extras.txt`, and in a release's bill of materials, `sbom.cdx.json` (CycloneDX).

| package | licence |
|---|---|
"""


def locked() -> list[str]:
    """Names of the packages that pfocr-kg and its extras install, as the lock has them."""
    return re.findall(r"^([\w.-]+)==", LOCK.read_text(encoding="utf-8"), re.M)


def licences() -> dict[str, str]:
    """The licence of each of those packages that is installed here."""
    command = [Path(sys.executable).with_name("pip-licenses"), "--format", "json"]
    command += ["--python", sys.executable, "--packages", *locked()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = {item["Name"]: item["License"] for item in json.loads(done.stdout)}
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


def refused(found: dict[str, str]) -> list[str]:
    """Packages with a licence that is not compatible, or not known, each with it."""
    wrong = []
    for name, licence in found.items():
        choices = [re.split(r" AND |; ", choice) for choice in licence.split(" OR ")]
        good = any(all(part in COMPATIBLE for part in parts) for parts in choices)
        if not good and (name, licence) not in ACCEPTED:
            wrong.append(f"{name}: {licence}")
    return wrong


def page(found: dict[str, str]) -> str:
    """The whole page."""
    rows = []
    for name, licence in found.items():
        reason = ACCEPTED.get((name, licence))
        rows.append(f"| {name} | {licence}{f' ({reason})' if reason else ''} |\n")
    return INTRODUCTION + "".join(rows)


def main(arguments: list[str]) -> int:
    """Check the licences; write the page, or compare it."""
    found = licences()
    if wrong := refused(found):
        print("not known to be compatible with Apache-2.0:", *wrong, sep="\n", file=sys.stderr)
        return 1
    if sys.version_info[:2] != OLDEST:
        return 0
    if "--check" not in arguments:
        PAGE.write_text(page(found), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page(found):
        print(f"{PAGE.name} is out of date: python -m tools.release.licences", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
