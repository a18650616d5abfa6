"""Labels count records; `--add` gives what building everything together gives."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pfocr_kg
from pfocr_kg import iris
from pfocr_kg.model import Entity, Kind, Name, Use
from pfocr_kg.rdf.labels import NameCounts

LABEL = ox.NamedNode(iris.PREFIXES["rdfs"] + "label")
ALT_LABEL = ox.NamedNode(iris.PREFIXES["skos"] + "altLabel")


def build(store: Path, *sources: Path, add: bool = False) -> pfocr_kg.Report:
    return pfocr_kg.build(sources, store, add=add)


def exported(store: Path) -> bytes:
    """The graph as sorted N-Triples."""
    path = store.with_suffix(".nt")
    with pfocr_kg.open(store) as graph:
        graph.export(path)
    return path.read_bytes()


def triples(store: Path) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(exported(store), format=ox.RdfFormat.N_TRIPLES)}


def texts(found: set[ox.Triple], subject: str, predicate: ox.NamedNode) -> list[str]:
    return sorted(
        t.object.value
        for t in found
        if t.subject == ox.NamedNode(subject) and t.predicate == predicate
    )


# -- counting ----------------------------------------------------------------------------------

CHEMICALS = [Entity(Kind.CHEMICAL, iris.mesh(f"D{n:06}"), f"mesh:D{n:06}") for n in range(1, 4)]
COMMON = ["", "a", "A", "b", "é", "e\u0301", "\uff21", "\U0001d49c", 'x"y\\z', "NAD(+)", "13-HPODE"]
SYSTEMATIC = ["adenosine 3',5'-(hydrogen phosphate)", "N-(3-chloro-4-fluorophenyl)-amine"]
FORMS = [*COMMON, *SYSTEMATIC]
NAMES = st.builds(Name, st.sampled_from(CHEMICALS), st.sampled_from(FORMS), st.sampled_from(Use))
RECORDS = st.lists(st.sets(NAMES, max_size=6), max_size=8)
Record = set[Name]
Labels = dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]]


def expected_labels(records: Sequence[Record]) -> Labels:
    """Label, other names and exact matches of each entity, found the slow way."""
    found = {}
    for entity in CHEMICALS:
        said = [
            (name.use.value, name.form)
            for record in records
            for name in record
            if name.entity == entity
        ]
        if not said:
            continue
        counts = Counter((use, form) for use, form in said if form)
        label = entity.identifier
        # The last one that there is wins.
        for use, only in (
            *(("word", FORMS), ("name", FORMS), ("match", FORMS)),
            *(("name", COMMON), ("match", COMMON)),
        ):
            some = {form: n for (of, form), n in counts.items() if of == use and form in only}
            # Python compares texts by code point.
            best = sorted(form for form, n in some.items() if n == max(some.values()))
            label = best[0] if best else label
        others = {form for use, form in counts if use != "same"} - {label}
        same = {form for use, form in counts if use == "same"}
        found[entity.iri] = (label, tuple(sorted(others)), tuple(sorted(same)))
    return found


def labels(names: NameCounts) -> Labels:
    return {n.entity.iri: (n.label, n.other_labels, n.exact_matches) for n in names.labelled()}


def counted(records: Iterable[Record]) -> NameCounts:
    names = NameCounts()
    for record in records:
        names.add(record)
    return names


@settings(max_examples=200)
@given(RECORDS)
def test_match_before_name_before_word_and_most_records_win(records: list[Record]) -> None:
    assert labels(counted(records)) == expected_labels(records)


def test_other_entities_have_no_systematic_names() -> None:
    disease = Entity(Kind.DISEASE, iris.disease("1"), "DOID:1")
    names = NameCounts()
    names.add([Name(disease, "46,XX 13,14-x", Use.MATCH), Name(disease, "b", Use.NAME)])
    assert labels(names) == {disease.iri: ("46,XX 13,14-x", ("b",), ())}


@settings(max_examples=200)
@given(RECORDS, st.integers(0, 8))
def test_removed_records_leave_nothing(records: list[Record], at: int) -> None:
    names = NameCounts.load(counted(records).dump())
    for record in records[at:]:
        names.remove(record)
    assert labels(names) == expected_labels(records[:at])
    assert list(names.dump()) == list(counted(records[:at]).dump())


@settings(max_examples=200)
@given(RECORDS, st.integers(0, 8))
def test_counts_add_up(records: list[Record], at: int) -> None:
    """Written out, read back and added to: as if all had been counted at once."""
    before = NameCounts.load(counted(records[:at]).dump())
    after = counted(records[at:])
    after.merge(before)
    assert labels(after) == expected_labels(records)
    assert list(after.dump()) == list(counted(records).dump())


# -- small corpora -----------------------------------------------------------------------------

CHEMICAL_HEADER = "word\tmesh\tmatch\tname\tchebi\n"
DISEASE_HEADER = "word\tmesh\tmatch\tname\tdoid\n"
GENE_HEADER = (
    "organism_id\torganism_name\torganism_group\tword\tmatch\t"
    "ncbigene_symbol\tncbigene_id\tsource\n"
)


class Corpus:
    """A folder that is filled with records."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("_figures", "_data"):
            (folder / name).mkdir(parents=True)

    def add(
        self, number: int, *lines: str, tables: dict[str, str] | None = None
    ) -> Corpus:  # fmt: skip
        figid = f"PMC{number}__f"
        page = "\n".join(["---", f"figid: {figid}", f"pmcid: PMC{number}", *lines, "---", ""])
        (self.folder / "_figures" / f"{figid}.md").write_text(page, encoding="utf-8")
        for name, text in (tables or {}).items():
            path = self.folder / "_data" / f"{figid}-{name}.tsv"
            path.write_text(text, encoding="utf-8")
        return self

    def chemical(self, number: int, name: str) -> Corpus:
        """A record that calls mesh:D900001 so."""
        row = f"w\tmesh:D900001\tNA\t{name}\tNA\n"
        return self.add(number, tables={"chemicals": CHEMICAL_HEADER + row})

    def organism(self, taxon: int, latin: str, common: str) -> Corpus:
        folder = self.folder / "_organisms"
        folder.mkdir(exist_ok=True)
        page = f"---\nlatin: {latin}\ncommon: {common}\nncbi: '{taxon}'\n---\n"
        (folder / f"{taxon}.md").write_text(page)
        return self


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[[str], Corpus]:
    return lambda name: Corpus(tmp_path / name)


