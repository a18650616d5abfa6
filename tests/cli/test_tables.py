"""Tables: on a terminal and in a pipe, and the part of them that is asked for."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
import rdflib
from rdflib.query import Result

from fork_server import Run, Servers
from terminals import ESCAPE, on_terminal

LONG = "one two three four five six seven eight nine ten eleven twelve"
IRI = "https://pfocr.wikipathways.org/figures/PMC1__a_file_name_of_forty_letters.html"
NAME = "figure:PMC1__a_file_name_of_forty_letters.html"
TEXTS = f"""SELECT ?figure ?title ?count ?symbol ?last WHERE {{
  VALUES (?figure ?title ?count ?symbol ?last) {{
    (<{IRI}> "{LONG}" 7 "TNF" "middle of the road")
    (<{IRI}> "short" 1234 "IL6" "{LONG}\\n\\u001b[31m{LONG}") }} }}"""
COLUMNS = ["figure", "title", "count", "symbol", "last"]


def lines_on_terminal(store: Path, query: str, width: int, *more: str) -> list[str]:
    code, shown = on_terminal(["query", query, "--store", str(store), *more], width=width)
    assert code == 0
    return [ESCAPE.sub("", line).rstrip() for line in shown.splitlines()]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_notes_stand_below_the_table_where_both_go_to_one_place(
    form: str, built_sample: Path, tmp_path: Path, fork_servers: Servers
) -> None:
    words = ["query", TEXTS, "--limit", "1", "-f", form, "--store", str(built_sample)]
    with (tmp_path / "both").open("w+b") as both, Path("/dev/null").open("rb") as nothing:
        assert fork_servers.run(words, (nothing, both, both), os.environ, tmp_path, 60) == 0
        both.seek(0)
        *above, last = both.read().decode().splitlines()
    assert "TNF" in " ".join(above)
    assert last == "there are more rows (--limit 1)"


def test_the_label_of_what_is_found_stays(linked_sample: Path) -> None:
    """Beside identifiers of more than half of the terminal."""
    code, shown = on_terminal(["find", "coronaviruses", "--store", str(linked_sample)], width=40)
    assert code == 0
    lines = [line for line in ESCAPE.sub("", shown).splitlines() if line.startswith("iri")]
    assert [line.split()[:2] for line in lines] == [["iri", "label"]]
    assert "wikipathways:WP" in shown


@pytest.mark.parametrize("width", [24, 40, 80, 90, 100, 120, 200])
def test_a_table_is_as_wide_as_the_terminal(width: int, built_sample: Path) -> None:
    """One line a row; texts are shortened, the name is whole, and lost columns are named."""
    lines = lines_on_terminal(built_sample, TEXTS, width)
    assert all(len(line) <= width for line in lines)
    header, _, first, second, *rest = lines
    assert rest[-1] == "2 rows"
    named = " ".join(rest[:-1]).removeprefix("no room for ").removesuffix(": --wide shows all")
    hidden = named.split(", ") if named else []
    shown = header.split()
    assert shown == [name for name in COLUMNS if name not in hidden]
    assert set(hidden) <= set(COLUMNS)
    assert "…" in first + second
    if "title" in shown:
        assert first.startswith(NAME)
        assert header.index("title") == second.index("short")
        cell = first[header.index("title") :].split("  ")[0]
        assert LONG.startswith(cell.removesuffix("…"))
        assert len(cell) >= 12
    else:
        assert first == NAME[: width - 1] + "…"
    if "count" in shown:
        end = header.index("count") + len("count")
        assert (first[:end].split()[-1], second[:end].split()[-1]) == ("7", "1234")
    assert ("last" in shown) == (width >= 100)
    assert {"count", "symbol"} <= set(shown) or width < 80
    assert ("count" in shown) == (width >= 60)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("figures-of-gene gene=TNF", {"year", "meanings", "candidates"}),
        (
            "pathways-of-figure figure=PMC3347317__F2",
            {"pathwayTitle", "evidence", "rank", "margin"},
        ),
        ("figures-without-pathway", {"year", "genes"}),
    ],
)
def test_long_texts_go_before_numbers(query: str, wanted: set[str], linked_sample: Path) -> None:
    lines = lines_on_terminal(
        linked_sample, query.split(maxsplit=1)[0], 80, *query.split()[1:], "-q"
    )
    assert wanted <= set(lines[0].split())
    assert max(map(len, lines)) <= 80


def test_of_two_titles_the_first_one_stays(built_sample: Path) -> None:
    code, shown = on_terminal(["search", "signaling", "--store", str(built_sample)], width=80)
    header = ESCAPE.sub("", shown).splitlines()[0].split()
    assert (code, header) == (0, ["figure", "title", "year", "score", "genes"])


def test_short_texts_stay_while_longer_ones_are_shortened(built_sample: Path) -> None:
    first = lines_on_terminal(built_sample, TEXTS, 130)[2]
    assert first.endswith("TNF      middle of the road")


def test_wide_shows_all(built_sample: Path) -> None:
    lines = lines_on_terminal(built_sample, TEXTS, 80, "--wide")
    assert LONG in "".join(lines)
    assert "…" not in "".join(lines)
    assert lines[-1] == "2 rows"


def test_text_cannot_steer_the_terminal(built_sample: Path) -> None:
    _, shown = on_terminal(["query", TEXTS, "--store", str(built_sample), "--wide"], width=900)
    assert "\x1b[31m" not in shown
    assert len(shown.splitlines()) == 2 + 2 + 1


def test_a_table_in_a_pipe_has_the_room_it_needs(built_sample: Path, run_cli: Run) -> None:
    """One line a row, whatever its length, for `grep` and `less -S`."""
    done = run_cli("query", TEXTS, "--store", built_sample)
    header, _, first, second, count = done.stdout.splitlines()
    assert (header.split(), count) == (COLUMNS, "2 rows")
    assert LONG in first
    assert f"{LONG} \x1b[31m{LONG}" in second  # data as it is


def test_commands_without_the_option_name_lost_columns_too(built_sample: Path) -> None:
    code, shown = on_terminal(["stats", "--store", str(built_sample)], width=30)
    assert code == 0
    assert "a pipe shows all" in shown


# The part of a table that is asked for

GENES = """PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?gene ?symbol ?nothing ?word WHERE {
  ?gene a pfocr:Gene ; skos:prefLabel ?symbol .
  OPTIONAL { ?mention <http://www.w3.org/ns/oa#hasBody> ?gene ; pfocr:word ?word }
} ORDER BY ?symbol ?gene ?word"""


def read(form: str, text: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The names of the columns, and rows of terms, as rdflib reads them."""
    result = Result.parse(io.BytesIO(text.encode()), format=form)
    names = [str(name) for name in result.vars or ()]
    return names, [tuple(row.get(rdflib.Variable(n)) for n in names) for row in result.bindings]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["csv", "tsv", "json", "xml"])
