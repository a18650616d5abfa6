"""Gene tables to triples, against Morph-KGC on the same rows, each with two processes."""

from __future__ import annotations

import csv
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import figures, our_mapping
from bench.errors import BenchError, Unavailable
from bench.process import run
from bench.table import Result, paired, spread
from bench.world import World, lines
from pfocr_kg import iris
from pfocr_kg.rdf import context, document
from pfocr_kg.records import record

WHAT = "gene tables to triples against Morph-KGC 2.10, 2 processes each"
TARGET = "at least 2 x as fast: at most half the time"
LEAST = 2
REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
MOST_RECORDS = 20_000
PROCESSES = 2

OF_FIGURE = ("gene_by_symbol", "unambiguous_gene")
"""Keys of a figure with genes of its mentions."""

OF_MENTION = ("word", "match", "source", "candidates", "match_kind", "meaning_count")
COLUMNS = ("figure", "mention", "gene", *OF_FIGURE, *OF_MENTION)


def measure(world: World) -> list[Result]:
    """Map the same rows both ways in turn, whole processes, and compare the triples."""
    morph = environment(world)
    # Several times the records, so that little of it is the time in which processes start.
    count = min(5 * world.figures, MOST_RECORDS)
    folder = _bare(world, count)
    table, rows = world.work / "genes.csv", 0
    world.say(f"flattening the gene tables of {count:,} records (not counted)")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for row in _flat(folder):
            writer.writerow(row)
            rows += 1
    settings, theirs_out = _settings(world.work, table)
    ours_out = world.work / "genes-ours.nt"
    command = [
        sys.executable,
        "-m",
        "bench.our_mapping",
        folder,
        ours_out,
        "--jobs",
        str(PROCESSES),
    ]
    our_runs, morph_runs = [], []
    for number in range(world.runs):
        world.say(f"gene tables, {number + 1} of {world.runs}")
        our_runs.append(run(command))
        morph_runs.append(run([morph, "-m", "morph_kgc", settings]))
    compared = _compare(ours_out, theirs_out)
    ratio = paired([t.wall for t in morph_runs], [u.wall for u in our_runs])
    a, b = spread([u.wall for u in our_runs]), spread([t.wall for t in morph_runs])
    measured = f"{ratio:.1f} x ({a['median']:.1f} s against {b['median']:.1f} s, {rows:,} rows)"
    details = {
        "ratio": round(ratio, 2),
        "ratio_of_processor_time": round(
            paired([t.cpu for t in morph_runs], [u.cpu for u in our_runs]), 2
        ),
        "records": count,
        "rows": rows,
        "ours": a,
        "morph_kgc": b,
        **compared,
    }
    return [Result("genes", WHAT, TARGET, measured, ratio >= LEAST, details)]


def environment(world: World) -> Path:
    """The interpreter of an environment that has Morph-KGC; made on first use, and kept.

    Raises:
        Unavailable: it cannot be made, for instance without a network.

    """
    python = world.tools / "bin" / "python"
    locked, installed = REQUIREMENTS / "morph.txt", world.tools / "installed.txt"
    if not (installed.is_file() and installed.read_bytes() == locked.read_bytes()):
        world.say(f"making an environment for Morph-KGC in {world.tools}")
        try:
            run([sys.executable, "-m", "venv", world.tools])
            for file in (REQUIREMENTS / "build.txt", locked):
                install = [python, "-m", "pip", "install", "--quiet", "--no-build-isolation"]
                run([*install, "--require-hashes", "--requirement", file])
        except BenchError as error:
            raise Unavailable(f"Morph-KGC's environment cannot be made: {error}") from None
        shutil.copyfile(locked, installed)
    return python


def _bare(world: World, count: int) -> Path:
    """Records that say nothing but who they are, with the gene tables of made-up figures."""
    folder = world.folder("genes-only")
    for name in ("_figures", "_data"):
        (folder / name).mkdir(parents=True)
    for number in range(count):
        made = figures.figure(world.seed, number)
        if "genes" not in made.tables:
            continue
        pmcid = made.figid.partition("__")[0]
        page = f"---\nfigid: {made.figid}\npmcid: {pmcid}\n---\n"
        (folder / "_figures" / f"{made.figid}.md").write_text(page, encoding="utf-8")
        table = folder / "_data" / f"{made.figid}-genes.tsv"
        table.write_text(made.tables["genes"], encoding="utf-8")
    return folder


