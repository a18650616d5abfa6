"""Asking a store by the command line: what parameters take, what it says, how to stop it."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from fork_server import COMMAND
from local_queries import LOCAL
from pfocr_kg import iris
from places import ROOT

FIGURE = "PMC3614012__nihms379615f2"
Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("query", "given", "same"),
    [
        ("identifiers-of-figure", f"figure={FIGURE}", f"figure=figure:{FIGURE}.html"),
        ("identifiers-of-figure", f"figure=figure:{FIGURE}", f"figure=figure:{FIGURE}.html"),
        ("figures-of-paper", "paper=PMC3614012", "paper=pmc:3614012"),
        (
            "figures-of-paper",
            "paper=pmc3614012",
            "paper=https://europepmc.org/article/PMC/3614012",
        ),
        ("most-drawn-genes", "organism=human", "organism=NCBITaxon:9606"),
        ("most-drawn-genes", "organism=Homo sapiens", "organism=NCBITaxon:9606"),
    ],
)
def test_ids_stand_for_iris(
    run_cli: Run, built_sample: Path, query: str, given: str, same: str
) -> None:
    found, wanted = (
        run_cli("query", query, "-p", one, "-f", "csv", "--store", built_sample)
        for one in (given, same)
    )
    assert (found.code, found.stdout) == (0, wanted.stdout)
    assert found.stdout.count("\n") > 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "values", "said"),
    [
        ("genes-of-word", ["word=no such word"], "0 rows\n"),
        (
            "genes-drawn-with-gene",
            ["gene=TNF", "minimum=1000"],
            "0 rows\nnone with so high a minimum; 157 with minimum=1\n",
        ),
        ("figures-of-gene", ["gene=TNF"], ""),
    ],
)
def test_says_why_there_may_be_no_rows(
    run_cli: Run, built_sample: Path, tmp_path: Path, query: str, values: list[str], said: str
) -> None:
    for form in ("table", "csv", "tsv", "json", "xml"):
        asked = ("query", query, *values, "--quiet", "--format", form, "--store", built_sample)
        output = tmp_path / form
        for more in ((), ("--output", output)):
            done = run_cli(*asked, *more)
            assert (done.code, done.stderr) == (0, said)


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        ("ASK { ?s ?p <https://w3id.org/pfocr/vocab#Gene> }", "yes\n"),
        ("PREFIX pfocr: <https://w3id.org/pfocr/vocab#> ASK { ?s a pfocr:Gene }", "yes\n"),
        ("# of a/b\nASK { FILTER(false) }", "no\n"),
        (f"ASK {{ FILTER('{'a/' * 2000}' = '') }}", "no\n"),
        ("a {file}.rq", "no\n"),
    ],
    ids=["slash", "prefix", "comment", "longer than a path", "file with braces"],
)
def test_sparql_as_an_argument(
    run_cli: Run, built_sample: Path, tmp_path: Path, given: str, answer: str
) -> None:
    (tmp_path / "a {file}.rq").write_text("ASK { FILTER(false) }")
    done = run_cli("query", given, "--store", built_sample, cwd=tmp_path)
    assert done == (0, answer, "")


@pytest.mark.parametrize("form", ["turtle", "ntriples", "jsonld"])
def test_a_graph_without_triples(form: str, run_cli: Run, built_sample: Path) -> None:
    asked = ("query", "describe <http://a/b>", "-f", form, "--store", built_sample)
    done = run_cli(*asked)
    assert (done.code, done.stderr) == (0, "0 triples\n")


def test_a_graph_of_sparql_as_an_argument(run_cli: Run, built_sample: Path) -> None:
    """DESCRIBE needs no braces."""
    text = "describe <https://identifiers.org/ncbigene/7124>"
    done = run_cli("query", text, "-f", "ntriples", "--store", built_sample)
    assert done.code == 0
    assert '"TNF"' in done.stdout


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("x" * 300, f"there is no bundled query '{'x' * 40}'. "),
        (f"{'x' * 300}.rq", f"{'x' * 300}.rq: cannot be read: "),
        ("no/such file", "no/such file: cannot be read: "),
        ("genes of figure", "'genes of figure' is not the name of a query. "),
        ("DELETE WHERE { ?s ?p <http://a/b> }", "query given: is an update. "),
        ("SELECT ?s", "query given: does not parse, "),
    ],
)
def test_what_is_no_query(run_cli: Run, built_sample: Path, given: str, reason: str) -> None:
    done = run_cli("query", given, "--store", built_sample)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pfocr-kg: {reason}")
    assert done.stderr.count("\n") == 1


def test_queries_are_listed_by_topic(run_cli: Run) -> None:
    """Topics are folders; each query has one line that fits a terminal of 80 columns."""
    done = run_cli("queries")
    assert (done.code, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    files = sorted((ROOT / "queries").glob("*/*.rq"))
    listed = [line.split()[0] for line in lines if line.startswith(" ")]
    assert listed == [path.stem for path in files]
    topics = [line for line in lines if not line.startswith(" ")]
    assert topics == sorted({path.parent.name for path in files})
    assert max(map(len, lines)) <= 80
    assert " chemicals-of-gene     Chemicals Drawn with a Gene" in lines
    one = run_cli("queries", "Papers")
    at = lines.index("papers")
    assert one.stdout.splitlines() == lines[at : lines.index("pathways")]


def test_topics_that_are_not_there(run_cli: Run) -> None:
    for given, said in (("gene", "Did you mean genes?"), ("zzz", "Topics are chemicals, ")):
        done = run_cli("queries", given)
        assert (done.code, done.stdout) == (2, "")
        assert done.stderr.startswith(f"pfocr-kg: there is no topic '{given}'. {said}")


LATIN_1 = {"PYTHONIOENCODING": "latin-1"}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
TEXT = "caf\u00e9 \u2013 \u03b2"


@pytest.mark.parametrize(
    ("env", "arguments", "printed"),
    [
        (LATIN_1, (), b"caf\xe9 ? ?\n1 row\n"),
        (ASCII, (), b"caf? ? ?\n1 row\n"),
        (ASCII, ("--format", "csv"), f"text\r\n{TEXT}\r\n".encode()),
    ],
    ids=["latin-1", "ascii", "for programs"],
)
def test_terminal_that_cannot_show_everything(
    env: dict[str, str],
    arguments: tuple[str, ...],
    printed: bytes,
    built_sample: Path,
    tmp_path: Path,
) -> None:
    """Tables have a question mark instead; what programs read stays UTF-8."""
    asked = tmp_path / "asked.rq"
    asked.write_text(f'SELECT ?text {{ VALUES ?text {{ "{TEXT}" }} }}', encoding="utf-8")
    done = subprocess.run(
        [COMMAND, "query", asked, "--store", built_sample, *arguments],
        capture_output=True,
        env={**os.environ, **env},
        check=True,
    )
    assert done.stdout.endswith(printed)


def test_errors_on_a_terminal_that_cannot_show_everything(tmp_path: Path) -> None:
    done = subprocess.run(
        [COMMAND, "query", "caf\u00e9-\u03b2", "--store", tmp_path],
        capture_output=True,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "latin-1"},
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(b"pfocr-kg: there is no bundled query 'caf\xe9-\\u03b2'. ")


ENDLESS = """SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i
  FILTER (CONCAT(STR(?a), STR(?d), STR(?g)) = "nothing") }"""


def work(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until a process has computed for so long, however busy the machine is."""
    measured = psutil.Process(process.pid)
    while sum(measured.cpu_times()[:2]) < seconds:
        assert process.poll() is None
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("sent", "code", "said"),
    [(signal.SIGINT, 130, b"pfocr-kg: interrupted\n"), (signal.SIGTERM, 143, b"")],
)
@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "table"])
def test_a_query_without_end_is_stopped(
    form: str, sent: int, code: int, said: bytes, built_sample: Path, tmp_path: Path
) -> None:
    """Also where the store does not come back to Python; no file half written is left."""
    asked, output = tmp_path / "endless.rq", tmp_path / "found"
    asked.write_text(ENDLESS)
    process = subprocess.Popen(
        [COMMAND, "query", asked, "-f", form, "-o", output, "--store", built_sample],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if form == "csv":
        while not list(tmp_path.glob(".*.part")):
            assert process.poll() is None
            time.sleep(0.02)
    work(process, 1)
    process.send_signal(sent)
    try:
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out, err) == (code, b"", said)
    assert list(tmp_path.iterdir()) == [asked]


