"""Mapping in parts over Dask: the same graph as a build, whoever does the work."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import pfocr_kg
from fork_server import COMMAND, Finished
from pfocr_kg.build import dask_cluster, parts
from pfocr_kg.build.report import Report
from pfocr_kg.cli.app import app, main
from pfocr_kg.errors import PfocrError
from pfocr_kg.records import sources

distributed = pytest.importorskip("distributed")
fsspec = pytest.importorskip("fsspec")
killer = pytest.importorskip("killer")

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    """A cluster of two threads of this process, which other processes can reach."""
    with distributed.LocalCluster(
        n_workers=1,
        threads_per_worker=2,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address=None,
        scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
    ) as local:
        yield local


@pytest.fixture(scope="module")
def client(scheduler: Any) -> Iterator[Any]:
    with distributed.Client(scheduler, set_as_default=False) as own:
        yield own


@pytest.fixture
def memory() -> Iterator[Any]:
    """The filesystem `memory://`, empty; its workers have to be of this process."""
    own = fsspec.filesystem("memory")
    yield own
    own.store.clear()
    own.pseudo_dirs[:] = [""]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def union(folder: Path) -> set[bytes]:
    return {line for path in folder.glob("*.nt") for line in path.read_bytes().splitlines()}


def built(tmp_path: Path, *sources: Path) -> tuple[set[bytes], dict[str, Any]]:
    """What a build of the sources gives: its triples, as lines, and its report."""
    store, dumped = tmp_path / f"store-{uuid.uuid4().hex}", tmp_path / "built.nt"
    report = pfocr_kg.build(sources, store)
    with pfocr_kg.open(store) as graph, dumped.open("wb") as file:
        graph.write(file, "ntriples")
    return set(dumped.read_bytes().splitlines()), report.as_dict()


def quarantined(report: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((entry["path"], entry["reason"]) for entry in report["quarantined"])


def record(figid: str, title: str, pmcid: str = "PMC9000001") -> str:
    return f"---\nfigid: {figid}\npmcid: {pmcid}\nfigtitle: {title}\npapertitle: {title}\n---\n"


def tree(root: Path, **records: str) -> Path:
    (root / "_figures").mkdir(parents=True)
    for name, text in records.items():
        (root / "_figures" / f"{name}.md").write_text(text, encoding="utf-8")
    return root


# The graph


@pytest.mark.slow
def test_parts_are_the_graph_of_a_build(
    sample: Path, built_sample: Path, tmp_path: Path, scheduler: Any, run_cli: Run
) -> None:
    """Run from another folder than the workers, with relative names."""
    shutil.copytree(sample, tmp_path / "corpus")
    done = run_cli(
        *("map", "corpus", "--output", "parts", "--partition-size", 10),
        *("--scheduler", scheduler.scheduler_address),
        cwd=tmp_path,
    )
    assert (done.code, done.stdout) == (0, "")
    out = tmp_path / "parts"
    names = ["entities.nt", *(f"part-{n:05}.nt" for n in range(4)), "report.json"]
    assert sorted(path.name for path in out.iterdir()) == names
    exported = run_cli("export", "--store", built_sample, "--format", "ntriples").stdout
    assert union(out) == set(exported.encode().splitlines())
    report = json.loads((out / "report.json").read_text("utf-8"))
    assert done.stderr.splitlines()[-1] == (
        f"34 figures, {report['triples']:,} triples in 5 parts in parts"
    )
    assert report["figures"] == 34
    assert report["sources"] == ["corpus"]
    for part in report["parts"]:
        content = (out / part["name"]).read_bytes()
        assert part["sha256"] == hashlib.sha256(content).hexdigest()
        assert part["bytes"] == len(content)
        assert part["triples"] == len(content.splitlines())
        # As `LC_ALL=C sort -u` has them.
        assert content.splitlines() == sorted(set(content.splitlines()))
    assert report["triples"] == sum(part["triples"] for part in report["parts"])


def test_parts_load_into_a_store(sample: Path, tmp_path: Path, client: Any) -> None:
    parts.write_parts([sample], tmp_path / "parts", scheduler=client, partition_size=7)
    store = ox.Store(str(tmp_path / "store"))
    for part in sorted((tmp_path / "parts").glob("*.nt")):
        store.bulk_load(path=str(part), format=ox.RdfFormat.N_TRIPLES)
    triples, report = built(tmp_path, sample)
    assert len(store) == len(triples) == report["triples"]


@pytest.mark.parametrize("size", [1, 3, 34, 1000])
def test_any_partition_size_gives_the_graph(
    size: int, sample: Path, built_sample: Path, tmp_path: Path, client: Any
) -> None:
    report = parts.write_parts([sample], tmp_path / "parts", scheduler=client, partition_size=size)
    assert len(report.parts) == -(-34 // size) + 1
    with pfocr_kg.open(built_sample) as graph, (tmp_path / "all.nt").open("wb") as file:
        graph.write(file, "ntriples")
    assert union(tmp_path / "parts") == set((tmp_path / "all.nt").read_bytes().splitlines())


def test_memory_filesystem(sample: Path, tmp_path: Path, client: Any, memory: Any) -> None:
    """Sources and output elsewhere than on a disk give the same bytes."""
    memory.put(f"{sample}/", "/deep/corpus", recursive=True)
    local, remote = tmp_path / "local", "memory://out/parts"
    parts.write_parts([sample], local, scheduler=client, partition_size=9)
    report = parts.write_parts(["memory://deep/corpus"], remote, scheduler=client, partition_size=9)
    assert {Path(p).name for p in memory.ls("/out/parts", detail=False)} == set(contents(local))
    for name, content in contents(local).items():
        if name != "report.json":
            assert memory.cat_file(f"/out/parts/{name}") == content
    assert json.loads(memory.cat_file("/out/parts/report.json")) == report.as_dict()
    assert report.figures == 34


def test_memory_filesystem_by_the_command(
    sample: Path, tmp_path: Path, scheduler: Any, memory: Any
) -> None:
    memory.put(f"{sample}/_figures/", "/corpus/_figures", recursive=True)
    memory.put(f"{sample}/_data/", "/corpus/_data", recursive=True)
    options = ["--scheduler", scheduler.scheduler_address, "--partition-size", "20", "-q"]
    for source in ("memory://corpus", "memory://corpus/_figures"):
        done = CliRunner().invoke(app, ["map", source, "--output", "memory://out", *options])
        assert (done.exit_code, done.output) == (0, "")
        assert json.loads(memory.cat_file("/out/report.json"))["figures"] == 34


def test_remote_folders_are_chosen_as_local_ones(tmp_path: Path, client: Any, memory: Any) -> None:
    """Trees in trees, loose records, hidden folders, organism pages, maps."""
    nested = tmp_path / "nested"
    for name, figid in (("b/x", "b1"), ("a", "a1"), ("a/.git", "hidden"), ("c", "c1")):
        tree(nested / name, **{figid: record(figid, figid)})
    (nested / "a" / "loose.md").write_text(record("loose", "no figure: trees have them"))
    (nested / "c" / "_figures" / ".hidden.md").write_text(record("hidden2", "x"))
    (nested / "c" / "_data").mkdir()
    (nested / "c" / "_data" / "wpid_map.tsv").write_text("c1\tWP5283\nbroken\n")
    (nested / "c" / "_organisms").mkdir()
    page = "---\nlatin: Examplus testus\ncommon: example\nncbi: 999999\n---\n"
    (nested / "c" / "_organisms" / "e.md").write_text(page)
    with_organism = record("c1", "c1").replace("---\n", "---\norganisms: Examplus testus\n", 1)
    (nested / "c" / "_figures" / "c1.md").write_text(with_organism)
    loose = tmp_path / "loose"
    (loose / "sub").mkdir(parents=True)
    for path in (loose / "z[1].md", loose / "sub" / "y.md"):
        path.write_text(record(path.stem, path.stem))
    columns = "word\tmesh\tmatch\tname\tdoid\n"
    (loose / "z[1]-diseases.tsv").write_text(columns + "asthma\tmesh:D001249\tNA\tNA\tDOID:2841\n")
    for root in (nested, loose):
        memory.put(f"{root}/", f"/{root.name}", recursive=True)
        here, there = tmp_path / f"parts-{root.name}", f"memory://parts-{root.name}"
        local = parts.write_parts([root], here, scheduler=client, partition_size=1)
        remote = parts.write_parts(
            [f"memory://{root.name}"], there, scheduler=client, partition_size=1
        )
        assert remote.parts == local.parts
        shown = [(p.replace(str(tmp_path), "memory:/"), r) for p, r in quarantined(local.as_dict())]
        assert quarantined(remote.as_dict()) == shown
        assert union(here) == built(tmp_path, root)[0]
    assert any(b"DOID_2841" in line for line in union(tmp_path / "parts-loose"))
    assert any(b"NCBITaxon_999999" in line for line in union(tmp_path / "parts-nested"))


@pytest.mark.parametrize("place", ["b", "b/_data", "_data"])
def test_one_remote_record_has_the_tables_of_a_local_one(
    place: str, tmp_path: Path, client: Any, memory: Any
) -> None:
    """Its tables and maps can lie beside it, in _data there, or in _data one folder up."""
    (tmp_path / "a" / ".hidden" / place).mkdir(parents=True)
    root = tmp_path / "a" / ".hidden"
    (root / "b").mkdir(exist_ok=True)
    (root / "b" / "x.md").write_text(record("x", "x"))
    columns = "word\tmesh\tmatch\tname\tdoid\n"
    (root / place / "x-diseases.tsv").write_text(
        columns + "asthma\tmesh:D001249\tNA\tNA\tDOID:2841\n"
    )
    (root / place / "wpid_map.tsv").write_text("x\tWP5283\n")
    memory.put(f"{root}/", "/.hidden", recursive=True)
    local, remote = tmp_path / "local", tmp_path / "remote"
    parts.write_parts([root / "b" / "x.md"], local, scheduler=client)
    parts.write_parts(["memory://.hidden/b/x.md"], remote, scheduler=client)
    assert union(remote) == union(local)
    assert any(b"DOID_2841" in line for line in union(local))
    assert any(b"WP5283" in line for line in union(local))


# Figids that come twice, and what cannot be read


def test_figids_that_come_twice(tmp_path: Path, client: Any) -> None:
    """In one partition, in two, in three, and in two sources; the first is kept."""
    first = tree(
        tmp_path / "first",
        a=record("same", "kept"),
        b=record("same", "in the same partition"),
        c=record("other", "kept"),
        d=record("same", "in the next"),
        e=record("third", "kept"),
        f=record("same", "and once more"),
        g="no record",
    )
    second = tree(tmp_path / "second", a=record("other", "later source"), b=record("new", "kept"))
    triples, report = built(tmp_path, first, second)
    for size in (1, 2, 3, 100):
        out = tmp_path / f"parts-{size}"
        got = parts.write_parts([first, second], out, scheduler=client, partition_size=size)
        assert union(out) == triples
        assert got.figures == report["figures"] == 4
        assert quarantined(got.as_dict()) == quarantined(report)
    assert len(report["quarantined"]) == 5


def test_labels_look_at_all_partitions(tmp_path: Path, client: Any) -> None:
    """Neither partition alone knows the form that most records use."""
    columns = "word\tmesh\tmatch\tname\tchebi\n"
    forms = ["salt", "brine", "brine", "salt", "salt", "brine", "brine"]
    names = {f"f{n}": record(f"f{n}", "t", f"PMC{n + 1}") for n in range(len(forms))}
    root = tree(tmp_path / "tree", **names)
    (root / "_data").mkdir()
    for n, form in enumerate(forms):
        row = f"{form}\tmesh:C999999901\t{form}\t{form}\tNA\n"
        (root / "_data" / f"f{n}-chemicals.tsv").write_text(columns + row)
    parts.write_parts([root], tmp_path / "parts", scheduler=client, partition_size=3)
    lines = union(tmp_path / "parts")
    assert lines == built(tmp_path, root)[0]
    label = b"<http://id.nlm.nih.gov/mesh/C999999901> <http://www.w3.org/2000/01/rdf-schema#label> "
    assert [line for line in lines if line.startswith(label)] == [label + b'"brine" .']


def test_one_file_by_two_sources(sample: Path, tmp_path: Path, client: Any) -> None:
    sources = [sample, sample / "_figures"]
    report = parts.write_parts(sources, tmp_path / "parts", scheduler=client)
    assert (report.figures, report.quarantined) == (34, [])


@pytest.mark.slow
def test_strict(tmp_path: Path, scheduler: Any, run_cli: Run) -> None:
    root = tree(tmp_path / "tree", a=record("a", "x"), b="nothing")
    options = ("--scheduler", scheduler.scheduler_address, "--output", "parts")
    done = run_cli("map", "tree", *options, "--strict", cwd=tmp_path)
    assert done.code == 1
    assert "tree/_figures/b.md" in done.stderr
    said = json.loads((tmp_path / "parts" / "report.json").read_text())["quarantined"]
    assert [entry["path"] for entry in said] == ["tree/_figures/b.md:1"]
    assert root.is_dir()


# The output folder


def test_a_rerun_replaces(sample: Path, tmp_path: Path, client: Any) -> None:
    out, fresh = tmp_path / "parts", tmp_path / "fresh"
    parts.write_parts([sample], out, scheduler=client, partition_size=5)
    (out / ".pfocr-kg-map-0123").mkdir()  # of a run that was killed
    parts.write_parts([sample], out, scheduler=client, partition_size=30)
    parts.write_parts([sample], fresh, scheduler=client, partition_size=30)
    assert contents(out) == contents(fresh)


@pytest.mark.parametrize("name", ["notes.txt", "report.json", "part-1.nt", "sub"])
def test_a_folder_of_something_else_is_refused(
    name: str, sample: Path, tmp_path: Path, client: Any
) -> None:
    (tmp_path / name).mkdir() if name == "sub" else (tmp_path / name).write_text("{}")
    with pytest.raises(PfocrError, match=re.escape(f"holds other files ({name})")):
        parts.write_parts([sample], tmp_path, scheduler=client)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_where_nothing_can_be_read_the_output_stays(
    sample: Path, tmp_path: Path, scheduler: Any, client: Any, run_cli: Run
) -> None:
    out = tmp_path / "parts"
    parts.write_parts([sample], out, scheduler=client)
    before = contents(out)
    bad = tree(tmp_path / "bad", a="nothing")
    done = run_cli("map", bad, "--output", out, "--scheduler", scheduler.scheduler_address)
    assert (done.code, done.stdout) == (1, "")
    assert re.fullmatch(r"pfocr-kg: not one of 1 record[^\n]*\n", done.stderr)
    assert contents(out) == before


def test_a_part_that_cannot_be_written(
    sample: Path, tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The earlier output stays, and nothing is left beside it."""
    out = tmp_path / "parts"
    parts.write_parts([sample], out, scheduler=client)
    before = contents(out)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fsspec.implementations.local.LocalFileSystem.pipe_file", full)
    with pytest.raises(PfocrError, match=r"parts: cannot be used: No space left on device"):
        parts.write_parts([sample], out, scheduler=client, partition_size=3)
    assert contents(out) == before