def gene_row(gene: int, symbol: str, taxon: int, organism: str) -> str:
    return f"{taxon}\t{organism}\tG\tw\tW\t{symbol}\t{gene}\tncbigene_symbol\n"


def test_label_changes_with_what_is_added(corpus: Callable[[str], Corpus], tmp_path: Path) -> None:
    one = corpus("one").chemical(1, "abc")
    two = corpus("two").chemical(2, "Abc").chemical(3, "Abc")
    store = tmp_path / "store"
    chemical = iris.mesh("D900001")
    build(store, one.folder)
    assert texts(triples(store), chemical, LABEL) == ["abc"]
    build(store, two.folder, add=True)
    assert texts(triples(store), chemical, LABEL) == ["Abc"]
    assert texts(triples(store), chemical, ALT_LABEL) == ["abc", "w"]


def test_gene_has_the_organism_that_most_records_give_it(
    corpus: Callable[[str], Corpus], tmp_path: Path
) -> None:
    """A gene has one organism; a record that gives it another one is mistaken."""
    mixed = corpus("mixed")
    for number, taxon in enumerate((91, 92, 92), start=1):
        row = gene_row(99000001, "Abc", taxon, f"Latina {taxon}")
        mixed.add(number, tables={"genes": GENE_HEADER + row})
    build(tmp_path / "store", mixed.folder)
    organism = ox.NamedNode(iris.PREFIXES["pfocr"] + "organism")
    found = texts(triples(tmp_path / "store"), iris.gene("99000001"), organism)
    assert found == [iris.organism("92")]


def test_without_add_nothing_is_kept(corpus: Callable[[str], Corpus], tmp_path: Path) -> None:
    one, two = corpus("one").chemical(1, "abc"), corpus("two").chemical(2, "xyz")
    build(tmp_path / "both", one.folder)
    build(tmp_path / "both", two.folder)
    build(tmp_path / "two-alone", two.folder)
    assert exported(tmp_path / "both") == exported(tmp_path / "two-alone")


