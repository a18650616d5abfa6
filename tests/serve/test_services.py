"""What could make the store ask another endpoint is refused: shown with a listener."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listener import Listener
from pfocr_kg.serve.messages import RequestError
from pfocr_kg.serve.services import check

ROOT = Path(__file__).parents[2]

ATTACKS = {
    "plain": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "no blank": "SELECT*{SERVICE<URL>{?s ?p ?o}}",
    "lower case": "SELECT * { service <URL> { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "silent, no blank": "SELECT * { SERVICEsilent<URL>{ ?s ?p ?o } }",
    "comments between": "SELECT * { SERVICE#a\n#'b\r\t<URL>#{\n{ ?s ?p ?o } }",
    "in EXISTS": "ASK { FILTER EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "in NOT EXISTS": "ASK { FILTER NOT EXISTS { SERVICE <URL> { ?s ?p ?o } } }",
    "in a projection": "SELECT (EXISTS { SERVICE <URL> { ?s ?p ?o } } AS ?e) {}",
    "in ORDER BY": "SELECT * {} ORDER BY EXISTS { SERVICE <URL> { ?s ?p ?o } }",
    "in HAVING": "SELECT * {} HAVING (EXISTS { SERVICE <URL> { ?s ?p ?o } })",
    "in BIND": "SELECT * { BIND(EXISTS { SERVICE <URL> { ?s ?p ?o } } AS ?e) }",
    "in a sub-select": "SELECT * { { SELECT ?s { SERVICE <URL> { ?s ?p ?o } } } }",
    "in OPTIONAL": "SELECT * { OPTIONAL { SERVICE <URL> { ?s ?p ?o } } }",
    "in UNION": "SELECT * { { } UNION { SERVICE <URL> { ?s ?p ?o } } }",
    "in GRAPH": "SELECT * { GRAPH <http://x/g> { SERVICE <URL> { ?s ?p ?o } } }",
    "CONSTRUCT": "CONSTRUCT { ?s ?p ?o } { SERVICE <URL> { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "ASK": "ASK { SERVICE <URL> { ?s ?p ?o } }",
    "in another": "SELECT * { SERVICE SILENT <http://[::1]:9/> { SERVICE <URL> {} } "
    "SERVICE <URL> { } }",
    "variable with LATERAL": "SELECT * { ?a <http://x/p> ?u LATERAL { SERVICE ?u { ?s ?p ?o } } }",
    "dollar": "SELECT * { VALUES $u { <URL> } LATERAL { SERVICE $u{ ?s ?p ?o } } }",
    "prefixed name": "PREFIX e: <URL> SELECT * { SERVICE e:x { ?s ?p ?o } }",
    "prefixed name, no blank": "PREFIX ex: <URL> SELECT * { SERVICEex:x{ ?s ?p ?o } }",
    "empty prefix": "PREFIX : <URL> SELECT * { SERVICE:{ ?s ?p ?o } }",
    "prefix silent": "PREFIX SILENT: <URL> SELECT * { SERVICE SILENT:x { ?s ?p ?o } }",
    "odd local name": r"PREFIX e: <URL> SELECT * { SERVICE e:a\'\#%41.b { ?s ?p ?o } }",
    "letters beyond ASCII": "PREFIX é: <URL> SELECT * { SERVICE é:ß·x { ?s ?p ?o } }",
    "relative": "BASE <URL> SELECT * { SERVICE <x> { ?s ?p ?o } }",
    "base itself": "BASE <URL> SELECT * { SERVICE <> { ?s ?p ?o } }",
    "escape in the IRI": r"SELECT * { SERVICE <\u0068ttpREST> { ?s ?p ?o } }",
    "after true": "SELECT * { { } UNION { <http://x/b> <http://x/q> trueSERVICE<URL>{ } } }",
    "after a number": "SELECT * { { } UNION { <http://x/b> <http://x/n> 1SERVICE<URL>{ } } }",
    "after a full stop": "PREFIX x: <http://x/> SELECT * { x:b x:r x:a.b.SERVICE<URL>{ } }",
    "prefix that takes no local name": "PREFIX x: <http://x/> PREFIX h: <http://x:8> "
    "SELECT * { x:b x:h h:SERVICE<URL>{ } }",
    "after a hash in a name": r"PREFIX x: <http://x/> SELECT * { x:b x:e x:\#a . SERVICE<URL>{ } }",
    "after a quote in a name": r"PREFIX x: <http://x/> SELECT * { x:b x:s x:\'a . "
    "SERVICE <URL> { } FILTER('' = '') }",
    "after an IRI with a hash": "SELECT * { VALUES ?v { <http://x/#a> } SERVICE <URL> { } }",
    "less than": "SELECT * { SERVICE <URL> { } FILTER(1<2&&3>2) }",
    "before less than": "SELECT * { FILTER(1<2#>\n) SERVICE <URL> { } FILTER(3>2) }",
    "looks like an IRI": "SELECT * { BIND(1 AS ?a) FILTER(?a<2&&EXISTS{SERVICE<URL>{}}) }",
    "in what looks like an IRI": "PREFIX : <URL> SELECT * { FILTER(1<2)SERVICE:#>\n{ } }",
    "after strings": 'SELECT * { VALUES ?v { "\'" \'"\' "\\"" \'\\\\\' } SERVICE <URL> { } }',
    "after long strings": "SELECT * { VALUES ?v { '''a''b'c\\'''' } SERVICE<URL>{} }",
    "two short strings": 'SELECT * { VALUES ?v { """a" } SERVICE <URL> { } }',
    "two short strings, as an escape is wrong": 'SELECT * { VALUES ?v { """a" } '
    'SERVICE <URL> { } #\\q"""\n }',
    "two short strings, as a letter is wrong": 'SELECT * { VALUES ?v { """a" } '
    'SERVICE <URL> { } #\\T"""\n }',
    "two short strings, as a code point is none": "SELECT * { VALUES ?v { '''a' } "
    "SERVICE <URL> { } #\\uDFFF'''\n }",
    "in a comment of one line": "SELECT * { #\rSERVICE <URL> { } }",
    "escaped backslash": 'SELECT * { VALUES ?v { "\\\\" } SERVICE <URL> { } VALUES ?w { "" } }',
    "escaped backslash before u": r'SELECT * { VALUES ?v { "\\u0022" } SERVICE <URL> { } }',
    "escaped quote by code point": r'SELECT * { VALUES ?v { "\u0022" } SERVICE <URL> { } }',
}

