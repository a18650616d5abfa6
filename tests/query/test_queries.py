"""The bundled queries: their headers, and their answers on two engines against known rows.

The rows in `expected/` are what the sample must give. `oracle` works most of them out anew from
the sample's files, without SPARQL; `test_expected_rows_are_those_of_the_files` compares.
"""

from __future__ import annotations

import csv
import importlib.util
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic
from rdflib.plugins.sparql import prepareQuery

from pfocr_kg.query import bundled, execution
from places import ROOT, SAMPLE
from sparql_service import serving

from . import oracle_of_figures, oracle_of_links
from .conftest import Built
from .oracle import OBO, Corpus, bundled_rows, figure

FILES = sorted((ROOT / "queries").rglob("*.rq"))
ORACLES = oracle_of_figures.oracle | oracle_of_links.oracle
EXPECTED = Path(__file__).with_name("expected")
SERVICE = re.compile(r"SERVICE <([^>]*)>")
HEADER = re.compile(r"# (\w+): (.*\S)")
PARAMETER = re.compile(r"^\s*VALUES \?(\w+) \{ (.*) \}$", re.MULTILINE)

REQUIRED = ["title", "category", "description", "keywords"]
OPTIONAL = {"param", "analytic", "endpoint", "empty"}
XSD = "http://www.w3.org/2001/XMLSchema#"
BOUND: dict[str, Callable[[Any], bool]] = {
    "string": lambda term: term.datatype.value == XSD + "string" and term.value != "",
    "integer": lambda term: term.datatype.value == XSD + "integer",
    "decimal": lambda term: term.datatype.value == XSD + "decimal",
    "iri": lambda term: isinstance(term, ox.NamedNode) and term.value.startswith("http"),
}

# The seed record is not in the covid corpus: questions about a figure or paper ask for these.
COVID_PARAMETERS = {
    "figure": "https://pfocr.wikipathways.org/figures/PMC4600211__12917_2015_575_Fig2_HTML.html",
    "paper": "https://europepmc.org/article/PMC/4600211",
}

# The covid corpus has human genes and disease keywords only: these are asked of the other one.
ASKED_OF_VERBATIM = {
    "chemicals-of-gene": "no chemicals",
    "entities-only-in-mesh": "no MeSH ids",
    "figures-of-chemical": "no chemicals",
    "genes-of-chemical": "no chemicals",
    "most-drawn-chemicals": "no chemicals",
    "symbols-in-several-organisms": "human genes only",
}

# No published record that is at hand names a pathway; these do, beside the linked sample. The
# last pair is linked as curated already, and must not count twice.
RELATED_PATHWAYS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX figure: <https://pfocr.wikipathways.org/figures/>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
PREFIX wikipathways: <https://identifiers.org/wikipathways/>

figure:PMC3614012__nihms379615f2.html pfocr:relatedPathway wikipathways:WP422 .
figure:PMC6543034__fx1.html pfocr:relatedPathway wikipathways:WP422 , wikipathways:WP5283 .
figure:PMC5793760__cshperspect-TGF-022210_F4.html pfocr:relatedPathway wikipathways:WP414 .
wikipathways:WP5283 dcterms:title "Chronic hyperglycemia impairment of neuron function" .
"""
# None of them links to a page of another paper.
OTHER_PAGES = """
PREFIX figure: <https://pfocr.wikipathways.org/figures/>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>

figure:PMC6543034__fx1.html pfocr:pageOfOtherPaper
  <https://www.ncbi.nlm.nih.gov/pmc/articles/PMC6543035/figure/fx1/> .
figure:PMC3614012__nihms379615f2.html pfocr:pageOfOtherPaper
  <https://www.ncbi.nlm.nih.gov/pmc/articles/PMC361401/figure/F2/> .
