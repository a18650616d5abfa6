"""The longest identifiers and texts of records, as docs/reference/records.md states them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bad_input import BAD, record, table
from pfocr_kg.build.worker import SharedInputs
from pfocr_kg.errors import RecordError
from pfocr_kg.link.wikipathways import identifiers
from pfocr_kg.model import Entity, Kind
from pfocr_kg.records import archives, entities, files, frontmatter, sources, tables, values
from pfocr_kg.records import record as records

ORGANISM = Entity(Kind.ORGANISM, "http://purl.obolibrary.org/obo/NCBITaxon_9606", "NCBITaxon:9606")
NINES = "9" * 15

# How each identifier is read; its longest text, and what makes it too long.
IDENTIFIERS: dict[str, tuple[Callable[[str], Any], str, str]] = {
    "NCBI gene": (lambda text: values.gene(text, "9606"), f"ncbigene:{NINES}", "9"),
    "taxon": (values.taxon, NINES, "9"),
    "PMCID": (values.pmcid, f"PMC{NINES}", "9"),
    "pathway": (values.pathway, f"WP{NINES}", "9"),
    "ChEBI": (values.chemical, f"CHEBI:{NINES}", "9"),
    "DOID": (values.disease, f"DOID:{NINES}", "9"),
    "MeSH": (lambda text: values.mesh(text, Kind.CHEMICAL), "mesh:C123456789", "9"),
    "DOI": (values.doi, "https://doi.org/10.1/" + "x" * 2043, "x"),
    "network": (values.ndex, "01234567-89ab-cdef-0123-456789abcdef", "0"),
    "year": (values.year, "2999", "9"),
    "figid": (values.figid, "x" * 240, "x"),
    "figlink": (values.page, "/" + "x" * 2047, "x"),
}


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_identifiers_have_a_longest_length(name: str) -> None:
    read, longest, more = IDENTIFIERS[name]
    read(longest)
    for times in (1, 5000):
        with pytest.raises(RecordError) as error:
            read(longest + more * times)
        assert longest[:20] in error.value.reason
        assert len(error.value.reason) < 250


@pytest.mark.parametrize("digits", [15, 16, 19, 5000])
def test_numbers_of_wikipathways_have_the_same(digits: int) -> None:
    number, is_read = "9" * digits, digits == 15
    assert identifiers.is_gene_id(number) == is_read
    assert len(identifiers.genes([f"ncbigene:{number}"], ORGANISM)) == is_read
    assert len(identifiers.diseases([f"DOID:{number}"])) == is_read
    assert (identifiers.wpid(f"WP{number}") is not None) == is_read
    assert (identifiers.wpid(f"WP1_r{number}") is not None) == is_read
    assert (identifiers.taxon(f"NCBITaxon:{number}") is not None) == is_read
    for reference in (number, f"PMC{number}", f"PMID: {number}", f"pubmed/{number}"):
        found = identifiers.cited_papers([(reference, "Pubmed")])
        assert any(found) == is_read, reference


def test_ids_of_any_length_are_ordered_by_number() -> None:
    ids = ["9" * 5000, "10", "x", "2", "1" + "0" * 4999, "²"]
    assert sorted(ids, key=values.by_number) == ["2", "10", ids[4], ids[0], "x", "²"]


def read(folder: Path) -> records.Record:
    (found,) = sources.find_records(folder, folder / "work")
    return records.read(found.records[0], found, SharedInputs().shared_of(found))


LONGEST = "y" * files.MAX_TEXT


@pytest.mark.parametrize("key", ["caption", "figtitle", "papertitle", "keywords", "unknown"])
def test_a_text_that_is_too_long_costs_itself(key: str, tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_bytes(record(f"{key}: {LONGEST}\nyear: 2012\n"))
    assert not read(tmp_path).errors
    page.write_bytes(record(f"{key}: {LONGEST}y\nyear: 2012\n"))
    found = read(tmp_path)
    (error,) = found.errors
    assert str(error) == f"{page}:4: {key} is longer than 1,000,000 characters, left out"
    assert found.figure.paper.year == "2012"
    assert not found.figure.caption


def test_a_cell_that_is_too_long_costs_its_row() -> None:
    columns = ("word", "mesh")
    given = table([*columns], [LONGEST, "a"], [f"{LONGEST}y", "b"], ["x", "c"]).decode()
    read = [cells for _, cells in tables.cells(given, columns)]
    assert [cells for cells in read if isinstance(cells, tuple)] == [(LONGEST, "a"), ("x", "c")]
    (error,) = (cells for cells in read if isinstance(cells, RecordError))
    assert (error.line, error.key) == (3, "word")


def test_aliases_repeat_texts_up_to_the_size_of_a_file() -> None:
    """Else eight megabytes of items that share one word are a graph of a hundred gigabytes."""
    text = f"---\nword: &w {LONGEST}\nlist: [{'*w,' * 8}]\n---\n"
    assert len(frontmatter.parse(text, lambda _: None)["list"] or "") == 8
    with pytest.raises(RecordError, match="repeats more than") as error:
        frontmatter.parse(text.replace("[", "[*w,"), lambda _: None)
    assert error.value.line == 3


def test_rows_beyond_the_most_cost_themselves() -> None:
    columns = ("word", "mesh")
    given = table([*columns], *[["a", str(n)] for n in range(2_003)]).decode()
    *read, (line, error) = tables.cells(given, columns)
    assert read == [(n + 2, ("a", str(n))) for n in range(2_000)]
    assert line == 2_002
    assert str(error) == "has more than 2,000 rows: the rest is left out"


def test_inline_lists_have_as_many_items_as_tables_have_rows(tmp_path: Path) -> None:
    """Some checks of validation take time as the square of the mentions of a figure."""
    page = tmp_path / "a.md"
    items = "".join(f"- {{word: w{n}, source: MESH, identifier: D005227}}\n" for n in range(2_000))
    page.write_bytes(record(f"diseases:\n{items}"))
    found = read(tmp_path)
    assert not found.errors
    assert len(found.figure.mentions) == 2_000
    page.write_bytes(record(f"diseases:\n{items}- more\n- more\n"))
    found = read(tmp_path)
    (error,) = found.errors
    assert str(error) == f"{page}: diseases has more than 2,000 items: the rest is left out"
    assert len(found.figure.mentions) == 2_000


def test_a_record_has_a_largest_number_of_values() -> None:
    text = "---\nlist:\n" + "- a\n" * 99_997
    assert len(frontmatter.parse(f"{text}---\n", lambda _: None)["list"] or "") == 99_997
    with pytest.raises(RecordError, match="more than 100,000 values") as error:
        frontmatter.parse(f"{text}- a\n---\n", lambda _: None)
    assert error.value.line == 100_000


def test_a_table_of_columns_alone() -> None:
    """Headers are kept in memory, so that a corpus of such tables would fill it."""
    header = [*"ab", *map(str, range(20_000))]
    with pytest.raises(RecordError, match="header of more than 100,000 characters"):
        tables.cells(table(header).decode(), ("a", "b"))


def test_long_rows_are_read_and_not_kept() -> None:
    known = SharedInputs().dictionaries
    row = ("9606", "Homo sapiens", LONGEST, "TP53", "TP53", "7157", "ncbigene_symbol")
    before = entities._kept_reading.cache_info().currsize
    assert entities.gene_row(row, known).word == LONGEST
    assert entities._kept_reading.cache_info().currsize == before


def test_a_map_of_other_lines_is_read_no_further() -> None:
    *errors, last = tables.pairs("x\n" * 1_500)
    assert [error.line for error in errors if isinstance(error, RecordError)] == [*range(1, 1001)]
    assert str(last) == "has more than 1,000 such lines: the rest is left out"


def test_a_map_gives_a_figure_a_thousand_ids(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(record())
    lines = [f"{BAD}\tWP{number}\n" for number in range(1, 1003)]
    (tmp_path / "wpid_map.tsv").write_text("".join([*lines, "other\tWP1\n"]))
    (found,) = sources.find_records(tmp_path, tmp_path / "work")
    shared = SharedInputs().shared_of(found)
    assert len(shared.pathways(BAD)) == 1000
    assert len(shared.pathways("other")) == 1
    (error,) = shared.errors
    assert str(error).endswith("wpid_map.tsv:1001: " + error.reason)
    assert "more than 1,000 ids" in error.reason


def test_sizes_in_bytes_are_as_stated() -> None:
    sizes = files.MAX_FILE, files.MAX_SHARED, archives._MOST_BYTES
    assert sizes == (8_388_608, 16_777_216, 1_073_741_824)


def test_nesting_has_a_deepest_level() -> None:
    """The mapping of the record itself is the first of 32 levels."""
    text = "---\na: {}{}\n---\n"
    frontmatter.parse(text.format("[" * 31, "]" * 31), lambda _: None)
    with pytest.raises(RecordError, match="nests more than 32 deep"):
        frontmatter.parse(text.format("[" * 32, "]" * 32), lambda _: None)
