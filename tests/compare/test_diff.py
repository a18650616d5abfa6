"""Differences, against sets of triples in rdflib, in every form of input."""

from __future__ import annotations

import gzip
import re
import tempfile
from collections import Counter
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from rdflib import RDF

import pfocr_kg
from pfocr_kg.compare import sorted_lines
from pfocr_kg.export import sorting
from small_graphs import FIGURE, GRAPHS, QUICK, Run, Triples, store_of, write_nt


def line(triple: tuple[rdflib.term.Node, ...]) -> str:
    return " ".join(term.n3() for term in triple) + " .\n"


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


@QUICK
@given(GRAPHS)
def test_links_can_be_left_out(graphs: tuple[Triples, Triples]) -> None:
    def unlinked(graph: Triples) -> Triples:
        return {t for t in graph if "#link-" not in str(t[0])}

    old, new = graphs
    with tempfile.TemporaryDirectory() as folder:
        a, b = write_nt(old, Path(folder, "a.nt")), write_nt(new, Path(folder, "b.nt"))
        found = pfocr_kg.diff(a, b, without_links=True)
    assert as_plain(found) == plainly(unlinked(old), unlinked(new))
    assert (found.old_triples, found.new_triples) == (len(unlinked(old)), len(unlinked(new)))


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


@pytest.mark.slow
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


# Input that cannot be compared

ENTITIES = (f'<!ENTITY {"bcdefghij"[i]} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
BOMB = f"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">{"".join(ENTITIES)}]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">
<rdf:Description rdf:about="urn:a"><u:b>&j;</u:b></rdf:Description></rdf:RDF>""".encode()
"""Ten thousand million letters."""

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
    "bomb": ("x.rdf", BOMB, "has a DOCTYPE"),
    "bomb that does not begin at once": ("x.rdf", b" " * 65_530 + BOMB.lower(), "has a DOCTYPE"),
    "bomb in gzip": ("x.rdf.gz", gzip.compress(BOMB), "has a DOCTYPE"),
    "bomb in UTF-16": ("x.rdf", BOMB.decode().encode("utf-16"), "cannot be read as RDF"),
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
