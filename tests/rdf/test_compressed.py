"""Files that commands write: whole or not at all, whoever else writes them."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard

from pfocr_kg.errors import PfocrError
from pfocr_kg.rdf import compressed

WRITER = """
import sys, time
from pathlib import Path
from pfocr_kg.rdf import compressed

name, other, output = sys.argv[1:]
with compressed.writing(Path(output)) as file:
    file.write(name.encode() * 100_000)
    file.flush()
    Path(name).touch()
    while not Path(other).exists():
        time.sleep(0.01)
    file.write(name.encode() * 100_000)
"""


def writer(folder: Path, name: str, other: str, output: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", WRITER, name, other, output]
    return subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE)


def test_two_writers_do_not_mix(tmp_path: Path) -> None:
    """Both are at it at once, and both end well; the output is of one of them."""
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / "graph.nt"
    both = [writer(tmp_path, "a", "b", output), writer(tmp_path, "b", "a", output)]
    assert [process.communicate(timeout=30)[1] for process in both] == [b"", b""]
    assert [process.returncode for process in both] == [0, 0]
    assert output.read_bytes() in (b"a" * 200_000, b"b" * 200_000)
    assert list(output.parent.iterdir()) == [output]


def write(output: Path, content: bytes) -> None:
    with compressed.writing(output) as file:
        file.write(content)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(there: bool, tmp_path: Path) -> None:
    link, target = tmp_path / "link.nt", tmp_path / "elsewhere" / "target.nt"
    target.parent.mkdir()
    if there:
        target.write_bytes(b"old")
    link.symlink_to(Path("elsewhere") / "target.nt")
    write(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert sorted(tmp_path.rglob("*")) == sorted([link, target, target.parent])


def test_a_link_to_itself_is_replaced(tmp_path: Path) -> None:
    """It leads nowhere; older Pythons raise a RuntimeError when they follow it."""
    link = tmp_path / "link.nt"
    link.symlink_to(link)
    write(link, b"new")
    assert link.read_bytes() == b"new"


def test_permissions_stay(tmp_path: Path) -> None:
    old, new = tmp_path / "old.nt", tmp_path / "new.nt"
    old.write_bytes(b"old")
    old.chmod(0o640)
    before = os.umask(0o027)
    try:
        write(old, b"new")
        write(new, b"new")
    finally:
        os.umask(before)
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode & 0o777 == 0o640
    old.chmod(0o604)
    write(old, b"newer")
    assert (old.read_bytes(), old.stat().st_mode & 0o777) == (b"newer", 0o604)


@pytest.mark.parametrize("ending", ["nt", "nt.gz", "nt.zst"])
def test_what_fails_leaves_the_output_and_nothing_else(ending: str, tmp_path: Path) -> None:
    output = tmp_path / f"graph.{ending}"
    output.write_bytes(b"old")

    def fail() -> None:
        with compressed.writing(output) as file:
            file.write(b"new")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert output.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [output]


def test_what_a_killed_writer_leaves_is_removed_by_the_next(tmp_path: Path) -> None:
    """Not before it is killed, since until then it is at it."""
    (tmp_path / "out").mkdir()
    output = tmp_path / "out" / "graph.nt"
    process = writer(tmp_path, "a", "never", output)
    while not (tmp_path / "a").exists():
        assert process.poll() is None
        time.sleep(0.02)
    (left,) = output.parent.iterdir()
    write(output, b"new")
    assert sorted(output.parent.iterdir()) == sorted([left, output])
    process.kill()
    process.communicate()
    write(output, b"newer")
    assert list(output.parent.iterdir()) == [output]


def test_an_output_with_the_longest_name(tmp_path: Path) -> None:
    output = tmp_path / ("a" * 251 + ".ttl")
    write(output, b"new")
    assert output.read_bytes() == b"new"


def read(path: Path) -> bytes:
    with compressed.reading(path) as file:
        return b"".join(iter(lambda: file.read(1000), b""))


PACK = {".gz": gzip.compress, ".zst": zstandard.compress}


@pytest.mark.parametrize("ending", PACK)
def test_a_file_that_is_cut_off_anywhere(ending: str, tmp_path: Path) -> None:
    """In its first piece or its second, which is a frame or a member of its own."""
    content = os.urandom(3000) + b"text " * 500
    packed = PACK[ending](content)
    path = tmp_path / f"file{ending}"
    path.write_bytes(packed * 2)
    assert read(path) == content * 2
    for end in (5, len(packed) // 2, len(packed) - 1, len(packed) + 5, 2 * len(packed) - 1):
        path.write_bytes((packed * 2)[:end])
        with pytest.raises(PfocrError, match="is cut off"):
            read(path)
