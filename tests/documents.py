"""Markdown pages as what can be checked: blocks, links, headings; and running the blocks."""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shutil
import subprocess
import sysconfig
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rdflib.plugins.sparql import prepareQuery

import fork_server
import pfocr_kg
from pfocr_kg.iris import PREFIXES
from places import ROOT

SCRIPTS = Path(sysconfig.get_path("scripts"))
COLUMNS = "100"
"""Width of the terminal whose output the pages show."""

_MARKER = re.compile(r"<!-- (not run|run first|save as): (.+?) -->", re.DOTALL)
_SECONDS = re.compile(r"\b\d+\.\d+ s\b")
# A terminal shows a bar in their place, and removes it.
_STAGES = "reading and mapping|loading the graph|linking figures to pathways|putting it in place"
_PROGRESS = re.compile(rf"^({_STAGES}): .*\n", re.M)
_STORE = "pfocr-kg-store"
_PLAIN = re.compile(r"pfocr-kg(?: [\w./:=,+-]+)+\n?")
"""A command that a shell only takes apart at spaces."""


@dataclass(frozen=True)
class Block:
    """A fenced block. `marker` and `said` are those of the comment right before it."""

    place: str
    language: str
    text: str
    marker: str
    said: str

    @property
    def runs(self) -> bool:
        return self.marker not in ("not run", "save as")


@cache
def tokens(path: Path) -> list[Token]:
    parser = MarkdownIt("commonmark").enable("table")
    return parser.parse(path.read_text(encoding="utf-8"))


def blocks(path: Path) -> Iterator[Block]:
    """Blocks in turn; a `run first` comment is a command that the page does not show."""
    marker = said = ""
    for token in tokens(path):
        place = f"{path.name}:{(token.map or [0])[0] + 1}"
        if token.type == "fence" and not token.info.startswith("{"):  # a directive of the site
            yield Block(place, token.info.strip(), token.content, marker, said)
        found = _MARKER.match(token.content) if token.type == "html_block" else None
        marker, said = found.groups() if found else ("", "")
        if marker == "run first":
            yield Block(place, "console", f"$ {said}\n", "", "")


def links(path: Path) -> Iterator[str]:
    for token in tokens(path):
        for part in (token, *(token.children or ())):
            target = part.attrGet("href") or part.attrGet("src")
            if target:
                yield str(target)
            if part.type in ("html_block", "html_inline"):
                yield from re.findall(r'(?:href|src(?:set)?)="([^"]+)"', part.content)


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to a page's headings."""
    found: Counter[str] = Counter()
    made = set()
    for heading in headings(path):
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        made.add(f"{slug}-{found[slug]}" if found[slug] else slug)
        found[slug] += 1
    return made


def headings(path: Path) -> list[str]:
    every = tokens(path)
    return [
        every[at + 1].content.replace("`", "")
        for at, token in enumerate(every)
        if token.type == "heading_open"
    ]


def sections(path: Path) -> dict[str, str]:
    """Text under each `##` heading."""
    parts = re.split(r"^## +(.+)$", path.read_text(encoding="utf-8"), flags=re.M)
    pairs = zip(parts[1::2], parts[2::2], strict=True)
    return {name.strip().strip("`"): text for name, text in pairs}


def checkout(folder: Path) -> Path:
    """A folder like a checkout that has been set up: what a reader of the pages stands in."""
    shutil.copytree(ROOT / "tests" / "data", folder / "tests" / "data")
    for name in ("Makefile", "pyproject.toml", "requirements", "ontologies", "queries", "docs"):
        (folder / name).symlink_to(ROOT / name)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(SCRIPTS)
    for done in (".build", ".run"):  # newer than what they are made of: make installs nothing
        (folder / ".venv" / done).touch()
    return folder


