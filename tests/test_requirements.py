"""What `make lock` wrote: exact versions with checksums, which fit pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from places import ROOT

FILES = sorted((ROOT / "requirements").glob("*.txt"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CORE = PROJECT["project"]["dependencies"]
EXTRAS = [*chain.from_iterable(PROJECT["project"]["optional-dependencies"].values())]
GROUPS = PROJECT["dependency-groups"]
SERVE = [
    *PROJECT["project"]["optional-dependencies"]["serve"],
    *PROJECT["project"]["optional-dependencies"]["mcp"],
]
WANTED = {
    **GROUPS,
    "run": CORE,
    "extras": CORE + EXTRAS,
    "serve": CORE + SERVE,
    "test": CORE + EXTRAS + GROUPS["test"],
}


@cache
def locked(path: Path) -> dict[str, list[str]]:
    """Versions of each package; more than one where they depend on the Python."""
    versions: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and line[0] not in " #":
            requirement = Requirement(line.removesuffix(" \\"))
            (exact,) = requirement.specifier
            assert exact.operator == "==", line
            name = canonicalize_name(requirement.name)
            versions.setdefault(name, []).append(exact.version)
    return versions


def test_there_is_a_file_for_each_group() -> None:
    assert {path.stem for path in FILES} == set(WANTED)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_version_has_checksums_and_no_address(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    entries = re.findall(r"^[^ #\n].*\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.M)
    assert len(entries) == sum(map(len, locked(path).values())) > 0
    assert not re.search(r"://|--(?:index|extra-index|find-links)| @ |^-[^-]", text, re.M)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_versions_are_in_the_ranges_of_the_project(path: Path) -> None:
    for text in WANTED[path.stem]:
        wanted = Requirement(text)
        versions = locked(path).get(canonicalize_name(wanted.name), [])
        assert versions, f"{wanted} is not locked: make lock"
        assert all(version in wanted.specifier for version in versions), f"{wanted}: make lock"


@pytest.mark.parametrize("name", ["run", "serve", "extras", "build", "lint", "bench", "release"])
def test_what_is_installed_together_has_the_same_versions(name: str) -> None:
    tests = locked(ROOT / "requirements" / "test.txt")
    for package, versions in locked(ROOT / "requirements" / f"{name}.txt").items():
        assert set(versions) <= set(tests.get(package, versions)), package