@pytest.mark.slow
def test_a_signal_between_rows_ends_it_as_ever(built_sample: Path) -> None:
    process = subprocess.Popen(
        [COMMAND, "query", "-", "-f", "table", "--store", built_sample],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    process.stdin.write(b"SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    process.stdin.close()
    process.stdin = None
    work(process, 1.5)
    process.send_signal(signal.SIGINT)
    try:
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, err.strip()) == (130, b"pfocr-kg: interrupted")


@pytest.mark.parametrize("option", ["--help", "-h"])
def test_help_of_a_query(option: str, run_cli: Run) -> None:
    done = run_cli("query", "genes-drawn-with-gene", option)
    assert (done.code, done.stderr) == (0, "")
    lines = [line.strip() for line in done.stdout.splitlines()]
    assert lines[0] == "Usage: pfocr-kg query genes-drawn-with-gene gene=NAME [OPTIONS]"
    assert "Genes Drawn Together with a Gene" in lines
    assert "pfocr-kg query genes-drawn-with-gene gene=TNF" in lines
    assert "minimum=INTEGER  Fewest figures that draw both.  [default: 2]" in lines


def test_help_of_a_file(run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "my.rq").write_text("# title: My Query\n# param: a | string: x, y | x | It\nASK {}")
    done = run_cli("query", "my.rq", "--help", cwd=tmp_path)
    assert (done.code, done.stderr) == (0, "")
    assert "My Query" in done.stdout
    assert "It (x or y).  [default: x]" in done.stdout


def test_help_of_no_query(run_cli: Run) -> None:
    done = run_cli("query", "figures-of-gne", "--help")
    assert (done.code, done.stdout) == (2, "")
    assert "Did you mean figures-of-gene" in done.stderr
    assert "--columns" in run_cli("query", "ASK {}", "--help").stdout


@pytest.mark.slow
@pytest.mark.parametrize("name", LOCAL)
def test_examples_of_the_help_run(name: str, linked_sample: Path, run_cli: Run) -> None:
    """And ask about what --example asks about."""
    shown = run_cli("query", name, "--help").stdout
    (example,) = re.findall(r"^Example:\n  pfocr-kg (.+)$", shown, re.M)
    command, asked, *given = shlex.split(example)
    assert (command, asked) == ("query", name)
    needed = LOCAL[name].needs({})
    words = [f"{p.name}={v}" for p in needed for v in iris.curie(p.example).split(", ")]
    assert given == words
    ran = run_cli(command, asked, *given, "--quiet", "--store", linked_sample)
    assert (ran.code, ran.stderr.count("pfocr-kg:")) == (0, 0)


def test_what_names_are_taken_for(built_sample: Path, run_cli: Run) -> None:
    asked = ("query", "figures-with-genes", "gene=p53", "gene=tnf", "--store", built_sample)
    for form in ("table", "csv"):
        done = run_cli(*asked, "-p", "minimum=1", "-f", form)
        said = "p53: TP53, human gene 7157\ntnf: TNF, human gene 7124\n"
        assert (done.code, done.stderr) == (0, said)
        quiet = run_cli(*asked, "minimum=1", "-f", form, "--quiet")
        assert quiet == (0, done.stdout, "")


def test_an_example_is_named(built_sample: Path, run_cli: Run) -> None:
    done = run_cli("query", "genes-over-years", "--example", "-f", "csv", "--store", built_sample)
    assert (done.code, done.stderr) == (0, "example: gene=TNF, IL6, STAT1, EGFR\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["figures-of-gene"], "query figures-of-gene needs gene=NAME; --example asks about TNF"),
        (["figures-of-gene", "TNF"], "query figures-of-gene takes NAME=VALUE, not 'TNF'"),
        (["figures-of-gene", "gene=TNF", "level=symbol"], "has no parameter 'level'"),
        (["class-counts", "a=b"], "query class-counts has no parameter 'a'. It has no parameters"),
        (["most-drawn-genes", "--organism", "mouse"], "Give organism=mouse"),
        (["figures-of-gene", "gene=TNF", "--organism", "unicorn"], "unicorn"),
        (["figures-of-gene", "gene=no such gene"], "no gene of the graph is called 'no such gene'"),
        (["my.rq"], "A name is none of level, "),
    ],
)
def test_parameters_that_do_not_fit(
    given: list[str], said: str, built_sample: Path, run_cli: Run, tmp_path: Path
) -> None:
    (tmp_path / "my.rq").write_text("# param: level | string | x | A level\nASK {}")
    for form in ("table", "csv"):
        done = run_cli("query", *given, "-f", form, "--store", built_sample, cwd=tmp_path)
        assert (done.code, done.stdout) == (2, "")
        assert done.stderr.startswith("pfocr-kg: ")
        assert said in done.stderr
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_the_last_line_ends(form: str, built_sample: Path, run_cli: Run) -> None:
    for asked in ("SELECT ?s { ?s a pfocr:Gene }", "ASK { ?s a pfocr:Gene }"):
        done = run_cli("query", asked, "-f", form, "--store", built_sample)
        assert done.stdout.endswith("\n")
        assert not done.stdout.endswith("\n\n")


