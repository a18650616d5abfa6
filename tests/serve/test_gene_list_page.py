"""The page of gene lists, beside `pfocr-kg enrich`."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

import pytest

from fork_server import Finished
from html_pages import Element, check, parse
from linked_stores import Run
from pfocr_kg import iris
from pfocr_kg.link import enrichment
from pfocr_kg.link.gene_list import GeneList
from pfocr_kg.names.matches import Match, NamedKind
from pfocr_kg.serve.api import operations
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import gene_list, html
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site

HOSTILE = """</textarea><script>alert("1")</script> 'IL6' & <b onclick="x()">"""
GENES = "IFNB1 STAT1 TBK1 DDX58 RIGI p21 nosuchgene 596 TNF IL6"
TABLE = '"","padj","symbol"\n"1",0.1,"IFNB1"\n"2",0.2,"STAT1"\n"3",1,NA\n"4",1,"TBK1"\n'


def reply(site: Site, **given: str) -> Reply:
    return gene_list.page(site, Asked(address="/enrich", query=tuple(given.items())))


def page(site: Site, **given: str) -> Element:
    read = parse(reply(site, **given))
    check(read)
    return read


def rows(found: Element, table: str) -> list[dict[str, str]]:
    """The rows of a table, by the headings of its columns."""
    head, *body = found.by_id(table).all("tr")
    names = [th.text for th in head.all("th")]
    return [dict(zip(names, (td.text for td in row.all("td")), strict=True)) for row in body]


def enrich(run_cli: Run, site: Site, text: str, *options: str) -> Finished:
    return run_cli("enrich", "-", *options, "--store", site.settings.store, stdin=text)


def enriched(run_cli: Run, site: Site, text: str, *options: str) -> list[dict[str, str]]:
    done = enrich(run_cli, site, text, "-f", "tsv", *options)
    assert done.code == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t"))


def told(run_cli: Run, site: Site, text: str, *options: str) -> dict[str, Any]:
    done = enrich(run_cli, site, text, "-f", "json", *options)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("against", ["pathways", "figures"])
@pytest.mark.parametrize(
    "given",
    [
        {"genes": GENES},
        {"genes": GENES, "level": "symbol"},
        {"genes": GENES, "background": "IFNB1 STAT1 TNF IL6 TP53 AKT1 TLR3 nosuch"},
        {"genes": TABLE, "column": "symbol"},
        {"genes": "Tnf Il6 Stat1 Trp53", "organism": "mouse"},
    ],
)
def test_numbers_are_those_of_the_command(
    site: Site, run_cli: Run, tmp_path: Any, given: Mapping[str, str], against: str
) -> None:
    options = ["--against", against]
    if "background" in given:
        (tmp_path / "background.txt").write_text(given["background"])
        options += ["--background", str(tmp_path / "background.txt")]
    for name in ("column", "organism"):
        options += [f"--{name}", given[name]] if name in given else []
    if against == "figures":
        options += ["--level", given.get("level", "any")]
    done = enrich(run_cli, site, given["genes"], "-f", "tsv", *options)
    if done.code:
        assert done.stderr.removeprefix("pfocr-kg: ").split(".")[0] in page(site, **given).text
        return
    theirs = list(csv.DictReader(io.StringIO(done.stdout), delimiter="\t"))
    found = page(site, **given)
    assert found.by_id(against).one(of_class="count").text == f"{len(theirs):,}"
    ours = rows(found, against)
    assert len(ours) == min(len(theirs), 50)
    for our, their in zip(ours, theirs, strict=False):
        assert our["Pathway" if against == "pathways" else "Figure"] == their["term"]
        assert our.get("Title", "") == " ".join(their["title"].split())
        assert (our["Shared"], our["Size"]) == (their["shared"], their["size"])
        assert our["p"] == html.number(float(their["p_value"]))
        assert our["Adjusted p"] == html.number(float(their["adjusted_p_value"]))
        assert our["Genes"].split(", ") == their["genes"].split()
    about = told(run_cli, site, given["genes"], *options)
    sentence = found.one("main").text
    assert f"{about['counted']:,} of them" in sentence
    assert f"among the {about['universe']:,} genes of {against}" in sentence
    assert f"corrected for {about['tested']:,} {against}" in sentence
    sure = sum(float(row["adjusted_p_value"]) < 0.05 for row in theirs)
    assert f"{sure:,} with an adjusted p-value below 0.05" in found.by_id(against).text


def test_what_names_are_taken_for(site: Site) -> None:
    found = {row["Name"]: row for row in rows(page(site, genes=GENES), "names")}
    assert found.keys() == {*GENES.split()}
    assert found["nosuchgene"]["Status"] == "unknown"
    assert found["596"]["Status"] == "a number, not tested"
    assert found["DDX58"] == {"Name": "DDX58", "Status": "previous symbol", "Taken for": "RIGI"}
    assert found["RIGI"]["Status"] == "the same as DDX58"
    assert found["p21"] == {"Name": "p21", "Status": "alias in no figure", "Taken for": "CDKN1A"}
    assert found["IFNB1"]["Taken for"] == "IFNB1"


@pytest.mark.slow
def test_a_previous_symbol_of_a_gene_in_no_figure_is_taken_for_todays(
    site: Site, run_cli: Run
) -> None:
    about = told(run_cli, site, "TNF MARCH1 MARCHF1")
    assert about["renamed"] == {"MARCH1": "MARCHF1, human gene 55016"}
    for genes in ("TNF MARCH1", "TNF MARCH1 MARCHF1"):
        found = {row["Name"]: row["Taken for"] for row in rows(page(site, genes=genes), "names")}
        assert {found.pop(name) for name in genes.split()[1:]} == {"MARCHF1"}
        assert found == {"TNF": "TNF"}


def test_names_that_are_not_tested() -> None:
    """Of a list written by hand."""
    p21, mouse = (
        Match(iris.gene(number), NamedKind.GENE, label, number, taxon)
        for number, label, taxon in (("1026", "CDKN1A", "9606"), ("22059", "Trp53", "10090"))
    )
    listed = GeneList({}, ambiguous={"p21": (p21, p21)}, other_organism={"Trp53": mouse})
    first, second = gene_list._problems(listed)
    assert (first["name"], first["status"].text) == ("p21", "ambiguous, not tested")
    assert [(c.text, c.href, c.note) for c in first["meaning"]] == [
        ("CDKN1A", "/genes/1026", "CDKN1A, human gene 1026")
    ] * 2
    assert (second["name"], second["status"].text) == ("Trp53", "of another organism, not tested")
    assert second["meaning"].href == "/genes/22059"


def test_links(site: Site) -> None:
    found = page(site, genes=GENES)
    links = {a.text: a.attributes["href"] for a in found.all("a")}
    assert links["IFNB1"] == "/genes/3456"
    assert any(href.startswith("/pathways/WP") for href in links.values())
    assert any(href.startswith("/figures/PMC") for href in links.values())
    (tsv, _) = (a.attributes["href"] for a in found.all("a") if a.text == "TSV")
    assert (
        tsv == html.address("/api/enrich", {"genes": GENES, "against": "pathways"}) + "&format=tsv"
    )


def test_sorts_by_a_column(site: Site) -> None:
    found = page(site, **{"genes": GENES, "pathways.sort": "-size"})
    sizes = [int(row["Size"]) for row in rows(found, "pathways")]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) > 1


def test_a_short_list_gets_an_address(site: Site) -> None:
    form = (("genes", "TNF IL6"), ("genes", ""), ("organism", "human"), ("level", "any"))
    answer = gene_list.page(site, Asked("POST", "/enrich", form=form))
    assert (answer.status, answer.headers["location"]) == (303, "/enrich?genes=TNF+IL6")


def test_a_long_list_is_posted(site: Site, run_cli: Run) -> None:
    text = "symbol,p\n" + "".join(f"GENE{n},0.{n}\n" for n in range(900)) + "TNF,0\nIL6,0\n"
    form = (("genes", ""), ("genes", text), ("organism", ""))
    found = parse(gene_list.page(site, Asked("POST", "/enrich", form=form)))
    check(found)
    assert [r["Pathway"] for r in rows(found, "pathways")] == [
        r["term"] for r in enriched(run_cli, site, text)
    ][:50]
    assert "too long for an address" in found.one("main").text
    assert not found.by_id("pathways").one("thead").all("a")
    _, first, second = found.one("main").all("form")
    sent = {e.attributes["name"]: e.attributes["value"] for e in first.all("input")}
    assert first.attributes["action"] == second.attributes["action"] == "/api/enrich"
    assert sent == {"genes": text.strip(), "against": "pathways"}


def test_lists_without_a_gene_are_refused_on_the_page(site: Site) -> None:
    answer = reply(site, genes="nosuchgene")
    assert answer.status == 400
    found = parse(answer)
    check(found)
    (alert,) = (e for e in found.walk() if e.attributes.get("role") == "alert")
    assert "holds no known gene of the organism: nosuchgene is unknown" in alert.text
    assert "--" not in alert.text
    assert found.one("main").all("textarea")[0].text == "nosuchgene"


def test_a_graph_without_pathways_has_figures(built_sample: Any) -> None:
    site = Site(Settings(built_sample))
    try:
        found = page(site, genes="TNF IL6")
    finally:
        site.close()
    assert "the store has no pathways" in found.one("main").text
    assert rows(found, "figures")


def test_hostile_values_are_text(site: Site) -> None:
    with pytest.raises(RequestError, match="there is no level"):
        page(site, genes="TNF", level=HOSTILE)
    for name in ("genes", "background", "column", "organism"):
        found = page(site, **{"genes": "TNF", name: HOSTILE})
        assert not [e for e in found.all("script") if not e.attributes.get("src")]


def test_genes_are_read_once_a_build(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = Site(site.settings)
    read: list[str] = []
    known = enrichment.sets_of_store
    monkeypatch.setattr(
        enrichment, "sets_of_store", lambda s, against: (read.append(against), known(s, against))[1]
    )
    for organism, level in (("human", "any"), ("human", "symbol"), ("mouse", "any")):
        operations.enrichment(fresh, "7124 21926", organism, "figures", level)
    fresh.close()
    assert read == ["figures"]
