"""Builds that are killed, stopped or out of room leave the old graph or the new one."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pfocr_kg
from fork_server import COMMAND, UNMEASURED
from places import EXCERPT, ROOT
from store_folder import generations, limited, strangers, triples

# Builds that die


class Died(BaseException):
    """Stands for whatever ends a build."""


@pytest.mark.parametrize("stage", ["compare", "load", "publish"])
def test_build_that_dies_changes_nothing(
    stage: str, store: Path, one: Path, of_sample: list[bytes], of_one: list[bytes]
) -> None:
    def die(now: pfocr_kg.Progress) -> None:
        if now.stage == stage:
            raise Died

    before = {p: p.read_bytes() for p in store.glob("*.json")}
    with pytest.raises(Died):
        pfocr_kg.build(one, store, progress=die)
    assert triples(store) == of_sample
    assert {p: p.read_bytes() for p in store.glob("*.json")} == before
    assert len(generations(store)) == 1
    assert strangers(store) == []
    pfocr_kg.build(one, store)
    assert triples(store) == of_one


# A process that builds in a child of its own, again and again, and kills it one step later
# each time. A step is a call that changes the disk, as Python's audit events show them; the
# child ends just before it, as from `kill -9`. In between it tells what a reader would see.
KILLER = r"""
import json, os, shutil, sys
import pfocr_kg

source, pristine, store = sys.argv[1:]
CHANGES = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.truncate", "shutil.rmtree"}

