"""diff and apply: against sets of triples in rdflib, and replayed by programs not ours."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sysconfig
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, XSD, Literal, URIRef

import describing
import pfocr_kg
import stored
from pfocr_kg import PatchError, PfocrError, StoreError
from pfocr_kg.compare import sorted_lines
from pfocr_kg.compare.diff import write_patch
from pfocr_kg.compare.difference import ChangeCount
from pfocr_kg.export import sorting
from pfocr_kg.store import generations
from pfocr_kg.store.new_graph import NewGraph

COMMAND = str(Path(sysconfig.get_path("scripts")) / "pfocr-kg")
PFOCR = "https://w3id.org/pfocr/vocab#"
FIGURES = "https://pfocr.wikipathways.org/figures/"
FIGURE = URIRef(PFOCR + "PathwayFigure")
Triples = set[tuple[rdflib.term.Node, rdflib.term.Node, rdflib.term.Node]]
Run = Callable[..., tuple[int, str, str]]

# One figure's IRI begins with another's, so that their nodes are not next to one another.
NAMES = ("A", "A.html", "B")
SUBJECTS = [
    URIRef(FIGURES + name + ".html" + part)
    for name in NAMES
    for part in ("", "#mention-0123456789ab", "#link-WP1", "#other")
] + [URIRef("https://identifiers.org/ncbigene/7124"), URIRef("urn:x"), URIRef("urn:é")]
CLASSES = [FIGURE, *(URIRef(PFOCR + name) for name in ("Gene", "GeneMention", "PathwayLink"))]
PREDICATES = [RDF.type, URIRef("urn:p"), URIRef("http://www.w3.org/2000/01/rdf-schema#label")]
# What is hard to write in one syntax or another: quotes, escapes that look like others.
HARD = st.text(st.sampled_from('a\\uU0041"\n\r\t\b\f\x01\x7f\x85\u2028é😀{};.#<> '), max_size=12)
TYPE_IN_TEXT = Literal(f"> <{RDF.type}> <{FIGURE}> .")
LITERALS = st.one_of(
    HARD.map(Literal),
    HARD.map(lambda text: Literal(text, lang="en-gb")),
    st.sampled_from([Literal(7), Literal("0.95", datatype=XSD.decimal), TYPE_IN_TEXT]),
)
PLAIN = st.tuples(
    st.sampled_from(SUBJECTS),
    st.sampled_from(PREDICATES[1:]),
    st.one_of(st.sampled_from(SUBJECTS), LITERALS),
)
TYPED = st.tuples(st.sampled_from(SUBJECTS), st.just(RDF.type), st.sampled_from(CLASSES)).filter(
    lambda triple: triple[2] != FIGURE or "#" not in triple[0]
)
GRAPHS = st.tuples(*[st.sets(PLAIN | TYPED, max_size=30)] * 3).map(
    lambda sets: (sets[0] | sets[1], sets[0] | sets[2])
)
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def line(triple: tuple[rdflib.term.Node, ...]) -> str:
    return " ".join(term.n3() for term in triple) + " .\n"


def graph_of(triples: Iterable[tuple[rdflib.term.Node, ...]]) -> rdflib.Graph:
    graph = rdflib.Graph()
    for triple in triples:
        graph.add(triple)  # type: ignore[arg-type]
    return graph


def write_nt(triples: Triples, path: Path) -> Path:
    graph_of(triples).serialize(path, format="nt", encoding="utf-8")
    return path


def patch_of(old: Triples, new: Triples) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        a, b = write_nt(old, Path(folder, "a.nt")), write_nt(new, Path(folder, "b.nt"))
        output = io.BytesIO()
        counts = write_patch(a, b, output)
        assert counts == ChangeCount(removed=len(old - new), added=len(new - old))
    return output.getvalue()


def store_of(source: Path, folder: Path) -> Path:
    """A store of the triples in an N-Triples file, without records."""
    with generations.building(folder) as work:
        filled = generations.Generation(work / "filled")
        filled.path.mkdir()
        graph = NewGraph(filled.graph)
        graph.load(source.read_bytes())
        graph.flush()
        graph.close()
        generations.publish(folder, filled.path, {"sources": ["by hand"], "quarantined": []})
    return folder


def triples_of(store: Path) -> set[ox.Triple]:
    lines = io.BytesIO()
    with pfocr_kg.open(store) as graph:
        graph.write(lines, "ntriples")
    return parsed(lines.getvalue())


def parsed(text: bytes) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES)}


def of_rdflib(triples: Triples) -> set[ox.Triple]:
    return parsed(graph_of(triples).serialize(format="nt", encoding="utf-8"))


def loaded(triples: set[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    return store


# Counts


def plainly(old: Triples, new: Triples) -> dict[str, object]:
    """The difference as the pages describe it, from sets."""

    def own(graph: Triples, node: rdflib.term.Node) -> Triples:
        return {t for t in graph if t[0] == node}

    def whole(graph: Triples, figure: str) -> Triples:
        parts = (figure + "#mention-", figure + "#link-")
        return {t for t in graph if str(t[0]) == figure or str(t[0]).startswith(parts)}

    def classes(graph: Triples, node: rdflib.term.Node) -> set[str]:
        mine = own(graph, node)
        return {str(o) for _, p, o in mine if p == RDF.type} or ({""} if mine else set())

    by_class: Counter[tuple[str, str]] = Counter()
    figures: dict[str, list[object]] = {"added": [], "removed": [], "changed": []}
    for node in {t[0] for t in old | new}:
        before, after = classes(old, node), classes(new, node)
        if "" in before | after and len(before | after) > 1:
            before, after = before - {""}, after - {""}
        for name in before | after:
            a, b = own(old, node), own(new, node)
            if name == str(FIGURE):
                a, b = whole(old, str(node)), whole(new, str(node))
            if a == b:
                continue
            state = "changed" if name in before & after else "added" if name in after else "removed"
            by_class[name, state] += 1
            if name == str(FIGURE):
                counted = (str(node), len(b - a), len(a - b))
                figures[state].append(counted if state == "changed" else str(node))
    return {
        "triples": (len(new - old), len(old - new)),
        "predicates": Counter([(str(p), "+") for _, p, _ in new - old])
        + Counter([(str(p), "-") for _, p, _ in old - new]),
        "classes": by_class,
        "figures": {state: sorted(found) for state, found in figures.items()},  # type: ignore[type-var]
    }


def as_plain(found: pfocr_kg.Difference) -> dict[str, object]:
    by_predicate: Counter[tuple[str, str]] = Counter()
    for name, n in found.predicates.items():
        by_predicate += Counter({(name, "+"): n.added, (name, "-"): n.removed})
    by_class: Counter[tuple[str, str]] = Counter()
    for name, c in found.classes.items():
        counts = {(name, s): getattr(c, s) for s in ("added", "removed", "changed")}
        by_class += Counter(counts)
    return {
        "triples": (found.triples.added, found.triples.removed),
        "predicates": by_predicate,
        "classes": by_class,
        "figures": {
            "added": sorted(found.figures_added),
            "removed": sorted(found.figures_removed),
            "changed": sorted((f.figure, f.added, f.removed) for f in found.figures_changed),
        },
    }


@QUICK
@given(GRAPHS)
def test_counts_are_those_of_sets(graphs: tuple[Triples, Triples]) -> None:
    old, new = graphs
    with tempfile.TemporaryDirectory() as folder:
        a, b = write_nt(old, Path(folder, "a.nt")), write_nt(new, Path(folder, "b.nt"))
        found = pfocr_kg.diff(a, b)
        back = pfocr_kg.diff(b, a)
    assert as_plain(found) == plainly(old, new)
    assert as_plain(back) == plainly(new, old)
    assert bool(found) == (old != new)
    assert (found.old_triples, found.new_triples) == (len(old), len(new))


def test_large_graphs_are_merged_from_parts(
    monkeypatch: pytest.MonkeyPatch, built_sample: Path, tmp_path: Path
) -> None:
    """Sorting on disk has the same order as sorting in memory."""
    nt = tmp_path / "a.nt"
    with pfocr_kg.open(built_sample) as graph:
        graph.export(nt)
    lines = nt.read_bytes().splitlines(keepends=True)
    (tmp_path / "b.nt").write_bytes(b"".join(lines[::-1][:-500] + lines[:10]))
    monkeypatch.setattr(sorted_lines, "_BUCKET", 20_000)
    monkeypatch.setattr(sorting, "_BUFFER", 50_000)
    monkeypatch.setattr(sorting, "_READ", 10_000)
    found = pfocr_kg.diff(nt, tmp_path / "b.nt")
    assert (found.triples.added, found.triples.removed) == (0, 490)
    assert not pfocr_kg.diff(built_sample, nt)


# The same graph, written in other ways


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
@pytest.mark.parametrize("form", [".nt", ".ttl", ".nq", ".trig", ".rdf", ".jsonld"])
def test_dump_equals_its_store(form: str, ending: str, built_sample: Path, tmp_path: Path) -> None:
    path = tmp_path / f"graph{form}{ending}"
    with pfocr_kg.open(built_sample) as graph:
        graph.export(path)
    assert not pfocr_kg.diff(built_sample, path)
    assert not pfocr_kg.diff(path, built_sample)


def test_turtle_of_another_program_equals_the_store(built_sample: Path, tmp_path: Path) -> None:
    with pfocr_kg.open(built_sample) as graph:
        graph.export(tmp_path / "a.nt")
    other = rdflib.Graph().parse(tmp_path / "a.nt")
    other.serialize(tmp_path / "other.ttl", format="turtle")
    assert not pfocr_kg.diff(built_sample, tmp_path / "other.ttl")


SAME = {
    "escapes": ('"\\u00e9\\U0001F600\\t"', '"é😀\t"'),
    "string": ('"x"^^<http://www.w3.org/2001/XMLSchema#string>', '"x"'),
    "decimal": ('"0.950"^^<http://www.w3.org/2001/XMLSchema#decimal>', "0.95"),
    "integer": ('"007"^^<http://www.w3.org/2001/XMLSchema#integer>', "7"),
    "double": ('"1E-7"^^<http://www.w3.org/2001/XMLSchema#double>', "0.1e-6"),
    "boolean": ('"1"^^<http://www.w3.org/2001/XMLSchema#boolean>', "true"),
    "language": ('"colour"@EN-GB', '"colour"@en-gb'),
}


@pytest.mark.parametrize("name", SAME)
def test_same_term_written_in_other_ways(name: str, tmp_path: Path) -> None:
    one, other = SAME[name]
    (tmp_path / "a.nt").write_text(f"<urn:a>   <urn:b> {one}. # said\r\n\n<urn:a><urn:b> {one} .")
    (tmp_path / "b.ttl").write_text(f"@prefix u: <urn:> .\nu:a u:b {other}, {other} .")
    assert not pfocr_kg.diff(tmp_path / "a.nt", tmp_path / "b.ttl")
    # And as a store has it.
    stored = store_of(tmp_path / "a.nt", tmp_path / "store")
    assert not pfocr_kg.diff(tmp_path / "b.ttl", stored)


def test_numbers_that_no_store_changes_differ(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text('<urn:a> <urn:b> "007" .')
    (tmp_path / "b.ttl").write_text('<urn:a> <urn:b> "7" .')
    assert pfocr_kg.diff(tmp_path / "a.ttl", tmp_path / "b.ttl")


# Patches


@settings(QUICK, max_examples=25)
@given(GRAPHS)
def test_patch_replayed_by_others_gives_the_new_graph(graphs: tuple[Triples, Triples]) -> None:
    old, new = graphs
    patch = patch_of(old, new)
    graph = graph_of(old)
    if old != new:  # rdflib cannot run an update of no operations
        graph.update(patch.decode())
    assert set(graph) == new
    store = loaded(of_rdflib(old))
    store.update(patch.decode())
    assert {quad.triple for quad in store} == of_rdflib(new)


@settings(QUICK, max_examples=2)
@given(GRAPHS)
def test_apply_makes_the_new_graph_of_the_old(graphs: tuple[Triples, Triples]) -> None:
    old, new = graphs
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = store_of(write_nt(old, folder / "a.nt"), folder / "store")
        file = folder / "patch"
        file.write_bytes(patch_of(old, new))
        done = pfocr_kg.apply(store, file)
        describing.assert_true(store)
        assert (done.removed, done.added) == (len(old - new), len(new - old))
        assert triples_of(store) == of_rdflib(new)
        file.write_bytes(patch_of(new, old))
        pfocr_kg.apply(store, file)
        assert triples_of(store) == of_rdflib(old)


def test_patch_comes_in_operations_of_bounded_size() -> None:
    nodes = [URIRef(f"urn:{n:05}") for n in range(5500)]
    old = {(node, URIRef("urn:p"), node) for node in nodes[:2500]}
    new = {(node, URIRef("urn:p"), node) for node in nodes[2000:]}
    patch = patch_of(old, new)
    sizes = [
        len(part.splitlines()) for part in re.findall(r"DATA \{\n(.*?)\} ;", patch.decode(), re.S)
    ]
    assert sum(sizes) == 5000
    assert max(sizes) <= 1000
    # The same, whatever order the triples come in; and each request is complete by itself.
    assert patch == patch_of(set(old), new)
    store = loaded(of_rdflib(old))
    for request in patch.decode().split("} ;\n")[:-1]:
        store.update(request + "}")
    assert {quad.triple for quad in store} == of_rdflib(new)


@pytest.mark.slow
def test_huge_literal(tmp_path: Path) -> None:
    old = {(URIRef("urn:a"), URIRef("urn:p"), Literal("x" * 5_000_000 + "\\"))}
    new = {(URIRef("urn:a"), URIRef("urn:p"), Literal("y" * 5_000_000 + "\n"))}
    patch = tmp_path / "p.ru.gz"
    patch.write_bytes(gzip.compress(patch_of(old, new)))
    store = store_of(write_nt(old, tmp_path / "a.nt"), tmp_path / "store")
    pfocr_kg.apply(store, patch)
    assert triples_of(store) == of_rdflib(new)
    with pytest.raises(PatchError) as refused:
        pfocr_kg.apply(store, patch)
    assert len(str(refused.value)) < 1000


# What a patch must not do

GOOD = b"""# pfocr-kg patch 1
DELETE DATA {
<urn:a> <urn:p> "1" .
} ;
INSERT DATA {
<urn:a> <urn:p> "2" .
} ;
# end: 1 removed, 1 added
"""

BAD: dict[str, bytes] = {
    "empty": b"",
    "RDF": b"<urn:a> <urn:p> <urn:b> .\n",
    "other update": b"# pfocr-kg patch 1\nDROP ALL ;\n# end: 0 removed, 0 added\n",
    "clear behind a triple": GOOD.replace(b'"2" .', b'"2" . } ; CLEAR ALL ; INSERT DATA {'),
    "operation in a line": GOOD.replace(b"INSERT DATA {", b"CLEAR ALL ; INSERT DATA {"),
    "pattern": GOOD.replace(b"DELETE DATA {\n<urn:a>", b"DELETE WHERE {\n?s"),
    "variable": GOOD.replace(b"<urn:a>", b"?s", 1),
    "graph": GOOD.replace(b'<urn:p> "2"', b'<urn:p> "2" <urn:g>'),
    "blank node": GOOD.replace(b"<urn:a>", b"_:a"),
    "triple as a term": GOOD.replace(b'"2"', b"<<( <urn:a> <urn:b> <urn:c> )>>"),
    "two triples": GOOD.replace(b'"2" .', b'"2" .\r<urn:a> <urn:p> "3" .'),
    "no triple": GOOD.replace(b'<urn:a> <urn:p> "2" .', b"# nothing"),
    "prefixes": GOOD.replace(b"<urn:a>", b"u:a"),
    "not UTF-8": GOOD.replace(b'"2"', b'"\xff"'),
    "no end": GOOD[: GOOD.index(b"# end")],
    "cut in a triple": GOOD[:50],
    "cut in an operation": GOOD[: GOOD.index(b"} ;")],
    "triple lost": GOOD.replace(b'<urn:a> <urn:p> "2" .\n', b""),
    "goes on": GOOD + b"DROP ALL",
    "long number": GOOD.replace(b"1 added", b"9" * 5000 + b" added"),
    "RDF Patch": b'TX .\nD <urn:a> <urn:p> "1" .\nTC .\n',
}


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "a.nt").write_text('<urn:a> <urn:p> "1" .\n')
    return store_of(tmp_path / "a.nt", tmp_path / "store")


@pytest.mark.parametrize("name", BAD, ids=lambda name: name.replace(" ", "-"))
def test_damaged_patch_changes_nothing(name: str, small: Path, tmp_path: Path) -> None:
    before, generation = triples_of(small), generations.current(small)
    (tmp_path / "bad.ru").write_bytes(BAD[name])
    for force in (False, True):
        with pytest.raises(PatchError, match=r"bad\.ru"):
            pfocr_kg.apply(small, tmp_path / "bad.ru", force=force)
    assert (triples_of(small), generations.current(small)) == (before, generation)
    assert not list(small.glob("pfocr-kg-work-*"))


@pytest.mark.parametrize("patch", [GOOD, GOOD.replace(b"\n", b"\r\n")])
def test_good_patches(patch: bytes, small: Path, tmp_path: Path) -> None:
    """What the bad ones are made of is good."""
    (tmp_path / "good.ru").write_bytes(patch)
    pfocr_kg.apply(small, tmp_path / "good.ru")
    assert triples_of(small) == parsed(b'<urn:a> <urn:p> "2" .')


@pytest.mark.parametrize("packed", [gzip.compress(GOOD), zstandard.compress(GOOD)])
def test_packed_patch_that_is_cut_off(packed: bytes, small: Path, tmp_path: Path) -> None:
    ending = ".gz" if packed[:2] == b"\x1f\x8b" else ".zst"
    path = tmp_path / f"p.ru{ending}"
    for cut in (5, len(packed) // 2, len(packed) - 1):
        path.write_bytes(packed[:cut])
        with pytest.raises(PfocrError, match="is cut off"):
            pfocr_kg.apply(small, path)
    path.write_bytes(packed)
    pfocr_kg.apply(small, path)


def test_patch_that_does_not_fit(small: Path, tmp_path: Path) -> None:
    patch = tmp_path / "p.ru"
    patch.write_bytes(GOOD.replace(b'"1"', b'"0"'))
    with pytest.raises(PatchError, match=r'1 triple\(s\) to be removed are absent.*"0"'):
        pfocr_kg.apply(small, patch)
    done = pfocr_kg.apply(small, patch, force=True)
    assert (done.removed, done.added, done.absent, done.present) == (0, 1, 1, 0)
    assert triples_of(small) == parsed(b'<urn:a> <urn:p> "1" .\n<urn:a> <urn:p> "2" .')


def test_no_store_no_patch(tmp_path: Path) -> None:
    (tmp_path / "p.ru").write_bytes(GOOD)
    with pytest.raises(StoreError):
        pfocr_kg.apply(tmp_path / "none", tmp_path / "p.ru")
    assert not (tmp_path / "none").exists()


def test_readers_keep_what_they_opened(small: Path, tmp_path: Path) -> None:
    (tmp_path / "p.ru").write_bytes(GOOD)
    with pfocr_kg.open(small) as graph:
        pfocr_kg.apply(small, tmp_path / "p.ru")
        assert [row.o for row in graph.query("SELECT ?o { ?s ?p ?o }")] == ["1"]
    assert triples_of(small) == parsed(b'<urn:a> <urn:p> "2" .')


# Input that cannot be compared

UNFIT: dict[str, tuple[str, bytes, str]] = {
    "blank node": ("x.ttl", b"<urn:a> <urn:b> [] .", "blank node"),
    "blank subject": ("x.nt", b"_:a <urn:b> <urn:c> .", "blank node"),
    "named graph": ("x.nq", b"<urn:a> <urn:b> <urn:c> <urn:g> .", "named graph <urn:g>"),
    "triple as a term": (
        "x.nt",
        b"<urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> .",
        "triple as a term",
    ),
    "syntax": ("x.ttl", b"<urn:a> <urn:b> c:d .", "prefix c"),
    "ending": ("x.docx", b"", "ending"),
    "gzip": ("x.nt.gz", b"junk", "cannot be unpacked"),
    "zstd": ("x.nt.zst", b"junk", "cannot be unpacked"),
    "gzip that is cut off": (
        "x.nt.gz",
        gzip.compress(b"<urn:a> <urn:b> <urn:c> .\n" * 99)[:-9],
        "cut off",
    ),
    "no UTF-8": ("x.nt", b'<urn:a> <urn:b> "\xff" .', "UTF-8"),
}


@pytest.mark.parametrize("name", UNFIT, ids=lambda name: name.replace(" ", "-"))
def test_what_cannot_be_compared(
    name: str, built_sample: Path, tmp_path: Path, run_cli: Run
) -> None:
    file, content, says = UNFIT[name]
    (tmp_path / file).write_bytes(content)
    out = tmp_path / "out.ru"
    for sides in ([built_sample, file], [file, file]):
        code, stdout, stderr = run_cli("diff", *sides, "-o", out, cwd=tmp_path)
        assert (code, stdout) == (2, "")
        assert re.fullmatch(r"pfocr-kg: [^\n]+\n", stderr)
        assert says in stderr
        assert file in stderr
    assert [path.name for path in tmp_path.iterdir()] == [file]


# The command line


@pytest.fixture(scope="session")
def changed(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample without one record, and with another year in one."""
    folder = tmp_path_factory.mktemp("changed")
    shutil.copytree(sample, folder / "source")
    records = sorted((folder / "source" / "_figures").glob("*.md"))
    records[0].unlink()
    text, changed = re.subn("(?m)^year:.*", 'year: "1999"', records[1].read_text("utf-8"))
    assert changed == 1
    records[1].write_text(text, "utf-8")
    text = records[2].read_text("utf-8")
    text, changed = re.subn("(?m)^number:.*", "number: F9", text)
    assert changed == 1
    records[2].write_text(text, "utf-8")
    pfocr_kg.build(folder / "source", folder / "store")
    return folder / "store"