HARMLESS = {
    "prefix": "PREFIX service: <http://x/> SELECT * { ?s service:foo service:bar }",
    "prefix SERVICE": "PREFIX SERVICE: <http://x/>\nSELECT * { ?s SERVICE:foo [] . { } }",
    "service description": "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    "SELECT * { ?s a sd:Service } # <service#> {",
    "names of variables": "SELECT ?service ?x { ?service ?x $service } ORDER BY ?service",
    "variable before a group": "SELECT * { ?s ?service ?o { } }",
    "graph of a name": "PREFIX sd: <http://x/> SELECT * FROM sd:service WHERE { GRAPH sd:s { } }",
    "string": 'SELECT * { ?s ?p "SERVICE <http://x/> { ?s ?p ?o }" }',
    "string with an apostrophe": """SELECT * { ?s ?p "it's SERVICE <x> {", 'a "SERVICE" <x> {' }""",
    "string after an IRI": "SELECT * { ?s <http://x/a#b> 'SERVICE ?s {', 'SERVICE:{' }",
    "long string": 'SELECT * { ?s ?p """\n"SERVICE <x> {"\n\'SERVICE <x> {\\u0041\\\\\n""" }',
    "comment": "SELECT * { # SERVICE <http://x/> { ?s ?p ?o }\n ?s ?p ?o }",
    "comment with an apostrophe": "SELECT * {\n# it's SERVICE <x> {\n?s ?p ?o }\n# SERVICE <x> {",
    "less than": "SELECT * { ?s ?p ?o FILTER(?o < 5 && ?s != 'SERVICE <x> {') FILTER(?o > 2) }",
    "IRI": "SELECT * { ?s ?p <http://x/SERVICE:x> }",
    "word": 'SELECT * { ?s ?p "SERVICE" . { ?s ?p "service" } }',
}


Ask = Callable[[str], bool]


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.socket.close()


@pytest.fixture(scope="module")
def asks(listener: Listener) -> Ask:
    """Whether a query makes the store ask an endpoint."""
    store = ox.Store()
    x = "http://x/"
    objects: dict[str, ox.NamedNode | ox.Literal] = {
        "p": ox.NamedNode(listener.url()),
        "q": ox.Literal(True),
        "n": ox.Literal(1),
        "r": ox.NamedNode(x + "a.b"),
        "h": ox.NamedNode("http://x:8"),
        "e": ox.NamedNode(x + "#a"),
        "s": ox.NamedNode(x + "'a"),
    }
    for name, value in objects.items():
        store.add(ox.Quad(ox.NamedNode(x + "b"), ox.NamedNode(x + name), value))

    def asks(query: str) -> bool:
        before = listener.visits
        try:
            found = store.query(query)
            if not isinstance(found, ox.QueryBoolean):
                for _ in found:
                    pass
        except (OSError, RuntimeError):
            pass  # the listener gives no answer
        return listener.visits > before

    return asks


