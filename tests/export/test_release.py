"""A release: complete, checked by sha256sum, described by an RO-Crate, the same bytes again."""

from __future__ import annotations

import csv
import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import gseapy
import networkx as nx
import polars as pl
import pyoxigraph as ox
import pytest
import rocrate
from rocrate.rocrate import ROCrate

import pfocr_kg
from pfocr_kg import Graph
from pfocr_kg.errors import FormatError, PfocrError
from pfocr_kg.export import release_parts
from pfocr_kg.export.registry import RELEASE_PARTS
from pfocr_kg.network import release_networks
from places import EXCERPT

DAY = "2026-03-31"


@pytest.fixture(scope="module")
def folder(linked_sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("release") / "pfocr"
    with pfocr_kg.open(linked_sample) as graph:
        said = graph.release(made, date=DAY)
    assert said == contents(made)
    return made


def contents(folder: Path) -> list[str]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_sha256sum_checks_every_file(folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    checked = [line.removesuffix(": OK") for line in done.stdout.splitlines()]
    assert sorted([*checked, "SHA256SUMS"]) == contents(folder)
    shutil.copytree(folder, tmp_path / "spoilt")
    (tmp_path / "spoilt" / "README.md").write_text("spoilt", encoding="utf-8")
    again = ["sha256sum", "-c", "--quiet", "SHA256SUMS"]
    done = subprocess.run(again, cwd=tmp_path / "spoilt", capture_output=True, check=False)
    assert done.returncode == 1


def test_all_formats_hold_the_same_graph(folder: Path, linked: Graph) -> None:
    held = {
        name: set(ox.parse(gzip.decompress((folder / name).read_bytes()), format=form))
        for name, form in (
            ("graph.nt.gz", ox.RdfFormat.N_TRIPLES),
            ("graph.ttl.gz", ox.RdfFormat.TURTLE),
        )
    }
    assert held["graph.nt.gz"] == held["graph.ttl.gz"]
    assert len(held["graph.nt.gz"]) == len(linked)
    counts = linked.stats()["classes"]
    assert (
        pl.read_parquet(folder / "tables" / "figures.parquet").height
        == (counts["pfocr:PathwayFigure"])
    )
    with (folder / "links.sssom.tsv").open(encoding="utf-8", newline="") as file:
        mappings = csv.DictReader((line for line in file if line[0] != "#"), delimiter="\t")
        linked_pairs = {(row["subject_id"], row["object_id"]) for row in mappings}
    assert len(linked_pairs) == counts["pfocr:PathwayLink"]
    report = json.loads((folder / "build-report.json").read_text(encoding="utf-8"))
    assert report["figures"] == counts["pfocr:PathwayFigure"]
    assert report["links"]["links"] == counts["pfocr:PathwayLink"]
    assert "stages" not in report


def test_networks_are_those_of_genes_read_by_symbol_and_of_named_diseases(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sample has no network as large as those of a release.
    small = {
        name: (kind, choices | {"min_weight": 1})
        for name, (kind, choices) in release_networks._NETWORKS.items()
    }
    monkeypatch.setattr(release_networks, "_NETWORKS", small)
    linked.release(tmp_path / "small", without=sorted({*RELEASE_PARTS} - {"networks"}), date=DAY)
    for name, kind in (("genes-human", "genes"), ("diseases", "diseases")):
        found = nx.read_graphml(tmp_path / "small" / "networks" / f"{name}.graphml.gz")
        wanted = linked.network(kind, organism="human", min_weight=1, level="symbol")
        assert nx.utils.edges_equal(found.edges(data=True), wanted.edges(data=True))
        assert wanted


def test_gene_sets_are_those_of_one_organism_each(
    folder: Path, linked: Graph, tmp_path: Path
) -> None:
    for name, organism in (("Homo_sapiens", "human"), ("Saccharomyces_cerevisiae", "4932")):
        for level in ("symbol", "unambiguous", "any"):
            with (tmp_path / "one.gmt").open("wb") as file:
                linked.write_gmt(file, organism=organism, level=level)
            path = folder / "gene-sets" / level / f"{name}.gmt"
            if organism == "human" or level != "unambiguous":
                assert path.read_bytes() == (tmp_path / "one.gmt").read_bytes()
                assert gseapy.read_gmt(str(path))
            else:
                # No dictionary of yeast is bundled, so that nothing says what a word can mean.
                assert not path.exists()


def test_readme_names_every_file(folder: Path) -> None:
    text = (folder / "README.md").read_text(encoding="utf-8")
    rows = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `")]
    assert sorted([*(row for row in rows if ":" not in row), "README.md"]) == contents(folder)
    assert f"Published: {DAY}." in text
    assert "CC BY 4.0" in text


def test_rocrate_package_reads_the_crate(folder: Path) -> None:
    crate = ROCrate(folder)
    assert crate.datePublished.date().isoformat() == DAY
    assert crate.license.id == "https://creativecommons.org/publicdomain/zero/1.0/"
    named = {unquote(entity.id): entity for entity in crate.data_entities}
    assert sorted([*named, "ro-crate-metadata.json"]) == contents(folder)
    for name, entity in named.items():
        assert entity["description"] != name, f"{name} is not described"
        if name != "SHA256SUMS":
            assert int(entity["contentSize"]) == (folder / name).stat().st_size


@pytest.mark.slow
def test_same_sources_give_the_same_bytes(
    sample: Path, folder: Path, run_cli: Callable[..., object], tmp_path: Path
) -> None:
    shutil.copytree(sample, tmp_path / "elsewhere")
    pfocr_kg.build(tmp_path / "elsewhere", tmp_path / "store")
    pfocr_kg.link(tmp_path / "store", pfocr_kg.WikiPathways([str(EXCERPT)]))
    day = {"SOURCE_DATE_EPOCH": "1774915200", "TZ": "America/New_York"}  # 2026-03-31, 00:00 UTC
    done = run_cli("release", tmp_path / "again", "--store", tmp_path / "store", env=day)
    assert done.code == 0, done.stderr
    assert done.stdout == ""
    assert f"{len(contents(folder))} files in" in done.stderr
    assert contents(tmp_path / "again") == contents(folder)
    for name in contents(folder):
        assert (tmp_path / "again" / name).read_bytes() == (folder / name).read_bytes(), name


def test_parts_can_be_left_out_and_links_need_a_linked_sample(
    run_cli: Callable[..., object], built_sample: Path, tmp_path: Path
) -> None:
    without = [f"--without={part}" for part in ("graph", "tables", "kgx", "nanopubs", "networks")]
    place = tmp_path / "new" / "small"
    done = run_cli("release", place, "--store", built_sample, "--quiet", *without)
    assert (done.code, done.stdout, done.stderr) == (0, "", "")
    found = {name.partition("/")[0] for name in contents(place)}
    own = {"README.md", "SHA256SUMS", "ro-crate-metadata.json"}
    assert found == {"description.ttl", "gene-sets", "build-report.json", *own}
    # The newest year of a paper, where nothing else says when.
    assert ROCrate(place).root_dataset["datePublished"] == "2025"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("full",), "is there already"),
        (("new", "--without", "everything"), "--without"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    run_cli: Callable[..., object],
    built_sample: Path,
    tmp_path: Path,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "kept.txt").write_text("kept", encoding="utf-8")
    done = run_cli("release", *arguments, "--store", built_sample, cwd=tmp_path)
    assert (done.code, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert contents(tmp_path) == ["full/kept.txt"]


def test_a_failure_leaves_nothing(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(store: object, folder: Path) -> None:
        (folder / "half.txt").write_text("half", encoding="utf-8")
        raise PfocrError("the disk is full")

    monkeypatch.setattr(release_parts, "write_graph", failing)
    with pytest.raises(PfocrError, match="disk is full"):
        linked.release(tmp_path / "release")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("module", ["rocrate.rocrate", "pyarrow", "nanopub"])
def test_without_an_extra_nothing_is_begun(
    linked: Graph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    begun: list[str] = []
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(PfocrError, match=r"\.\[formats\]"):
        linked.release(tmp_path / "release", progress=begun.append)
    assert begun == []
    assert list(tmp_path.iterdir()) == []


def test_no_such_part_no_such_day_and_no_folder(linked: Graph, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="unknown part 'everything'"):
        linked.release(tmp_path / "release", without=["everything"])
    with pytest.raises(FormatError, match="'yesterday' is not a date"):
        linked.release(tmp_path / "release", date="yesterday")
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(PfocrError, match="is there already"):
        linked.release(tmp_path / "file")
    assert contents(tmp_path) == ["file"]


@pytest.mark.slow
def test_rocrate_validator_finds_nothing_wrong(
    python_with: Callable[[str], str], folder: Path, tmp_path: Path
) -> None:
    roc_python = python_with("rocrate")
    context = Path(rocrate.__file__).parent / "data" / "ro-crate.jsonld"
    script = str(Path(__file__).parent / "run_roc.py")

    def validated(crate: Path, severity: str) -> dict[str, object]:
        done = subprocess.run(
            [roc_python, script, str(crate), str(context), severity],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    assert validated(folder, "REQUIRED") == {"passed": True, "issues": []}
    assert validated(folder, "RECOMMENDED")["issues"] == []
    shutil.copytree(folder, tmp_path / "spoilt")
    (tmp_path / "spoilt" / "graph.ttl.gz").unlink()
    assert not validated(tmp_path / "spoilt", "REQUIRED")["passed"]