"""
# These ask for links: of the sample to the excerpt, and of the covid corpus to the database.
OF_LINKS = {
    "candidates",
    "candidates-for-pathway",
    "curated-links",
    "diseases-of-pathway",
    "figures-of-missing-gene",
    "figures-of-gene-at-wikipathways",
    "figures-of-pathway",
    "figures-without-pathway",
    "genes-in-no-pathway",
    "genes-missing-from-pathway",
    "links-by-evidence",
    "links-by-shared-paper",
    "pathways-by-figures",
    "pathways-of-figure",
    "pathways-without-figures",
    "symbols-of-several-genes",
}

# No figure of the covid corpus is one that curators name.
NOT_IN_COVID = {"curated-links"}

BESIDE_THE_SAMPLE = {
    "pages-of-other-papers": OTHER_PAGES,
    "pathways-by-figures": RELATED_PATHWAYS,
}


def name_of(path: Path) -> str:
    return path.stem


def federated(path: Path) -> bool:
    return path.parent.name == "federated"


LOCAL = [path for path in FILES if not federated(path)]
REMOTE = [path for path in FILES if federated(path)]
each_query = pytest.mark.parametrize("path", FILES, ids=name_of)
each_local_query = pytest.mark.parametrize("path", LOCAL, ids=name_of)


# ---------------------------------------------------------------------------------------- lint


def header(path: Path) -> list[tuple[str, str]]:
    """The leading comment lines as (key, value)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    top = lines[: next(i for i, line in enumerate(lines) if not line.startswith("#"))]
    found = [HEADER.fullmatch(line) for line in top]
    assert all(found), f"broken header line in {path.name}"
    return [(match[1], match[2]) for match in found if match]


def body(path: Path) -> str:
    """What follows the header."""
    return re.sub(r"\A(#.*\n)+", "", path.read_text(encoding="utf-8"))


def bare(text: str) -> str:
    """SPARQL without the insides of IRIs and strings."""
    return re.sub(r'<[^<>"{}\s]*>', "<>", re.sub(r'"[^"\n]*"', '""', text))


def term(kind: str, text: str) -> Any:
    """The term that an example of the header means."""
    if kind in NAMED:
        (iri,) = NAMED[kind](text)
        return ox.NamedNode(iri)
    if kind == "iri":
        return ox.NamedNode(text)
    text = plain(Decimal(text)) if kind == "decimal" else text
    return ox.Literal(text, datatype=ox.NamedNode(XSD + kind))


def of_rows(table: str, template: str, key: int, *names: int) -> Callable[[str], set[str]]:
    """Finds IRIs by a name in some columns of a bundled table; its column `key` has the ids."""

    def named(name: str) -> set[str]:
        return {
            template.format(row[key].partition("|")[0].replace("DOID:", "DOID_"))
            for row in bundled_rows(table)
            if name in [row[column] for column in names]
        }

    return named


def of_organism(name: str) -> set[str]:
    organisms = rdflib.Graph().parse(ROOT / "ontologies" / "organisms.ttl")
    return {str(iri) for iri in organisms.subjects(rdflib.SKOS.altLabel, rdflib.Literal(name))}


# Kind of entity -> the IRIs of one with a name, which is an id for the last three.
NAMED: dict[str, Callable[[str], set[str]]] = {
    "gene": of_rows("human-genes.tsv", "https://identifiers.org/ncbigene/{}", 2, 0),
    "disease": of_rows("disease-names.tsv", OBO + "{}", 0, 1),
    "chemical": of_rows("mesh-xrefs.tsv", "https://identifiers.org/chebi/{}", 2, 1, 3),
    "organism": of_organism,
    "pathway": lambda wpid: {f"https://identifiers.org/wikipathways/{wpid}"},
    "paper": lambda pmcid: {f"https://europepmc.org/article/PMC/{pmcid.removeprefix('PMC')}"},
    "figure": lambda figid: {figure(figid)},
}


