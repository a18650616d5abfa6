"""The redirects for w3id.org: where each of our IRIs leads, and that the site has it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from places import ROOT

OURS = "https://w3id.org/pfocr/"
SITE = "https://example.org/pfocr-kg/"
BUILT = ROOT / "build" / "site"

TURTLE = "text/turtle, application/x-turtle, */*;q=0.1"
JSON_LD = "application/ld+json, application/json;q=0.9, */*;q=0.1"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CRAWLER = "application/n-quads,application/ld+json;q=0.9,text/turtle;q=0.6,text/html;q=0.2"

# What is asked for, how, and where that leads below the site.
PAGE = "docs/reference/vocabulary.html"
ASKED = [
    ("vocab", BROWSER, PAGE),
    ("vocab", "", PAGE),
    ("vocab", "*/*", PAGE),
    ("vocab", TURTLE, "ontologies/pfocr.ttl"),
    ("vocab", CRAWLER, "ontologies/pfocr.ttl"),
    ("vocab", "application/rdf+xml, */*;q=0.1", "ontologies/pfocr.ttl"),
    ("vocab", JSON_LD, "ontologies/pfocr.jsonld"),
    ("vocab/1.1.0", BROWSER, "ontologies/pfocr-1.1.0.ttl"),
    ("context.jsonld", JSON_LD, "ontologies/context.jsonld"),
    ("shapes", TURTLE, "ontologies/shapes.ttl"),
    ("organisms", "*/*", "ontologies/organisms.ttl"),
    ("description", BROWSER, "docs/reference/description.html"),
    ("dataset", BROWSER, "docs/reference/description.html"),
    ("dataset/subset-0123456789ab", BROWSER, "docs/reference/description.html"),
    ("graph", BROWSER, "docs/guides/triple-stores.html"),
    ("links", BROWSER, f"{PAGE}#LinkSet"),
    (
        "mappings/figures-wikipathways.sssom.tsv",
        BROWSER,
        "docs/guides/wikipathways.html#as-a-mapping-set",
    ),
    ("np/RAabc_-1", BROWSER, "docs/guides/formats.html#nanopublications"),
    (
        "sparql-examples/figures-of-gene",
        BROWSER,
        "docs/reference/queries.html#figures-of-gene",
    ),
    ("developers", BROWSER, "docs/about/citing.html"),
    ("", BROWSER, "index.html"),
    ("docs/guides/index.html", BROWSER, "docs/guides/index.html"),
]


@dataclass
class Rule:
    """A RewriteRule with the conditions before it."""

    pattern: str
    target: str
    flags: list[str]
    accepts: list[str] = field(default_factory=list)


def rules() -> Iterator[Rule]:
    accepts: list[str] = []
    lines = (ROOT / "packaging" / "w3id" / ".htaccess").read_text(encoding="utf-8").splitlines()
    for line in lines:
        match line.split():
            case ["RewriteCond", "%{HTTP_ACCEPT}", pattern]:
                accepts.append(pattern)
            case ["RewriteRule", pattern, target, flags]:
                yield Rule(pattern, target, flags.strip("[]").split(","), accepts)
                accepts = []
            case ["RewriteCond" | "RewriteRule", *_]:
                raise AssertionError(line)


def answer(path: str, accept: str) -> tuple[int, str, Rule]:
    """Status and address of a redirect, as Apache's mod_rewrite documents the directives."""
    environment: dict[str, str] = {}
    for rule in rules():
        groups = re.search(rule.pattern, path)
        if not groups or not all(re.search(one, accept) for one in rule.accepts):
            continue
        if rule.target == "-":
            (variable,) = [flag.removeprefix("E=") for flag in rule.flags if flag[:2] == "E="]
            environment.update([variable.split(":", 1)])
            continue
        target = rule.target.replace("%{ENV:SITE}", environment["SITE"])
        target = target.replace("$1", "".join(group or "" for group in groups.groups()))
        assert "L" in rule.flags
        assert ("#" in target) == ("NE" in rule.flags), "without NE, # is escaped"
        (status,) = [int(flag[2:]) for flag in rule.flags if flag.startswith("R=")]
        return status, target, rule
    raise AssertionError(f"nothing leads on from {path}")


@pytest.mark.parametrize(("path", "accept", "to"), ASKED)
def test_an_iri_leads_to_its_place(path: str, accept: str, to: str) -> None:
    status, target, _ = answer(path, accept)
    assert status in {302, 303}
    assert target == SITE + to.removesuffix("index.html" if not path else "\0")


def test_each_rule_is_asked() -> None:
    used = {answer(path, accept)[2].target for path, accept, _ in ASKED} | {"-"}
    assert used == {rule.target for rule in rules()}


@cache
def minted() -> set[str]:
    """The IRIs below w3id.org/pfocr/ in files of ours, without what follows #."""
    found: set[str] = set()
    tops = ("src", "ontologies", "queries", "docs", "packaging", "README.md", "CITATION.cff")
    for top in tops:
        for file in [ROOT / top, *(ROOT / top).rglob("*")]:
            if file.is_file() and file.suffix not in {".png", ".pyc"}:
                text = file.read_text(encoding="utf-8")
                found.update(re.findall(re.escape(OURS) + r"[\w./-]*", text))
    assert "docs/guides/wikipathways.html" in {iri.removeprefix(OURS) for iri in found}
    return {iri.removeprefix(OURS).rstrip(".") for iri in found}


WHOLE = {
    "dataset/subset-": "dataset/subset-0123456789ab",
    "np/": "np/RA1",
    "sparql-examples/": "sparql-examples/figures-of-gene",
}
"""Examples of IRIs that files have the beginnings of."""


def test_each_iri_of_ours_leads_somewhere() -> None:
    for path in minted():
        answer(WHOLE.get(path, path), BROWSER)


@pytest.mark.slow
def test_the_site_has_all_places(missing: Callable[[str], None]) -> None:
    if not BUILT.is_dir():
        missing("the documentation site is not built (make site)")
    queries = [file.stem for file in (ROOT / "queries").rglob("*.rq")]
    places = [to for _, _, to in ASKED] + [path for path in minted() if path.endswith(".html")]
    for place in [*places, *(f"docs/reference/queries.html#{name}" for name in queries)]:
        name, _, anchor = place.partition("#")
        page = BUILT / name
        assert page.is_file(), place
        if anchor:
            assert f'id="{anchor}"' in page.read_text(encoding="utf-8"), place