def refused(query: str, *allowed: str) -> bool:
    try:
        check(query, allowed)
    except RequestError as error:
        return error.status == 403
    return False


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_is_real_and_refused(name: str, asks: Ask, listener: Listener) -> None:
    query = ATTACKS[name].replace("URL", listener.url()).replace("REST", listener.url()[4:])
    assert asks(query)
    assert refused(query)


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_is_run(name: str, asks: Ask) -> None:
    assert not asks(HARMLESS[name])
    check(HARMLESS[name])


@pytest.mark.parametrize("between", ["#", "/"])
def test_long_list_before_a_string_is_run(between: str) -> None:
    """A text of many readings, most of which end at the same places."""
    values = " ".join(f"<http://x/a{between}{n}>" for n in range(20_000))
    check(f"SELECT * {{ VALUES ?v {{ {values} 'SERVICE <x> {{' }} }}")


def test_escaped_keyword_is_refused(asks: Ask, listener: Listener) -> None:
    """The standard reads it; this Oxigraph does not."""
    query = rf"SELECT * {{ \u0053ERV\U00000049CE <{listener.url()}> {{ ?s ?p ?o }} }}"
    with pytest.raises(SyntaxError):
        asks(query)
    assert refused(query)


def test_bundled_queries() -> None:
    for path in (ROOT / "queries").rglob("*.rq"):
        assert refused(path.read_text()) == (path.parent.name == "federated"), path.name


@pytest.mark.parametrize("character", [chr(n) for n in range(33)] + list('<"{}|^`'))
def test_no_iri_has_these(character: str) -> None:
    """The check ends an IRI at them, as Oxigraph must."""
    with pytest.raises(SyntaxError):
        ox.Store().query(f"SELECT * {{ ?s ?p <http://x/{character}y> }}")


def test_messages() -> None:
    query = "SELECT * { SERVICE ?x { } }"
    with pytest.raises(RequestError, match="asks no other endpoint"):
        check(query)
    with pytest.raises(RequestError, match=r"\?x is refused: .* written in full"):
        check(query, ["http://a/"])
    with pytest.raises(RequestError, match="SERVICE <http://b/> is refused"):
        check("SELECT * { SERVICE <http://b/> { } }", ["http://a/"])


@pytest.mark.parametrize(
    ("prefix", "iri", "is_allowed"),
    [
        ("http://a:80", "http://a:80", True),
        ("http://a:80", "http://a:80/", True),
        ("http://a:80", "http://a:80/x?y", True),
        ("http://a:80", "http://a:80?y", True),
        ("http://a:80", "http://a:8000/", False),
        ("http://a:80", "http://a:80@b/", False),
        ("http://a:80/", "http://a:80@b/", False),
        ("http://a", "http://a.b/", False),
        ("http://a", "http://a@b/", False),
        ("http://a", "http://a:80/", False),
        ("http://a", "http://A/", False),
        ("http://a", "HTTP://a/", False),
        ("http://a", "https://a/", False),
        ("http://a/", "http://a\\@b/", False),
        ("http://a/", "http://a", False),
        ("http://a/", "http://u@a/", False),
        ("http://a/", "//a/", False),
        ("http://a/", "x", False),
        ("http://a/", "", False),
        ("http://a/x", "http://a/x", True),
        ("http://a/x", "http://a/x/y", True),
        ("http://a/x", "http://a/x?y", True),
        ("http://a/x", "http://a/xy", False),
        ("http://a/x/", "http://a/x/y", True),
        ("http://a/x/", "http://a/x/../y", False),
        ("http://a/x/", "http://a/x/%2e%2E/y", False),
        ("http://a/x/", "http://a/x/..", False),
        ("http://a/x/", "http://a/x/.%2e?y", False),
        ("http://a/x/", "http://a/x/..y", True),
        ("http://a/", "http://a/#b", False),
        ("a", "a", False),
        ("", "http://a/", False),
        ("http", "http://a/", False),
        ("http://", "http://a/", False),
    ],
)
def test_allowed(prefix: str, iri: str, *, is_allowed: bool) -> None:
    assert refused(f"SELECT * {{ SERVICE <{iri}> {{ }} }}", prefix) != is_allowed


def test_allowed_endpoint_hides_no_other() -> None:
    query = "SELECT * { SERVICE <http://a/> { SERVICE <http://b/> { } } }"
    assert refused(query, "http://a/")
    assert not refused(query, "http://a/", "http://b/")