def terms(text: str, row: str) -> list[Any]:
    """The terms of a VALUES row, in the prefixes of the text."""
    prefixes = "\n".join(re.findall(r"^PREFIX .*$", text, re.MULTILINE))
    rows = ox.Store().query(f"{prefixes}\nSELECT ?term {{ VALUES ?term {{ {row} }} }}")
    return [solution["term"] for solution in rows]


def test_there_are_queries_on_every_topic() -> None:
    topics = {path.parent.name for path in FILES}
    assert topics == set(
        "figures genes diseases chemicals papers pathways curation metadata federated".split()
    )
    assert len(FILES) >= 30


def test_names_and_titles_are_unique() -> None:
    assert len({path.stem for path in FILES}) == len(FILES)
    assert len({dict(header(path))["title"] for path in FILES}) == len(FILES)


@each_query
def test_header(path: Path) -> None:
    fields = header(path)
    keys = [key for key, _ in fields]
    assert keys[:4] == REQUIRED
    assert set(keys[4:]) <= OPTIONAL
    assert all(keys.count(key) == 1 for key in keys if key != "param")
    values = dict(fields)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem)
    assert path.parent.parent == ROOT / "queries"
    assert values["category"].lower() == path.parent.name
    assert values["description"].endswith(".")
    assert all(keyword.strip() for keyword in values["keywords"].split(","))
    assert values.get("analytic", "yes") == "yes"
    assert values.get("empty", "good") == "good"
    assert SERVICE.findall(body(path)) == [v for k, v in fields if k == "endpoint"]
    assert ("endpoint" in values) == federated(path)


@each_query
def test_parameters_are_the_values_lines(path: Path) -> None:
    text = body(path)
    described = [value.split(" | ") for key, value in header(path) if key == "param"]
    assert all(kind == name for name, kind, *_ in described if kind in NAMED or name in NAMED)
    assert all(len(parts) == 4 and all(part.strip() for part in parts) for parts in described)
    bound = PARAMETER.findall(text)
    assert [name for name, *_ in described] == [name for name, _ in bound]
    assert len(set(dict(bound))) == len(bound)
    assert len(bound) == len(re.findall(r"VALUES\s+[?$]", text)), "one VALUES line a parameter"
    rows = dict(bound)
    for name, given, example, _ in described:
        kind, _, choices = given.partition(": ")
        found = terms(text, rows[name])
        assert found
        assert all(BOUND.get(kind, BOUND["iri"])(term) for term in found)
        assert [term(kind, value) for value in example.split(", ")] == found
        assert not choices or example in choices.split(", ")


@each_query
def test_parameters_stand_where_they_bind(path: Path) -> None:
    """Not in a part that is optional, taken away, or one of several ways."""
    openers: list[str] = []
    before = ""
    for token in re.findall(r"[{}]|VALUES \?|[A-Za-z]+", bare(body(path))):
        if token == "{":
            openers.append(before)
        elif token == "}":
            openers.pop()
        elif token == "VALUES ?":
            assert not {"OPTIONAL", "MINUS", "EXISTS", "UNION", "GRAPH"} & set(openers)
        before = token
    assert openers == []


@each_query
def test_every_prefix_is_declared_and_used(path: Path) -> None:
    text = body(path)
    declared = re.findall(r"^PREFIX (\w+): <\S+>$", text, re.MULTILINE)
    rest = bare(re.sub(r"^PREFIX .*$", "", text, flags=re.MULTILINE))
    used = set(re.findall(r"(?<![\w?$])([A-Za-z]\w*):", rest))
    assert sorted(used) == declared, "declared once, in order, and used"


@each_query
def test_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert not re.search(r"[ \t]$|\t|\r", text, re.MULTILINE)
    lines = [line for line in body(path).splitlines() if not PARAMETER.match(line)]
    assert max(map(len, lines)) <= 100
    if "CONSTRUCT" not in text:
        assert re.search(r"^ORDER BY [^{}]*\n(LIMIT \d+\n)?\Z", text, re.MULTILINE)


