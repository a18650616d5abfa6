"""`show` on the command line and in notebooks: names, width, lists that are cut, odd records."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

import pfocr_kg
from pfocr_kg.query import bundled
from terminals import ESCAPE, on_terminal

Run = Callable[..., Any]
THINGS = ("TNF", "cancer", "fatty acids", "human", "WP4880", "PMC3614012", "PMC3347317__F2")
BARE = """---
figid: PMC9__bare
pmcid: PMC9
---
"""
HARD = """---
figid: PMC9__hard
pmcid: PMC9
figtitle: "<script>alert(1)</script> & [bold]x[/bold] \\e[31m"
caption: "long {words} 漢字漢字"
papertitle: a <b>paper</b>
---
"""


def corpus(folder: Path, *records: str) -> Path:
    (folder / "_figures").mkdir(parents=True)
    for number, record in enumerate(records):
        (folder / "_figures" / f"{number}.md").write_text(record, encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("name", THINGS)
@pytest.mark.parametrize("width", [80, 60, 132])
def test_no_line_is_longer_than_the_terminal(name: str, width: int, linked_sample: Path) -> None:
    code, text = on_terminal(["show", name, "--store", str(linked_sample)], width=width)
    assert code == 0
    lines = ESCAPE.sub("", text).split("\n")[1:]  # the first is the note
    assert len(lines) > 10
    assert max(map(cell_len, lines)) <= width


def test_the_ending_of_the_output_is_its_format(
    built_sample: Path, tmp_path: Path, run_cli: Run
) -> None:
    def written(name: str, *form: str) -> str:
        done = run_cli("show", "TNF", "-o", tmp_path / name, *form, "--store", built_sample)
        assert done.code == 0, done.stderr
        return (tmp_path / name).read_text(encoding="utf-8")

    assert json.loads(written("a.json"))["iri"] == "https://identifiers.org/ncbigene/7124"
    assert written("a.ttl").startswith("@prefix")
    assert written("a.txt").startswith("TNF, human gene 7124")
    assert written("a.json", "-f", "text") == written("a.txt")
    done = run_cli("show", "TNF", "-o", tmp_path / "a.csv", "--store", built_sample)
    assert (done.code, ".json" in done.stderr) == (2, True)


@pytest.mark.parametrize("name", THINGS)
def test_a_pipe_has_room_for_all_columns(name: str, linked_sample: Path, run_cli: Run) -> None:
    """As wide as a terminal where that is enough; no line ends in blanks."""
    done = run_cli("show", name, "--store", linked_sample)
    assert done.code == 0
    assert "no room for" not in done.stdout
    assert max(map(cell_len, done.stdout.split("\n"))) <= 100
    assert not [line for line in done.stdout.split("\n") if line != line.rstrip()]
    assert done.stderr.startswith(f"{name}: ")
    assert run_cli("show", name, "-q", "--store", linked_sample).stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize("name", THINGS)
def test_the_command_below_a_list_lists_all_of_it(
    name: str, linked_sample: Path, run_cli: Run
) -> None:
    done = run_cli("show", name, "--store", linked_sample, "--limit", 1, "-f", "json")
    whole = json.loads(run_cli("show", name, "--store", linked_sample, "-f", "json").stdout)
    parts = 0
    for key, part in json.loads(done.stdout).items():
        if isinstance(part, dict) and "rows" in part:
            assert part["count"] == whole[key]["count"] >= len(whole[key]["rows"])
            assert part["rows"] == whole[key]["rows"][:1]
            if part["query"]:
                given = [f"{name}={value}" for name, value in part["query"]["parameters"].items()]
                arguments = ("query", part["query"]["name"], *given, "--store", linked_sample)
                listed = run_cli(*arguments, "-f", "csv")
                assert listed.code == 0, listed.stderr
                rows = listed.stdout.splitlines()[1:]
                assert part["query"]["name"] in bundled.queries()
                if part["query"]["name"] != "mentions-of-figure":
                    assert len(rows) == len(whole[key]["rows"])
                parts += 1
    assert parts >= 1


def test_what_is_not_shown_is_said(linked_sample: Path, run_cli: Run) -> None:
    text = run_cli("show", "TNF", "--store", linked_sample, "--limit", 2).stdout
    assert "Figures that draw it, the surest first (8)\n" in text
    assert "… and 6 more: pfocr-kg query figures-of-gene gene=TNF\n" in text
    text = run_cli("show", "human", "--store", linked_sample, "--limit", 1).stdout
    assert "… and 7 more: --limit 8\n" in text
    assert "… and 399 more: --limit 400\n" in text  # the query ends after 100


@pytest.mark.slow
def test_names_that_nothing_or_several_things_have(linked_sample: Path, run_cli: Run) -> None:
    for form in ("text", "json", "turtle"):
        done = run_cli("show", "nosuchthing", "--store", linked_sample, "-f", form)
        assert (done.code, done.stdout) == (2, "")
        assert done.stderr.startswith("pfocr-kg: no thing of the graph is called 'nosuchthing'")
    done = run_cli("show", "cancer", "--kind", "gene", "--store", linked_sample)
    assert done.code == 2
    assert "no gene" in done.stderr
    done = run_cli("show", "TNF", "--organism", "atlantis", "--store", linked_sample)
    assert done.code == 2


def test_what_is_near_and_what_is_alike_are_listed(
    tmp_path: Path, linked_sample: Path, run_cli: Run
) -> None:
    done = run_cli("show", "STAT1X", "--store", linked_sample)
    assert done.code == 2
    assert "STAT1, human gene 6772" in done.stderr
    records = (
        BARE.replace("---\n", "---\nfilename: same.jpg\n", 1).replace("bare", name)
        for name in ("one", "two")
    )
    pfocr_kg.build(corpus(tmp_path / "in", *records), tmp_path / "store")
    done = run_cli("show", "same.jpg", "--store", tmp_path / "store")
    assert (done.code, done.stdout) == (2, "")
    assert "PMC9__one" in done.stderr
    assert "PMC9__two" in done.stderr


def test_a_name_of_several_kinds_is_the_first_and_the_others_are_named(
    linked_sample: Path, run_cli: Run
) -> None:
    done = run_cli("show", "TNF-a", "--store", linked_sample, "-f", "json")
    first = json.loads(done.stdout)
    other = run_cli("show", "TNF-a", "--kind", "gene", "--store", linked_sample, "-f", "json")
    assert (first["kind"], json.loads(other.stdout)["label"]) == ("chemical", "TNF")
    assert "TNF, human gene 7124" in done.stderr


def test_an_unlinked_graph_says_so(built_sample: Path, linked_sample: Path, run_cli: Run) -> None:
    for store, said in ((built_sample, True), (linked_sample, False)):
        text = run_cli("show", "TNF", "--store", store).stdout
        assert ("not linked to pathways yet" in text) is said


def test_pathways_of_the_record_need_no_link(tmp_path: Path, run_cli: Run) -> None:
    record = BARE.replace("---\n", "---\nwpid: WP123\n", 1)
    pfocr_kg.build(corpus(tmp_path / "in", record), tmp_path / "store")
    done = run_cli("show", "PMC9__bare", "--store", tmp_path / "store", "-f", "json")
    (row,) = json.loads(done.stdout)["pathways"]["rows"]
    assert row["pathway"] == "https://identifiers.org/wikipathways/WP123"
    assert row["evidence"] == ["curated"]


def test_a_record_without_anything(tmp_path: Path, run_cli: Run) -> None:
    pfocr_kg.build(corpus(tmp_path / "in", BARE), tmp_path / "store")
    for name in ("PMC9__bare", "PMC9"):
        done = run_cli("show", name, "--store", tmp_path / "store")
        assert done.code == 0, done.stderr
        assert "none: " in done.stdout
        assert "None" not in done.stdout
    found = json.loads(
        run_cli("show", "PMC9__bare", "--store", tmp_path / "store", "-f", "json").stdout
    )
    assert (found["title"], found["caption"], found["genes"]["count"]) == (None, None, 0)
    assert found["paper"]["pmcid"] == "PMC9"


def test_texts_that_are_hard_to_show(tmp_path: Path, run_cli: Run) -> None:
    record = HARD.replace("{words}", "word " * 400)
    pfocr_kg.build(corpus(tmp_path / "in", record), tmp_path / "store")
    text = run_cli("show", "PMC9__hard", "--store", tmp_path / "store").stdout
    assert "<script>alert(1)</script> & [bold]x[/bold]" in text.replace("\n", "")
    assert "\x1b" not in text
    assert max(map(cell_len, text.split("\n"))) <= 80
    assert len(text.splitlines()) < 40
    with pfocr_kg.open(tmp_path / "store") as graph:
        page = graph.show("PMC9__hard")._repr_html_()
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, _: object) -> None:
            tags.append(tag)

    Tags().feed(page)
    assert set(tags) <= {"h3", "h4", "p", "code", "table", "thead", "tbody", "tr", "th", "td"}
    assert "&lt;script&gt;" in page


def test_in_python(linked_sample: Path) -> None:
    notes: list[str] = []
    with pfocr_kg.open(linked_sample) as graph:
        about = graph.show("tnfa", on_note=notes.append)
        assert (about["label"], len(about["figures"]["rows"])) == ("TNF", 8)
        assert dict(about) == about.as_dict()
        assert "Words that it was read from (4)" in about._repr_html_()
        assert json.dumps(about.as_dict())
        with pytest.raises(pfocr_kg.QueryError, match="kind 'genes'"):
            graph.show("TNF", kind="genes")
        mouse = graph.show("human", kind="organism", level="symbol", limit=1)
        assert len(mouse["genes"]["rows"]) == 1
    assert notes == ["tnfa: TNF, human gene 7124; also TNF-a, chemical CHEBI:197439"]
