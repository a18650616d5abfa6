"""The commands diff and apply, as a user runs and stops them."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from rdflib import RDF, URIRef

import pfocr_kg
import stored
from fork_server import COMMAND
from pfocr_kg.compare.diff import write_patch
from places import EXCERPT
from small_graphs import FIGURE, FIGURES, GOOD, Run, triples_of, write_nt

EDITED = "PMC3334963__pone.0035009.g007"

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


@pytest.mark.slow
def test_formats(built_sample: Path, changed: Path, tmp_path: Path, run_cli: Run) -> None:
    code, text, stderr = run_cli("diff", built_sample, changed)
    assert (code, stderr) == (1, "")
    assert "figures: 0 added, 1 removed, 1 changed\n" in text
    code, said, _ = run_cli("diff", built_sample, changed, "--format", "json")
    assert code == 1
    found = json.loads(said)
    assert found == pfocr_kg.diff(built_sample, changed).as_dict() | {
        "old": {"source": str(built_sample), "triples": 15706},
        "new": {"source": str(changed), "triples": found["new"]["triples"]},
    }
    assert found["classes"]["schema:ScholarlyArticle"] == {"added": 0, "removed": 1, "changed": 1}
    for ending, form in (("txt", "text"), ("ru", "patch")):
        printed = run_cli("diff", built_sample, changed, "--format", form)
        path = tmp_path / f"x.{ending}.gz"
        assert run_cli("diff", built_sample, changed, "-o", path) == (1, "", "")
        assert gzip.decompress(path.read_bytes()).decode() == printed[1]


@pytest.fixture(scope="session")
def relinked(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The linked sample with half the genes of one figure, built and linked again."""
    folder = tmp_path_factory.mktemp("relinked")
    shutil.copytree(sample, folder / "source")
    table = folder / "source" / "_data" / f"{EDITED}-genes.tsv"
    header, *rows = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text(header + "".join(rows[: len(rows) // 2]), "utf-8")
    pfocr_kg.build(folder / "source", folder / "store", wikipathways=EXCERPT)
    return folder / "store"


@pytest.mark.slow
def test_links_are_left_out_of_every_output(
    linked_sample: Path, relinked: Path, tmp_path: Path, run_cli: Run
) -> None:
    dump = tmp_path / "old.nt"
    with pfocr_kg.open(linked_sample) as graph:
        graph.export(dump)
    figures = pfocr_kg.diff(dump, relinked).figures_changed
    assert len(figures) > 1  # p-values of other figures
    for old in (linked_sample, dump):
        code, said, _ = run_cli("diff", old, relinked, "--without-links", "-f", "json")
        told = json.loads(said)
        assert code == 1
        changed = told["figures"].pop("changed")
        assert [change["figure"] for change in changed] == [f"figure:{EDITED}.html"]
        assert told["figures"] == {"added": [], "removed": []}
        assert not {"pfocr:LinkSet", "pfocr:PathwayLink"} & told["classes"].keys()
    text = run_cli("diff", dump, relinked, "--without-links")[1]
    assert re.search(r"^(?:equal|new): .* triples without links$", text, re.M), text
    assert "figures: 0 added, 0 removed, 1 changed\n" in text
    patch = run_cli("diff", dump, relinked, "--without-links", "-f", "patch")[1]
    lines = [line for line in patch.splitlines() if line.startswith("<")]
    assert len(lines) == sum(told["triples"].values())
    assert not re.search("#link-|vocab#overlapping|w3id.org/pfocr/links", patch)
    # The graph before linking is equal, but for what WikiPathways says of pathways.
    unlinked = relinked.parent / "unlinked"
    pfocr_kg.build(relinked.parent / "source", unlinked)
    found = pfocr_kg.diff(unlinked, relinked, without_links=True)
    assert {iri.rpartition("#")[2] for iri in found.classes} == {
        *("Gene", "Disease", "Organism", "Pathway")
    }
    assert not [iri for iri in found.predicates if iri.endswith("#overlappingFigureCount")]


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


@pytest.mark.slow
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


@pytest.mark.slow
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
