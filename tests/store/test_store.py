"""The store's folder: replaced whole or not at all, whatever happens, and never another's."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

import pfocr_kg

ONE = "PMC3614012__nihms379615f2"
COMMAND = str(Path(sysconfig.get_path("scripts")) / "pfocr-kg")
EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


class Finished(Protocol):
    """How a run of the command ended."""

    code: int
    stdout: str
    stderr: str


def triples(store: Path) -> list[bytes]:
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    return out.getvalue().splitlines()


def generations(store: Path) -> list[str]:
    return sorted(p.name for p in (store / "generations").iterdir())


def strangers(store: Path) -> list[str]:
    """What a store's folder holds that a finished build does not leave there."""
    known = {"pfocr-kg.json", "pfocr-kg.lock", "generations"}
    return sorted({p.name for p in store.iterdir()} - known)


@pytest.fixture
def one(sample: Path) -> Path:
    return sample / "_figures" / f"{ONE}.md"


@pytest.fixture
def store(built_sample: Path, tmp_path: Path) -> Path:
    """A copy of the sample's store."""
    return Path(shutil.copytree(built_sample, tmp_path / "store"))


@pytest.fixture(scope="session")
def of_sample(built_sample: Path) -> list[bytes]:
    return triples(built_sample)


@pytest.fixture(scope="session")
def of_one(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    made = tmp_path_factory.mktemp("one") / "store"
    pfocr_kg.build(sample / "_figures" / f"{ONE}.md", made)
    return triples(made)


# Building again


def test_builds_in_quick_succession(one: Path, of_one: list[bytes], tmp_path: Path) -> None:
    """More often than once a second: names of generations must not depend on the clock."""
    for _ in range(4):
        pfocr_kg.build(one, tmp_path / "store")
    assert triples(tmp_path / "store") == of_one
    assert len(generations(tmp_path / "store")) == 1
    assert strangers(tmp_path / "store") == []


def test_only_the_new_generation_is_left(store: Path, one: Path, of_one: list[bytes]) -> None:
    before = generations(store)
    pfocr_kg.build(one, store)
    assert triples(store) == of_one
    assert len(generations(store)) == 1
    assert generations(store) != before


def test_changed_map_is_read_again(tmp_path: Path) -> None:
    """A session in Python that builds, edits, and builds again."""
    tree = tmp_path / "tree"
    (tree / "_figures").mkdir(parents=True)
    (tree / "_data").mkdir()
    (tree / "_figures" / "a.md").write_text("---\nfigid: a\npmcid: PMC1\n---\n")
    for pathway in (b"WP1", b"WP2"):
        (tree / "_data" / "wpid_map.tsv").write_bytes(b"a\t" + pathway + b"\n")
        pfocr_kg.build(tree, tmp_path / "store")
        related = [t for t in triples(tmp_path / "store") if b"relatedPathway" in t]
        assert len(related) == 1
        assert related[0].endswith(b"/wikipathways/" + pathway + b"> .")


def test_changed_dictionary_is_read_again(tmp_path: Path) -> None:
    page, genes = tmp_path / "a.md", tmp_path / "genes.tsv"
    page.write_text(
        "---\nfigid: a\npmcid: PMC1\norganisms: Homo sapiens\n"
        "schema-jsonld: {keywords: [SYM]}\n---\n"
    )
    for number in (b"11", b"12"):
        genes.write_bytes(b"symbol\tprev_symbol\tentrez_id\nSYM\t\t" + number + b"\n")
        pfocr_kg.build(page, tmp_path / "store", genes=genes)
        assert any(b"ncbigene/" + number + b">" in t for t in triples(tmp_path / "store"))


# Readers


def test_reader_keeps_its_graph(
    store: Path, one: Path, of_sample: list[bytes], of_one: list[bytes]
) -> None:
    with pfocr_kg.open(store) as graph:
        rows = iter(graph.query(EVERYTHING))
        taken = [next(rows) for _ in range(100)]
        for _ in range(2):
            pfocr_kg.build(one, store)
        assert len(taken) + sum(1 for _ in rows) == len(of_sample)
        assert len(graph) == len(of_sample)
        assert sum(1 for _ in graph.query(EVERYTHING)) == len(of_sample)
        # It is kept for this reader alone; what came between is gone.
        assert len(generations(store)) == 2
        assert triples(store) == of_one
    pfocr_kg.build(one, store)
    assert len(generations(store)) == 1


def test_reader_in_another_process_keeps_its_graph(
    store: Path, one: Path, of_sample: list[bytes]
) -> None:
    code = (
        "import sys, pfocr_kg\n"
        "graph = pfocr_kg.open(sys.argv[1])\n"
        f"rows = iter(graph.query({EVERYTHING!r}))\n"
        "next(rows)\n"
        "print('open', flush=True)\n"
        "sys.stdin.readline()\n"
        "print(1 + sum(1 for _ in rows), flush=True)\n"
    )
    reader = subprocess.Popen(
        [sys.executable, "-c", code, str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        pfocr_kg.build(one, store)
        assert len(generations(store)) == 2
        out, _ = reader.communicate("\n", timeout=60)
        assert out == f"{len(of_sample)}\n"
    pfocr_kg.build(one, store)
    assert len(generations(store)) == 1


def test_open_graph_sees_nothing_of_a_failed_build(store: Path, of_sample: list[bytes]) -> None:
    with pfocr_kg.open(store) as graph:
        with pytest.raises(pfocr_kg.SourceError):
            pfocr_kg.build(store / "nowhere", store)
        assert len(graph) == len(of_sample)
    assert triples(store) == of_sample


# Two builds at once


class Held:
    """A build that holds still in its first stage, in a thread of this process."""

    def __init__(self, source: Path, store: Path) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, args=(source, store))

    def run(self, source: Path, store: Path) -> None:
        pfocr_kg.build(source, store, progress=self.wait)

    def wait(self, _: pfocr_kg.Progress) -> None:
        self.begun.set()
        assert self.go_on.wait(60)

    def __enter__(self) -> Held:
        self.thread.start()
        assert self.begun.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        self.go_on.set()
        self.thread.join()


def test_second_build_says_who_holds_the_lock(
    store: Path,
    one: Path,
    sample: Path,
    of_sample: list[bytes],
    of_one: list[bytes],
    run_cli: Callable[..., Finished],
) -> None:
    with Held(one, store):
        done = run_cli("build", sample, "--store", store)
        assert done.code == 2
        assert re.search(rf"^pfocr-kg: .*\bprocess {os.getpid()}\b.*\n$", done.stderr)
        # Meanwhile readers have yesterday's graph.
        assert triples(store) == of_sample
    assert triples(store) == of_one
    assert strangers(store) == []


def test_second_build_of_a_new_store(
    tmp_path: Path, one: Path, of_one: list[bytes], run_cli: Callable[..., Finished]
) -> None:
    store = tmp_path / "new"
    with Held(one, store):
        assert run_cli("build", one, "--store", store).code == 2
        reader = run_cli("stats", "--store", store)
        assert (reader.code, reader.stdout) == (2, "")
    assert triples(store) == of_one


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

source, pristine, store, stride = sys.argv[1:]
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

at = 1 - int(stride)
while True:
    at += int(stride)
    shutil.rmtree(store, ignore_errors=True)
    if pristine:
        shutil.copytree(pristine, store)
    how = in_a_child(lambda: build_and_die(at))
    print(json.dumps([at, how, *in_a_child(look_and_build)]), flush=True)
    if how != "killed":
        break
"""


def killed_at_each_step(
    source: Path, pristine: Path | None, store: Path, stride: int
) -> Iterator[list[object]]:
    done = subprocess.run(
        [sys.executable, "-c", KILLER, str(source), str(pristine or ""), str(store), str(stride)],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    for line in done.stdout.splitlines():
        yield json.loads(line)


FINISHED = [["generations", "pfocr-kg.json", "pfocr-kg.lock"], 1]


STRIDES = pytest.mark.parametrize("stride", [5, pytest.param(1, marks=pytest.mark.slow)])


@STRIDES
def test_killed_at_any_step(
    stride: int,
    built_sample: Path,
    one: Path,
    of_sample: list[bytes],
    of_one: list[bytes],
    tmp_path: Path,
) -> None:
    """The old graph or the new one, nothing between; and the next build works and tidies up."""
    steps = list(killed_at_each_step(one, built_sample, tmp_path / "store", stride))
    assert len(steps) > 5
    assert [how for _, how, *_ in steps] == ["killed"] * (len(steps) - 1) + ["built"]
    sizes = [seen for _, _, seen, *_ in steps]
    assert set(sizes) == {len(of_sample), len(of_one)}
    # Once the new one is there, it stays.
    assert sizes == sorted(sizes, reverse=True)
    for step, _, _, after, size in steps:
        assert (after, size) == (FINISHED, len(of_one)), step


@STRIDES
def test_first_build_killed_at_any_step(
    stride: int, one: Path, of_one: list[bytes], tmp_path: Path
) -> None:
    steps = list(killed_at_each_step(one, None, tmp_path / "store", stride))
    assert steps[-1][1] == "built"
    for step, _, seen, after, size in steps:
        assert seen == len(of_one) or str(seen).startswith("StoreError: "), step
        assert (after, size) == (FINISHED, len(of_one)), step


def limited(size: int) -> Callable[[], None]:
    """Files of a child process end at `size` bytes, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


NO_TEMPORARY = pytest.mark.xfail(
    strict=True, reason="portalocker looks for a folder of temporary files when it is imported"
)


@pytest.mark.parametrize("size", [pytest.param(0, marks=NO_TEMPORARY), 1_000, 100_000, 1_000_000])
def test_disk_full(size: int, one: Path, sample: Path, of_one: list[bytes], tmp_path: Path) -> None:
    store = tmp_path / "store"
    pfocr_kg.build(one, store)
    done = subprocess.run(
        [COMMAND, "build", str(sample), "--store", str(store)],
        preexec_fn=limited(size),
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
    """A file system of 12 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)],
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
@pytest.mark.parametrize("seed", range(4))
def test_killed(
    seed: int,
    begun: Callable[[float], subprocess.Popen[str]],
    store: Path,
    one: Path,
    of_sample: list[bytes],
    of_one: list[bytes],
) -> None:
    """`kill -9` at some moment: the old graph is there, and the next build works."""
    process = begun(random.Random(seed).uniform(0.5, 15))
    process.kill()
    process.wait()
    assert triples(store) == of_sample
    pfocr_kg.build(one, store)
    assert triples(store) == of_one
    assert strangers(store) == []
    assert len(generations(store)) == 1


@pytest.mark.slow
def test_killed_build_leaves_no_process(begun: Callable[[float], subprocess.Popen[str]]) -> None:
    process = begun(4.0)
    process.kill()
    process.wait()
    assert gone(process.pid, 20)


# Folders that are no store, or no longer


def copied(store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(store, tmp_path / "copy"))


FOREIGN: dict[str, list[str]] = {
    "a file": ["README"],
    "a hidden file": [".git/config"],
    "a Turtle file": ["graph.ttl"],
}
LOOKALIKES: dict[str, list[str]] = {
    "a folder named work-": ["work-2024/thesis.txt"],
    "a folder named generations": ["generations/of/people.txt"],
    "files named like the lock": ["lockfile.txt"],
}


def check_foreign(files: list[str], one: Path, folder: Path, run: Callable[..., Finished]) -> None:
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")
    before = sorted(folder.rglob("*"))
    done = run("build", one, "--store", folder)
    assert [(folder / name).read_text() for name in files if (folder / name).exists()] == [
        "mine" for _ in files
    ]
    assert done.code == 2
    assert done.stderr.startswith("pfocr-kg: ")
    assert "--store" in done.stderr
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize("what", FOREIGN, ids=lambda what: what.replace(" ", "-"))
def test_folder_of_something_else(
    what: str, one: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    check_foreign(FOREIGN[what], one, tmp_path / "folder", run_cli)


@pytest.mark.parametrize("what", LOOKALIKES, ids=lambda what: what.replace(" ", "-"))
def test_folder_that_resembles_a_store(
    what: str, one: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    check_foreign(LOOKALIKES[what], one, tmp_path / "folder", run_cli)


def test_empty_folder_will_do(one: Path, of_one: list[bytes], tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    pfocr_kg.build(one, tmp_path / "store")
    assert triples(tmp_path / "store") == of_one


PLACES = {"below a file": "file/store", "a file": "file", "in /proc": "/proc/pfocr-kg-store"}


@pytest.mark.parametrize("what", PLACES, ids=lambda what: what.replace(" ", "-"))
def test_place_that_cannot_hold_a_store(
    what: str, one: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    (tmp_path / "file").write_text("mine")
    place = tmp_path / PLACES[what]
    for command in (("build", one), ("stats",)):
        done = run_cli(*command, "--store", place)
        assert (done.code, done.stdout) == (2, "")
        assert re.fullmatch(rf"pfocr-kg: {re.escape(str(place))}: .*\n", done.stderr)
    assert (tmp_path / "file").read_text() == "mine"


def test_store_that_is_a_url(one: Path, tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    done = run_cli("build", one, "--store", "http://127.0.0.1:9/sparql", cwd=tmp_path)
    assert (done.code, list(tmp_path.iterdir())) == (2, [])


def test_no_store(tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    done = run_cli("stats", "--store", tmp_path / "none")
    assert (done.code, done.stdout) == (2, "")
    assert "is no pfocr-kg store" in done.stderr
    assert "pfocr-kg build" in done.stderr
    assert list(tmp_path.iterdir()) == []


COMMANDS: dict[str, list[str]] = {
    "query": ["query", "class-counts"],
    "export": ["export"],
    "stats": ["stats"],
    "validate": ["validate"],
}


def spoil_marker(text: bytes) -> Callable[[Path], None]:
    return lambda store: (store / "pfocr-kg.json").write_bytes(text) and None


def spoil_graph(store: Path) -> None:
    for path in store.glob("generations/*/graph/*"):
        path.write_bytes(b"junk")


def lose_graph(store: Path) -> None:
    for path in store.glob("generations/*/graph"):
        shutil.rmtree(path)


def lose_generation(store: Path) -> None:
    shutil.rmtree(store / "generations")


NEWER = b'{"format": 99, "generation": "x"}'
SPOILS: list[object] = [
    pytest.param(spoil_marker(NEWER), "newer", id="newer"),
    pytest.param(
        spoil_marker(b'{"format": 99, "current": {}}'),
        "newer",
        id="newer-and-different",
    ),
    pytest.param(spoil_marker(b"junk"), "is broken", id="marker-junk"),
    pytest.param(spoil_marker(b""), "is broken", id="marker-empty"),
    pytest.param(spoil_marker(b"[]"), "is broken", id="marker-a-list"),
    pytest.param(spoil_marker(b"null"), "is broken", id="marker-null"),
    pytest.param(spoil_marker(b"\xff\xfe"), "is broken", id="marker-not-UTF-8"),
    pytest.param(lose_graph, "missing", id="graph-lost"),
    pytest.param(lose_generation, "missing", id="generation-lost"),
    pytest.param(spoil_graph, "cannot be opened", id="graph-of-junk"),
]


@pytest.mark.parametrize(("spoil", "says"), SPOILS)
def test_spoilt_store(
    spoil: Callable[[Path], None], says: str, store: Path, run_cli: Callable[..., Finished]
) -> None:
    spoil(store)
    done = run_cli("stats", "--store", store)
    assert (done.code, done.stdout) == (2, "")
    assert re.fullmatch(rf"pfocr-kg: {re.escape(str(store))}.*{says}.*\. [A-Z].*\n", done.stderr)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_a_newer_store(
    command: str, store: Path, run_cli: Callable[..., Finished]
) -> None:
    spoil_marker(NEWER)(store)
    done = run_cli(*COMMANDS[command], "--store", store)
    assert (done.code, done.stdout) == (2, "")
    assert "newer" in done.stderr


def test_build_leaves_a_newer_store_alone(store: Path, one: Path) -> None:
    spoil_marker(NEWER)(store)
    before = sorted(store.rglob("*"))
    with pytest.raises(pfocr_kg.StoreError, match="newer"):
        pfocr_kg.build(one, store)
    with pytest.raises(pfocr_kg.StoreError, match="newer"):
        pfocr_kg.build(one, store, add=True)
    assert sorted(store.rglob("*")) == before


@pytest.mark.parametrize("spoil", [lose_graph, lose_generation, spoil_graph])
def test_build_mends_a_store_that_lost_its_graph(
    spoil: Callable[[Path], None], store: Path, one: Path, of_one: list[bytes]
) -> None:
    spoil(store)
    pfocr_kg.build(one, store)
    assert triples(store) == of_one


def spoil_names(store: Path) -> None:
    for path in store.glob("generations/*/names.jsonl"):
        path.write_bytes(b"junk\n")


def spoil_manifest(store: Path) -> None:
    for path in store.glob("generations/*/manifest.sqlite"):
        path.write_bytes(b"junk\n" * 1000)


@pytest.mark.parametrize(
    "spoil",
    [
        lose_graph,
        lose_generation,
        spoil_graph,
        spoil_names,
        spoil_manifest,
    ],
)
def test_nothing_is_added_to_a_spoilt_store(
    spoil: Callable[[Path], None], store: Path, sample: Path
) -> None:
    spoil(store)
    with pytest.raises(pfocr_kg.StoreError):
        pfocr_kg.build(sample / "_figures", store, add=True)
    assert strangers(store) == []


# What went wrong, in one line


def lock_failing(number: int) -> Callable[..., None]:
    """Stands for a file system on which locking fails with this error."""

    def lock(file: object, _: int) -> None:
        raise OSError(number, os.strerror(number))

    return lock


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_a_lock_that_fails_says_why(
    number: int, store: Path, one: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a lock that another process holds is said to be held."""
    monkeypatch.setattr("fcntl.flock", lock_failing(number))
    monkeypatch.setattr("portalocker.portalocker.LOCKER", lock_failing(number))
    for use in (lambda: pfocr_kg.build(one, store), lambda: pfocr_kg.open(store)):
        with pytest.raises(pfocr_kg.StoreError, match="cannot be locked") as caught:
            use()
        assert os.strerror(number) in str(caught.value)
        assert "being built" not in str(caught.value)
        assert "\n" not in str(caught.value)


CAUSES: dict[str, tuple[Callable[[Path], None], str]] = {
    "graph": (spoil_graph, r"graph: cannot be opened: "),
    "lost graph": (lose_graph, r"graph: cannot be opened: "),
    "names": (spoil_names, r"names of the store's entities are damaged"),
    "manifest": (spoil_manifest, r"manifest\.sqlite: is damaged"),
    "no manifest": (
        lambda store: next(store.glob("generations/*/manifest.sqlite")).unlink(),
        "has no manifest of this version",
    ),
    "no names": (
        lambda store: next(store.glob("generations/*/names.jsonl")).unlink(),
        r"names\.jsonl: is damaged",
    ),
}


@pytest.mark.parametrize("what", CAUSES)
def test_a_full_build_in_place_of_an_update_says_what_is_damaged(
    what: str, store: Path, one: Path, sample: Path, of_sample: list[bytes]
) -> None:
    spoil, cause = CAUSES[what]
    spoil(store)
    with pytest.raises(pfocr_kg.StoreError, match=cause):
        pfocr_kg.build(one, store, add=True)
    assert re.search(cause, pfocr_kg.build(sample, store).full)
    assert triples(store) == of_sample


@pytest.mark.parametrize("size", [1_000, 100_000])
def test_an_update_that_cannot_be_written_is_no_damage(
    size: int, sample: Path, store: Path, of_sample: list[bytes]
) -> None:
    done = subprocess.run(
        [COMMAND, "build", str(sample), "--store", str(store)],
        preexec_fn=limited(size),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "damaged" not in done.stderr
    assert "cannot be" in done.stderr
    assert triples(store) == of_sample


def test_an_update_that_cannot_be_written_is_not_tried_as_a_full_build(
    sample: Path, store: Path, of_sample: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pfocr_kg.store.manifest import Manifest

    def full(*_: object) -> None:
        raise pfocr_kg.StoreError("the disk is full")

    monkeypatch.setattr(Manifest, "copy", full)
    with pytest.raises(pfocr_kg.StoreError, match="the disk is full"):
        pfocr_kg.build(sample, store)
    assert triples(store) == of_sample
    assert strangers(store) == []


def test_a_manifest_on_a_full_disk_is_not_damaged(tmp_path: Path) -> None:
    from pfocr_kg.errors import DamagedStoreError
    from pfocr_kg.store.manifest import Manifest

    with Manifest(tmp_path / "manifest.sqlite", new=True) as manifest:
        manifest._base.execute("PRAGMA max_page_count = 10")
        with pytest.raises(pfocr_kg.StoreError, match="disk is full") as caught:
            manifest.set_note("long", "x" * 1_000_000)
    assert not isinstance(caught.value, DamagedStoreError)
