"""Front matter: every scalar comes back as the text it is, and no YAML can do harm."""

from __future__ import annotations

import string
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg.errors import RecordError
from pfocr_kg.records import frontmatter

# A record holds no carriage returns: they are line feeds once it is read.
NULLS = {"", "~", "null", "Null", "NULL"}
CHARACTERS = st.characters(
    exclude_categories=("Cs",),
    exclude_characters=[chr(n) for n in range(32) if chr(n) not in "\t\n"] + ["\ufffe", "\uffff"],
)
TRAPS = st.sampled_from(
    [
        "", "NULL", "null", "~", "NO", "On", "yes", "true", "2012", "0.950", "1_000", "0x1F",
        "1:30", "2001-12-14", "1e3", ".inf", "=", "<<", "---", "...", "--- a", "\n---\n",
        "\n...\n", "# a",
        "a # b", "a: b", "- a", "? a", ": a", "[a", "{a", "*a", "&a a", "!a", "%a", "@a", "`a", "|",
        ">", '"', "'", "\\", "\\n", " a ", "a\n b\n", "\n", "\n\n", "a\tb", "\ta",
        "a\x85b", "a\u2028b", "\ufeff", "e\u0301", "👩‍🔬", "\U0010ffff", "\ue000", "\x7f",
        "a word that goes on and on, and is folded, then", "x" * 200,
    ]
)  # fmt: skip
ASCII = string.printable.translate(dict.fromkeys(map(ord, "\x0b\x0c\r")))
TEXT = st.one_of(TRAPS, st.text(CHARACTERS, max_size=20), st.text(ASCII, max_size=60))
VALUES = st.one_of(TEXT, st.lists(TEXT, max_size=4), st.dictionaries(TEXT, TEXT, max_size=3))
PAGES = st.dictionaries(TEXT, VALUES, min_size=1, max_size=5)
STYLES = st.fixed_dictionaries(
    {
        "default_style": st.sampled_from([None, '"', "'", "|", ">"]),
        "default_flow_style": st.sampled_from([None, False, True]),
        "width": st.sampled_from([20, 40, 80, 10_000]),
        "allow_unicode": st.booleans(),
        "indent": st.sampled_from([2, 4, 8]),
        "line_break": st.sampled_from(["\n", "\r\n"]),
        "Dumper": st.sampled_from([yaml.SafeDumper, yaml.CSafeDumper]),
    }
)


def read(front: str | bytes, after: str = "") -> dict[str, Any]:
    """Parse front matter given without its two `---` lines."""
    content = front if isinstance(front, bytes) else front.encode()
    return parse(b"---\n" + content + b"\n---\n" + after.encode())


def parse(content: bytes) -> dict[str, Any]:
    """Parse a record in which nothing is to report."""
    page, reports = parse_reporting(content)
    assert reports == []
    return page


def parse_reporting(content: bytes) -> tuple[dict[str, Any], list[tuple[int | None, str]]]:
    """Parse a record; also gives lines and reasons of what is reported."""
    errors: list[RecordError] = []
    page = frontmatter.parse(frontmatter.decode(content), errors.append)
    return page, [(error.line, error.reason) for error in errors]


# -- what is written is read -------------------------------------------------------------------


