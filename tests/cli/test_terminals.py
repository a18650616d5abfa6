"""On a terminal, nothing in a record, an archive, a query or a reply moves, colours or hides."""

from __future__ import annotations

import logging
import re
import sys
import unicodedata
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

import sparql_service
from fork_server import Run
from hostile import STEERING
from pfocr_kg.cli import terminal
from terminals import ESCAPE, on_terminal

STEERS = f"\x1b[31m\x07\r{STEERING}"
RAW = "\x1b]0;title\x07\x1b[31m\x08\x0b\x9b31m\u202e\u2028\u200b"
STYLES = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|1A|2K)|\r(?=\x1b\[(?:1A|2K))|\r+(?=\n)")
"""What rich itself writes: styles, the cursor's visibility, and the moves of a progress bar."""


def steering(shown: str) -> set[str]:
    """The characters that steer or hide, by Unicode's categories; line ends and tabs do not."""
    left = STYLES.sub("", shown)
    return {
        f"U+{ord(c):04X}"
        for c in left
        if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs") and c not in "\n\t"
    }


TEXTS = "SELECT ?o WHERE { ?s ?p ?o FILTER(isLiteral(?o)) }"
SLOW = pytest.mark.slow
COMMANDS = [
    ["find", "apoptosis"],
    ["find", STEERS + "x"],
    ["find", "PMC9999001", "--wide"],
    ["search", "apoptosis", "--wide"],
    ["search", "apoptosis", "--format", "json"],
    pytest.param(["search", "apoptosis", "--format", "tsv"], marks=SLOW),
    ["search", "x", "--gene", RAW],
    ["show", "PMC9999001__F1"],
    ["show", "PMC9999001__F1", "--format", "json"],
    ["show", "PMC9999001__F1", "--format", "turtle"],
    ["show", "PMC9999001"],
    ["show", "TP53"],
    ["show", "WP11"],
    pytest.param(["show", "DOID:3571"], marks=SLOW),
    pytest.param(["show", "CHEBI:59111"], marks=SLOW),
    ["show", RAW],
    ["stats"],
    pytest.param(["validate"], marks=SLOW),
    ["candidates"],
    ["candidates", f"pathway={RAW}"],
    ["query", TEXTS],
    ["query", TEXTS, "--format", "csv"],
    ["query", TEXTS, "--format", "json"],
    pytest.param(
        ["query", TEXTS, "--format", "xml"],
        marks=SLOW,
    ),
    ["query", 'SELECT ("\\u001b[31m\\u0007\\r" AS ?x) {}'],
    ["query", f"SELECT {RAW}"],
    ["query", f"{RAW}.rq"],
    ["query", "figures-of-gene", f"gene={RAW}"],
    ["query", "figures-of-gene", f"{RAW}=1"],
    ["query", RAW, "--help"],
    pytest.param(["enrich", "genes.txt"], marks=SLOW),
    pytest.param(["network", "genes"], marks=SLOW),
    ["network", "genes", "--format", "graphml"],
    pytest.param(["network", "genes", "--analysis", "hubs"], marks=SLOW),
    ["network", RAW],
    ["export"],
    ["export", "--format", "gmt"],
    ["export", "--format", "gpml", "--figure", "PMC9999001__F1"],
    ["export", "--format", RAW],
    pytest.param(["export", "--figures", "genes.txt", "--format", "ntriples"], marks=SLOW),
    ["link", "--format", "sssom"],
    pytest.param(["link", "--wikipathways", RAW], marks=SLOW),
    pytest.param(["release", "out", "--gene", RAW], marks=SLOW),
    ["build", "a.tar.gz", "--store", "new"],
    ["build", RAW],
    ["build", "bad.tar.gz", "--store", "newer"],
    pytest.param(["map", "a.tar.gz", "--output", "parts", "--jobs", "1"], marks=SLOW),
    ["diff", "store", "one"],
    ["diff", RAW, RAW],
    ["apply", "patch.ru"],
    [RAW],
    [f"--{RAW}"],
    ["stats", "--store", RAW],
    ["queries", RAW],
    ["push", f"http://127.0.0.1:9/{RAW}"],
]


@pytest.fixture(scope="module")
def place(hostile_store: Path, run_cli: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the store, what it was built from, and hostile files."""
    folder = tmp_path_factory.mktemp("place")
    (folder / "store").symlink_to(hostile_store)
    (folder / "a.tar.gz").symlink_to(hostile_store.parent / "a.tar.gz")
    (folder / "genes.txt").write_text(f"TP53\nEGFR\n{RAW.replace(chr(0x0B), '')}\n")
    (folder / "patch.ru").write_text(f"# {RAW}\nDELETE DATA {{ {RAW} }}")
    (folder / "bad.tar.gz").write_bytes(b"\x1b[31m")
    record = Path(__file__).parent.parent / "data/sample/_figures/PMC3614012__nihms379615f2.md"
    assert run_cli("build", record, "--store", folder / "one").code == 0
    return folder


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda a: ascii(" ".join(a))[1:60])
def test_a_terminal_is_not_steered(arguments: list[str], place: Path) -> None:
    environment = {"PFOCR_KG_STORE": "store"}
    code, shown = on_terminal(arguments, cwd=place, env=environment)
    assert steering(shown) == set()
    assert "Traceback" not in shown
    assert shown
    assert code in (0, 1, 2)


def width(text: str) -> int:
    """Columns of a terminal that a text takes: two where it is wide, none where it combines."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


ROWS = """SELECT ?a ?b WHERE { VALUES (?a ?b) { ("\\u009b\\u202Ex" "|") ("漢字" "|")
  ("e\\u0301" "|")  ("long enough" "|") ("two\\nlines" "|") } }"""


def test_columns_keep_their_width(place: Path) -> None:
    code, shown = on_terminal(["query", ROWS, "--store", "store"], cwd=place)
    rows = ESCAPE.sub("", shown).splitlines()[2:-1]
    assert (code, len(rows)) == (0, 5)
    assert {width(row.partition("|")[0]) for row in rows} == {len(r"\u009b\u202ex") + 3}
    assert {row.split("|")[0].strip() for row in rows} >= {r"\u009b\u202ex", "漢字", "two lines"}


def test_in_a_pipe_data_is_as_it_is(place: Path, run_cli: Run) -> None:
    for arguments in (
        ["query", "SELECT ?t { ?f dcterms:title ?t }"],
        ["query", "SELECT ?t { ?f dcterms:title ?t }", "--format", "csv"],
        ["show", "PMC9999001__F1", "--format", "json"],
        ["export", "--format", "ntriples"],
    ):
        shown = run_cli(*arguments, "--store", "store", cwd=place).stdout
        assert "\x9b31mred " in shown
        assert "\u202egnp.exe\u202c \u2066x\u2069 \u200ez \u200bw" in shown


def test_an_archive_cannot_forge_a_line_of_the_quarantine(place: Path, run_cli: Run) -> None:
    _, shown = on_terminal(["build", "a.tar.gz", "--store", "third"], cwd=place)
    piped = run_cli("build", "a.tar.gz", "--store", "fourth", cwd=place).stderr
    for text in (shown, piped):
        (line,) = (line for line in text.split("\n") if "has no front matter" in line)
        assert "a.tar.gz/root/_figures/bad" in line
        assert r"\u000aforged" in line


@pytest.mark.parametrize(
    "reply",
    [
        (500, f"<b>{RAW}{STEERING}".encode()),
        (200, f"{RAW}".encode()),
        (
            200,
            b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"'
            b'\\u001b[31m\\u009b31m\\u0007\\u202e\\r"}}]}}',
        ),
    ],
    ids=["error", "garbage", "cells"],
)
def test_an_endpoint_does_not_steer(reply: tuple[int, bytes], place: Path) -> None:
    with sparql_service.serving("") as endpoint:
        endpoint.reply = reply
        arguments = ["query", "SELECT ?x { ?s ?p ?x }", "--store", endpoint.url]
        _, shown = on_terminal(arguments, cwd=place)
    assert steering(shown) == set()
    assert shown


def test_a_name_of_a_file_in_no_encoding_is_shown(place: Path) -> None:
    _, shown = on_terminal(["build", "no\udc9b31m.md", "--store", "fifth"], cwd=place)
    assert r"no\x9b31m.md" in shown or r"no\udc9b31m.md" in shown


class Terminal(BytesIO):
    """Takes what a terminal gets."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
def test_bytes_and_texts_are_escaped(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a writer has the bytes of the stream, and cuts them anywhere."""
    got, errors = Terminal(), "surrogateescape" if encoding == "utf-8" else "replace"
    monkeypatch.setattr("sys.stdout", TextIOWrapper(got, encoding, errors))
    terminal.protect()
    data = "a\r\n\x1b[1mé\x9b漢\r\x7f.".encode()
    for at in range(len(data)):
        sys.stdout.buffer.write(data[at : at + 1])
    print("\u202e\x1b\x9b\udc9b.")
    sys.stdout.flush()
    shown = got.getvalue().decode(encoding)
    assert steering(shown.replace("\r\n", "")) == set()
    assert shown.startswith("a\r\n\\u001b[1m")
    assert r"\u000d\u007f." in shown
    if encoding == "utf-8":
        assert shown.splitlines()[1] == r"\u001b[1mé\u009b漢\u000d\u007f.\u202e\u001b\u009b\x9b."


def test_a_line_of_a_log_is_one_line() -> None:
    asked = f"a\n2026 forged{RAW}"
    record = logging.LogRecord("x", logging.INFO, "", 0, "asked %s", (asked,), None)
    (line,) = terminal.LogLine("%(message)s").format(record).splitlines()
    assert line == "asked a" + r"\u000a2026 forged" + line.partition("forged")[2]
    assert steering(line) == set()
    try:
        raise ValueError(asked)
    except ValueError:
        record.exc_info = sys.exc_info()
    first, *rest = terminal.LogLine("%(message)s").format(record).split("\n")
    assert first == line
    assert all(text.startswith("  ") and not steering(text) for text in rest)
