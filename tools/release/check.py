"""Say what a release still lacks: `make release-check`.

    python -m tools.release.check [--tested COMMIT]

Looks at version, date, placeholders and git, and runs `make lint`, `make site` and `make dist`.
The tests take too long to be run here: --tested states the commit that `bash .ci/run` has passed.
The exit code is 1 if something is missing.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import yaml

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDERS: Final = {
    "https://example.org/pfocr-kg": "the address of the repository or site",
    "@USER": "the name of a maintainer",
    "recipe-maintainers: []": "the name of a maintainer",
}
EXPLAINED: Final = ("tests", "tools", "packaging/README.md")
"""Files that speak of placeholders."""
STEPS: Final = ("lint", "site", "dist")


def version_of(root: Path) -> str:
    """The version in pyproject.toml, the one place that has it."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def dates(root: Path) -> Iterator[str]:
    """Whether the changelog begins with the version and a date, and citations have the same."""
    changelog = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    first = re.search(r"^## \[(.+)\] - (.+)$", changelog, re.M)
    version, date = first.groups() if first else ("nothing", "")
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    if version != version_of(root):
        yield f"CHANGELOG.md begins with {version}, pyproject.toml has {version_of(root)}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        yield f"CHANGELOG.md has no date for {version}, but '{date}'"
    elif str(cited.get("date-released")) != date:
        yield f"CITATION.cff has not the date of the changelog: date-released: {date}"
    if cited["version"] != version_of(root):
        yield f"CITATION.cff is of version {cited['version']}"


def placeholders(root: Path) -> Iterator[str]:
    """Files that hold something to be filled in."""
    for text, meaning in PLACEHOLDERS.items():
        for name in _git(root, "grep", "--files-with-matches", "--fixed-strings", text):
            if not name.startswith(EXPLAINED):
                yield f"{name} has '{text}' in the place of {meaning}"


def commits(root: Path, tested: str) -> Iterator[str]:
    """Whether all is committed, tagged and tested."""
    if changed := _git(root, "status", "--porcelain"):
        yield f"changes that are not committed: {len(changed)}; git status lists them"
    (head,) = _git(root, "rev-parse", "HEAD")
    tag = f"v{version_of(root)}"
    if tag not in _git(root, "tag", "--points-at", "HEAD"):
        yield f"this commit has no tag {tag}: git tag {tag}"
    if len(tested) < 7 or not head.startswith(tested):
        yield (
            "nobody states that the tests passed: bash .ci/run, "
            f"then make release-check TESTED={head[:12]}"
        )


def _git(root: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout.splitlines()


def steps(root: Path) -> Iterator[str]:
    """Whether style, pages and packages are good; prints what fails."""
    for target in STEPS:
        print(f"make {target} ...", flush=True)
        command = ["make", "--no-print-directory", target]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stdout, done.stderr, sep="", file=sys.stderr)
            yield f"make {target} fails"


def main(arguments: list[str], run: Callable[[Path], Iterator[str]] = steps) -> int:
    """Print what is missing."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tested", default="", help="the commit that .ci/run has passed")
    tested = parser.parse_args(arguments).tested
    missing = [*run(ROOT), *dates(ROOT), *placeholders(ROOT), *commits(ROOT, tested)]
    if missing:
        print(f"\n{version_of(ROOT)} cannot be released yet:", *missing, sep="\n- ")
        return 1
    print(f"\n{version_of(ROOT)} can be released; packaging/README.md says how")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