def changes(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        return isinstance(path, str) and path.startswith(store) and bool(flags & 3)
    return event in CHANGES and store in str(arguments[0])

def in_a_child(work):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = work()
        except pfocr_kg.PfocrError as error:
            answer = f"{type(error).__name__}: {error}"
        except BaseException as error:
            answer = f"TRACEBACK {error!r}"
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    answer = os.read(reader, 10000)
    os.close(reader)
    os.waitpid(child, 0)
    return json.loads(answer) if answer else "killed"

def build_and_die(at):
    step = 0
    def watch(event, arguments):
        nonlocal step
        if changes(event, arguments):
            step += 1
            if step == at:
                os._exit(9)
    sys.addaudithook(watch)
    pfocr_kg.build(source, store)
    return "built"

def look():
    with pfocr_kg.open(store) as graph:
        return len(graph)

def look_and_build():
    try:
        seen = look()
    except pfocr_kg.StoreError as error:
        seen = f"StoreError: {error}"
    pfocr_kg.build(source, store)
    after = sorted(os.listdir(store)), len(os.listdir(os.path.join(store, "generations")))
    return seen, after, look()

at = 0
while True:
    at += 1
    shutil.rmtree(store, ignore_errors=True)
    if pristine:
        shutil.copytree(pristine, store)
    how = in_a_child(lambda: build_and_die(at))
    print(json.dumps([at, how, *in_a_child(look_and_build)]), flush=True)
    if how != "killed":
        break
"""


def killed_at_each_step(source: Path, pristine: Path | None, store: Path) -> Iterator[list[object]]:
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(source), str(pristine or ""), str(store)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    for line in done.stdout.splitlines():
        yield json.loads(line)


FINISHED = [["generations", "pfocr-kg.json", "pfocr-kg.lock"], 1]


@pytest.mark.slow
def test_killed_at_any_step(
    built_sample: Path,
    one: Path,
    of_sample: list[bytes],
    of_one: list[bytes],
    tmp_path: Path,
) -> None:
    """The old graph or the new one, nothing between; and the next build works and tidies up."""
    steps = list(killed_at_each_step(one, built_sample, tmp_path / "store"))
    assert len(steps) > 5
    assert [how for _, how, *_ in steps] == ["killed"] * (len(steps) - 1) + ["built"]
    sizes = [seen for _, _, seen, *_ in steps]
    assert set(sizes) == {len(of_sample), len(of_one)}
    # Once the new one is there, it stays.
    assert sizes == sorted(sizes, reverse=True)
    for step, _, _, after, size in steps:
        assert (after, size) == (FINISHED, len(of_one)), step


@pytest.mark.slow
def test_first_build_killed_at_any_step(one: Path, of_one: list[bytes], tmp_path: Path) -> None:
    steps = list(killed_at_each_step(one, None, tmp_path / "store"))
    assert steps[-1][1] == "built"
    for step, _, seen, after, size in steps:
        assert seen == len(of_one) or str(seen).startswith("StoreError: "), step
        assert (after, size) == (FINISHED, len(of_one)), step


NO_TEMPORARY = pytest.mark.xfail(
    strict=True, reason="portalocker looks for a folder of temporary files when it is imported"
)


@pytest.mark.slow
@pytest.mark.parametrize("size", [pytest.param(0, marks=NO_TEMPORARY), 1_000, 100_000, 1_000_000])
def test_disk_full(size: int, one: Path, sample: Path, of_one: list[bytes], tmp_path: Path) -> None:
    store = tmp_path / "store"
    pfocr_kg.build(one, store)
    done = subprocess.run(
        [COMMAND, "build", str(sample), "--store", str(store)],
        preexec_fn=limited(size),
        env=UNMEASURED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("pfocr-kg: ")
    assert os.strerror(errno.EFBIG) in done.stderr or "cannot be" in done.stderr
    assert triples(store) == of_one
    assert strangers(store) == []
    assert len(generations(store)) == 1


@pytest.fixture
def small_disk(tmp_path: Path, missing: Callable[[str], None]) -> Iterator[Path]:
    """A file system of 24 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting needs the rights of an administrator")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
def test_disk_really_full(
    small_disk: Path, sample: Path, one: Path, of_one: list[bytes], of_sample: list[bytes]
) -> None:
    store, filler = small_disk / "store", small_disk / "filler"
    pfocr_kg.build(one, store)
    for left in (4_096, 100_000, 400_000, 1_000_000, 1_600_000, 2_500_000):
        filler.unlink(missing_ok=True)
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(bytes(free - left))
        with pytest.raises(pfocr_kg.StoreError):
            pfocr_kg.build(sample, store)
        assert triples(store) == of_one
        assert strangers(store) == []
    filler.unlink()
    pfocr_kg.build(sample, store)
    assert triples(store) == of_sample


# Real signals, a larger corpus


@pytest.fixture(scope="module")
def grown(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 figures: the sample's, each several hundred times under another figid."""
    tree = tmp_path_factory.mktemp("grown")
    (tree / "_figures").mkdir()
    (tree / "_data").mkdir()
    records = []
    for path in sorted((sample / "_figures").glob("*.md")):
        tables = {
            kind: table.read_bytes()
            for kind in ("genes", "chemicals", "diseases")
            if (table := sample / "_data" / f"{path.stem}-{kind}.tsv").is_file()
        }
        records.append((path.stem, path.read_bytes(), tables))
    for number in range(20_000):
        figid, page, tables = records[number % len(records)]
        own = f"{figid}-{number}"
        line = re.compile(rb"^figid: .*$", re.MULTILINE)
        (tree / "_figures" / f"{own}.md").write_bytes(line.sub(b"figid: " + own.encode(), page, 1))
        for kind, rows in tables.items():
            (tree / "_data" / f"{own}-{kind}.tsv").write_bytes(rows)
    return tree


def descendants(group: int) -> list[str]:
    """Processes of a group that live, zombies aside."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                text = (entry / "stat").read_text()
            except OSError:
                continue
            state, _, of_group = text.rpartition(")")[2].split()[:3]
            if int(of_group) == group and state not in "ZX":
                found.append(entry.name)
    return found


def gone(group: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not descendants(group):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def begun(grown: Path, store: Path) -> Iterator[Callable[[float], subprocess.Popen[str]]]:
    """A build of the grown corpus in a group of its own, so many seconds old."""
    started: list[subprocess.Popen[str]] = []

    def begin(seconds: float) -> subprocess.Popen[str]:
        # To a file: an orphan that holds a pipe open would keep `communicate` waiting.
        with (store.parent / "stderr").open("w") as notes:
            process = subprocess.Popen(
                [COMMAND, "build", str(grown), "--store", str(store), "--jobs", "2"],
                stdout=subprocess.DEVNULL,
                stderr=notes,
                text=True,
                start_new_session=True,
            )
        started.append(process)
        time.sleep(seconds)
        assert process.poll() is None, "it was over before it could be ended"
        return process

    yield begin
    for process in started:
        if descendants(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


DELAYS = (1.0, 4.0, 12.0)


@pytest.mark.slow
@pytest.mark.parametrize("delay", DELAYS)
def test_interrupted(
    delay: float,
    begun: Callable[[float], subprocess.Popen[str]],
    store: Path,
    of_sample: list[bytes],
) -> None:
    """Ctrl-C reaches the whole group."""
    process = begun(delay)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    stderr = (store.parent / "stderr").read_text()
    assert "Traceback" not in stderr
    assert stderr.splitlines()[-1].startswith("pfocr-kg: interrupted")
    assert gone(process.pid, 10)
    assert triples(store) == of_sample
    assert strangers(store) == []


@pytest.mark.slow
@pytest.mark.parametrize("delay", DELAYS)
def test_terminated(
    delay: float,
    begun: Callable[[float], subprocess.Popen[str]],
    store: Path,
    of_sample: list[bytes],
) -> None:
    """SIGTERM, as from a scheduler or a container that stops, to the command alone."""
    process = begun(delay)
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) in (130, 143, -signal.SIGTERM)
    assert "Traceback" not in (store.parent / "stderr").read_text()
    assert gone(process.pid, 10)
    assert triples(store) == of_sample
    assert strangers(store) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_killed(
    seed: int,
    begun: Callable[[float], subprocess.Popen[str]],
    store: Path,
    one: Path,
    of_sample: list[bytes],
    of_one: list[bytes],
) -> None:
    """`kill -9` at some moment: the old graph is there, a build works, and no process lives on."""
    process = begun(random.Random(seed).uniform(0.5, 15))
    process.kill()
    process.wait()
    assert triples(store) == of_sample
    pfocr_kg.build(one, store)
    assert triples(store) == of_one
    assert strangers(store) == []
    assert len(generations(store)) == 1
    assert gone(process.pid, 20)


# Every command that writes, killed at random moments


@pytest.mark.slow
def test_commands_killed_at_random_moments(one: Path, tmp_path: Path) -> None:
    """The old state or the new one; the next run works, and removes what the killed one left."""
    (tmp_path / "records").mkdir()
    for page in (one, *sorted(one.parent.glob("*.md"))[:2]):
        shutil.copy(page, tmp_path / "records")
    shutil.copytree(EXCERPT, tmp_path / "pathways")
    pfocr_kg.build(one, tmp_path / "old")
    pfocr_kg.build(one, tmp_path / "linked", wikipathways=EXCERPT)
    label = '<https://example.org/s> <http://www.w3.org/2000/01/rdf-schema#label> "patched" .'
    (tmp_path / "patch.ru").write_text(
        f"# pfocr-kg patch 1\nINSERT DATA {{\n{label}\n}} ;\n# end: 0 removed, 1 added\n"
    )
    seed = str(random.randrange(1 << 32))
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "killed.py", tmp_path, "14", seed],
        capture_output=True,
        text=True,
        check=True,
        timeout=900,
    )
    whole, killed = [], []
    for line in map(json.loads, done.stdout.splitlines()):
        (whole if line[1] == "whole" else killed).append(line)
    names = ["build", "update", "link", "apply", "export", "release"]
    assert whole == [[name, "whole", None, True, []] for name in names]
    assert len(killed) == 14 * len(names)
    for name, how, state, again, end, left in killed:
        told = f"{name}, seed {seed}: {how}, {state}, {again}, {left}"
        assert (how, again, end, left) == (None, None, True, []), told
        assert state in ("old", "new"), told
