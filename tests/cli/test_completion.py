"""Completion by the shell, through the variables that click's scripts set."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fork_server import COMMAND, Run
from places import ROOT

NAMES = [path.stem for path in sorted((ROOT / "queries").glob("*/*.rq"))]
TOPICS = sorted(path.name for path in (ROOT / "queries").iterdir() if path.is_dir())


def completed(run_cli: Run, line: str, shell: str = "bash") -> list[str]:
    """What the shell is told for a line whose last word is completed."""
    words = line.split(" ")
    at = words[-1] if shell == "fish" else str(len(words) - 1)
    env = {
        "_PFOCR_KG_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": at,
    }
    done = run_cli(env=env)
    assert (done.code, done.stderr) == (0, "")
    return [text.strip() for text in done.stdout.splitlines() if text]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("pfocr-kg quer", ["queries", "query"]),
        ("pfocr-kg query figures-of-g", [n for n in NAMES if n.startswith("figures-of-g")]),
        ("pfocr-kg query figures-of-gene ge", ["gene="]),
        ("pfocr-kg query genes-drawn-with-gene gene=TNF m", ["minimum="]),
        ("pfocr-kg query figures-of-gene --wi", ["--wide"]),
        ("pfocr-kg query figures-of-gene -f js", ["json", "jsonld"]),
        # Bash divides words at "=", and wants what follows it.
        ("pfocr-kg query figures-of-organism by =", ["paper", "genes"]),
        ("pfocr-kg query figures-of-organism by = g", ["genes"]),
        ("pfocr-kg query figures-of-gene gene = T", []),
        ("pfocr-kg query no-such-query ge", []),
        ("pfocr-kg queries ", TOPICS),
        ("pfocr-kg queries g", ["genes"]),
        ("pfocr-kg queries -f sp", ["sparql-examples"]),
        ("pfocr-kg enrich x --against f", ["figures"]),
    ],
)
def test_words_that_bash_completes(run_cli: Run, line: str, wanted: list[str]) -> None:
    assert completed(run_cli, line) == [f"plain,{word}" for word in wanted]


def test_files_and_folders(run_cli: Run) -> None:
    assert completed(run_cli, "pfocr-kg query my-que") == ["file,my-que"]
    assert completed(run_cli, "pfocr-kg stats --store my") == ["dir,my"]
    begun = ("build", "map", "enrich", "enrich x --background", "export --figures")
    for command in (*begun, "link --wikipathways"):
        assert completed(run_cli, f"pfocr-kg {command} my") == ["file,my"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_show_what_a_word_means(run_cli: Run, shell: str) -> None:
    lines = completed(run_cli, "pfocr-kg query figures-of-gene gen", shell)
    assert "gene=" in "\n".join(lines)
    assert "Gene" in "\n".join(lines)
    source = run_cli(env={"_PFOCR_KG_COMPLETE": f"{shell}_source"})
    assert (source.code, source.stderr) == (0, "")
    assert "pfocr-kg" in source.stdout
    # In zsh, what ends with "=" has no blank after it; fish does so by itself.
    assert ("if [[ $key == *= ]]; then _describe" in source.stdout) is (shell == "zsh")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_tab_key_in_bash() -> None:
    """No blank follows NAME=, so that the value can be typed at once."""
    folder = str(Path(COMMAND).parent)
    master, slave = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "--norc", "--noprofile", "-i"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "> "},
        start_new_session=True,
    )
    os.close(slave)

    def typed(text: str, until: str) -> str:
        os.write(master, text.encode())
        shown, end = "", time.monotonic() + 60
        while until not in shown and time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                shown += os.read(master, 65536).decode()
        assert until in shown, shown
        return shown

    try:
        typed('eval "$(_PFOCR_KG_COMPLETE=bash_source pfocr-kg)"; echo loa""ded\n', "loaded")
        typed("echo pfocr-kg; pfocr-kg query words-of-\t", "words-of-gene ")
        typed("ge\t", "ne=")
        typed("X \x01echo \x05; echo e''nd\n", "query words-of-gene gene=X")
    finally:
        shell.kill()
        shell.wait()
        os.close(master)


def test_completion_starts_fast() -> None:
    """Nothing is imported that only some commands need."""
    heavy = ("scipy", "numpy", "rdflib", "requests", "networkx", "pyshacl")
    code = f"""import sys
from pfocr_kg.cli.app import main
try:
    main()
finally:
    sys.stderr.write(" ".join(set(sys.modules) & set({heavy})))"""
    env = {
        **os.environ,
        "_PFOCR_KG_COMPLETE": "bash_complete",
        "COMP_WORDS": "pfocr-kg query figures-of-gene ge",
        "COMP_CWORD": "3",
    }
    program = "import sys; sys.argv = ['pfocr-kg']\n" + code
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=env, check=True)
    assert (done.stdout, done.stderr) == (b"plain,gene=\n", b"")
