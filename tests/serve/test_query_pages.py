"""Pages of the bundled queries, and the SPARQL editor, beside the commands that give the same."""

from __future__ import annotations

import csv
import io
import json
import shlex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from html_pages import Element, check, parse
from linked_stores import Run
from pfocr_kg import iris
from pfocr_kg.query import bundled
from pfocr_kg.query.execution import endpoints
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import answers, editor, queries
from pfocr_kg.serve.site import Site

HOSTILE = """</title><script>alert("1")</script> 'IL6' & <b onclick="x()">"""
NAMES = list(bundled.queries())


def asked(address: str, **more: Any) -> Asked:
    parts = urlsplit(address)
    name = parts.path.removeprefix("/queries/")
    pairs = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Asked(address=parts.path, path={"name": name}, query=pairs, **more)


def reply(site: Site, address: str, **more: Any) -> Reply:
    handler = queries.page if address.startswith("/queries/") else editor.page
    return handler(site, asked(address, **more))


def page(site: Site, address: str, **more: Any) -> Element:
    read = parse(reply(site, address, **more))
    check(read)
    return read


def query_address(text: str) -> str:
    return queries.address("/query", {"query": text})


def cells(found: Element) -> list[list[str]]:
    """The rows of the table of an answer, without its head."""
    return [[c.text for c in row.all("td")] for row in found.by_id("rows").all("tr")[1:]]


def error(found: Element) -> Element:
    (alert,) = (e for e in found.walk() if e.attributes.get("role") == "alert")
    return alert


def csv_of(run_cli: Run, site: Site, *arguments: str) -> list[list[str]]:
    done = run_cli("query", *arguments, "--format", "csv", "--store", site.settings.store)
    assert done.code == 0, done.stderr
    return list(csv.reader(io.StringIO(done.stdout)))


class TestList:
    def test_has_every_query_with_its_title(self, site: Site) -> None:
        found = parse(queries.page_of_all(site, Asked(address="/queries")))
        check(found)
        links = {a.attributes["href"]: a.text for a in found.one("main").all("a")}
        for query in bundled.queries().values():
            assert links[f"/queries/{query.name}"] == query.title


