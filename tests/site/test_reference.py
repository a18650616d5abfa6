"""The reference of the built site has all that there is: `make site` builds it first."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import click
import pytest

import html_pages
import pfocr_kg
from html_pages import Element
from pfocr_kg.cli.app import app
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


def test_each_option_of_each_command_has_a_row_with_its_help() -> None:
    for name, command in app.commands.items():
        rows = article("command-line").by_id(f"pfocr-kg-{name}").all("tr")
        shown = {row.all("td")[0].text: row.text for row in rows if "id" in row.attributes}
        for option in command.params:
            if isinstance(option, click.Option):
                (found,) = (
                    text for names, text in shown.items() if option.opts[-1] in names.split()
                )
                assert {*option.opts} <= set(re.split(r"[ ,]+", found)), found
                said = (option.help or "").split("  [")[0].replace("`", "")
                assert " ".join(said.split()) in found.replace("\u2019", "'")
        assert len(shown) == sum(isinstance(p, click.Option) for p in command.params)


def test_defaults_and_ranges_are_those_of_the_help() -> None:
    link = article("command-line").by_id("pfocr-kg-link")
    assert link.by_id("pfocr-kg-link-max-p").text.endswith("default: 0.01; 0 < P ≤ 1")
    assert "symbol | unambiguous | any" in link.by_id("pfocr-kg-link-level").text
    store = link.by_id("pfocr-kg-link-store").text
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
    examples = [e for e in page.all("div", "doctest") if e.text.startswith(">>>")]
    assert len(examples) >= len([name for name in shown if name.startswith("pfocr_kg.")]) - 10
    assert "open(store:str|Path)→Graph" in shown["pfocr_kg.open"].text.replace(" ", "")
