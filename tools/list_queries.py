"""Write docs/reference/queries.md: every bundled query, what it answers and its parameters.

    python tools/list_queries.py [--check]

With --check nothing is written; the exit code is 1 if the page is out of date. The page says
only what the headers of the query files say, in order of topic and name. `tools/site/queries.py`
adds rows and SPARQL to the page on the site.
"""

from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path

from pfocr_kg.query import bundled

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "queries.md"

INTRODUCTION = """\
# Bundled queries

<!-- Written by tools/list_queries.py from the headers of queries/*/*.rq; change those. -->

`pfocr-kg query NAME name=value` answers one (repeat a name for several values); `--example` asks
about the examples below, `--format csv` and others choose the output. The value for a gene,
disease, chemical, organism, pathway, paper or figure is any name or identifier of it. Numbers,
and parameters with a choice, have a default. Each file is plain SPARQL 1.1 that asks about its
examples, and can be pasted into any endpoint that holds the graph. [A page of its
own](../../queries/README.md) says how to add one. The site shows the first rows on the
[sample](../../tests/data/README.md), linked to ten pathways, and the SPARQL of each.
`pfocr-kg query` answers your own queries too, from a file or as SPARQL text; the page on the
[command line](command-line.md#pfocr-kg-query) says how it tells them apart.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for topic, found in groupby(bundled.queries().values(), lambda item: item.topic):
        parts.append(f"## {topic.capitalize()}\n")
        parts += [_entry(item) for item in found]
    return "\n".join(parts)


def _entry(item: bundled.Query) -> str:
    lines = [f"### {item.name}", "", f"**{item.title}.** {item.description}", ""]
    for parameter in item.parameters:
        kind = " or ".join(f"`{choice}`" for choice in parameter.choices) or parameter.kind
        use = "Example" if parameter.is_needed else "Default"
        lines.append(
            f"- `{parameter.name}` ({kind}): {parameter.description}. {use}: `{parameter.example}`"
        )
    lines += [f"- {note}" for note in _notes(item)]
    return "\n".join(lines).rstrip() + f"\n\n```{{answer}} {item.name}\n```\n"


def _notes(item: bundled.Query) -> list[str]:
    notes = []
    if item.analytic:
        notes.append("Reads much of the graph: takes seconds on a large one.")
    if endpoint := re.search(r"^# endpoint: (\S+)$", item.text, re.MULTILINE):
        notes.append(f"Asks <{endpoint[1]}>, so it needs the network.")
    if re.search(r"^# empty: good$", item.text, re.MULTILINE):
        notes.append("No rows means that all is well.")
    return notes


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    text = page()
    if "--check" in arguments:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text else 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
