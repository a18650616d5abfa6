"""Pages of figures, genes and other things: what they say, lead to, and are as data."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from xml.etree import ElementTree

import pytest
import rdflib
from pyld import jsonld
from rdflib import DCTERMS, RDF, SKOS, URIRef
from rdflib.compare import isomorphic

import pfocr_kg
from fork_server import Run
from html_pages import Element, check, parse
from pfocr_kg.errors import QueryError
from pfocr_kg.query.about import presentation
from pfocr_kg.serve.api import handlers
from pfocr_kg.serve.messages import Asked, Reply, RequestError
from pfocr_kg.serve.pages import network, network_choice
from pfocr_kg.serve.pages.things import caption, figure, page
from pfocr_kg.serve.routes import addresses
from pfocr_kg.serve.settings import Settings
from pfocr_kg.serve.site import Site
from plain_levels import at_level
from plain_reading import Facts, read_corpus

from .replies import body

FIGID = "PMC3347317__viruses-04-00424-g002"
CAPTIONED = "PMC12003952__research.0675.fig.001"  # its figid has dots
THINGS = {
    "/figures/" + FIGID: "figure",
    "/figures/" + CAPTIONED: "figure",
    "/genes/3661": "gene",
    "/diseases/DOID_162": "disease",
    "/chemicals/CHEBI:35366": "chemical",
    "/organisms/9606": "organism",
    "/pathways/WP4880": "pathway",
    "/papers/PMC3347317": "paper",
}
HOSTILE = """</title><script>alert("1")</script> 'IL6' & <b onclick="x()">"""
SCHEMA = rdflib.Namespace("https://schema.org/")
PFOCR = rdflib.Namespace("https://w3id.org/pfocr/vocab#")


def ask(site: Site, address: str, accept: str = "text/html") -> Reply:
    parts = urlsplit(address)
    _, folder, name = parts.path.split("/")
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    request = Asked(address=address, path={"name": unquote(name)}, query=query, accept=accept)
    return page.respond(folder, site, request)


def shown(site: Site, address: str) -> Element:
    reply = ask(site, address)
    assert reply.status == 200
    read = parse(reply)
    check(read)
    return read


def rows(read: Element, part: str) -> list[list[str]]:
    body_ = read.by_id(part).one("tbody")
    return [[cell.text for cell in row.all("td")] for row in body_.all("tr")]


def column(read: Element, part: str, heading: str) -> list[str]:
    heads = [cell.text for cell in read.by_id(part).one("thead").all("th")]
    return [row[heads.index(heading)] for row in rows(read, part)]


def count(read: Element, part: str) -> int:
    return int(read.by_id(f"{part}-title").one("span", "count").text.replace(",", ""))


@pytest.fixture(scope="module")
def facts(sample: Path, vocabularies: Path) -> Facts:
    return read_corpus(sample, vocabularies)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of one figure whose texts, file name and words would break a careless page."""
    folder = tmp_path_factory.mktemp("hostile")
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    texts = ("figtitle", "caption", "papertitle", "journal_title", "number")
    lines = [
        "---", "figid: PMC1__f1", "pmcid: PMC1", """filename: 'a "b"#?/<f1>.jpg'""",
        *(f"{key}: {quoted}" for key in texts), "year: '2020'", "---", "",
    ]  # fmt: skip
    (folder / "_figures").mkdir()
    (folder / "_data").mkdir()
    for figid in ("PMC1__f1", "PMC1__f1.ttl"):
        lines[1] = f"figid: {figid}"
        text = "\n".join(lines)
        (folder / "_figures" / f"{figid}.md").write_text(text, encoding="utf-8")
    genes = [
        [
            "organism_id",
            "organism_name",
            "word",
            "match",
            "ncbigene_symbol",
            "ncbigene_id",
            "source",
        ],
        ["9606", "Homo sapiens", HOSTILE, "IFN", "IFNA1", "3439", "hgnc_alias_symbol"],
    ]
    table = "".join("\t".join(row) + "\n" for row in genes)
    (folder / "_data" / "PMC1__f1-genes.tsv").write_text(table, encoding="utf-8")
    pfocr_kg.build(folder, folder / "store")
    site = Site(Settings(folder / "store"))
    yield site
    site.close()


