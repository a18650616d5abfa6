"""Bad records and tables, as a user meets them: a quarantine, never a traceback.

Every case lies beside good neighbours, whose triples must be those of a build without it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import stored
from bad_input import (
    BAD,
    FIGURE,
    FOLDER,
    NEIGHBOURS,
    NOISE,
    RECORD,
    Special,
    is_one_line,
    lay,
    lay_neighbours,
    record,
    table,
    triples,
)
from fork_server import Finished

GENES = f"_data/{BAD}-genes.tsv"
CHEMICALS = f"_data/{BAD}-chemicals.tsv"
DISEASES = f"_data/{BAD}-diseases.tsv"
GENE_HEADER = "organism_id organism_name word match ncbigene_symbol ncbigene_id source".split()
CHEMICAL_HEADER = "word mesh match name chebi".split()
DISEASE_HEADER = "word mesh match name doid".split()


def gene(number: str, taxon: str = "9606", word: str = "A1BG") -> list[str]:
    return [taxon, "Homo sapiens", word, "A1BG", "A1BG", number, "ncbigene_symbol"]


FIFO = Special(os.mkfifo)
DANGLING = Special(lambda path: path.symlink_to("/nowhere/at/all"))
LOOP = Special(lambda path: path.symlink_to(path))
ENDLESS = Special(lambda path: path.symlink_to("/dev/zero"))
LARGE = Special(lambda path: (path.touch(), os.truncate(path, 50_000_000)))


LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
)


@dataclass(frozen=True)
class Case:
    """What lies in the tree; where and why it is quarantined.

    `at` is the end of the path in the report; `keeps` whether the figure is in the graph all
    the same, `genes` the NCBI ids that it then has.
    """

    files: dict[str, bytes | Special]
    at: str
    says: str
    keeps: bool = False
    genes: tuple[str, ...] = ()


def unreadable(content: bytes | Special, says: str, line: int | None = None) -> Case:
    return Case({RECORD: content}, RECORD + (f":{line}" if line else ""), says)


def untrue(line: str, says: str) -> Case:
    return Case({RECORD: record(line + "\n")}, RECORD, says, keeps=True)


def broken_table(content: bytes | Special, says: str, line: int | None = None) -> Case:
    at = GENES + (f":{line}" if line else "")
    return Case({RECORD: record(), GENES: content}, at, says, keeps=True)


def broken_row(name: str, header: list[str], row: list[str], says: str) -> Case:
    return Case({RECORD: record(), name: table(header, row)}, f"{name}:2", says, keeps=True)


CASES: dict[str, Case] = {
    # The file as a whole
    "no front matter": unreadable(b"# A page\n", "front matter", 1),
    "front matter not closed": unreadable(b"---\nfigid: x\n", "front matter", 1),
    "front matter a list": unreadable(b"---\n- a\n- b\n---\n", "mapping", 2),
    "front matter a text": unreadable(b"---\nfigid\n---\n", "mapping", 2),
    "empty": unreadable(b"", "empty"),
    "blank": unreadable(b"\n  \n\n", "empty"),
    "noise": unreadable(NOISE, "UTF-8", 1),
    "Latin-1": unreadable(record("figtitle: caf\xe9\n").decode().encode("latin-1"), "UTF-8", 4),
    "UTF-16": unreadable(record().decode().encode("utf-16"), "UTF-8", 1),
    "NUL in figid": unreadable(record(figid="a\0b"), "U+0000"),
    "NUL in figid escaped": unreadable(record(figid='"a\\0b"'), "U+0000"),
    "blank in figid": unreadable(record(figid="a b"), "without white space"),
    "no-break space in figid": unreadable(record(figid='"a\\u00a0b"'), "without white space"),
    "line separator in figid": unreadable(record(figid='"a\\u2028b"'), "without white space"),
    "half of a surrogate pair": unreadable(record(figid='"a\\ud800"'), "YAML", 2),
    "50 MB": unreadable(LARGE, "larger than"),
    "without end": unreadable(ENDLESS, "not a regular file"),
    "folder": unreadable(FOLDER, "not a regular file"),
    "dangling link": unreadable(DANGLING, ""),
    "link to itself": unreadable(LOOP, ""),
    # YAML
    "broken YAML": unreadable(b"---\nfigid: [a\npmcid: }\n---\n", "YAML", 3),
    "tab in YAML": unreadable(b"---\nfigid: a\n\tpmcid: b\n---\n", "YAML", 3),
    "key twice": unreadable(record("figid: other\n"), "'figid' twice", 4),
    "100,000 brackets": unreadable(record("x: " + "[" * 100_000 + "\n"), "deep", 4),
    "100,000 pairs": unreadable(record("x: " + "[" * 10**5 + "]" * 10**5 + "\n"), "deep", 4),
    "100,000 braces": unreadable(record("x: " + "{a: " * 100_000 + "\n"), "deep", 4),
    "100,000 dashes": unreadable(record("x:\n" + "- " * 100_000 + "\n"), "deep", 5),
    "100,000 question marks": unreadable(
        record("? " * 100_000 + "\n"), "key that is not a text", 4
    ),
    "unknown alias": unreadable(record("figtitle: *nobody\n"), "*nobody", 4),
    "object by tag": unreadable(record(figid='!!python/object/apply:os.getcwd ["x"]'), "figid"),
    # Who it is
    "no figid": unreadable(b"---\npmcid: PMC1\n---\n", "no figid"),
    "empty figid": unreadable(record(figid="''"), "no figid"),
    "figid a list": unreadable(record(figid="[a]"), "figid is a list"),
    "no pmcid": unreadable(b"---\nfigid: x\n---\n", "no pmcid"),
    "pmcid a number": unreadable(record(pmcid="12"), "pmcid '12'"),
    "pmcid zero": unreadable(record(pmcid="PMC0"), "pmcid 'PMC0'"),
    "pmcid and more": unreadable(record(pmcid="PMC12> <x"), "pmcid 'PMC12> <x'"),
    # What it says of itself
    "NUL in a title": Case(
        {RECORD: record("figtitle: a\0b\n")}, f"{RECORD}:4", "U+0000", keeps=True
    ),
    "score beyond what a store computes with": untrue(
        "automl_pathway: 0.1234567890123456789", "18"
    ),
    "score of 13 digits": untrue("automl_pathway: 1000000000000", "automl_pathway '1000000000000'"),
    "page of another paper": untrue("figlink: /pmc/articles/PMC77/f1/", "another paper"),
    "year of five digits": untrue("year: '20120'", "year '20120'"),
    "year in words": untrue("year: last", "year 'last'"),
    "year a list": untrue("year: [2012]", "year is a list"),
    "DOI in words": untrue("doi: unknown", "doi 'unknown'"),
    "DOI with space": untrue("doi: 10.1/a b", "doi '10.1/a b'"),
    "network no UUID": untrue("ndex: abc", "ndex 'abc'"),
    "pathway no id": untrue("wpid: <http://x>", "wpid '<http://x>'"),
    "score in words": untrue("automl_pathway: high", "automl_pathway 'high'"),
    "score infinite": untrue("automl_pathway: .inf", "automl_pathway '.inf'"),
    "score NaN": untrue("automl_pathway: NaN", "automl_pathway 'NaN'"),
    "score of 401 digits": untrue("automl_pathway: 1e400", "automl_pathway '1e400'"),
    "title a mapping": untrue("figtitle: {a: b}", "figtitle is a mapping"),
    "genes a text": untrue("genes: TNF", "genes is not a list"),
    "genes of texts": untrue("genes: [TNF]", "genes holds an item"),
    "genes of an alias bomb": untrue(LAUGHS + "genes: *a11", "genes holds an item"),
    "unknown context": untrue(
        "schema-jsonld:\n  '@context': http://evil.example/\n  keywords: [TNF]",
        "http://evil.example/",
    ),
    "block a list": untrue("schema-jsonld: [a]", "schema-jsonld is not a mapping"),
    "not CC0": untrue("schema-jsonld: {license: CC BY 4.0}", "'CC BY 4.0'"),
    # Tables
    "table without columns": broken_table(table(GENE_HEADER[:4]), "ncbigene_id", 1),
    "table without header": broken_table(table(gene("1")), "lacks", 1),
    "table with a column twice": broken_table(table(GENE_HEADER * 2), "twice", 1),
    "table empty": broken_table(b"", "empty", 1),
    "table of noise": broken_table(NOISE, "UTF-8", 1),
    "table in UTF-16": broken_table(table(GENE_HEADER).decode().encode("utf-16"), "UTF-8", 1),
    "table a folder": broken_table(FOLDER, "not a regular file"),
    "table of 50 MB": broken_table(LARGE, "larger than"),
    "gene in words": Case(
        {RECORD: record(), GENES: table(GENE_HEADER, gene("A1BG"), gene("1"))},
        f"{GENES}:2",
        "ncbigene_id 'A1BG'",
        keeps=True,
        genes=("1",),
    ),
    "row too short": Case(
        {RECORD: record(), GENES: table(GENE_HEADER, gene("2")[:3], gene("1"))},
        f"{GENES}:2",
        "3 fields where the header has 7",
        keeps=True,
        genes=("1",),
    ),
    "row too long": Case(
        {RECORD: record(), GENES: table(GENE_HEADER, [*gene("2"), "x"], gene("1"))},
        f"{GENES}:2",
        "8 fields where the header has 7",
        keeps=True,
        genes=("1",),
    ),
    "gene negative": broken_row(GENES, GENE_HEADER, gene("-1"), "ncbigene_id '-1'"),
    "gene a decimal": broken_row(GENES, GENE_HEADER, gene("7124.0"), "ncbigene_id '7124.0'"),
    "gene in Arabic digits": broken_row(GENES, GENE_HEADER, gene("٣٤"), "ncbigene_id '٣٤'"),
    "taxon in words": broken_row(GENES, GENE_HEADER, gene("1", "human"), "organism_id 'human'"),
    "taxon absent": broken_row(GENES, GENE_HEADER, gene("1", ""), "organism_id ''"),
    "ChEBI in words": broken_row(
        CHEMICALS, CHEMICAL_HEADER, ["w", "NA", "m", "n", "chebi:x"], "chebi 'chebi:x'"
    ),
    "MeSH in words": broken_row(
        CHEMICALS, CHEMICAL_HEADER, ["w", "mesh:foo", "m", "n", "NA"], "mesh 'mesh:foo'"
    ),
    "DOID in words": broken_row(
        DISEASES, DISEASE_HEADER, ["w", "NA", "m", "n", "DOID:x"], "doid 'DOID:x'"
    ),
    "old table of an unknown source": broken_row(
        CHEMICALS, ["word", "source", "identifier"], ["w", "ATC", "N02"], "'N02'"
    ),
    # What records share
    "map with a line of one field": Case(
        {RECORD: record(), "_data/wpid_map.tsv": b"alone\n"}, "wpid_map.tsv:1", "fields", True
    ),
    "map with a wrong id": Case(
        {RECORD: record(), "_data/wpid_map.tsv": f"{BAD}\tWPx\n".encode()},
        "wpid_map.tsv:1",
        "wpid 'WPx'",
        keeps=True,
    ),
    "map of noise": Case(
        {RECORD: record(), "_data/ndex_map.tsv": NOISE}, "ndex_map.tsv:1", "UTF-8", True
    ),
    "map a folder": Case(
        {RECORD: record(), "_data/ndex_map.tsv": FOLDER}, "ndex_map.tsv", "not a regular file", True
    ),
    "organism without name": Case(
        {RECORD: record(), "_organisms/x.md": b"---\nncbi: 1\n---\n"},
        "_organisms/x.md",
        "latin name",
        keeps=True,
    ),
    "organism of noise": Case(
        {RECORD: record(), "_organisms/x.md": NOISE}, "_organisms/x.md:1", "UTF-8", True
    ),
    # Named pipes, which would wait for a writer
    "named pipe": Case({RECORD: FIFO}, RECORD, ""),
    "table a named pipe": Case({RECORD: record(), GENES: FIFO}, GENES, "", True),
    "map a named pipe": Case(
        {RECORD: record(), "_data/wpid_map.tsv": FIFO}, "wpid_map.tsv", "", True
    ),
    "organism a named pipe": Case(
        {RECORD: record(), "_organisms/x.md": FIFO}, "_organisms/x.md", "", True
    ),
    "figlink that is a script": untrue("figlink: 'javascript:alert(1)'", "neither a path"),
    "figlink with a host alone": untrue("figlink: //example.org/x", "neither a path"),
    "figlink with a broken host": Case(
        {RECORD: record("figlink: 'http://[::1'\n")}, RECORD, "figlink", True
    ),
    "figlink with a broken port": Case(
        {RECORD: record("figlink: 'http://a:b/'\n")}, RECORD, "figlink", True
    ),
    "score with an underscore": Case(
        {RECORD: record("automl_pathway: '1_0.5'\n")},
        RECORD,
        "automl_pathway",
        keeps=True,
    ),
    "score in Arabic digits": Case(
        {RECORD: record("automl_pathway: '\u0660.9'\n")},
        RECORD,
        "automl_pathway",
        keeps=True,
    ),
    "organism in Arabic digits": Case(
        {RECORD: record(), "_organisms/x.md": "---\nlatin: Foo bar\nncbi: '٣٤'\n---\n".encode()},
        "_organisms/x.md",
        "taxon",
        keeps=True,
    ),
    "table a dangling link": Case(
        {RECORD: record(), GENES: DANGLING},
        GENES,
        "",
        keeps=True,
    ),
}


def subjects(lines: set[str]) -> set[str]:
    return {line.partition(" ")[0] for line in lines}


def leftovers(store: Path) -> list[str]:
    if not store.exists():
        return []  # a first build that fails takes its folder with it
    return [p.name for p in store.iterdir() if "work" in p.name or p.suffix == ".new"]


BY_NAME = pytest.mark.parametrize("name", CASES, ids=lambda name: name.replace(" ", "-"))


@pytest.mark.slow  # `test_all_at_once` is the quick run of the same
@BY_NAME
def test_neighbours_are_untouched(
    name: str,
    sample: Path,
    expected: set[str],
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    case = CASES[name]
    tree = lay(lay_neighbours(tmp_path / "tree", sample), case.files)
    store = tmp_path / "store"
    done = run_cli("build", tree, "--store", store, "--strict", timeout=60)
    assert "Traceback" not in done.stderr
    assert (done.code, done.stdout) == (1, "")
    report = stored.report(store)
    assert report["figures"] == 2 + case.keeps
    entry = next(e for e in report["quarantined"] if e["path"].endswith(case.at))
    assert case.says in entry["reason"]
    # The user reads it too, on one line.
    assert any(case.at in line and case.says in line for line in done.stderr.splitlines())
    found = triples(store)
    assert expected <= found
    own = found - expected
    assert not subjects(own) & subjects(expected)
    if not case.keeps:
        assert not own
        return
    assert f"<{FIGURE}>" in subjects(own)
    drawn = {
        line.split("ncbigene/")[1].split(">")[0]
        for line in own
        if line.startswith(f"<{FIGURE}> <https://w3id.org/pfocr/vocab#gene>")
    }
    assert drawn == set(case.genes)
    assert not leftovers(store)


@pytest.mark.slow
@BY_NAME
def test_alone(name: str, tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    case = CASES[name]
    tree = lay(tmp_path / "tree", case.files)
    store = tmp_path / "store"
    done = run_cli("build", tree, "--store", store, "--strict", timeout=60)
    assert done.code == 1
    assert "Traceback" not in done.stderr
    if case.keeps:
        assert stored.report(store)
        return
    assert "not one of 1 record" in done.stderr
    assert case.at in done.stderr
    assert case.says in done.stderr
    assert is_one_line(done.stderr.split("records\n")[-1])
    assert not (store / "pfocr-kg.json").exists()
    assert not leftovers(store)


def test_without_strict_a_quarantine_is_no_failure(
    sample: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    tree = lay(lay_neighbours(tmp_path / "tree", sample), {RECORD: b"junk"})
    done = run_cli("build", tree, "--store", tmp_path / "store")
    assert done.code == 0
    assert "1 quarantined" in done.stderr


def test_all_at_once(
    neighbours: Path, expected: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """Every case in a tree of its own, under a figid of its own, in one build."""
    trees, wanted, kept = [], [], 0
    for number, case in enumerate(CASES.values()):
        own = f"{BAD}-{number}"
        files = {
            name.replace(BAD, own): c
            if isinstance(c, Special)
            else c.replace(BAD.encode(), own.encode())
            for name, c in case.files.items()
        }
        trees.append(lay(tmp_path / str(number), files))
        wanted.append((f"{trees[-1]}/", case.at.replace(BAD, own), case.says))
        kept += case.keeps
    store = tmp_path / "store"
    done = run_cli("build", neighbours, *trees, "--store", store, "--strict")
    assert (done.code, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    report = stored.report(store)
    assert report["figures"] == 2 + kept
    told = [(entry["path"], entry["reason"]) for entry in report["quarantined"]]
    for tree, at, says in wanted:
        mine = [(path, reason) for path, reason in told if path.startswith(tree)]
        assert [m for m in mine if m[0].endswith(at) and says in m[1]], (at, says, mine)
    found = triples(store)
    assert expected <= found
    assert not subjects(found - expected) & subjects(expected)
    assert not leftovers(store)


def test_link_to_itself_among_several_sources(
    neighbours: Path, expected: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    tree = lay(tmp_path / "tree", {RECORD: LOOP})
    done = run_cli("build", neighbours, tree, "--store", tmp_path / "store", "--strict")
    assert done.code == 1
    assert "Traceback" not in done.stderr
    assert triples(tmp_path / "store") == expected


HARMLESS = {
    "alias bomb nobody reads": (record(LAUGHS), 1),
    "a value that holds itself": (record("other: &a [*a]\n"), 1),
    "a line of 1 MB": (record("caption: '" + "y" * 1_000_000 + "'\n"), 1),
    "a figid that leads elsewhere": (record(figid="../../../etc/passwd"), 1),
    "a figid of IRI syntax": (record(figid='"a_b<>{}|^`%41#?é"'), 1),
    "a byte order mark": (b"\xef\xbb\xbf" + record(), 1),
    "old Mac line ends": (record().replace(b"\n", b"\r"), 1),
    "a figlink with broken escapes": (record("figlink: https://example.org/%zz\n"), 1),
    "a tiny score": (record("automl_pathway: 1e-7\n"), 1),
}


@pytest.mark.parametrize("name", HARMLESS, ids=lambda name: name.replace(" ", "-"))
def test_odd_but_readable(
    name: str,
    neighbours: Path,
    expected: set[str],
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    content, figures = HARMLESS[name]
    page = tmp_path / "odd.md"
    page.write_bytes(content)
    store = tmp_path / "store"
    done = run_cli("build", neighbours, page, "--store", store, "--strict", timeout=30)
    assert done.code == 0, done.stderr
    found = triples(store)
    assert expected <= found
    assert not subjects(found - expected) & subjects(expected)
    report = stored.report(store)
    assert report["figures"] == 2 + figures


@pytest.mark.parametrize("change", [b"", b"a different title"], ids=["identical", "different"])
def test_two_records_of_one_figid(
    change: bytes,
    sample: Path,
    expected: set[str],
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    tree = lay_neighbours(tmp_path / "tree", sample)
    first = tree / "_figures" / f"{NEIGHBOURS[0]}.md"
    second = tree / "_figures" / "zz-again.md"
    second.write_bytes(first.read_bytes().replace(b"figtitle:", b"figtitle: " + change))
    store = tmp_path / "store"
    done = run_cli("build", tree, "--store", store, "--strict")
    assert done.code == 1
    entry = stored.report(store)["quarantined"][0]
    assert entry["path"].endswith("zz-again.md")
    assert str(first) in entry["reason"]
    assert triples(store) == expected


@pytest.mark.parametrize("content", [b"junk", record()], ids=["bad", "good"])
def test_name_that_is_not_utf8(
    content: bytes,
    sample: Path,
    expected: set[str],
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    tree = lay_neighbours(tmp_path / "tree", sample)
    Path(os.fsdecode(os.fsencode(tree / "_figures") + b"/caf\xe9.md")).write_bytes(content)
    done = run_cli("build", tree, "--store", tmp_path / "store")
    assert (done.code, "Traceback" in done.stderr) == (0, False)
    assert expected <= triples(tmp_path / "store")