def test_formats(built_sample: Path, changed: Path, tmp_path: Path, run_cli: Run) -> None:
    code, text, stderr = run_cli("diff", built_sample, changed)
    assert (code, stderr) == (1, "")
    assert "figures: 0 added, 1 removed, 1 changed\n" in text
    code, said, _ = run_cli("diff", built_sample, changed, "--format", "json")
    assert code == 1
    found = json.loads(said)
    assert found == pfocr_kg.diff(built_sample, changed).as_dict() | {
        "old": {"source": str(built_sample), "triples": 11329},
        "new": {"source": str(changed), "triples": found["new"]["triples"]},
    }
    assert found["classes"]["schema:ScholarlyArticle"] == {"added": 0, "removed": 1, "changed": 1}
    for ending, form in (("txt", "text"), ("ru", "patch")):
        printed = run_cli("diff", built_sample, changed, "--format", form)
        path = tmp_path / f"x.{ending}.gz"
        assert run_cli("diff", built_sample, changed, "-o", path) == (1, "", "")
        assert gzip.decompress(path.read_bytes()).decode() == printed[1]


def test_equal_graphs(built_sample: Path, run_cli: Run) -> None:
    for form in ("text", "patch"):
        code, text, stderr = run_cli("diff", built_sample, built_sample, "-f", form)
        assert (code, stderr) == (0, "")
        assert len(text) < 500


