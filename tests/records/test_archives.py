"""The bound on what an archive may unpack to, as a whole."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pfocr_kg.errors import SourceError
from pfocr_kg.records import archives

ONE = 100_000
MOST_OF_ONE = 1_000_000
"""Bytes: every member is below what one file may have."""


def pack(path: Path, contents: list[bytes]) -> Path:
    names = [f"_figures/{number}.md" for number in range(len(contents))]
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
            for name, content in zip(names, contents, strict=True):
                zipped.writestr(name, content)
        return path
    with tarfile.open(path, "w:gz") as tar:
        for name, content in zip(names, contents, strict=True):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.md"))


@pytest.fixture(autouse=True)
def small_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_BYTES", 10 * ONE)


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
def test_many_small_members_that_are_too_much_together(name: str, tmp_path: Path) -> None:
    """It is refused, and no more of it is unpacked than the bound and one member."""
    archive = pack(tmp_path / name, [bytes(ONE)] * 100)
    assert 200 * archive.stat().st_size < 100 * ONE
    with pytest.raises(SourceError, match="unpacks to more than"):
        archives.unpack(archive, tmp_path / "out", MOST_OF_ONE)
    bound = max(10 * ONE, 200 * archive.stat().st_size)
    assert bound - 2 * ONE < size(tmp_path / "out") <= bound + ONE


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
@pytest.mark.parametrize(
    "contents",
    [pytest.param([bytes(ONE)] * 9, id="as the bound"), pytest.param([os.urandom(ONE)] * 20)],
)
def test_what_is_within_the_bound(name: str, contents: list[bytes], tmp_path: Path) -> None:
    """Either as many bytes as the bound, or less than 200 times what they are packed."""
    archives.unpack(pack(tmp_path / name, contents), tmp_path / "out", MOST_OF_ONE)
    assert size(tmp_path / "out") == len(contents) * ONE


def tar_of_headers(path: Path) -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for number in range(4000):
            tar.addfile(tarfile.TarInfo(f"_figures/{number}.md"))
    return path


def large_header(path: Path) -> Path:
    """A name of three megabytes."""
    with tarfile.open(path, "w:gz") as tar:
        tar.addfile(tarfile.TarInfo("x" * 3_000_000))
    return path


def padding(path: Path) -> Path:
    with tarfile.open(path, "w") as tar:
        tar.addfile(tarfile.TarInfo("x.md"))
    content = path.read_bytes() + bytes(3_000_000)
    path.write_bytes(gzip.compress(content))
    return path


def other_file(path: Path) -> Path:
    """What is no record has to be unpacked to come to the next member."""
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo("x.png")
        member.size = 3_000_000
        tar.addfile(member, io.BytesIO(bytes(member.size)))
    return path


@pytest.mark.parametrize(
    "make", [tar_of_headers, large_header, padding, other_file], ids=lambda make: make.__name__
)
def test_what_is_no_content_counts_too(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_MOST_TIMES", 20)
    archive = make(tmp_path / "x.tar.gz")
    with pytest.raises(SourceError, match="unpacks to more than"):
        archives.unpack(archive, tmp_path / "out", MOST_OF_ONE)
