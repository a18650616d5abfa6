"""`make release-check` misses nothing, in a small repository that lacks one thing at a time."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tools.release import check

GOOD = {
    "pyproject.toml": '[project]\nversion = "1.2.0"\n',
    "CHANGELOG.md": "# Changelog\n\n## [1.2.0] - 2026-12-01\n\n## [1.1.0] - 2026-11-01\n",
    "CITATION.cff": "version: 1.2.0\ndate-released: 2026-12-01\n",
    "packaging/README.md": "The placeholder is `https://example.org/pfocr-kg`.\n",
    "tests/test_a.py": 'PLACEHOLDER = "https://example.org/pfocr-kg"\n',
}


def git(folder: Path, *words: str) -> str:
    named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return subprocess.run(
        ["git", *named, *words], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit(folder: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Add", "--allow-empty")
    return git(folder, "rev-parse", "HEAD")


def nothing(_: Path) -> Iterator[str]:
    yield from ()


@pytest.fixture
def good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, GOOD)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    return tmp_path


def missing(
    folder: Path, capsys: pytest.CaptureFixture[str], tested: str | None = None
) -> list[str]:
    """The lines of the list."""
    head = git(folder, "rev-parse", "HEAD")
    code = check.main(["--tested", head[:10] if tested is None else tested], nothing)
    lines = capsys.readouterr().out.strip().splitlines()
    assert code == (len(lines) > 1)
    return lines[1:]


def test_nothing_is_missing(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git(good, "tag", "v1.2.0")
    assert missing(good, capsys) == []


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("CHANGELOG.md", "## [1.2.0] - Unreleased\n", "CHANGELOG.md has no date for 1.2.0"),
        ("CHANGELOG.md", "## [1.1.0] - 2026-12-01\n", "CHANGELOG.md begins with 1.1.0"),
        ("CITATION.cff", "version: 1.2.0\n", "date-released: 2026-12-01"),
        ("CITATION.cff", "version: 1.1.0\ndate-released: 2026-12-01\n", "is of version 1.1.0"),
        ("a.json", '"https://example.org/pfocr-kg/x"', "a.json has 'https://example.org/pfocr-kg'"),
        ("a.yaml", "recipe-maintainers: []", "a.yaml has 'recipe-maintainers: []'"),
    ],
)
def test_what_a_file_lacks(
    name: str, text: str, said: str, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit(good, {name: text})
    git(good, "tag", "v1.2.0")
    (line,) = missing(good, capsys)
    assert said in line


def test_a_tag_a_commit_and_tests_are_missing(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (line,) = missing(good, capsys)
    assert "no tag v1.2.0" in line
    git(good, "tag", "v1.2.0")
    for tested in ("", git(good, "rev-parse", "HEAD")[:3], "0" * 40):
        (line,) = missing(good, capsys, tested)
        assert "bash .ci/run" in line
    (good / "new.txt").touch()
    (line,) = missing(good, capsys)
    assert "not committed: 1;" in line


def test_a_step_that_fails_is_missing(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (good / "Makefile").write_text("lint site:\n\t@true\ndist:\n\t@echo broken; false\n")
    assert list(check.steps(good)) == ["make dist fails"]
    assert "broken" in capsys.readouterr().err
