"""An update gives what a full build gives, whatever was edited in between."""

from __future__ import annotations

import ast
import os
import random
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import describing
import pfocr_kg
import stored
from contents import content, in_graph, said, triples
from edited import EARLY
from pfocr_kg import resources
from places import EXCERPT

GENES = (("7157", "TP53"), ("7124", "TNF"), ("1956", "EGFR"), ("3845", "KRAS"))
HEADER = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\t"
    "ncbigene_symbol\tncbigene_id\tsource\n"
)


def write(path: Path, text: str, at: int = EARLY) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, (at, at))


class Corpus:
    """A folder of records that is edited; each edit is later than the one before."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = EARLY
        (root / "_figures").mkdir(parents=True)
        (root / "_data").mkdir()

    def later(self) -> int:
        self.clock += 10
        return self.clock

    def page(self, name: str, figid: str, paper: int, title: str, *more: str) -> None:
        lines = [f"figid: {figid}", f"pmcid: PMC{paper}", f"papertitle: {title}", *more]
        text = "\n".join(["---", *lines, "---", ""])
        write(self.root / "_figures" / f"{name}.md", text, self.later())

    def genes(self, figid: str, picks: list[tuple[int, str]]) -> None:
        rows = [
            "\t".join(
                [
                    "9606",
                    "Homo sapiens",
                    "Vertebrata",
                    word,
                    word,
                    symbol,
                    number,
                    "ncbigene_symbol\n",
                ]
            )
            for number, symbol, word in ((*GENES[n], word) for n, word in picks)
        ]
        write(self.root / "_data" / f"{figid}-genes.tsv", HEADER + "".join(rows), self.later())

    def chemicals(self, figid: str, word: str, name: str, mesh: str, chebi: str) -> None:
        text = f"word\tmesh\tmatch\tname\tchebi\n{word}\t{mesh}\t{word}\t{name}\t{chebi}\n"
        write(self.root / "_data" / f"{figid}-chemicals.tsv", text, self.later())

    def remove(self, pattern: str) -> None:
        for path in self.root.glob(pattern):
            path.unlink()

    def map(self, pairs: list[tuple[str, str]]) -> None:
        text = "".join(f"{figid}\t{wpid}\n" for figid, wpid in pairs)
        write(self.root / "_data" / "wpid_map.tsv", text, self.later())


def drawing_tp53(root: Path, names: str) -> Corpus:
    """Figures of one paper, each named by a letter, that draw TP53 and nothing else."""
    corpus = Corpus(root)
    for name in names:
        corpus.page(name, f"PMC1__{name}", 1, "T")
        corpus.genes(f"PMC1__{name}", [(0, "p53")])
    return corpus


NAMES = st.sampled_from("abcdef")
FIGIDS = st.sampled_from(["PMC1__a", "PMC1__b", "PMC2__c", "PMC3__d.e"])
PAPERS = st.integers(1, 3)
WORDS = st.sampled_from(["TNF-a", "p53", "x", "Ä"])
CALLED = st.sampled_from(["ATP", "atp", "NA", "4,6-x"])
# MeSH ids of one chemical and of none, a chemical that MeSH has and one that it has not.
MESH = st.sampled_from(["D000255", "D900001", "D900002", "NA"])
CHEBI = st.sampled_from(["15422", "9000001", "NA"])
EDITS = st.one_of(
    st.tuples(st.just("page"), NAMES, FIGIDS, PAPERS, st.sampled_from(["T", "U", ""])),
    st.tuples(st.just("genes"), FIGIDS, st.lists(st.tuples(st.integers(0, 3), WORDS), max_size=4)),
    st.tuples(st.just("chemicals"), FIGIDS, CALLED, CALLED, MESH, CHEBI),
    st.tuples(st.just("remove"), NAMES.map(lambda name: f"_figures/{name}.md")),
    st.tuples(st.just("remove"), FIGIDS.map(lambda figid: f"_data/{figid}-*.tsv")),
    st.tuples(
        st.just("map"),
        st.lists(st.tuples(FIGIDS, st.sampled_from(["WP1", "WP2", "bad"])), max_size=3),
    ),
    st.tuples(st.just("broken"), NAMES),
    st.tuples(st.just("touch")),
)


def edit(corpus: Corpus, what: str, *how: Any) -> None:
    if what == "broken":
        write(corpus.root / "_figures" / f"{how[0]}.md", "---\nfigid: [\n", corpus.later())
    elif what == "touch":
        for path in corpus.root.rglob("*.*"):
            os.utime(path, (corpus.later(), corpus.clock))
    else:
        getattr(corpus, what)(*how)


ROUNDS = st.lists(st.lists(EDITS, min_size=1, max_size=6), min_size=1, max_size=4)


@pytest.mark.slow
@settings(max_examples=25, derandomize=False)
@given(ROUNDS)
def test_an_update_is_a_full_build(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[Any, ...]]]
) -> None:
    update_and_build(tmp_path_factory.mktemp("update"), rounds)


def update_and_build(work: Path, rounds: list[list[tuple[Any, ...]]]) -> None:
    """Edit a corpus; after each round, what was updated is what is built in full."""
    corpus = Corpus(work / "corpus")
    corpus.page("z", "PMC9__z", 9, "always there")
    pfocr_kg.build(corpus.root, work / "updated")
    for number, edits in enumerate(rounds):
        for one in edits:
            edit(corpus, *one)
        updated = pfocr_kg.build(corpus.root, work / "updated")
        full = pfocr_kg.build(corpus.root, work / f"full-{number}")
        assert updated.changes is not None
        assert full.changes is None
        assert content(work / "updated") == content(work / f"full-{number}")
        assert said(updated) == said(full)
        assert counted(work / "updated") == {"triples": updated.triples, **updated.classes}
        describing.assert_true(work / "updated")
        stated = describing.stated(work / "updated")
        assert stated == describing.stated(work / f"full-{number}")
    shutil.rmtree(work)


@pytest.mark.slow
def test_what_a_removed_record_said_of_a_chemical_is_gone(tmp_path: Path) -> None:
    """Its label, other names and exact matches were those of more records."""
    corpus, store = Corpus(tmp_path / "corpus"), tmp_path / "store"
    for name, word, mesh in (("a", "x", "D900001"), ("b", "y", "D900002"), ("c", "y", "D900002")):
        corpus.page(name, f"PMC1__{name}", 1, "T")
        corpus.chemicals(f"PMC1__{name}", word, "1,2-z", mesh, "9000001")

    def names() -> set[tuple[str, str]]:
        """What the graph says of the chemical, with the last part of each property's IRI."""
        pfocr_kg.build(corpus.root, store)
        found = ox.parse(b"\n".join(triples(store)), format=ox.RdfFormat.N_TRIPLES)
        chemical = ox.NamedNode("https://identifiers.org/chebi/CHEBI:9000001")
        pairs = {(t.predicate.value, t.object.value) for t in found if t.subject == chemical}
        return {(p.rpartition("#")[2], o.rpartition("/")[2]) for p, o in pairs if "#" in p}

    always = {("type", "vocab#Chemical"), ("exactMatch", "CHEBI_9000001"), ("altLabel", "1,2-z")}
    one = always | {("exactMatch", "D900001")}
    both = one | {("exactMatch", "D900002")}
    assert names() == both | {("label", "y"), ("prefLabel", "y"), ("altLabel", "x")}
    corpus.remove("_figures/c.md")
    assert names() == both | {("label", "x"), ("prefLabel", "x"), ("altLabel", "y")}
    corpus.remove("_figures/b.md")
    assert names() == one | {("label", "x"), ("prefLabel", "x")}