class Reader:
    """Someone who goes through a page and does what it says, in one folder.

    What the page shows may leave out with `...`; seconds may differ. With `servers`, commands
    that need no shell are spared the imports.
    """

    def __init__(self, folder: Path, servers: fork_server.Servers | None = None) -> None:
        self.folder = folder
        self.servers = servers
        self.names: dict[str, object] = {}

    def read(self, page: Path) -> None:
        """Run the page's blocks in turn; a `text` block shows what the one before it gave."""
        output: str | None = None
        for block in blocks(page):
            if block.marker == "save as":
                (self.folder / block.said).parent.mkdir(parents=True, exist_ok=True)
                (self.folder / block.said).write_text(block.text, encoding="utf-8")
            if not block.runs:
                output = self.parsed(block)
            elif block.language == "text":
                assert output is not None, f"{block.place}: shows the output of nothing"
                output = self.compare(block.place, block.text, output)
            else:
                output = getattr(self, block.language)(block)

    def parsed(self, block: Block) -> None:
        """Check a block that is not run as far as that goes."""
        if block.language == "sparql":
            prepareQuery(block.text)
        elif block.language == "turtle":
            _triples(block.text)

    def console(self, block: Block) -> None:
        """Commands after `$ ` (and lines that go on after `> `), each with all it prints."""
        parts = re.split(r"^\$ ", block.text, flags=re.M)
        assert parts[0] == "", f"{block.place}: begins with no command"
        for part in parts[1:]:
            lines = part.splitlines(keepends=True)
            end = 1
            while end < len(lines) and lines[end].startswith("> "):
                end += 1
            command = lines[0] + "".join(line[2:] for line in lines[1:end])
            self.compare(f"{block.place}: {command}", "".join(lines[end:]), self.shell(command))

    def shell(self, command: str) -> str:
        with tempfile.TemporaryFile() as output:
            if self.servers and _PLAIN.fullmatch(command):
                with Path(os.devnull).open("rb") as nothing:
                    words, streams = command.split()[1:], (nothing, output, output)
                    code = self.servers.run(words, streams, _environment(), self.folder, 120)
            else:
                code = subprocess.run(
                    ["bash", "-c", command],
                    cwd=self.folder,
                    # curl looks for its settings there
                    env={**_environment(), "CURL_HOME": str(self.folder)},
                    stdout=output,
                    stderr=output,
                    timeout=120,
                    check=False,
                ).returncode
            output.seek(0)
            printed = output.read().decode()
        assert code == 0, f"{command}\n{printed}"
        return _PROGRESS.sub("", printed)

    def python(self, block: Block) -> str | None:
        """A Python session (`>>>`), or a script whose output the next block shows."""
        with contextlib.chdir(self.folder):
            if ">>> " not in block.text:
                output = io.StringIO()
                with contextlib.redirect_stdout(output):
                    exec(compile(block.text, block.place, "exec"), self.names)
                return output.getvalue()
            test = doctest.DocTestParser().get_doctest(
                block.text, self.names, block.place, block.place, 0
            )
            said: list[str] = []
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS, verbose=False)
            result = runner.run(test, out=said.append, clear_globs=False)
            self.names = test.globs
            assert result.failed == 0, "".join(said)
        return None

    def sparql(self, block: Block) -> str:
        """A query that has an answer in the page's store."""
        prepareQuery(block.text)
        with pfocr_kg.open(self.folder / _STORE) as graph:
            answer = graph.query(block.text)
            assert answer if isinstance(answer, pfocr_kg.Answer) else list(answer), block.place
        (self.folder / "shown.rq").write_text(block.text, encoding="utf-8")
        return self.shell("pfocr-kg query shown.rq")

    def turtle(self, block: Block) -> None:
        """Triples that the page's store holds, every one."""
        shown = _triples(block.text)
        with pfocr_kg.open(self.folder / _STORE) as graph:
            lines = io.BytesIO()
            graph.write(lines, "ntriples", self.folder)
        held = set(ox.parse(lines.getvalue(), format=ox.RdfFormat.N_TRIPLES))
        assert shown, block.place
        assert shown <= held, f"{block.place}: {shown - held}"

    def compare(self, place: str, shown: str, real: str) -> None:
        want, got = (_SECONDS.sub("N s", _stripped(text)) for text in (shown, real))
        right = doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS)
        assert right, f"{place}\n--- shown\n{want}\n--- real\n{got}"


def _stripped(text: str) -> str:
    return "".join(line.rstrip() + "\n" for line in text.strip("\n").splitlines())


def _triples(text: str) -> set[ox.Quad]:
    declared = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    return set(ox.parse((declared + text).encode(), format=ox.RdfFormat.TURTLE))


def _environment() -> dict[str, str]:
    own = ("PFOCR_", "MAKE", "MFLAGS", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    path = os.pathsep.join((str(SCRIPTS), os.environ["PATH"]))
    return {**kept, "PATH": path, "COLUMNS": COLUMNS, "LC_ALL": "C.UTF-8", "NO_COLOR": "1"}