# Pages


@pytest.mark.parametrize("address", THINGS)
def test_every_page_keeps_the_rules(site: Site, address: str) -> None:
    read = shown(site, address)
    assert not read.all("img")[1:], "only the mark of the head"
    assert all(image.attributes["src"].startswith("/static/") for image in read.all("img"))


@pytest.mark.parametrize("address", THINGS)
def test_tables_say_how_many_rows_their_files_have(site: Site, address: str) -> None:
    read = shown(site, address)
    parts = [part for part in presentation.LAYOUT if part.value == THINGS[address]]
    keys = [key for kind in parts for key in presentation.LAYOUT[kind]]
    seen = [key for key in keys if any(e.attributes.get("id") == key for e in read.walk())]
    assert seen
    for key in seen:
        download = next(
            link.attributes["href"] for link in read.by_id(key).all("a") if link.text == "CSV"
        )
        split = urlsplit(download)
        folder, name, part = split.path.removeprefix("/api/show/").split("/")
        handler = next(
            one.handler
            for one in handlers.ADDRESSES
            if one.path == "/api/show/{folder}/{name}/{part}"
        )
        path = {"folder": folder, "name": unquote(name), "part": part}
        reply = handler(site, Asked(path=path, query=tuple(parse_qsl(split.query))))
        lines = list(csv.reader(io.StringIO(body(reply).decode())))
        assert len(lines) - 1 == count(read, key), key
        assert len(rows(read, key)) == min(50, count(read, key))


def test_a_figure_lists_its_genes_as_the_records_do(site: Site, facts: Facts) -> None:
    read = shown(site, f"/figures/{FIGID}?genes.all=1")
    genes = {gene for figid, gene, _ in facts.genes if figid == FIGID}
    assert set(column(read, "genes", "NCBI")) == genes
    assert count(read, "genes") == len(genes)
    words: dict[str, set[str]] = {}
    for figid, gene, word, match, _ in facts.gene_mentions:
        if figid == FIGID:
            words.setdefault(gene, set()).add(word or match)
    for gene, cell in zip(
        column(read, "genes", "NCBI"), column(read, "genes", "words"), strict=True
    ):
        assert set(cell.split(", ")) == words[gene] or "more" in cell
    links = [a.text for a in read.by_id("genes").one("div", "table-head").all("a")]
    sure = sum(figid == FIGID for figid, _ in facts.unambiguous_genes)
    by_symbol = sum(figid == FIGID for figid, _ in facts.genes_by_symbol)
    assert links == [
        f"by symbol {by_symbol}",
        f"unambiguous {sure}",
        f"any word {len(genes)}",
    ]


@pytest.mark.parametrize(("level", "of"), [("symbol", "genes_by_symbol"), ("any", "genes")])
def test_a_level_leaves_out_genes(site: Site, facts: Facts, level: str, of: str) -> None:
    expected = {row[1] for row in getattr(facts, of) if row[0] == FIGID}
    read = shown(site, f"/figures/{FIGID}?level={level}&genes.all=1")
    assert set(column(read, "genes", "NCBI")) == expected
    assert set(read.by_id("copy-ids").text.split()) == expected
    (csv_link,) = (a for a in read.by_id("genes").all("a") if a.text == "CSV")
    assert ("level=symbol" in csv_link.attributes["href"]) is (level == "symbol")


def test_diseases_by_genes_are_no_named_diseases(site: Site, facts: Facts) -> None:
    for figid in sorted({figid for figid, _ in facts.disease_keywords})[:5]:
        read = shown(site, f"/figures/{figid}?diseases_of_genes.all=1")
        keyed = {iri for f, iri in facts.disease_keywords if f == figid}
        assert count(read, "diseases_of_genes") == len(keyed)
        title = read.by_id("diseases_of_genes-title").text.lower()
        assert "it need not name them" in title
        assert "drawn" not in title
        named = {iri for f, iri in facts.diseases if f == figid}
        assert len(named) == (count(read, "diseases") if named else 0)