def test_a_part_of_the_rows_is_a_valid_result(form: str, built_sample: Path, run_cli: Run) -> None:
    asked = ("query", GENES, "--format", form, "--store", built_sample)
    whole = run_cli(*asked)
    assert (whole.code, whole.stderr) == (0, "")
    names, rows = read(form, whole.stdout)
    assert names == ["gene", "symbol", "nothing", "word"]
    part = run_cli(*asked, "--limit", 5, "--columns", "word, gene")
    assert (part.code, part.stderr) == (0, "there are more rows (--limit 5)\n")
    assert read(form, part.stdout) == (["word", "gene"], [(row[3], row[0]) for row in rows[:5]])
    for limit in (len(rows), len(rows) + 1):
        assert run_cli(*asked, "--limit", limit) == whole


def test_a_part_of_the_rows_as_a_table(built_sample: Path, run_cli: Run, tmp_path: Path) -> None:
    asked = ("query", TEXTS, "--columns", "count,symbol", "--limit", 1, "--store", built_sample)
    done = run_cli(*asked)
    assert done.stdout.split() == ["count", "symbol", "─" * 14, "7", "TNF", "1", "row"]
    assert done.stderr == "there are more rows (--limit 1)\n"
    for ending in ("csv", "tsv"):
        path = tmp_path / f"rows.{ending}"
        written = run_cli(*asked, "--output", path)
        assert (written.stdout, written.stderr) == ("", done.stderr)
        assert read(ending, path.read_text("utf-8"))[0] == ["count", "symbol"]


def test_columns_that_are_not_there(built_sample: Path, run_cli: Run) -> None:
    done = run_cli("query", TEXTS, "--columns", "title,bad", "--store", built_sample)
    assert (done.code, done.stdout) == (2, "")
    assert done.stderr == (
        f"pfocr-kg: there is no column 'bad'. The columns are {', '.join(COLUMNS)}\n"
    )


@pytest.mark.parametrize("query", ["ASK { ?s ?p ?o }", "DESCRIBE <http://a/b>"])
@pytest.mark.parametrize("part", [("--limit", "1"), ("--columns", "s")])
def test_answers_that_have_no_rows(
    query: str, part: tuple[str, str], built_sample: Path, run_cli: Run
) -> None:
    done = run_cli("query", query, *part, "--store", built_sample)
    assert (done.code, done.stdout) == (2, "")
    assert "--limit and --columns are for rows" in done.stderr


def test_a_limit_ends_a_query_that_has_no_end(built_sample: Path, run_cli: Run) -> None:
    endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    done = run_cli("query", endless, "--limit", 3, "-f", "csv", "--store", built_sample)
    assert (done.code, done.stdout.count("\n")) == (0, 4)


def test_a_part_of_plain_rows(linked_sample: Path, run_cli: Run) -> None:
    """The same options where a command makes its rows itself."""

    def enriched(*more: object) -> tuple[str, str]:
        genes = "IFNB1 STAT1 TLR3 IRF7 IRF3 JAK1"
        done = run_cli("enrich", "-", *more, "--store", linked_sample, stdin=genes)
        assert done.code == 0
        return done.stdout, done.stderr

    whole = json.loads(enriched("-f", "json")[0])["rows"]
    text, said = enriched("-f", "tsv", "--limit", 2, "--columns", "title,term")
    rows = list(csv.reader(io.StringIO(text), delimiter="\t"))
    assert rows == [["title", "term"], *([row["title"], row["term"]] for row in whole[:2])]
    assert said.endswith("there are more rows (--limit 2)\n")
    assert "more rows" not in enriched("--limit", len(whole))[1]


def test_plain_rows_have_curies_in_a_table_only(built_sample: Path, run_cli: Run) -> None:
    asked = ("find", "TNF", "--kind", "gene", "--columns", "iri,label", "--limit", 1)
    table = run_cli(*asked, "--store", built_sample)
    assert table.stdout.splitlines()[2].split() == ["ncbigene:7124", "TNF"]
    tsv = run_cli(*asked, "--store", built_sample, "-f", "tsv")
    assert tsv.stdout == "iri\tlabel\nhttps://identifiers.org/ncbigene/7124\tTNF\n"
