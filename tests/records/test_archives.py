"""The bound on what an archive may unpack to, as a whole."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pfocr_kg.errors import RecordError, SourceError
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
        archives.unpack(archive, tmp_path / "out", MOST_OF_ONE, print)
    bound = max(10 * ONE, 200 * archive.stat().st_size)
    assert bound - 2 * ONE < size(tmp_path / "out") <= bound + ONE


@pytest.mark.parametrize("name", ["x.zip", "x.tar.gz"])
@pytest.mark.parametrize(
    "contents",
    [pytest.param([bytes(ONE)] * 9, id="as the bound"), pytest.param([os.urandom(ONE)] * 20)],
)
def test_what_is_within_the_bound(name: str, contents: list[bytes], tmp_path: Path) -> None:
    """Either as many bytes as the bound, or less than 200 times what they are packed."""
    archives.unpack(pack(tmp_path / name, contents), tmp_path / "out", MOST_OF_ONE, print)
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


def links(path: Path) -> Path:
    """Each is a copy of a file in a few bytes."""
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo("x.md")
        member.size = ONE
        tar.addfile(member, io.BytesIO(bytes(ONE)))
        for number in range(15):
            link = tarfile.TarInfo(f"{number}.md")
            link.type, link.linkname = tarfile.LNKTYPE, "x.md"
            tar.addfile(link)
    return path


@pytest.mark.parametrize(
    "make",
    [tar_of_headers, large_header, padding, other_file, links],
    ids=lambda make: make.__name__,
)
def test_what_is_no_content_counts_too(
    make: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_MOST_TIMES", 20)
    archive = make(tmp_path / "x.tar.gz")
    with pytest.raises(SourceError, match="unpacks to more than"):
        archives.unpack(archive, tmp_path / "out", MOST_OF_ONE, print)


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz"])
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_each_kind_of_archive(ending: str, case: Callable[[str], str], tmp_path: Path) -> None:
    """Records and tables are unpacked; what is large has its size and no content."""
    members = {"a/x.md": b"page", "a/_data/x.TSV": b"table", "a\\y.md": b"", "big.md": b"y" * 99}
    left_out = ["x.png", "/abs.md", "../up.md", "a/../../up.md", "__MACOSX/x.md", "md", "c.md/"]
    path = tmp_path / case(f"x{ending}")
    if ending == ".zip":
        with zipfile.ZipFile(path, "w") as pack:
            for name, content in {**members, **dict.fromkeys(left_out, b"x")}.items():
                pack.writestr(name, b"" if name.endswith("/") else content)
    else:
        mode = {".tar": "w", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}.get(ending, "w:gz")
        with tarfile.open(path, mode) as pack:
            for name, content in {**members, **dict.fromkeys(left_out[:-1], b"x")}.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                pack.addfile(member, io.BytesIO(content))
    told: list[RecordError] = []
    out = archives.unpack(path, tmp_path / "new" / "out", 50, told.append)
    outside = [name for name in left_out if ".." in name or name[0] == "/"]
    assert [str(e) for e in told] == [f"{path}/{n}: has a name that leads outside" for n in outside]
    found = {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    assert found == {"a/x.md": b"page", "a/_data/x.TSV": b"table", "a/y.md": b""} | {
        "big.md": bytes(51)
    }
    assert {p.name for p in tmp_path.iterdir()} == {path.name, "new"}


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_what_follows_the_end_of_a_tar(compress: Callable[[bytes], bytes], tmp_path: Path) -> None:
    """Zeros are padding; anything else is a broken archive."""
    ending = {bytes: "tar", gzip.compress: "tgz", bz2.compress: "bz2", lzma.compress: "xz"}
    with tarfile.open(tmp_path / "plain", "w") as pack:
        pack.addfile(tarfile.TarInfo("x.md"))
    plain = (tmp_path / "plain").read_bytes() + bytes(ONE + 7)
    for number, (rest, is_whole) in enumerate({b"": True, b"\0": True, b"x": False}.items()):
        path = tmp_path / f"{number}.{ending[compress]}"
        path.write_bytes(compress(plain + rest))
        if is_whole:
            archives.unpack(path, tmp_path / str(number), MOST_OF_ONE, print)
        else:
            with pytest.raises(SourceError) as error:
                archives.unpack(path, tmp_path / str(number), MOST_OF_ONE, print)
            said = f"{path}: is a broken archive: a member is broken. Pack or download it again"
            assert str(error.value) == said