def test_long_lists_are_cut(tmp_path: Path, run_cli: Run) -> None:
    names = [URIRef(f"{FIGURES}PMC{n}__x.html") for n in range(1, 323)]
    write_nt({(name, RDF.type, FIGURE) for name in names}, tmp_path / "a.nt")
    write_nt(set(), tmp_path / "b.nt")
    code, text, _ = run_cli("diff", "a.nt", "b.nt", cwd=tmp_path)
    assert (code, len(re.findall(r"^  figure:", text, re.M))) == (1, 10)
    assert "and 312 more" in text
    _, said, _ = run_cli("diff", "a.nt", "b.nt", "-f", "json", cwd=tmp_path)
    assert len(json.loads(said)["figures"]["removed"]) == 322


def test_apply(built_sample: Path, changed: Path, tmp_path: Path, run_cli: Run) -> None:
    store, patch = tmp_path / "store", tmp_path / "p.ru"
    shutil.copytree(built_sample, store)
    assert run_cli("diff", built_sample, changed, "-o", patch)[0] == 1
    code, stdout, stderr = run_cli("apply", patch, "--store", store)
    assert (code, stdout) == (0, "")
    assert re.search(r"33 figures, [\d,]+ triples in ", stderr)
    assert run_cli("diff", changed, store)[0] == 0
    report = stored.report(store)
    fresh = stored.report(changed)
    assert {key: report[key] for key in ("figures", "triples", "classes")} == {
        key: fresh[key] for key in ("figures", "triples", "classes")
    }
    assert report["patches"][0]["patch"] == str(patch)
    # Once more it does not fit.
    code, stdout, stderr = run_cli("apply", patch, "--store", store)
    assert (code, stdout) == (2, "")
    assert re.fullmatch(r"pfocr-kg: [^\n]+Was it applied before\?\n", stderr)
    assert run_cli("apply", patch, "--store", store, "--force", "--quiet") == (0, "", "")
    # The records are unknown now: only a full build goes.
    source = changed.parent / "source"
    assert run_cli("build", source, "--store", store, "--add", "-q")[0] == 2
    assert run_cli("build", source, "--store", store, "-q")[0] == 0