HOSTILE = {
    "less than": "<",
    "hashes": "<#>",
    "quotes": '"',
    "apostrophes": "'a",
    "long strings": "'''a\"\"\"",
    "wrong escapes": "'''\\q",
    "backslashes": "\\'",
    "services": "SERVICE",
    "services in IRIs": "<SERVICE>",
    "services and names": "SERVICEa:",
    "services and IRIs": "SERVICE<",
    "services and strings": "'''SERVICE\n#",
    "services and comments": "SERVICE#'''\n",
    "services and blanks": "SERVICE      ",
    "services and variables": "SERVICE?",
    "services and backslashes": "SERVICE:\\",
    "silent services": "SERVICE SILENT#<\n",
    "braces": "{}",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_bounded_time(name: str) -> None:
    """Four times the text takes no more than about four times as long, up to the bound."""
    unit = HOSTILE[name]

    def seconds(size: int) -> float:
        text = "SERVICE " + unit * (size // len(unit))
        begun = time.process_time()
        refused(text, "http://a/")
        return time.process_time() - begun

    assert seconds(400_000) < 12 * seconds(100_000) + 0.2


NAME = count()
TEXTS = st.lists(
    st.sampled_from(
        ["SERVICE <URL> {", "'", '"', "''", '""', "#", "\n", "<", ">", "\\\\", "\\n", "\\'", " a"]
    ),
    max_size=6,
).map("".join)
CLAUSES = st.tuples(
    st.sampled_from(["SERVICE", "service"]),
    st.sampled_from(["", " ", "#'\n", "\r", '#"""\r']),
    st.sampled_from(["", "SILENT", "SILENT ", "silent#<\n"]),
    st.sampled_from(["<URL>", "ex:x", "ex:", "<>", "?u", ":"]),
    st.sampled_from(["", " ", "#{\n", "#>\n"]),
    st.sampled_from(["{ }", "{?s ?p ?o}"]),
).map("".join)
QUOTES = st.sampled_from(["'", '"', "'''", '"""'])
STRINGS = st.builds(
    lambda quote, text, end: quote + text + (end or quote), QUOTES, TEXTS, st.just("") | QUOTES
)
VALUES = st.lists(
    st.one_of(
        STRINGS,
        st.sampled_from(["<http://x/#a>", "<#>", r"ex:a\#b", r"ex:\'", "ex:SERVICE", "1", "''"]),
    ),
    max_size=3,
).map(lambda found: f"VALUES ?v{next(NAME)} {{ {' '.join(found)} }}")
FILTERS = st.tuples(STRINGS, st.sampled_from(["<", "<=", ">", "=", "!="]), STRINGS).map(
    lambda found: f"FILTER({''.join(found)}||true)"
)
COMMENTS = st.tuples(TEXTS, st.sampled_from("\n\r")).map(lambda found: "#" + "".join(found))
TRIPLES = st.sampled_from(["<http://x/b> <http://x/p> ?u .", "ex:b ex:q true", "ex:b ex:h x8:"])
GROUPS = st.lists(st.one_of(CLAUSES, VALUES, VALUES, FILTERS, COMMENTS, TRIPLES), max_size=3).map(
    "".join
)


@pytest.mark.slow
def test_whatever_asks_is_refused(asks: Ask, listener: Listener) -> None:
    """Composed queries, most of which Oxigraph cannot read; those that ask must be refused."""
    seen = {"ran": 0, "asked": 0, "passed": 0}

    @settings(max_examples=500, deadline=None, database=None)
    @given(
        st.lists(GROUPS, max_size=4),
        st.sampled_from([" UNION ", " LATERAL ", " ", "OPTIONAL"]),
        st.sampled_from(
            ["", "", "", "", "", "", "'", '"', '"""', "#", "<", "\n", "\\", "}", "UNION"]
        ),
        st.integers(0, 300),
    )
    def composed(groups: list[str], between: str, inserted: str, at: int) -> None:
        body = between.join(f"{{{group}}}" for group in groups)
        body = body[:at] + inserted + body[at:]
        text = "BASE <URL> PREFIX ex: <http://x/> PREFIX x8: <http://x:8> PREFIX : <URL> "
        query = (text + f"SELECT * {{ {body} }}").replace("URL", listener.url())
        is_refused = refused(query)
        try:
            has_asked = asks(query)
        except SyntaxError:
            return  # what Oxigraph cannot read does nothing
        seen["ran"] += 1
        seen["asked"] += has_asked
        seen["passed"] += not is_refused and "SERVICE" in query
        assert is_refused or not has_asked, query
        if not re.search("service", query, re.IGNORECASE):
            assert not is_refused

    composed()
    assert seen["ran"] > 80
    assert seen["asked"] > 15
    assert seen["passed"] > 4