@pytest.mark.parametrize("path", REMOTE, ids=name_of)
def test_parses_in_rdflib(path: Path) -> None:
    """The other ones run there."""
    prepareQuery(path.read_text(encoding="utf-8"))


def test_the_list_in_the_docs_is_up_to_date() -> None:
    """After a change of queries: python tools/list_queries.py"""
    spec = importlib.util.spec_from_file_location("list_queries", ROOT / "tools/list_queries.py")
    assert spec
    assert spec.loader
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    page = (ROOT / "docs" / "reference" / "queries.md").read_text(encoding="utf-8")
    assert tool.page() == page
    assert re.findall(r"^### (\S+)$", page, re.MULTILINE) == [path.stem for path in FILES]


# ------------------------------------------------------------------------------------- answers

Cell = tuple[str, Any] | None
Table = tuple[list[str], list[list[Cell]]]


def in_oxigraph(graph: Built, text: str) -> Table:
    answer = graph.oxigraph.query(text)
    names = [variable.value for variable in answer.variables]
    return names, [[cell(solution[name]) for name in names] for solution in answer]


def in_rdflib(graph: Built, text: str) -> Table:
    answer = (graph.described if "GRAPH <" in text else graph.rdflib).query(text)
    names = [str(variable) for variable in answer.vars or ()]
    return names, [[cell(value) for value in row] for row in answer]


def cell(term: Any) -> Cell:
    """A term of either library as (kind, value); numbers by value."""
    if term is None:
        return None
    if isinstance(term, ox.NamedNode | rdflib.URIRef):
        return "iri", term.value if isinstance(term, ox.NamedNode) else str(term)
    if isinstance(term, ox.Literal):
        lexical, datatype, language = term.value, term.datatype.value, term.language
    else:
        assert isinstance(term, rdflib.Literal)
        lexical, datatype, language = str(term), str(term.datatype or XSD + "string"), term.language
    if datatype in (XSD + "integer", XSD + "decimal"):
        return "number", Decimal(lexical)
    if datatype == XSD + "double":
        return "double", repr(float(lexical))
    return (f"@{language}" if language else datatype), lexical


def as_csv(table: Table) -> tuple[list[str], list[list[str]]]:
    names, rows = table
    return names, [["" if value is None else plain(value[1]) for value in row] for row in rows]


