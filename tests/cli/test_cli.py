"""The command line as a person meets it: exit codes, streams, terminals, signals of pipes."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryFile

import pytest
import zstandard

import pfocr_kg
from fork_server import COMMAND, SERVERS, UNMEASURED, Finished, Run, Servers
from pfocr_kg.cli.app import app
from terminals import COLOUR, on_terminal

ONE = "PMC3614012__nihms379615f2"
EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"
ENOUGH = 2_000
"""Rows that no pipe holds; a table of all takes long to lay out."""
COMMANDS = sorted(app.commands)


def one_line(done: Finished) -> str:
    """The error of a command that cannot be used so: one line, and nothing else."""
    assert done.code == 2
    assert done.stdout == ""
    assert re.fullmatch(r"pfocr-kg: [^\n]+\n", done.stderr), done.stderr
    return done.stderr


@pytest.fixture
def one(sample: Path) -> Path:
    return sample / "_figures" / f"{ONE}.md"


# Help


def test_help_lists_the_commands(run_cli: Run) -> None:
    done = run_cli("--help")
    assert (done.code, done.stderr) == (0, "")
    assert {"build", "query", "queries", "export", "stats", "validate"} <= set(COMMANDS)
    assert set(COMMANDS) == set(re.findall(r"^  (\w+)  ", done.stdout, re.M))


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(command: str, run_cli: Run) -> None:
    done = run_cli(command, "--help")
    assert (done.code, done.stderr) == (0, "")
    assert re.search(
        rf"^ *Examples?:\n( +.*\n)*? +.*pfocr-kg {command}\b", done.stdout, re.MULTILINE
    )
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_no_command_shows_the_help(run_process: Run) -> None:
    done = run_process()
    assert (done.code, done.stdout) == (2, "")
    assert "pfocr-kg [OPTIONS]" in done.stderr.splitlines()[0]


def test_version(run_process: Run) -> None:
    done = run_process("--version")
    assert (done.code, done.stderr) == (0, "")
    assert re.fullmatch(r"pfocr-kg \d+\.\d+\.\d+\S*\n", done.stdout)


def test_module_is_the_command(built_sample: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pfocr_kg.cli", "stats", "--store", str(built_sample), "-f", "json"],
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["classes"]["pfocr:PathwayFigure"] == 34


# What cannot be used so. STORE stands for a built store.

MISTAKES: dict[str, tuple[Sequence[str], str]] = {
    "command": (["bild"], "bild"),
    "option": (["--bogus"], "--bogus"),
    "option of build": (["build", "x", "--bogus"], "--bogus"),
    "build without source": (["build"], "SOURCE"),
    "no jobs": (["build", "x", "--jobs", "0"], "--jobs"),
    "jobs in words": (["build", "x", "--jobs", "many"], "--jobs"),
    "store without value": (["build", "x", "--store"], "--store"),
    "query without name": (["query"], "NAME"),
    "two queries": (["query", "a", "b"], "b"),
    "unknown query": (["query", "figures-of-gen", "STORE"], "figures-of-gene"),
    "no file": (["query", "nowhere.rq", "STORE"], "nowhere.rq"),
    "folder for a query": (["query", "/", "STORE"], "/"),
    "unknown parameter": (["query", "figures-of-gene", "-p", "symbol=TNF", "STORE"], "gene"),
    "parameter without value": (["query", "figures-of-gene", "-p", "gene", "STORE"], "gene"),
    "parameter without name": (["query", "figures-of-gene", "-p", "=TNF", "STORE"], "gene"),
    "number in words": (["query", "figures-with-genes", "gene=TNF", "minimum=few", "STORE"], "few"),
    "number with a fraction": (
        ["query", "figures-with-genes", "gene=TNF", "minimum=2.5", "STORE"],
        "2.5",
    ),
    "IRI of nothing": (["query", "figures-of-disease", "-p", "disease=DOID:9", "STORE"], "DOID:9"),
    "organism of nobody": (["query", "most-drawn-genes", "-p", "organism=yeti", "STORE"], "yeti"),
    "IRI with a space": (["query", "most-drawn-genes", "-p", "organism=a:b c", "STORE"], "a:b c"),
    "format of a query": (["query", "class-counts", "-f", "yaml", "STORE"], "yaml"),
    "rows as a graph": (["query", "class-counts", "-f", "turtle", "STORE"], "turtle"),
    "graph as rows": (["query", "subgraph-of-figure", "--example", "-qf", "csv", "STORE"], "csv"),
    "format of export": (["export", "-f", "csv", "STORE"], "csv"),
    "format of stats": (["stats", "-f", "xml", "STORE"], "xml"),
    "format of queries": (["queries", "-f", "csv"], "csv"),
    "ending of export": (["export", "-o", "graph.docx", "STORE"], "graph.docx"),
    "ending of rows": (["query", "class-counts", "-o", "rows.docx", "STORE"], "rows.docx"),
    "folder of output": (["export", "-o", "/nowhere/x.ttl", "STORE"], "/nowhere/x.ttl"),
    "output a folder": (["query", "class-counts", "-f", "csv", "-o", "/tmp", "STORE"], "/tmp"),
    "remote store": (["stats", "--store", "http://127.0.0.1:9/"], "http://127.0.0.1:9/"),
}


@pytest.mark.parametrize("name", MISTAKES, ids=lambda name: name.replace(" ", "-"))
def test_mistakes(name: str, built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    given, says = MISTAKES[name]
    arguments = [
        a for g in given for a in (["--store", str(built_sample)] if g == "STORE" else [g])
    ]
    assert says in one_line(run_cli(*arguments, cwd=tmp_path))
    assert list(tmp_path.iterdir()) == []


BROKEN_QUERIES: dict[str, bytes] = {
    "empty": b"",
    "words": b"which figures draw TNF?",
    "unclosed": b"SELECT ?s WHERE { ?s ?p ?o",
    "undeclared prefix": b"SELECT ?s WHERE { ?s a mine:Gene }",
    "update": b"DELETE WHERE { ?s ?p ?o }",
    "load": b"LOAD <file:///etc/passwd>",
    "noise": bytes(range(128, 256)),
    "NUL": b"SELECT ?s WHERE { ?s ?p ?o }\0",
    "broken parameter": b"# param: x | nonsense\nSELECT ?x WHERE { VALUES ?x { 1 } }",
    "service that is not there": b"SELECT ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
}


@pytest.mark.parametrize("name", BROKEN_QUERIES, ids=lambda name: name.replace(" ", "-"))
def test_broken_queries(name: str, built_sample: Path, run_cli: Run) -> None:
    done = run_cli("query", "-", "--store", built_sample, stdin=BROKEN_QUERIES[name])
    one_line(done)


# Streams


def test_results_alone_go_to_standard_output(one: Path, tmp_path: Path, run_cli: Run) -> None:
    store = tmp_path / "store"
    built = run_cli("build", one, "--store", store)
    assert (built.code, built.stdout) == (0, "")
    assert re.search(r"^1 figures?, 928 triples", built.stderr, re.MULTILINE)
    quiet = run_cli("build", one, "--store", store, "--quiet")
    assert quiet == (0, "", "")
    rows = run_cli("query", "class-counts", "--format", "csv", "--store", store)
    assert (rows.code, rows.stderr) == (0, "")
    assert rows.stdout.endswith("\r\n")
    listed = run_cli("queries", "--format", "json")
    assert (listed.code, listed.stderr) == (0, "")
    assert len(json.loads(listed.stdout)) >= 26
    example = run_cli("query", "figures-of-gene", "--example", "-f", "json", "--store", store)
    json.loads(example.stdout)


def test_standard_input(built_sample: Path, run_cli: Run) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    for text in (count.encode(), b"\xef\xbb\xbf" + count.replace(" ", "\r\n").encode()):
        done = run_cli("query", "-", "-f", "csv", "--store", built_sample, stdin=text)
        assert done == (0, "n\r\n15706\r\n", "")


def test_file(built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    (tmp_path / "my.rq").write_text(
        "# param: word | string | AKT | A word\n"
        "PREFIX pfocr: <https://w3id.org/pfocr/vocab#>\n"
        'ASK {\n  VALUES ?word { "AKT" }\n  ?mention pfocr:word ?word\n}\n'
    )
    ask = ("query", "my.rq", "--store", built_sample)
    assert run_cli(*ask, "--example", cwd=tmp_path).stdout == "yes\n"
    assert run_cli(*ask, "-p", 'word="} #', cwd=tmp_path).stdout == "no\n"
    # A file of a bundled query's name, without an ending, is meant as the file.
    (tmp_path / "class-counts").write_text("ASK { }")
    named = run_cli("query", "class-counts", "--store", built_sample, cwd=tmp_path)
    assert named.stdout == "yes\n"


def test_standard_output_by_its_name(
    built_sample: Path, tmp_path: Path, fork_servers: Servers
) -> None:
    """Where it is a file, what others wrote there stays."""
    words = ["find", "TNF", "-f", "csv", "--store", str(built_sample), "-o", "/dev/stdout"]
    with (tmp_path / "out").open("wb") as out, Path(os.devnull).open("rb") as nothing:
        out.write(b"before\n")
        out.flush()
        assert fork_servers.run(words, (nothing, out, out), os.environ, tmp_path, 60) == 0
        out.write(b"after\n")
    before, header, *rows, after = (tmp_path / "out").read_text().splitlines()
    assert (before, header.split(",")[0], after) == ("before", "iri", "after")
    assert rows


def test_hyphen_is_standard_output(built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    for given in (["export", "-f", "ntriples"], ["query", "class-counts", "-f", "csv"]):
        plain = run_cli(*given, "--store", built_sample)
        hyphen = run_cli(*given, "--output", "-", "--store", built_sample, cwd=tmp_path)
        assert (plain.code, plain) == (0, hyphen)
    assert list(tmp_path.iterdir()) == []


def test_store_from_the_environment(built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    env = {"PFOCR_KG_STORE": str(built_sample)}
    done = run_cli("stats", "-f", "json", env=env, cwd=tmp_path)
    assert json.loads(done.stdout)["triples"] == 15706
    # The option wins.
    one_line(run_cli("stats", "--store", tmp_path / "none", env=env))
    # Without either, it is a folder here.
    assert "pfocr-kg-store" in one_line(run_cli("stats", cwd=tmp_path))


# Output files


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_output_files(ending: str, built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    unpack: dict[str, Callable[[bytes], bytes]] = {
        "": bytes,
        ".gz": gzip.decompress,
        ".zst": lambda b: zstandard.ZstdDecompressor().stream_reader(b).read(),
    }
    cases = (
        (["export"], "x.nt"),
        (["query", "class-counts"], "x.csv"),
        (
            ["query", "subgraph-of-figure", "--example"],
            "x.ttl",
        ),
    )
    for given, name in cases:
        path = tmp_path / f"{name}{ending}"
        done = run_cli(*given, "--output", path, "--store", built_sample)
        assert (done.code, done.stdout) == (0, "")
        form = {"nt": "ntriples", "csv": "csv", "ttl": "turtle"}[name[2:]]
        printed = run_cli(*given, "--format", form, "--store", built_sample)
        assert unpack[ending](path.read_bytes()).decode() == printed.stdout
    # Beside the export is its description.
    assert len(list(tmp_path.iterdir())) == 4


def test_table_to_a_file(built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    path = tmp_path / "x.txt"
    asked = ("query", "most-drawn-genes", "--example", "--format", "table", "--store", built_sample)
    done = run_cli(*asked, "--output", path)
    assert (done.code, done.stdout) == (0, "")
    assert path.read_text(encoding="utf-8") == run_cli(*asked).stdout


FAILING = "SELECT ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"


def test_failed_query_leaves_the_output(built_sample: Path, tmp_path: Path, run_cli: Run) -> None:
    path = tmp_path / "x.csv"
    path.write_text("yesterday")
    done = run_cli("query", "-", "-o", path, "--store", built_sample, stdin=FAILING)
    assert "asks http://127.0.0.1:9/" in one_line(done)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("yesterday", [path])


@pytest.mark.slow
def test_failed_export_leaves_the_output(built_sample: Path, tmp_path: Path) -> None:
    for name in ("x.ttl", "x.ttl.gz", "x.nt"):
        path = tmp_path / name
        path.write_text("yesterday")
        done = subprocess.run(
            # Files end at 20 blocks: the disk is full.
            ["sh", "-c", 'ulimit -f 20; exec "$@"', "sh", COMMAND, "export"]  # noqa: RUF005
            + ["--output", str(path), "--store", str(built_sample)],
            env=UNMEASURED,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert re.fullmatch(r"pfocr-kg: [^\n]+\n", done.stderr)
        assert (path.read_text(), list(tmp_path.iterdir())) == ("yesterday", [path])
        path.unlink()


def test_output_into_a_folder_that_cannot_be_written(built_sample: Path, run_cli: Run) -> None:
    for given in (["export", "-f", "turtle"], ["query", "class-counts", "-f", "csv"]):
        said = one_line(run_cli(*given, "-o", "/proc/pfocr-kg.out", "--store", built_sample))
        assert "/proc/pfocr-kg.out" in said


# Pipes

LONG: dict[str, list[str]] = {
    "query csv": ["query", "-", "--format", "csv"],
    "query json": ["query", "-", "--format", "json"],
    "query table": ["query", "-", "--format", "table"],
    "query graph": ["query", "-", "--format", "turtle"],
    "export turtle": ["export"],
    "export ntriples": ["export", "--format", "ntriples"],
    "export jsonld": ["export", "--format", "jsonld"],
    "queries": ["queries"],
    "help": ["build", "--help"],
}


def piped(arguments: Sequence[str], store: Path, stdin: bytes, *, read: int) -> tuple[int, bytes]:
    """Run with standard output into a pipe that is closed after so many bytes."""
    reading, writing = os.pipe()
    environment = {**os.environ, "PFOCR_KG_STORE": str(store)}
    with TemporaryFile() as given, TemporaryFile() as stderr:
        given.write(stdin)
        given.seek(0)
        if not read:
            os.close(reading)
        streams = (given, writing, stderr)
        with SERVERS.begin(arguments, streams, environment, Path.cwd()) as process:
            os.close(writing)
            if read:
                os.read(reading, read)
                os.close(reading)
            code = process.wait(60)
        stderr.seek(0)
        return code, stderr.read()


@pytest.mark.parametrize("read", [0, 1])
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=name.replace(" ", "-")) for name in LONG],
)
def test_reader_who_has_enough(name: str, read: int, built_sample: Path) -> None:
    query = f"CONSTRUCT {EVERYTHING[16:]}" if "graph" in name else EVERYTHING
    query = query.replace("CONSTRUCT ", "CONSTRUCT { ?s ?p ?o } ")
    if "table" in name:
        query += f" LIMIT {ENOUGH}"
    code, stderr = piped(LONG[name], built_sample, query.encode(), read=read)
    assert stderr == b""
    assert code in (0, 141)


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=name.replace(" ", "-")) for name in LONG if name != "query graph"],
)
def test_standard_output_that_is_full(name: str, built_sample: Path) -> None:
    environment = {**os.environ, "PFOCR_KG_STORE": str(built_sample)}
    with FULL.open("wb") as full, TemporaryFile() as given, TemporaryFile() as stderr:
        given.write(f"{EVERYTHING} LIMIT {ENOUGH}".encode())
        given.seek(0)
        assert SERVERS.run(LONG[name], (given, full, stderr), environment, Path.cwd(), 60) == 2
        stderr.seek(0)
        assert re.fullmatch(rb"pfocr-kg: [^\n]+\n", stderr.read())


@pytest.mark.parametrize("closed", [">&-", "<&-"])
def test_streams_that_are_closed(closed: str, built_sample: Path) -> None:
    done = subprocess.run(
        [
            "sh",
            "-c",
            f'exec "$@" {closed}',
            "sh",
            COMMAND,
            "query",
            "-",
            "--format",
            "csv",
            "--store",
            str(built_sample),
        ],
        input=EVERYTHING.encode(),
        capture_output=True,
        check=False,
    )
    assert b"Traceback" not in done.stderr


# Terminals


@pytest.mark.parametrize(
    ("typed", "options", "code"),
    [(b"y\n", [], 0), (b"n\n", [], 1), (b"\n", ["-q"], 1), (b"\x04", [], 130), (b"", ["-y"], 0)],
)
def test_building_other_sources_is_asked_on_a_terminal(
    typed: bytes, options: list[str], code: int, one: Path, tmp_path: Path
) -> None:
    store, first, other = tmp_path / "store", tmp_path / "first.md", tmp_path / "other.md"
    shutil.copyfile(one, first)
    shutil.copyfile(one, other)
    pfocr_kg.build(first, store)
    marker = (store / "pfocr-kg.json").read_bytes()
    arguments = ["build", str(other), "--store", str(store), *options]
    found, shown = on_terminal(arguments, typed=typed)
    assert found == code
    text = f"{store} holds 1 figure of {first}; this build replaces them by those of {other}"
    assert text in shown
    assert ("Replace them?" in shown) is ("-y" not in options)
    assert ("left as it was" in shown) is (code == 1)
    assert ((store / "pfocr-kg.json").read_bytes() == marker) is (code != 0)


def test_progress_bar_on_a_terminal(one: Path, tmp_path: Path) -> None:
    code, shown = on_terminal(["build", str(one), "--store", str(tmp_path / "store")])
    assert code == 0
    assert "\u2501" in shown  # ━, of the bar
    assert COLOUR.search(shown)
    # What stays is the summary; the cursor is back.
    assert re.search(r"1 figures?, 928 triples[^\n]*\n$", shown)
    assert shown.count("\x1b[?25l") == shown.count("\x1b[?25h")


@pytest.mark.slow
def test_progress_bar_on_a_terminal_that_cannot_show_it(one: Path, tmp_path: Path) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    arguments = ["build", str(one), "--store", str(tmp_path / "store")]
    code, shown = on_terminal(arguments, env=ascii_only)
    assert code == 0
    assert shown.isascii()
    assert re.search(r"1 figures?, 928 triples", shown)


def test_plain_lines_elsewhere(one: Path, tmp_path: Path, run_cli: Run) -> None:
    done = run_cli("build", one, "--store", tmp_path / "store", env={"TERM": "xterm"})
    assert "\x1b" not in done.stderr
    assert "\r" not in done.stderr
    assert re.match(r"reading and mapping: [^\n]*1 record", done.stderr)


def test_quiet_on_a_terminal(one: Path, tmp_path: Path) -> None:
    shown = on_terminal(["build", str(one), "--store", str(tmp_path / "store"), "--quiet"])
    assert shown == (0, "")


def test_no_color(one: Path, built_sample: Path, tmp_path: Path) -> None:
    for arguments in (
        ["build", str(one), "--store", str(tmp_path / "store")],
        ["query", "class-counts", "--store", str(built_sample)],
        ["stats", "--store", str(built_sample)],
    ):
        code, shown = on_terminal(arguments, env={"NO_COLOR": "1"})
        assert code == 0
        assert not COLOUR.search(shown)


def test_error_on_a_narrow_terminal_stays_one_line(built_sample: Path) -> None:
    code, shown = on_terminal(["query", "no-such-query", "--store", str(built_sample)], width=40)
    assert (code, shown.count("\n")) == (2, 1)


def test_literals_cannot_style_the_output(built_sample: Path, run_cli: Run) -> None:
    """Square brackets are markup to the library that draws tables; here they are text."""
    query = 'SELECT ("[red]x[/red] [/] :smile: http://x" AS ?t) {}'
    done = run_cli("query", "-", "--store", built_sample, stdin=query)
    assert "[red]x[/red] [/] :smile: http://x" in done.stdout


def test_quarantine_on_a_terminal(sample: Path, tmp_path: Path) -> None:
    """Brackets in a path are no markup either."""
    tree = tmp_path / "tree [bold]"
    (tree / "_figures").mkdir(parents=True)
    shutil.copy(sample / "_figures" / f"{ONE}.md", tree / "_figures")
    (tree / "_figures" / "[red]bad.md").write_text("junk")
    code, shown = on_terminal(["build", str(tree), "--store", str(tmp_path / "s"), "--strict"])
    assert code == 1
    assert "tree [bold]/_figures/[red]bad.md:1: has no front matter" in shown
