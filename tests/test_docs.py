"""The pages say what is so: their blocks run, and they name everything that there is."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import unquote

import click
import pyoxigraph as ox
import pytest

import pfocr_kg
from documents import ROOT, Block, Reader, anchors, blocks, checkout, links, sections
from fork_server import Servers
from http_server import serving
from pfocr_kg import Graph
from pfocr_kg.cli.app import app
from pfocr_kg.iris import PREFIXES as IRIS
from pfocr_kg.iris import curie
from pfocr_kg.query import bundled
from pfocr_kg.rdf import context

DOCS = ROOT / "docs"
PICTURE = DOCS / "pictures" / "data-model.svg"
SERVED = [DOCS / "reference" / "api.md", DOCS / "guides" / "serve.md"]
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LANGUAGES = {"console", "python", "sparql", "turtle", "text", "diff"}
OPTION = re.compile(r"`(--?[a-z][a-z-]*)")
TERM = re.compile(r"\bpfocr:([A-Za-z]+)")


def files() -> list[Path]:
    """What belongs to the project: tracked, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def page_id(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# Pages do what they say


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="the pages show commands of bash")
@pytest.mark.parametrize("page", [page for page in PAGES if page not in SERVED], ids=page_id)
def test_blocks_do_what_the_page_shows(page: Path, tmp_path: Path, fork_servers: Servers) -> None:
    """The README is followed to the letter; on other pages commands are spared the imports."""
    Reader(checkout(tmp_path), None if page.name == "README.md" else fork_servers).read(page)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the page shows commands of curl")
@pytest.mark.parametrize("page", SERVED, ids=page_id)
def test_blocks_about_the_server_do_what_they_show(
    page: Path, tmp_path: Path, fork_servers: Servers, linked_sample: Path
) -> None:
    """A server is running, as the page says; curl is led from the page's port to the free one."""
    with serving(linked_sample, "--quiet") as server:
        port = server.address.rpartition(":")[2]
        folder = checkout(tmp_path)
        (folder / ".curlrc").write_text(f"connect-to = 127.0.0.1:8000:127.0.0.1:{port}\n")
        Reader(folder, fork_servers).read(page)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_blocks_are_of_a_kind_that_is_checked(page: Path) -> None:
    for block in blocks(page):
        assert block.language in LANGUAGES, block.place
        assert block.marker or not block.said
        assert block.marker != "not run" or len(block.said) > 10, f"{block.place}: say why"


@pytest.mark.slow
@pytest.mark.parametrize("forks", [False, True])
def test_the_reader_notices(forks: bool, tmp_path: Path, fork_servers: Servers) -> None:
    def reading(language: str, text: str) -> None:
        block = Block("here", language, text, "", "")
        getattr(reader, language)(block)

    reader = Reader(checkout(tmp_path), fork_servers if forks else None)
    reader.shell("pfocr-kg build --quiet tests/data/sample")
    good = [
        ("console", "$ echo a; echo b\na\nb\n"),
        ("console", "$ echo a; echo b; echo c\na\n...\n"),
        ("console", "$ pfocr-kg --version\npfocr-kg ...\n"),
        ("console", "$ echo done in 1.5 s\ndone in 7.1 s\n"),
        ("python", ">>> 1 + 1\n2\n"),
        ("sparql", "ASK { ?s ?p 'TNF' }"),
        ("turtle", 'ncbigene:7124 rdfs:label "TNF" .'),
    ]
    bad = [
        ("console", "$ echo a; echo b\na\n"),
        ("console", "$ echo a\n"),
        ("console", "$ false\n"),
        ("console", "$ pfocr-kg --version\npfocr-kg 0.0\n"),
        ("console", "$ pfocr-kg bild\n...\n"),
        ("python", ">>> 1 + 1\n3\n"),
        ("sparql", "ASK { ?s ?p 'no such text' }"),
        ("sparql", "SELECT * WHERE { ?s ?p 'no such text' }"),
        ("turtle", 'ncbigene:7124 rdfs:label "IL6" .'),
    ]
    for language, text in good:
        reading(language, text)
    for language, text in bad:
        with pytest.raises(AssertionError):
            reading(language, text)


# Pages name everything


def commands() -> Iterator[tuple[str, click.Command]]:
    yield from app.commands.items()


def test_command_line_page_has_the_options_of_each_command() -> None:
    """The site puts them there; tests/site looks whether it does."""
    page = sections(DOCS / "reference" / "command-line.md")
    for name, _ in commands():
        assert f"```{{options}} {name}\n```\n" in page[f"pfocr-kg {name}"]


def test_command_line_page_invents_nothing() -> None:
    text = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
    real = {flag for _, c in commands() for p in c.params for flag in p.opts}
    assert set(OPTION.findall(text)) <= real | {"--help", "-h", "--version"}
    named = [
        name
        for name in sections(DOCS / "reference" / "command-line.md")
        if name.startswith("pfocr-kg ")
    ]
    assert sorted(named) == sorted(f"pfocr-kg {name}" for name, _ in commands())
    listed = re.findall(r"^\| \[`(\w+)`\]\(#pfocr-kg-(\w+)\) \|", text, re.M)
    assert sorted(listed) == sorted((name, name) for name, _ in commands())


def test_command_line_page_names_each_key_of_a_report() -> None:
    text = sections(DOCS / "reference" / "command-line.md")["pfocr-kg build"]
    keys = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (.+?) \|", text, re.M)))
    assert [field.name for field in fields(pfocr_kg.Report) if field.name not in keys] == []


