"""Parameters that a query has no line for, and reasons why a query has no rows."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.pieces import END, Pieces
from fuzz.targets import query_parameters
from pfocr_kg.errors import QueryError
from pfocr_kg.query import bundled, hints, parameters

HEADER = "# title: Genes\n# param: gene | gene | TNF | Gene\n"


@pytest.mark.parametrize(
    "body",
    [
        "SELECT * { ?figure ?p ?gene }",
        "SELECT * { ?figure ?p ?gene\n  # VALUES ?gene { <urn:x> }\n}",
        "SELECT * {\n  VALUES ?gene { <urn:x> }\n  ?figure ?p ?gene\n  VALUES ?gene {<urn:y>}\n}",
    ],
    ids=["no line", "a comment", "two lines"],
)
def test_a_parameter_without_its_line_is_refused(body: str) -> None:
    """Otherwise the query would be answered as if the value had not been given."""
    query = bundled.parse("mine", HEADER + body)
    with pytest.raises(QueryError, match="needs one line VALUES"):
        query.bind({"gene": [ox.NamedNode("urn:z")]})


THINGS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX obo: <http://purl.obolibrary.org/obo/>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
<https://identifiers.org/ncbigene/1> a pfocr:Gene ; dcterms:identifier "1" ;
  <http://www.w3.org/2004/02/skos/core#prefLabel> "ONE" .
<https://identifiers.org/ncbigene/2> a pfocr:Gene ; dcterms:identifier "2" .
obo:DOID_1 a pfocr:Disease ; dcterms:identifier "DOID:1" .
<urn:figure> pfocr:gene <https://identifiers.org/ncbigene/2> ; pfocr:diseaseKeyword obo:DOID_1 .
"""


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("gene", "1", ["no figure draws ONE (ncbigene:1)"]),
        ("gene", "2", []),
        ("disease", "DOID:1", ["no figure names DOID:1; figures with it among their keywords: 1"]),
    ],
)
def test_what_no_figure_draws(kind: str, value: str, said: list[str]) -> None:
    store = ox.Store()
    store.load(THINGS.encode(), format=ox.RdfFormat.TURTLE)
    query = bundled.parse("mine", f"# param: {kind} | {kind} | x | X\nSELECT * {{}}")
    assert list(hints.reasons(store, query, {kind: value})) == said


YEARS = "years are xsd:gYear: write FILTER(xsd:integer(STR(?year)) >= 2017)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("?f pfocr:geen ?g", ["the vocabulary has no pfocr:geen; is pfocr:gene meant?"]),
        ("?f <https://w3id.org/pfocr/vocab#zzz> ?g", ["the vocabulary has no pfocr:zzz"]),
        ("?f pfocr:gene ?g, 'pfocr:x' # pfocr:y\n", []),
        ("?p dcterms:issued ?y FILTER(?y >= 2017)", [YEARS]),
        ("?p dcterms:issued ?y FILTER('2017'^^xsd:gYear < ?y)", []),
        ("?p dcterms:issued ?y FILTER(?y > '2017'^^xsd:gYear)", [YEARS]),
        ("?p dcterms:issued ?y FILTER(xsd:integer(STR(?y)) >= 2017)", []),
        ("?p pfocr:gene ?y FILTER(?y >= 2017)", []),
    ],
)
def test_what_the_text_of_a_query_says(text: str, said: list[str]) -> None:
    query = bundled.parse("mine", f"SELECT * {{ {text} }}")
    assert list(hints.reasons(ox.Store(), query, {})) == said


@pytest.mark.parametrize("query", bundled.queries().values(), ids=lambda query: query.name)
def test_bundled_queries_are_as_hints_ask(query: bundled.Query) -> None:
    text = bundled.parse("mine", "\n".join(x for x in query.text.split("\n") if x[:1] != "#"))
    store = ox.Store()
    store.update("""PREFIX dcterms: <http://purl.org/dc/terms/>
        INSERT DATA { <urn:p> a <https://w3id.org/pfocr/vocab#Pathway> ;
            dcterms:identifier "WP1" ; dcterms:title "A pathway" }""")
    assert list(hints.reasons(store, text, {})) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<urn:aX>", "urn:aX"),
        ("urn:X", "urn:X"),
        ("ncbigene:7157", "https://identifiers.org/ncbigene/7157"),
    ],
)
def test_an_iri_in_full_or_in_short(text: str, meant: str) -> None:
    assert parameters.iri(text).value == meant


def test_words_in_another_case() -> None:
    store = ox.Store()
    store.update("""PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
        INSERT DATA { <urn:a> pfocr:word "RIG-I", "RIG", "Rig-I" }""")
    query = bundled.parse("mine", "# param: word | string | x | X\nSELECT * {}")
    line = "words are compared exactly; in another case: RIG-I, Rig-I"
    assert list(hints.reasons(store, query, {"word": "rig-i"})) == [line]
    assert list(hints.reasons(store, query, {"word": "RIG"})) == []


def store_with_pathway(overlapping: int, *, linked: bool) -> ox.Store:
    """A store with one pathway, WP1, and how many figures its genes overlap with."""
    link = (
        "<urn:link> pfocr:pathway <https://identifiers.org/wikipathways/WP1> ;"
        " pfocr:evidence pfocr:GeneOverlapEvidence ."
    )
    store = ox.Store()
    store.load(
        f"""PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
        <https://identifiers.org/wikipathways/WP1> a pfocr:Pathway ; dcterms:identifier "WP1" ;
            pfocr:overlappingFigureCount {overlapping} .
        {link if linked else ""}""".encode(),
        format=ox.RdfFormat.TURTLE,
    )
    return store


@pytest.mark.parametrize(
    ("overlapping", "linked", "says"), [(2, False, True), (0, False, False), (2, True, False)]
)
def test_a_pathway_crowded_out_of_its_figures_best(
    overlapping: int, linked: bool, says: bool
) -> None:
    query = bundled.parse("mine", "# param: pathway | pathway | WP1 | Pathway\nSELECT * {}")
    store = store_with_pathway(overlapping, linked=linked)
    found = list(hints.reasons(store, query, {"pathway": "WP1"}))
    assert bool(found) == says
    assert all("2 overlap with its own" in line for line in found)


HOSTILE = st.lists(
    st.sampled_from(["}", "{", '"', "'", '"""', "\\", "\n", "#", "<", ">", "VALUES ?other { 1 }"])
    | st.text(max_size=5),
    max_size=6,
).map(lambda parts: "".join(parts).encode("utf-8", "replace") + bytes([END]))


KINDS = st.just(query_parameters.KINDS.index("string")) | st.integers(0, 4)


@given(KINDS, KINDS, st.lists(HOSTILE, min_size=1, max_size=3), HOSTILE)
@settings(max_examples=150, deadline=None)
def test_no_value_changes_a_query(one: int, other: int, some: list[bytes], last: bytes) -> None:
    values = bytes([len(some) - 1]) + b"".join(some) + bytes([0]) + last
    query_parameters.of_two(Pieces(bytes([one, other]) + values))


@given(st.integers(0, 255), st.integers(0, 3), HOSTILE)
@settings(max_examples=8, deadline=None)
def test_no_value_changes_a_bundled_query(query: int, parameter: int, value: bytes) -> None:
    query_parameters.of_bundled(Pieces(bytes([query, parameter]) + value))
