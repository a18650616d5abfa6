"""Sources with what is no file, may not be read, or is packed to mislead: told in one line."""

from __future__ import annotations

import io
import os
import socket
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bad_input import BAD, RECORD, record
from pfocr_kg.build.worker import SharedInputs
from pfocr_kg.errors import RecordError, SourceError
from pfocr_kg.records import record as records
from pfocr_kg.records import sources

GOOD = "_figures/good.md"
TABLE = f"_data/{BAD}-genes.tsv"
MAP = "_data/wpid_map.tsv"
PAGE = "_organisms/x.md"


def outcome(source: Path, workspace: Path) -> tuple[list[str], list[str]]:
    """The figids that are read, and what is quarantined."""
    figids: list[str] = []
    errors: list[RecordError] = []
    inputs = SharedInputs()
    found_folders = sources.find_records(source, workspace, errors.append)
    told = [str(error) for error in errors]
    for folder in found_folders:
        shared = inputs.shared_of(folder)
        told += map(str, shared.errors)
        for path in folder.records:
            try:
                found = records.read(path, folder, shared)
            except RecordError as error:
                told.append(str(error))
            else:
                figids.append(found.figure.figid)
                told += map(str, found.errors)
    assert not [line for line in told if "\n" in line]
    return figids, told


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    for name in (GOOD, RECORD, TABLE, MAP, PAGE):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / GOOD).write_bytes(record(figid="good"))
    (tree / RECORD).write_bytes(record())
    return tree


# -- what is no file ---------------------------------------------------------------------------


def bind(path: Path) -> None:
    """A socket; the names of sockets are short."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path.name)
    finally:
        os.chdir(here)


def device(path: Path) -> None:
    """The device of endless zeros."""
    try:
        os.mknod(path, 0o20666, os.makedev(1, 5))
    except PermissionError:
        path.symlink_to("/dev/zero")


def loop_of_two(path: Path) -> None:
    other = path.with_name("other")
    path.symlink_to(other)
    other.symlink_to(path)


NO_FILES = [os.mkfifo, bind, device, loop_of_two, Path.mkdir]


@pytest.mark.parametrize("make", NO_FILES, ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", [RECORD, TABLE, MAP, PAGE])
def test_what_is_no_file_costs_itself(
    name: str, make: Callable[[Path], None], tree: Path, tmp_path: Path
) -> None:
    (tree / name).unlink(missing_ok=True)
    make(tree / name)
    figids, told = outcome(tree, tmp_path / "work")
    assert figids == (["good"] if name == RECORD else [BAD, "good"])
    (line,) = told
    assert line.startswith(f"{tree / name}: ")


@pytest.mark.parametrize("make", NO_FILES[:-1], ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ["x.md", "x.zip", "x.tar"])
def test_a_source_that_is_no_file(name: str, make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / name)
    with pytest.raises(SourceError) as error:
        sources.find_records(tmp_path / name, tmp_path / "work")
    assert str(tmp_path / name) in str(error.value)


@pytest.mark.parametrize("name", ["_figures", "_data", "_organisms"])
def test_folders_that_lead_to_themselves(name: str, tree: Path, tmp_path: Path) -> None:
    (tree / "below").mkdir()
    (tree / "below" / "up").symlink_to(tree)
    (tree / "below" / name).symlink_to(tree / "below" / name)
    assert outcome(tree, tmp_path / "work") == ([BAD, "good"], [])


# -- what may not be read ----------------------------------------------------------------------


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may read everything, so that it has to be somebody else for a while."""
    own = os.geteuid()
    if own == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(own)


