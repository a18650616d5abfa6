"""The reference of the built site has all that there is: `make site` builds it first."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from functools import cache

import click
import pytest

import html_pages
import pfocr_kg
from html_pages import Element
from pfocr_kg import iris
from pfocr_kg.cli.app import app
from pfocr_kg.query import bundled
from pfocr_kg.serve.api import openapi
from places import ROOT

pytestmark = pytest.mark.slow

REFERENCE = ROOT / "build" / "site" / "docs" / "reference"


@pytest.fixture(autouse=True)
def _built(missing: Callable[[str], None]) -> None:
    if not REFERENCE.is_dir():
        missing("the site is not built: make site")


@cache
def article(name: str) -> Element:
    """What a page of the reference says, without navigation."""
    page = (REFERENCE / f"{name}.html").read_text(encoding="utf-8")
    return html_pages.parse(page).one("article", "bd-article")


def raw(element: Element) -> str:
    return "".join(c if isinstance(c, str) else raw(c) for c in element.children)


def said(element: Element) -> str:
    """All its text, with one blank where there are several or a line ends."""
    return " ".join(raw(element).split())


def test_each_option_of_each_command_has_a_row_with_its_help() -> None:
    for name, command in app.commands.items():
        rows = article("command-line").by_id(f"pfocr-kg-{name}").all("tr")
        shown = {said(row.all("td")[0]): said(row) for row in rows if "id" in row.attributes}
        for option in command.params:
            if isinstance(option, click.Option):
                (found,) = (
                    text for names, text in shown.items() if option.opts[-1] in names.split()
                )
                assert {*option.opts} <= set(re.split(r"[ ,]+", found)), found
                help_ = (option.help or "").split("  [")[0].replace("`", "")
                assert " ".join(help_.split()) in found.replace("\u2019", "'")
        assert len(shown) == sum(isinstance(p, click.Option) for p in command.params)


def test_defaults_and_ranges_are_those_of_the_help() -> None:
    link = article("command-line").by_id("pfocr-kg-link")
    assert said(link.by_id("pfocr-kg-link-max-p")).endswith("default: 0.01; 0 < P ≤ 1")
    assert "symbol | unambiguous | any" in said(link.by_id("pfocr-kg-link-level"))
    store = said(link.by_id("pfocr-kg-link-store"))
    assert store.endswith("variable: PFOCR_KG_STORE; default: ./pfocr-kg-store")


def test_each_public_name_is_there_with_its_example() -> None:
    page = article("python-api")
    shown = {e.attributes["id"]: e for e in page.all("dt") if "id" in e.attributes}
    internal = {f"pfocr_kg.Report.{name}" for name in vars(pfocr_kg.Report)}
    for name in set(pfocr_kg.__all__) - {"__version__"}:
        thing = getattr(pfocr_kg, name)
        members = vars(thing) if isinstance(thing, type) else {}
        names = {f"pfocr_kg.{name}"} | {
            f"pfocr_kg.{name}.{member}"
            for member, value in members.items()
            if not member.startswith("_") and (callable(value) or isinstance(value, property))
        }
        assert names - internal <= set(shown)
    assert "pfocr_kg.Report.as_dict" in shown
    examples = [e for e in page.all("div", "doctest") if said(e).startswith(">>>")]
    assert len(examples) >= len([name for name in shown if name.startswith("pfocr_kg.")]) - 10
    assert "open(store: str | Path) → Graph" in said(shown["pfocr_kg.open"])


def first_rows(section: Element) -> list[list[str]]:
    """The columns and the first rows that the page shows, in a table that may be turned."""
    lines = [
        [said(c) for c in tr.all("th") + tr.all("td")] for tr in section.one("table").all("tr")
    ]
    turned = lines[0][0] == "column"
    return [list(row) for row in zip(*lines[1:], strict=True)] if turned else lines


def written(cell: str) -> str:
    return " ".join(iris.curie(cell).split())


def test_each_query_has_its_rows_on_the_sample_and_its_text() -> None:
    """The rows are those that tests/query works out without SPARQL."""
    page, tables, others = article("queries"), 0, set()
    for query in bundled.queries().values():
        section = page.by_id(query.name)
        assert f"pfocr-kg query {query.name}" in said(section)
        body = re.sub(r"^#.*\n", "", query.text, flags=re.M)
        assert said(section.one("details")) == f"SPARQL {' '.join(body.split())}", query.name
        for parameter in query.parameters:
            assert parameter.description in said(section)
        file = ROOT / "tests" / "query" / "expected" / f"{query.name}.csv"
        if file.is_file() and section.all("table"):
            columns, *rows = first_rows(section)
            with file.open(encoding="utf-8", newline="") as lines:
                names, *found = csv.reader(lines)
            assert columns == names
            tables += 1
            shown = [[written(cell) for cell in row] for row in found[: len(rows)]]
            if rows != shown:
                others.add(query.name)
    assert tables > 50
    counting = {"class-counts", "property-counts", "dataset-description"}
    linked = {"curated-links", "figures-of-pathway", "pathways-of-figure"}
    assert others == counting | linked  # tests/query asks a graph without, or with other links


def test_each_operation_of_the_api_is_there_with_its_parameters_and_statuses() -> None:
    page, described = article("api"), openapi.document("")
    sections = {said(s.all("h3")[0]).rstrip("#"): s for s in page.all("section") if s.all("h3")}
    rows = {said(tr.all("td")[0]): said(tr) for tr in page.all("tr") if tr.all("td")}
    for path, methods in described["paths"].items():
        section = sections.get(path)
        for method, operation in methods.items():
            names = {parameter["name"] for parameter in operation["parameters"]}
            if section is None:  # of a bundled query
                own = names - {"level", "organism_of_names", "limit", "format"}
                assert own == set(re.sub(r"\(needed\)|,", "", rows[path]).split()) - {path}
                continue
            assert method.upper() in said(section)
            shown = {said(tr.all("td")[0]).split()[0] for tr in section.all("tr")[1:]}
            assert names <= shown
            statuses = said(section).rpartition("Statuses: ")[2]
            assert set(operation["responses"]) <= set(re.findall(r"\d+", statuses))
            for parameter in operation["parameters"]:
                assert parameter["description"] in said(section)
    for status, response in described["components"]["responses"].items():
        assert rows[status] == f"{status} {response['description']}"


def test_the_page_on_errors_can_be_read_on_the_site() -> None:
    """tests/test_errors_page.py looks whether all reasons are there."""
    rows = [said(tr) for tr in article("errors").all("tr")]
    for reason in ("has no figid", "is broken RDF", "year 'in press' is not a valid year"):
        assert any(row.startswith(reason) for row in rows), reason