# Cutting


@given(
    st.lists(st.integers(min_value=0, max_value=12), max_size=6),
    st.integers(min_value=1, max_value=9),
)
def test_partitions_hold_each_record_once_in_order(lengths: list[int], size: int) -> None:
    folders = [
        sources.RecordFolder(
            sources.Place(Path("/"), ""),
            tuple(Path(f"/{folder}/{n}.md") for n in range(length)),
            (),
            None,
        )
        for folder, length in enumerate(lengths)
    ]
    found: Any = SimpleNamespace(
        build="b", genes=None, folders=[("source", folder) for folder in folders]
    )
    here = parts._Sources((), {}, {})
    cut = list(parts._partitions(found, here, parts.PartsReport(size, Report([]))))
    every = [record for folder in folders for record in folder.records]
    assert [r for p in cut for batch, _ in p.batches for r in batch.folder.records] == every
    assert [p.number for p in cut] == list(range(len(cut)))
    assert all(p.records == size for p in cut[:-1])
    assert not cut or 0 < cut[-1].records <= size


# The cluster


def test_another_version_on_a_worker() -> None:
    other = parts.Partition(0, (), version="0.0.1")
    with pytest.raises(PfocrError, match=r"a worker has pfocr-kg .*, and this is 0\.0\.1"):
        parts.map_partition(other)