@pytest.fixture
def open_to_all(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    for folder in (tmp_path, *tmp_path.parents):
        if not folder.stat().st_mode & 1 and os.geteuid() == folder.stat().st_uid:
            folder.chmod(folder.stat().st_mode | 0o011)


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize("name", [RECORD, TABLE, MAP, PAGE, "_organisms"])
def test_what_may_not_be_read_costs_itself(name: str, tree: Path, tmp_path: Path) -> None:
    for path in (tree / TABLE, tree / MAP, tree / PAGE):
        path.write_bytes(b"")
    outcome(tree, tmp_path / "work")
    for path in (tree / TABLE, tree / MAP, tree / PAGE):
        if path != tree / name:
            path.unlink()
    (tree / name).chmod(0)
    with without_rights():
        figids, told = outcome(tree / "_figures", tmp_path / "work")
    (tree / name).chmod(0o755)
    assert figids == (["good"] if name == RECORD else [BAD, "good"])
    assert told == [f"{tree / name}: cannot be read: Permission denied"]


@pytest.mark.usefixtures("open_to_all")
@pytest.mark.parametrize("name", ["x.zip", "_data", "other"])
def test_a_source_that_may_not_be_read(name: str, tree: Path, tmp_path: Path) -> None:
    """Records in it would be missed."""
    hidden = tree / name
    hidden.touch() if name == "x.zip" else hidden.mkdir(exist_ok=True)
    hidden.chmod(0)
    with without_rights(), pytest.raises(SourceError, match="cannot be read: Permission") as error:
        sources.find_records(hidden if name == "x.zip" else tree, tmp_path / "work")
    hidden.chmod(0o755)
    assert str(hidden) in str(error.value)


# -- archives ----------------------------------------------------------------------------------

Files = list[tuple[str, bytes]]
FILES = [(GOOD, record(figid="good")), (RECORD, record())]


def zipped(path: Path, files: Files) -> Path:
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in files:
            with pack.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                file.write(content)
    return path


def tarred(path: Path, files: Files, *others: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, content in files:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for member in others:
            tar.addfile(member)
    return path


PACK = pytest.mark.parametrize(("name", "pack"), [("x.zip", zipped), ("x.tar", tarred)])
Pack = Callable[[Path, Files], Path]


def test_a_zip_with_sizes_of_64_bits(tmp_path: Path) -> None:
    assert outcome(zipped(tmp_path / "x.zip", FILES), tmp_path / "work") == ([BAD, "good"], [])


def test_a_member_that_says_to_be_larger(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", FILES)
    content = bytearray(path.read_bytes())
    struct.pack_into("<LL", content, content.index(b"PK\1\2") + 20, 0xFFFFFFF0, 0xFFFFFFF0)
    path.write_bytes(content)
    with pytest.raises(SourceError, match="is a broken archive"):
        sources.find_records(path, tmp_path / "work")


def test_a_member_whose_checksum_is_wrong(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", FILES)
    path.write_bytes(path.read_bytes().replace(b"figid: good", b"figid: evil"))
    with pytest.raises(SourceError, match="CRC") as error:
        sources.find_records(path, tmp_path / "work")
    assert f"{path}: " in str(error.value)


@pytest.mark.parametrize("times", [1, 2])
@PACK
def test_names_that_are_not_utf8(name: str, pack: Pack, times: int, tmp_path: Path) -> None:
    """Old systems write names in an encoding of their own, and do not say in which."""
    files = [*FILES, *((f"_figures/caf{n}.md", record(figid=f"b{n}")) for n in range(times))]
    path = pack(tmp_path / name, files)
    content = path.read_bytes()
    for number in range(times):
        content = content.replace(b"caf%d" % number, b"caf" + bytes([0xE9 + number]))
    if name == "x.tar":  # whose headers have a sum of their bytes
        at = [i for i in range(0, len(content), 512) if b"caf" in content[i : i + 100]]
        for start in at:
            header = bytearray(content[start : start + 512])
            header[148:156] = b" " * 8
            header[148:156] = b"%06o\0 " % sum(header)
            content = content[:start] + header + content[start + 512 :]
    path.write_bytes(content)
    figids, told = outcome(path, tmp_path / "work")
    assert (sorted(figids), told) == (sorted(["good", BAD, *(f"b{n}" for n in range(times))]), [])


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "again", [GOOD, f"./{GOOD}", GOOD.replace("/", "\\"), f"{GOOD}/below.md", f"/../{GOOD}"]
)
@PACK
def test_a_name_that_is_in_the_archive_twice(
    name: str, pack: Pack, again: str, tmp_path: Path
) -> None:
    """Which of them is the record is for its owner to say."""
    path = pack(tmp_path / name, [*FILES, (again, record(figid="other"))])
    if again.startswith("/.."):
        outside = [f"{path}/{again}: has a name that leads outside"]
        assert outcome(path, tmp_path / "work") == ([BAD, "good"], outside)
        return
    with pytest.raises(SourceError, match="is in the archive twice") as error:
        sources.find_records(path, tmp_path / "work")
    assert str(error.value).startswith(f"{path}: ")


@PACK
def test_names_that_no_file_can_have(name: str, pack: Pack, tmp_path: Path) -> None:
    path = pack(tmp_path / name, [*FILES, (f"_figures/{'x' * 300}.md", record(figid="other"))])
    with pytest.raises(SourceError, match="cannot be unpacked: File name too long"):
        sources.find_records(path, tmp_path / "work")


def test_a_tar_with_what_is_no_file(tmp_path: Path) -> None:
    """A hard link to a record is a record; other links and devices are told, one line each."""
    secret = tmp_path / "secret.md"
    secret.write_bytes(record(figid="secret"))
    reasons = {
        tarfile.LNKTYPE: "is a hard link to no record or table before it in the archive",
        tarfile.SYMTYPE: "is a symbolic link, which is not followed in an archive",
        **dict.fromkeys((tarfile.CHRTYPE, tarfile.FIFOTYPE), "is not a regular file"),
    }
    path, others, expected = tmp_path / "x.tar", [], []
    for kind, reason in reasons.items():
        for target in (str(secret), "../../secret.md", "_figures", GOOD):
            member = tarfile.TarInfo(f"_figures/{len(others)}.md")
            member.type, member.linkname = kind, target
            others.append(member)
            if (kind, target) != (tarfile.LNKTYPE, GOOD):
                expected.append(f"{path}/{member.name}: {reason}")
    tarred(path, FILES, *others)
    figids, told = outcome(path, tmp_path / "work")
    assert (sorted(figids), told) == (sorted([BAD, "good", "good"]), expected)


def test_links_in_a_zip(tmp_path: Path) -> None:
    """They are told like those of a tar; the path in one is no content."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in FILES:
            pack.writestr(name, content)
        for name in ("_figures/z.md", "_organisms", "x.png"):
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            pack.writestr(link, GOOD)
    reason = "is a symbolic link, which is not followed in an archive"
    expected = [f"{path}/{name}: {reason}" for name in ("_figures/z.md", "_organisms")]
    assert outcome(path, tmp_path / "work") == ([BAD, "good"], expected)


def test_what_tar_makes_of_two_names_of_one_file(tree: Path, tmp_path: Path) -> None:
    """The second is a hard link in the archive, and a record in the folder and in the archive."""
    (tree / "_figures" / "zz.md").hardlink_to(tree / GOOD)
    path = tmp_path / "x.tar"
    with tarfile.open(path, "w") as pack:
        pack.add(tree / "_figures", "_figures")
        assert [m.name for m in pack if m.islnk()], "no hard link was packed"
    figids, told = outcome(path, tmp_path / "work")
    assert (figids.count("good"), told) == (2, [])


# -- a map with damaged lines ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damaged", "reason"),
    [
        (b"caf\xe9\tWP1", "is not UTF-8 text: byte 0xe9"),
        (b"\xed\xa0\x80\tWP1", "is not UTF-8 text: byte 0xed"),
        (b"\0", "has 1 fields, not figid and id"),
        (b"a\0b\tWP1", "figid holds the control character U+0000"),
        (b"x" * 2_000_000, "has 1 fields, not figid and id"),
    ],
)
def test_a_damaged_line_of_a_map_costs_no_other(tree: Path, damaged: bytes, reason: str) -> None:
    (tree / MAP).write_bytes(b"good\tWP1\n" + damaged + b"\ngood\tWP2\n")
    (folder,) = sources.find_records(tree, tree / "work")
    shared = SharedInputs().shared_of(folder)
    assert [identifier for identifier, _ in shared.pathways("good")] == ["WP1", "WP2"]
    (error,) = shared.errors
    assert str(error).endswith(f"{MAP}:2: {reason}")