def test_add_to_no_store_is_a_build(corpus: Callable[[str], Corpus], tmp_path: Path) -> None:
    one = corpus("one").chemical(1, "abc")
    build(tmp_path / "added", one.folder, add=True)
    build(tmp_path / "built", one.folder)
    assert exported(tmp_path / "added") == exported(tmp_path / "built")


def assert_adds_up(folder: Path, *parts: Path) -> None:
    """Adding the parts in turn gives what they give together, in either order."""
    forward = check_adding(folder / "forward", parts)
    backward = check_adding(folder / "backward", parts[::-1])
    assert differences(forward, backward) == ([], [])


def check_adding(store: Path, parts: Sequence[Path]) -> set[ox.Triple]:
    together = store.with_name(store.name + "-together")
    added = store.with_name(store.name + "-added")
    build(together, *parts)
    for part in parts:
        build(added, part, add=True)
    graph = triples(together)
    assert differences(graph, triples(added)) == ([], [])
    return graph


def differences(one: set[ox.Triple], two: set[ox.Triple]) -> tuple[list[str], list[str]]:
    return sorted(map(str, one - two)), sorted(map(str, two - one))


ROWS = st.tuples(
    st.sampled_from([99000001, 99000002]),
    st.sampled_from(["NA", "Abc", "abc", "ABC"]),
    st.sampled_from([(91, "NA"), (91, "Latina prima"), (91, "Latina altera"), (92, "Tertia")]),
)
NAMED = st.lists(st.sampled_from(["A", "a", "b", "NA"]), max_size=2)
DRAWN = st.lists(st.tuples(st.lists(ROWS, max_size=3), NAMED), min_size=2, max_size=6)


def check_drawn(drawn: list[Any], at: int, folder: Path) -> None:
    """Share out drawn records, the first `at` here and the rest there."""
    parts = [Corpus(folder / "one"), Corpus(folder / "two")]
    for number, (rows, names) in enumerate(drawn):
        genes = "".join(gene_row(gene, symbol, *taxon) for gene, symbol, taxon in rows)
        chemicals = "".join(f"w\tmesh:D900001\tNA\t{name}\tNA\n" for name in names)
        parts[number >= min(at, len(drawn) - 1)].add(
            number + 1,
            tables={"genes": GENE_HEADER + genes, "chemicals": CHEMICAL_HEADER + chemicals},
        )
    check_adding(folder / "store", [part.folder for part in parts])