def test_list_of_queries_is_as_the_queries_say() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "list_queries.py"), "--check"]
    assert subprocess.run(tool, check=False).returncode == 0, "run tools/list_queries.py"
    text = (DOCS / "reference" / "queries.md").read_text(encoding="utf-8")
    assert re.findall(r"^### (.+)$", text, re.M) == list(bundled.queries())


def test_python_page_names_what_is_exported() -> None:
    """Exceptions are on the page on errors."""
    pages = (DOCS / "reference" / name for name in ("python.md", "errors.md"))
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    missing = [n for n in pfocr_kg.__all__ if not re.search(rf"`(pfocr_kg\.)?{n}\b", text)]
    assert missing == []


def test_python_page_names_methods_of_graph_and_rows() -> None:
    text = (DOCS / "reference" / "python.md").read_text(encoding="utf-8")
    for kind in (pfocr_kg.Graph, pfocr_kg.Rows, pfocr_kg.Triples, pfocr_kg.Answer):
        public = [name for name in vars(kind) if not name.startswith("_")]
        assert [name for name in public if f".{name}" not in text and f"`{name}" not in text] == []


def test_data_model_page_names_every_term_that_a_build_writes(sample_graph: Graph) -> None:
    # The cases hold what the sample lacks; their graphs are written by hand.
    rows = sample_graph.query("SELECT DISTINCT ?p WHERE { ?s ?p ?o }")
    found = {row["p"] for row in rows}
    found |= {row["c"] for row in sample_graph.query("SELECT DISTINCT ?c WHERE { ?s a ?c }")}
    prefixes = (ROOT / "tests" / "cases" / "prefixes.ttl").read_text(encoding="utf-8")
    for case in (ROOT / "tests" / "cases").glob("*/expected.ttl"):
        text = prefixes + case.read_text(encoding="utf-8")
        for quad in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE):
            found.add(quad.predicate.value)
    page = (DOCS / "reference" / "data-model.md").read_text(encoding="utf-8")
    found -= {IRIS["rdf"] + "type"}
    assert [iri for iri in sorted(found) if f"`{curie(iri)}`" not in page] == []


def test_pages_use_no_term_that_the_vocabulary_lacks() -> None:
    base = IRIS["pfocr"]
    vocabulary = ox.parse(path=ROOT / "ontologies" / "pfocr.ttl", format=ox.RdfFormat.TURTLE)
    defined = {str(quad.subject).strip("<>").removeprefix(base) for quad in vocabulary}
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        added = set(re.findall(r"^\+pfocr:(\w+) a ", text, re.M))  # by a change that it shows
        assert set(TERM.findall(text)) <= defined | added, page


def test_changelog_has_the_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## \[{re.escape(project['version'])}\]", text, re.M)


# The repository as a whole


def test_links_lead_somewhere() -> None:
    for page in (path for path in files() if path.suffix == ".md" and "_figures" not in path.parts):
        for link in links(page):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = unquote(link).partition("#")
            target = (page.parent / name).resolve() if name else page
            assert target.exists(), f"{page}: {link}"
            assert target.is_relative_to(ROOT), f"{page}: {link} leads out of the repository"
            if anchor and target.suffix == ".md":
                assert anchor in anchors(target), f"{page}: {link}"


def test_picture_is_as_its_script_draws_it() -> None:
    tool = [sys.executable, str(ROOT / "tools" / "draw_model.py"), "--check"]
    assert subprocess.run(tool, check=False).returncode == 0, "run tools/draw_model.py"


def test_picture_shows_terms_that_a_build_writes() -> None:
    shown = set(re.findall(r">((?:dcterms|oa|owl|pfocr|schema):\w+)", PICTURE.read_text("utf-8")))
    compiled = context.compiled()
    written = {term.predicate for term in compiled.terms.values()} | set(compiled.classes.values())
    assert len(shown) > 15
    assert shown - {curie(iri) for iri in written} == set()


def test_no_file_holds_places_of_a_developer_machine() -> None:
    # Written apart, so that this file does not hold them either.
    folders = "|".join(("/root", "/home", "/Users"))
    hosts = "|".join(("pypi.org", "pythonhosted.org", "npmjs.org", "debian.org", "crates.io"))
    private = re.compile(rf"(?<![\w.\-/])(?:{folders})/\w|\b(?:{hosts.replace('.', '[.]')})\b")
    found = []
    for path in files():
        content = path.read_bytes()
        if b"\0" not in content and path != Path(__file__):
            text = content.decode("utf-8", errors="replace")
            found += [f"{page_id(path)}: {hit[0]}" for hit in private.finditer(text)]
    assert found == []


def test_the_package_has_few_entries() -> None:
    """As the architecture page says."""
    package = ROOT / "src" / "pfocr_kg"
    assert (
        len({path.relative_to(package).parts[0] for path in files() if package in path.parents})
        <= 20
    )


def test_the_architecture_page_names_what_is_there() -> None:
    """Every package, and each module that the page names beside it or as package/module."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    package = ROOT / "src" / "pfocr_kg"
    rows = re.findall(r"^\| `(\w+)/` \|[^|]+\|(.*)\|$", text, re.M)
    listed = {folder for folder, _ in rows} | {"cli"}
    assert listed == {p.name for p in package.iterdir() if (p / "__init__.py").is_file()}
    named = [
        f"{folder}/{module}" for folder, cell in rows for module in re.findall(r"`(\w+)/?`", cell)
    ]
    named += re.findall(r"\b((?:{})/\w+)".format("|".join(listed)), text)
    assert len(named) > 50
    assert [
        n for n in named if not (package / n).is_dir() and not (package / f"{n}.py").is_file()
    ] == []
