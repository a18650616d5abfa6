"""The editor's bundle is what tools/editor makes of its locked packages."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

from pfocr_kg.serve import pages
from places import ROOT

TOOL = ROOT / "tools" / "editor"
STATIC = resources.files(pages) / "static"


def test_the_bundle_has_the_recorded_hash() -> None:
    digest, name = (TOOL / "editor.sha256").read_text().split()
    assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == digest


def test_every_bundled_package_has_its_licence() -> None:
    """All that the lock has but what builds; the versions are those of the lock."""
    lock = json.loads((TOOL / "package-lock.json").read_text())
    packages = {
        path.removeprefix("node_modules/"): entry["version"]
        for path, entry in lock["packages"].items()
        if path and not entry.get("dev")
    }
    texts = (STATIC / "editor-licenses.txt").read_text(encoding="utf-8").split("-" * 72)
    heads = dict(text.split(maxsplit=2)[:2] for text in texts)
    assert heads == packages
    assert all("Permission is hereby granted" in text for text in texts)
    assert not any("resolved" in entry for entry in lock["packages"].values())


@pytest.mark.slow
def test_building_again_gives_the_same_bytes(
    tmp_path: Path, missing: Callable[[str], None]
) -> None:
    npm = shutil.which("npm")
    if npm is None:
        missing("npm is missing")
    folder, out = tmp_path / "editor", tmp_path / "out"
    out.mkdir()
    shutil.copytree(TOOL, folder, ignore=shutil.ignore_patterns("node_modules"))
    install = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run(install, cwd=folder, check=True, timeout=300)
    subprocess.run(["node", "build.mjs", str(out)], cwd=folder, check=True, timeout=120)
    for name in ("editor.js", "editor-licenses.txt"):
        assert (out / name).read_bytes() == (STATIC / name).read_bytes(), name
