"""Folders that are no store, or a damaged one: refused in one line, and left as they are."""

from __future__ import annotations

import errno
import os
import random
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import pfocr_kg
from fork_server import COMMAND, UNMEASURED, Finished
from places import EXCERPT
from store_folder import limited, strangers, triples

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
    assert "is not a pfocr-kg store" in done.stderr
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


@pytest.mark.slow
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


NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
FEW_FILES = ["sh", "-c", 'ulimit -n 30; exec "$@"', "sh"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "within", "command", "says"),
    [
        ("names.sqlite", NOBODY, ["find", "TP53"], "cannot be read"),
        ("graph", NOBODY, ["stats"], "Permission denied"),
        ("", FEW_FILES, ["stats"], "ulimit -n"),
    ],
)
def test_what_cannot_be_read_is_not_said_to_be_damaged(
    file: str, within: list[str], command: list[str], says: str, store: Path
) -> None:
    if file and os.getuid() != 0:
        pytest.skip("only root can become nobody")
    for path in store.glob(f"generations/*/{file}") if file else ():
        path.chmod(0)
    store.parent.chmod(0o755)  # below a folder that is root's own
    done = subprocess.run(
        [*within, COMMAND, *command, "--store", store.name],
        cwd=store.parent,
        env=UNMEASURED,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(rf"pfocr-kg: {store.name}.*{says}.*\n", done.stderr), done.stderr
    assert "Build the store again" not in done.stderr


def asked(store: Path) -> dict[str, Callable[[], object]]:
    """Some questions to a store."""

    def of(ask: Callable[[pfocr_kg.Graph], object]) -> Callable[[], object]:
        def answer() -> object:
            with pfocr_kg.open(store) as graph:
                return ask(graph)

        return answer

    return {
        "export": lambda: triples(store),
        "find": of(lambda graph: [graph.find(name) for name in ("TP53", "apoptosis")]),
        "search": of(lambda graph: str(graph.search("signaling"))),
        "report": of(lambda graph: graph.report),
    }


def answer_or_error(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except pfocr_kg.PfocrError as error:
        return error


@pytest.mark.slow
def test_a_flipped_bit_in_any_file(one: Path, tmp_path: Path) -> None:
    """An error of one line or the right answer.

    docs/reference/command-line.md says where nobody can know.
    """
    linked = tmp_path / "linked"
    pfocr_kg.build(one, linked, wikipathways=EXCERPT)
    chance, answers = random.Random(5), {}
    for name, ask in asked(linked).items():
        answers[name] = ask()
    files = sorted(path for path in linked.rglob("*") if path.is_file())
    blocks = [path for path in files if path.suffix == ".sst"]
    for file in [path for path in files if path not in blocks] + chance.sample(blocks, 3):
        size = file.stat().st_size
        for at in {0, size - 1, chance.randrange(size)} if size else ():
            store = Path(shutil.copytree(linked, tmp_path / "flipped"))
            content = bytearray(file.read_bytes())
            content[at] ^= 1 << chance.randrange(8)
            (store / file.relative_to(linked)).write_bytes(content)
            for name, ask in asked(store).items():
                answer = answer_or_error(ask)
                if answer != answers[name] and not isinstance(answer, pfocr_kg.PfocrError):
                    assert (file.name, name) in UNKNOWN, (file.name, name, at, size)
            shutil.rmtree(store)


UNKNOWN = {("report.json", "report"), ("names.sqlite", "find"), ("names.sqlite", "search")}
"""Files without checksums, and the questions that they answer."""