@settings(max_examples=3)
@given(drawn=DRAWN, at=st.integers(1, 5))
def test_small_corpora_add_up(
    drawn: list[Any], at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_drawn(drawn, at, tmp_path_factory.mktemp("drawn"))


@pytest.mark.slow
@settings(max_examples=60, derandomize=False)
@given(drawn=DRAWN, at=st.integers(1, 5))
def test_many_small_corpora_add_up(
    drawn: list[Any], at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    check_drawn(drawn, at, tmp_path_factory.mktemp("drawn"))


def test_two_records_of_one_figid(corpus: Callable[[str], Corpus], tmp_path: Path) -> None:
    """The first is kept, the second quarantined, together or added."""
    one = corpus("one").add(1, "figtitle: first").chemical(2, "abc")
    two = corpus("two").add(1, "figtitle: second").chemical(3, "abc")
    for first, second in ((one, two), (two, one)):
        together, added = tmp_path / "together", tmp_path / "added"
        report = build(together, first.folder, second.folder)
        build(added, first.folder)
        report_of_added = build(added, second.folder, add=True)
        assert triples(together) == triples(added)
        for found in (report, report_of_added):
            (entry,) = found.quarantined
            assert entry["path"] == str(second.folder / "_figures" / "PMC1__f.md")
            assert found.figures == 3


def test_one_mesh_term_of_two_kinds(corpus: Callable[[str], Corpus], tmp_path: Path) -> None:
    row = "w\tmesh:D900001\tNA\tNA\tNA\n"
    one = corpus("one").add(1, tables={"chemicals": CHEMICAL_HEADER + row})
    two = corpus("two").add(2, tables={"diseases": DISEASE_HEADER + row})
    assert_adds_up(tmp_path, one.folder, two.folder)


@pytest.mark.parametrize(
    ("taxon", "named"),
    [(10090, True), (10090, False), (99999901, True), (99999901, False)],
)
def test_organism_pages_of_one_part(
    taxon: int, named: bool, corpus: Callable[[str], Corpus], tmp_path: Path
) -> None:
    """One part has a page on an organism that the other part names."""
    row = gene_row(99000001, "Abc", taxon, "Latina strain 1")
    one = corpus("one").organism(taxon, "Latina prima", "a name").add(1)
    if named:
        one.add(2, "organisms: Latina prima")
    two = corpus("two").add(3, tables={"genes": GENE_HEADER + row})
    assert_adds_up(tmp_path, one.folder, two.folder)


# -- the sample corpus -------------------------------------------------------------------------


def split(sample: Path, folder: Path, parts: Sequence[Sequence[str]]) -> list[Path]:
    """Trees that share out the sample's records; each has all tables, maps and pages."""
    found = []
    for number, names in enumerate(parts):
        tree = folder / f"part-{number}"
        (tree / "_figures").mkdir(parents=True)
        for shared in ("_data", "_organisms"):
            (tree / shared).symlink_to(sample / shared)
        for name in names:
            shutil.copy(sample / "_figures" / name, tree / "_figures")
        found.append(tree)
    return found


def shuffled(sample: Path, seed: int) -> list[str]:
    names = sorted(path.name for path in (sample / "_figures").glob("*.md"))
    random.Random(seed).shuffle(names)
    return names


@pytest.mark.parametrize(
    ("seed", "at"),
    [
        pytest.param(1, [1], marks=pytest.mark.slow),
        pytest.param(2, [17], marks=pytest.mark.slow),
        pytest.param(3, [-1], marks=pytest.mark.slow),
        (4, [10, 20]),
    ],
)
def test_splits_of_the_sample_add_up(
    seed: int, at: list[int], sample: Path, built_sample: Path, tmp_path: Path
) -> None:
    names = shuffled(sample, seed)
    edges = [0, *(n % len(names) for n in at), len(names)]
    chosen = [names[a:b] for a, b in pairwise(edges)]
    parts = split(sample, tmp_path, chosen)
    assert_adds_up(tmp_path, *parts)
    with pfocr_kg.open(built_sample) as graph:
        graph.export(tmp_path / "whole.nt")
    assert exported(tmp_path / "forward-added") == (tmp_path / "whole.nt").read_bytes()


def test_building_twice_changes_nothing(sample: Path, built_sample: Path, tmp_path: Path) -> None:
    with pfocr_kg.open(built_sample) as graph:
        graph.export(tmp_path / "whole.nt")
    for _ in range(2):
        build(tmp_path / "store", sample)
        assert exported(tmp_path / "store") == (tmp_path / "whole.nt").read_bytes()


def test_adding_the_same_again_changes_nothing(sample: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = build(store, sample)
    before = exported(store)
    again = build(store, sample, add=True)
    assert exported(store) == before
    assert again.quarantined == []
    assert (again.figures, again.triples, again.classes) == (
        first.figures,
        first.triples,
        first.classes,
    )


def test_one_source_named_twice_is_read_once(sample: Path, tmp_path: Path) -> None:
    record = next((sample / "_figures").glob("*.md"))
    report = build(tmp_path / "twice", sample, sample / "_figures", record)
    assert report.quarantined == []
    build(tmp_path / "once", sample)
    assert exported(tmp_path / "twice") == exported(tmp_path / "once")


def test_add_of_the_command(
    sample: Path, built_sample: Path, run_cli: Callable[..., Any], tmp_path: Path
) -> None:
    names = shuffled(sample, 5)
    one, two = split(sample, tmp_path, [names[:9], names[9:]])
    store = tmp_path / "store"
    assert run_cli("build", one, "--store", store).code == 0
    assert run_cli("build", two, "--store", store, "--add").code == 0
    with pfocr_kg.open(built_sample) as graph:
        graph.export(tmp_path / "whole.nt")
    assert exported(store) == (tmp_path / "whole.nt").read_bytes()


@pytest.mark.slow
def test_processes_change_nothing(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pfocr_kg.build import worker

    monkeypatch.setattr(worker, "_WORTH_A_PROCESS", 10)
    monkeypatch.setattr(worker, "BATCH_SIZE", 4)
    build(tmp_path / "one", sample)
    pfocr_kg.build(sample, tmp_path / "two", jobs=2)
    assert exported(tmp_path / "one") == exported(tmp_path / "two")