def test_a_value_without_its_parameter(built_sample: Path, run_cli: Run) -> None:
    done = run_cli("query", "figures-of-gene", "IL6", "--store", built_sample)
    assert done.code == 2
    assert "Write gene=IL6" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("date", "symbols"),
    [
        ("1-Mar", "MARCHF1 or MTARC1"),
        ("01-Mar", "MARCHF1 or MTARC1"),
        ("Mar-01", "MARCHF1 or MTARC1"),
        ("2-SEP", "SEPTIN2"),
        ("1-Dec", "DELEC1"),
    ],
)
def test_a_date_can_be_a_gene_of_a_spreadsheet(
    date: str, symbols: str, built_sample: Path, run_cli: Run
) -> None:
    means = f"{date} is a date that a spreadsheet makes of a symbol: {symbols} may be meant"
    asked = ("enrich", "-", "--against", "figures", "--store", built_sample)
    assert means in run_cli(*asked, stdin=f"TNF\n{date}\n").stderr
    assert means in run_cli("find", date, "--store", built_sample).stderr
    assert (
        means in run_cli("query", "figures-of-gene", f"gene={date}", "--store", built_sample).stderr
    )


@pytest.mark.parametrize("name", ["MARCH1", "SEPT2", "40-Mar", "1-Jan", "2024-03-01", "Mar"])
def test_other_names_are_no_dates(name: str, built_sample: Path, run_cli: Run) -> None:
    assert "spreadsheet" not in run_cli("find", name, "--store", built_sample).stderr


