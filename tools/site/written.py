"""What the directives have in common: each writes Markdown, which is then read as the page's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Written(SphinxDirective):
    """A directive in whose place stands the Markdown that `markdown` gives."""

    table_classes: ClassVar[list[str]] = []
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """The nodes in place of the directive."""
        self.env.note_reread()  # the code can have changed where the page has not
        text = self.markdown(*self.arguments)
        made = self.parse_text_to_nodes(text, allow_section_headings=True)
        for node in made:
            for found in node.findall(nodes.table):
                found["classes"] += self.table_classes
        return made

    def markdown(self, *arguments: str) -> str:
        """The Markdown of the directive with its arguments."""
        raise NotImplementedError


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose cells are Markdown of one line."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + "\n"


def code(text: object) -> str:
    """A text as it stands, in the letters of code."""
    return f"`` {text} ``" if "`" in str(text) else f"`{text}`"


def plain(text: str) -> str:
    """A text that has no markup but `code`: options become code too, the rest stays as it is."""
    parts = re.split(r"(`[^`]+`|(?<![\w-])--?[a-z][a-z-]*)", text)
    parts[::2] = [re.sub(r"([\\*_<>\[\]])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [part if part.startswith("`") else code(part) for part in parts[1::2]]
    return "".join(parts)


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("|", r"\|").strip() or " "