def test_workers_without_the_package(
    sample: Path, tmp_path: Path, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", none)  # the workers are threads of this process
    with pytest.raises(PfocrError, match="on workers: not installed"):
        parts.write_parts([sample], tmp_path / "parts", scheduler=client)


# What cannot be used so


def one_line(done: Any) -> str:
    assert (done.code, done.stdout) == (2, "")
    assert re.fullmatch(r"pfocr-kg: [^\n]+\n", done.stderr), done.stderr
    return str(done.stderr)


def test_a_missing_extra_is_named(sample: Path, tmp_path: Path, run_cli: Run) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.modules['distributed'] = None\n")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = run_cli("map", sample, "--output", tmp_path / "parts", env={"PYTHONPATH": path})
    assert 'pip install ".[cluster]"' in one_line(done)
    assert run_cli("--version", env={"PYTHONPATH": path}).code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--output", "parts"], "nowhere"),
        (["corpus", "--output", "corpus"], "holds other files"),
        (["corpus", "--output", "corpus/_figures/a.md"], "is a file"),
        (["nosuch://x", "--output", "parts"], "nosuch"),
        (["corpus", "--output", "nosuch://x"], "nosuch"),
        (["corpus", "--output", "memory://a[b]"], "a[b]"),
        (["memory://empty", "--output", "parts"], "memory://empty: holds no records"),
        (["corpus", "--output", "parts", "--genes", "nowhere.tsv"], "nowhere.tsv"),
        (["corpus", "--output", "parts", "--scheduler", "nonsense://x:1"], "nonsense://x:1"),
        (["corpus", "--output", "parts", "--scheduler", "tls://127.0.0.1:9"], "no certificates"),
        (["corpus", "--output", "parts", "--partition-size", "0"], "--partition-size"),
        (["corpus"], "--output"),
        (["corpus", "--output", ""], "no name"),
        (["", "--output", "parts"], "no name"),
    ],
    ids=lambda value: " ".join(value)[-40:] if isinstance(value, list) else "",
)
def test_what_cannot_be_used_so(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The command's own entry, in this process: to import Dask eleven times takes long."""
    tree(tmp_path / "corpus", a=record("a", "x"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["pfocr-kg", "map", *arguments])
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(SystemExit) as ended:
        main()
    signal.signal(signal.SIGTERM, before)
    out, err = capfd.readouterr()
    assert said in one_line(Finished(ended.value.code, out, err))
    assert not (tmp_path / "parts").exists()


def test_an_archive_stays_on_this_machine(sample: Path, tmp_path: Path, client: Any) -> None:
    archive = shutil.make_archive(str(tmp_path / "sample"), "zip", sample)
    with pytest.raises(PfocrError, match="an archive is not read over a cluster"):
        parts.write_parts([archive], tmp_path / "parts", scheduler=client)


# Processes: slow, since each imports Dask


@pytest.mark.slow
def test_no_scheduler_answers(sample: Path, tmp_path: Path, run_cli: Run) -> None:
    address = "tcp://127.0.0.1:9"
    done = run_cli("map", sample, "--output", tmp_path / "parts", "--scheduler", address)
    assert address in one_line(done)
    assert not (tmp_path / "parts").exists()


@pytest.mark.slow
def test_processes_of_this_machine(sample: Path, tmp_path: Path, client: Any, run_cli: Run) -> None:
    """Any number of workers writes the same bytes, from an archive too."""
    archive = Path(shutil.make_archive(str(tmp_path / "sample"), "gztar", sample))
    for number, source in enumerate((sample, archive)):
        out = tmp_path / f"parts-{number}"
        done = run_cli(
            *("map", source, "--output", out, "--partition-size", 4, "--jobs", 2), timeout=300
        )
        assert done.code == 0, done.stderr
        other = tmp_path / "other"
        parts.write_parts([sample], other, scheduler=client, partition_size=4)
        got, expected = contents(out), contents(other)
        assert got.pop("report.json") != b""
        del expected["report.json"]
        assert got == expected


@pytest.mark.slow
def test_real_records(pfocr_data: Path, tmp_path: Path, client: Any) -> None:
    sources = [pfocr_data / name for name in ("pfocr-covid", "pfocr-verbatim")]
    triples, report = built(tmp_path, *sources)
    got = parts.write_parts(sources, tmp_path / "parts", scheduler=client, partition_size=50)
    assert union(tmp_path / "parts") == triples
    assert quarantined(got.as_dict()) == quarantined(report)
    assert dict(got.unknown_keys) == report["unknown_keys"]


@pytest.fixture
def processes() -> Iterator[Any]:
    """Two workers with nannies, which start another where one is killed."""
    with (
        distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
            silence_logs=50,
            scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
        ) as local,
        distributed.Client(local, set_as_default=False) as own,
    ):
        yield own


@pytest.mark.slow
def test_a_lost_workers_partition_is_done_again(
    sample: Path, tmp_path: Path, client: Any, processes: Any, run_cli: Run
) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    processes.register_plugin(killer.Killer(killed, 2))
    address = processes.scheduler.address
    done = run_cli(
        *("map", sample, "--output", tmp_path / "parts", "--partition-size", 5),
        *("--scheduler", address, "-q"),
    )
    assert done == (0, "", "")
    assert len(list(killed.iterdir())) == 2
    parts.write_parts([sample], tmp_path / "calm", scheduler=client, partition_size=5)
    assert contents(tmp_path / "parts") == contents(tmp_path / "calm")


@pytest.mark.slow
def test_a_partition_that_kills_its_workers(
    sample: Path, tmp_path: Path, processes: Any, run_cli: Run
) -> None:
    killed = tmp_path / "killed"
    killed.mkdir()
    processes.register_plugin(killer.Killer(killed, 1000))
    done = run_cli(
        *("map", sample, "--output", tmp_path / "parts"),
        *("--scheduler", processes.scheduler.address),
        timeout=300,
    )
    assert "each worker that had them was lost" in done.stderr.splitlines()[-1]
    assert done.code == 2
    assert not (tmp_path / "parts").exists()


def of_group(group: int) -> list[int]:
    """The processes of a process group, and of this session's children of it."""
    shown = subprocess.run(
        ["ps", "-eo", "pid=,pgid="], capture_output=True, text=True, check=True
    ).stdout
    return [int(pid) for pid, of in map(str.split, shown.splitlines()) if int(of) == group]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps")
@pytest.mark.parametrize(("sent", "code"), [(2, 130), (15, 143)], ids=["Ctrl-C", "TERM"])
def test_interrupted(sent: int, code: int, sample: Path, tmp_path: Path) -> None:
    """No process, no part and no traceback is left."""
    root = tmp_path / "many" / "_figures"
    root.mkdir(parents=True)
    for number in range(6000):
        (root / f"f{number}.md").write_text(record(f"f{number}", "t"))
    process = subprocess.Popen(
        [COMMAND, "map", root, "-o", tmp_path / "parts", "--jobs", "2", "--partition-size", "100"],
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    end = time.monotonic() + 60
    while not list((tmp_path / "parts").glob(".pfocr-kg-map-*/*.nt")):
        assert time.monotonic() < end
        assert process.poll() is None
        time.sleep(0.05)
    # A terminal sends Ctrl-C to all processes of the group.
    if sent == signal.SIGINT:
        os.killpg(process.pid, sent)
    else:
        process.send_signal(sent)
    _, said = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in said
    lines = [line for line in said.decode().splitlines() if line]
    assert all(re.match(r"reading and mapping: |pfocr-kg: interrupted$", line) for line in lines)
    end = time.monotonic() + 10  # Python's own keeper of shared memory ends after its parent
    while left := of_group(process.pid):
        assert time.monotonic() < end, left
        time.sleep(0.1)
    assert not (tmp_path / "parts").exists()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux")
def test_nobody_else_can_use_the_cluster() -> None:
    """It listens on the loopback only, and takes nobody without its certificates."""
    psutil = pytest.importorskip("psutil")
    with dask_cluster.connected(None, 1) as own:
        here = psutil.Process()
        for process in (here, *here.children(recursive=True)):
            for socket in process.net_connections("inet"):
                assert socket.laddr.ip in ("127.0.0.1", "::1")
        address = own.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        with pytest.raises(PfocrError), dask_cluster.connected(address, 1):
            pass
        plain = address.replace("tls:", "tcp:")
        with pytest.raises(PfocrError), dask_cluster.connected(plain, 1):
            pass