def check_round_trip(page: dict[str, Any], style: dict[str, Any]) -> None:
    front = yaml.dump(page, sort_keys=False, **style)
    # Some styles of PyYAML lose something themselves (a NEL, spaces before a fold): then its
    # own pure Python reader, which shares nothing with libyaml, does not give it back either.
    try:
        by_python = yaml.load(front.replace("\r\n", "\n"), Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        by_python = None
    assume(by_python == page)
    assert read(front) == page


@settings(max_examples=300)
@given(PAGES, STYLES)
def test_what_pyyaml_writes_is_read_back(page: dict[str, Any], style: dict[str, Any]) -> None:
    check_round_trip(page, style)


@pytest.mark.slow
@settings(max_examples=5000, derandomize=False)
@given(PAGES, STYLES)
def test_more_of_what_pyyaml_writes_is_read_back(
    page: dict[str, Any], style: dict[str, Any]
) -> None:
    check_round_trip(page, style)


@settings(max_examples=300)
@given(st.dictionaries(TEXT, TEXT | st.lists(TEXT, max_size=3), min_size=1, max_size=5))
def test_double_quotes_lose_nothing(page: dict[str, Any]) -> None:
    """In this style PyYAML is exact for every text, so that nothing need be assumed."""
    front = yaml.dump(page, default_style='"', allow_unicode=False, width=40, sort_keys=False)
    assert read(front) == page


@example("NULL")
@example("2012")
@given(st.text(string.ascii_letters + string.digits + "_.+-:~=<", min_size=1, max_size=8))
def test_plain_scalars_are_texts(scalar: str) -> None:
    """No number, date or truth value: what pure Python reads as a text, or says is null."""
    try:
        page = yaml.load(f"key: {scalar}", Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        page = None
    assume(isinstance(page, dict) and isinstance(page.get("key"), str))
    assert page is not None
    assert read(f"key: {scalar}") == {"key": None if page["key"] in NULLS else page["key"]}


def same(ours: Any, base: Any) -> bool:
    """Equal, where pure Python's BaseLoader leaves a null as its text."""
    if isinstance(base, dict):
        return list(ours) == list(base) and all(same(ours[key], base[key]) for key in base)
    if isinstance(base, list):
        return len(ours) == len(base) and all(map(same, ours, base))
    return bool(ours == base or (ours is None and base in NULLS))


def check_records(folder: Path) -> int:
    paths = sorted((folder / "_figures").glob("*.md"))
    for path in paths:
        text = path.read_text(encoding="utf-8-sig")
        base = yaml.load(text.split("\n---", 1)[0], Loader=yaml.BaseLoader)
        assert same(parse(path.read_bytes()), base), path
    return len(paths)


def test_sample_is_read_as_by_another_reader(sample: Path) -> None:
    assert check_records(sample) > 30


@pytest.mark.parametrize("corpus", ["seed", "pfocr-verbatim", "pfocr-verbatim-old"])
def test_real_records_are_read_as_by_another_reader(corpus: str, pfocr_data: Path) -> None:
    assert check_records(pfocr_data / corpus)


# -- what is no front matter ----------------------------------------------------------------------

REFUSED: dict[str, tuple[bytes, int | None, str]] = {
    "empty": (b"", None, "empty"),
    "blank": (b" \n\n", None, "empty"),
    "only a mark": (b"---", 1, "no front matter"),
    "text": (b"# A page\n\nText.\n", 1, "no front matter"),
    "late": (b"\n---\nfigid: a\n---\n", 1, "no front matter"),
    "text behind the mark": (b"--- figid: a\n---\n", 1, "no front matter"),
    "not closed": (b"---\nfigid: a\n", 1, "without a second"),
    "closed by four": (b"---\nfigid: a\n----\n", 1, "without a second"),
    "closed with indent": (b"---\nfigid: a\n ---\n", 1, "without a second"),
    "nothing in it": (b"---\n---\n", None, "not a mapping"),
    "list": (b"---\n- a\n---\n", None, "not a mapping"),
    "scalar": (b"---\na\n---\n", None, "not a mapping"),
    "null": (b"---\nnull\n---\n", None, "not a mapping"),
    "open bracket": (b"---\na: [b\n---\n", None, "broken YAML"),
    "open quote": (b"---\na: 'b\n---\n", None, "broken YAML"),
    "two colons": (b"---\na: 1\nb: c: d\n---\n", 3, "broken YAML"),
    "tab for indent": (b"---\na:\n\t- b\n---\n", 3, "broken YAML"),
    "wrong indent": (b"---\na: b\n  c: d\n---\n", 3, "broken YAML"),
    "unknown alias": (b"---\na: b\nc: *d\n---\n", 3, "alias"),
    "same key": (b"---\na: b\nc: d\na: b\n---\n", 4, "twice"),
    "same key below": (b"---\na:\n  b: c\n  b: d\n---\n", 4, "twice"),
    "same key quoted": (b"---\na: b\n'a': c\n---\n", 3, "twice"),
    "list for a key": (b"---\n[a]: b\n---\n", 2, "not a text"),
    "mapping for a key": (b"---\n? {a: b}\n: c\n---\n", 2, "not a text"),
    "null for a key": (b"---\n~: b\n---\n", 2, "not a text"),
    "unknown escape": (b'---\na: "\\q"\n---\n', 2, "broken YAML"),
    "lone surrogate": (b'---\na: "\\ud800"\n---\n', 2, "broken YAML"),
    "pair of surrogates": (b'---\na: "\\ud83d\\ude00"\n---\n', 2, "broken YAML"),
    "beyond Unicode": (b'---\na: "\\U00110000"\n---\n', 2, "broken YAML"),
    "letter unlike a blank": (b"---\na: b\nc:\x1fd\n---\n", 4, "broken YAML"),
    "letter before a colon": (b"---\na: b\x1f: c\n---\n", 2, "broken YAML"),
    "surrogate in bytes": (b"---\na: \xed\xa0\x80\n---\n", 2, "UTF-8"),
    "Latin-1": (b"---\na: b\nc: \xe9\n---\n", 3, "UTF-8"),
    "UTF-16": ("---\na: b\n---\n".encode("utf-16"), 1, "UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_front_matter(name: str) -> None:
    content, line, says = REFUSED[name]
    with pytest.raises(RecordError) as caught:
        parse(content)
    assert says in caught.value.reason
    if line is not None:
        assert caught.value.line == line


READ: dict[str, tuple[bytes, dict[str, Any]]] = {
    "byte order mark": (b"\xef\xbb\xbf---\na: b\n---\n", {"a": "b"}),
    "CR LF": (b"---\r\na: b\r\nc: |-\r\n  d\r\n  e\r\n---\r\n", {"a": "b", "c": "d\ne"}),
    "CR": (b"---\ra: b\r---\r", {"a": "b"}),
    "no line end": (b"---\na: b\n---", {"a": "b"}),
    "spaces behind the marks": (b"--- \na: b\n---\t \n", {"a": "b"}),
    "closed by dots": (b"---\na: b\n...\n", {"a": "b"}),
    "more behind it": (b"---\na: b\n---\n# [broken\n---\na: c\n---\n", {"a": "b"}),
    "tab behind the colon": (b"---\na:\tb\n---\n", {"a": "b"}),
    "comment": (b"---\n# c\na: b # c\n---\n", {"a": "b"}),
    "dashes in a block": (b"---\na: |-\n  b\n  ---\n  c\n---\n", {"a": "b\n---\nc"}),
    "merge key": (b"---\na: &a {b: c}\n<<: *a\n---\n", {"a": {"b": "c"}, "<<": {"b": "c"}}),
    "null": (b"---\na: NULL\nb:\nc: ~\n---\n", {"a": None, "b": None, "c": None}),
    "text of null": (b"---\na: 'NULL'\nb: ''\nc: \"~\"\n---\n", {"a": "NULL", "b": "", "c": "~"}),
    "alias": (b"---\na: &x [b]\nc: *x\n---\n", {"a": ["b"], "c": ["b"]}),
    "escaped CR": (b'---\na: "b\\rc\\r\\nd"\n---\n', {"a": "b\nc\nd"}),
    "anything after it": (b"---\na: b\n---\n\x00\x0b", {"a": "b"}),
    "escaped pair": (b'---\na: "\\U0001F600"\n---\n', {"a": "\U0001f600"}),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_what_is_front_matter(name: str) -> None:
    content, page = READ[name]
    assert parse(content) == page


# -- what RDF cannot hold ----------------------------------------------------------------------

# Each raw, as YAML forbids it, and escaped.
LEFT_OUT: dict[str, tuple[bytes, dict[str, Any], list[tuple[int, str]]]] = {
    "NUL": (b"a: b\x00c", {"a": "bc"}, [(2, "a holds the control character U+0000")]),
    "NUL escaped": (b'c: d\na: "b\\0"', {"c": "d", "a": "b"}, [(3, "a holds")]),
    "alone": (b"a: \x07", {"a": ""}, [(2, "U+0007")]),
    "vertical tab escaped": (b'a: "\\v"', {"a": ""}, [(2, "U+000B")]),
    "no character": (b"a: b\xef\xbf\xbe", {"a": "b"}, [(2, "U+FFFE")]),
    "no character escaped": (b'a: "\\uffff"', {"a": ""}, [(2, "U+FFFF")]),
    "several": (b"a: \x1fb\x01\x1f", {"a": "b"}, [(2, "U+001F, U+0001")]),
    "two texts": (b"a: \x1fb\nc: \x1f", {"a": "b", "c": ""}, [(2, "a holds"), (3, "c holds")]),
    "in a list": (b"a:\n- b\x1f\n- c", {"a": ["b", "c"]}, [(3, "a holds")]),
    "in a list below": (b"a:\n  b: [c, d\x1f]", {"a": {"b": ["c", "d"]}}, [(3, "b holds")]),
    "in a key": (b"a\x1fb: c", {"ab": "c"}, [(2, "a key holds")]),
    "in a key behind an id": (b"doi: d\na\x1fb: c", {"doi": "d", "ab": "c"}, [(3, "a key holds")]),
    "in quotes": (b"a: 'b \x1f c'\nd: e", {"a": "b  c", "d": "e"}, [(2, "U+001F")]),
    "in a block": (b"a: |-\n  b\x0c\n  c", {"a": "b\nc"}, [(2, "U+000C")]),
    "before a number sign": (b"a: b \x1f# c", {"a": "b # c"}, [(2, "U+001F")]),
    "before a dash": (b"a: b\n  \x1f- c", {"a": "b - c"}, [(2, "a holds")]),
    "at the start of a line": (b"a: b\n\x1fc: d", {"a": "b", "c": "d"}, [(3, "a key holds")]),
    "in a comment": (b"a: b # \x1f", {"a": "b"}, []),
    "beside private use": (b'a: "\xee\x80\x80\\ue001\x1f"', {"a": "\ue000\ue001"}, [(2, "U+001F")]),
    "escaped and raw": (b'a: "\\v"\nb: \x1f', {"a": "", "b": ""}, [(2, "U+000B"), (3, "U+001F")]),
    # YAML forbids these, RDF does not.
    "delete": (b"a: b\x7fc", {"a": "b\x7fc"}, []),
    "C1": (b"a: b\xc2\x92c", {"a": "b\x92c"}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", LEFT_OUT)
def test_control_character_costs_itself_only(name: str) -> None:
    front, page, says = LEFT_OUT[name]
    found, reports = parse_reporting(b"---\n" + front + b"\n---\n")
    assert found == page
    assert [line for line, _ in reports] == [line for line, _ in says]
    assert all(part in reason for (_, reason), (_, part) in zip(reports, says, strict=True))


# -- what would do harm ------------------------------------------------------------------------

TAGGED = [
    "!!python/object/apply:os.system ['touch {}']",
    "!!python/object/apply:pathlib.Path.touch [!!python/object/apply:pathlib.Path ['{}']]",
    "!!python/object/new:os.system ['touch {}']",
    "!!python/name:os.system ''",
    "!!python/module:os ''",
    "!!python/tuple [a, b]",
    "!!binary aGVsbG8=",
    "!!int '3'",
    "!!float '.inf'",
    "!!timestamp 2001-12-14",
    "!!set {{a, b}}",
    "!!omap [a: b]",
    "!local value",
    "!<tag:example.org,2000:x> value",
]


def is_plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(type(key) is str and is_plain(item) for key, item in value.items())
    if isinstance(value, list):
        return all(map(is_plain, value))
    return value is None or type(value) is str


@pytest.mark.parametrize("tagged", TAGGED)
def test_tags_make_no_objects(tagged: str, tmp_path: Path) -> None:
    canary = tmp_path / "touched"
    page = read("key: " + tagged.format(canary))
    assert is_plain(page)
    assert not canary.exists()


def bomb(levels: int, width: int = 10) -> str:
    lines = ["k0: &k0 [" + ", ".join(["lol"] * width) + "]"]
    lines += [f"k{n}: &k{n} [" + ", ".join([f"*k{n - 1}"] * width) + "]" for n in range(1, levels)]
    return "\n".join(lines)


def test_alias_bomb_stays_small() -> None:
    """Nine levels name a thousand million texts; the value shares them."""
    tracemalloc.start()
    started = time.perf_counter()
    try:
        page = read(bomb(9))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(page) == 9
    assert peak < 5_000_000
    assert time.perf_counter() - started < 5


USES = ["figtitle", "organisms", "keywords", "genes", "chemicals", "automl_pathway", "wpid"]


@pytest.mark.parametrize("key", [*USES, "schema-jsonld", "unknown_key"])
def test_alias_bomb_in_a_record_costs_no_neighbour(key: str, tmp_path: Path) -> None:
    value = "\n  keywords: *k8" if key == "schema-jsonld" else " *k8"
    head = "---\nfigid: PMC1__bomb\npmcid: PMC1\n"
    (tmp_path / "bomb.md").write_text(f"{head}{bomb(9)}\n{key}:{value}\n---\n")
    (tmp_path / "good.md").write_text("---\nfigid: PMC2__good\npmcid: PMC2\n---\n")
    started = time.perf_counter()
    report = pfocr_kg.build(tmp_path, tmp_path / "store")
    assert report.figures == 2
    assert time.perf_counter() - started < 10
    blamed = {entry["path"] for entry in report.quarantined}
    assert blamed == (set() if key == "unknown_key" else {str(tmp_path / "bomb.md")})
    assert all(len(entry["reason"]) < 300 for entry in report.quarantined)


def test_a_value_that_holds_itself(tmp_path: Path) -> None:
    for name, value in (("list", "&a [*a]"), ("mapping", "&a {b: *a}")):
        page = f"---\nfigid: PMC1__{name}\npmcid: PMC1\norganisms: {value}\n---\n"
        (tmp_path / f"{name}.md").write_text(page)
    report = pfocr_kg.build(tmp_path, tmp_path / "store")
    assert report.figures == 2
    assert len(report.quarantined) == 2


NESTED = {
    "brackets": "a: " + "[" * 100_000,
    "closed brackets": "a: " + "[" * 100_000 + "]" * 100_000,
    "braces": "a: " + "{a: " * 100_000,
    "brackets and braces": "a: " + "[{b: " * 100_000,
    "brackets in a block": "a:\n  b:\n  - " + "[" * 100_000,
    "one bracket too many": "a: " + "[" * 32 + "b" + "]" * 32,
    "block lists": "a:\n " + "- " * 100_000 + "b",
    "indented": "\n".join(" " * n + "a:" for n in range(2000)),
}


@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting_is_refused(name: str) -> None:
    with pytest.raises(RecordError, match="nests more than 32 deep") as caught:
        read(NESTED[name])
    assert caught.value.line is not None


def test_keys_within_keys_are_refused() -> None:
    with pytest.raises(RecordError, match="has a key that is not a text"):
        read("? " * 100_000 + "a")


@pytest.mark.parametrize("depth", [3, 30])
def test_nesting_of_real_records_is_not(depth: int) -> None:
    value = read("a: " + "[" * depth + "b" + "]" * depth)["a"]
    for _ in range(depth):
        (value,) = value
    assert value == "b"


@pytest.mark.parametrize("more", ["--- a\n", "%TAG !a! b\n", "...\nz: y\n"])
def test_a_second_document_is_reported(more: str) -> None:
    faults: list[RecordError] = []
    assert frontmatter.parse_yaml(f"---\nx: y\n{more}", faults.append) == {"x": "y"}
    assert [(error.line, error.reason) for error in faults] == [
        (3, "has a second YAML document, left out")
    ]


def test_directives_are_not_compared_with_all_others() -> None:
    """As libyaml does, which takes a quarter of an hour for this record."""
    directives = "".join(f"%TAG !a{number}! b\n" for number in range(500_000))
    with pytest.raises(RecordError, match="not a mapping"):
        frontmatter.parse(f"---\n{directives}--- a\n---\n", lambda _: None)


@pytest.mark.parametrize(
    ("end", "lines"),
    [
        ("...\nc: d\n---\n", [3]),
        ("...\t\nc: d\n---", [3]),
        ("...\n\n---\n", []),
        ("...\nText of the page\n", []),
        ("---\n...\nc: d\n---\n", []),
    ],
)
def test_keys_after_a_line_of_dots_are_reported(end: str, lines: list[int]) -> None:
    faults: list[RecordError] = []
    assert frontmatter.parse(f"---\na: b\n{end}", faults.append) == {"a": "b"}
    assert [error.line for error in faults] == lines
    assert all("is left out" in error.reason for error in faults)