def test_find_says_what_the_organism_was_taken_for(run_cli: Run, built_sample: Path) -> None:
    asked = ("find", "TNF", "--organism", "human", "--store", built_sample)
    assert run_cli(*asked).stderr == "human: Homo sapiens, organism NCBITaxon:9606\n"
    assert run_cli(*asked, "--quiet").stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("candidates", "--limit", "1", "--limit", "2"),
        ("export", "--pathway", "WP1", "--pathway=WP2"),
        ("search", "x", "--since", "2000", "--since", "2001"),
        ("query", "class-counts", "--store", "a", "--store", "b"),
    ],
)
def test_an_option_given_twice_is_refused(arguments: tuple[str, ...], run_cli: Run) -> None:
    done = run_cli(*arguments)
    assert (done.code, done.stderr.count("\n")) == (2, 1)
    assert "is given twice" in done.stderr


def test_what_can_be_repeated_can_be(built_sample: Path, run_cli: Run) -> None:
    done = run_cli(
        *("search", "--gene", "TNF", "--gene", "IL6", "-q", "-q", "--store", built_sample)
    )
    assert done.code in (0, 1)


@pytest.mark.parametrize(
    "arguments",
    [["LONG"], ["find", "--LONG", "x"], ["stats", "--store", "LONG"], ["search", "LONG"]],
    ids=lambda arguments: arguments[0],
)
def test_a_long_text_is_not_repeated_in_full(
    arguments: list[str], linked_sample: Path, run_cli: Run
) -> None:
    """A message has the begin and the end of what it repeats, and stays one line."""
    given = [text.replace("LONG", "q" * 100_000) for text in arguments]
    done = run_cli(*given, env={"PFOCR_KG_STORE": str(linked_sample)})
    line = max(done.stderr.splitlines(), key=len)
    assert "qqq … " in line
    assert 3000 < len(line) < 5000
