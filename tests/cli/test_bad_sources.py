"""Sources that are bad as a whole: one line, and the store that was there is as it was."""

from __future__ import annotations

import io
import os
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import pfocr_kg
from bad_input import NOISE, RECORD, Kept, is_one_line, lay, record, triples
from fork_server import Finished


def packed(form: str, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, content in files.items():
                pack.writestr(name, content)
    else:
        with tarfile.open(fileobj=out, mode=f"w:{form}") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def tree_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def encrypted(pack: bytes) -> bytes:
    """Set the flag that says so in every header of a zip."""
    changed = bytearray(pack)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = changed.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", changed, at + offset)[0] | 1
            struct.pack_into("<H", changed, at + offset, flags)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def noised(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + NOISE[:64] + content[middle + 64 :]


ARCHIVES: list[object] = [
    pytest.param("x.zip", "zip", lambda b: b[:-1000], id="zip-cut"),
    pytest.param("x.zip", "zip", noised, id="zip-noise-in-it"),
    pytest.param("x.zip", "zip", encrypted, id="zip-encrypted"),
    pytest.param("x.zip", "zip", lambda _: b"", id="zip-empty"),
    pytest.param("x.zip", "zip", lambda _: NOISE, id="zip-of-noise"),
    pytest.param("x.tar.gz", "gz", lambda b: b[:-3000], id="targz-cut"),
    pytest.param("x.tar.gz", "gz", noised, id="targz-noise-in-it"),
    pytest.param("x.tar.gz", "gz", lambda _: b"", id="targz-empty"),
    pytest.param("x.tar.gz", "gz", lambda _: NOISE, id="targz-of-noise"),
    pytest.param("x.tar", "", lambda b: b[: len(b) // 2 // 512 * 512], id="tar-cut"),
    pytest.param("x.tar.bz2", "bz2", noised, id="tarbz2-noise-in-it"),
    pytest.param("x.tar.xz", "xz", noised, id="tarxz-noise-in-it"),
]


@pytest.mark.parametrize(("name", "form", "spoil"), ARCHIVES)
def test_broken_archive(
    name: str,
    form: str,
    spoil: Callable[[bytes], bytes],
    sample: Path,
    kept: Kept,
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    path = tmp_path / name
    path.write_bytes(spoil(packed(form, tree_of(sample))))
    done = run_cli("build", path, "--store", kept.path, "--quiet", timeout=30)
    assert done.code == 2, done.stderr
    assert is_one_line(done.stderr)
    assert str(path) in done.stderr
    kept.check()


def test_tar_cut_between_its_members(
    sample: Path, kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """Half a download of a .tar can end where a member ends; a tar ends with two zero blocks."""
    files = tree_of(sample)
    half = dict(list(files.items())[: len(files) // 2])
    whole = packed("", half)
    path = tmp_path / "x.tar"
    path.write_bytes(whole.rstrip(b"\0") + b"\0" * (-len(whole.rstrip(b"\0")) % 512))
    done = run_cli("build", path, "--store", kept.path)
    assert done.code == 2, done.stderr
    kept.check()


@pytest.mark.parametrize("form", ["zip", "gz"])
def test_archive_with_names_that_lead_outside(
    form: str,
    neighbours: Path,
    expected: set[str],
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    evil = record(figid="evil")
    outside = tmp_path / "outside.md"
    names = ["../evil.md", "_figures/../../evil.md", str(outside), "_figures\\..\\..\\evil.md"]
    files = {**tree_of(neighbours), **dict.fromkeys(names, evil)}
    path = tmp_path / ("x.zip" if form == "zip" else "x.tar.gz")
    path.write_bytes(packed(form, files))
    store = tmp_path / "in" / "store"
    done = run_cli("build", path, "--store", store)
    assert done.code == 0, done.stderr
    assert triples(store) == expected
    assert not outside.exists()
    assert not list(tmp_path.rglob("evil.md"))


def test_archive_with_links_and_devices(
    neighbours: Path, expected: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_bytes(record(figid="secret"))
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in tree_of(neighbours).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name, kind in (("s", tarfile.SYMTYPE), ("c", tarfile.CHRTYPE), ("p", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(f"_figures/{name}.md")
            member.type, member.linkname = kind, str(secret)
            tar.addfile(member)
    done = run_cli("build", path, "--store", tmp_path / "store", timeout=30)
    assert done.code == 0, done.stderr
    assert f"{path}/_figures/s.md: is a symbolic link" in done.stderr
    assert triples(tmp_path / "store") == expected


@pytest.mark.slow
def test_zip_bomb(
    neighbours: Path, expected: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """20 members of 20 MB each, 20 kB packed."""
    bomb = {f"_figures/z{n}.md": bytes(20_000_000) for n in range(20)}
    path = tmp_path / "x.zip"
    path.write_bytes(packed("zip", {**tree_of(neighbours), **bomb}))
    store = tmp_path / "store"
    done = run_cli("build", path, "--store", store, "--strict", timeout=60)
    assert done.code == 1
    assert "larger than" in done.stderr
    assert triples(store) == expected


def test_zip_made_on_a_mac(neighbours: Path, expected: set[str], tmp_path: Path) -> None:
    files = {}
    for name, content in tree_of(neighbours).items():
        files[f"tree/{name}"] = content
        folder, _, base = name.rpartition("/")
        files[f"__MACOSX/tree/{folder}/._{base}"] = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(
            99
        )
    path = tmp_path / "x.zip"
    path.write_bytes(packed("zip", files))
    report = pfocr_kg.build(path, tmp_path / "store")
    assert report.quarantined == []
    assert triples(tmp_path / "store") == expected


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda _: None, "no such file"),
    "folder without records": (Path.mkdir, "no records"),
    "folder of other files": (lambda p: lay(p, {"a.txt": b"x", "_data/t.tsv": b"y"}), "no records"),
    "file of another kind": (lambda p: p.write_text("x"), "not a source"),
    "dangling link": (lambda p: p.symlink_to("/nowhere"), "no such file"),
}


@pytest.mark.parametrize("name", UNUSABLE, ids=lambda name: name.replace(" ", "-"))
def test_source_that_is_none(
    name: str, sample: Path, kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    make, says = UNUSABLE[name]
    source = tmp_path / "source"
    make(source)
    done = run_cli("build", sample, source, "--store", kept.path)
    assert done.code == 2
    assert is_one_line(done.stderr)
    assert str(source) in done.stderr
    assert says in done.stderr
    kept.check()


def test_archive_without_records(tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed("zip", {"README.txt": b"x"}))
    done = run_cli("build", path, "--store", tmp_path / "store")
    assert done.code == 2
    assert is_one_line(done.stderr)
    assert "holds no records" in done.stderr


def test_source_without_a_name(tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    """`pfocr-kg build "$UNSET"` must not read whatever lies around."""
    lay(tmp_path / "here", {"_figures/a.md": record()})
    done = run_cli("build", "", "--store", tmp_path / "store", cwd=tmp_path / "here")
    assert done.code == 2


@pytest.mark.parametrize("name", ["x.md", "x.zip", "x.tar.gz"])
def test_source_that_is_a_named_pipe(
    name: str, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    os.mkfifo(tmp_path / name)
    done = run_cli("build", tmp_path / name, "--store", tmp_path / "store", timeout=5)
    assert done.code in (1, 2)


def test_nothing_readable_leaves_the_store(
    kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    tree = lay(tmp_path / "tree", {RECORD: b"junk"})
    done = run_cli("build", tree, "--store", kept.path)
    assert done.code == 1
    assert "not one of 1 record" in done.stderr
    kept.check()