@pytest.mark.slow
def test_a_figid_that_an_earlier_record_takes_is_reported_once(tmp_path: Path) -> None:
    """Also where the record that had it is looked at as well."""
    page, genes = ("page", "e", "PMC1__a", 2, "T"), ("genes", "PMC1__a", [])
    takes = ("page", "b", "PMC1__a", 1, "")
    for other in ([genes], [("touch",)]):
        rounds = [[("page", "b", "PMC1__b", 2, "T"), page], [takes, *other]]
        update_and_build(tmp_path / "work", rounds)


def counted(store: Path) -> dict[str, int]:
    """Triples and members of classes, counted in the graph that was written out."""
    lines = triples(store)
    counts = {"triples": len(lines)}
    graph = ox.Store()
    graph.bulk_load(b"\n".join(lines), ox.RdfFormat.N_TRIPLES)
    for row in graph.query("SELECT ?c (COUNT(?s) AS ?n) WHERE { ?s a ?c } GROUP BY ?c"):
        counts[pfocr_kg.iris.curie(row["c"].value)] = int(row["n"].value)
    return counts


def test_a_year_changed_in_a_file_of_the_same_size_and_time(
    tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    corpus = Corpus(tmp_path / "corpus")
    for name in "ab":
        corpus.page(name, f"PMC1__{name}", 1, "T", "year: '2019'")
    store, page = tmp_path / "store", corpus.root / "_figures" / "a.md"
    pfocr_kg.build(corpus.root, store)
    before, text = page.stat(), page.read_text()
    page.write_text(text.replace("2019", "2021"))
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert page.stat().st_size == before.st_size
    year = '"2021"^^<http://www.w3.org/2001/XMLSchema#gYear>'
    assert "2 unchanged" in run_cli("build", corpus.root, "--store", store).stderr
    assert not any(year in line.decode() for line in triples(store))
    done = run_cli("build", corpus.root, "--store", store, "--reread")
    assert "1 unchanged, 1 changed" in done.stderr
    assert any(year in line.decode() for line in triples(store))
    # What was read is known: nothing differs any more, reread or not.
    for reread in (True, False):
        report = pfocr_kg.build(corpus.root, store, reread=reread)
        assert report.changes == {"unchanged": 2, "changed": 0, "added": 0, "removed": 0}
    page.write_text(text)
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    report = pfocr_kg.build(corpus.root, store, add=True, reread=True)
    assert [entry["path"] for entry in report.quarantined] == [str(page)]


def test_a_full_build_says_why(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path / "corpus")
    corpus.page("a", "PMC1__a", 1, "T", "organisms: Homo sapiens")
    store = tmp_path / "store"
    assert pfocr_kg.build(corpus.root, store).full == ""
    genes = tmp_path / "genes.tsv"
    genes.write_text("symbol\tprev_symbol\tentrez_id\nSYM\t\t11\n")
    assert "dictionary" in pfocr_kg.build(corpus.root, store, genes=genes).full
    again = pfocr_kg.build(corpus.root, store, genes=genes)
    assert (again.full, again.changes) == (
        "",
        {"unchanged": 1, "changed": 0, "added": 0, "removed": 0},
    )
    write(corpus.root / "_organisms" / "x.md", "---\nlatin: Homo novus\nncbi: 99\n---\n")
    assert "organism" in pfocr_kg.build(corpus.root, store, genes=genes).full
    for manifest in store.glob("generations/*/manifest.sqlite"):
        manifest.write_bytes(b"junk" * 5000)
    mended = pfocr_kg.build(corpus.root, store, genes=genes)
    assert mended.full
    assert triples(store)


def test_after_many_changes_all_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pfocr_kg.build import incremental

    monkeypatch.setattr(incremental, "_LEAST_CHANGES", 2)
    corpus = drawing_tp53(tmp_path / "corpus", "abcdef")
    store = tmp_path / "store"
    pfocr_kg.build(corpus.root, store)
    corpus.page("a", "PMC1__a", 1, "another title")  # a figure goes, and one comes
    few = pfocr_kg.build(corpus.root, store)
    assert (few.full, few.changes) == (
        "",
        {"unchanged": 5, "changed": 1, "added": 0, "removed": 0},
    )
    for name in "ab":
        corpus.page(name, f"PMC1__{name}", 1, "a third title")
    many = pfocr_kg.build(corpus.root, store)
    assert (many.full, many.changes) == ("too many figures have changed", None)
    corpus.remove("_figures/[abc].md")  # nor is what goes forgotten
    assert pfocr_kg.build(corpus.root, store).full == "too many figures have changed"


def imported(module: str, package: Path) -> set[str]:
    """The modules of the package that a module imports, by whatever way, and theirs."""
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        path = package.parent.joinpath(*name.split("."))
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name in found or name == "pfocr_kg" or not file.exists():
            continue
        found.add(name)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [one.name for one in node.names]
    return found


def test_every_module_of_the_worker_counts_for_an_update(monkeypatch: pytest.MonkeyPatch) -> None:
    from pfocr_kg.build import corpus

    package = Path(pfocr_kg.__file__).parent
    real = Path.read_bytes

    def fingerprint(changed: Path | None) -> str:
        monkeypatch.setattr(
            Path, "read_bytes", lambda path: real(path) + (b"#" if path == changed else b"")
        )
        corpus._package.cache_clear()
        return corpus.fingerprint(None, [])

    before = fingerprint(None)
    modules = imported("pfocr_kg.build.worker", package)
    assert {"pfocr_kg.link.facts", "pfocr_kg.rdf.document", "pfocr_kg.records.tables"} <= modules
    places = [package.parent.joinpath(*name.split(".")) for name in sorted(modules)]
    files = [p / "__init__.py" if p.is_dir() else p.with_suffix(".py") for p in places]
    files += sorted(resources.folder("ontologies").iterdir())
    for file in files:
        assert fingerprint(file) != before, file
    assert fingerprint(None) == before


def test_what_is_unchanged_is_not_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by its times, nor, where these changed, by what it holds."""
    corpus = drawing_tp53(tmp_path / "corpus", "abc")
    store = tmp_path / "store"
    pfocr_kg.build(corpus.root, store)
    read: list[Path] = []
    from pfocr_kg.records import files

    real = files.read_with_status
    monkeypatch.setattr(
        files,
        "read_with_status",
        lambda path, *most: (read.append(Path(path)), real(path, *most))[1],
    )
    pfocr_kg.build(corpus.root, store)
    assert [path.name for path in read if path.name.startswith(("a", "PMC"))] == []
    os.utime(corpus.root / "_figures" / "a.md")
    report = pfocr_kg.build(corpus.root, store)
    assert report.changes == {"unchanged": 3, "changed": 0, "added": 0, "removed": 0}
    assert {path.name for path in read if path.suffix == ".md"} == {"a.md"}


def test_a_moved_corpus_has_not_changed(sample: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(sample, first)
    pfocr_kg.build(first, tmp_path / "store")
    before = content(tmp_path / "store")
    first.rename(second)
    report = pfocr_kg.build(second, tmp_path / "store")
    assert report.changes is not None
    assert {what: n for what, n in report.changes.items() if n} == {"unchanged": report.figures}
    assert content(tmp_path / "store") == before


@pytest.mark.slow
def test_the_working_folder_is_compared(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    """Loose records in the folder one is in, with their tables beside them."""
    corpus = Corpus(tmp_path / "corpus")
    corpus.page("a", "PMC1__a", 1, "T")
    corpus.genes("PMC1__a", [(0, "p53")])
    loose = tmp_path / "loose"
    loose.mkdir()
    for path in (*corpus.root.glob("_figures/*.md"), *corpus.root.glob("_data/*.tsv")):
        shutil.copy2(path, loose / path.name)
    for source in (".", "a.md", str(loose)):
        for store in ("s1", "s1"):
            done = run_cli("build", source, "--store", tmp_path / store, cwd=loose)
        assert done.code == 0
        assert "1 unchanged" in done.stderr
        assert "reading and mapping" not in done.stderr


def test_an_archive_is_compared_too(sample: Path, tmp_path: Path) -> None:
    pack, store = tmp_path / "sample.tar.gz", tmp_path / "store"
    with tarfile.open(pack, "w:gz") as file:
        file.add(sample, "sample")
    pfocr_kg.build(pack, store)
    before = content(store)
    report = pfocr_kg.build(pack, store)
    assert report.changes is not None
    assert report.changes["unchanged"] == report.figures
    assert content(store) == before


@pytest.mark.slow
def test_random_edits_of_real_records(pfocr_data: Path, tmp_path: Path) -> None:
    """Records removed, brought back, cut short, and given another's tables."""
    corpus, store = tmp_path / "corpus", tmp_path / "store"
    shutil.copytree(pfocr_data / "pfocr-covid", corpus)
    away = tmp_path / "away"
    away.mkdir()
    pfocr_kg.build(corpus, store, jobs=2)
    chance = random.Random(4)
    for number in range(4):
        for _ in range(12):
            pages = sorted((corpus / "_figures").glob("*.md"))
            tables = sorted((corpus / "_data").glob("*-genes.tsv"))
            match chance.randrange(4):
                case 0:
                    page = chance.choice(pages)
                    page.rename(away / page.name)
                case 1 if gone := sorted(away.iterdir()):
                    page = chance.choice(gone)
                    page.rename(corpus / "_figures" / page.name)
                case 2:
                    table = chance.choice(tables)
                    lines = table.read_bytes().splitlines(keepends=True)
                    table.write_bytes(b"".join(lines[: chance.randrange(1, len(lines) + 1)]))
                case _:
                    one, other = chance.sample(tables, 2)
                    one.write_bytes(other.read_bytes())
        updated = pfocr_kg.build(corpus, store, jobs=2)
        full = pfocr_kg.build(corpus, tmp_path / f"full-{number}", jobs=2)
        assert updated.changes is not None
        assert content(store) == content(tmp_path / f"full-{number}")
        assert said(updated) == said(full)


def test_the_command_says_what_changed(tmp_path: Path, run_cli: Callable[..., Any]) -> None:
    corpus = Corpus(tmp_path / "corpus")
    for name in "abcd":
        corpus.page(name, f"PMC1__{name}", 1, "T")
    store = tmp_path / "store"
    run_cli("build", corpus.root, "--store", store)
    corpus.page("a", "PMC1__a", 1, "Another")
    corpus.page("e", "PMC1__e", 1, "T")
    corpus.remove("_figures/b.md")
    done = run_cli("build", corpus.root, "--store", store)
    assert done.code == 0
    assert "2 unchanged, 1 changed, 1 added, 1 removed" in done.stderr
    report = stored.report(store)
    assert report["changes"] == {"unchanged": 2, "changed": 1, "added": 1, "removed": 1}


@pytest.mark.slow
def test_a_build_says_that_links_are_gone(
    sample: Path, tmp_path: Path, run_cli: Callable[..., Any]
) -> None:
    store = tmp_path / "store"
    run_cli("build", sample, "--store", store, "--wikipathways", EXCERPT)
    links = stored.report(store)["links"]["links"]
    assert links > 0
    done = run_cli("build", sample, "--store", store)
    assert f"{links} links of the last graph are gone" in done.stderr
    assert stored.report(store)["links_dropped"] == links
    written = run_cli("link", "--store", store, "--format", "tsv")
    assert (written.code, "no links" in written.stderr) == (0, True)


@pytest.mark.parametrize("left", [0.5, 0.0])
def test_damaged_links_are_not_lost_in_silence(left: float, sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    request = pfocr_kg.WikiPathways([EXCERPT])
    pfocr_kg.build(sample, store, wikipathways=request)
    before = in_graph(store)
    (packed,) = store.glob("generations/*/links.nt.zst")
    content = packed.read_bytes()
    packed.write_bytes(content[: int(len(content) * left)] or b"junk")
    with pytest.raises(pfocr_kg.StoreError, match="Link the store again"):
        pfocr_kg.build(sample, store, add=True)
    assert in_graph(store) == before


@pytest.mark.slow
def test_adding_keeps_what_is_said_of_links(sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    linked = pfocr_kg.build(sample, store, wikipathways=EXCERPT)
    describing.assert_true(store)
    stated = describing.stated(store)
    assert linked.links is not None
    for _ in range(2):
        assert pfocr_kg.build(sample, store, add=True).links == linked.links
        assert describing.stated(store) == stated
        assert pfocr_kg.link(store, str(EXCERPT)).links == linked.links
        assert describing.stated(store) == stated
    pfocr_kg.build(sample, store)
    describing.assert_true(store)


def test_an_address_is_no_folder(sample: Path, run_cli: Callable[..., Any]) -> None:
    url = "http://127.0.0.1:9/query"
    for command in (("build", sample), ("apply", "p.ru")):
        done = run_cli(*command, "--store", url)
        assert done.code == 2
        assert done.stderr.startswith(f"pfocr-kg: {url}: is an address")


def test_damaged_names_of_one_entity_are_counted_anew(tmp_path: Path) -> None:
    corpus = drawing_tp53(tmp_path / "corpus", "ab")
    store = tmp_path / "store"
    pfocr_kg.build(corpus.root, store)
    (names,) = store.glob("generations/*/names.jsonl")
    text = names.read_text()
    names.write_text(text.replace('{"TP53": 2}', '{"TP53": two}'))
    assert names.read_text() != text
    corpus.genes("PMC1__b", [(0, "p53"), (1, "TNF-a")])
    report = pfocr_kg.build(corpus.root, store)
    assert "damaged" in report.full
    pfocr_kg.build(corpus.root, tmp_path / "new")
    assert content(store) == content(tmp_path / "new")
