"""Bad input through the command, as a user meets it: one line, or a quarantine, never a traceback.

Every case lies beside good neighbours, whose triples must be those of a build without it.
"""

from __future__ import annotations

import gzip
import io
import os
import random
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

import pfocr_kg
import stored
from pfocr_kg.records.gene_dictionary import read_gene_dictionary

# Two neighbours: the oldest form, without a table, and one with tables of genes and chemicals.
NEIGHBOURS = ("PMC3614012__nihms379615f2", "PMC100008__mb2411709009")
BAD = "PMC9999001__bad"
FIGURE = f"https://pfocr.wikipathways.org/figures/{BAD}.html"
RECORD = f"_figures/{BAD}.md"
GENES = f"_data/{BAD}-genes.tsv"
CHEMICALS = f"_data/{BAD}-chemicals.tsv"
DISEASES = f"_data/{BAD}-diseases.tsv"

GENE_HEADER = "organism_id organism_name word match ncbigene_symbol ncbigene_id source".split()
CHEMICAL_HEADER = "word mesh match name chebi".split()
DISEASE_HEADER = "word mesh match name doid".split()


def record(more: str = "", *, figid: str = BAD, pmcid: str = "PMC9999001") -> bytes:
    return f"---\nfigid: {figid}\npmcid: {pmcid}\n{more}---\n".encode()


def table(header: list[str], *rows: list[str]) -> bytes:
    return "".join("\t".join(row) + "\n" for row in (header, *rows)).encode()


def gene(number: str, taxon: str = "9606", word: str = "A1BG") -> list[str]:
    return [taxon, "Homo sapiens", word, "A1BG", "A1BG", number, "ncbigene_symbol"]


class Finished(Protocol):
    """How a run of the command ended."""

    code: int
    stdout: str
    stderr: str


class Special:
    """Something else than a file in a file's place."""

    def __init__(self, make: Callable[[Path], object]) -> None:
        self.make = make


FOLDER = Special(lambda path: path.mkdir())
FIFO = Special(os.mkfifo)
DANGLING = Special(lambda path: path.symlink_to("/nowhere/at/all"))
LOOP = Special(lambda path: path.symlink_to(path))
ENDLESS = Special(lambda path: path.symlink_to("/dev/zero"))
LARGE = Special(lambda path: (path.touch(), os.truncate(path, 50_000_000)))

NOISE = random.Random(20).randbytes(4000)
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
    "NUL": unreadable(record(figid="a\0b"), "U+0000", 2),
    "NUL escaped": unreadable(record(figid='"a\\0b"'), "U+0000", 2),
    "half of a surrogate pair": unreadable(record(figid='"a\\ud800"'), "YAML", 2),
    "50 MB": unreadable(LARGE, "larger than"),
    "without end": unreadable(ENDLESS, "no regular file"),
    "folder": unreadable(FOLDER, "no regular file"),
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
    "100,000 question marks": unreadable(record("? " * 100_000 + "\n"), "key that is no text", 4),
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
    "genes a text": untrue("genes: TNF", "genes is no list"),
    "genes of texts": untrue("genes: [TNF]", "genes holds an item"),
    "genes of an alias bomb": untrue(LAUGHS + "genes: *a11", "genes holds an item"),
    "unknown context": untrue(
        "schema-jsonld:\n  '@context': http://evil.example/\n  keywords: [TNF]",
        "http://evil.example/",
    ),
    "block a list": untrue("schema-jsonld: [a]", "schema-jsonld is no mapping"),
    "not CC0": untrue("schema-jsonld: {license: CC BY 4.0}", "'CC BY 4.0'"),
    # Tables
    "table without columns": broken_table(table(GENE_HEADER[:4]), "ncbigene_id", 1),
    "table without header": broken_table(table(gene("1")), "lacks", 1),
    "table with a column twice": broken_table(table(GENE_HEADER * 2), "twice", 1),
    "table empty": broken_table(b"", "empty", 1),
    "table of noise": broken_table(NOISE, "UTF-8", 1),
    "table in UTF-16": broken_table(table(GENE_HEADER).decode().encode("utf-16"), "UTF-8", 1),
    "table a folder": broken_table(FOLDER, "no regular file"),
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
        {RECORD: record(), "_data/ndex_map.tsv": FOLDER}, "ndex_map.tsv", "no regular file", True
    ),
    "organism without taxon": Case(
        {RECORD: record(), "_organisms/x.md": b"---\nlatin: Foo bar\n---\n"},
        "_organisms/x.md",
        "taxon",
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


def lay(tree: Path, files: dict[str, bytes | Special]) -> Path:
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, Special):
            content.make(path)
        else:
            path.write_bytes(content)
    return tree


