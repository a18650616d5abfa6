"""The plain form of front matter: where it is read without libyaml, it is read as libyaml does."""

from __future__ import annotations

import itertools
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from pfocr_kg.records import frontmatter, plainform

# What YAML takes for more than a letter, somewhere.
SIGNS = [
    *"'\"\\:#-?[]{},&*!|>%@`~=<. \n\t",
    *(": ", " #", "- ", "? ", "''", "---", "...", "\n---\n", "\n  ", "\n ", "\n- ", "\n\n", " \n"),
    *("'\n", ":\n", "null", "NULL", "<<", "[]", "{}", "a: b", "\n  - ", "\n    ", "|-\n", "%YAML"),
    *("\x00", "\x7f", "\x85", "\xa0", "\u2028", "\u2029", "\ufeff", "\ufffe", "\U0001f600"),
]  # fmt: skip
WORD = st.sampled_from(["a", "TrkA-src", "p62/ZIP,", "(1)", "0.95", "PMC1__F1.html", "Na+", "μ-b"])
KEY = st.sampled_from(["figid", "k", "a-b_c", "'@id'", "'k'", "null", "y", "x" * 101, "é", '"q"'])
TEXT = st.lists(WORD | st.sampled_from(SIGNS), min_size=1, max_size=4)


@st.composite
def scalars(draw: st.DrawFn, indent: int) -> str:
    """One to three lines, plain or quoted; more often well made than not."""
    parts = draw(st.lists(WORD, min_size=1, max_size=6))
    if draw(st.integers(0, 4)) == 0:
        parts += draw(TEXT)
    breaks = [" ", " ", "\n" + " " * (indent + draw(st.integers(0, 4)))]
    text = "".join(part + draw(st.sampled_from(breaks)) for part in parts).rstrip()
    quote = draw(st.sampled_from(["", "", "'", '"']))
    return quote + (text.replace("'", "''") if quote == "'" else text) + quote


@st.composite
def mappings(draw: st.DrawFn, depth: int = 0) -> str:
    """The lines of a mapping, with lists and further mappings in it."""
    indent, lines = " " * (2 * depth), ""
    for key in draw(st.lists(KEY, min_size=1, max_size=4)):
        lines += f"{indent}{key}:"
        kind = draw(st.sampled_from(["scalar", "scalar", "nothing", "empty", "list", "rows", "in"]))
        if kind == "scalar":
            lines += " " + draw(scalars(2 * depth)) + "\n"
        elif kind == "list":
            further = " " * draw(st.sampled_from([0, 0, 2]))
            items = draw(st.lists(scalars(2 * depth), min_size=1, max_size=3))
            lines += "\n" + "".join(f"{indent}{further}- {item}\n" for item in items)
        elif kind == "rows":
            lines += f"\n{indent}- {draw(mappings(depth + 1)).lstrip()}"
        elif kind == "in" and depth < 3:
            lines += "\n" + draw(mappings(depth + 1))
        else:
            lines += " []\n" if kind == "empty" else "\n"
    return lines


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """The lines of a mapping, with a sign put in or a piece taken out here and there."""
    lines = draw(mappings())
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(lines)))
        cut = draw(st.sampled_from([0, 0, 0, 1, 2, 5]))
        lines = lines[:at] + draw(st.sampled_from(["", *SIGNS])) + lines[at + cut :]
    return lines if lines.endswith("\n") else lines + "\n"


def accepted(lines: str) -> bool:
    """Whether the plain form is what `lines` have; if so, libyaml reads the same."""
    value = plainform.read(lines)
    if value is None:
        return False
    # Of `repr`, since two mappings with another order of keys are equal.
    assert repr(value) == repr(frontmatter.by_events("---\n" + lines)), lines
    return True


@settings(max_examples=400)
@given(spoiled())
def test_it_is_read_as_by_libyaml(lines: str) -> None:
    event("plain" if accepted(lines) else "not plain")


@pytest.mark.slow
@settings(max_examples=10_000, derandomize=False)
@given(spoiled() | st.lists(st.sampled_from(SIGNS) | WORD | KEY, max_size=12).map("".join))
def test_more_of_it_is_read_as_by_libyaml(lines: str) -> None:
    accepted(lines + "\n")


FRAMES = (
    "k: {}\n",
    "k: a{}\n",
    "k: '{}'\n",
    "k:\n- {}\n",
    "k:\n  l: {}\nm: n\n",
    "{}\n",
    "k: a\n {}\n",
)


def check_all_texts(frame: str, characters: str, most: int) -> None:
    texts = (t for n in range(most + 1) for t in itertools.product(characters, repeat=n))
    assert sum(accepted(frame.format("".join(text))) for text in texts) > 10


@pytest.mark.parametrize("frame", FRAMES)
def test_all_short_texts_are_read_as_by_libyaml(frame: str) -> None:
    """Every text of up to four of the characters that mean something, in each place."""
    check_all_texts(frame, "a':#-[~ \n", 4)


@pytest.mark.slow
@pytest.mark.parametrize("frame", FRAMES)
def test_all_longer_texts_are_read_as_by_libyaml(frame: str) -> None:
    """Every text of up to five, of more characters."""
    check_all_texts(frame, "a'\":#-?[]|~ \n", 5)


@example(["a", "b"], "x\n  y")
@given(
    st.lists(WORD, min_size=1, max_size=5),
    st.lists(WORD | st.sampled_from([": ", " #a", "''", '"', "- "]), min_size=1).map("".join),
)
def test_what_records_are_made_of_is_plain(words: list[str], text: str) -> None:
    """Else it would be read all the same, but not from here."""
    items = "".join(f"- {word}\n" for word in words)
    text = text.replace("'", "''").strip()
    lines = f"a: {' '.join(words)}\nb:\n{items}c: '{text}'\nd:\n- e: f\n  g: ''\nh: []\n"
    assert accepted(lines)


NEARLY = {
    "colons": "k: a" + ":x" * 65_000 + ": \n",
    "hashes": "k: a" + "##" * 65_000 + " #\n",
    "quotes": "k: '" + "''" * 65_000 + "\n",
    "items": "k:\n" + "- a\n" * 32_000 + "- [\n",
    "lines": "k: a" + "\n  b" * 32_000 + " \n",
    "rows": "k:\n" + "- a: b\n  c: d\n" * 9_000 + "- [\n",
    "larger": "k: " + "a" * (1 << 20) + "\n",
}


@pytest.mark.parametrize("name", NEARLY)
def test_what_is_nearly_plain_costs_little(name: str) -> None:
    """A pattern that goes back over a hostile text must not take long, nor much memory."""
    tracemalloc.start()
    started = time.perf_counter()
    try:
        assert plainform.read(NEARLY[name]) is None
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 100_000_000
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("corpus", ["seed", "pfocr-verbatim", "pfocr-verbatim-old", "pfocr-covid"])
def test_real_records_are_plain(corpus: str, pfocr_data: Path) -> None:
    """All of them, of every generation."""
    paths = sorted((pfocr_data / corpus / "_figures").glob("*.md"))
    assert paths
    for path in paths:
        text = frontmatter.decode(path.read_bytes())
        assert accepted(text[len("---\n") : text.index("\n---", 4) + 1]), path