def plain(value: Any) -> str:
    """A number without zeros that say nothing; anything else as it is."""
    if not isinstance(value, Decimal):
        return str(value)
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def expected(name: str) -> tuple[list[str], list[list[str]]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        names, *rows = csv.reader(file)
    return names, rows


def fitting(path: Path, request: pytest.FixtureRequest) -> Built:
    """The sample as a query needs it: linked, or with what it lacks."""
    name = "linked_graphs" if path.stem in OF_LINKS else "sample_graphs"
    graph: Built = request.getfixturevalue(name)
    if (more := BESIDE_THE_SAMPLE.get(path.stem)) is None:
        return graph
    triples = ox.parse(more, format=ox.RdfFormat.TURTLE)
    more = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return Built(graph.ntriples + more, graph.description)


SELECTS = [path for path in LOCAL if "CONSTRUCT" not in body(path)]


@pytest.mark.slow
@pytest.mark.parametrize("path", SELECTS, ids=name_of)
def test_the_engines_agree(path: Path, request: pytest.FixtureRequest) -> None:
    text, graph = path.read_text(encoding="utf-8"), fitting(path, request)
    assert in_rdflib(graph, text) == in_oxigraph(graph, text), "in order too"


@pytest.mark.parametrize("path", SELECTS, ids=name_of)
def test_rows_on_the_sample(path: Path, request: pytest.FixtureRequest) -> None:
    text, graph = path.read_text(encoding="utf-8"), fitting(path, request)
    found = in_oxigraph(graph, text)
    assert as_csv(found) == expected(path.stem)
    assert found[1], "the sample has an answer"
    distinct = {tuple(row) for row in found[1]}
    assert len(distinct) == len(found[1]), "no row twice"


@pytest.mark.parametrize(
    ("part", "counted"), [("class", "class-counts"), ("property", "property-counts")]
)
def test_the_description_says_what_is_counted(part: str, counted: str) -> None:
    _, said = expected("dataset-description")
    described = sorted([term, number] for what, term, _, number in said if what == part)
    assert described == sorted(row[:2] for row in expected(counted)[1])


@pytest.mark.parametrize("path", [p for p in LOCAL if "CONSTRUCT" in body(p)], ids=name_of)
def test_graph_on_the_sample(path: Path, sample_graphs: Built) -> None:
    text = path.read_text(encoding="utf-8")
    wanted = rdflib.Graph().parse(EXPECTED / f"{path.stem}.ttl")
    triples = sample_graphs.oxigraph.query(text)
    in_ox = rdflib.Graph().parse(data=triples.serialize(format=ox.RdfFormat.N_TRIPLES), format="nt")
    in_rdf = sample_graphs.rdflib.query(text).graph
    assert in_rdf is not None
    assert isomorphic(in_ox, wanted)
    assert isomorphic(in_rdf, wanted)


ANOTHER_TITLE = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX schema: <https://schema.org/>
CONSTRUCT { ?paper dcterms:title "~ another" ; dcterms:bibliographicCitation "~ another" }
WHERE { ?paper a schema:ScholarlyArticle }
"""


def test_a_second_title_of_a_paper_adds_no_rows(linked_graphs: Built) -> None:
    """Records of one paper can differ; a figure stays one row. The title is the last of all."""
    sample = linked_graphs
    more = sample.oxigraph.query(ANOTHER_TITLE).serialize(format=ox.RdfFormat.N_TRIPLES)
    graph = Built(sample.ntriples + more, sample.description)
    for path in LOCAL:
        text = path.read_text(encoding="utf-8")
        if "CONSTRUCT" not in text and path.stem != "property-counts":
            assert in_oxigraph(graph, text) == in_oxigraph(sample, text), path.stem


def test_every_expected_file_belongs_to_a_query() -> None:
    assert {path.stem for path in EXPECTED.iterdir()} == {path.stem for path in FILES}


@pytest.fixture(scope="module")
def corpus(vocabularies: Path) -> Corpus:
    """The sample, read plainly."""
    return Corpus(SAMPLE, vocabularies)


@pytest.mark.parametrize("name", ORACLES)
def test_expected_rows_are_those_of_the_files(name: str, corpus: Corpus) -> None:
    oracle = ORACLES[name]
    names, rows = expected(name)
    wanted = [tuple(row[names.index(column)] for column in oracle.columns) for row in rows]
    worked_out = [tuple(map(str, row)) for row in oracle.rows(corpus)]
    assert worked_out == wanted


def test_expected_property_counts_are_those_of_the_dump(sample_graphs: Built) -> None:
    """Counted in the lines of the N-Triples, without a parser."""
    counts: dict[str, int] = {}
    for line in sample_graphs.ntriples.decode().splitlines():
        predicate = line.split(" ", 2)[1].strip("<>")
        counts[predicate] = counts.get(predicate, 0) + 1
    rows = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    names, found = expected("property-counts")
    assert names == ["property", "triples"]
    assert found == [[predicate, str(count)] for predicate, count in rows]


def test_subgraph_of_a_figure_is_all_that_is_said_of_its_nodes(sample_graphs: Built) -> None:
    """Worked out by walking the triples: from the figure to what it points to, and no further."""
    named = ["mention", "gene", "chemical", "disease", "diseaseKeyword", "organism"]
    seed = rdflib.URIRef("https://pfocr.wikipathways.org/figures/PMC3614012__nihms379615f2.html")
    graph = sample_graphs.rdflib
    links = {p for p in graph.predicates() if p.rpartition("#")[2] in named}
    links.add(rdflib.DCTERMS.isPartOf)
    nodes = {seed, *(o for p, o in graph.predicate_objects(seed) if p in links)}
    nodes |= {o for n in nodes for p, o in graph.predicate_objects(n) if p.endswith("#organism")}
    wanted = {triple for node in nodes for triple in graph.triples((node, None, None))}
    found = rdflib.Graph().parse(EXPECTED / "subgraph-of-figure.ttl")
    assert set(found) == wanted


@pytest.mark.parametrize("name", [p.stem for p in LOCAL if "param" in dict(header(p))])
def test_examples_given_as_parameters_change_nothing(name: str, linked_graphs: Built) -> None:
    """What the header calls the examples, bound as a user would bind them."""
    asked = bundled.queries()[name]
    examples = {p.name: p.example.split(", ") for p in asked.parameters}
    bound = asked.bind(execution.terms(linked_graphs.oxigraph, asked, examples))
    if "CONSTRUCT" in bound:
        found, wanted = (set(linked_graphs.oxigraph.query(text)) for text in (bound, asked.text))
        assert found == wanted
    else:
        assert in_oxigraph(linked_graphs, bound) == in_oxigraph(linked_graphs, asked.text)


# -------------------------------------------------------------------------------- real corpora


def asked_of_covid(path: Path) -> str:
    """The query with the parameters that the covid corpus needs."""
    asked = bundled.queries()[path.stem]
    names = {parameter.name for parameter in asked.parameters} & set(COVID_PARAMETERS)
    return asked.bind({name: [ox.NamedNode(COVID_PARAMETERS[name])] for name in names})


REAL = [path for path in LOCAL if path.stem not in NOT_IN_COVID]


def real_graph(path: Path, request: pytest.FixtureRequest) -> Built:
    name = "covid_linked_graphs" if path.stem in OF_LINKS else "covid_graphs"
    graph: Built = request.getfixturevalue(name)
    return graph


@pytest.mark.slow
@pytest.mark.parametrize("path", REAL, ids=name_of)
def test_answers_on_the_covid_corpus(path: Path, request: pytest.FixtureRequest) -> None:
    graph = real_graph(path, request)
    if path.stem in ASKED_OF_VERBATIM:
        graph = request.getfixturevalue("verbatim_graphs")
    found = list(graph.oxigraph.query(asked_of_covid(path)))
    assert found or ("empty", "good") in header(path)


SLOW_IN_RDFLIB = {
    *("candidates", "gene-pairs-of-disease", "genes-in-no-pathway", "genes-missing-from-pathway"),
    *("most-drawn-genes", "symbols-of-several-genes"),
}
"""Of real figures rdflib answers these in 45 to 140 s each; of the sample the engines agree."""


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in REAL if path.stem not in SLOW_IN_RDFLIB], ids=name_of
)
def test_engines_agree_on_the_covid_corpus(path: Path, request: pytest.FixtureRequest) -> None:
    text, covid = asked_of_covid(path), real_graph(path, request)
    if "CONSTRUCT" in text:
        graph = covid.rdflib.query(text).graph
        assert graph is not None
        assert len(graph) == len({str(triple) for triple in covid.oxigraph.query(text)})
    else:
        assert in_rdflib(covid, text) == in_oxigraph(covid, text)


# ----------------------------------------------------------------------------------- federated

PREFIXES = """
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX gene: <https://identifiers.org/ncbigene/>
PREFIX ncbi: <http://purl.uniprot.org/geneid/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX taxon: <http://purl.uniprot.org/taxonomy/>
PREFIX up: <http://purl.uniprot.org/core/>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX wp: <http://vocabularies.wikipathways.org/wp#>
"""

# A pathway of four genes, of which the seed draws the first two and no figure the last; another
# pathway, and a node of another version, must not count.
WIKIPATHWAYS = """
<https://identifiers.org/wikipathways/WP422_r1> a wp:Pathway ;
    dc:identifier <https://identifiers.org/wikipathways/WP422> ; dc:title "MAPK cascade"@en .
<https://identifiers.org/wikipathways/WP5283_r1> a wp:Pathway ;
    dc:identifier <https://identifiers.org/wikipathways/WP5283> .
<urn:n1> a wp:GeneProduct ; wp:bdbEntrezGene gene:5594 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP422_r1> .
<urn:n2> a wp:Protein ; wp:bdbEntrezGene gene:3845 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP422_r1> .
<urn:n3> a wp:Protein ; wp:bdbEntrezGene gene:7124 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP422_r1> .
<urn:n4> a wp:Protein ; wp:bdbEntrezGene gene:1 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP422_r1> .
<urn:n5> a wp:Protein ; wp:bdbEntrezGene gene:1956 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP5283_r1> .
"""

# KRAS and EGFR are proto-oncogenes here; TNF has another keyword, mouse Egfr another organism,
# and the unreviewed NRAS does not count. EGFR has an entry in another database too.
UNIPROT = """
<urn:P01116> up:classifiedWith <http://purl.uniprot.org/keywords/656> ;
    up:organism taxon:9606 ; up:reviewed true ; rdfs:seeAlso ncbi:3845 .
<urn:P00533> up:classifiedWith <http://purl.uniprot.org/keywords/656> ;
    up:organism taxon:9606 ; up:reviewed true ;
    rdfs:seeAlso ncbi:1956 , <http://purl.uniprot.org/hgnc/HGNC:3236> .
<urn:P01375> up:classifiedWith <http://purl.uniprot.org/keywords/202> ;
    up:organism taxon:9606 ; up:reviewed true ; rdfs:seeAlso ncbi:7124 .
<urn:Q01279> up:classifiedWith <http://purl.uniprot.org/keywords/656> ;
    up:organism taxon:10090 ; up:reviewed true ; rdfs:seeAlso ncbi:13649 .
<urn:P01111> up:classifiedWith <http://purl.uniprot.org/keywords/656> ;
    up:organism taxon:9606 ; up:reviewed false ; rdfs:seeAlso ncbi:4893 .
ncbi:3845 up:database <http://purl.uniprot.org/database/GeneID> .
ncbi:1956 up:database <http://purl.uniprot.org/database/GeneID> .
ncbi:4893 up:database <http://purl.uniprot.org/database/GeneID> .
ncbi:7124 up:database <http://purl.uniprot.org/database/GeneID> .
ncbi:13649 up:database <http://purl.uniprot.org/database/GeneID> .
<http://purl.uniprot.org/hgnc/HGNC:3236> up:database <http://purl.uniprot.org/database/HGNC> .
"""

# Two genes of cancer (one of them nowhere drawn with it), and one of another disease.
WIKIDATA = """
wd:Q12078 wdt:P699 "DOID:162" .
wd:Q1 wdt:P699 "DOID:8893" .
wd:Q424401 wdt:P2293 wd:Q12078 ; wdt:P351 "1956" .
wd:Q14916006 wdt:P2293 wd:Q12078 ; wdt:P351 "1" .
wd:Q18031040 wdt:P2293 wd:Q1 ; wdt:P351 "5594" .
"""

# IL6 (3569) is in two of the excerpt's pathways here, of which the sample's figures are linked to
# both, and in one that they are not linked to; another gene and an http:// IRI must not count.
PATHWAYS_OF_GENE = """
<https://identifiers.org/wikipathways/WP4880_r1> a wp:Pathway ; dc:title "Interferons today"@en ;
    dc:identifier <https://identifiers.org/wikipathways/WP4880> .
<https://identifiers.org/wikipathways/WP3858_r1> a wp:Pathway ; dc:title "MyD88 today"@en ;
    dc:identifier <https://identifiers.org/wikipathways/WP3858> .
<https://identifiers.org/wikipathways/WP1531_r1> a wp:Pathway ; dc:title "Vitamin D today"@en ;
    dc:identifier <https://identifiers.org/wikipathways/WP1531> .
<https://identifiers.org/wikipathways/WP5116_r1> a wp:Pathway ; dc:title "B.1.1.7 today"@en ;
    dc:identifier <https://identifiers.org/wikipathways/WP5116> .
<urn:n1> a wp:Protein ; wp:bdbEntrezGene gene:3569 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP4880_r1> .
<urn:n2> a wp:Protein ; wp:bdbEntrezGene gene:3569 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP3858_r1> .
<urn:n3> a wp:Protein ; wp:bdbEntrezGene gene:3569 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP3858_r1> .
<urn:n4> a wp:Protein ; wp:bdbEntrezGene gene:3569 ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP1531_r1> .
<urn:n5> a wp:Protein ; wp:bdbEntrezGene gene:7124 , <http://identifiers.org/ncbigene/3569> ;
    dcterms:isPartOf <https://identifiers.org/wikipathways/WP5116_r1> .
"""

STAND_INS = {
    "figures-of-gene-at-wikipathways": PATHWAYS_OF_GENE,
    "figures-of-pathway-at-wikipathways": WIKIPATHWAYS,
    "figures-by-uniprot-keyword": UNIPROT,
    "genes-of-disease-at-wikidata": WIKIDATA,
}


@pytest.mark.slow
@pytest.mark.parametrize("engine", [in_oxigraph, in_rdflib])
@pytest.mark.parametrize("path", REMOTE, ids=name_of)
def test_federated(
    path: Path, engine: Callable[[Built, str], Table], request: pytest.FixtureRequest
) -> None:
    sample = fitting(path, request)
    text = path.read_text(encoding="utf-8")
    with serving(PREFIXES + STAND_INS[path.stem]) as endpoint:
        local, count = SERVICE.subn(f"SERVICE <{endpoint.url}>", text)
        found = engine(sample, local)
    assert count == 1
    assert as_csv(found) == expected(path.stem)
    assert len(endpoint.asked) == 1, "one request, however many rows"


def test_expected_rows_of_federated_queries(corpus: Corpus) -> None:
    """The same rows from the sample's files and the genes that the stand-ins name."""

    def overlap(genes: Iterable[str]) -> list[list[str]]:
        of = {f"https://identifiers.org/ncbigene/{number}" for number in genes}
        counts = {figure: len(drawn & of) for figure, drawn in corpus.genes.items() if drawn & of}
        ranking = sorted(counts, key=lambda figure: (-counts[figure], figure))
        return [
            [figure, corpus.text(figure, "figtitle"), str(counts[figure])] for figure in ranking
        ]

    assert expected("figures-of-pathway-at-wikipathways")[1] == overlap(["5594", "3845", "7124"])
    assert expected("figures-by-uniprot-keyword")[1] == overlap(["3845", "1956"])
    egfr = "https://identifiers.org/ncbigene/1956"
    cancer = "http://purl.obolibrary.org/obo/DOID_162"
    figures = [f for f in corpus.figures[egfr] if cancer in corpus.diseases[f]]
    item = "http://www.wikidata.org/entity/Q424401"
    wanted = [[egfr, "EGFR", item, *map(str, corpus.trusted(figures, egfr))]]
    assert expected("genes-of-disease-at-wikidata")[1] == wanted
    links = [
        (corpus.links[f, w].rank, -round(corpus.links[f, w].margin, 9), f, w)
        for f, w in corpus.links
        if w in ("WP4880", "WP3858", "WP1531") and corpus.links[f, w].rank
        if "https://identifiers.org/ncbigene/3569" in corpus.genes[f]
    ]
    names, rows = expected("figures-of-gene-at-wikipathways")
    at = [names.index(name) for name in ("rank", "margin", "figure", "pathway")]
    assert [[row[i] for i in at] for row in rows] == [
        [str(rank), str(-less), f, f"https://identifiers.org/wikipathways/{w}"]
        for rank, less, f, w in sorted(links)
    ]