class TestForms:
    @pytest.mark.slow
    @pytest.mark.parametrize("name", NAMES)
    def test_the_example_of_each_query_runs(self, site: Site, run_cli: Run, name: str) -> None:
        """Its page has as many rows as the command line gives."""
        query = bundled.find(name)
        empty = page(site, f"/queries/{name}")
        if not query.parameters:
            address = f"/queries/{name}"
        elif any(parameter.is_needed for parameter in query.parameters):
            (address,) = (
                a.attributes["href"] for a in empty.all("a") if a.text == "Ask about the example"
            )
        else:
            address = f"/queries/{name}"
        answer = reply(site, address)
        found = parse(answer)
        check(found)
        if endpoints(query.text):
            assert answer.status == 403
            assert "SERVICE is refused" in error(found).text
            assert found.by_id("command").text.startswith(f"pfocr-kg query {name}")
            return
        assert answer.status == 200, error(found).text
        command = shlex.split(found.by_id("command").text)
        if query.makes_graph:
            done = run_cli(*command[1:], "-f", "turtle", "--store", site.settings.store)
            lines = done.stdout.splitlines()
            # Prefixes that the file declares are those of the command; the triples are the same.
            assert len(found.by_id("turtle").children[0].splitlines()) == pytest.approx(
                len(lines), abs=2
            )
            return
        rows = csv_of(run_cli, site, *command[2:])[1:]
        assert len(cells(found)) == min(len(rows), answers.FIRST)
        assert found.by_id("rows").one(of_class="count").text == f"{len(rows):,}"

    def test_rows_are_those_of_the_command(self, site: Site, run_cli: Run) -> None:
        """In the same order; IRIs are short and lead to our pages."""
        found = page(site, "/queries/figures-of-gene?gene=TNF&level=symbol")
        head, *rows = csv_of(run_cli, site, "figures-of-gene", "gene=TNF", "--level", "symbol")
        at = head.index("figure")
        figids = [
            row[at].removeprefix(iris.PREFIXES["figure"]).removesuffix(".html") for row in rows
        ]
        assert figids
        (place,) = (n for n, th in enumerate(found.by_id("rows").all("th")) if th.text == "Figure")
        assert [row[place] for row in cells(found)] == figids
        links = [a.attributes["href"] for a in found.by_id("rows").one("tbody").all("a")]
        assert f"/figures/{figids[0]}" in links
        assert "/genes/7124" in links

    def test_says_what_names_were_taken_for(self, site: Site) -> None:
        notes = page(site, "/queries/figures-of-gene?gene=tnf").all(of_class="notes")
        assert notes[0].text.startswith("tnf: TNF, human gene 7124")

    def test_sorts_by_a_column(self, site: Site) -> None:
        found = page(site, "/queries/figures-of-gene?gene=TNF&rows.sort=-year")
        (place,) = (n for n, th in enumerate(found.by_id("rows").all("th")) if th.text == "Year")
        years = [row[place] for row in cells(found)]
        assert years == sorted(years, reverse=True)
        assert len(set(years)) > 1

    def test_several_values_stand_in_one_box(self, site: Site, run_cli: Run) -> None:
        found = page(site, "/queries/figures-with-genes?gene=TNF,+IL6+,&minimum=2")
        assert found.by_id("gene1").attributes["value"] == "TNF, IL6"
        assert found.by_id("command").text.split()[3:] == ["gene=TNF", "gene=IL6", "minimum=2"]
        rows = csv_of(run_cli, site, "figures-with-genes", "gene=TNF", "gene=IL6", "minimum=2")
        assert len(cells(found)) == len(rows) - 1 > 0

    def test_choices_are_a_list_and_numbers_have_their_default(self, site: Site) -> None:
        found = page(site, "/queries/figures-of-organism?by=genes")
        (chosen,) = (
            o.text
            for o in found.all("option")
            if "selected" in o.attributes and o.text in ("paper", "genes")
        )
        assert chosen == "genes"
        found = page(site, "/queries/figures-with-genes")
        assert found.by_id("minimum1").attributes["value"] == "3"
        assert not [e for e in found.walk() if e.attributes.get("id") == "rows"]

    def test_unknown_names_say_what_is_near(self, site: Site) -> None:
        answer = reply(site, "/queries/figures-of-gene?gene=nosuchgene")
        assert answer.status == 404
        found = parse(answer)
        assert "nosuchgene" in error(found).text
        assert found.by_id("gene1").attributes["value"] == "nosuchgene"

    def test_an_empty_answer_has_its_reason(self, site: Site) -> None:
        found = page(site, "/queries/genes-drawn-with-gene?gene=TNF&minimum=9999")
        assert found.by_id("rows").one(of_class="count").text == "0"
        assert "with minimum=1" in found.one("main").all(of_class="notes")[-1].text

    def test_links_to_all_formats_of_the_same(self, site: Site) -> None:
        found = page(site, "/queries/figures-of-gene?gene=TNF&level=symbol")
        links = {a.text: a.attributes["href"] for a in found.all("a")}
        same = "/api/queries/figures-of-gene?gene=TNF&level=symbol&format="
        for form in ("csv", "tsv", "json"):
            assert links[form.upper()] == same + form
        assert links["xml"] == same + "xml"

    def test_opens_in_the_editor_with_the_same_rows(self, site: Site) -> None:
        found = page(site, "/queries/figures-of-gene?gene=TNF&level=symbol")
        (link,) = (a.attributes["href"] for a in found.all("a") if "editor" in a.text)
        assert link.startswith("/query?query=")
        assert "geneBySymbol" in link
        assert cells(page(site, link)) == cells(found)

    def test_hostile_values_are_text(self, site: Site) -> None:
        here = "/queries/figures-of-gene"
        with pytest.raises(RequestError, match="there is no level"):
            page(site, queries.address(here, {"gene": "TNF", "level": HOSTILE}))
        for name in ("gene", "organism_of_names"):
            found = page(site, queries.address(here, {"gene": "TNF", name: HOSTILE}))
            assert not [e for e in found.all("script") if not e.attributes.get("src")]

    def test_no_such_query(self, site: Site) -> None:
        with pytest.raises(RequestError) as raised:
            page(site, "/queries/figures-of-genes")
        assert raised.value.status == 404