def test_facts_of_figures_follow(built_sample: Path, changed: Path, tmp_path: Path) -> None:
    """What linking and enrichment know of the figures is that of the patched graph."""
    store, patch = tmp_path / "store", tmp_path / "p.ru"
    shutil.copytree(built_sample, store)
    with patch.open("wb") as file:
        write_patch(built_sample, changed, file)
    pfocr_kg.apply(store, patch)
    with pfocr_kg.open(store) as one, pfocr_kg.open(changed) as other:
        asked = [g.enrich("TNF IL6 IL1B", against="figures").rows for g in (one, other)]
    assert asked[0] == asked[1]


@pytest.mark.parametrize("form", ["text", "json", "patch"])
def test_reader_who_has_enough(form: str, built_sample: Path, tmp_path: Path) -> None:
    (tmp_path / "a.nt").touch()
    process = subprocess.Popen(
        [COMMAND, "diff", str(tmp_path / "a.nt"), str(built_sample), "-f", form],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(60) in (0, 141)
        assert process.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_output_that_is_full(built_sample: Path, tmp_path: Path) -> None:
    (tmp_path / "a.nt").touch()
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [COMMAND, "diff", str(tmp_path / "a.nt"), str(built_sample), "-f", "patch"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 2
    assert re.fullmatch(rb"pfocr-kg: [^\n]+\n", done.stderr)


def test_interrupted(built_sample: Path, tmp_path: Path) -> None:
    """Ctrl-C while it reads: one line, and no folder is left behind."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    endless = tmp_path / "endless.nt"
    os.mkfifo(endless)
    process = subprocess.Popen(
        [COMMAND, "diff", str(endless), str(built_sample)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    with process, endless.open("wb") as feed:
        feed.write(b"<urn:a> <urn:b> <urn:c> .\n" * 5000)
        feed.flush()
        while not list(temporary.glob("*/graph.nt")):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        feed.close()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err.strip() == b"pfocr-kg: interrupted"
    assert list(temporary.iterdir()) == []


def test_interrupted_apply(small: Path, tmp_path: Path) -> None:
    """Ctrl-C while the copy is being changed: the store is as it was, and works."""
    before = triples_of(small)
    patch = tmp_path / "p.ru"
    os.mkfifo(patch)
    process = subprocess.Popen(
        [COMMAND, "apply", str(patch), "--store", str(small)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process, patch.open("wb") as feed:
        feed.write(
            GOOD[: GOOD.index(b"} ;")]
            + b"".join(b"<urn:a> <urn:p> <urn:x%d> .\n" % n for n in range(9))
        )
        feed.flush()
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        feed.close()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, b"", b"pfocr-kg: interrupted")
    assert triples_of(small) == before
    assert not list(small.glob("pfocr-kg-work-*"))
    patch.unlink()
    patch.write_bytes(GOOD)
    pfocr_kg.apply(small, patch)
