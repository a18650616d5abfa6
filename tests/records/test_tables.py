"""Tables: tab-separated, by their header, nothing quoted, and only a line feed ends a row."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg.errors import RecordError
from pfocr_kg.records import frontmatter, tables

# Whatever str.splitlines, the csv module or a YAML reader takes for the end of a line or of a
# field, but for the two that these tables use.
CONTROLS = ["\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x1f"]
SEPARATORS = [
    "\x85",
    "\u2028",
    "\u2029",
    "\u00a0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\u0000"[:0] + " ",
]
QUOTES = ['"', '""', "'", "\\", "\\t", "\\n", ",", ";", "|", "#", "NA"]

# What ends a cell or a row, and what no XML can hold.
UNUSABLE = [chr(n) for n in range(32)] + ["\ufffe", "\uffff"]

CELL = st.lists(
    st.sampled_from(SEPARATORS + QUOTES)
    | st.text(st.characters(exclude_categories=("Cs",), exclude_characters=UNUSABLE), max_size=5),
    max_size=4,
).map("".join)
HEADER = ("word", "mesh", "name")
ROWS = st.lists(st.tuples(CELL, CELL, CELL), max_size=6)


def read(text: str) -> list[tuple[int, tables.Row | RecordError]]:
    return list(tables.rows(text, (HEADER,)))


def table(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> str:
    return "".join("\t".join(row) + "\n" for row in (header, *rows))


@given(ROWS)
def test_cells_come_back_as_they_are(rows: list[tuple[str, ...]]) -> None:
    expected = [
        (number, dict(zip(HEADER, row, strict=True))) for number, row in enumerate(rows, start=2)
    ]
    assert read(table(*rows)) == expected
    assert read(table(*rows).removesuffix("\n")) == expected


@given(ROWS.filter(bool))
def test_columns_are_found_by_name(rows: list[tuple[str, ...]]) -> None:
    """In any order, with further columns between."""
    shuffled = table(
        *((name, "more", word, mesh) for word, mesh, name in rows),
        header=("name", "extra", "word", "mesh"),
    )
    found = [row for _, row in read(shuffled)]
    assert found == [
        {"name": name, "extra": "more", "word": word, "mesh": mesh} for word, mesh, name in rows
    ]


@given(
    st.lists(st.lists(CELL | st.sampled_from(UNUSABLE), max_size=6), max_size=6),
    st.permutations([*HEADER, "more", "extra"]),
)
def test_cells_of_columns_are_those_of_the_rows(lines: list[list[str]], header: list[str]) -> None:
    """With the same errors in the same lines: of the number of fields, of control characters."""
    text = table(*map(tuple, lines), header=tuple(header))
    rows, cells = read(text), list(tables.cells(text, HEADER))
    assert [at for at, _ in cells] == [at for at, _ in rows]
    for (_, row), (_, cell) in zip(rows, cells, strict=True):
        if isinstance(row, RecordError):
            assert str(cell) == str(row)
            assert isinstance(cell, RecordError)
            assert cell.line == row.line
        else:
            assert cell == tuple(row[column] for column in HEADER)


FIGID = CELL.filter(lambda text: len(text.split()) == 1)


@given(st.lists(st.tuples(FIGID, CELL), max_size=6), st.text("\t", max_size=3))
def test_maps_come_back_as_they_are(lines: list[tuple[str, str]], end: str) -> None:
    """But for blanks around an id."""
    text = "".join(f"{figid}\t{value}{end}\n" for figid, value in lines)
    assert list(tables.pairs(text)) == [
        (n, figid.strip(), value.strip()) for n, (figid, value) in enumerate(lines, start=1)
    ]


@pytest.mark.parametrize("line", ["a WP1", " a  WP1 ", "a WP1\t", "a\t WP1", "a\tWP1\t\t"])
def test_maps_separate_by_blanks_too(line: str) -> None:
    good, bad = tables.pairs(f"{line}\n \n\nb WP2 WP3\n")
    assert good == (1, "a", "WP1")
    assert isinstance(bad, RecordError)
    assert (bad.line, bad.reason) == (4, "has 1 fields, not figid and id")


@pytest.mark.parametrize(
    ("row", "fields"), [("a", 1), ("a\tb", 2), ("a\tb\tc\td", 4), ("\t\t\td", 4), (" ", 1)]
)
def test_row_that_does_not_fit_costs_no_neighbour(row: str, fields: int) -> None:
    before, bad, after = read(f"word\tmesh\tname\na\tb\tc\n{row}\nd\te\tf\n")
    assert before == (2, {"word": "a", "mesh": "b", "name": "c"})
    assert after == (4, {"word": "d", "mesh": "e", "name": "f"})
    assert bad[0] == 3
    assert isinstance(bad[1], RecordError)
    assert bad[1].line == 3
    assert f"{fields} field" in bad[1].reason


@given(ROWS, st.text("\t", max_size=3), st.text("\t", max_size=3))
def test_empty_columns_at_the_end_cost_nothing(
    rows: list[tuple[str, ...]], header_end: str, row_end: str
) -> None:
    lines = table(*rows).split("\n")[:-1]
    text = "".join(f"{line}{row_end if n else header_end}\n" for n, line in enumerate(lines))
    assert read(text) == read(table(*rows))


def test_empty_lines_are_no_rows() -> None:
    assert [number for number, _ in read("word\tmesh\tname\n\na\tb\tc\n\n")] == [3]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("\nword\tmesh\tname\n", "empty"),
        ("word\tmesh\n", "name"),
        ("word,mesh,name\n", "mesh"),
        ('"word"\t"mesh"\t"name"\n', "word"),
        ("word\tmesh\tname\tword\n", "twice"),
    ],
)
def test_header_that_cannot_be_used(text: str, says: str) -> None:
    with pytest.raises(RecordError, match=says) as caught:
        read(text)
    assert caught.value.line == 1


def test_any_layout_will_do() -> None:
    layouts = (HEADER, ("word", "identifier"))
    assert list(tables.rows("word\tidentifier\na\tb\n", layouts)) == [
        (2, {"word": "a", "identifier": "b"})
    ]


@given(ROWS)
def test_line_ends_and_byte_order_mark_of_windows(rows: list[tuple[str, ...]]) -> None:
    text = table(*rows)
    windows = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    assert read(frontmatter.decode(windows)) == read(text)


GENES = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\t"
    "ncbigene_symbol\tncbigene_id\tsource\n"
)
QUERY = """
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX pfocr: <https://w3id.org/pfocr/vocab#>
SELECT ?gene ?word { [] oa:hasBody ?gene ; pfocr:word ?word } ORDER BY ?gene ?word
"""


def words_in_graph(words: list[str], folder: Path) -> list[str]:
    """Build a figure whose table has a row a word, and ask for the words."""
    (folder / "_figures").mkdir()
    (folder / "_data").mkdir()
    (folder / "_figures" / "a.md").write_text("---\nfigid: PMC1__a\npmcid: PMC1\n---\n")
    rows = (
        f"9606\tHomo sapiens\tPrimates\t{word}\tM\tEGFR\t1956\tncbigene_symbol\n" for word in words
    )
    text = GENES + "".join(rows)
    (folder / "_data" / "PMC1__a-genes.tsv").write_bytes(text.encode())
    pfocr_kg.build(folder, folder / "store")
    with pfocr_kg.open(folder / "store") as graph:
        rows_found = graph.query(QUERY)
        assert isinstance(rows_found, pfocr_kg.Rows)
        found = rows_found.records()
    assert {row["gene"] for row in found} <= {"https://identifiers.org/ncbigene/1956"}
    return [str(row["word"]) for row in found]


def test_separators_in_words_reach_the_graph(tmp_path: Path) -> None:
    words = [f"a{separator}b" for separator in SEPARATORS + QUOTES]
    assert words_in_graph(words, tmp_path) == sorted(words)


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_control_character_in_a_word_costs_itself_only(control: str, tmp_path: Path) -> None:
    """No RDF/XML could hold it."""
    assert words_in_graph(["EGFR", f"a{control}b", "HER1"], tmp_path) == ["EGFR", "HER1", "ab"]


@pytest.mark.parametrize("control", CONTROLS, ids=ascii)
def test_control_character_is_reported_with_its_row(control: str) -> None:
    bad = ("d", "M", f"e{control}")
    before, fault, mended, after = read(table(("a", "b", "c"), bad, ("g", "h", "i")))
    assert before == (2, {"word": "a", "mesh": "b", "name": "c"})
    assert mended == (3, {"word": "d", "mesh": "M", "name": "e"})
    assert after == (4, {"word": "g", "mesh": "h", "name": "i"})
    assert isinstance(fault[1], RecordError)
    assert fault[1].line == 3
    assert fault[1].reason == f"name holds the control character U+{ord(control):04X}, left out"


def test_identifier_keeps_its_control_character_and_is_refused(tmp_path: Path) -> None:
    """Without it, the id would be another one."""
    (tmp_path / "a.md").write_text(
        '---\nfigid: PMC1__a\npmcid: PMC1\ndoi: "10.1/a\\x01b"\nfiglink: "/a\\x01"\n'
        'genes:\n- {hgnc_symbol: TNF, entrez: "71\\x0124"}\n---\n'
    )
    (tmp_path / "b.md").write_text('---\nfigid: "PMC1__\\x01b"\npmcid: PMC1\n---\n')
    (tmp_path / "PMC1__a-chemicals.tsv").write_text(
        "word\tmesh\tmatch\tname\tchebi\nx\tmesh:D000\x01255\tM\tN\tNA\n"
    )
    report = pfocr_kg.build(tmp_path, tmp_path / "store")
    assert report.figures == 1
    assert [entry["reason"] for entry in report.quarantined] == [
        "entrez '71\\x0124' is not a valid NCBI gene id",
        "mesh 'mesh:D000\\x01255' is not a valid MeSH id (as in mesh:D000255)",
        "doi '10.1/a\\x01b' is not a valid DOI (as in 10.1038/s41598-023-31924-x)",
        "figlink holds the control character U+0001",
        "figid holds the control character U+0001",
    ]