def lay_neighbours(tree: Path, sample: Path) -> Path:
    for source in sorted(sample.rglob("*")):
        if source.name.startswith(NEIGHBOURS):
            path = tree / source.relative_to(sample)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
    return tree


def triples(store: Path) -> set[str]:
    out = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(out, "ntriples")
    return set(out.getvalue().decode().splitlines())


def subjects(lines: set[str]) -> set[str]:
    return {line.partition(" ")[0] for line in lines}


def is_one_line(stderr: str) -> bool:
    return (
        stderr.startswith("pfocr-kg: ")
        and stderr.endswith("\n")
        and stderr.count("\n") == 1
        and "Traceback" not in stderr
    )


def leftovers(store: Path) -> list[str]:
    if not store.exists():
        return []  # a first build that fails takes its folder with it
    return [p.name for p in store.iterdir() if "work" in p.name or p.suffix == ".new"]


@pytest.fixture(scope="session")
def neighbours(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_neighbours(tmp_path_factory.mktemp("neighbours"), sample)


@pytest.fixture(scope="session")
def expected(neighbours: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    store = tmp_path_factory.mktemp("expected") / "store"
    report = pfocr_kg.build(neighbours, store)
    assert (report.figures, report.quarantined) == (2, [])
    return triples(store)


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
    "a line of 5 MB": (record("caption: '" + "y" * 5_000_000 + "'\n"), 1),
    "a figid that leads elsewhere": (record(figid="../../../etc/passwd"), 1),
    "a figid of IRI syntax": (record(figid='"a b<>{}|^`%41#?é"'), 1),
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


# Sources as a whole. The store that was there must be as it was.


@dataclass
class Kept:
    """A store with a good graph, and what it gave before."""

    path: Path
    before: set[str]
    files: set[str]

    def check(self) -> None:
        assert triples(self.path) == self.before
        files = {str(p.relative_to(self.path)) for p in self.path.rglob("*")}
        assert files == self.files


@pytest.fixture
def kept(built_sample: Path, tmp_path: Path) -> Kept:
    path = tmp_path / "kept"
    shutil.copytree(built_sample, path)
    return Kept(path, triples(path), {str(p.relative_to(path)) for p in path.rglob("*")})


def packed(form: str, files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    if form == "zip":
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
            for name, content in files.items():
                pack.writestr(name, content)
    else:
        with tarfile.open(fileobj=out, mode=f"w:{form}") as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def tree_of(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def encrypted(pack: bytes) -> bytes:
    """Set the flag that says so in every header of a zip."""
    changed = bytearray(pack)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = changed.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", changed, at + offset)[0] | 1
            struct.pack_into("<H", changed, at + offset, flags)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def noised(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + NOISE[:64] + content[middle + 64 :]


ARCHIVES: list[object] = [
    pytest.param("x.zip", "zip", lambda b: b[:-1000], id="zip-cut"),
    pytest.param("x.zip", "zip", noised, id="zip-noise-in-it"),
    pytest.param("x.zip", "zip", encrypted, id="zip-encrypted"),
    pytest.param("x.zip", "zip", lambda _: b"", id="zip-empty"),
    pytest.param("x.zip", "zip", lambda _: NOISE, id="zip-of-noise"),
    pytest.param("x.tar.gz", "gz", lambda b: b[:-3000], id="targz-cut"),
    pytest.param("x.tar.gz", "gz", noised, id="targz-noise-in-it"),
    pytest.param("x.tar.gz", "gz", lambda _: b"", id="targz-empty"),
    pytest.param("x.tar.gz", "gz", lambda _: NOISE, id="targz-of-noise"),
    pytest.param("x.tar", "", lambda b: b[: len(b) // 2 // 512 * 512], id="tar-cut"),
    pytest.param("x.tar.bz2", "bz2", noised, id="tarbz2-noise-in-it"),
    pytest.param("x.tar.xz", "xz", noised, id="tarxz-noise-in-it"),
]


@pytest.mark.parametrize(("name", "form", "spoil"), ARCHIVES)
def test_broken_archive(
    name: str,
    form: str,
    spoil: Callable[[bytes], bytes],
    sample: Path,
    kept: Kept,
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    path = tmp_path / name
    path.write_bytes(spoil(packed(form, tree_of(sample))))
    done = run_cli("build", path, "--store", kept.path, timeout=30)
    assert done.code == 2, done.stderr
    assert is_one_line(done.stderr)
    assert str(path) in done.stderr
    kept.check()


def test_tar_cut_between_its_members(
    sample: Path, kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """Half a download of a .tar can end where a member ends; a tar ends with two zero blocks."""
    files = tree_of(sample)
    half = dict(list(files.items())[: len(files) // 2])
    whole = packed("", half)
    path = tmp_path / "x.tar"
    path.write_bytes(whole.rstrip(b"\0") + b"\0" * (-len(whole.rstrip(b"\0")) % 512))
    done = run_cli("build", path, "--store", kept.path)
    assert done.code == 2, done.stderr
    kept.check()


@pytest.mark.parametrize("form", ["zip", "gz"])
def test_archive_with_names_that_lead_outside(
    form: str,
    neighbours: Path,
    expected: set[str],
    tmp_path: Path,
    run_cli: Callable[..., Finished],
) -> None:
    evil = record(figid="evil")
    outside = tmp_path / "outside.md"
    names = ["../evil.md", "_figures/../../evil.md", str(outside), "_figures\\..\\..\\evil.md"]
    files = {**tree_of(neighbours), **dict.fromkeys(names, evil)}
    path = tmp_path / ("x.zip" if form == "zip" else "x.tar.gz")
    path.write_bytes(packed(form, files))
    store = tmp_path / "in" / "store"
    done = run_cli("build", path, "--store", store)
    assert done.code == 0, done.stderr
    assert triples(store) == expected
    assert not outside.exists()
    assert not list(tmp_path.rglob("evil.md"))


def test_archive_with_links_and_devices(
    neighbours: Path, expected: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    secret = tmp_path / "secret.md"
    secret.write_bytes(record(figid="secret"))
    path = tmp_path / "x.tar.gz"
    with tarfile.open(path, "w:gz") as tar:
        for name, content in tree_of(neighbours).items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for name, kind in (("s", tarfile.SYMTYPE), ("c", tarfile.CHRTYPE), ("p", tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(f"_figures/{name}.md")
            member.type, member.linkname = kind, str(secret)
            tar.addfile(member)
    done = run_cli("build", path, "--store", tmp_path / "store", timeout=30)
    assert done.code == 0, done.stderr
    assert triples(tmp_path / "store") == expected


def test_zip_bomb(
    neighbours: Path, expected: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """20 members of 20 MB each, 20 kB packed."""
    bomb = {f"_figures/z{n}.md": bytes(20_000_000) for n in range(20)}
    path = tmp_path / "x.zip"
    path.write_bytes(packed("zip", {**tree_of(neighbours), **bomb}))
    store = tmp_path / "store"
    done = run_cli("build", path, "--store", store, "--strict", timeout=60)
    assert done.code == 1
    assert "larger than" in done.stderr
    assert triples(store) == expected


def test_zip_made_on_a_mac(neighbours: Path, expected: set[str], tmp_path: Path) -> None:
    files = {}
    for name, content in tree_of(neighbours).items():
        files[f"tree/{name}"] = content
        folder, _, base = name.rpartition("/")
        files[f"__MACOSX/tree/{folder}/._{base}"] = b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(
            99
        )
    path = tmp_path / "x.zip"
    path.write_bytes(packed("zip", files))
    report = pfocr_kg.build(path, tmp_path / "store")
    assert report.quarantined == []
    assert triples(tmp_path / "store") == expected


UNUSABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (lambda _: None, "no such file"),
    "folder without records": (Path.mkdir, "no records"),
    "folder of other files": (lambda p: lay(p, {"a.txt": b"x", "_data/t.tsv": b"y"}), "no records"),
    "file of another kind": (lambda p: p.write_text("x"), "no source"),
    "dangling link": (lambda p: p.symlink_to("/nowhere"), "no such file"),
}


@pytest.mark.parametrize("name", UNUSABLE, ids=lambda name: name.replace(" ", "-"))
def test_source_that_is_none(
    name: str, sample: Path, kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    make, says = UNUSABLE[name]
    source = tmp_path / "source"
    make(source)
    done = run_cli("build", sample, source, "--store", kept.path)
    assert done.code == 2
    assert is_one_line(done.stderr)
    assert str(source) in done.stderr
    assert says in done.stderr
    kept.check()


def test_archive_without_records(tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed("zip", {"README.txt": b"x"}))
    done = run_cli("build", path, "--store", tmp_path / "store")
    assert done.code == 2
    assert is_one_line(done.stderr)
    assert "holds no records" in done.stderr


def test_source_without_a_name(tmp_path: Path, run_cli: Callable[..., Finished]) -> None:
    """`pfocr-kg build "$UNSET"` must not read whatever lies around."""
    lay(tmp_path / "here", {"_figures/a.md": record()})
    done = run_cli("build", "", "--store", tmp_path / "store", cwd=tmp_path / "here")
    assert done.code == 2


@pytest.mark.parametrize("name", ["x.md", "x.zip", "x.tar.gz"])
def test_source_that_is_a_named_pipe(
    name: str, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    os.mkfifo(tmp_path / name)
    done = run_cli("build", tmp_path / name, "--store", tmp_path / "store", timeout=5)
    assert done.code in (1, 2)


def test_nothing_readable_leaves_the_store(
    kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    tree = lay(tmp_path / "tree", {RECORD: b"junk"})
    done = run_cli("build", tree, "--store", kept.path)
    assert done.code == 1
    assert "not one of 1 record" in done.stderr
    kept.check()


# Dictionaries of genes

HUMAN_BY_KEYWORD = (
    "organisms: Homo sapiens\nschema-jsonld:\n  '@context': https://schema.org/\n"
    "  keywords: [NEWSYM, OLDSYM, OTHER]\n"
)
HGNC_COLUMNS = (
    "hgnc_id symbol name locus_group locus_type status location location_sortable alias_symbol "
    "alias_name prev_symbol prev_name gene_group gene_group_id date_approved_reserved entrez_id"
).split()
GENE_INFO_COLUMNS = (
    "#tax_id GeneID Symbol LocusTag Synonyms dbXrefs chromosome map_location description "
    "type_of_gene Symbol_from_nomenclature_authority Full_name_from_nomenclature_authority "
    "Nomenclature_status Other_designations Modification_date Feature_type"
).split()


def hgnc(*genes: dict[str, str]) -> bytes:
    return table(HGNC_COLUMNS, *([g.get(c, "") for c in HGNC_COLUMNS] for g in genes))


def gene_info(*genes: dict[str, str]) -> bytes:
    return table(GENE_INFO_COLUMNS, *([g.get(c, "-") for c in GENE_INFO_COLUMNS] for g in genes))


NEW = {"symbol": "NEWSYM", "entrez_id": "990001", "prev_symbol": '"OLDSYM|TWICE"'}
OTHER = {"symbol": "OTHER", "entrez_id": "990002", "prev_symbol": "TWICE"}
COMPLETE_SET = hgnc(NEW, OTHER)
GENE_INFO = gene_info(
    {"#tax_id": "9606", "GeneID": "990001", "Symbol": "LOC1", GENE_INFO_COLUMNS[10]: "NEWSYM"},
    {"#tax_id": "9606", "GeneID": "990002", "Symbol": "OTHER"},
    {"#tax_id": "10090", "GeneID": "990003", "Symbol": "OLDSYM"},
)


@pytest.mark.parametrize(
    ("content", "drawn"),
    [
        pytest.param(COMPLETE_SET, {"990001", "990002"}, id="hgnc"),
        pytest.param(gzip.compress(COMPLETE_SET), {"990001", "990002"}, id="hgnc-gz"),
        pytest.param(COMPLETE_SET.replace(b"\n", b"\r\n"), {"990001", "990002"}, id="hgnc-crlf"),
        pytest.param(GENE_INFO, {"990001", "990002"}, id="gene_info"),
        pytest.param(gzip.compress(GENE_INFO), {"990001", "990002"}, id="gene_info-gz"),
    ],
)
def test_genes_of_the_user(
    content: bytes, drawn: set[str], tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    page, genes, store = tmp_path / "r.md", tmp_path / "genes", tmp_path / "store"
    page.write_bytes(record(HUMAN_BY_KEYWORD))
    genes.write_bytes(content)
    done = run_cli("build", page, "--genes", genes, "--store", store, "--strict")
    assert done.code == 0, done.stderr
    base = f"<{FIGURE}> <https://w3id.org/pfocr/vocab#gene> <https://identifiers.org/ncbigene/"
    assert {t[len(base) :].split(">")[0] for t in triples(store) if t.startswith(base)} == drawn


GZ = gzip.compress(COMPLETE_SET)
BAD_GENES: dict[str, bytes | Special | None] = {
    "gone": None,
    "folder": FOLDER,
    "empty": b"",
    "noise": NOISE,
    "other columns": b"a\tb\n1\t2\n",
    "header only": hgnc(),
    "no ids": hgnc({"symbol": "TNF", "entrez_id": "TNF"}),
    "Latin-1": COMPLETE_SET.replace(b"OTHER", b"\xe9"),
    "UTF-16": COMPLETE_SET.decode().encode("utf-16"),
    "gz cut": GZ[:60],
    "gz cut early": GZ[:5],
    "gz with wrong checksum": GZ[:-6] + b"\0" + GZ[-5:],
    "gz with noise": GZ[:40] + NOISE[:20] + GZ[60:],
    "gz with a tail": GZ + b"junk",
}


@pytest.mark.parametrize("name", BAD_GENES, ids=lambda name: name.replace(" ", "-"))
def test_genes_that_cannot_be_read(
    name: str, neighbours: Path, kept: Kept, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    genes = tmp_path / "genes"
    if (content := BAD_GENES[name]) is not None:
        lay(tmp_path, {"genes": content})
    done = run_cli("build", neighbours, "--genes", genes, "--store", kept.path)
    assert done.code == 2
    assert is_one_line(done.stderr)
    assert str(genes) in done.stderr
    kept.check()


def test_genes_from_a_named_pipe(
    neighbours: Path, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    os.mkfifo(tmp_path / "genes")
    store = tmp_path / "store"
    done = run_cli("build", neighbours, "--genes", tmp_path / "genes", "--store", store, timeout=5)
    assert done.code == 2


@pytest.mark.parametrize(
    ("symbol", "number"),
    [("OTHER", "٣٤"), ("OTHER", "0"), ("OTHER", "007"), ("OTHER\x01", "34")],
    ids=["arabic-digits", "zero", "leading-zeros", "control-character"],
)
def test_genes_with_ids_that_are_none(
    symbol: str, number: str, tmp_path: Path, run_cli: Callable[..., Finished]
) -> None:
    """They must reach neither an IRI nor a label; the rest of the dictionary is good."""
    page, genes, store = tmp_path / "r.md", tmp_path / "genes", tmp_path / "store"
    page.write_bytes(
        record("organisms: Homo sapiens\nschema-jsonld:\n  keywords: [NEWSYM, OTHER]\n") + b"\n"
    )
    (tmp_path / "_data").mkdir()
    genes.write_bytes(hgnc(NEW, {"symbol": symbol, "entrez_id": number}))
    done = run_cli("build", page, "--genes", genes, "--store", store)
    if done.code == 2:
        assert is_one_line(done.stderr)
        return
    assert read_gene_dictionary(genes).by_symbol == {
        "NEWSYM": "990001",
        "OLDSYM": "990001",
        "TWICE": "990001",
    }