def test_a_gene_lists_its_figures_and_words(site: Site, facts: Facts) -> None:
    read = shown(site, "/genes/3661")
    figures = {figid for figid, gene, _ in facts.genes if gene == "3661"}
    assert set(column(read, "figures", "figure")) == figures
    words = {word for _, gene, word, _, _ in facts.gene_mentions if gene == "3661" and word}
    assert set(column(read, "words", "word")) == words
    others = Counter(gene for figid, gene, _ in facts.genes if figid in figures and gene != "3661")
    assert count(read, "genes") == sum(n >= 2 for n in others.values())
    assert read.one("h1").text == "IRF3"
    hrefs = {link.attributes["href"] for link in read.one("dl", "facts").all("a")}
    assert {
        "https://www.ncbi.nlm.nih.gov/gene/3661",
        "https://www.ensembl.org/id/ENSG00000126456",
        "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/HGNC:6118",
        "/organisms/9606",
    } <= hrefs


def test_a_pathway_lists_what_show_lists(site: Site, linked_sample: Path, run_cli: Run) -> None:
    done = run_cli("show", "WP4880", "--store", linked_sample, "--format", "json")
    told = json.loads(done.stdout)
    read = shown(site, "/pathways/WP4880?missing_genes.all=1")
    missing = told["missing_genes"]["rows"]
    assert column(read, "missing_genes", "gene") == [row["symbol"] for row in missing]
    assert column(read, "missing_genes", "words") == [
        row["words"].replace(" | ", ", ") for row in missing
    ]
    assert count(read, "figures") == told["figures"]["count"]


def test_tables_are_sorted_by_links(site: Site) -> None:
    read = shown(site, f"/figures/{FIGID}?genes.sort=symbol")
    symbols = column(read, "genes", "gene")
    assert symbols == sorted(symbols, key=str.casefold)
    with pytest.raises(RequestError, match="no column"):
        ask(site, f"/figures/{FIGID}?genes.sort=nosuch")
    with pytest.raises(QueryError):
        ask(site, f"/figures/{FIGID}?level=nosuch")