def _flat(folder: Path) -> Iterator[tuple[str, ...]]:
    """One row a mention, with the IRIs that a mapping language cannot compute (a digest)."""
    for found in our_mapping.record_folders(folder):
        shared = our_mapping.shared_files(found)
        for path in found.records:
            page = document.figure(record.read(path, found, shared).figure)
            for m in page.get("mention", ()):
                gene = m["body"]
                levels = (gene if gene in page.get(key, ()) else "" for key in OF_FIGURE)
                yield page["id"], m["id"], gene, *levels, *(m.get(key, "") for key in OF_MENTION)


def _settings(work: Path, table: Path) -> tuple[Path, Path]:
    """Morph-KGC's settings and mapping, and the file that it will write."""
    mapping, out, settings = work / "genes.rml.ttl", work / "genes-morph.nt", work / "morph.ini"
    mapping.write_text(_rml(table), encoding="utf-8")
    settings.write_text(
        f"[CONFIGURATION]\noutput_file: {out}\noutput_format: N-TRIPLES\n"
        f"number_of_processes: {PROCESSES}\nlogging_level: ERROR\n\n"
        f"[genes]\nmappings: {mapping}\n",
        encoding="utf-8",
    )
    return settings, out


def _rml(table: Path) -> str:
    """The mapping of the flat table, in RML, its predicates from our context."""
    terms = context.compiled().terms
    kind = context.compiled().classes["GeneMention"]
    mention = [_pom(terms[key], column) for key, column in _MENTION]
    figure = [_pom(terms[key], key) for key in ("gene", "mention", *OF_FIGURE)]
    return f"""@prefix rr: <http://www.w3.org/ns/r2rml#> .
@prefix rml: <http://semweb.mmlab.be/ns/rml#> .
@prefix ql: <http://semweb.mmlab.be/ns/ql#> .

<#mentions> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "{table}" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rml:reference "mention" ; rr:termType rr:IRI ; rr:class <{kind}> ] ;
  {" ;".join(mention)} .

<#figures> a rr:TriplesMap ;
  rml:logicalSource [ rml:source "{table}" ; rml:referenceFormulation ql:CSV ] ;
  rr:subjectMap [ rml:reference "figure" ; rr:termType rr:IRI ] ;
  {" ;".join(figure)} .
"""


_MENTION = (("target", "figure"), ("body", "gene"), *((key, key) for key in OF_MENTION))


def _pom(term: context.Term, column: str) -> str:
    """How one column becomes an object."""
    if term.datatype is None:
        kind = "; rr:termType rr:IRI"
    elif term.datatype == iris.PREFIXES["xsd"] + "string":
        kind = ""
    else:
        kind = f"; rr:datatype <{term.datatype}>"
    return (
        f"rr:predicateObjectMap [ rr:predicate <{term.predicate}> ;"
        f' rr:objectMap [ rml:reference "{column}" {kind} ] ]'
    )


def _compare(ours_out: Path, theirs_out: Path) -> dict[str, Any]:
    """How many triples both wrote; those of mentions and of genes have to be the same."""
    keys = ("gene", "mention", *OF_FIGURE)
    predicates = {context.compiled().terms[key].predicate for key in keys}
    mine = {line for line in _lines(ours_out) if _is_genes(line, predicates)}
    theirs = set(_lines(theirs_out))
    if mine != theirs:
        only = sorted(mine ^ theirs)[0].decode("utf-8", "replace").strip()
        raise BenchError(
            f"Morph-KGC's triples are not ours: {len(mine ^ theirs):,} differ, such as {only}"
        )
    return {"triples_compared": len(mine), "triples_written": lines(ours_out)}


def _is_genes(line: bytes, predicates: set[str]) -> bool:
    subject, predicate, _ = line.split(b" ", 2)
    return b"#mention-" in subject or predicate[1:-1].decode() in predicates


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from (line.strip() for line in file if line.strip())