class TestEditor:
    def test_rows(self, site: Site, run_cli: Run) -> None:
        text = "SELECT ?gene ?symbol { ?gene a pfocr:Gene ; rdfs:label ?symbol } ORDER BY ?symbol"
        found = page(site, query_address(text))
        rows = csv_of(run_cli, site, text)[1:]
        assert [row[1] for row in cells(found)] == [symbol for _, symbol in rows][: answers.FIRST]
        assert found.by_id("query").text == text
        foot = found.by_id("rows").one(of_class="table-foot").text
        assert f"the first 200 of {len(rows):,}" in foot if len(rows) > 200 else True
        # The label of a gene leads where the gene does.
        first = found.by_id("rows").one("tbody").all("a")
        assert first[0].attributes["href"] == first[1].attributes["href"]

    def test_more_rows_than_are_read(self, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(answers, "MOST", 300)
        found = page(site, query_address("SELECT * { ?s ?p ?o }"))
        assert len(cells(found)) == 200
        assert "the first 200 of more than 300" in found.by_id("rows").text
        assert not found.by_id("rows").one("thead").all("a")

    @pytest.mark.parametrize(
        ("text", "said"), [("ASK { ?s ?p ?o }", "Yes"), ("ASK { ?s <x:y> 1 }", "No")]
    )
    def test_yes_and_no(self, site: Site, text: str, said: str) -> None:
        assert said in [h.text for h in page(site, query_address(text)).all("h2")]

    def test_graphs_are_turtle(self, site: Site) -> None:
        text = "DESCRIBE <https://identifiers.org/ncbigene/7124>"
        found = page(site, query_address(text))
        assert 'rdfs:label "TNF"' in found.by_id("turtle").text
        links = {a.text: a.attributes["href"] for a in found.all("a")}
        assert links["jsonld"] == queries.address("/sparql", {"query": text, "format": "jsonld"})

    def test_an_error_has_its_place(self, site: Site) -> None:
        text = "SELECT *\nWHERE {\n  ?s pfocr:gene }\n"
        answer = reply(site, query_address(text))
        assert answer.status == 400
        alert = error(parse(answer))
        assert alert.attributes["data-line"] == "3"
        assert "does not parse, line 3" in alert.text

    def test_other_endpoints_are_refused(self, site: Site) -> None:
        answer = reply(
            site, query_address("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
        )
        assert answer.status == 403
        assert "SERVICE is refused" in error(parse(answer)).text

    def test_reasons_for_nothing(self, site: Site) -> None:
        found = page(site, query_address("SELECT * { ?s pfocr:genes ?o }"))
        assert "the vocabulary has no pfocr:genes; is pfocr:gene meant?" in found.one("main").text

    def test_columns_are_called_as_the_variables(self, site: Site) -> None:
        found = page(site, query_address("SELECT ?g ?geneLabel { ?g rdfs:label ?geneLabel }"))
        assert [th.text for th in found.by_id("rows").all("th")] == ["g", "geneLabel"]

    def test_short_queries_get_their_address(self, site: Site) -> None:
        text = "ASK { ?s ?p ?o }"
        answer = reply(site, "/query", method="POST", form=(("query", text),))
        assert (answer.status, answer.headers["location"]) == (303, query_address(text))

    def test_long_queries_are_posted(self, site: Site) -> None:
        text = "SELECT * { ?s a pfocr:Gene }" + " #" * queries.LONGEST
        found = page(site, "/query", method="POST", form=(("query", text),))
        assert cells(found)
        assert "too long for an address" in found.one("main").text
        assert not found.by_id("rows").one("thead").all("a")
        forms = [form.attributes["action"] for form in found.one("main").all("form")]
        assert forms == ["/query", "/sparql"]

    def test_begins_with_a_bundled_query(self, site: Site) -> None:
        found = page(site, "/query?example=figures-of-gene")
        assert found.by_id("query").text.startswith("PREFIX")
        assert not [e for e in found.walk() if e.attributes.get("id") == "rows"]
        assert "/query?example=figures-of-gene" in [a.attributes["href"] for a in found.all("a")]

    def test_hostile_queries_and_values_are_text(self, site: Site) -> None:
        shown = "BIND('<script>alert(1)</script>' AS ?x) BIND(<javascript:alert(1)> AS ?y)"
        for text in (HOSTILE, f"SELECT * {{ {shown} }}", f"SELECT * {{ {shown} }} # {HOSTILE}"):
            found = parse(reply(site, query_address(text)))
            check(found)
            assert found.by_id("query").text.strip() == " ".join(text.split())
            assert not [e for e in found.all("script") if not e.attributes.get("src")]

    def test_completion_knows_the_vocabulary(self, site: Site) -> None:
        body = editor.terms(site, Asked()).body
        assert isinstance(body, bytes)
        found = {term["label"]: term for term in json.loads(body)}
        assert found["pfocr:gene"]["type"] == "property"
        assert found["pfocr:PathwayFigure"]["type"] == "class"
        assert found["pfocr:PathwayFigure"]["info"].startswith("A figure of a published paper")
        assert {"dcterms:title", "rdfs:label", "pfocr:", "oa:hasBody"} <= found.keys()
        assert not [label for label in found if "//" in label]