def test_costly_lists_of_things_in_many_figures_are_made_when_asked_for(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shown(site, "/genes/3661")
    monkeypatch.setattr(page, "_MANY", 1)
    short = shown(site, "/genes/3661")
    assert not short.by_id("genes").all("table")
    (link,) = short.by_id("genes").all("a")
    later = shown(site, link.attributes["href"].partition("#")[0])
    assert rows(later, "genes") == rows(whole, "genes")
    assert rows(shown(site, "/genes/3661?genes.sort=other_symbol"), "genes")
    assert rows(short, "figures") == rows(whole, "figures")
    alone = parse(ask(site, "/genes/3661?part=genes&alone=1"))
    assert rows(alone, "genes") == rows(whole, "genes")
    assert not any("alone" in link.attributes["href"] for link in alone.all("a"))
    with pytest.raises(RequestError, match="no list"):
        ask(site, "/genes/3661?part=nosuch&alone=1")


@pytest.mark.parametrize("kept", [1_000, 1])
@pytest.mark.parametrize("address", ["/organisms/9606", "/pathways/WP4880", "/genes/3661"])
def test_one_list_can_be_asked_for_of_any_page(
    address: str, kept: int, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where all lists come when they are asked for."""
    whole = shown(site, address)
    monkeypatch.setattr(page, "_MANY", 1)
    monkeypatch.setattr(page, "_KEPT", kept)
    later = [link for link in shown(site, address).all("a") if "data-part" in link.attributes]
    assert later
    lists = {one.attributes["id"] for one in whole.all("section") if "id" in one.attributes}
    for link in later:
        key = link.attributes["data-part"]
        if key not in lists:  # it has no rows
            continue
        place = link.attributes["href"].partition("#")[0]
        assert rows(shown(site, place), key) == rows(whole, key)
        assert rows(shown(site, f"{place}&{key}.all=1"), key)


def test_a_level_without_rows_leads_to_the_others(
    site: Site, facts: Facts, linked_sample: Path
) -> None:
    """A gene that no figure has by its symbol still has the links to its figures."""
    by_symbol = {gene for _, gene, *_ in at_level("symbol", facts, linked_sample)}
    gene = min(gene for _, gene, *_ in facts.gene_mentions if gene not in by_symbol)
    read = shown(site, f"/genes/{gene}?level=symbol")
    figures = read.by_id("figures")
    assert not figures.all("table")
    levels = [link for link in figures.all("a") if "level=" in link.attributes["href"]]
    assert len(levels) >= 2


def test_pages_of_things_in_very_many_figures_are_read_once(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = {level: body(ask(site, f"/genes/3661?level={level}")) for level in ("any", "symbol")}
    monkeypatch.setattr(page, "_KEPT", 1)
    again = {level: body(ask(site, f"/genes/3661?level={level}")) for level in whole}
    assert again == whole
    monkeypatch.setattr(page.showing, "show", None)
    assert {level: body(ask(site, f"/genes/3661?level={level}")) for level in whole} == whole


def test_lists_to_copy_have_a_line_for_each_gene_and_word(site: Site, facts: Facts) -> None:
    read = shown(site, f"/figures/{FIGID}")
    lines = "".join(map(str, read.by_id("copy-table").children)).strip().split("\n")
    assert lines[0].split("\t") == ["word", "gene", "id", "organism"]
    mentions = {
        (word or match, gene) for f, gene, word, match, _ in facts.gene_mentions if f == FIGID
    }
    told = [line.split("\t") for line in lines[1:]]
    assert {(word, gene) for word, _, gene, _ in told} == mentions


# Captions


def mention(word: str, kind: str = "symbol", meanings: int | None = None) -> dict[str, object]:
    return {"word": word, "matched_term": None, "match_kind": kind, "meanings": meanings}


def part(**names: list[str]) -> dict[str, list[dict[str, object]]]:
    """Rows of parts with things that are called so: the first name is the label."""
    iris = {
        "gene": "https://identifiers.org/ncbigene/",
        "chemical": "https://identifiers.org/chebi/CHEBI:",
        "disease": "http://purl.obolibrary.org/obo/DOID_",
    }
    found: dict[str, list[dict[str, object]]] = {}
    for kind, label in (("gene", "symbol"), ("chemical", "chemical_name"), ("disease", "")):
        name = names.get(kind, [])
        words = [mention(word) for word in name]
        row = {kind: f"{iris[kind]}1", label or "disease_name": name and name[0], "words": words}
        found[f"{kind}s"] = [row] if name else []
    return found


@pytest.mark.parametrize(
    ("text", "names", "marked"),
    [
        ("TNF and TNF-alpha.", {"gene": ["TNF", "TNF-alpha"]}, ["TNF", "TNF-alpha"]),
        ("A set of SETs, SET.", {"gene": ["SET"]}, ["SET"]),
        ("Liver cancer or cancer", {"disease": ["liver cancer"]}, ["Liver cancer"]),
        ("glucose GLUCOSE glucoses", {"chemical": ["Glucose"]}, ["glucose", "GLUCOSE"]),
        ("no NO", {"chemical": ["NO"]}, []),
        ("IL-6 (IL-6R) IL-6", {"gene": ["IL-6"]}, ["IL-6", "IL-6"]),
        ("a+b c+ [x]", {"gene": ["a+b", "c+", "[x]"]}, ["a+b", "c+", "[x]"]),
        ("anything", {}, []),
    ],
)  # fmt: skip
def test_names_in_captions_are_marked(
    text: str, names: dict[str, list[str]], marked: list[str]
) -> None:
    found = caption.pieces(text, part(**names))
    assert "".join(piece for piece, _ in found) == text
    # A chemical's short name is found as it is written or in small letters only.
    assert [piece for piece, mark in found if mark.href] in (marked, ["no"])


def test_a_name_in_a_caption_that_can_mean_several_things_says_so() -> None:
    parts = part(gene=["IFNA1"])
    parts["genes"][0]["words"] = [
        *(mention("IFN", "synonym", 2), mention("interferons", "family", 1)),
        *(mention("IFNa", "synonym", 1), mention("IFN-a")),
    ]
    found = caption.pieces("IFN, IFNa, IFN-a, IFNA1, interferons", parts)
    assert [(piece, mark.doubt) for piece, mark in found if mark.href] == [
        ("IFN", "taken for IFNA1, one of 2 meanings"),
        *(("IFNa", ""), ("IFN-a", ""), ("IFNA1", "")),
        ("interferons", "a family, taken for IFNA1 and others"),
    ]


@pytest.mark.parametrize("address", THINGS)
def test_columns_are_explained_without_a_mouse(site: Site, address: str) -> None:
    plain = {"gene", "NCBI", "organism", "id", "disease", "chemical", "pathway", "figure"}
    plain |= {"title", "year", "number", "symbol", "genes", "shared genes"}
    read = shown(site, address)
    explained = set()
    for table in read.all("section", "table"):
        heads = {cell.text for cell in table.all("th")}
        legend = {term.text for term in table.all("dt")}
        assert legend <= heads
        assert heads - legend <= plain | {"figures"}, table.attributes["id"]
        explained |= legend
    assert explained or address.startswith("/organisms")


@pytest.mark.parametrize("address", THINGS)
def test_lists_of_chemicals_and_diseases_caution(site: Site, address: str) -> None:
    read = shown(site, address)
    unchecked = {"chemicals", "diseases"}
    unchecked |= {"figures"} if THINGS[address] in ("chemical", "disease") else set()
    cautioned = {s.attributes["id"] for s in read.all("section") if s.all("p", "caution")}
    ids = {s.attributes["id"] for s in read.all("section", "table")}
    assert cautioned == unchecked & ids


def test_a_pathway_says_what_overlap_is(site: Site) -> None:
    facts = {
        f.one("dt").text: f.one("dd").text
        for f in shown(site, "/pathways/WP4880").one("dl", "facts").all("div")
    }
    told = ask(site, "/pathways/WP4880.json")
    count = json.loads(body(told))["overlapping_figures"]
    assert facts["figures that overlap"].startswith(f"{count} share enough genes; it is linked")


def test_marks_lead_to_what_the_figure_draws(site: Site, facts: Facts) -> None:
    seen = 0
    for figid in sorted({figid for figid, key, _ in facts.texts if key == "caption"}):
        marks = shown(site, f"/figures/{figid}").all("a", "mark")
        known = {f"/genes/{gene}" for f, gene, _ in facts.genes if f == figid}
        genes = {m.attributes["href"] for m in marks if "/genes/" in m.attributes["href"]}
        assert genes <= known
        seen += len(genes)
    assert seen


# Pictures


def test_a_picture_is_fetched_only_when_asked_for(site: Site) -> None:
    before = shown(site, f"/figures/{FIGID}")
    (link,) = (a for a in before.by_id("picture").all("a") if "europepmc.org" in a.text)
    reply = ask(site, link.attributes["href"].partition("#")[0])
    assert reply.headers == {"content-security-policy-pictures": "https://europepmc.org"}
    (image,) = parse(reply).by_id("picture").all("img")
    assert image.attributes["referrerpolicy"] == "no-referrer"
    assert image.attributes["src"] == (
        "https://europepmc.org/articles/PMC3347317/bin/viruses-04-00424-g002.jpg"
    )
    assert "PubMed Central" in image.attributes["alt"]
    assert not ask(site, f"/figures/{FIGID}").headers


def test_without_pictures_a_page_offers_none(linked_sample: Path) -> None:
    site = Site(Settings(linked_sample, pictures=""))
    read = shown(site, f"/figures/{FIGID}?picture=1")
    assert not read.by_id("picture").all("img")
    assert [a.text for a in read.by_id("picture").all("a")] == ["See it at PubMed Central"]
    site.close()


def test_the_name_of_a_picture_is_encoded() -> None:
    told = {"paper": {"pmcid": "PMC1"}, "file_name": 'a "b"#?/<f>.jpg'}
    made = figure.picture("https://x.org/{pmcid}/{filename}", told)
    assert made == "https://x.org/PMC1/a%20%22b%22%23%3F%2F%3Cf%3E.jpg"
    assert figure.picture("https://x.org/{pmcid}", {"paper": None, "file_name": "a.jpg"}) == ""


# Hostile records


def test_texts_of_records_are_shown_and_never_run(hostile: Site) -> None:
    for address in ("/figures/PMC1__f1?picture=1", "/papers/PMC1", "/genes/3439"):
        read = shown(hostile, address)
        assert not any("onclick" in e.attributes for e in read.walk())
        (data,) = (s for s in read.all("script") if "src" not in s.attributes)
        assert "<" not in data.text
        json.loads(data.text)
    read = shown(hostile, "/figures/PMC1__f1")
    assert read.one("h1").text == HOSTILE
    text, doubts = read.one("div", "caption-text").all("p")
    assert text.text == HOSTILE
    assert text.one("a", "doubtful").attributes["title"] == "taken for IFNA1, one of 2 meanings"
    assert f"other things: {HOSTILE}, taken for IFNA1" in doubts.text
    assert column(read, "genes", "words") == [HOSTILE]


# Linked data


def graph(reply: Reply, form: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=body(reply), format=form)


@pytest.mark.parametrize("address", THINGS)
def test_all_forms_have_the_same_triples(site: Site, address: str) -> None:
    turtle = graph(ask(site, f"{address}.ttl"), "turtle")
    assert len(turtle) > 2
    for ending, form in (("nt", "nt"), ("rdf", "xml"), ("jsonld", "json-ld")):
        assert isomorphic(graph(ask(site, f"{address}.{ending}"), form), turtle), ending


@pytest.mark.parametrize("address", THINGS)
def test_turtle_and_json_are_those_of_show(
    site: Site, linked_sample: Path, run_cli: Run, address: str
) -> None:
    kind, name = THINGS[address], unquote(address.rpartition("/")[2]).replace("DOID_", "DOID:")
    for form, ending in (("turtle", "ttl"), ("json", "json")):
        done = run_cli("show", name, "--kind", kind, "--store", linked_sample, "--format", form)
        assert done.code == 0, done.stderr
        told, given = done.stdout, body(ask(site, f"{address}.{ending}")).decode()
        assert (json.loads(told) == json.loads(given)) if form == "json" else told == given


@pytest.mark.parametrize("address", THINGS)
def test_structured_data_of_a_page_says_what_the_turtle_says(site: Site, address: str) -> None:
    (script,) = (s for s in shown(site, address).all("script") if "src" not in s.attributes)
    quads = jsonld.to_rdf(json.loads(script.text), {"format": "application/n-quads"})
    own = rdflib.Graph().parse(data=quads, format="nt")
    turtle = graph(ask(site, f"{address}.ttl"), "turtle")
    (subject,) = set(own.subjects(SCHEMA.identifier))
    assert isinstance(subject, URIRef)
    assert (subject, None, None) in turtle
    names = {*turtle.objects(subject, DCTERMS.title), *turtle.objects(subject, SKOS.prefLabel)}
    assert set(map(str, own.objects(subject, SCHEMA.name))) <= set(map(str, names))
    assert list(map(str, own.objects(subject, SCHEMA.caption))) == [
        str(text) for text in turtle.objects(subject, SCHEMA.caption) if str(text)
    ]
    about = set(own.objects(subject, SCHEMA.about))
    drawn = {
        thing
        for name in ("gene", "chemical", "disease")
        for thing in turtle.objects(subject, PFOCR[name])
    }
    assert about == (drawn if THINGS[address] == "figure" else set())
    assert len(set(own.objects(subject, RDF.type))) == 1


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/turtle", "text/turtle"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/html;q=0.5, text/turtle", "text/turtle"),
        ("text/turtle;q=0.5, application/ld+json;q=0.9", "application/ld+json"),
        ("text/turtle;q=0, text/*", "text/html; charset=utf-8"),
    ],
)
def test_the_accept_header_chooses_the_form(site: Site, accept: str, media_type: str) -> None:
    assert ask(site, "/genes/3661", accept).media_type == media_type
    # An ending goes before the header.
    assert ask(site, "/genes/3661.ttl", accept).media_type == "text/turtle"


def test_forms_that_there_are_not_are_refused(site: Site) -> None:
    with pytest.raises(RequestError) as refused:
        ask(site, "/genes/3661", "image/png")
    assert refused.value.status == 406
    for address in ("/genes/3661.gmt", "/papers/PMC3347317.gpml", "/genes/3661.xyz"):
        with pytest.raises(RequestError) as refused:
            ask(site, address)
        assert refused.value.status == 404


def test_gene_sets_and_sketches_are_those_of_the_export(
    site: Site, linked_sample: Path, run_cli: Run, tmp_path: Path
) -> None:
    reply = ask(site, f"/figures/{FIGID}.gmt")
    assert (
        f'filename="pfocr-figure-{FIGID}-{site.built}.gmt"'
        in (reply.headers["content-disposition"])
    )
    run_cli("export", "--store", linked_sample, "--output", tmp_path / "all.gmt")
    sets = (tmp_path / "all.gmt").read_bytes().splitlines(keepends=True)
    assert body(reply) == next(line for line in sets if line.startswith(FIGID.encode()))
    for address, option in ((f"/figures/{FIGID}", "--figure"), ("/pathways/WP4880", "--pathway")):
        name = address.rpartition("/")[2]
        file = tmp_path / "sketch.gpml"
        done = run_cli("export", option, name, "--store", linked_sample, "--output", file)
        assert done.code == 0, done.stderr
        sketch = body(ask(site, f"{address}.gpml"))
        assert sketch == file.read_bytes()
        assert ElementTree.fromstring(sketch).tag.endswith("Pathway")


# Other names


@pytest.mark.parametrize(
    ("address", "status", "location"),
    [
        ("/genes/IRF3", 303, "/genes/3661"),
        ("/genes/irf-3", 303, "/genes/3661?for=irf-3"),
        ("/genes/IRF3.ttl", 303, "/genes/3661.ttl"),
        ("/genes/ENSG00000126456", 301, "/genes/3661"),
        ("/papers/pmc3347317", 301, "/papers/PMC3347317"),
        ("/pathways/wp4880", 301, "/pathways/WP4880"),
        ("/pathways/WP4880_r1", 301, "/pathways/WP4880"),
        ("/diseases/DOID:162", 301, "/diseases/DOID_162"),
        ("/chemicals/CHEBI_35366", 301, "/chemicals/CHEBI:35366"),
        ("/organisms/human", 303, "/organisms/9606?for=human"),
        ("/figures/PMC3347317__F2", 301, f"/figures/{FIGID}"),
        (f"/figures/{FIGID}.html", 301, f"/figures/{FIGID}"),
        (f"/figures/{FIGID.lower()}", 301, f"/figures/{FIGID}"),
        (f"/figures/{FIGID.lower()}.jsonld", 301, f"/figures/{FIGID}.jsonld"),
    ],
)
def test_other_names_lead_to_the_page(site: Site, address: str, status: int, location: str) -> None:
    reply = ask(site, address)
    assert (reply.status, reply.headers.get("location")) == (status, location)


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("/genes/IRF33", "IRF3"),
        ("/genes/999999999", "The box above"),
        ("/figures/nosuch", "The box above"),
        ("/pathways/WP1", "The box above"),
        ("/diseases/cancerr", "Cancer"),
    ],
)
def test_an_unknown_name_is_answered_with_what_is_near(site: Site, address: str, near: str) -> None:
    with pytest.raises(RequestError) as unknown:
        ask(site, address)
    assert unknown.value.status == 404
    assert near in unknown.value.hint


def test_a_dot_in_a_name_is_no_ending(site: Site, hostile: Site) -> None:
    assert ask(hostile, "/figures/PMC1__f1.ttl").media_type.startswith("text/html")
    assert ask(hostile, "/figures/PMC1__f1.ttl.ttl").media_type == "text/turtle"
    assert ask(site, f"/figures/{CAPTIONED}").media_type.startswith("text/html")
    assert ask(site, f"/figures/{CAPTIONED}.ttl").media_type == "text/turtle"


def test_all_folders_are_addresses() -> None:
    paths = {one.path for one in addresses() if one.for_people}
    assert {f"/{address.split('/')[1]}/{{name}}" for address in THINGS} <= paths


@pytest.mark.parametrize("address", THINGS)
def test_leads_to_no_network_that_is_refused(
    site: Site, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def networks() -> list[str]:
        links = [a.attributes.get("href", "") for a in shown(site, address).one("main").all("a")]
        return [href for href in links if href.startswith("/network?")]

    found = networks()
    assert len(found) == (THINGS[address] not in ("organism", "paper"))
    for href in found:
        asked = Asked(address="/network", query=tuple(parse_qsl(urlsplit(href).query)))
        assert network.page(site, asked).status == 200
    monkeypatch.setattr(network_choice, "MOST_FIGURES", 0)
    assert networks() == [] or THINGS[address] in ("figure", "pathway")
